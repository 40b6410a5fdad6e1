//! How the thresholds of overfitting do on programs that they were not chosen on: for each family of programs they are
//! chosen anew on the logs of all others, and then tried on the family.
//!
//!     cargo run -p regimen-doctor --example families -- DIR
//!
//! DIR holds `logs/index.json` (a list of records with `id`, `file`, `family`, `labels`, `columns`) and the CSV files it
//! names. Chosen are, of all combinations of the grid, those with the fewest alarms on healthy logs; of these, those that
//! name most overfitted logs, then most benign ones; of these, the most careful one (larger thresholds). The plain figures,
//! of the thresholds that the doctor has, stand beside it.
#![allow(clippy::print_stdout)] // a program: this is its output

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use regimen_doctor::log::{self, Log};
use regimen_doctor::{Thresholds, Verdict, verdict};
use serde_json::Value;

/// A log with what its labels say.
struct Case {
    family: String,
    log: Log,
    healthy: bool,
    overfits: bool,
    benign: bool,
    /// Whether it counts for a curve of two classes: overfitted or not.
    of_pairs: bool,
}

/// Hits and cases.
#[derive(Debug, Clone, Copy, Default)]
struct Count(usize, usize);

impl Count {
    fn note(&mut self, counts: bool, hit: bool) {
        self.0 += usize::from(counts && hit);
        self.1 += usize::from(counts);
    }
}

/// What some thresholds make of some logs.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    alarms: Count,
    found: Count,
    benign: Count,
    pairs: Count,
}

impl Score {
    fn note(&mut self, case: &Case, by: &Thresholds) {
        let facts = case.log.facts();
        let said = verdict(&facts, by);
        let sure = said == Some(Verdict::Overfitting { sure: true });
        self.alarms.note(case.healthy, sure);
        self.found
            .note(case.overfits && !case.of_pairs, said.is_some());
        self.benign.note(case.benign, said == Some(Verdict::Benign));
        self.pairs.note(case.of_pairs, sure == case.overfits);
    }

    fn add(&mut self, other: &Score) {
        let pairs = [
            (&mut self.alarms, other.alarms),
            (&mut self.found, other.found),
            (&mut self.benign, other.benign),
            (&mut self.pairs, other.pairs),
        ];
        for (own, more) in pairs {
            own.0 += more.0;
            own.1 += more.1;
        }
    }

    /// Better is larger.
    fn order(&self) -> (std::cmp::Reverse<usize>, usize, usize) {
        let Score {
            alarms,
            found,
            benign,
            pairs,
        } = self;
        (std::cmp::Reverse(alarms.0), found.0 + pairs.0, benign.0)
    }
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        println!("usage: families DIR (with logs/index.json)");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder)) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> Result<String, String> {
    let cases = cases(folder)?;
    let families: BTreeSet<&str> = cases.iter().map(|case| case.family.as_str()).collect();
    let (mut plain, mut left_out) = (Score::default(), Score::default());
    cases
        .iter()
        .for_each(|case| plain.note(case, &Thresholds::FROZEN));
    let (tried, mut chosen) = (tried(&cases), Vec::<Thresholds>::new());
    for family in &families {
        let best = choose(&tried, &cases, family);
        let own = cases.iter().filter(|case| case.family == *family);
        own.for_each(|case| left_out.note(case, &best));
        if !chosen.contains(&best) {
            chosen.push(best);
        }
    }
    let row = |what: &str, of: fn(&Score) -> Count| {
        let cell = |score: &Score| {
            let Count(hits, all) = of(score);
            format!("{hits} of {all}")
        };
        format!("| {what} | {} | {} |\n", cell(&plain), cell(&left_out))
    };
    let mut text = format!(
        "{} logs of {} families\n| measure | thresholds of the doctor | chosen without the family |\n| --- | --- | --- |\n",
        cases.len(),
        families.len()
    );
    text += &row("alarms of overfitting on healthy logs", |s| s.alarms);
    text += &row("overfitting found (any of its three forms)", |s| s.found);
    text += &row("benign overfitting named benign", |s| s.benign);
    text += &row("curves of two classes", |s| s.pairs);
    text += "chosen:\n";
    for by in chosen {
        text += &format!("  {by:?}\n");
    }
    Ok(text)
}

/// What each combination of the grid makes of each log, the most careful combination first.
fn tried(cases: &[Case]) -> Vec<(Thresholds, Vec<Score>)> {
    let mut all = vec![];
    for min_rise in [0.1, 0.05, 0.03, 0.02, 0.01] {
        for sure in [8.0, 6.0, 5.0, 4.0, 3.0, 2.0] {
            for large_gap in [0.25, 0.2, 0.15, 0.1] {
                for mild_gap in [0.1, 0.08, 0.06, 0.05, 0.04, 0.03] {
                    let by = Thresholds {
                        min_rise,
                        sure,
                        large_gap,
                        mild_gap,
                    };
                    let of_case = |case: &Case| {
                        let mut score = Score::default();
                        score.note(case, &by);
                        score
                    };
                    all.push((by, cases.iter().map(of_case).collect()));
                }
            }
        }
    }
    all
}

/// The thresholds that do best on the logs of all families but one.
fn choose(tried: &[(Thresholds, Vec<Score>)], cases: &[Case], family: &str) -> Thresholds {
    let mut best: Option<(Score, Thresholds)> = None;
    for (by, scores) in tried {
        let mut sum = Score::default();
        let others = cases
            .iter()
            .zip(scores)
            .filter(|(case, _)| case.family != family);
        others.for_each(|(_, score)| sum.add(score));
        // What comes later is less careful: it has to be better.
        if best
            .as_ref()
            .is_none_or(|(known, _)| sum.order() > known.order())
        {
            best = Some((sum, *by));
        }
    }
    best.map_or(Thresholds::FROZEN, |(_, by)| by)
}

fn cases(folder: &Path) -> Result<Vec<Case>, String> {
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let index = folder.join("logs/index.json");
    let records: Vec<Value> =
        serde_json::from_str(&read(&index)?).map_err(|e| format!("{}: {e}", index.display()))?;
    let mut cases = vec![];
    for record in &records {
        let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        let list = |key: &str| -> Vec<&str> {
            let all = record[key].as_array().into_iter().flatten();
            all.filter_map(Value::as_str).collect()
        };
        let labels: BTreeSet<&str> = list("labels")
            .into_iter()
            .filter_map(|label| label.split(':').next())
            .collect();
        if !list("columns").contains(&"val_loss") || labels.contains("multi_run_appended_file") {
            continue;
        }
        let file = folder.join(text("file"));
        let logs = log::read(&read(&file)?).map_err(|e| format!("{}: {e}", file.display()))?;
        let Some(log) = logs.into_iter().next_back() else {
            continue;
        };
        let forms = ["overfitting", "overfitting_mild", "overfitting_benign"];
        cases.push(Case {
            family: text("family"),
            log,
            healthy: labels.contains("healthy") && !forms.iter().any(|form| labels.contains(form)),
            overfits: labels.contains("overfitting"),
            benign: labels.contains("overfitting_benign"),
            of_pairs: text("id").starts_with("og"),
        });
    }
    Ok(cases)
}
