//! Models of several outputs from a run file: each learns a target of its own, from a table or from arrays.

use std::fs;
use std::path::Path;

use regimen::data::{Array, write_npy};
use serde_json::Value;

use crate::kinds::npz;
use crate::program::{Ended, record, run, tensors};

/// Targets in another order than the outputs.
const DATA: &str = r#"
[data]
csv = "goods.csv"
split = { by = "stratified", train = 0.6, validation = 0.1, test = 0.3 }

[[data.targets]]
name = "price"
label = "cost"

[[data.targets]]
name = "kind"
label = "sort"

[[data.inputs]]
kind = "numeric"
columns = ["a", "b"]
scale = "standard"
"#;

const ARRAYS: &str = r#"
[data]
npz = { path = "goods.npz", x = "x", y = { price = "cost", kind = "sort" } }
scale = "standard"
"#;

const MODEL: &str = r#"
[model]
layers = [
    { class_name = "InputLayer", name = "numbers", shape = [2] },
    { class_name = "Dense", name = "shared", units = 24, activation = "relu", inbound = ["numbers"] },
    { class_name = "Dense", name = "kind", units = 3, activation = "softmax", inbound = ["shared"] },
    { class_name = "Dense", name = "price", units = 1, inbound = ["shared"] },
]
outputs = ["kind", "price"]
"#;

const COMPILE: &str = r#"
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.02 }
loss = { price = "mse", kind = "sparse_categorical_crossentropy" }
loss_weights = { price = 0.5, kind = 1.0 }
metrics = { price = ["mae"], kind = ["accuracy"] }
"#;

const FIT: &str = "\n[fit]\nepochs = 40\nbatch_size = 16\n";

/// Two numbers of each row, its kind and its price.
fn goods() -> Vec<([usize; 2], &'static str, f32)> {
    let row = |i: usize| {
        let (a, b) = (i % 7, (i * 5) % 11);
        let kind = if a < 2 {
            "x"
        } else if a < 5 {
            "y"
        } else {
            "z, so"
        };
        ([a, b], kind, 0.5 * a as f32 - 0.25 * b as f32)
    };
    (0..154).map(row).collect()
}

fn table(rows: &[([usize; 2], &str, f32)]) -> String {
    let line =
        |([a, b], kind, price): &([usize; 2], &str, f32)| format!("{a},{b},\"{kind}\",{price}\n");
    format!(
        "a,b,sort,cost\n{}",
        rows.iter().map(line).collect::<String>()
    )
}

fn arrays() -> Vec<u8> {
    let rows = goods();
    let x = rows
        .iter()
        .flat_map(|(x, ..)| x.map(|v| v as f32))
        .collect();
    let kinds = rows.iter().map(|(_, kind, _)| match kind.as_bytes() {
        [first, ..] => i32::from(first - b'x'),
        [] => 0,
    });
    npz(&[
        ("x", Array::f32(vec![rows.len(), 2], x)),
        (
            "cost",
            Array::f32(vec![rows.len()], rows.iter().map(|r| r.2).collect()),
        ),
        ("sort", Array::i32(vec![rows.len()], kinds.collect())),
    ])
}

fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(dir.join(name), bytes).unwrap();
}

/// A folder with the table, the arrays and this run file.
fn folder(file: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "goods.csv", table(&goods()));
    put(dir.path(), "goods.npz", arrays());
    put(dir.path(), "run.toml", file);
    dir
}

/// Trains at once, and with a stop between; both come to the same.
fn train(dir: &Path) {
    run(dir, &["train", "run.toml", "--out", "run"]).with(0);
    let some = ["train", "run.toml", "--out", "part", "--epochs", "7"];
    run(dir, &some).with(0);
    run(dir, &["train", "run.toml", "--out", "part", "--resume"]).with(0);
    assert_eq!(tensors(&dir.join("part")), tensors(&dir.join("run")));
    assert_eq!(record(&dir.join("part")), record(&dir.join("run")));
}

fn evaluated(ended: Ended) -> Value {
    serde_json::from_str(&ended.out).expect("JSON")
}

