//! The crate table: who may use whom.
//!
//! ARCHITECTURE.md holds it as rows `| level | crate | holds | may use |`. A crate of ours may use
//! exactly the crates that its row names, and a row may name lower levels only. Dev-dependencies
//! are free: a test may look wherever it needs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Outcome, shell};

/// One row of the table.
#[derive(Debug, PartialEq)]
struct Row {
    level: u32,
    may_use: BTreeSet<String>,
}

type Table = BTreeMap<String, Row>;

/// Compares the table with `cargo metadata`.
pub fn run() -> Outcome {
    let path = shell::root().join("ARCHITECTURE.md");
    let book = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let table = read_table(&book);
    let metadata = shell::cargo(&["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let metadata = shell::output(metadata)?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(|e| format!("metadata: {e}"))?;
    let faults = [
        faults_of_table(&table),
        faults_of_build(&table, &read_edges(&metadata)),
    ];
    let faults = faults.concat();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults.join("\n"))
    }
}

/// Rows whose first cell is a number; a second cell may name several crates.
fn read_table(book: &str) -> Table {
    let mut table = Table::new();
    for line in book.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [level, crates, .., may_use] = cells.as_slice() else {
            continue;
        };
        let Ok(level) = level.parse() else { continue };
        for name in names(crates) {
            table.insert(
                name,
                Row {
                    level,
                    may_use: names(may_use),
                },
            );
        }
    }
    table
}

/// `graph, run` as a set; `-` is the empty one. Backquotes do not count.
fn names(cell: &str) -> BTreeSet<String> {
    let words = cell
        .split(',')
        .map(|word| word.trim().trim_matches('`').to_string());
    words
        .filter(|word| !word.is_empty() && word != "-")
        .collect()
}

fn faults_of_table(table: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, row) in table {
        for used in &row.may_use {
            match table.get(used) {
                None => faults.push(format!("ARCHITECTURE.md: {name} may use {used}, which has no row")),
                Some(other) if other.level >= row.level => faults.push(format!(
                    "ARCHITECTURE.md: {name} (level {}) may use {used} (level {}): edges go down only",
                    row.level, other.level
                )),
                Some(_) => {}
            }
        }
    }
    faults
}

fn faults_of_build(table: &Table, edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, used) in edges {
        let Some(row) = table.get(name) else {
            faults.push(format!(
                "crate {name} has no row in the table of ARCHITECTURE.md"
            ));
            continue;
        };
        for extra in used.difference(&row.may_use) {
            faults.push(format!(
                "crate {name} uses {extra}, which its row in ARCHITECTURE.md does not allow"
            ));
        }
    }
    for (name, row) in table {
        let used = edges.get(name).into_iter().flatten().cloned().collect();
        for unused in row.may_use.difference(&used) {
            faults.push(format!(
                "ARCHITECTURE.md: {name} may use {unused}, and does not; take it out of the row"
            ));
        }
    }
    for name in table.keys().filter(|name| !edges.contains_key(*name)) {
        faults.push(format!(
            "ARCHITECTURE.md has a row for {name}, which is no crate"
        ));
    }
    faults
}

/// Crates of ours to the crates of ours that they build with.
fn read_edges(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut edges = BTreeMap::new();
    for package in packages {
        let Some(name) = package["name"].as_str().and_then(short_name) else {
            continue;
        };
        let uses = package["dependencies"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let uses = uses.iter().filter(|dependency| dependency["kind"] != "dev");
        let uses = uses.filter_map(|dependency| dependency["name"].as_str().and_then(short_name));
        edges.insert(name.to_string(), uses.map(str::to_string).collect());
    }
    edges
}

/// `regimen-nn` is `nn`; the facade keeps its name; others are not ours.
fn short_name(package: &str) -> Option<&str> {
    if package == "regimen" {
        Some(package)
    } else {
        package.strip_prefix("regimen-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "\
| level | crate | holds | may use |
| --- | --- | --- | --- |
| 0 | `graph` | ops | - |
| 1 | cpu, nn | engine; layers | graph |
| 2 | data | sources | graph, nn |
";

    fn edge(name: &str, uses: &[&str]) -> (String, BTreeSet<String>) {
        (name.into(), uses.iter().map(|s| s.to_string()).collect())
    }

    #[test]
    fn table_is_read() {
        let table = read_table(BOOK);
        assert_eq!(
            table.keys().collect::<Vec<_>>(),
            ["cpu", "data", "graph", "nn"]
        );
        assert!(table["graph"].may_use.is_empty());
        assert!(table["data"].may_use.contains("nn"));
        assert!(faults_of_table(&table).is_empty());
    }

    #[test]
    fn upward_row_is_a_fault() {
        let table = read_table("| 0 | graph | x | nn |\n| 1 | nn | x | graph |\n");
        assert_eq!(faults_of_table(&table).len(), 1);
    }

    #[test]
    fn edges_beyond_the_row_and_missing_rows_are_faults() {
        let table = read_table(BOOK);
        let good = [
            edge("graph", &[]),
            edge("cpu", &["graph"]),
            edge("nn", &["graph"]),
            edge("data", &["graph", "nn"]),
        ];
        assert!(faults_of_build(&table, &good.clone().into()).is_empty());
        let mut bad: BTreeMap<_, _> = good.into();
        bad.extend([edge("cpu", &["nn"]), edge("view", &[])]);
        let faults = faults_of_build(&table, &bad);
        let parts = [
            "cpu uses nn",
            "view has no row",
            "cpu may use graph, and does not",
        ];
        assert_eq!(faults.len(), parts.len(), "{faults:?}");
        for (fault, part) in faults.iter().zip(parts) {
            assert!(fault.contains(part), "{faults:?}");
        }
    }

    #[test]
    fn dev_dependencies_are_free() {
        let metadata = serde_json::json!({ "packages": [{ "name": "regimen-graph", "dependencies": [
            { "name": "regimen-cpu", "kind": "dev" }, { "name": "thiserror", "kind": null },
        ]}, { "name": "xtask", "dependencies": [] }] });
        assert_eq!(read_edges(&metadata), [edge("graph", &[])].into());
    }
}
