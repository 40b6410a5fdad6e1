//! Pages of small runs and treatments.

use std::collections::BTreeMap;

use regimen_run::event::{Logs, RowsOfEpoch, Telemetry, ValidationRows};
use regimen_run::treatment::{Baseline, LearningCurve, Outcome, RemedyResult, Treatment, Verdict};
use regimen_run::{Event, Finding, RunSpec, Severity};

use super::*;

fn epoch(epoch: usize, loss: f64, val_loss: f64) -> Event {
    Event::EpochEnd {
        epoch,
        logs: Logs::from([("loss".to_owned(), loss), ("val_loss".to_owned(), val_loss)]),
        seconds: 0.5,
        step: 10,
        timing: None,
        telemetry: Telemetry::default(),
    }
}

fn finding() -> Finding {
    Finding {
        id: "overfitting".to_owned(),
        severity: Severity::Warning,
        probability: 0.9,
        title: "val_loss rises <script>alert(1)</script>".to_owned(),
        explanation: "It does.".to_owned(),
        from_epoch: Some(2),
        evidence: BTreeMap::from([("best_epoch".to_owned(), 2.into())]),
        check: "Look.".to_owned(),
        remedies: vec!["dropout".to_owned()],
        causes: vec![],
        layer: None,
    }
}

fn rows(n: usize) -> Event {
    Event::ValidationRows(ValidationRows {
        one_row_in: 1,
        truth: (0..n).map(|i| (i % 3) as i32).collect(),
        epochs: vec![RowsOfEpoch {
            epoch: 1,
            loss: vec![0.1; n],
            predicted: (0..n)
                .map(|i| if i % 5 == 0 { 0 } else { (i % 3) as i32 })
                .collect(),
            confidence: (0..n).map(|i| 0.5 + 0.5 * i as f32 / n as f32).collect(),
        }],
    })
}

fn of(events: &[Event], findings: &[Finding]) -> String {
    run_page(&RunPage {
        spec: None,
        events,
        findings,
        command: "regimen train 'a b.toml'",
    })
}

#[test]
fn a_page_needs_nothing_else_and_runs_nothing_foreign() {
    let events = [
        epoch(0, 1.0, 1.1),
        epoch(1, 0.5, 1.0),
        epoch(2, 0.2, f64::NAN),
        rows(60),
    ];
    let html = of(&events, &[finding()]);
    for foreign in [
        "http:",
        "https:",
        "<link",
        "src=",
        "url(",
        "@import",
        "<script>alert",
    ] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert!(html.contains("val_loss rises &lt;script&gt;"));
    assert!(
        html.contains("The least val_loss is 1 at epoch 2"),
        "{html}"
    );
    assert!(html.contains("3 epochs so far."));
    assert_eq!(html.matches("<script>").count(), 1, "the page's own");
    for section in ["curves", "findings", "classes", "calibration", "again"] {
        assert!(
            html.contains(&format!("<section id=\"{section}\">")),
            "{section}"
        );
    }
    // What is not known is left out.
    for absent in ["data", "layers"] {
        assert!(
            !html.contains(&format!("<section id=\"{absent}\">")),
            "{absent}"
        );
    }
}

#[test]
fn classes_are_counted() {
    let html = of(&[epoch(0, 1.0, 1.0), rows(60)], &[]);
    // Of 20 rows of class 1 every fifth row is taken for 0.
    assert!(html.contains("0 (4)"), "{html}");
    assert!(html.contains("80.0 %"), "{html}");
    let few = of(&[epoch(0, 1.0, 1.0), rows(5)], &[]);
    assert!(
        !few.contains("<section id=\"calibration\">"),
        "too few rows for ten groups"
    );
}

#[test]
fn rows_that_do_not_fit_are_passed_over() {
    let mut event = rows(60);
    if let Event::ValidationRows(rows) = &mut event {
        rows.epochs[0].predicted.truncate(10);
        rows.truth[0] = -1;
    }
    let html = of(&[event], &[]);
    assert!(!html.contains("<section id=\"classes\">"));
}

