//! A learning rate beyond what its optimizer can use.

use regimen_run::facts::LayerFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{scatter, series};
use crate::findings::finding;
use crate::output::{is_distance, rescales};
use crate::trend::Trend;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "lr_too_high",
    title: "The learning rate is too high",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "scale_targets",
        "gradient_clipping",
        "rate_range_test",
    ],
};

const EXPLAIN: &str = "\
A step goes against the slope, and is right only as far as the slope holds. With too high a rate the
steps overshoot: the loss jumps, stays above where it began, or the first steps throw the network
into a corner where nothing has a slope (relu units that never fire again, saturated sigmoids), and
the loss is flat from then on.

How the doctor knows, before training: Adam and its kin move each weight by about the learning rate
per step, whatever the loss, so 0.1 or more is beyond any weight's size; plain gradient descent at 1
or more; and plain gradient descent on targets that are not scaled, where the rate times the targets'
size is 1 or more, since the gradient of a squared error is as large as the targets are. In a run:
the loss of an epoch is three times the median of the three before and half of the first loss, the end is
20 % above the least, and validation has not improved since. A loss that merely rises (divergence)
makes it a suspicion.

Divide the rate by ten until the loss falls from the first epoch on; with targets of hundreds or
more, scale them first.";

fn detect(facts: &Facts) -> Option<Finding> {
    by_options(facts).or_else(|| by_curve(facts))
}

/// A jump to this many times the least loss so far is a step that overshot.
const JUMP: f64 = 3.0;
/// A jump to less than this part of the first loss is noise of losses near zero.
const SEEN: f64 = 0.5;
/// How far above its least the loss ends when it has not come back.
const LOST: f64 = 0.2;

fn by_curve(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let trend = Trend::of(&values).filter(|trend| trend.least > 0.0 && trend.epochs >= 3)?;
    // Against the median of the three epochs before: one lucky low value is no level.
    let level = |at: usize| {
        let mut before = values[at.saturating_sub(3)..at].to_vec();
        before.sort_by(f64::total_cmp);
        before.get(before.len() / 2).copied().unwrap_or(f64::MAX)
    };
    let jumped = |at: &usize| values[*at] >= JUMP * level(*at) && values[*at] >= SEEN * trend.first;
    let jump = (1..values.len()).find(jumped).filter(|&at| {
        let noise = scatter(&values[at + 1..]);
        let back = values[values.len() - 1] <= level(at);
        trend.end - level(at) >= 4.0 * noise && !back && !gained(facts, losses[at].0)
    });
    let (severity, probability, at, why) = match jump {
        Some(at) if trend.rise() >= LOST => (
            Severity::Warning,
            0.85,
            at,
            "In one epoch the loss went to many times what it had been, and it has not come back: steps overshot, and threw the network into a place without slope.",
        ),
        _ => {
            let (_, rising) = super::divergence::rising(facts)?;
            let why = "Training loss rises for good, and too long steps are the commonest reason.";
            (Severity::Info, 0.6, rising.at, why)
        }
    };
    let epoch = facts.epoch_name(losses[at].0);
    let title = format!(
        "Steps seem too long: loss {:.4} at its least, {:.4} at the end",
        trend.least,
        values[values.len() - 1]
    );
    let explanation = format!("{why} Divide the learning rate by ten.");
    let evidence = [
        ("least_loss", json!(trend.least)),
        ("last_loss", json!(values[values.len() - 1])),
        ("last_quarter", json!(trend.end)),
        ("jump_at", json!(jump.map(|_| epoch))),
    ];
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.from_epoch = Some(epoch);
    finding.check = "Train two epochs at a tenth of the rate from the same first weights: the loss falls and stays.".to_owned();
    Some(finding)
}

/// Whether validation reached its best after an epoch (0-based): what rose there was meant to (augmentation, layers set free).
pub(super) fn gained(facts: &Facts, epoch: usize) -> bool {
    let best = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::MAX, f64::min);
    let val = series(facts, "val_loss");
    let before = best(
        &mut val
            .iter()
            .filter(|(at, _)| *at < epoch)
            .map(|(_, loss)| *loss),
    );
    let after = best(
        &mut val
            .iter()
            .filter(|(at, _)| *at >= epoch)
            .map(|(_, loss)| *loss),
    );
    after < 0.99 * before && before < f64::MAX
}

