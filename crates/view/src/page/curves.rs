//! Losses and metrics over epochs, with bands of sampling error, the best epoch, and where findings begin.

use maud::{Markup, html};
use regimen_run::Event;
use regimen_run::event::ValidationTelemetry;

use super::run_page::Told;
use super::{figures, wilson};
use crate::chart::{Chart, Line};
use crate::panels::{Panel, Picture, read};

/// A chart for the loss and for each metric.
pub(super) fn of(told: &Told<'_>) -> Markup {
    let picture = read(told.events);
    let validation = validation(told.events);
    let charts: Vec<String> = picture
        .panels
        .iter()
        .map(|panel| chart(panel, &picture, &validation).figure())
        .collect();
    let bands = validation.iter().any(|(_, t)| t.rows > 1);
    html! {
        @if charts.iter().all(String::is_empty) { p.muted { "No epoch has ended yet." } }
        (figures(charts))
        @if bands {
            p.muted { "Bands are 95 % intervals of the validation values: what other rows of the same kind could have given." }
        }
    }
}

/// What the validation rows got, by epoch from 1.
pub(crate) fn validation(events: &[Event]) -> Vec<(usize, &ValidationTelemetry)> {
    let of = |event| match event {
        &Event::EpochEnd {
            epoch,
            ref telemetry,
            ..
        } => Some((epoch + 1, telemetry.validation.as_ref()?)),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

/// The chart of one panel.
pub(crate) fn chart(
    panel: &Panel,
    picture: &Picture,
    validation: &[(usize, &ValidationTelemetry)],
) -> Chart {
    let floats = |series: &[(usize, f64)]| series.iter().map(|(e, v)| (*e as f64, *v)).collect();
    let is_loss = panel.name == "loss";
    let is_share = panel.name.ends_with("accuracy") || panel.name == "acc";
    let half = |t: &ValidationTelemetry| match (is_loss, t.right) {
        (true, _) => Some((1.96 * t.loss_error(), 1.96 * t.loss_error())),
        (false, Some(right)) if is_share => {
            let n = t.rows as f64;
            let (low, high) = wilson(right as f64, n);
            Some((right as f64 / n - low, high - right as f64 / n))
        }
        _ => None,
    };
    let band = panel.val.iter().filter_map(|(epoch, value)| {
        let (_, t) = validation.iter().rev().find(|(of, _)| of == epoch)?;
        let (below, above) = half(t).filter(|_| t.rows > 1)?;
        Some((*epoch as f64, value - below, value + above))
    });
    let mut lines = vec![Line {
        name: "training".to_owned(),
        points: floats(&panel.train),
        ..Line::default()
    }];
    if !panel.val.is_empty() {
        lines.push(Line {
            name: "validation".to_owned(),
            colour: 1,
            points: floats(&panel.val),
            band: band.collect(),
            ..Line::default()
        });
    }
    lines.retain(|line| !line.points.is_empty());
    Chart {
        title: panel.name.clone(),
        x: "epoch".to_owned(),
        lines,
        marks: match is_loss {
            true => picture
                .marks
                .iter()
                .map(|m| (m.epoch as f64, m.label.clone()))
                .collect(),
            false => vec![],
        },
        ring: picture.best.filter(|_| is_loss).map(|(e, v)| (e as f64, v)),
        whole_x: true,
        may_log: is_loss || panel.name == "learning_rate",
        ..Chart::default()
    }
}