fn result(id: &str, verdict: Verdict, effect: Option<f64>) -> RemedyResult {
    RemedyResult {
        id: id.to_owned(),
        change: "some".to_owned(),
        verdict,
        effect,
        low: effect.map(|e| e - 0.01),
        high: effect.map(|e| e + 0.01),
        p: effect.map(|_| 0.01),
        seeds: 8,
        seeds_needed: None,
        score: effect.map(|e| 0.79 + e),
        loss: Some(-0.1),
        cost: Some(1.5),
        screened: Some(0.001),
        reason: effect.is_none().then(|| "it <b>cannot</b>".to_owned()),
        diff: vec!["- epochs = 1".to_owned(), "+ epochs = 3".to_owned()],
    }
}

fn treatment() -> Treatment {
    Treatment {
        name: "t".to_owned(),
        metric: "accuracy".to_owned(),
        more_is_better: true,
        part: "test".to_owned(),
        margin: 0.02,
        runs: 20,
        baseline: Baseline {
            validation: Some(0.8),
            test: Some(0.79),
            deviation: Some(0.02),
            seeds: 11,
            params: 100,
        },
        remedies: vec![
            result("dropout", Verdict::Helps, Some(0.05)),
            result("l2", Verdict::Harms, Some(-0.05)),
            result("null", Verdict::NoDifference, Some(0.001)),
            result("adam", Verdict::NotApplicable, None),
        ],
        findings: vec![finding()],
        learning_curve: Some(LearningCurve {
            rows: vec![25, 50, 100],
            scores: vec![vec![0.7, 0.71], vec![0.75, 0.74], vec![0.8, 0.79]],
            twice: 0.83,
            low: 0.81,
            high: 0.85,
        }),
        findings_by_treatment: BTreeMap::from([("overfitting".to_owned(), "confirmed".to_owned())]),
    }
}

fn trial(remedy: &str, seed: u64) -> Outcome {
    Outcome {
        remedy: remedy.to_owned(),
        change: if remedy == "baseline" {
            String::new()
        } else {
            "some".to_owned()
        },
        seed,
        validation: Some(0.8),
        test: None,
        loss: None,
        rows: vec![],
        params: 100,
        seconds: 0.1,
        curve: vec![0.5, f32::NAN, 0.8],
        losses: vec![],
        failed: None,
    }
}

#[test]
fn a_treatment_says_what_helps_and_how_to_change_the_run() {
    let (treatment, spec) = (
        treatment(),
        RunSpec::from_toml(RUN, "run.toml").expect("a run").0,
    );
    let trials = [
        trial("baseline", 1),
        trial("baseline", 2),
        trial("dropout", 1),
    ];
    let html = treatment_page(&TreatmentPage {
        spec: Some(&spec),
        treatment: Some(&treatment),
        trials: &trials,
        progress: None,
        baseline: None,
        command: "regimen treat run.toml",
        resume: "",
        faults: &["progress.json: no object".to_owned()],
    });
    for text in [
        "dropout (some) helps: accuracy 0.84",
        "1 helpful, 0 without a difference beyond 0.02, 1 harmful",
        "<strong>confirmed by treatment</strong>",
        "it &lt;b&gt;cannot&lt;/b&gt;",
        "+ epochs = 3",
        "+0.0500 [+0.0400, +0.0600]",
        "val_accuracy: mean and deviation over seeds",
        "More data",
        "progress.json: no object",
        "3 runs",
    ] {
        assert!(html.contains(text), "{text}\n{html}");
    }
    let working = treatment_page(&TreatmentPage {
        spec: None,
        treatment: None,
        trials: &trials,
        progress: None,
        baseline: None,
        command: "",
        resume: "regimen treat t/spec.json --out t --resume",
        faults: &[],
    });
    assert!(working.contains("3 of 3 trials"), "{working}");
    assert!(
        working.contains("treat t/spec.json --out t --resume"),
        "{working}"
    );
}

const RUN: &str = r#"
name = "t"
[data]
sample = "digits"
[[model.layers]]
class_name = "Dense"
units = 10
activation = "softmax"
[compile]
loss = "sparse_categorical_crossentropy"
"#;
