//! `regimen treat`: small budgets, options that a folder keeps, data beside the run file, trials side by side.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::program::{example, run};

/// A table in which one column tells the class, and a run of it that is too short.
fn table(dir: &Path) {
    std::fs::create_dir(dir.join("work")).expect("a folder");
    let mut text = "a,b,label\n".to_owned();
    for i in 0..200 {
        let (x, other) = (
            f64::from(i * 37 % 200) / 100.0 - 1.0,
            f64::from(i * 61 % 200) / 100.0,
        );
        _ = writeln!(text, "{x},{other},{}", if x > 0.1 { "yes" } else { "no" });
    }
    std::fs::write(dir.join("work/table.csv"), text).expect("writes");
    let run = "name = \"table\"\n[data]\ncsv = \"table.csv\"\nlabel = \"label\"\n\
               inputs = [{ kind = \"numeric\", columns = [\"a\", \"b\"] }]\n\
               [model]\nlayers = [{ class_name = \"Dense\", units = 2, activation = \"softmax\" }]\n\
               [compile]\noptimizer = { class_name = \"Adam\", learning_rate = 0.02 }\n\
               loss = \"sparse_categorical_crossentropy\"\nmetrics = [\"accuracy\"]\n[fit]\nepochs = 1\n";
    std::fs::write(dir.join("work/run.toml"), run).expect("writes");
}

fn results(dir: &Path, folder: &str) -> Value {
    let text = std::fs::read_to_string(dir.join(folder).join("treatment.json")).expect("results");
    serde_json::from_str(&text).expect("JSON")
}

fn of<'a>(results: &'a Value, id: &str) -> &'a Value {
    let all = results["remedies"].as_array().expect("a list");
    all.iter().find(|r| r["id"] == id).expect("is listed")
}

#[test]
fn one_remedy_is_judged_on_nineteen_runs() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = example("digits.toml");
    let mut args = vec!["treat", &file, "--epochs", "3", "--remedy", "more_epochs"];
    args.extend(["--budget", "19", "--out", "t"]);
    run(dir.path(), &args).with(0);
    let judged = results(dir.path(), "t");
    let own = of(&judged, "more_epochs");
    assert_eq!(
        (&own["seeds"], &own["verdict"]),
        (&6.into(), &"helps".into()),
        "{own}"
    );
    assert!(own["screened"].is_null(), "{own}");
    // One run less has no room for a verdict, and says what has.
    args[7] = "18";
    args[9] = "u";
    run(dir.path(), &args).with(0);
    let told = results(dir.path(), "u");
    let reason = of(&told, "more_epochs")["reason"]
        .as_str()
        .expect("a reason")
        .to_owned();
    assert!(reason.contains("--budget 19 has room"), "{reason}");
}

#[test]
fn a_budget_too_small_for_a_verdict_looks_and_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = example("digits.toml");
    for budget in ["1", "4", "10"] {
        let args = [
            "treat", &file, "--epochs", "1", "--budget", budget, "--out", budget,
        ];
        let ended = run(dir.path(), &args).with(0);
        assert!(ended.out.contains("24 runs"), "{}", ended.out);
        let told = results(dir.path(), budget);
        assert!(told["runs"].as_u64() <= budget.parse().ok(), "{told}");
        let looked = told["remedies"].as_array().expect("a list");
        let looked = looked.iter().filter(|r| !r["screened"].is_null()).count();
        assert!(
            looked + 1 >= budget.parse::<usize>().expect("a number") / 2,
            "{told}"
        );
    }
}

#[test]
fn data_beside_the_run_file_are_found_from_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    table(dir.path());
    let mut args = vec![
        "treat",
        "work/run.toml",
        "--remedy",
        "more_epochs",
        "--budget",
        "19",
    ];
    args.extend(["--metric", "loss", "--margin", "0.001", "--out", "t"]);
    let ended = run(dir.path(), &args).with(0);
    assert!(ended.out.contains("more_epochs helps"), "{}", ended.out);
    run(dir.path(), &["train", "t/improved.toml", "--out", "again"]).with(0);
    let page = std::fs::read_to_string(dir.path().join("t/report.html")).expect("a page");
    let work = dir.path().join("work").display().to_string();
    for text in [
        format!(
            "REGIMEN_DATA={work} regimen treat t/spec.json --budget 19 --metric loss --margin 0.001 --remedy more_epochs"
        ),
        format!("REGIMEN_DATA={work} regimen train t/spec.json"),
    ] {
        assert!(page.contains(&text), "{text}\n{page}");
    }
    // The folder keeps the options; others are refused.
    let resumed = ["treat", "work/run.toml", "--out", "t", "--resume"];
    run(dir.path(), &resumed).with(0);
    assert_eq!(results(dir.path(), "t")["metric"], "loss");
    let mut other = resumed.to_vec();
    other.extend(["--remedy", "l2"]);
    let refused = run(dir.path(), &other).with(1);
    assert!(
        refused.err.contains("was begun with more_epochs"),
        "{}",
        refused.err
    );
    // More seeds after a verdict are another look.
    let mut more = resumed.to_vec();
    more.extend(["--budget", "25"]);
    run(dir.path(), &more).with(0);
    let settings = std::fs::read_to_string(dir.path().join("t/settings.json")).expect("settings");
    assert!(settings.contains("\"finished\":1"), "{settings}");
    // Beside trials and results files may be damaged; the page says so.
    std::fs::write(dir.path().join("t/progress.json"), "{").expect("writes");
    std::fs::write(dir.path().join("t/baseline/events.jsonl"), "{}\n{}\n").expect("writes");
    let shown = run(dir.path(), &["report", "t", "--out", "-"]).with(0);
    assert_eq!(
        shown.out.matches("A file could not be read").count(),
        2,
        "{}",
        shown.out
    );
}

#[test]
fn trials_side_by_side_give_the_same() {
    let dir = tempfile::tempdir().expect("a folder");
    table(dir.path());
    let numbers = |folder: &str, jobs: &str| {
        let args = [
            "treat",
            "work/run.toml",
            "--budget",
            "40",
            "--threads",
            "2",
            "--jobs",
            jobs,
            "--out",
            folder,
        ];
        run(dir.path(), &args).with(0);
        let mut told = results(dir.path(), folder);
        for result in told["remedies"].as_array_mut().expect("a list") {
            // Seconds are the machine's.
            result["cost"].take();
        }
        told
    };
    assert_eq!(numbers("one", "1"), numbers("two", "2"));
}
