//! `cargo xtask codegen`: the lists of layers, losses, findings, ops and so on.
//!
//! A new thing is a new file in its folder. The list of the folder's files, `generated.rs`, is
//! written by this command and committed; `cargo xtask check` fails when it is stale. Each file
//! declares itself by a constant such as `pub const DEF: LayerDef = ...`; one that holds two things
//! has two such constants.
//!
//! A folder's `mod.rs` takes the list in with
//! `#[path = "generated.rs"] mod generated; pub use generated::*;`, and defines or imports the
//! constants' type. Public types and functions of a file are re-exported; siblings reach each
//! other by `crate::layers::dense` and the like.
//!
//! Layers have a second list, of the shapes that each takes and gives: the formula at the head of its
//! file, `//!   x (B, ..., D) -> y (B, ..., U)`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Outcome, shell};

/// One folder of things, and what its list looks like.
struct Folder {
    /// From the root.
    path: &'static str,
    /// The registry's name and its element type; without one, everything public is re-exported.
    registry: Option<(&'static str, &'static str)>,
    /// What the registry holds, for its doc comment.
    what: &'static str,
    /// Name of the list of shapes, where there is one.
    shapes: Option<&'static str>,
}

const FOLDERS: &[Folder] = &[
    Folder {
        path: "crates/graph/src/ops",
        registry: None,
        what: "op",
        shapes: None,
    },
    Folder {
        shapes: Some("LAYER_SHAPES"),
        ..registry("crates/nn/src/layers", "LAYERS", "LayerDef", "layer")
    },
    registry(
        "crates/nn/src/activations",
        "ACTIVATIONS",
        "ActivationDef",
        "activation",
    ),
    registry(
        "crates/nn/src/initializers",
        "INITIALIZERS",
        "InitializerDef",
        "initializer",
    ),
    registry(
        "crates/nn/src/regularizers",
        "REGULARIZERS",
        "RegularizerDef",
        "regularizer",
    ),
    registry(
        "crates/nn/src/constraints",
        "CONSTRAINTS",
        "ConstraintDef",
        "constraint",
    ),
    registry("crates/nn/src/losses", "LOSSES", "LossDef", "loss"),
    registry("crates/nn/src/metrics", "METRICS", "MetricDef", "metric"),
    registry(
        "crates/nn/src/optimizers",
        "OPTIMIZERS",
        "OptimizerDef",
        "optimizer",
    ),
    registry(
        "crates/nn/src/schedules",
        "SCHEDULES",
        "ScheduleDef",
        "schedule",
    ),
    registry(
        "crates/train/src/callbacks",
        "CALLBACKS",
        "CallbackDef",
        "callback",
    ),
    registry(
        "crates/doctor/src/findings",
        "FINDINGS",
        "FindingDef",
        "finding",
    ),
    registry(
        "crates/treat/src/remedies",
        "REMEDIES",
        "RemedyDef",
        "remedy",
    ),
];

const fn registry(
    path: &'static str,
    name: &'static str,
    element: &'static str,
    what: &'static str,
) -> Folder {
    Folder {
        path,
        registry: Some((name, element)),
        what,
        shapes: None,
    }
}

/// Writes every list, or with `check` only says which are stale. Folders without a `mod.rs` that
/// takes the list in are passed over.
pub fn run(check: bool) -> Outcome {
    let mut stale = Vec::new();
    for folder in FOLDERS {
        let place = shell::root().join(folder.path);
        let mod_rs = std::fs::read_to_string(place.join("mod.rs")).unwrap_or_default();
        if !mod_rs.contains("mod generated;") {
            continue;
        }
        let text = rustfmt(&list(folder, &read_files(&place)?))?;
        let file = place.join("generated.rs");
        if std::fs::read_to_string(&file).is_ok_and(|old| old == text) {
            continue;
        }
        stale.push(format!("{}/generated.rs", folder.path));
        if !check {
            std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        }
    }
    match (check, stale.is_empty()) {
        (_, true) => Ok(()),
        (true, false) => Err(format!(
            "stale: {}; run `cargo xtask codegen`",
            stale.join(", ")
        )),
        (false, false) => {
            println!("wrote {}", stale.join(", "));
            Ok(())
        }
    }
}

/// One file of a folder.
struct File {
    /// Module name.
    name: String,
    source: String,
}

