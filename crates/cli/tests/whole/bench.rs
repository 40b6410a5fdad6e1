//! `regimen bench`: workloads on arrays of their shape.

use std::fs;
use std::path::Path;

use regimen::data::{Array, write_npy};
use serde_json::Value;

use crate::program::run;

/// Rows for mlp2, of which the sign of the first column is the label.
fn arrays(dir: &Path, rows: usize) {
    let place = dir.join("mlp2");
    fs::create_dir_all(&place).unwrap();
    let x: Vec<f32> = (0..rows * 64)
        .map(|i| ((i * 7919) % 101) as f32 / 50.0 - 1.0)
        .collect();
    let y: Vec<f32> = x.chunks(64).map(|row| f32::from(row[0] > 0.0)).collect();
    fs::write(
        place.join("x.npy"),
        write_npy(&Array::f32(vec![rows, 64], x)),
    )
    .unwrap();
    fs::write(place.join("y.npy"), write_npy(&Array::f32(vec![rows], y))).unwrap();
}

#[test]
fn a_workload_is_timed_and_profiled() {
    let dir = tempfile::tempdir().unwrap();
    arrays(dir.path(), 500);
    let args = [
        "bench",
        "mlp2",
        "--data",
        ".",
        "--epochs",
        "3",
        "--samples",
        "450",
        "--json",
        "--profile",
    ];
    let ended = run(dir.path(), &args).with(0);
    let line: Value = serde_json::from_str(&ended.out).unwrap();
    let keys: Vec<&str> = line
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let known = [
        "workload",
        "peer",
        "batch",
        "samples",
        "threads",
        "seed",
        "epochs",
        "first_epoch_s",
        "spread_s",
        "epoch_s",
        "samples_per_s",
        "loss",
        "peak_mib",
        "step_us",
        "profile",
        "roofline",
    ];
    assert_eq!(keys, known);
    assert_eq!(
        (&line["batch"], &line["samples"], &line["epochs"]),
        (&200.into(), &450.into(), &3.into())
    );
    assert!(line["loss"].as_f64().unwrap() < 0.8 && line["samples_per_s"].as_u64().unwrap() > 0);
    let launches = line["profile"].as_array().unwrap();
    assert!(
        launches
            .iter()
            .any(|l| l["flops"].as_u64().unwrap() >= 2 * 200 * 64 * 16),
        "{line}"
    );
    let limits = &line["roofline"];
    assert!(limits["gflop_per_s"].as_f64() > Some(0.0) && limits["gb_per_s"].as_f64() > Some(0.0));
    let update = launches.iter().find(|l| l["path"] == "dense/kernel");
    assert_eq!(update.unwrap()["launch"], "Adam");
    let args = "bench mlp2 --data . --epochs 1 --threads 1 --samples 900 --batch 700 --profile";
    let args: Vec<&str> = args.split(' ').collect();
    let words = run(dir.path(), &args).with(0).out;
    let asked =
        "500 samples (all there are; 900 asked for), batch 500, 1 epoch, 1 thread, seed 7\n";
    assert!(
        words.contains(asked)
            && words.contains("roof %: of what")
            && words.contains("a step as it runs: "),
        "{words}"
    );
}

#[test]
fn missing_arrays_are_told_with_the_way_to_make_them() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run(dir.path(), &["bench", "cnn", "--data", "here"]).with(1);
    assert!(
        ended.err.contains("python benches/data.py here cnn"),
        "{}",
        ended.err
    );
    let ended = run(dir.path(), &["bench", "cnn"]).with(2);
    assert!(ended.err.contains("needs --data DIR"), "{}", ended.err);
    let ended = run(dir.path(), &["bench", "list"]).with(0);
    assert_eq!(ended.out.lines().count(), 8, "{}", ended.out);
    let ended = run(dir.path(), &["bench", "list", "--json"]).with(0);
    let list: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(list.as_array().map(Vec::len), Some(7));
    let ended = run(dir.path(), &["bench", "cnn", "--epochs", "0"]).with(2);
    assert!(ended.err.contains("1 or more"), "{}", ended.err);
}

#[test]
fn the_programs_beside_it_know_the_same_workloads() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run(dir.path(), &["bench", "list", "--json"]).with(0);
    let list: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
    let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches");
    let peers = fs::read_to_string(benches.join("peers/known.py")).unwrap();
    let data = fs::read_to_string(benches.join("data.py")).unwrap();
    for workload in &list {
        let (name, batch) = (workload["workload"].as_str().unwrap(), &workload["batch"]);
        let known = format!("\n    \"{name}\": Workload({batch}, ");
        assert!(peers.contains(&known), "known.py lacks {known}");
        assert!(data.contains(&format!("\n    \"{name}\": (")), "{name}");
    }
    assert_eq!(peers.matches(": Workload(").count(), list.len());
}
