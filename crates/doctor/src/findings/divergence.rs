//! Training loss rises.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::trend::Trend;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "divergence",
    title: "Training loss rises",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "gradient_clipping",
        "scale_inputs",
        "rate_range_test",
    ],
};

const EXPLAIN: &str = "\
Every step is meant to lower the training loss. Here it rises, for good: the steps are too long for
the slope that they follow, or something in the data or the loss sends a few of them far off. What
validation does meanwhile is beside the point, since the network gets worse on the very rows that it
is shown.

What the doctor compares: the mean training loss of the last quarter of the epochs (two at least)
against the least one before: a rise of 10 % and of four times the scatter between neighbouring
epochs. A loss that jumps and comes back is not told; where validation loss reached its best while the
training loss rose (augmentation that was switched on, layers set free), it is no alarm.

The usual cause is the learning rate (see lr_too_high); then inputs or targets that are not scaled,
momentum close to 1, and rare rows with enormous gradients, against which clipping helps.";

/// Rise over the least loss that is not chance, and how many times its noise.
const RISE: f64 = 0.1;
const NOISE: f64 = 4.0;

fn detect(facts: &Facts) -> Option<Finding> {
    let (losses, loss) = rising(facts)?;
    let epoch = facts.epoch_name(losses[loss.at].0);
    let title = format!(
        "Training loss rises: {:.4} in epoch {epoch}, {:.4} at the end",
        loss.least, loss.end
    );
    let explanation = "The network gets worse on the rows that it is trained on: the steps are too long, or a few rows send them far off.".to_owned();
    let evidence = [
        ("least_loss", json!(loss.least)),
        ("least_at", json!(epoch)),
        ("last_loss", json!(loss.end)),
        ("rise", json!(loss.rise())),
        ("noise", json!(loss.noise)),
    ];
    // What makes the task harder on purpose (augmentation, layers set free) helps validation.
    let (severity, probability) = match super::lr_too_high::gained(facts, losses[loss.at].0 + 1) {
        true => (Severity::Info, 0.4),
        false => (Severity::Warning, 0.9),
    };
    let mut finding = finding(severity, probability, title, explanation, evidence);
    let next = losses
        .get(loss.at + 1)
        .map_or(losses[loss.at].0, |(epoch, _)| *epoch);
    finding.from_epoch = Some(facts.epoch_name(next));
    finding.check = "Go on from the weights of the best epoch at a tenth of the learning rate: the loss falls again.".to_owned();
    Some(finding)
}

/// The training losses and their trend, when they rise for good.
pub(super) fn rising(facts: &Facts) -> Option<(Vec<(usize, f64)>, Trend)> {
    let losses = series(facts, "loss");
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let loss = Trend::of(&values).filter(|loss| loss.epochs >= 4 && loss.least > 0.0)?;
    // Noise of a log that rises is that of its steps up, which the scatter between neighbours leaves out.
    let rises = loss.rise() >= RISE && loss.end - loss.least >= NOISE * loss.noise;
    let last = &values[values.len() - 2..];
    let stays = last.iter().all(|v| *v > loss.least * (1.0 + RISE / 2.0));
    (rises && stays).then_some((losses, loss))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::epochs;

    fn told(losses: &[f64]) -> Option<usize> {
        detect(&Facts::from_events(&epochs("loss", losses)))?.from_epoch
    }

    #[test]
    fn a_rise_for_good() {
        assert_eq!(told(&[1.0, 0.8, 0.9, 1.1, 1.4, 1.8]), Some(3));
        assert_eq!(told(&[1.0, 0.8, 0.7, 0.65, 0.9, 0.64]), None);
        assert_eq!(told(&[1.0, 0.5, 0.9, 0.4, 1.0, 0.5]), None);
        assert_eq!(told(&[1.0, 0.9, 0.8, 0.7]), None);
        assert_eq!(told(&[1.0, 2.0]), None);
    }
}
