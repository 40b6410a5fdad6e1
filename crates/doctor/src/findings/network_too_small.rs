//! A network that does not reach what its features allow.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{mean, scatter, series, share_error};
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "network_too_small",
    title: "The network is too small for the task",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "larger_network",
        "more_epochs",
        "higher_learning_rate",
        "deeper_network",
        "shallower_network",
    ],
};

const EXPLAIN: &str = "\
The network has stopped improving on its own training rows at a level that a simple method beats. It
cannot hold what there is to learn: a layer is narrower than the classes that pass through it, or
there are too few layers. Regularization makes that worse; more rows do not help.

What the doctor compares: the training accuracy of the last third of the epochs, once it no longer
rises, with the share of training rows whose class their ten nearest other rows tell (the data of a
run, counted before training). Ten points less, and four standard errors, is a network that does not
reach what its features allow, where neighbours beat the commonest class by ten points and the loss has
fallen by a tenth; it is an alarm where a hidden layer has fewer units than there are
classes. Without that, a learning rate or a penalty may be the reason, too.

Before training it is told of a hidden layer with one unit in front of three classes or more.

Double the narrowest layer. If training accuracy stands where it stood, it was not the size. A layer through which
not all classes fit may also be taken out.";

/// How much better neighbours are.
const POINTS: f64 = 0.1;
const ERRORS: f64 = 4.0;
const EPOCHS: usize = 9;

fn detect(facts: &Facts) -> Option<Finding> {
    let narrow = narrowest(facts);
    let classes = classes(facts);
    let below = narrow.as_ref().filter(|(_, units)| *units < classes);
    if facts.history.is_empty() {
        let (path, units) = below.filter(|(_, units)| *units == 1 && classes >= 3)?;
        let title = format!("{path}: {units} unit for {classes} classes to pass through");
        let explanation =
            "Whatever the layers behind it do, all classes lie on one line there.".to_owned();
        let evidence = [("units", json!(units)), ("classes", json!(classes))];
        return Some(at(
            path,
            finding(Severity::Info, 0.7, title, explanation, evidence),
        ));
    }
    let near = facts.profile?.neighbours.as_ref()?;
    let reached = near.right as f64 / near.rows.max(1) as f64;
    let accuracy: Vec<f64> = facts
        .history
        .iter()
        .filter_map(|row| facts.accuracy(row, ""))
        .collect();
    let n = accuracy.len();
    let chance = near.commonest as f64 / near.rows.max(1) as f64;
    let tells = reached - chance >= POINTS;
    if n < EPOCHS || !stands(facts) || !tells || !learns(facts) {
        return None;
    }
    let own = mean(&accuracy[n - n / 3..]);
    let error = share_error(reached, near.rows);
    if reached - own < POINTS.max(ERRORS * error) {
        return None;
    }
    let (severity, probability) = match below {
        Some(_) => (Severity::Warning, 0.85),
        None => (Severity::Info, 0.6),
    };
    let title = format!(
        "Training accuracy stands at {:.1} %, where the ten nearest rows alone tell {:.1} %",
        100.0 * own,
        100.0 * reached
    );
    let explanation = match below {
        Some((path, units)) => format!(
            "`{path}` has {units} units for {classes} classes to pass through: the network cannot hold what the features allow."
        ),
        None => "The features allow more than the network reaches: too small a network, or a learning rate or penalty that holds it back.".to_owned(),
    };
    let evidence = [
        ("accuracy", json!(own)),
        ("neighbours", json!(reached)),
        ("rows", json!(near.rows)),
        ("narrowest", json!(narrow.as_ref().map(|(_, units)| *units))),
        ("classes", json!(classes)),
    ];
    let mut found = finding(severity, probability, title, explanation, evidence);
    found.from_epoch = Some(facts.epoch_name(facts.history[facts.history.len() - n / 3].epoch));
    found.check = "Double the narrowest layer and train for as many epochs: training accuracy rises if it was the size.".to_owned();
    Some(match below {
        Some((path, _)) => at(path, found),
        None => found,
    })
}

