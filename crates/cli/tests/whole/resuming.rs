//! Stopped and killed runs go on as if never stopped: same weights, same recorded epochs.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use regimen::run::RunFolder;

use crate::program::{events, example, record, regimen, run, tensors};

/// A run of a second or so, with dropout and callbacks whose state matters.
const FILE: &str = r#"
    seed = 3
    data = { sample = "digits", scale = "min_max", split = { train = 0.3, validation = 0.2, test = 0.1 } }
    compile = { optimizer = "adam", loss = "sparse_categorical_crossentropy", metrics = ["accuracy"] }
    fit = { epochs = 25, batch_size = 16, checkpoint_steps = 23 }

    [[model.layers]]
    class_name = "Dense"
    units = 48
    activation = "relu"

    [[model.layers]]
    class_name = "Dropout"
    rate = 0.3

    [[model.layers]]
    class_name = "Dense"
    units = 10
    activation = "softmax"

    [[callbacks]]
    class_name = "ReduceLROnPlateau"
    patience = 2
    factor = 0.5

    [[callbacks]]
    class_name = "EarlyStopping"
    patience = 20
    restore_best_weights = true
"#;

const KILLS: u64 = 20;

fn write_file(dir: &Path) {
    std::fs::write(dir.join("run.toml"), FILE).unwrap();
}

fn start(dir: &Path, args: &[&str]) -> Child {
    regimen(dir, args).spawn().unwrap()
}

#[test]
fn killed_at_any_moment_a_run_ends_as_undisturbed() {
    let dir = tempfile::tempdir().unwrap();
    write_file(dir.path());
    let began = Instant::now();
    run(dir.path(), &["train", "run.toml", "--out", "whole"]).with(0);
    let whole = began.elapsed().as_secs_f64();
    let (weights, told) = (
        tensors(&dir.path().join("whole")),
        record(&dir.path().join("whole")),
    );
    assert_eq!(
        told.iter()
            .filter(|line| line.starts_with("epoch "))
            .count(),
        25
    );
    let mut went_on = 0;
    for kill in 0..KILLS {
        let out = format!("killed-{kill}");
        let place = dir.path().join(&out);
        let args = ["train", "run.toml", "--out", &out, "--resume"];
        // The first stretch starts anew; the second one goes on, and is killed as well.
        let mut had = None;
        for moment in [moment(kill), moment(KILLS + kill) / 2.0] {
            let mut child = start(dir.path(), &args);
            std::thread::sleep(Duration::from_secs_f64(whole * moment));
            child.kill().unwrap();
            child.wait().unwrap();
            had = had.or(checkpoint(&place));
        }
        went_on += u32::from(had.is_some());
        run(dir.path(), &args).with(0);
        assert_eq!(record(&place), told, "kill {kill}, checkpoint {had:?}");
        let same = tensors(&place) == weights;
        assert!(same, "kill {kill}, checkpoint {had:?}: other weights");
    }
    eprintln!("{went_on} of {KILLS} runs had a checkpoint; a run takes {whole:.2} s");
    assert!(went_on >= 3, "the kills came too early to show anything");
}

/// Epoch, step and file of the last checkpoint recorded.
fn checkpoint(run: &Path) -> Option<(usize, u64, String)> {
    RunFolder::open(run).ok()?.state().ok()?.checkpoint
}

