//! Bad input: a clear error by file and line, exit code 1, and nothing lost or left behind.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::program::{Ended, example, finish, quiet, record, regimen, run, tensors};

/// A run file on `table.csv` with columns `a`, `b`, `label`; `%` parts are replaced by tests.
const FILE: &str = r#"[data]
csv = "table.csv"
label = "label"
split = { train = 0.5, validation = 0.25, test = 0.25 }

[[model.layers]]
class_name = "Dense"
units = 3
activation = "softmax"

[compile]
optimizer = "sgd"
loss = "sparse_categorical_crossentropy"

[fit]
epochs = 2
"#;

/// Twelve good rows of three classes.
fn table() -> String {
    let rows = (0..12).map(|i| format!("{}.5,{},c{}\n", i, 12 - i, i % 3));
    format!("a,b,label\n{}", rows.collect::<String>())
}

/// Trains `file` on `table` in a fresh folder.
fn train(file: &str, table: &str) -> Ended {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("run.toml"), file).unwrap();
    fs::write(dir.path().join("table.csv"), table).unwrap();
    let ended = run(dir.path(), &["train", "run.toml"]);
    if ended.code != Some(0) {
        assert!(
            !dir.path().join("runs").exists(),
            "a folder was left behind: {}",
            ended.err
        );
    }
    ended
}

/// The error must begin `error: ` and hold all of these.
#[track_caller]
fn refused(ended: Ended, parts: &[&str]) {
    let ended = ended.with(1);
    assert!(
        ended
            .err
            .lines()
            .all(|line| line.starts_with("error: ") || line.starts_with("  ")),
        "{}",
        ended.err
    );
    for part in parts {
        assert!(ended.err.contains(part), "no `{part}` in: {}", ended.err);
    }
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}

#[test]
fn the_good_file_trains() {
    train(FILE, &table()).with(0);
}

#[test]
fn missing_files_are_named_with_their_neighbours() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("digits.toml"), "").unwrap();
    refused(
        run(dir.path(), &["train", "digit.toml"]),
        &["digit.toml: no such file", "digits.toml"],
    );
    refused(
        run(dir.path(), &["train", "digits.toml"]),
        &["the file is empty"],
    );
    refused(run(dir.path(), &["train", "."]), &["found a folder"]);
    refused(
        train(&FILE.replace("table.csv", "tabel.csv"), &table()),
        &[
            "run.toml line 2",
            "`tabel.csv` is not found",
            "did you mean `table.csv`?",
        ],
    );
}

#[test]
fn a_wrong_column_offers_the_nearest() {
    refused(
        train(
            &FILE.replace("label = \"label\"", "label = \"lable\""),
            &table(),
        ),
        &[
            "run.toml line 3",
            "no column `lable`",
            "did you mean `label`?",
        ],
    );
}

#[test]
fn faults_of_the_table_have_their_line() {
    let ragged = table().replace("3.5,9,c0\n", "3.5,9\n");
    refused(train(FILE, &ragged), &["table.csv", "line 5", "2"]);
    let text = table().replace("4.5,8,", "4.5,eight,");
    refused(
        train(FILE, &text),
        &["table.csv, line 6, column `b`: `eight` is not a number"],
    );
    let nan = table().replace("5.5,7,", "NaN,7,");
    refused(
        train(FILE, &nan),
        &["table.csv, line 7, column `a`: `NaN` is not a finite number"],
    );
    let inf = table().replace("6.5,6,", "6.5,inf,");
    refused(train(FILE, &inf), &["line 8, column `b`: `inf`"]);
    let empty = table().replace("7.5,5,", "7.5,,");
    refused(
        train(FILE, &empty),
        &["line 9, column `b`: the cell is empty"],
    );
    refused(train(FILE, "a,b,label\n"), &["no row"]);
    refused(train(FILE, ""), &["table.csv"]);
}

#[test]
fn one_class_only_is_refused() {
    let one = table().replace("c1", "c0").replace("c2", "c0");
    refused(train(FILE, &one), &["one class only (`c0`)"]);
}