fn at(path: &str, mut finding: Finding) -> Finding {
    finding.layer = Some(path.to_owned());
    if finding.check.is_empty() {
        finding.check =
            "Give the layer as many units as there are classes, and compare.".to_owned();
    }
    finding
}

/// Whether training loss fell by a tenth: a network that learns nothing has another fault.
fn learns(facts: &Facts) -> bool {
    let losses = series(facts, "loss");
    let first = losses.first().map_or(0.0, |(_, loss)| *loss);
    let least = losses
        .iter()
        .map(|(_, loss)| *loss)
        .fold(f64::MAX, f64::min);
    losses.len() > 1 && first - least >= 0.1 * first.abs()
}

/// Whether training loss no longer falls: its last third gains less than 2 % of itself, or less than its scatter.
fn stands(facts: &Facts) -> bool {
    let losses: Vec<f64> = series(facts, "loss")
        .into_iter()
        .map(|(_, loss)| loss)
        .collect();
    let n = losses.len();
    if n < EPOCHS {
        return false;
    }
    let third = &losses[n - n / 3..];
    let (early, late) = third.split_at(third.len() / 2);
    let gain = mean(early) - mean(late);
    gain <= (0.02 * mean(late)).max(2.0 * scatter(third))
}

/// The hidden dense layer with the fewest units.
fn narrowest(facts: &Facts) -> Option<(String, usize)> {
    let layers = &facts.model?.layers;
    let dense = layers.iter().filter(|layer| layer.class_name == "Dense");
    let units =
        dense.filter_map(|layer| Some((layer.path.clone(), (*layer.output_shape.last()?)?)));
    let all: Vec<(String, usize)> = units.collect();
    let hidden = &all[..all.len().saturating_sub(1)];
    hidden.iter().min_by_key(|(_, units)| *units).cloned()
}

fn classes(facts: &Facts) -> usize {
    let of_data = facts
        .data
        .map_or(0, |data| data.classes.len().max(data.train_shares.len()));
    let output = facts.model.and_then(|model| model.outputs.first());
    let softmax = output.filter(|output| output.activation.as_deref() == Some("softmax"));
    let units = softmax.and_then(|output| output.shape.last().copied().flatten());
    of_data.max(units.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;
    use regimen_run::facts::LayerFacts;
    use regimen_run::profile::Neighbours;
    use regimen_run::{DataProfile, ModelFacts, Profile};

    fn model(units: usize) -> ModelFacts {
        let dense = |path: &str, units: usize| LayerFacts {
            path: path.to_owned(),
            class_name: "Dense".to_owned(),
            output_shape: vec![None, Some(units)],
            ..LayerFacts::default()
        };
        ModelFacts {
            layers: vec![dense("dense", units), dense("dense_1", 10)],
            ..ModelFacts::default()
        }
    }

    fn told(units: usize, accuracy: f64) -> Option<Severity> {
        let model = model(units);
        let loss: Vec<f64> = (0..12).map(|e| 1.0 + (-f64::from(e)).exp()).collect();
        let events = four(&loss, &[accuracy; 12], &loss, &[accuracy; 12]);
        let profile = Profile {
            neighbours: Some(Neighbours {
                rows: 700,
                right: 660,
                ..Neighbours::default()
            }),
            ..Profile::default()
        };
        let data = DataProfile {
            classes: (0..10).map(|c| c.to_string()).collect(),
            ..DataProfile::default()
        };
        let facts = Facts {
            model: Some(&model),
            profile: Some(&profile),
            data: Some(&data),
            ..Facts::from_events(&events)
        };
        detect(&facts).map(|found| found.severity)
    }

    #[test]
    fn beside_the_neighbours() {
        assert_eq!(told(2, 0.5), Some(Severity::Warning));
        assert_eq!(told(64, 0.5), Some(Severity::Info));
        assert_eq!(told(2, 0.95), None);
    }
}
