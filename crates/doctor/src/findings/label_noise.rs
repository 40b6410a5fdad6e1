//! Labels that contradict what the features say.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::sampling::wilson;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "label_noise",
    title: "Labels that contradict the features",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "relabel",
        "label_smoothing",
        "noise_robust_loss",
        "early_stopping",
        "dropout",
    ],
};

const EXPLAIN: &str = "\
Some training labels are likely wrong. A network learns the right ones first; given time it learns the
wrong ones by heart, too, and validation loss rises. No network can be better on rows whose labels are
wrong than the share of right ones.

How the doctor knows: from the data of a run, before training. Of each of some hundred rows the ten
nearest other rows (features divided by their deviation) are looked at; where eight or more are of one
class and the row is not, label and features contradict each other. It is told when such rows are
surely 3 % or more of all rows with agreeing neighbours, and nearly as frequent there as wrong votes
are anywhere: where classes merely overlap, neighbours do not agree. Votes have to be right two points
more often than the commonest class is, and a quarter of the rows has to have neighbours that agree.

That is an estimate, not a proof: a class that lies scattered among another one looks the same, and of
labels that are wrong where classes overlap nothing can be known in this way. It is told as worth a
look, never as an alarm. On the digits the estimate is within one point of the share of labels that
were changed.

Look at some of the rows; relabel those that are wrong. Label smoothing and early stopping make the
network learn fewer of them by heart, and so does dropout, of what regularizes the most (Arpit et al.,
\"A closer look at memorization\", 2017).";

/// Share of rows that is worth telling, and how it compares with all wrong votes.
const LEAST: f64 = 0.03;
const FLAT: f64 = 0.6;
/// How much better votes are than the commonest class, and one in how many rows has neighbours that agree, where
/// neighbours tell anything.
const SKILL: f64 = 0.02;
const AGREEING: usize = 4;

fn detect(facts: &Facts) -> Option<Finding> {
    let near = facts.profile?.neighbours.as_ref()?;
    let (low, high) = wilson(near.contradicting, near.agreeing);
    let share = near.contradicting as f64 / near.agreeing.max(1) as f64;
    let wrong = (near.rows - near.right.min(near.rows)) as f64 / near.rows.max(1) as f64;
    let chance = near.commonest as f64 / near.rows.max(1) as f64;
    let tells = 1.0 - wrong >= chance + SKILL && near.agreeing * AGREEING >= near.rows;
    if low < LEAST || share < FLAT * wrong || !tells {
        return None;
    }
    let title = format!(
        "Some {:.0} % of the labels contradict their nearest neighbours ({:.0} to {:.0} %)",
        100.0 * share,
        100.0 * low,
        100.0 * high
    );
    let explanation = format!(
        "Of {} training rows, {} have neighbours that agree on a class, and {} of these carry another one: wrong labels, or a class that lies scattered among another.",
        near.rows, near.agreeing, near.contradicting
    );
    let evidence = [
        ("share", json!(share)),
        ("interval", json!([low, high])),
        ("rows", json!(near.rows)),
        ("agreeing", json!(near.agreeing)),
        ("contradicting", json!(near.contradicting)),
        ("wrong_votes", json!(wrong)),
    ];
    let mut finding = finding(Severity::Info, 0.6, title, explanation, evidence);
    finding.check = "Look at fifty rows that a trained network gets wrong with high confidence: if most labels are wrong, this is label noise.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::Profile;
    use regimen_run::profile::Neighbours;

    #[test]
    fn noise_and_overlap() {
        let told = |right: usize, agreeing: usize, contradicting: usize| {
            let profile = Profile {
                neighbours: Some(Neighbours {
                    rows: 1000,
                    neighbours: 10,
                    commonest: 100,
                    right,
                    agreeing,
                    contradicting,
                }),
                ..Profile::default()
            };
            let facts = Facts {
                profile: Some(&profile),
                ..Facts::default()
            };
            detect(&facts).is_some()
        };
        assert!(told(890, 700, 75), "a tenth of the labels");
        assert!(!told(970, 930, 6), "clean");
        assert!(!told(740, 400, 50), "classes that overlap");
        assert!(!told(950, 20, 2), "too few to tell");
        assert!(!told(110, 300, 270), "neighbours that tell nothing");
    }
}
