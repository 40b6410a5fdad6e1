//! The table of remedies in docs/treat.md says what the lists say.

use std::collections::BTreeSet;
use std::path::Path;

use regimen_doctor::FINDINGS;

use crate::{REMEDIES, remedies};

#[test]
fn the_table_and_the_words_behind_it() {
    let named_by = |id: &str| {
        let findings = FINDINGS.iter().filter(|f| f.remedies.contains(&id));
        let ids: BTreeSet<&str> = findings.map(|f| f.id).collect();
        let names: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        match names.is_empty() {
            true => "-".to_owned(),
            false => names.join(", "),
        }
    };
    let row = |def: &crate::RemedyDef| {
        let (id, title, explain) = (def.id, def.title, def.explain);
        format!("| `{id}` | {title}. {explain} | {} |", named_by(id))
    };
    let rows: Vec<String> = REMEDIES.iter().map(row).collect();
    let others = FINDINGS.iter().flat_map(|f| f.remedies);
    let words: BTreeSet<&&str> = others.filter(|id| remedies::find(id).is_none()).collect();
    let words: Vec<String> = words.iter().map(|id| format!("`{id}`")).collect();
    let expected = format!(
        "| remedy | what it does | findings that name it |\n| --- | --- | --- |\n{}\n\nWhat findings name beside these is nothing that an edit of the run file can do for you, or not yet: {}.",
        rows.join("\n"),
        words.join(", ")
    );
    holds(&expected);
}

#[test]
fn the_table_of_findings() {
    let mut findings: Vec<_> = FINDINGS.iter().filter(|f| !f.remedies.is_empty()).collect();
    findings.sort_by_key(|f| f.id);
    let row = |f: &&regimen_doctor::FindingDef| {
        let ids: Vec<String> = f.remedies.iter().map(|id| format!("`{id}`")).collect();
        format!("| `{}` | {} |", f.id, ids.join(", "))
    };
    let rows: Vec<String> = findings.iter().map(row).collect();
    holds(&format!(
        "| finding | remedies, most promising first |\n| --- | --- |\n{}",
        rows.join("\n")
    ));
}

fn holds(expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/treat.md");
    let text = std::fs::read_to_string(path).expect("docs/treat.md");
    assert!(
        text.contains(expected),
        "docs/treat.md is to hold\n{expected}\n(end)"
    );
}
