//! Training loss that jumps late in a run.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{mean, scatter, series};
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "train_loss_fluctuation",
    title: "Training loss jumps late in the run",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "reduce_lr_on_plateau",
        "lower_learning_rate",
        "larger_batch",
        "gradient_clipping",
        "cosine_schedule",
    ],
};

const EXPLAIN: &str = "\
Late in a run the training loss of an epoch jumps up and down instead of falling smoothly. A mean over
all rows has little noise of its own, so what moves is the network: the learning rate is too high for
the narrow place that training has reached, the batches are small, or a few rows with huge losses
(sure and wrong, or wrongly labelled) come and go. Adam does it, too, once its gradients are tiny: the
division by their size makes large steps of small ones.

What the doctor compares: the scatter between neighbouring epochs over the last third of the run (nine
epochs or more in all), by second differences, against the loss's own level: 5 % and more. It is told
as worth knowing: training often still gets somewhere.

Lower the rate late in the run (ReduceLROnPlateau, a schedule), take larger batches, or clip.";

/// Scatter over level that is noticed.
const LEVEL: f64 = 0.05;

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let n = losses.len();
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    if n < 9 || values.iter().any(|loss| *loss <= 0.0) {
        return None;
    }
    let tail = &values[n - n / 3..];
    let wide = if n / 3 >= 4 { tail } else { &values[n - 5..] };
    let share = scatter(wide) / mean(wide);
    if share < LEVEL {
        return None;
    }
    let title = format!(
        "Training loss jumps by {:.0} % of itself from epoch to epoch at the end",
        100.0 * share
    );
    let explanation = "The mean over all rows has little noise of its own: the network moves, because the learning rate is high for where it is, or a few rows with huge losses come and go.".to_owned();
    let evidence = [
        ("scatter", json!(share)),
        ("level", json!(mean(wide))),
        ("epochs", json!(wide.len())),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(losses[n - wide.len()].0));
    finding.check = "Go on for three epochs at a tenth of the learning rate: the jumps shrink by more than half.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::epochs;

    #[test]
    fn jumps_at_the_end() {
        let told = |values: &[f64]| detect(&Facts::from_events(&epochs("loss", values))).is_some();
        assert!(told(&[
            1.0, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.26, 0.19, 0.25, 0.18, 0.24
        ]));
        assert!(!told(&[
            1.0, 0.7, 0.5, 0.4, 0.3, 0.25, 0.22, 0.2, 0.185, 0.175, 0.168, 0.163
        ]));
        assert!(!told(&[1.0, 0.2, 1.0, 0.2]));
    }
}