#[test]
fn a_table_teaches_two_outputs() {
    let dir = folder(&[DATA, MODEL, COMPILE, FIT].concat());
    let dir = dir.path();
    train(dir);
    let found = evaluated(run(dir, &["evaluate", "run", "--json"]).with(0));
    assert!(found["kind_accuracy"].as_f64() > Some(0.85), "{found}");
    assert!(found["price_mae"].as_f64() < Some(0.4), "{found}");
    assert!(found["price_r2"].as_f64() > Some(0.8), "{found}");
    for name in [
        "loss",
        "kind_loss",
        "price_loss",
        "kind_macro_f1",
        "price_rmse",
        "kind_accuracy",
    ] {
        assert!(
            found["details"]["intervals"][name].is_array(),
            "{name}: {found}"
        );
    }
    let kind = &found["details"]["outputs"]["kind"];
    assert_eq!(kind["classes"][2]["name"], "z, so");
    assert_eq!(kind["confusion"].as_array().map(Vec::len), Some(3));
    assert_eq!(found["details"]["outputs"]["price"], serde_json::json!({}));
    let told = run(dir, &["evaluate", "run"]).with(0).out;
    assert!(
        told.contains("Output `kind`") && !told.contains("Output `price`"),
        "{told}"
    );

    // New rows with labels, in which one lacks a price; then the whole table once more.
    put(dir, "new.csv", "cost,b,sort,a\n0,1,x,0\n,1,y,3\n");
    let ended = run(dir, &["evaluate", "run", "new.csv", "--json"]).with(0);
    assert!(
        ended
            .err
            .contains("1 of 2 rows are left out: they have no label"),
        "{}",
        ended.err
    );
    assert_eq!(evaluated(ended)["details"]["rows"], 1);
    put(dir, "strange.csv", "cost,b,sort,a\n0,1,w,0\n");
    let ended = run(dir, &["evaluate", "run", "strange.csv"]).with(1);
    assert!(ended.err.contains("column `sort`: `w`"), "{}", ended.err);

    let ended = run(dir, &["predict", "run", "goods.csv"]).with(0);
    let mut lines = ended.out.lines();
    assert_eq!(
        lines.next(),
        Some("kind,kind_p_x,kind_p_y,\"kind_p_z, so\",price")
    );
    let first: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!((first[0], first.len()), ("x", 5));
    assert!(first[4].parse::<f32>().unwrap().abs() < 1.0, "{first:?}");
    put(dir, "bare.csv", "a,b\n1,2\n");
    run(dir, &["predict", "run", "bare.csv"]).with(0);

    let told = run(dir, &["data", "run.toml"]).with(0).out;
    assert!(told.contains("Label of `price` `cost` (number)"), "{told}");
    assert!(told.contains("Label of `kind` `sort` (index)"), "{told}");
}

#[test]
fn arrays_teach_two_outputs() {
    let listed = COMPILE.replace(
        "{ price = \"mse\", kind = \"sparse_categorical_crossentropy\" }",
        "[\"sparse_categorical_crossentropy\", \"mse\"]",
    );
    let dir = folder(&[ARRAYS, MODEL, &listed, FIT].concat());
    let dir = dir.path();
    train(dir);
    let found = evaluated(run(dir, &["evaluate", "run", "--json"]).with(0));
    assert!(found["kind_accuracy"].as_f64() > Some(0.85), "{found}");
    assert!(found["price_r2"].as_f64() > Some(0.8), "{found}");
    let found = evaluated(run(dir, &["evaluate", "run", "goods.npz", "--json"]).with(0));
    assert_eq!(found["details"]["rows"], 154);
    // By the names of the outputs, too.
    let x = Array::f32(vec![1, 2], vec![0.0, 1.0]);
    let kind = || Array::i32(vec![1], vec![0]);
    let price = Array::f32(vec![1], vec![-0.25]);
    let whole = [("x", x.clone()), ("price", price), ("kind", kind())];
    put(dir, "one.npz", npz(&whole));
    let found = evaluated(run(dir, &["evaluate", "run", "one.npz", "--json"]).with(0));
    assert_eq!(found["details"]["rows"], 1);
    put(dir, "half.npz", npz(&[("x", x.clone()), ("kind", kind())]));
    let ended = run(dir, &["evaluate", "run", "half.npz"]).with(1);
    let text = "an array for each target is needed; give a .npz file with `x`, `kind`, `price`";
    assert!(ended.err.contains(text), "{}", ended.err);
    put(dir, "x.npy", write_npy(&x));
    put(dir, "k.npy", write_npy(&kind()));
    let ended = run(dir, &["evaluate", "run", "x.npy", "--labels", "k.npy"]).with(1);
    assert!(
        ended.err.contains("the run learned several targets"),
        "{}",
        ended.err
    );
    let ended = run(dir, &["predict", "run", "x.npy"]).with(0);
    assert!(
        ended
            .out
            .starts_with("kind,kind_p_0,kind_p_1,kind_p_2,price\n0,"),
        "{}",
        ended.out
    );
}