/// The folder's files, sorted by name, without `mod.rs`, `generated.rs` and tests.
fn read_files(place: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(place).map_err(|e| format!("{}: {e}", place.display()))?;
    for entry in entries {
        let entry = entry
            .map_err(|e| format!("{}: {e}", place.display()))?
            .path();
        let name = entry
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        if ["mod", "generated"].contains(&name.as_str()) || name.ends_with("tests") {
            continue;
        }
        let path = if entry.is_dir() {
            format!("{name}/mod.rs")
        } else {
            format!("{name}.rs")
        };
        if let Ok(source) = std::fs::read_to_string(place.join(&path)) {
            files.push(File { name, source });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn list(folder: &Folder, files: &[File]) -> String {
    let mut text = format!(
        "//! Every {} of this folder. Written by `cargo xtask codegen`; do not edit.\n\n",
        folder.what
    );
    for File { name, .. } in files {
        _ = writeln!(text, "pub(crate) mod {name};");
    }
    text.push('\n');
    let Some((registry, element)) = folder.registry else {
        for File { name, .. } in files {
            _ = writeln!(text, "pub use {name}::*;");
        }
        return text;
    };
    for File { name, source, .. } in files {
        let exports = exports(source).join(", ");
        if !exports.is_empty() {
            _ = writeln!(text, "pub use {name}::{{{exports}}};");
        }
    }
    _ = write!(
        text,
        "\nuse super::{element};\n\n/// Every {}, in order of file name.\n\
         pub const {registry}: &[{element}] = &[",
        folder.what
    );
    for File { name, source, .. } in files {
        for constant in constants(source, element) {
            _ = write!(text, "{name}::{constant}, ");
        }
    }
    text.push_str("];\n");
    if let Some(shapes) = folder.shapes {
        text.push_str(&list_of_shapes(shapes, element, files));
    }
    text
}

/// What each class takes and gives, by its name.
fn list_of_shapes(name: &str, element: &str, files: &[File]) -> String {
    let mut text = format!(
        "\n/// What each class takes and gives, as the head of its file has it.\n\
         pub const {name}: &[(&str, &str)] = &["
    );
    for file in files {
        let Some(shapes) = shapes(&file.source) else {
            continue;
        };
        for constant in constants(&file.source, element) {
            _ = write!(text, "({}::{constant}.class_name, {shapes:?}), ", file.name);
        }
    }
    text + "];\n"
}

/// The block at the head of a file that says what goes in and what comes out: the indented lines from the first with an
/// arrow on, to the end of their paragraph.
fn shapes(source: &str) -> Option<String> {
    let head = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .skip_while(|line| !(line.starts_with("  ") && line.contains(" -> ")));
    let block: Vec<&str> = head.take_while(|line| line.starts_with("  ")).collect();
    let margin = |line: &&str| line.len() - line.trim_start().len();
    let least = block.iter().map(margin).min()?;
    let lines: Vec<&str> = block.iter().map(|line| line[least..].trim_end()).collect();
    Some(lines.join("\n"))
}

/// Names of the public constants of type `element`, in order.
fn constants(source: &str, element: &str) -> Vec<String> {
    let lines = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "));
    let typed = lines.filter_map(|line| line.split_once(':'));
    let ours = typed.filter(|(_, rest)| {
        let kind = rest.split('=').next().unwrap_or(rest).trim();
        kind.rsplit("::").next() == Some(element)
    });
    ours.map(|(name, _)| name.trim().to_string()).collect()
}

/// Names of public types and functions, sorted. A type may stand one step in, inside a macro call.
fn exports(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in source.lines() {
        let outer = line.strip_prefix("    ").unwrap_or(line);
        let types = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
        let types = types.iter().find_map(|start| outer.strip_prefix(start));
        let Some(rest) = types.or_else(|| line.strip_prefix("pub fn ")) else {
            continue;
        };
        let name = rest
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .next();
        names.extend(name.map(str::to_string));
    }
    names.sort();
    names.dedup();
    names
}

fn rustfmt(text: &str) -> Result<String, String> {
    let mut command = Command::new("rustfmt");
    command
        .args(["--edition", "2024", "--quiet"])
        .current_dir(shell::root());
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = spawned.map_err(|e| format!("rustfmt did not start: {e}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(text.as_bytes())
            .map_err(|e| format!("rustfmt: {e}"))?;
    }
    let out = child
        .wait_with_output()
        .map_err(|e| format!("rustfmt: {e}"))?;
    if !out.status.success() {
        return Err("rustfmt refused a generated list".into());
    }
    String::from_utf8(out.stdout).map_err(|_| "rustfmt printed something not UTF-8".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_may_hold_two_things() {
        let source = "pub const CONV1D: LayerDef = d;\npub const CONV2D: super::LayerDef = d;\npub const N: usize = 1;\n    pub const X: LayerDef = d;";
        assert_eq!(constants(source, "LayerDef"), ["CONV1D", "CONV2D"]);
    }

    #[test]
    fn types_are_exported_from_macros_too_but_methods_are_not() {
        let source = "pub fn f() {}\nmacro! {\n    pub struct Dense(\n}\nimpl A {\n    pub fn g() {}\n}\npub(crate) enum B {}";
        assert_eq!(exports(source), ["Dense", "f"]);
    }

    #[test]
    fn shapes_are_the_formula_at_the_head() {
        let head = "//! A: turns a -> b.\n//!\n//!   x (B, D) -> y (B, U)\n//!     y = \"x\"\n//!\n//!   s (B) -> t\n";
        assert_eq!(
            shapes(head).as_deref(),
            Some("x (B, D) -> y (B, U)\n  y = \"x\"")
        );
        assert_eq!(shapes("//! A.\n\n//!   x -> y"), None);
        let files = [File {
            name: "dense".into(),
            source: format!("{head}pub const DEF: LayerDef = d;"),
        }];
        let text = list_of_shapes("SHAPES", "LayerDef", &files);
        assert!(
            text.contains(r#"(dense::DEF.class_name, "x (B, D) -> y (B, U)\n  y = \"x\"")"#),
            "{text}"
        );
    }

    #[test]
    fn lists_name_modules_and_constants() {
        let source = "pub const DEF: OptimizerDef = OptimizerDef {\npub struct Adam;".to_string();
        let files = [File {
            name: "adam".into(),
            source,
        }];
        let folder = registry("", "OPTIMIZERS", "OptimizerDef", "optimizer");
        let text = rustfmt(&list(&folder, &files)).unwrap();
        assert!(text.contains("pub(crate) mod adam;"), "{text}");
        assert!(text.contains("pub use adam::Adam;"), "{text}");
        assert!(
            text.contains("pub const OPTIMIZERS: &[OptimizerDef] = &[adam::DEF];"),
            "{text}"
        );
        let ops = Folder {
            path: "",
            registry: None,
            what: "op",
            shapes: None,
        };
        assert!(
            rustfmt(&list(&ops, &files))
                .unwrap()
                .ends_with("pub use adam::*;\n"),
            "{text}"
        );
    }
}
