//! `cargo xtask codegen`: the lists of layers, losses, findings, ops and so on.
//!
//! A new thing is a new file in its folder. The list of the folder's files, `generated.rs`, is
//! written by this command and committed; `cargo xtask check` fails when it is stale. Each file
//! declares itself by a constant such as `pub const DEF: LayerDef = ...`; one that holds two things
//! has two such constants.
//!
//! A folder's `mod.rs` takes the list in with
//! `#[path = "generated.rs"] mod generated; pub use generated::*;`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Outcome, shell};

/// One folder of things, and what its list looks like.
struct Folder {
    /// From the root.
    path: &'static str,
    /// The registry's name and the path of its element type; `None` re-exports everything.
    registry: Option<(&'static str, &'static str)>,
    /// What the registry holds, for its doc comment.
    what: &'static str,
}

const FOLDERS: &[Folder] = &[
    folder("crates/graph/src/ops", None, "op"),
    folder(
        "crates/nn/src/layers",
        Some(("LAYERS", "crate::layers::LayerDef")),
        "layer",
    ),
    folder(
        "crates/nn/src/activations",
        Some(("ACTIVATIONS", "crate::activations::ActivationDef")),
        "activation",
    ),
    folder(
        "crates/nn/src/initializers",
        Some(("INITIALIZERS", "crate::initializers::InitializerDef")),
        "initializer",
    ),
    folder(
        "crates/nn/src/regularizers",
        Some(("REGULARIZERS", "crate::regularizers::RegularizerDef")),
        "regularizer",
    ),
    folder(
        "crates/nn/src/constraints",
        Some(("CONSTRAINTS", "crate::constraints::ConstraintDef")),
        "constraint",
    ),
    folder(
        "crates/nn/src/losses",
        Some(("LOSSES", "crate::losses::LossDef")),
        "loss",
    ),
    folder(
        "crates/nn/src/metrics",
        Some(("METRICS", "crate::metrics::MetricDef")),
        "metric",
    ),
    folder(
        "crates/nn/src/optimizers",
        Some(("OPTIMIZERS", "crate::optimizers::OptimizerDef")),
        "optimizer",
    ),
    folder(
        "crates/train/src/callbacks",
        Some(("CALLBACKS", "crate::callbacks::CallbackDef")),
        "callback",
    ),
    folder(
        "crates/doctor/src/findings",
        Some(("FINDINGS", "crate::FindingDef")),
        "finding",
    ),
];

const fn folder(
    path: &'static str,
    registry: Option<(&'static str, &'static str)>,
    what: &'static str,
) -> Folder {
    Folder {
        path,
        registry,
        what,
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

/// Module names with their source, sorted; `x.rs` and `x/mod.rs` both count.
fn read_files(place: &Path) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(place).map_err(|e| format!("{}: {e}", place.display()))?;
    for entry in entries {
        let path = entry
            .map_err(|e| format!("{}: {e}", place.display()))?
            .path();
        let name = path
            .file_stem()
            .map(|s| s.to_string_lossy().into_owned())
            .unwrap_or_default();
        if ["mod", "generated"].contains(&name.as_str()) || name.ends_with("tests") {
            continue;
        }
        let file = if path.is_dir() {
            path.join("mod.rs")
        } else {
            path
        };
        if file.extension().is_some_and(|end| end == "rs") && file.is_file() {
            let source = std::fs::read_to_string(&file);
            files.push((
                name,
                source.map_err(|e| format!("{}: {e}", file.display()))?,
            ));
        }
    }
    files.sort();
    Ok(files)
}

fn list(folder: &Folder, files: &[(String, String)]) -> String {
    let mut text = format!(
        "//! Every {} of this folder. Written by `cargo xtask codegen`; do not edit.\n\n",
        folder.what
    );
    for (name, _) in files {
        _ = writeln!(text, "pub mod {name};");
    }
    let Some((registry, element)) = folder.registry else {
        text.push('\n');
        for (name, _) in files {
            _ = writeln!(text, "pub use {name}::*;");
        }
        return text;
    };
    let element_name = element.rsplit("::").next().unwrap_or(element);
    _ = write!(
        text,
        "\nuse {element};\n\n/// Every {}, in order of file name.\npub const {registry}: &[{element_name}] = &[",
        folder.what
    );
    for (name, source) in files {
        for constant in constants(source, element_name) {
            _ = write!(text, "{name}::{constant}, ");
        }
    }
    text.push_str("];\n");
    text
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
    fn lists_name_modules_and_constants() {
        let files = [(
            "adam".into(),
            "pub const DEF: OptimizerDef = OptimizerDef {".into(),
        )];
        let registry = Some(("OPTIMIZERS", "crate::optimizers::OptimizerDef"));
        let text = rustfmt(&list(&folder("", registry, "optimizer"), &files)).unwrap();
        assert!(text.contains("pub mod adam;"), "{text}");
        assert!(
            text.contains("pub const OPTIMIZERS: &[OptimizerDef] = &[adam::DEF];"),
            "{text}"
        );
        let text = rustfmt(&list(&folder("", None, "op"), &files)).unwrap();
        assert!(text.ends_with("pub use adam::*;\n"), "{text}");
    }
}
