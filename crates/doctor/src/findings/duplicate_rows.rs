//! Validation rows that are training rows, too.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "duplicate_rows",
    title: "Validation rows are among the training rows",
    explain: EXPLAIN,
    detect,
    remedies: &["drop_duplicates", "group_split"],
};

const EXPLAIN: &str = "\
Rows of the validation or test part have exactly the inputs of a training row. What was learnt by
heart counts as understood there: overfitting shows less than it is, and figures are too good.

How the doctor knows: the trainer compares the inputs of all rows, bit for bit, when it reads the data.
From 2 % of a part's rows on (five at least) it is an alarm, below it is worth knowing. Tables of few
columns and few values repeat themselves by nature: where 3 % of the repeated rows and more have
another label than their twin, they are taken for such, and no alarm is raised.

Drop duplicates before the split (`drop_duplicates = true`), or keep what belongs together in one part
(`split.by = \"group\"`: pictures of one patient, texts of one author).";

/// Share of a part, and rows, from which it is an alarm.
const SHARE: f64 = 0.02;
const ROWS: usize = 5;
/// Part of them with another label from which on they are different rows that look alike.
const NATURAL: f64 = 0.03;

fn detect(facts: &Facts) -> Option<Finding> {
    let profile = facts.profile?;
    let again = &profile.duplicates;
    let parts = [
        ("validation", again.validation, profile.rows[1]),
        ("test", again.test, profile.rows[2]),
    ];
    let read = profile.one_row_in.unwrap_or(1).max(1);
    let share = |rows: usize, of: usize| rows as f64 / (of / read).max(1) as f64;
    let (part, rows, of) = parts
        .into_iter()
        .max_by(|a, b| share(a.1, a.2).total_cmp(&share(b.1, b.2)))?;
    if rows == 0 {
        return None;
    }
    let share = share(rows, of);
    let other = match part {
        "test" => again.test_other_label,
        _ => again.validation_other_label,
    };
    let natural = other as f64 > NATURAL * rows as f64;
    let severity = match share >= SHARE && rows >= ROWS && !natural {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let title = format!(
        "{rows} of {of} {part} rows ({:.1} %) are training rows, too",
        100.0 * share
    );
    let explanation = match natural {
        false => "What was learnt by heart counts as understood there, so the figures of this part are too good.".to_owned(),
        true => format!("{other} of them have another label than their twin: these are different rows that look alike, as rows of few columns do, rather than copies."),
    };
    let beside = match part {
        "test" if again.validation > 0 => format!(
            " {} of {} validation rows are, too.",
            again.validation, profile.rows[1]
        ),
        "validation" if again.test > 0 => {
            format!(" {} of {} test rows are, too.", again.test, profile.rows[2])
        }
        _ => String::new(),
    };
    let explanation = explanation + &beside;
    let evidence = [
        ("validation", json!(again.validation)),
        ("test", json!(again.test)),
        ("part", json!(part)),
        ("rows", json!(rows)),
        ("of", json!(of)),
        ("share", json!(share)),
        ("with_another_label", json!(other)),
    ];
    let mut finding = finding(severity, 0.97, title, explanation, evidence);
    finding.check = "Evaluate the part with and without these rows.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::Profile;

    #[test]
    fn by_share_and_count() {
        let severity = |rows: usize| {
            let mut profile = Profile {
                rows: [800, 200, 0],
                ..Profile::default()
            };
            profile.duplicates.validation = rows;
            profile.duplicates.validation_other_label = if rows == 30 { 10 } else { 0 };
            detect(&Facts {
                profile: Some(&profile),
                ..Facts::default()
            })
            .map(|found| found.severity)
        };
        assert_eq!(severity(40), Some(Severity::Warning));
        assert_eq!(severity(2), Some(Severity::Info));
        assert_eq!(severity(30), Some(Severity::Info));
        assert_eq!(severity(0), None);
    }
}
