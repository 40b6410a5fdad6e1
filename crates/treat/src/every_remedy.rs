//! Every remedy on varied runs: it refuses with a reason, or its edits are run files that read back equal and train.

use std::fmt::Write as _;
use std::path::Path;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_run::RunSpec;
use regimen_run::spec::{ArraysSpec, LabelArrays, SpecMap};
use regimen_train::run::{self, RunOptions};

use crate::{Patient, REMEDIES, cases, remedies};

#[test]
fn refuses_or_edits_what_reads_back_equal() {
    for patient in cases::all() {
        for remedy in REMEDIES {
            match (remedy.changes)(&patient) {
                Err(reason) => assert!(reason.len() > 10 && !reason.ends_with('.'), "{reason}"),
                Ok(changes) => {
                    assert!((1..=2).contains(&changes.len()), "{}", remedy.id);
                    for change in changes {
                        let id = format!("{} ({})", remedy.id, change.what);
                        assert_ne!(change.spec, patient.spec, "{id} changes nothing");
                        let text = change.spec.to_toml().expect("can be written");
                        let again = RunSpec::from_toml(&text, "run.toml");
                        let (again, _) = again.unwrap_or_else(|e| panic!("{id}: {e}\n{text}"));
                        assert_eq!(again, change.spec, "{id}\n{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn refuses_or_edits_what_trains() {
    let engine = CpuEngine::new(CpuOptions::default());
    let mut faults = String::new();
    for mut patient in cases::all() {
        let folder = tempfile::tempdir().expect("a folder");
        write_data(&mut patient, folder.path());
        let trains = |mut spec: RunSpec| {
            spec.fit.epochs = spec.fit.epochs.min(2);
            let options = RunOptions {
                logs_alone: true,
                ..RunOptions::default()
            };
            let file = folder.path().join("run.toml");
            let map = SpecMap::new();
            run::trial(&spec, &map, &file, &engine, &options, &mut |_| ())
        };
        if trains(patient.spec.clone()).is_err() {
            // Too few units: the other remedies are tried on the run with as many as it needs.
            patient.spec = cases::edits(&remedies::fix_output_units::DEF, &patient)
                .remove(0)
                .spec;
        }
        if let Err(error) = trains(patient.spec.clone()) {
            panic!("the run itself: {error}");
        }
        for remedy in REMEDIES {
            for change in (remedy.changes)(&patient).unwrap_or_default() {
                if let Err(error) = trains(change.spec) {
                    let _ = writeln!(faults, "{} ({}): {error}", remedy.id, change.what);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

const ROWS: usize = 90;

/// Writes small data of the patient's kind; images become arrays.
fn write_data(patient: &mut Patient, folder: &Path) {
    let data = &mut patient.spec.data;
    patient.spec.fit.batch_size = 8;
    let classes = patient.profile.label.classes.len().max(1);
    let csv = data.csv.as_ref().map_or("", |csv| csv.path.as_str());
    let mut text = String::new();
    match csv {
        "reviews.csv" => {
            text.push_str("day,review,topic\n");
            for i in 0..ROWS {
                let _ = writeln!(
                    text,
                    "{i},good w{} bad w{} so w{i},{}",
                    i % 7,
                    i % 5,
                    i % classes
                );
            }
        }
        "houses.csv" => {
            text.push_str("rooms,area,tax,price\n");
            for i in 0..ROWS {
                let _ = writeln!(text, "{},{},{},{}", i % 4, i % 9, i % 5, 1000 + 33 * i);
            }
        }
        _ => {}
    }
    if !text.is_empty() {
        std::fs::write(folder.join(csv), text).expect("written");
    }
    if data.images.take().is_some() {
        let pixels = (0..ROWS * 16 * 16 * 3).map(|i| (i * 37 % 256) as f32);
        array(
            &folder.join("x.npy"),
            &format!("({ROWS}, 16, 16, 3)"),
            pixels,
        );
        let labels = (0..ROWS).map(|i| (i % classes) as f32);
        array(&folder.join("y.npy"), &format!("({ROWS},)"), labels);
        data.npy = Some(ArraysSpec {
            x: "x.npy".to_owned(),
            y: LabelArrays::from("y.npy"),
            ..ArraysSpec::default()
        });
    }
}

/// Writes an array as NumPy does.
fn array(path: &Path, shape: &str, numbers: impl Iterator<Item = f32>) {
    let head = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}");
    let head = format!("{head:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((head.len() as u16).to_le_bytes());
    bytes.extend(head.bytes());
    bytes.extend(numbers.flat_map(f32::to_le_bytes));
    std::fs::write(path, bytes).expect("written");
}
