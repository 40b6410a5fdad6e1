//! Classes of very different size.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "class_imbalance",
    title: "Classes differ much in size",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "class_weight",
        "balanced_sampling",
        "decision_thresholds",
        "fix_metric",
    ],
};

const EXPLAIN: &str = "\
Some classes have many times the rows of others. Accuracy then says little: always answering the
commonest class is right most of the time, and a network that finds half of the rare rows hardly moves
it. Rare classes get few of the steps, so they are learnt last; the loss, which counts every row
alike, is satisfied early.

How the doctor knows: from the shares of the classes in the training part. A commonest class with
twenty times the rows of the rarest, or 95 % of all, is an alarm; four times is told as worth knowing.
Many tasks are like that, and nothing is wrong with them: what has to change is how they are judged.

Look at recall and precision per class (`regimen evaluate` prints them), at F1 or the area under the
precision-recall curve; class_weight = \"balanced\", or batches with as many rows of each class, when
the rare ones matter.";

/// Rows of the commonest class per row of the rarest that are told, and that are an alarm.
const TOLD: f64 = 4.0;
const ALARM: f64 = 20.0;
/// Rows per class below which shares are left to chance.
const ROWS: usize = 20;
/// Share of the commonest class that is an alarm.
const MOST: f64 = 0.95;

fn detect(facts: &Facts) -> Option<Finding> {
    let data = facts.data?;
    let shares = &data.train_shares;
    let most = shares.iter().copied().fold(0.0, f64::max);
    let least = shares
        .iter()
        .copied()
        .filter(|share| *share > 0.0)
        .fold(1.0, f64::min);
    let ratio = most / least.max(f64::MIN_POSITIVE);
    // Of a few rows some class is rare by chance.
    let rows = facts.train_samples.or(data.train_rows);
    let chance = rows.is_some_and(|rows| rows < ROWS * shares.len());
    if shares.len() < 2 || ratio < TOLD || chance {
        return None;
    }
    let name = |share: f64| {
        let class = shares.iter().position(|s| *s == share).unwrap_or(0);
        data.classes
            .get(class)
            .cloned()
            .unwrap_or_else(|| class.to_string())
    };
    let severity = if ratio >= ALARM || most >= MOST {
        Severity::Warning
    } else {
        Severity::Info
    };
    let title = format!(
        "Class {} has {ratio:.0} times the rows of class {}: {:.1} % and {:.2} %",
        name(most),
        name(least),
        100.0 * most,
        100.0 * least
    );
    let explanation = format!(
        "Always answering class {} is right in {:.1} % of cases: accuracy below or near that is no skill. Judge by recall per class.",
        name(most),
        100.0 * most
    );
    let evidence = [
        ("shares", json!(shares)),
        ("ratio", json!(ratio)),
        ("largest", json!(most)),
        ("smallest", json!(least)),
    ];
    let mut finding = finding(severity, 0.95, title, explanation, evidence);
    finding.check = "Compare recall of the rare classes with that of the commonest.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::DataProfile;

    #[test]
    fn by_the_ratio() {
        let severity = |shares: &[f64]| {
            let data = DataProfile {
                train_shares: shares.to_vec(),
                ..DataProfile::default()
            };
            detect(&Facts {
                data: Some(&data),
                ..Facts::default()
            })
            .map(|found| found.severity)
        };
        assert_eq!(severity(&[0.998, 0.002]), Some(Severity::Warning));
        assert_eq!(severity(&[0.85, 0.15]), Some(Severity::Info));
        assert_eq!(severity(&[0.4, 0.3, 0.3]), None);
        assert_eq!(severity(&[1.0]), None);
        assert_eq!(severity(&[]), None);
    }
}
