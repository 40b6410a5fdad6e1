//! House rules that a compiler does not check.
//!
//! Every file opens with `//!`; no file named `utils`, `common`, `helpers`, `base` or `misc`; no
//! source file of a crate above 600 lines, but for generated lists; `unsafe` only in `crates/cpu` and `crates/python`; outside tests no
//! `.unwrap()`, `.expect("..")` or `panic!`, unless a comment `// invariant: ...` on the same line or
//! in the comment just above says why it cannot happen.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Outcome, lex, shell};

const BANNED_NAMES: &[&str] = &[
    "utils", "util", "common", "helpers", "helper", "base", "misc",
];
const LONGEST_FILE: usize = 600;
/// Kernels, and the border to Python.
const UNSAFE_CRATES: &[&str] = &["crates/cpu/", "crates/python/"];
const PANICS: &[&str] = &[
    ".unwrap()",
    ".expect(\"",
    ".expect(&",
    "panic!(",
    "unreachable!(",
    "todo!(",
    "unimplemented!(",
];

/// Reads every Rust file of the workspace and names each breach with file and line.
pub fn run() -> Outcome {
    let root = shell::root();
    let mut sources = Vec::new();
    for path in rust_files(&root)? {
        let source =
            std::fs::read_to_string(root.join(&path)).map_err(|e| format!("{path}: {e}"))?;
        sources.push((path, source));
    }
    let tests: BTreeSet<String> = sources
        .iter()
        .flat_map(|(path, source)| test_modules(path, source))
        .collect();
    let is_test = |path: &String| tests.contains(path) || is_test_file(path);
    let faults = sources
        .iter()
        .flat_map(|(path, source)| faults_of(path, source, is_test(path)));
    let faults: Vec<String> = faults.collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// Files that a `#[cfg(test)] mod name;` of this file takes in.
fn test_modules(path: &str, source: &str) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let inside = match file {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_string(),
        _ => path.trim_end_matches(".rs").to_string(),
    };
    let lines = lex::lines(source);
    let marked = lines
        .iter()
        .filter(|line| line.test)
        .map(|line| line.code.trim());
    let names = marked.filter_map(|code| {
        code.strip_suffix(';')?
            .rsplit_once("mod ")
            .map(|(_, name)| name)
    });
    names
        .flat_map(|name| {
            [
                format!("{inside}/{name}.rs"),
                format!("{inside}/{name}/mod.rs"),
            ]
        })
        .collect()
}

