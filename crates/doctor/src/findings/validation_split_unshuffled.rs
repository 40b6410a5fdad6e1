//! A split of rows that lie sorted by class.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::findings::train_val_distribution_shift::{APART, differ};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "validation_split_unshuffled",
    title: "The split follows the order of the rows",
    explain: EXPLAIN,
    detect,
    remedies: &["shuffle_before_split", "stratified_split"],
};

const EXPLAIN: &str = "\
Keras's validation_split takes the last rows as they lie, before any shuffling. Where a file is sorted
by class, the validation part holds classes that training hardly saw, or none at all: validation
accuracy is then near zero while training accuracy is fine, which looks like overfitting and is not.

How the doctor knows: the shares of the classes in the two parts differ beyond chance (chi-square, one
in a thousand) and by so much that the parts look like cuts of sorted rows: Cramer's V of 0.3 or more,
where a random split has nearly 0 and two parts without a common class have 1.

Shuffle the rows before the split, or stratify by class. A run file shuffles unless `split.by` says
otherwise; with `by = \"order\"` it does as Keras does.";

fn detect(facts: &Facts) -> Option<Finding> {
    let differ = differ(facts).filter(|differ| differ.effect >= APART)?;
    let data = facts.data?;
    let unseen: Vec<String> = (0..data.val_shares.len())
        .filter(|&class| data.val_shares[class] > 0.0 && data.train_shares[class] == 0.0)
        .map(|class| {
            data.classes
                .get(class)
                .cloned()
                .unwrap_or_else(|| class.to_string())
        })
        .collect();
    let title = match unseen.as_slice() {
        [] => format!(
            "Training and validation rows hold the classes in very different shares (Cramer's V {:.2})",
            differ.effect
        ),
        some => format!(
            "Validation holds classes that training never sees: {}",
            some.join(", ")
        ),
    };
    let explanation = "Rows that lie sorted by class were cut without shuffling. What looks like overfitting is a split that asks for what was never shown.".to_owned();
    let evidence = [
        ("train_shares", json!(data.train_shares)),
        ("val_shares", json!(data.val_shares)),
        ("effect", json!(differ.effect)),
        ("unseen", json!(unseen)),
    ];
    let mut finding = finding(Severity::Warning, 0.95, title, explanation, evidence);
    finding.check = "Shuffle the rows before the split: validation comes near training.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::DataProfile;

    #[test]
    fn parts_without_a_common_class() {
        let told = |val: &[f64]| {
            let data = DataProfile {
                train_shares: vec![0.6, 0.4, 0.0],
                val_shares: val.to_vec(),
                train_rows: Some(400),
                val_rows: Some(100),
                ..DataProfile::default()
            };
            detect(&Facts {
                data: Some(&data),
                ..Facts::default()
            })
            .map(|found| found.title)
        };
        assert!(told(&[0.0, 0.1, 0.9]).is_some_and(|title| title.ends_with("never sees: 2")));
        assert_eq!(told(&[0.55, 0.45, 0.0]), None);
    }
}
