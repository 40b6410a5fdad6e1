//! Relu units that never fire.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, look};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "dead_relu",
    title: "Relu units that never fire",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "leaky_relu",
        "he_initializer",
        "batch_norm",
        "scale_inputs",
        "default_initializer",
        "shallower_network",
    ],
};

const EXPLAIN: &str = "\
A relu unit whose input is below zero for every row gives zero for every row, and gets no gradient: it
cannot come back. Some dead units are usual and cost nothing. Where most of a layer is dead, the layer
is as narrow as what is left of it, and where all of it is, nothing passes: the network answers the same
for every row. A first step that was too long does it (a learning rate too high, inputs or targets that
are not scaled), or biases that begin far below zero.

How the doctor knows: the trainer sends the same training rows (16 to 128 of them) through the network
once in a while and counts the units of each relu layer that are zero for all of them. Nine tenths are
an alarm; seven tenths of 64 rows or more are told.

Lower the learning rate and begin anew (dead units stay dead); leaky_relu or elu keep a slope; batch
normalization in front of the relu keeps its input around zero. A layer that lets little through may also
be taken out.";

/// Shares of dead units, and rows that the lower one needs.
const ALARM: f64 = 0.9;
const TOLD: f64 = 0.7;
const ROWS: usize = 64;

fn detect(facts: &Facts) -> Option<Finding> {
    let (epoch, probe) = look::last(facts)?;
    let dead = |layer: &&regimen_run::event::LayerTelemetry| layer.dead.unwrap_or(0.0);
    let layer = probe
        .layers
        .iter()
        .max_by(|a, b| dead(a).total_cmp(&dead(b)))?;
    let share = dead(&layer);
    let severity = match share {
        s if s >= ALARM => Severity::Warning,
        s if s >= TOLD && probe.rows >= ROWS => Severity::Info,
        _ => return None,
    };
    let title = format!(
        "{}: {:.0} % of its units are zero for all of {} rows",
        layer.path,
        100.0 * share,
        probe.rows
    );
    let explanation = match share >= 1.0 {
        true => "Nothing passes this layer in either direction: the network answers the same for every row, and no step can change that.".to_owned(),
        false => "A unit that is zero for every row gets no gradient and stays so: the layer is as narrow as what is left of it.".to_owned(),
    };
    let evidence = [
        ("dead", json!(share)),
        ("zeros", json!(layer.zeros)),
        ("rows", json!(probe.rows)),
    ];
    let mut finding = finding(severity, 0.9, title, explanation, evidence);
    finding.layer = Some(layer.path.clone());
    finding.from_epoch = Some(facts.epoch_name(look::since(facts, epoch, |probe| {
        probe
            .layers
            .iter()
            .any(|other| other.path == layer.path && other.dead.is_some_and(|d| d >= TOLD))
    })));
    finding.check = "Train two epochs from the same first weights at a tenth of the learning rate: fewer units die.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::looked;
    use regimen_run::event::LayerTelemetry;

    #[test]
    fn by_the_share_of_dead_units() {
        let severity = |dead: f64, rows: usize| {
            let layer = LayerTelemetry {
                path: "dense".into(),
                dead: Some(dead),
                ..LayerTelemetry::default()
            };
            let events = looked(&[layer], rows);
            detect(&Facts::from_events(&events)).map(|found| (found.severity, found.from_epoch))
        };
        assert_eq!(severity(1.0, 16), Some((Severity::Warning, Some(1))));
        assert_eq!(severity(0.75, 128).map(|s| s.0), Some(Severity::Info));
        assert_eq!(severity(0.75, 16), None);
        assert_eq!(severity(0.3, 128), None);
    }
}