/// Paths relative to the root, with `/`, sorted. Only our source folders are entered.
fn rust_files(root: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut folders: Vec<String> = ["crates", "xtask", "examples", "tests"]
        .map(String::from)
        .into();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.map_err(|e| format!("{folder}: {e}"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            let kind = entry.file_type().map_err(|e| format!("{path}: {e}"))?;
            if kind.is_dir() && !name.starts_with('.') && !name.starts_with("target") {
                folders.push(path);
            } else if kind.is_file() && name.ends_with(".rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn faults_of(path: &str, source: &str, is_test: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let stem = path
        .rsplit('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs");
    if BANNED_NAMES.contains(&stem) {
        faults.push(format!(
            "{path}: a file is named for its idea, not `{stem}`"
        ));
    }
    if !source.starts_with("//!") {
        faults.push(format!("{path}:1: a file opens with `//!`: what it is"));
    }
    let n_lines = source.lines().count();
    // A list is as long as its folder.
    let written = stem == "generated" || is_test;
    if path.starts_with("crates/") && path.contains("/src/") && !written && n_lines > LONGEST_FILE {
        faults.push(format!(
            "{path}: {n_lines} lines; split it (at most {LONGEST_FILE})"
        ));
    }
    let lines = lex::lines(source);
    for (index, line) in lines.iter().enumerate() {
        let place = format!("{path}:{}", index + 1);
        let may_be_unsafe = UNSAFE_CRATES.iter().any(|folder| path.starts_with(folder));
        if !may_be_unsafe && has_word(&line.code, "unsafe") {
            faults.push(format!(
                "{place}: `unsafe` outside crates/cpu and crates/python"
            ));
        }
        if is_test || line.test || is_excused(&lines, index) {
            continue;
        }
        for panic in PANICS.iter().filter(|panic| has_call(&line.code, panic)) {
            faults.push(format!(
                "{place}: `{panic}` outside tests; return an error, or say `// invariant: ...`"
            ));
        }
    }
    faults
}

/// Tests of their own: `tests.rs`, `x_tests.rs`, anything under `tests/` or `benches/`.
fn is_test_file(path: &str) -> bool {
    path.ends_with("tests.rs")
        || path
            .split('/')
            .any(|part| part == "tests" || part == "benches")
}

/// An `invariant:` comment on the line itself or in the run of comment lines just above it.
fn is_excused(lines: &[lex::Line], index: usize) -> bool {
    let says = |line: &lex::Line| line.comment.trim_start().starts_with("invariant:");
    if says(&lines[index]) {
        return true;
    }
    let above = lines[..index].iter().rev();
    above
        .take_while(|line| line.code.trim().is_empty() && !line.comment.is_empty())
        .any(says)
}

fn has_word(code: &str, word: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|found| found == word)
}

/// Whether `call` stands in the code, not as the end of a longer name (`my_panic!(`).
fn has_call(code: &str, call: &str) -> bool {
    code.match_indices(call).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        call.starts_with('.') || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, body: &str) -> usize {
        faults_of(path, &format!("//! Head.\n{body}"), is_test_file(path)).len()
    }

    #[test]
    fn head_name_and_length() {
        assert_eq!(faults_of("crates/nn/src/a.rs", "fn a() {}", false).len(), 1);
        assert_eq!(faults("crates/nn/src/utils.rs", ""), 1);
        assert_eq!(faults("crates/nn/src/a.rs", &"\n".repeat(600)), 1);
        assert_eq!(faults("crates/nn/src/a_tests.rs", &"\n".repeat(600)), 0);
        assert_eq!(faults("crates/nn/src/generated.rs", &"\n".repeat(600)), 0);
    }

    #[test]
    fn unsafe_stays_in_its_crate() {
        assert_eq!(faults("crates/nn/src/a.rs", "unsafe fn a() {}"), 1);
        assert_eq!(faults("crates/cpu/src/a.rs", "unsafe fn a() {}"), 0);
        assert_eq!(
            faults("crates/nn/src/a.rs", "#![deny(unsafe_code)] // unsafe"),
            0
        );
    }

    #[test]
    fn panics_need_a_reason_outside_tests() {
        let path = "crates/nn/src/a.rs";
        assert_eq!(faults(path, "fn a() { b().unwrap(); }"), 1);
        assert_eq!(
            faults(
                path,
                "// invariant: b is never empty\nfn a() { b().unwrap(); }"
            ),
            0
        );
        assert_eq!(
            faults(path, "fn a() { b().unwrap() } // invariant: as above"),
            0
        );
        assert_eq!(
            faults(path, "// invariant: b\nlet x = 1;\nlet y = b.unwrap();"),
            1
        );
        assert_eq!(
            faults(
                path,
                "/// ```\n/// b().unwrap();\n/// ```\nfn a() { c(\".expect(\") }"
            ),
            0
        );
        assert_eq!(
            faults(path, "#[cfg(test)]\nmod tests { fn a() { b().unwrap(); } }"),
            0
        );
        assert_eq!(
            faults("crates/nn/tests/keras.rs", "fn a() { b().unwrap(); }"),
            0
        );
        assert_eq!(faults(path, "fn a() { no_panic!(1) }"), 0);
    }

    #[test]
    fn test_modules_are_found() {
        let source = "#[cfg(test)]\nmod cases;\nmod real;";
        let found = test_modules("crates/a/src/lib.rs", source);
        assert_eq!(
            found,
            ["crates/a/src/cases.rs", "crates/a/src/cases/mod.rs"]
        );
        assert_eq!(
            test_modules("crates/a/src/b.rs", source)[0],
            "crates/a/src/b/cases.rs"
        );
    }

    #[test]
    fn a_parser_may_expect() {
        assert_eq!(
            faults("crates/nn/src/a.rs", "fn a() { self.expect(b'x')?; }"),
            0
        );
        assert_eq!(
            faults("crates/nn/src/a.rs", "fn a() { b().expect(\"why\"); }"),
            1
        );
    }
}
