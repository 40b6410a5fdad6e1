//! Tests of the run folder: who may write, torn lines, rewinding, faults.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::*;
use crate::event::{Logs, Telemetry};
use crate::{DataProfile, ModelFacts};

fn spec() -> RunSpec {
    let text =
        "[data]\nsample = \"digits\"\n[model]\nlayers = [\"Flatten\"]\n[compile]\nloss = \"mse\"\n";
    RunSpec::from_toml(text, "run.toml").expect("reads").0
}

fn begin(initial_epoch: usize) -> Event {
    Event::RunBegin {
        version: "0.1.0".into(),
        machine: String::new(),
        time: 1.5,
        epochs: 3,
        initial_epoch,
        steps: 10,
        batch_size: 32,
        samples: 320,
        val_samples: 0,
        model: ModelFacts::default(),
        data: DataProfile {
            feature_range: Some((f64::NEG_INFINITY, 1.0)),
            ..DataProfile::default()
        },
    }
}

fn end(epoch: usize, loss: f64) -> Event {
    Event::EpochEnd {
        epoch,
        logs: Logs::from([("loss".to_owned(), loss)]),
        seconds: 0.1,
        step: 10 * (epoch as u64 + 1),
        timing: None,
        telemetry: Telemetry::default(),
    }
}

fn checkpoint(epoch: usize, step: u64) -> Event {
    Event::Checkpoint {
        epoch,
        step,
        file: "checkpoint.bin".into(),
    }
}

fn stop(reason: &str) -> Event {
    Event::RunEnd {
        reason: reason.into(),
        epochs_done: 1,
        seconds: 1.0,
        test: Some(Logs::from([("loss".to_owned(), f64::NAN)])),
    }
}

fn create(dir: &Path, start: Start) -> Result<RunWriter, FolderError> {
    RunWriter::create(dir, &spec(), start)
}

fn refusal(result: Result<RunWriter, FolderError>) -> String {
    result.expect_err("refused").to_string()
}

#[test]
fn events_read_back_with_numbers_that_are_not_finite() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut writer = create(&dir.path().join("a/run"), Start::Fresh).expect("creates");
    let events = [
        begin(0),
        end(0, 0.1 + 0.2),
        end(1, f64::INFINITY),
        end(2, -1.0 / 3.0),
        end(3, f64::MIN_POSITIVE),
        checkpoint(1, 20),
    ];
    for event in &events {
        writer.append(event).expect("appends");
    }
    let batch = Event::BatchEnd {
        epoch: 0,
        batch: 0,
        logs: BTreeMap::new(),
    };
    writer.append(&batch).expect("skips");
    let folder = RunFolder::open(writer.dir()).expect("opens");
    assert_eq!(folder.events().expect("reads"), events);
    assert_eq!(folder.spec().expect("reads"), spec());
    writer.append(&stop("finished")).expect("appends");
    let Some(Event::RunEnd {
        test: Some(test), ..
    }) = folder.events().expect("reads").pop()
    else {
        panic!("an end with a test")
    };
    assert!(test["loss"].is_nan());
    assert_eq!(
        folder.state().expect("reads").ended.as_deref(),
        Some("finished")
    );
}

#[test]
fn a_torn_line_is_ignored_and_cut() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(EVENTS_FILE);
    let mut writer = create(dir.path(), Start::Fresh).expect("creates");
    writer.append(&begin(0)).expect("appends");
    writer.append(&end(0, 1.0)).expect("appends");
    drop(writer);
    let whole = fs::read(&file).expect("reads");
    let first = whole.iter().position(|b| *b == b'\n').expect("a line") + 1;
    for cut in first..whole.len() {
        fs::write(&file, &whole[..cut]).expect("writes");
        let folder = RunFolder::open(dir.path()).expect("opens");
        assert_eq!(folder.events().expect("reads"), [begin(0)], "cut at {cut}");
        let mut writer = create(dir.path(), Start::Resume).expect("resumes");
        writer.append(&end(0, 2.0)).expect("appends");
        assert_eq!(folder.events().expect("reads"), [begin(0), end(0, 2.0)]);
    }
    fs::write(&file, "{\"event\":\"epoch_begin\",\"epoch\":0}\nrubbish\n").expect("writes");
    let error = RunFolder::open(dir.path())
        .expect("opens")
        .events()
        .expect_err("damaged");
    assert!(error.to_string().contains("events.jsonl line 2"), "{error}");
}

#[test]
fn who_may_write() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = dir.path().join("run");
    let mut writer = create(&run, Start::Fresh).expect("creates");
    assert!(refusal(create(&run, Start::Resume)).contains("another regimen process"));
    drop(writer);
    // A run that recorded nothing is not in the way.
    writer = create(&run, Start::Fresh).expect("creates again");
    for event in [
        begin(0),
        end(0, 1.0),
        checkpoint(0, 10),
        stop("interrupted"),
    ] {
        writer.append(&event).expect("appends");
    }
    writer
        .write_atomic("checkpoint.bin", b"state")
        .expect("writes");
    writer
        .write_atomic("checkpoint-9", b"state")
        .expect("writes");
    drop(writer);
    let text = refusal(create(&run, Start::Fresh));
    assert!(
        text.contains("already holds a run (1 epochs done, interrupted)"),
        "{text}"
    );
    let mut other = spec();
    other.set("model.layers[0].name", "flat").expect("sets");
    let text = refusal(RunWriter::create(&run, &other, Start::Resume));
    assert!(
        text.contains("(`model.layers[0].config.name` was absent, now \"flat\")"),
        "{text}"
    );
    let mut longer = spec();
    longer.fit.epochs = 9;
    longer.data.stream = Some(true);
    let writer = RunWriter::create(&run, &longer, Start::Resume).expect("resumes");
    assert_eq!(
        writer.state().checkpoint,
        Some((0, 10, "checkpoint.bin".into()))
    );
    assert_eq!(writer.folder().spec().expect("reads").fit.epochs, 9);
    drop(writer);
    let writer = create(&run, Start::Overwrite).expect("overwrites");
    assert!(!run.join("checkpoint.bin").exists() && !run.join("checkpoint-9").exists());
    assert_eq!(writer.state(), &RunState::default());
    assert!(writer.folder().events().expect("reads").is_empty());
}