#[test]
fn a_label_beyond_the_output_is_refused() {
    refused(
        train(&FILE.replace("units = 3", "units = 2"), &table()),
        &["run.toml line 6", "units"],
    );
}

#[test]
fn an_empty_part_is_refused() {
    let file = FILE.replace(
        "train = 0.5, validation = 0.25",
        "train = 0.5, validation = 0.01",
    );
    refused(
        train(&file, &table()),
        &["run.toml line 4", "the validation part is empty"],
    );
}

#[test]
fn unknown_names_are_all_told_with_lines() {
    let file = FILE
        .replace("\"Dense\"", "\"Dence\"")
        .replace(
            "loss = \"sparse_categorical_crossentropy\"",
            "loss = \"sparse_crossentropy_x\"",
        )
        .replace("epochs = 2", "epochs = 2\nbatchsize = 3");
    refused(
        train(&file, &table()),
        &["run.toml line 17", "`batchsize`", "`batch_size`"],
    );
    let file = FILE.replace("\"Dense\"", "\"Dence\"");
    refused(
        train(&file, &table()),
        &["run.toml line 6", "`Dence`", "did you mean `Dense`?"],
    );
    let file = FILE
        .replace("units = 3", "unit = 3")
        .replace("\"sgd\"", "\"adma\"");
    refused(
        train(&file, &table()),
        &["run.toml line 8", "`unit`", "did you mean `units`?"],
    );
    let file = FILE.replace("\"sgd\"", "\"adma\"").replace(
        "\"sparse_categorical_crossentropy\"",
        "\"spare_categorical_crossentropy\"",
    );
    refused(
        train(&file, &table()),
        &[
            "line 12",
            "did you mean `Adam`?",
            "line 13",
            "parse_categorical_crossentropy",
        ],
    );
}

#[test]
fn three_faults_of_shape_are_three_errors() {
    let layer = |text: &str| format!("[[model.layers]]\n{text}\n\n");
    let model = [
        "class_name = \"Reshape\"\ntarget_shape = [5]",
        "class_name = \"Dense\"\nunits = 4",
        "class_name = \"Conv1D\"\nfilters = 2\nkernel_size = 3",
        "class_name = \"MaxPooling2D\"",
    ];
    let model: String = model.iter().map(|text| layer(text)).collect();
    let file = FILE.replace(
        "[[model.layers]]\nclass_name = \"Dense\"\nunits = 3\nactivation = \"softmax\"\n\n",
        &model,
    );
    let ended = train(&file, &table()).with(1);
    let errors: Vec<&str> = ended
        .err
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert!(errors.len() >= 3, "{}", ended.err);
    for (layer, line) in [("reshape", 6), ("conv1d", 14), ("max_pooling2d", 19)] {
        let told = |e: &&str| e.contains(layer) && e.contains(&format!("run.toml line {line}"));
        assert!(
            errors.iter().any(told),
            "{layer} in line {line}: {}",
            ended.err
        );
    }
}

#[test]
fn a_run_that_cannot_fit_in_memory_is_refused_up_front() {
    let big = FILE.replace(
        "units = 3\nactivation = \"softmax\"",
        "units = 30000000\n\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 3000000",
    );
    let ended = train(&big, &table());
    let err = ended.err.to_lowercase();
    assert!(
        err.contains("of memory, more than") && err.contains("gib"),
        "{err}"
    );
    refused(ended, &[]);
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    fs::write(dir.path().join("file"), "x").unwrap();
    let train = |out: &str| run(dir.path(), &["train", &file, "--epochs", "1", "--out", out]);
    refused(train("file"), &["file: cannot hold a run: it is a file"]);
    refused(train("file/run"), &["file/run"]);
    fs::create_dir(dir.path().join("other")).unwrap();
    fs::write(dir.path().join("other/thesis.txt"), "x").unwrap();
    refused(train("other"), &["holds other files (thesis.txt)"]);
    if Path::new("/proc/version").exists() {
        // Not even root makes folders here.
        refused(train("/proc/run"), &["/proc/run: cannot make"]);
    }
    assert_eq!(
        fs::read_to_string(dir.path().join("other/thesis.txt")).unwrap(),
        "x"
    );
}