fn by_options(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    let trains = model.layers.is_empty() || model.layers.iter().any(has_weights);
    let model = Some(model).filter(|_| trains)?;
    let optimizer = model.optimizer.as_deref()?;
    let rate = model.learning_rate?;
    let adaptive = ["Adam", "AdamW", "Nadam", "Adamax", "RMSprop"].contains(&optimizer);
    let targets = targets(facts).filter(|most| *most >= 10.0);
    let why = match () {
        _ if adaptive && rate >= 0.1 => format!("{optimizer} moves each weight by about {rate} per step: more than most weights are worth."),
        _ if optimizer == "SGD" && rate >= 1.0 => "Steps of plain gradient descent as long as the slope overshoot on all but the flattest losses.".to_owned(),
        _ if optimizer == "SGD" && targets.is_some_and(|most| rate * most >= 1.0) => {
            format!("The gradient of a squared error is as large as the targets, which reach {}: the first steps throw the network away.", targets.unwrap_or_default())
        }
        _ => return None,
    };
    let title = format!("{optimizer} at a learning rate of {rate}");
    let explanation =
        format!("{why} Divide it by ten until the loss falls from the first epoch on.");
    let evidence = [
        ("optimizer", json!(optimizer)),
        ("learning_rate", json!(rate)),
        ("targets", json!(targets)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.check =
        "Train two epochs at a tenth of the rate from the same first weights: the loss ends lower."
            .to_owned();
    Some(finding)
}

/// Whether a layer is trained, as far as its class tells.
fn has_weights(layer: &LayerFacts) -> bool {
    let class = layer.class_name.as_str();
    let kinds = [
        "Dense",
        "Conv",
        "LSTM",
        "GRU",
        "RNN",
        "Embedding",
        "Attention",
        "Bidirectional",
        "TimeDistributed",
    ];
    layer.trainable_params > 0 || kinds.iter().any(|kind| class.contains(kind))
}

/// Magnitude of the targets of a loss that measures distances.
fn targets(facts: &Facts) -> Option<f64> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    output.loss.as_deref().filter(|loss| is_distance(loss))?;
    let of_data = facts.data.and_then(|data| data.target_range);
    let (low, high) = of_data.or_else(|| facts.spec?.targets.as_ref()?.range)?;
    let scaled = rescales(facts) || facts.spec.is_some_and(|spec| !spec.scaling.is_empty());
    (!scaled).then(|| low.abs().max(high.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    fn told(optimizer: &str, rate: f64, most: f64) -> bool {
        let mut case = one_output("linear", 1, "mean_squared_error");
        case.model.optimizer = Some(optimizer.into());
        case.model.learning_rate = Some(rate);
        case.data.target_range = Some((0.0, most));
        detect(&case.facts()).is_some()
    }

    #[test]
    fn a_jump_that_is_not_made_good() {
        let severity = |losses: &[f64]| {
            detect(&Facts::from_events(&crate::cases::epochs("loss", losses)))
                .map(|found| found.severity)
        };
        assert_eq!(
            severity(&[1.1, 0.9, 0.8, 13.0, 26.0, 26.1]),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(&[0.76, 8.2, 1.34, 1.35, 1.34, 1.33]),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(&[1.88, 1.93, 2.0, 2.05, 2.1]),
            Some(Severity::Info)
        );
        assert_eq!(severity(&[1.1, 0.9, 3.0, 0.7, 0.6, 0.5]), None);
    }

    #[test]
    fn before_training() {
        assert!(told("Adam", 0.1, 1.0) && !told("Adam", 0.01, 1.0));
        assert!(told("SGD", 1.0, 1.0) && !told("SGD", 0.1, 1.0));
        assert!(
            told("SGD", 0.1, 125.0) && !told("SGD", 0.001, 125.0) && !told("Adam", 0.01, 125.0)
        );
        assert!(!told("Adadelta", 1.0, 1.0));
    }
}
