//! Layers over time: gradients, steps and units of each, as the looks inside showed them; and the model as a table.

use maud::{Markup, html};
use regimen_run::event::LayerTelemetry;
use regimen_run::{Event, ModelFacts};

use super::run_page::Told;
use super::{figures, table};
use crate::chart::{COLOURS, Chart, Line};
use crate::short::counted;

/// A figure of a layer, with what it says.
type Figure = (
    &'static str,
    &'static str,
    fn(&LayerTelemetry) -> Option<f64>,
    bool,
);

const FIGURES: [Figure; 4] = [
    ("Gradient", "root mean square", |l| l.gradient, true),
    ("Step", "share of the weights", |l| l.update, true),
    ("Dead units", "share that never speaks", |l| l.dead, false),
    (
        "Saturated numbers",
        "share at an end of the range",
        |l| l.saturated,
        false,
    ),
];

/// Charts and table; empty where neither is known.
pub(super) fn of(told: &Told<'_>) -> Markup {
    let charts = FIGURES
        .iter()
        .map(|figure| chart(figure, told.events).figure());
    html! {
        (figures(charts))
        @if let Some(model) = told.model { (summary(model)) }
    }
}

fn chart((title, unit, of, may_log): &Figure, events: &[Event]) -> Chart {
    let mut lines: Vec<Line> = vec![];
    for event in events {
        let Event::EpochEnd {
            epoch, telemetry, ..
        } = event
        else {
            continue;
        };
        for layer in telemetry.probe.iter().flat_map(|probe| &probe.layers) {
            let Some(value) = of(layer) else { continue };
            let point = (*epoch as f64 + 1.0, value);
            match lines.iter_mut().find(|line| line.name == layer.path) {
                Some(line) => line.points.push(point),
                None => lines.push(Line {
                    name: layer.path.clone(),
                    colour: lines.len(),
                    points: vec![point],
                    ..Line::default()
                }),
            }
        }
    }
    // Of many layers the first and the last ones, where trouble begins.
    if lines.len() > COLOURS {
        let half = COLOURS / 2;
        lines.drain(half..lines.len() - half);
        lines
            .iter_mut()
            .enumerate()
            .for_each(|(i, line)| line.colour = i);
    }
    Chart {
        named: true,
        title: format!("{title} ({unit})"),
        x: "epoch".to_owned(),
        lines,
        whole_x: true,
        may_log: *may_log,
        ..Chart::default()
    }
}

fn summary(model: &ModelFacts) -> Markup {
    let shape = |shape: &[Option<usize>]| {
        let sizes = shape
            .iter()
            .map(|d| d.map_or("None".to_owned(), |d| d.to_string()));
        format!("({})", sizes.collect::<Vec<_>>().join(", "))
    };
    let row = |layer: &regimen_run::facts::LayerFacts| {
        vec![
            layer.path.clone(),
            layer.class_name.clone(),
            shape(&layer.output_shape),
            layer.activation.clone().unwrap_or_default(),
            layer.params.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = model.layers.iter().map(row).collect();
    let params: u64 = model.layers.iter().map(|l| l.params).sum();
    html! {
        details open[rows.len() <= 12] {
            summary { (counted(rows.len(), "layer")) ", " (params) " parameters" }
            (table(&["layer", "class", "output", "activation", "parameters"], &rows, &[4]))
        }
    }
}