/// A limit on file sizes stands for a full disk: writes fail in the middle of the run.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let program = env!("CARGO_BIN_EXE_regimen");
    let args = format!(
        "train '{file}' --out run --epochs 100 --set fit.checkpoint_steps=20 --set model.layers[0].units=8"
    );
    // The checkpoint (some 50 KB) fits, the events of 100 epochs do not.
    let limited = format!("trap '' XFSZ; ulimit -f 144; exec '{program}' {args}");
    let ended = finish(quiet(Command::new("sh").args(["-c", &limited]), dir.path()));
    refused(ended, &["events.jsonl: cannot write"]);
    let rest = [
        "--epochs",
        "100",
        "--set",
        "fit.checkpoint_steps=20",
        "--set",
        "model.layers[0].units=8",
    ];
    let train = |out: &str, more: &[&str]| {
        run(
            dir.path(),
            &[&["train", &file, "--out", out], &rest[..], more].concat(),
        )
        .with(0)
    };
    train("run", &["--resume"]);
    train("whole", &[]);
    assert_eq!(
        record(&dir.path().join("run")),
        record(&dir.path().join("whole"))
    );
    assert!(tensors(&dir.path().join("run")) == tensors(&dir.path().join("whole")));
}

#[test]
fn a_full_output_device_is_an_error() {
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        eprintln!("skipped: no /dev/full");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let args = [
        "train",
        &example("digits.toml"),
        "--epochs",
        "1",
        "--out",
        "run",
    ];
    refused(
        finish(regimen(dir.path(), &args).stdout(full)),
        &["cannot write the output"],
    );
}

#[test]
fn faults_of_model_compile_and_callbacks_are_told_together() {
    let bad = FILE
        .replace("\"softmax\"", "\"softmx\"")
        .replace("\"sgd\"", "\"adm\"")
        .replace("\"sparse_categorical_crossentropy\"", "\"entropy\"")
        + "\n[[callbacks]]\nclass_name = \"EarlyStop\"\n";
    refused(
        train(&bad, &table()),
        &[
            "softmx",
            "`adm`",
            "`entropy`",
            "`EarlyStop`: did you mean `EarlyStopping`?",
        ],
    );
}

#[test]
fn another_dtype_is_refused_and_not_ignored() {
    let half = FILE.replace("units = 3", "units = 3\ndtype = \"float16\"");
    refused(
        train(&half, &table()),
        &["run.toml line", "`dtype` of Dense", "float16"],
    );
    let same = FILE.replace("units = 3", "units = 3\ndtype = \"float32\"");
    train(&same, &table()).with(0);
}

#[test]
fn float_ids_beyond_an_embedding_are_refused() {
    let ids = FILE.replace(
        "[[model.layers]]\nclass_name = \"Dense\"",
        "[[model.layers]]\nclass_name = \"Embedding\"\ninput_dim = 3\noutput_dim = 2\n\n[[model.layers]]\nclass_name = \"Flatten\"\n\n[[model.layers]]\nclass_name = \"Dense\"",
    );
    refused(
        train(&ids, &table()),
        &["embedding", "ids up to 12", "input_dim = 13"],
    );
}

#[cfg(unix)]
#[test]
fn a_file_beyond_the_limit_is_an_error_that_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut shell = std::process::Command::new("sh");
    // Blocks of 512 or 1024 bytes: room for the events, not for the checkpoint.
    let script = "ulimit -f 128; exec \"$0\" \"$@\"";
    let file = example("digits.toml");
    let program = env!("CARGO_BIN_EXE_regimen");
    shell.args([
        "-c",
        script,
        program,
        "train",
        &file,
        "--epochs",
        "2",
        "--out",
        "run",
        "--set",
        "model.layers[0].units=1024",
    ]);
    refused(
        finish(crate::program::quiet(&mut shell, dir.path())),
        &["checkpoint.regimen", "larger than this process may write"],
    );
}
