//! Few rows, learnt by heart.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "too_little_data",
    title: "Too few rows for this network",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "more_data",
        "augmentation",
        "smaller_network",
        "dropout",
        "l2",
        "pretrained_layers",
        "token_dropout",
        "token_swap",
        "input_noise",
        "mixup",
    ],
};

const EXPLAIN: &str = "\
The network overfits, and it has few rows to learn from: so few that more of them are likely to help
more than any change of the network. Regularization can soften that, not replace them.

How the doctor knows: overfitting beyond its noise, with 2,000 training rows or fewer, or fewer than 50
for each class. It is told as likely, not as certain: whether more rows help is what a learning curve
shows. Train on a quarter, a half and all of the rows: a validation that still climbs from half to all
will climb on; one that does not has another limit.

More rows first; then augmentation, which makes new rows of old ones; layers that were trained on other
data; a smaller network.";

const FEW: usize = 2000;
const PER_CLASS: usize = 50;

fn detect(facts: &Facts) -> Option<Finding> {
    let rows = facts.train_samples?;
    let found = generalization::judge(facts)?;
    let classes = facts
        .data
        .map_or(0, |data| data.classes.len().max(data.train_shares.len()));
    let few = rows <= FEW || (classes > 1 && rows < PER_CLASS * classes);
    if !found.knows_rows() || !few {
        return None;
    }
    let params: Option<u64> = facts.model.map(|model| {
        model
            .layers
            .iter()
            .map(|layer| layer.trainable_params)
            .sum()
    });
    let beside = params
        .filter(|p| *p > 0)
        .map_or(String::new(), |p| format!(" for {p} trainable parameters"));
    let title = format!("{rows} training rows{beside}, learnt by heart");
    let explanation = "More rows are likely to help more than any change of the network. A learning curve decides: train on a half and on all of the rows, and compare validation.".to_owned();
    let evidence = [
        ("train_samples", json!(rows)),
        ("params", json!(params)),
        ("classes", json!(classes)),
    ];
    let mut finding = finding(Severity::Info, 0.7, title, explanation, evidence);
    finding.check = "Train on half of the rows: if validation gets worse by more than its noise, twice the rows will make it better.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    #[test]
    fn overfitting_on_few_rows() {
        let events = losses(
            &[1.5, 1.1, 0.8, 0.6, 0.45, 0.35, 0.3, 0.25],
            &[1.3, 1.15, 1.2, 1.3, 1.42, 1.55, 1.66, 1.8],
        );
        let told = |rows: usize| {
            let facts = Facts {
                train_samples: Some(rows),
                ..Facts::from_events(&events)
            };
            detect(&facts).is_some()
        };
        assert!(told(600) && !told(60_000));
    }
}
