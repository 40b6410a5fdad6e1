//! The table of every name of Keras, docs/keras-names.md: made from the lists that the program itself reads, and notes.
//!
//! `docs/keras/names.txt` holds the names, `docs/keras/notes.toml` says what the lists do not decide. A name that the lists have and a
//! note calls absent, or the other way round, is an error, and so is a table that is not what these give.
//! `REGIMEN_WRITE_NAMES=1 cargo test -p regimen --test keras_names` writes it again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use regimen::nn::object::same_name;
use regimen::nn::{
    activations, constraints, initializers, layers, losses, metrics, optimizers, regularizers,
    schedules,
};
use regimen::train::callbacks;

/// Kinds whose classes are registered: at most one in twenty of their names may be absent.
const KINDS: [&str; 9] = [
    "keras.activations.",
    "keras.callbacks.",
    "keras.constraints.",
    "keras.initializers.",
    "keras.layers.",
    "keras.losses.",
    "keras.metrics.",
    "keras.optimizers.",
    "keras.regularizers.",
];

/// Functions and types of this library by the names of Keras's; that they are there is seen when this file is compiled.
macro_rules! functions {
    ($($name:literal => $($path:ident)::+),* $(,)?) => {
        $(const _: () = {
            #[allow(unused_imports)]
            use $($path)::+;
        };)*
        const FUNCTIONS: &[(&str, &str)] = &[$(($name, stringify!($($path)::+))),*];
    };
}

functions! {
    "keras.utils.pad_sequences" => regimen::data::pad_sequences,
    "keras.preprocessing.sequence.pad_sequences" => regimen::data::pad_sequences,
    "keras.utils.to_categorical" => regimen::data::to_categorical,
    "keras.utils.normalize" => regimen::data::normalize,
    "keras.utils.split_dataset" => regimen::data::split_dataset,
    "keras.utils.timeseries_dataset_from_array" => regimen::data::timeseries_dataset_from_array,
    "keras.preprocessing.timeseries_dataset_from_array" => regimen::data::timeseries_dataset_from_array,
    "keras.utils.image_dataset_from_directory" => regimen::data::image_dataset_from_directory,
    "keras.preprocessing.image_dataset_from_directory" => regimen::data::image_dataset_from_directory,
    "keras.utils.text_dataset_from_directory" => regimen::data::text_dataset_from_directory,
    "keras.preprocessing.text_dataset_from_directory" => regimen::data::text_dataset_from_directory,
    "keras.preprocessing.image.smart_resize" => regimen::nn::smart_resize,
    "keras.utils.FeatureSpace" => regimen::nn::host::FeatureSpace,
    "keras._legacy.preprocessing.sequence.TimeseriesGenerator" => regimen::data::TimeseriesGenerator,
    "keras._legacy.preprocessing.sequence.make_sampling_table" => regimen::data::make_sampling_table,
    "keras._legacy.preprocessing.sequence.skipgrams" => regimen::data::skipgrams,
    "keras._legacy.preprocessing.text.Tokenizer" => regimen::data::Tokenizer,
    "keras._legacy.preprocessing.text.hashing_trick" => regimen::data::hashing_trick,
    "keras._legacy.preprocessing.text.one_hot" => regimen::data::one_hot,
    "keras._legacy.preprocessing.text.text_to_word_sequence" => regimen::data::text_to_word_sequence,
    "keras._legacy.preprocessing.text.tokenizer_from_json" => regimen::data::Tokenizer,
}

/// A name with its status and text.
type Row<'a> = (&'a str, &'a (String, String));

struct Note {
    names: Vec<String>,
    status: String,
    text: String,
}

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(docs(name)).unwrap_or_else(|e| panic!("docs/{name}: {e}"))
}

fn notes() -> Vec<Note> {
    let table: toml::Table = read("keras/notes.toml")
        .parse()
        .expect("notes.toml is TOML");
    let text =
        |v: &toml::Value, key: &str| v.get(key).and_then(|v| v.as_str()).expect(key).to_string();
    let notes = table["note"].as_array().expect("a list of notes");
    notes
        .iter()
        .map(|note| Note {
            names: note["names"]
                .as_array()
                .expect("names")
                .iter()
                .map(|n| n.as_str().expect("a name").to_string())
                .collect(),
            status: text(note, "status"),
            text: text(note, "text"),
        })
        .collect()
}

/// Whether a pattern, whose `*` stand for any text, fits a name.
fn fits(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    let parts: Vec<&str> = pattern.split('*').collect();
    for (i, part) in parts.iter().enumerate() {
        let last = i + 1 == parts.len();
        rest = match (i, last) {
            (0, true) => return name == *part,
            (0, _) => match rest.strip_prefix(part) {
                Some(rest) => rest,
                None => return false,
            },
            (_, true) => return rest.ends_with(part),
            _ => match rest.find(part) {
                Some(at) => &rest[at + part.len()..],
                None => return false,
            },
        };
    }
    true
}

/// The class or function that this name means here, if a list has it.
fn listed(name: &str) -> Option<&'static str> {
    let (module, last) = name.rsplit_once('.')?;
    let module = module.replace("_legacy.", "").replace(".legacy", "");
    match module.as_str() {
        "keras.layers" => layers::find(last).map(|d| d.class_name),
        "keras.losses" => losses::find(last).map(|d| d.class_name),
        "keras.metrics" => metrics::find(last)
            .map(|d| d.class_name)
            .or(losses::find(last).map(|d| d.class_name)),
        "keras.optimizers" => optimizers::find(last).map(|d| d.class_name),
        "keras.optimizers.schedules" => schedules::find(last).map(|d| d.class_name),
        "keras.callbacks" => callbacks::find(last).map(|d| d.class_name),
        "keras.initializers" => initializers::find(last).map(|d| d.class_name),
        "keras.regularizers" => regularizers::find(last).map(|d| d.class_name),
        "keras.constraints" => constraints::find(last).map(|d| d.class_name),
        "keras.activations" => activations::find(last).map(|d| d.name),
        _ => None,
    }
}

