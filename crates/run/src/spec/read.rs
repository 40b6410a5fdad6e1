//! Reading a run file: text to tree to [`RunSpec`], with every fault by line.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::node::{Kind, Node, entry};
use super::walk::Walker;
use super::{FitSpec, RunSpec, SpecError, SpecErrors, SpecMap, json_tree, toml_tree};
use crate::nearest::nearest;

/// Largest run file or model file read; those that people and Keras write are far smaller.
const MAX_BYTES: u64 = 64 << 20;

const KEYS: [&str; 8] = [
    "name",
    "seed",
    "keras_version",
    "data",
    "model",
    "compile",
    "fit",
    "callbacks",
];

impl RunSpec {
    /// Reads a run file: JSON when its name ends in `.json` or it begins with `{`, else TOML.
    pub fn from_path(path: &Path) -> Result<(Self, SpecMap), SpecErrors> {
        let text = text_of(path, "a run file").map_err(|errors| SpecErrors { errors })?;
        let name = path.display().to_string();
        let json = path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("json"))
            || text.trim_start().starts_with('{');
        if json {
            Self::from_json(&text, &name)
        } else {
            Self::from_toml(&text, &name)
        }
    }

    /// Reads TOML. `file_name` appears in errors; its folder is where `model.json` is looked up.
    pub fn from_toml(text: &str, file_name: &str) -> Result<(Self, SpecMap), SpecErrors> {
        Self::from_tree(text, file_name, toml_tree::parse)
    }

    /// Reads JSON. `file_name` appears in errors; its folder is where `model.json` is looked up.
    pub fn from_json(text: &str, file_name: &str) -> Result<(Self, SpecMap), SpecErrors> {
        Self::from_tree(text, file_name, json_tree::parse)
    }

    fn from_tree(
        text: &str,
        file_name: &str,
        parse: fn(&str, &str) -> Result<Node, Vec<SpecError>>,
    ) -> Result<(Self, SpecMap), SpecErrors> {
        if text.trim().is_empty() {
            let mend = "write at least [data], [model] and [compile]";
            return Err(whole_file(file_name, "the file is empty", "a run spec", mend).into());
        }
        let tree = parse(text, file_name).map_err(SpecErrors::sorted)?;
        Self::from_node(&tree, file_name)
    }

    pub(crate) fn from_node(tree: &Node, file_name: &str) -> Result<(Self, SpecMap), SpecErrors> {
        let file = Path::new(file_name);
        let folder = file.parent().map(PathBuf::from).unwrap_or_default();
        let mut walker = Walker::new(file_name, folder);
        let stem = file.file_stem().map(|s| s.to_string_lossy().into_owned());
        let spec = walker.run(tree, stem.unwrap_or_default());
        match spec {
            Some(spec) if walker.errors.is_empty() => Ok((spec, walker.map)),
            _ => Err(SpecErrors::sorted(walker.errors)),
        }
    }
}

impl Walker {
    fn run(&mut self, tree: &Node, stem: String) -> Option<RunSpec> {
        let table = self.table(tree, "", &KEYS)?;
        let name = self.opt(&table, "name", Self::text).unwrap_or(stem);
        let seed = self.opt(&table, "seed", |w, node, path| w.whole(node, path, 0));
        let version = self.opt(&table, "keras_version", Self::text);
        let mend =
            "write `[data]` with a source, such as `sample = \"digits\"` or `csv = \"table.csv\"`";
        let held_out = states_validation_split(tree);
        let data = self.need(&table, "data", mend, |w, node, path| {
            w.data(node, path, held_out)
        });
        let mend = "write `[[model.layers]]` for each layer";
        let model = self.need(&table, "model", mend, Self::model);
        let mend = "write `[compile]` with `loss`, `optimizer` and `metrics`";
        let compile = self.need(&table, "compile", mend, Self::compile);
        let fit = if table.has("fit") {
            self.opt(&table, "fit", Self::fit)
        } else {
            Some(FitSpec::default())
        };
        let callbacks = self.opt(&table, "callbacks", Self::objects);
        Some(RunSpec {
            name,
            seed: seed.unwrap_or(0),
            keras_version: version.or(self.keras_version.take()),
            data: data?,
            model: model?,
            compile: compile?,
            fit: fit?,
            callbacks: callbacks.unwrap_or_default(),
        })
    }
}

/// Whether `fit.validation_split` is above 0; `data.split`'s defaults depend on it.
fn states_validation_split(tree: &Node) -> bool {
    let inner = |node: &'_ Node, key: &str| match &node.kind {
        Kind::Table(entries) => entry(entries, key).map(|e| e.value.clone()),
        _ => None,
    };
    let split = inner(tree, "fit").and_then(|fit| inner(&fit, "validation_split"));
    matches!(split.map(|node| node.kind), Some(Kind::Number(n)) if n.as_f64() > Some(0.0))
}

fn whole_file(file: &str, found: &str, expected: &str, mend: &str) -> SpecError {
    SpecError {
        file: file.to_owned(),
        line: 0,
        column: 0,
        path: String::new(),
        expected: expected.to_owned(),
        found: found.to_owned(),
        mend: mend.to_owned(),
    }
}

/// The text of a file, without a byte-order mark. `what` names what the file should be.
pub(crate) fn text_of(path: &Path, what: &str) -> Result<String, Vec<SpecError>> {
    let name = path.display().to_string();
    let fault = |found: &str, mend: &str| vec![whole_file(&name, found, what, mend)];
    let meta = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => fault("no such file", &similar_file(path)),
        _ => fault(&format!("cannot be read ({error})"), ""),
    })?;
    if meta.is_dir() {
        let mend = match path.join("spec.json").is_file() {
            true => "it is a run folder: name its spec.json to run it again",
            false => "name the file inside it",
        };
        return Err(fault("found a folder", mend));
    }
    if !meta.is_file() {
        return Err(fault("not a plain file", ""));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| fault(&format!("cannot be read ({error})"), ""))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fault("the file is larger than 64 MiB", ""));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..start].iter().filter(|b| **b == b'\n');
        let mut faults = fault("the file is not UTF-8 text", "save it as UTF-8");
        faults[0].line = line.count() + 1;
        faults[0].column = 1;
        faults
    })?;
    Ok(match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn similar_file(path: &Path) -> String {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .take(10_000)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let wanted = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&wanted, names.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{}`?", path.with_file_name(name).display()),
        None => "check the path".to_owned(),
    }
}
