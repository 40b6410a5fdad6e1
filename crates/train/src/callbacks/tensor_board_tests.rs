//! Tests of the TensorBoard callback.

use std::fs;
use std::path::Path;

use regimen_nn::Object;
use serde_json::json;

use super::*;
use crate::callbacks::drive_tests::{errors, finish, of_losses, resumed, trace};
use crate::tensorboard::reader;

fn place(folder: &Path) -> Place {
    Place {
        folder: Some(folder.to_path_buf()),
        ..Place::default()
    }
}

/// All scalars of the event files in a folder.
fn scalars(folder: &Path) -> Vec<(String, u64, f32)> {
    let Ok(entries) = fs::read_dir(folder) else {
        return vec![];
    };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .flat_map(|file| reader::scalars(&fs::read(file).unwrap()))
        .collect()
}

#[test]
fn tags_steps_and_folders_are_those_of_keras() {
    let folder = tempfile::tempdir().unwrap();
    let options = TensorBoard::new().log_dir("tb").update_freq(2usize);
    trace(
        &mut options.at(&place(folder.path())),
        &of_losses(&[0.5, 0.25]),
    );
    let of = |list: &[(&str, u64, f32)]| {
        list.iter()
            .map(|(tag, step, x)| (tag.to_string(), *step, *x))
            .collect::<Vec<_>>()
    };
    let train = [
        ("batch_loss", 2, 0.5),
        ("batch_val_loss", 2, 0.5),
        ("epoch_learning_rate", 0, 0.1),
        ("epoch_loss", 0, 0.5),
        ("batch_loss", 4, 0.25),
        ("batch_val_loss", 4, 0.25),
        ("batch_loss", 6, 0.25),
        ("batch_val_loss", 6, 0.25),
        ("epoch_learning_rate", 1, 0.1),
        ("epoch_loss", 1, 0.25),
    ];
    let validation = [
        ("evaluation_loss_vs_iterations", 3, 0.5),
        ("epoch_loss", 0, 0.5),
        ("evaluation_loss_vs_iterations", 6, 0.25),
        ("epoch_loss", 1, 0.25),
    ];
    assert_eq!(scalars(&folder.path().join("tb/train")), of(&train));
    assert_eq!(
        scalars(&folder.path().join("tb/validation")),
        of(&validation)
    );
}

#[test]
fn a_killed_and_resumed_run_has_no_entry_twice() {
    let losses = of_losses(&[1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]);
    for at in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str| {
            TensorBoard::new()
                .log_dir(name)
                .update_freq(2usize)
                .at(&place(folder.path()))
        };
        trace(&mut make("whole"), &losses);
        // The first process writes two more epochs after the checkpoint, then is killed inside a record.
        let state = resumed(&mut make("cut"), &losses, at, 2);
        let file = folder
            .path()
            .join("cut/train")
            .join(state["name"].as_str().unwrap());
        let mut bytes = fs::read(&file).unwrap();
        bytes.extend([1, 2, 3]);
        fs::write(&file, bytes).unwrap();
        let mut second = make("cut");
        second.restore(&state).unwrap();
        finish(&mut second, &losses, at);
        for part in ["train", "validation"] {
            let read = |name: &str| scalars(&folder.path().join(name).join(part));
            assert_eq!(
                read("cut"),
                read("whole"),
                "{part} resumed after {at} epochs"
            );
            assert_eq!(
                fs::read_dir(folder.path().join("cut").join(part))
                    .unwrap()
                    .count(),
                1
            );
        }
    }
}

#[test]
fn another_training_gets_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut callback = TensorBoard::new().at(&place(folder.path()));
    let first = trace(&mut callback, &of_losses(&[0.5]));
    assert_eq!(trace(&mut callback, &of_losses(&[0.5])), first);
    assert_eq!(
        fs::read_dir(folder.path().join("logs/train"))
            .unwrap()
            .count(),
        2
    );
}

#[test]
fn equal_runs_have_equal_states() {
    let state = || {
        let folder = tempfile::tempdir().unwrap();
        let options = TensorBoard::new().update_freq(2usize);
        let mut callback = options.at(&place(folder.path()));
        trace(&mut callback, &of_losses(&[0.5, 0.25]));
        let name = callback.state()["name"].as_str().unwrap().to_string();
        // TensorBoard takes the files whose names have this in them.
        assert!(name.contains("tfevents"), "{name}");
        assert!(folder.path().join("logs/train").join(&name).is_file());
        assert!(folder.path().join("logs/validation").join(&name).is_file());
        callback.state().to_string()
    };
    assert_eq!(state(), state());
}

#[test]
fn without_validation_there_is_no_such_folder() {
    let folder = tempfile::tempdir().unwrap();
    let logs = [Logs::from([("loss".to_string(), 0.5)])];
    trace(&mut TensorBoard::new().at(&place(folder.path())), &logs);
    assert!(
        folder.path().join("logs/train").exists()
            && !folder.path().join("logs/validation").exists()
    );
}

#[test]
fn a_saved_name_stays_in_its_folder() {
    for name in [
        "../../precious",
        "/etc/passwd",
        "events.out.tfevents.1/../../x",
    ] {
        let state = json!({"name": name, "train_bytes": 0, "validation_bytes": 0, "batches": 0});
        let mut callback: Box<dyn Callback> = TensorBoard::new().into();
        assert!(
            callback
                .restore(&state)
                .unwrap_err()
                .contains("not the name of an event file")
        );
    }
}

#[test]
fn bad_options_are_told() {
    assert!(errors("TensorBoard", json!({"update_freq": 0})).contains("1 or more"));
    assert!(errors("TensorBoard", json!({"update_freq": "step"})).contains("\"batch\""));
    for name in ["profile_batch", "embeddings_freq", "embeddings_metadata"] {
        let text = errors("TensorBoard", json!({name: 1}));
        assert!(
            text.contains(name) && text.contains("leave it away"),
            "{text}"
        );
    }
    assert!(errors("TensorBoard", json!({"histogram_freq": -1})).contains("0 or more"));
    assert!(errors("TensorBoard", json!({"logdir": "x"})).contains("did you mean `log_dir`?"));
    let off = Object {
        class_name: "TensorBoard".into(),
        config: json!({"histogram_freq": 0, "write_graph": false, "profile_batch": 0, "embeddings_metadata": null})
            .as_object()
            .unwrap()
            .clone(),
    };
    assert!(crate::callbacks::read(&off, "callbacks[0]", &Place::default()).is_ok());
}

/// Leaves files for a look with TensorBoard itself in the folder that the variable names.
#[test]
#[ignore = "a tool: REGIMEN_TENSORBOARD_OUT=DIR cargo test files_for_tensorboard -- --ignored"]
fn files_for_tensorboard() {
    let folder = std::env::var("REGIMEN_TENSORBOARD_OUT").unwrap();
    let mut callback = TensorBoard::new()
        .log_dir(folder)
        .update_freq(2usize)
        .at(&Place::default());
    trace(
        &mut callback,
        &of_losses(&[0.5, 0.25, f64::NAN, f64::INFINITY]),
    );
}
