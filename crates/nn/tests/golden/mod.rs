//! Reads the golden numbers of Keras and compares with them. The files' format: tests/golden/README.md.
#![allow(dead_code)] // each test file uses a part

use std::collections::BTreeMap;
use std::path::PathBuf;

use regimen_graph::{Builder, DType, InputKind, Plain, Type, Var, evaluate};
use regimen_nn::OptionInfo;
use serde_json::{Map, Value as Json};

/// A tensor of a golden file.
#[derive(Debug, Clone, PartialEq)]
pub struct Golden {
    /// Sizes.
    pub shape: Vec<usize>,
    /// Element type.
    pub dtype: DType,
    /// Elements, row-major.
    pub data: Vec<f64>,
    /// Scale below which differences are rounding noise.
    pub scale: f64,
}

/// The parsed file `tests/golden/<name>`.
pub fn file(name: &str) -> Json {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden")
        .join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The files of `tests/golden/<folder>` that hold cases of classes, in order.
pub fn files(folder: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden")
        .join(folder);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap_or_else(|e| panic!("{}: {e}", path.display())))
        .map(|e| format!("{folder}/{}", e.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".json") && !name.ends_with("_by_shapes.json"))
        .collect();
    names.sort();
    names
}

/// Classes of the list without a case in the folder, and options that no case of their class gives another value than
/// the default.
pub fn options_without_cases(
    folder: &str,
    classes: impl Iterator<Item = (&'static str, Vec<OptionInfo>)>,
) -> Vec<String> {
    let mut given: BTreeMap<String, Vec<(String, Json)>> = BTreeMap::new();
    for case in files(folder).iter().flat_map(|name| cases(name)) {
        let config = case["config"].as_object().cloned().unwrap_or_default();
        let list = given.entry(text(&case["class_name"])).or_default();
        list.extend(config);
    }
    let mut missing = vec![];
    for (class, options) in classes {
        let Some(list) = given.get(class) else {
            missing.push(class.to_string());
            continue;
        };
        let occurs = |option: &OptionInfo| {
            list.iter()
                .any(|(key, value)| key == option.name && Some(value) != option.default.as_ref())
        };
        missing.extend(
            options
                .iter()
                .filter(|o| !occurs(o))
                .map(|o| format!("{class}.{}", o.name)),
        );
    }
    missing
}

/// The cases of a file; each gets the `full_config` that the file leaves out.
pub fn cases(name: &str) -> Vec<Json> {
    let mut first: BTreeMap<String, Map<String, Json>> = BTreeMap::new();
    let mut cases = file(name)["cases"].as_array().cloned().unwrap_or_default();
    for case in &mut cases {
        let class = text(&case["class_name"]);
        let config = case["config"].as_object().cloned().unwrap_or_default();
        match case["full_config"].as_object() {
            Some(full) => _ = first.entry(class).or_insert(full.clone()),
            None => {
                let full = first.get(&class).cloned().unwrap_or_default();
                case["full_config"] = Json::Object(full);
            }
        }
        // Keras's `get_config` forgets some options, such as Huber's delta.
        if let Some(full) = case["full_config"].as_object_mut() {
            full.extend(config);
        }
    }
    assert!(!cases.is_empty(), "{name} holds no cases");
    cases
}

/// A string, empty when absent.
pub fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// A number; NaN and infinities are strings.
pub fn number(value: &Json) -> f64 {
    match value {
        Json::String(s) if s == "Infinity" => f64::INFINITY,
        Json::String(s) if s == "-Infinity" => f64::NEG_INFINITY,
        Json::Bool(b) => f64::from(u8::from(*b)),
        other => other.as_f64().unwrap_or(f64::NAN),
    }
}

/// A tensor; `None` where the file has null or nothing.
pub fn tensor(value: &Json) -> Option<Golden> {
    let shape = value
        .get("shape")?
        .as_array()?
        .iter()
        .map(|n| n.as_u64().unwrap_or(0) as usize)
        .collect();
    let dtype = match value["dtype"].as_str() {
        Some("int32") => DType::I32,
        Some("bool") => DType::Bool,
        _ => DType::F32,
    };
    // A decimal stands for the float32 that Keras had.
    let rounded = |v: &Json| {
        if dtype == DType::F32 {
            f64::from(number(v) as f32)
        } else {
            number(v)
        }
    };
    let data = value["data"].as_array()?.iter().map(rounded).collect();
    Some(Golden {
        shape,
        dtype,
        data,
        scale: value["scale"].as_f64().unwrap_or(0.0),
    })
}

/// A tensor that has to be there.
pub fn needed(value: &Json) -> Golden {
    tensor(value).unwrap_or_else(|| panic!("a tensor is missing: {value}"))
}

/// The array for the oracle.
pub fn plain(golden: &Golden) -> Plain {
    Plain::new(golden.shape.clone(), golden.data.clone())
}

/// A graph's inputs and their values, gathered while it is built.
#[derive(Default)]
pub struct Feed {
    /// The graph.
    pub builder: Builder,
    /// Values by name.
    pub values: BTreeMap<String, Plain>,
}

impl Feed {
    /// An input with this value.
    pub fn input(&mut self, name: &str, value: &Golden) -> Var {
        self.values.insert(name.to_string(), plain(value));
        self.builder.input(
            name,
            Type::new(value.dtype, value.shape.clone()),
            InputKind::Feed,
        )
    }

    /// What these values come to; panics with the faults of the graph.
    pub fn run(&self, outputs: &[(&str, Var)]) -> BTreeMap<String, Plain> {
        let graph = self
            .builder
            .finish(outputs, &[])
            .unwrap_or_else(|faults| panic!("{faults}"));
        evaluate(&graph, &self.values).unwrap_or_else(|e| panic!("{e}"))
    }
}

/// Whether |a - b| <= tolerance · max(|b|, rms(b), scale) everywhere; else where not. Ours is rounded to float32 first,
/// so that overflow looks alike.
pub fn differences(got: &Plain, want: &Golden, tolerance: f64) -> Option<String> {
    if got.shape != want.shape {
        return Some(format!("shape {:?}, Keras has {:?}", got.shape, want.shape));
    }
    let finite: Vec<f64> = want
        .data
        .iter()
        .copied()
        .filter(|b| b.is_finite())
        .collect();
    let rms = (finite.iter().map(|b| b * b).sum::<f64>() / finite.len().max(1) as f64).sqrt();
    let wrong = |&(_, (&a, &b)): &(usize, (&f64, &f64))| {
        let a = f64::from(a as f32);
        let same = (a.is_nan() && b.is_nan()) || a == b;
        let near = (a - b).abs() <= tolerance * b.abs().max(rms).max(want.scale);
        !same && !near
    };
    let all: Vec<_> = got
        .data
        .iter()
        .zip(&want.data)
        .enumerate()
        .filter(wrong)
        .collect();
    let (at, (a, b)) = all.first()?;
    Some(format!(
        "{} of {} differ, first at {at}: {a}, Keras has {b}",
        all.len(),
        got.data.len()
    ))
}

/// Collects what differs over many cases and reports it all at once.
#[derive(Default)]
pub struct Report(Vec<String>);

impl Report {
    /// Compares one value.
    pub fn compare(&mut self, place: &str, got: &Plain, want: &Golden, tolerance: f64) {
        if let Some(found) = differences(got, want, tolerance) {
            self.0.push(format!("{place}: {found}"));
        }
    }

    /// Notes something else that is wrong.
    pub fn wrong(&mut self, message: String) {
        self.0.push(message);
    }

    /// Panics with everything that differed.
    pub fn finish(self) {
        assert!(self.0.is_empty(), "\n{}", self.0.join("\n"));
    }
}
