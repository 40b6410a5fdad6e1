//! Targets outside of what a loss takes.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::Takes;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "targets_out_of_range",
    title: "Targets outside of what the loss takes",
    explain: EXPLAIN,
    detect,
    remedies: &["scale_targets", "fix_loss", "fix_labels"],
};

const EXPLAIN: &str = "\
binary_crossentropy takes targets between 0 and 1; hinge takes -1 and 1 (and turns 0 into -1); poisson
and the logarithmic errors nothing below 0. Targets outside make the loss reward what is wrong: under a
crossentropy a target of 255 is answered best by being ever surer, and the loss goes below zero without
end.

How the doctor knows: from the smallest and largest target of the data and the name of the loss.

Bring the targets into the range (pixels / 255, classes to columns), or take the loss that fits.";

fn detect(facts: &Facts) -> Option<Finding> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let (low, high) = facts.data?.target_range?;
    let loss = output.loss.as_deref()?;
    let (takes, fits) = match loss {
        _ if Takes::of(loss) == Takes::Probabilities => ("0 to 1", low >= 0.0 && high <= 1.0),
        "hinge" | "squared_hinge" => ("-1 to 1", low >= -1.0 && high <= 1.0),
        "poisson" | "mean_squared_logarithmic_error" => ("0 and above", low >= 0.0),
        _ => return None,
    };
    if fits {
        return None;
    }
    let title = format!("Targets run from {low} to {high}, and {loss} takes {takes}");
    let explanation = "Outside of that range the loss rewards what is wrong. Bring the targets into it, or take the loss that fits.".to_owned();
    let evidence = [
        ("smallest", json!(low)),
        ("largest", json!(high)),
        ("loss", json!(loss)),
    ];
    let mut finding = finding(Severity::Error, 0.98, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = "Print the smallest and largest target just before `fit`.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn by_loss_and_range() {
        for (loss, range, told) in [
            ("binary_crossentropy", (0.0, 255.0), true),
            ("binary_crossentropy", (0.0, 1.0), false),
            ("poisson", (-1.0, 3.0), true),
            ("hinge", (-1.0, 1.0), false),
            ("mean_squared_error", (-9.0, 9.0), false),
        ] {
            let mut case = one_output("sigmoid", 1, loss);
            case.data.target_range = Some(range);
            assert_eq!(detect(&case.facts()).is_some(), told, "{loss} {range:?}");
        }
    }
}