/// Status and text of a name; an error where nothing or too much is said of it.
fn judged(name: &str, notes: &[Note]) -> Result<(String, String), String> {
    if let Some((_, path)) = FUNCTIONS.iter().find(|(n, _)| *n == name) {
        return Ok(("works".into(), format!("`{}`", path.replace(' ', ""))));
    }
    let note = notes.iter().find(|n| n.names.iter().any(|p| fits(p, name)));
    match (listed(name), note) {
        (Some(_), Some(note)) if note.status != "absent" => {
            Ok((note.status.clone(), note.text.clone()))
        }
        (Some(class), None) => {
            let last = name.rsplit('.').next().unwrap_or_default();
            let text = if same_name(class, last) {
                String::new()
            } else {
                format!("is `{class}`")
            };
            Ok(("works".into(), text))
        }
        // Refused by a list's entry of its own, such as Lambda.
        (Some(class), Some(note)) if REFUSED.contains(&class) => {
            Ok((note.status.clone(), note.text.clone()))
        }
        (Some(class), Some(_)) => Err(format!(
            "{name}: a note calls it absent, but the lists have `{class}`"
        )),
        (None, Some(note)) => Ok((note.status.clone(), note.text.clone())),
        (None, None) => Err(format!(
            "{name}: neither in a list nor in docs/keras/notes.toml"
        )),
    }
}

/// Names that are registered to be refused with a reason.
const REFUSED: [&str; 1] = ["Lambda"];

#[test]
fn the_table_is_what_the_lists_and_the_notes_say() {
    let notes = notes();
    for note in &notes {
        assert!(
            ["works", "differs", "absent"].contains(&note.status.as_str()),
            "{}",
            note.status
        );
        assert!(note.text.len() > 10, "{:?} needs a reason", note.names);
    }
    let names = read("keras/names.txt");
    let (mut rows, mut wrong) = (BTreeMap::new(), vec![]);
    for name in names.lines() {
        match judged(name, &notes) {
            Ok(row) => _ = rows.insert(name, row),
            Err(message) => wrong.push(message),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for kind in KINDS {
        let of_kind = rows.iter().filter(|(name, _)| name.starts_with(kind));
        let (mut all, mut absent) = (0, vec![]);
        for (name, (status, _)) in of_kind {
            all += 1;
            if status == "absent" {
                absent.push(*name);
            }
        }
        assert!(
            absent.len() * 20 <= all,
            "{kind}: {} of {all} are absent: {absent:?}",
            absent.len()
        );
    }
    let table = table(&rows);
    if std::env::var_os("REGIMEN_WRITE_NAMES").is_some() {
        std::fs::write(docs("keras-names.md"), &table).expect("writes");
    }
    assert!(
        read("keras-names.md") == table,
        "docs/keras-names.md is stale: REGIMEN_WRITE_NAMES=1 cargo test -p regimen --test keras_names"
    );
}

fn table(rows: &BTreeMap<&str, (String, String)>) -> String {
    let mut out = String::from(
        "# Every name of Keras\n\n\
         Made by the test `keras_names` from the program's own lists and `docs/keras/notes.toml`; do not edit. Names are those that Keras\n\
         exports (`docs/keras/names.txt`). *works*: with Keras's options and semantics, compared with stored numbers of Keras 3.15.1 where\n\
         there are numbers. Python itself is not part of this table: where a name is a Python function or class, it says what does its work\n\
         in Rust or in a run file.\n",
    );
    let mut groups: BTreeMap<&str, Vec<Row<'_>>> = BTreeMap::new();
    for (name, row) in rows {
        let module = name.rsplit_once('.').map_or("", |(module, _)| module);
        groups.entry(module).or_default().push((name, row));
    }
    let count = |list: &[Row<'_>], status: &str| list.iter().filter(|(_, r)| r.0 == status).count();
    out.push_str(
        "\n| module | names | works | differs | absent |\n| --- | --- | --- | --- | --- |\n",
    );
    for (module, list) in &groups {
        let [works, differs, absent] = ["works", "differs", "absent"].map(|s| count(list, s));
        let _ = writeln!(
            out,
            "| {module} | {} | {works} | {differs} | {absent} |",
            list.len()
        );
    }
    for (module, list) in &groups {
        let _ = write!(out, "\n## {module}\n\n");
        // One line for all names of a module that share their fate.
        let first = list[0].1;
        if list.len() > 12 && list.iter().all(|(_, row)| *row == first) {
            let short: Vec<&str> = list
                .iter()
                .filter_map(|(n, _)| n.rsplit('.').next())
                .collect();
            let _ = writeln!(out, "{}: {}.\n\n{}", first.0, first.1, short.join(", "));
            continue;
        }
        out.push_str("| name | | |\n| --- | --- | --- |\n");
        for (name, (status, text)) in list {
            let _ = writeln!(out, "| {name} | {status} | {text} |");
        }
    }
    out
}

#[test]
fn patterns_fit() {
    assert!(fits("keras.ops.*", "keras.ops.nn.relu") && !fits("keras.ops.*", "keras.op"));
    assert!(fits("*.get", "keras.losses.get") && !fits("*.get", "keras.losses.get_all"));
    assert!(fits("keras.*x*", "keras.max_epochs") && fits("keras.version", "keras.version"));
    assert!(!fits("keras.version", "keras.versions") && !fits("a*c", "ab"));
}