/// A share of the run's time, spread over it, by a fixed sequence.
fn moment(kill: u64) -> f64 {
    let mixed = (kill + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11;
    mixed as f64 / (1u64 << 53) as f64
}

#[test]
fn an_interrupted_run_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    write_file(dir.path());
    let out = dir.path().join("run");
    let mut child = start(
        dir.path(),
        &[
            "train",
            "run.toml",
            "--out",
            "run",
            "--epochs",
            "100000",
            "--set",
            "callbacks=[]",
        ],
    );
    let patience = Instant::now();
    let ended = |least: usize| {
        RunFolder::open(&out)
            .and_then(|run| run.state())
            .is_ok_and(|s| s.epochs_done >= least)
    };
    while !ended(2) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
        assert!(
            patience.elapsed() < Duration::from_secs(60),
            "no epoch ended"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .is_ok_and(|status| status.success())
    );
    let output = child.wait_with_output().unwrap();
    let (text, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert_eq!(output.status.code(), Some(130), "{text}\n{err}");
    assert!(text.contains("Interrupted after"), "{text}");
    assert!(
        text.contains("Go on with: regimen train run.toml --out run --resume"),
        "{text}"
    );
    assert!(err.contains("Ending after this step"), "{err}");
    assert!(out.join("curves.svg").is_file());
    let state = RunFolder::open(&out).and_then(|run| run.state()).unwrap();
    assert_eq!(state.ended.as_deref(), Some("interrupted"));

    let epochs = (state.epochs_done + 2).to_string();
    let more = |out: &str, resume: &[&str]| {
        let args = [
            "train",
            "run.toml",
            "--out",
            out,
            "--epochs",
            &epochs,
            "--set",
            "callbacks=[]",
        ];
        run(dir.path(), &[&args[..], resume].concat()).with(0)
    };
    more("run", &["--resume"]);
    more("whole", &[]);
    assert_eq!(record(&out), record(&dir.path().join("whole")));
    assert!(tensors(&out) == tensors(&dir.path().join("whole")));
}

#[test]
fn a_finished_run_has_nothing_to_resume() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let args = ["train", &file, "--epochs", "2"];
    run(dir.path(), &args).with(0);
    let folder = dir.path().join("runs/digits-1");
    let before = (events(&folder), tensors(&folder));
    let ended = run(dir.path(), &[&args[..], &["--resume"]].concat()).with(0);
    assert!(
        ended.out.contains("finished already (2 epochs)"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("Run folder: runs/digits-1\n"),
        "{}",
        ended.out
    );
    assert_eq!(before, (events(&folder), tensors(&folder)));
}

#[test]
fn resuming_nothing_starts_anew() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let ended = run(dir.path(), &["train", &file, "--epochs", "1", "--resume"]).with(0);
    assert!(
        ended.out.contains("Run folder: runs/digits-1\n"),
        "{}",
        ended.out
    );
}

#[test]
fn a_run_is_not_overwritten_nor_resumed_as_another() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    run(
        dir.path(),
        &["train", &file, "--epochs", "1", "--out", "run"],
    )
    .with(0);
    let before = record(&dir.path().join("run"));
    let again = run(
        dir.path(),
        &["train", &file, "--epochs", "1", "--out", "run"],
    )
    .with(1);
    assert!(
        again.err.contains("already holds a run") && again.err.contains("--resume"),
        "{}",
        again.err
    );
    let other = run(
        dir.path(),
        &["train", &file, "--seed", "8", "--out", "run", "--resume"],
    )
    .with(1);
    assert!(other.err.contains("`seed` was 7, now 8"), "{}", other.err);
    assert_eq!(before, record(&dir.path().join("run")));
}

#[test]
fn changed_data_is_noticed_and_lost_records_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let table = |shift: f64| {
        let rows = (0..24).map(|i| format!("{},{}\n", f64::from(i) + shift, i % 2));
        format!("x,y\n{}", rows.collect::<String>())
    };
    let file = "[data]\ncsv = \"t.csv\"\nlabel = \"y\"\nsplit = { train = 0.5, validation = 0.5, test = 0 }\n\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\nactivation = \"sigmoid\"\n\n[compile]\noptimizer = \"sgd\"\nloss = \"binary_crossentropy\"\n\n[fit]\nepochs = 4\n";
    std::fs::write(dir.path().join("run.toml"), file).unwrap();
    std::fs::write(dir.path().join("t.csv"), table(0.0)).unwrap();
    let train = |more: &[&str]| {
        run(
            dir.path(),
            &[&["train", "run.toml", "--out", "r"], more].concat(),
        )
    };
    train(&[]).with(0);
    std::fs::write(dir.path().join("t.csv"), table(0.5)).unwrap();
    let changed = train(&["--resume", "--epochs", "6"]).with(1);
    assert!(
        changed.err.contains("trained on other data"),
        "{}",
        changed.err
    );
    std::fs::write(dir.path().join("t.csv"), table(0.0)).unwrap();
    std::fs::remove_file(dir.path().join("r/events.jsonl")).unwrap();
    let lost = train(&["--resume", "--epochs", "6"]).with(0);
    let told = "The record of 4 finished epochs is missing from events.jsonl (epoch 1 to 4)";
    assert!(lost.out.contains(told), "{}", lost.out);
}