/// What the program says of a faulty file.
#[track_caller]
fn refused(file: &str, says: &str) {
    let dir = folder(file);
    let ended = run(dir.path(), &["train", "run.toml", "--out", "run"]).with(1);
    assert!(ended.err.contains(says), "no `{says}` in {}", ended.err);
    assert!(ended.err.contains(" line "), "{}", ended.err);
    assert!(!dir.path().join("run").exists());
}

#[test]
fn the_guide_shows_this_file() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/run-file.md");
    let guide = fs::read_to_string(guide).unwrap();
    assert!(guide.contains(&[DATA, MODEL, COMPILE].concat()));
}

#[test]
fn outputs_and_targets_go_together() {
    let with = |data: &str, compile: &str| [data, MODEL, compile, FIT].concat();
    let names = |data: &str| with(data, COMPILE);
    refused(
        &names(&DATA.replace("name = \"price\"", "name = \"prise\"")),
        "the model has no output `prise`: did you mean `price`?",
    );
    refused(
        &names(&ARRAYS.replace("price = \"cost\"", "prise = \"cost\"")),
        "the model has no output `prise`: did you mean `price`?",
    );
    let one = DATA.replace("[[data.targets]]\nname = \"price\"\nlabel = \"cost\"\n", "");
    refused(
        &names(&one),
        "the output `price` has a loss, but no target; write `[[data.targets]]` with `name = \"price\"`",
    );
    let plain = one.replace("[[data.targets]]\nname = \"kind\"\nlabel", "label");
    let plain = plain
        .replace("label = \"sort\"\n", "")
        .replace("csv =", "label = \"sort\"\ncsv =");
    refused(
        &names(&plain),
        "(kind, price), and the data have one target; write `[[data.targets]]` for each",
    );
    let untrained = COMPILE
        .replace("price = \"mse\"", "price = \"None\"")
        .replace("price = [\"mae\"], ", "")
        .replace("loss_weights = { price = 0.5, kind = 1.0 }", "");
    refused(
        &with(DATA, &untrained),
        "the output `price` has no loss, so that nothing learns from its target",
    );
    refused(
        &names(&DATA.replace("csv =", "label = \"sort\"\ncsv =")),
        "`label` beside `targets`",
    );
    refused(
        &names(&DATA.replace("name = \"kind\"", "name = \"price\"")),
        "a second target for the output `price`",
    );
    let weighted = [DATA, MODEL, COMPILE, FIT, "class_weight = { x = 2.0 }\n"].concat();
    refused(
        &weighted,
        "`class_weight` is only supported for Models with a single output",
    );
    refused(
        &names(&DATA.replace("csv =", "balance = \"upsample\"\ncsv =")),
        "balance is for a single target, and there are 2",
    );
    let few = MODEL.replace("units = 3", "units = 2");
    refused(
        &[DATA, &few, COMPILE, FIT].concat(),
        "kind: the labels go up to 2, the output has 2 units",
    );
}

#[test]
fn one_output_of_two_may_learn_alone() {
    let one = DATA.replace("[[data.targets]]\nname = \"price\"\nlabel = \"cost\"\n", "");
    let alone = COMPILE
        .replace("price = \"mse\"", "price = \"None\"")
        .replace("price = [\"mae\"], ", "")
        .replace("loss_weights = { price = 0.5, kind = 1.0 }", "");
    let weights = "class_weight = \"balanced\"\n";
    let dir = folder(&[&one, MODEL, &alone, FIT, weights].concat());
    run(dir.path(), &["train", "run.toml", "--out", "run"]).with(0);
    let found = evaluated(run(dir.path(), &["evaluate", "run", "--json"]).with(0));
    assert!(found["kind_accuracy"].as_f64() > Some(0.85), "{found}");
    let ended = run(dir.path(), &["predict", "run", "goods.csv"]).with(0);
    assert!(ended.out.starts_with("kind,kind_p_x,"), "{}", ended.out);
}
