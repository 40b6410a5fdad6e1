//! Training loss above validation loss, and the harmless reasons for it.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{Curve, mean};
use crate::findings::finding;
use crate::{Facts, FindingDef, look};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "train_above_validation_explained",
    title: "Training loss is above validation loss",
    explain: EXPLAIN,
    detect,
    remedies: &["evaluate_training_rows", "check_split"],
};

const EXPLAIN: &str = "\
Training loss above validation loss looks wrong and seldom is. The two are not measured alike:

  training loss is the mean over an epoch in which the network got better; validation is measured at
  its end. Half an epoch lies between them, which is much in the first epochs;
  dropout, noise and augmentation make the task harder while training, and are off in validation;
  penalties (L1, L2) are part of the training loss, and in Keras of the validation loss, too;
  the validation rows may be easier, or share rows with training.

What the doctor compares: the losses of the last third of the epochs, and the training losses shifted
by half an epoch, (L[e] + L[e+1]) / 2, which stand for the end of epoch e. Where the shift alone
closes the gap it says so; else it names the layers of the model that explain it, and, where there is
none, asks for a look at the split. A run measures some training rows in inference mode; where that figure lies
two standard errors from validation's it comes first.";

/// Ratio of the losses from which it is noticed.
const ABOVE: f64 = 1.05;

fn detect(facts: &Facts) -> Option<Finding> {
    let curve = Curve::losses(facts);
    let n = curve.len();
    if n < 3 {
        return None;
    }
    let k = (n / 3).max(2).min(n - 1);
    let (train, val) = (mean(&curve.train[n - k..]), mean(&curve.val[n - k..]));
    if val <= 0.0 || train / val < ABOVE {
        return None;
    }
    // The end of epoch e lies between the means of e and e + 1; validation of e is measured there.
    let shifted: Vec<f64> = curve.train[n - k - 1..]
        .windows(2)
        .map(|pair| (pair[0] + pair[1]) / 2.0)
        .collect();
    let late = mean(&curve.val[n - k - 1..n - 1]);
    let by_shift = late > 0.0 && mean(&shifted) / late < ABOVE;
    let layers: Vec<String> = facts
        .model
        .map(|model| {
            model
                .layers
                .iter()
                .filter(|layer| is_harder(&layer.class_name))
                .map(|layer| layer.path.clone())
                .collect()
        })
        .unwrap_or_default();
    // A look of long ago was at another network.
    let probe = look::last(facts)
        .filter(|(epoch, _)| *epoch >= curve.epochs[n - k])
        .map(|(_, probe)| probe);
    let measured = probe.map(|probe| probe.loss);
    let error = probe.and_then(|probe| probe.error);
    // Too few rows were measured to tell their loss from validation's, or from training's.
    let unsure = measured
        .zip(error)
        .is_some_and(|(loss, error)| (loss - val * ABOVE).abs() < 2.0 * error);
    let why = match (measured, by_shift, layers.is_empty()) {
        (Some(loss), false, _) if unsure => format!("Measured like validation, training rows have a loss of {loss:.4}, with a standard error of {:.4}: too few rows to tell whether the validation rows are easier or training is harder.", error.unwrap_or_default()),
        (Some(loss), ..) if loss <= val * ABOVE && !unsure => format!("Measured like validation, in inference mode at the end of an epoch, training rows have a loss of {loss:.4}: the gap is dropout, noise, penalties or the running mean."),
        (_, true, _) => "Shifted by half an epoch the curves meet: training loss is the mean over an epoch in which the network got better.".to_owned(),
        (Some(loss), ..) => format!("Measured like validation, training rows still have a loss of {loss:.4}: the validation rows are easier."),
        (None, false, false) => format!("{} make the task harder while training and are off in validation.", layers.join(", ")),
        (None, false, true) => "The running mean of the epoch does not explain it. Dropout and augmentation would; if there is none, the validation rows are easier or are among the training rows.".to_owned(),
    };
    let title = format!("Training loss {train:.4} is above validation loss {val:.4}");
    let evidence = [
        ("loss", json!(train)),
        ("val_loss", json!(val)),
        ("shift_explains", json!(by_shift)),
        ("layers", json!(layers)),
        ("inference_loss", json!(measured)),
        ("inference_loss_error", json!(error)),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, why, evidence);
    finding.from_epoch = Some(facts.epoch_name(curve.epochs[n - k]));
    finding.check =
        "Evaluate the training rows as validation rows are: `evaluate` on both.".to_owned();
    Some(finding)
}

/// Layers that are off, or milder, in inference.
fn is_harder(class: &str) -> bool {
    [
        "Dropout",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    ]
    .contains(&class)
        || class.starts_with("Random")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    fn why(train: &[f64], val: &[f64]) -> Option<String> {
        detect(&Facts::from_events(&losses(train, val))).map(|found| found.explanation)
    }

    #[test]
    fn by_the_running_mean() {
        let train = [1.0, 0.8, 0.64, 0.51, 0.41, 0.33];
        let shifted = [0.9, 0.72, 0.575, 0.46, 0.37, 0.3];
        assert!(why(&train, &shifted).is_some_and(|why| why.contains("half an epoch")));
    }

    #[test]
    fn by_something_else_or_not_at_all() {
        let train = [1.0, 0.9, 0.85, 0.82, 0.8, 0.79];
        assert!(
            why(&train, &[0.8, 0.7, 0.6, 0.55, 0.52, 0.5])
                .is_some_and(|why| why.contains("easier"))
        );
        assert_eq!(why(&train, &[1.1, 1.0, 0.95, 0.9, 0.9, 0.9]), None);
    }
}
