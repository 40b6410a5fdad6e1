//! Validation that moves no more than its rows explain.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{Curve, mean, share_error};
use crate::findings::finding;
use crate::paired::Moves;
use crate::sampling;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "val_noise_within_sampling_error",
    title: "Validation moves within its sampling error",
    explain: EXPLAIN,
    detect,
    remedies: &["more_validation_data", "cross_validation", "more_epochs"],
};

const EXPLAIN: &str = "\
A validation accuracy is a share of n rows, and another n rows of the same kind would have given
another share: the standard error is sqrt(p (1 - p) / n), 1.6 points for 0.8 of 600 rows. Movement
within that says nothing of the network; choosing the best epoch by it chooses luck.

What the doctor does: it takes the validation accuracies from the epoch on from which they no longer
trend, and asks whether they scatter more than shares of n rows may (a chi-square test at 5 %; the
same rows are asked every epoch, so that they usually scatter less). For the longest end of the log,
of three epochs at least, where they do not, it says so, with the change that would be needed: between
two epochs on the same rows, about 1.96 standard errors of the difference. A run of `regimen train`
records which rows changed sides between neighbouring epochs; then McNemar's test of these takes the
place of the first, and finds changes that the shares alone would hide.

More validation rows make the error smaller (four times the rows halve it); cross-validation uses
all of them.";

/// Rows of one pair of epochs that have to change to one side to tell anything (McNemar, mid-p).
const FEWEST_ROWS: f64 = 5.0;

fn detect(facts: &Facts) -> Option<Finding> {
    let rows = facts.val_samples.filter(|rows| *rows > 0)?;
    let accuracy = Curve::accuracies(facts);
    let first = sampling::settled(&accuracy.val)?;
    // The longest end of the log that its rows explain.
    let mut ends = first..accuracy.len().saturating_sub(2);
    let chance = |from: usize| match Moves::since(facts, accuracy.epochs[from]) {
        Some(moves) => moves.explained(),
        None => sampling::explained(&accuracy.val[from..], rows),
    };
    let settled = ends.find(|&from| chance(from))?;
    let moves = Moves::since(facts, accuracy.epochs[settled]);
    let tail = &accuracy.val[settled..];
    let level = mean(tail);
    let error = share_error(level, rows);
    let spread = tail.iter().copied().fold(f64::MIN, f64::max)
        - tail.iter().copied().fold(f64::MAX, f64::min);
    if spread <= 0.0 {
        return None;
    }
    let from_epoch = facts.epoch_name(accuracy.epochs[settled]);
    let needed = match &moves {
        // Five rows that all change to one side are the fewest that chance gives in less than a twentieth of cases.
        Some(moves) => {
            let changing = (moves.gained + moves.lost) as f64 / moves.pairs as f64;
            (1.96 * changing.sqrt()).max(FEWEST_ROWS) / rows as f64
        }
        None => 1.96 * error * 2f64.sqrt(),
    };
    let title = format!(
        "Since epoch {from_epoch} val_accuracy moves by {:.2} points around {:.2} %: within what {rows} rows explain",
        100.0 * spread,
        100.0 * level
    );
    let explanation = format!(
        "The standard error of a share of {rows} rows is {:.2} points here. A change of less than about {:.2} points between two epochs cannot be told from chance.",
        100.0 * error,
        100.0 * needed
    );
    let explanation = match &moves {
        Some(moves) => format!(
            "{explanation} Row by row, over {} pairs of neighbouring epochs, {} rows became right and {} wrong: what a network of constant skill does, too.",
            moves.pairs, moves.gained, moves.lost
        ),
        None => explanation,
    };
    let evidence = [
        ("pairs", json!(moves.map(|m| m.pairs))),
        ("rows_gained", json!(moves.map(|m| m.gained))),
        ("rows_lost", json!(moves.map(|m| m.lost))),
        ("val_samples", json!(rows)),
        ("val_accuracy", json!(level)),
        ("spread", json!(spread)),
        ("standard_error", json!(error)),
        ("change_needed", json!(needed)),
        ("epochs", json!(tail.len())),
    ];
    let mut finding = finding(Severity::Info, 0.9, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check =
        "Evaluate two of these epochs' weights on other rows: which one is ahead changes."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    #[test]
    fn by_the_number_of_rows() {
        let loss = [0.6; 10];
        let val = [
            0.7, 0.78, 0.81, 0.82, 0.815, 0.825, 0.818, 0.822, 0.812, 0.82,
        ];
        let told = |rows: usize| {
            let events = four(&loss, &val, &loss, &val);
            let facts = Facts {
                val_samples: Some(rows),
                ..Facts::from_events(&events)
            };
            detect(&facts).and_then(|found| found.from_epoch)
        };
        assert!(told(600).is_some_and(|epoch| (2..=4).contains(&epoch)));
        assert_eq!(told(1_000_000), None);
    }
}
