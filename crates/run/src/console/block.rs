//! A finding as a block of text: headline, meaning, evidence, check, remedies.

use serde_json::Value;

use super::number;
use crate::finding::Cause;
use crate::{Finding, Severity};

/// The block of a finding, wrapped to `width` columns, with its last newline.
pub fn finding(finding: &Finding, width: usize, color: bool) -> String {
    let (word, paint) = match finding.severity {
        Severity::Info => ("info", "\x1b[1;36m"),
        Severity::Warning => ("warning", "\x1b[1;33m"),
        Severity::Error => ("error", "\x1b[1;31m"),
    };
    let head = format!("{word}[{}]: {}", finding.id, finding.title);
    let mut text = String::new();
    for (i, line) in wrap(&head, width).into_iter().enumerate() {
        let indent = if i > 0 { "  " } else { "" };
        match color {
            true => text += &format!("{indent}{paint}{line}\x1b[0m\n"),
            false => text += &format!("{indent}{line}\n"),
        }
    }
    let evidence: Vec<String> = finding
        .evidence
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!("{name} {}", shown(value)))
        .collect();
    let sure = format!("{:.0} %", finding.probability * 100.0);
    let parts = [
        ("", finding.explanation.clone()),
        ("layer: ", finding.layer.clone().unwrap_or_default()),
        (
            "since: ",
            finding
                .from_epoch
                .map(|epoch| format!("epoch {epoch}"))
                .unwrap_or_default(),
        ),
        ("sure: ", sure),
        ("evidence: ", evidence.join(", ")),
        ("check: ", finding.check.clone()),
        ("causes: ", causes(finding)),
        ("try: ", finding.remedies.join(", ")),
    ];
    for (label, part) in parts.iter().filter(|(_, part)| !part.is_empty()) {
        for line in wrap(&format!("{label}{part}"), width.saturating_sub(2)) {
            text += &format!("  {line}\n");
        }
    }
    text
}

/// The likeliest causes, and what separates them.
fn causes(finding: &Finding) -> String {
    let one = |cause: &Cause| {
        let share = cause.share * 100.0;
        format!("{} {share:.0} %: {}", cause.id, cause.experiment)
    };
    let all: Vec<String> = finding.causes.iter().map(one).collect();
    all.join("; ")
}

/// A remark of the data's readers, wrapped to `width` columns. It may quote a file, whose control characters must not
/// steer the terminal.
pub(super) fn note(text: &str, width: usize) -> String {
    let plain = text.replace(|c: char| c.is_control() && !c.is_whitespace(), "\u{FFFD}");
    let lines = wrap(&format!("note: {plain}"), width.saturating_sub(2));
    let indented = lines.iter().enumerate().map(|(i, line)| match i {
        0 => format!("{line}\n"),
        _ => format!("  {line}\n"),
    });
    indented.collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(n) if n.is_f64() => n.as_f64().map(number).unwrap_or_default(),
        Value::String(text) => text.clone(),
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_array() && !item.is_object()) =>
        {
            format!(
                "[{}]",
                items.iter().map(shown).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

/// Lines of at most `width` characters, cut at spaces; a longer word stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}