#[test]
fn a_run_without_its_spec_cannot_go_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = dir.path().join("run");
    let mut writer = create(&run, Start::Fresh).expect("creates");
    writer.append(&end(0, 1.0)).expect("appends");
    drop(writer);
    let kept = fs::read(run.join(SPEC_FILE)).expect("reads");
    fs::remove_file(run.join(SPEC_FILE)).expect("removes");
    for start in [Start::Resume, Start::Fresh] {
        let text = refusal(create(&run, start));
        assert!(text.contains("put its spec.json back"), "{text}");
        assert!(!text.contains("--resume"), "{text}");
    }
    fs::write(run.join(SPEC_FILE), kept).expect("writes");
    create(&run, Start::Resume).expect("the advice works");
}

#[test]
fn folders_that_cannot_hold_a_run() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("thesis.tex"), "x").expect("writes");
    let text = refusal(create(dir.path(), Start::Overwrite));
    assert!(text.contains("other files (thesis.tex)"), "{text}");
    assert!(!dir.path().join(LOCK_FILE).exists());
    let text = refusal(create(&dir.path().join("thesis.tex"), Start::Fresh));
    assert!(text.contains("it is a file"), "{text}");
    let text = refusal(create(&dir.path().join("thesis.tex/run"), Start::Fresh));
    assert!(text.contains("thesis.tex/run"), "{text}");
    let text = RunFolder::open(dir.path()).expect_err("no run").to_string();
    assert!(text.contains("not a run folder"), "{text}");
    let text = RunFolder::open(&dir.path().join("none"))
        .expect_err("nothing")
        .to_string();
    assert!(text.contains("no such file or folder"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_of_the_system_is_refused() {
    let text = refusal(create(Path::new("/proc/regimen-run"), Start::Fresh));
    assert!(text.contains("/proc/regimen-run: cannot make"), "{text}");
}

#[test]
fn files_are_written_whole_inside_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let writer = create(dir.path(), Start::Fresh).expect("creates");
    let file = writer
        .write_atomic("plots/loss.svg", b"<svg/>")
        .expect("writes");
    writer
        .write_atomic("plots/loss.svg", b"<svg></svg>")
        .expect("replaces");
    assert_eq!(fs::read(&file).expect("reads"), b"<svg></svg>");
    assert_eq!(
        fs::read_dir(dir.path().join("plots"))
            .expect("lists")
            .count(),
        1
    );
    for name in ["", "../x", "/x", "a/../x"] {
        assert!(writer.write_atomic(name, b"x").is_err(), "{name}");
    }
    // A folder stands where the file should go: the rename fails, nothing is left behind.
    fs::create_dir_all(dir.path().join("taken/inner")).expect("makes");
    let error = writer.write_atomic("taken", b"x").expect_err("taken");
    assert!(error.to_string().contains("taken: cannot write"), "{error}");
    assert!(!dir.path().join(".taken.tmp").exists());
    writer.remove("plots/loss.svg").expect("removes");
    writer.remove("plots/loss.svg").expect("is gone already");
}

#[test]
fn a_full_disk_names_the_file() {
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    let error = FolderError::io("write", Path::new("run/checkpoint.bin"), full).to_string();
    assert!(
        error.contains("run/checkpoint.bin: cannot write: the disk is full"),
        "{error}"
    );
}

/// What is left of `events` after rewinding.
fn rewound(events: &[Event], epoch: usize, step: u64) -> Vec<Event> {
    let dir = tempfile::tempdir().expect("a folder");
    let mut writer = create(dir.path(), Start::Fresh).expect("creates");
    for event in events {
        writer.append(event).expect("appends");
    }
    writer.rewind_to(epoch, step).expect("rewinds");
    let left = writer.folder().events().expect("reads");
    writer
        .append(&Event::EpochBegin { epoch: 99 })
        .expect("appends after it");
    assert_eq!(
        writer.folder().events().expect("reads").len(),
        left.len() + 1
    );
    left
}

#[test]
fn rewinding_keeps_what_the_state_has() {
    let said = Event::Message {
        epoch: 0,
        text: "saved".into(),
    };
    let events = [
        begin(0),
        Event::EpochBegin { epoch: 0 },
        checkpoint(0, 10),
        end(0, 3.0),
        said,
        Event::EpochBegin { epoch: 1 },
        checkpoint(1, 15),
        end(1, 2.0),
        Event::EpochBegin { epoch: 2 },
        end(2, 1.0),
        stop("interrupted"),
    ];
    assert_eq!(rewound(&events, 0, 10), events[..5]);
    assert_eq!(rewound(&events, 1, 15), events[..7]);
    // A checkpoint that was written but not recorded.
    assert_eq!(rewound(&events, 1, 17), events[..7]);
    assert_eq!(rewound(&events, 1, 20), events[..9 - 1]);
    assert_eq!(rewound(&events, 2, 30), events[..10]);
    assert_eq!(rewound(&events, 0, 0), events[..2]);
    assert_eq!(rewound(&[], 0, 0), []);
}
