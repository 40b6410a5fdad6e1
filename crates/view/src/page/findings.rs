//! Findings with their evidence.

use std::collections::BTreeMap;

use maud::{Markup, html};
use regimen_run::{Finding, Severity};
use serde_json::Value;

use crate::short::short;

/// The findings; `states` says what a treatment made of them.
pub(super) fn of(findings: &[Finding], states: Option<&BTreeMap<String, String>>) -> Markup {
    html! {
        @if findings.is_empty() { p.muted { "The doctor finds nothing." } }
        @for finding in findings { (one(finding, states.and_then(|s| s.get(&finding.id)))) }
    }
}

fn one(finding: &Finding, state: Option<&String>) -> Markup {
    let (class, word) = match finding.severity {
        Severity::Error => ("finding error", "error"),
        Severity::Warning => ("finding warning", "warning"),
        Severity::Info => ("finding", "info"),
    };
    html! {
        article class=(class) {
            h3 { (finding.title) }
            p {
                span.tag { (word) }
                code { (finding.id) }
                span.muted {
                    " · " (format!("{:.0} % sure", 100.0 * finding.probability))
                    @if let Some(epoch) = finding.from_epoch { " · from epoch " (epoch) }
                    @if let Some(layer) = &finding.layer { " · layer " code { (layer) } }
                }
                @if let Some(state) = state { " · " strong { (state) " by treatment" } }
            }
            p { (finding.explanation) }
            @if !finding.evidence.is_empty() {
                div.evidence {
                    @for (name, value) in finding.evidence.iter().filter(|(_, v)| says(v)) { span { (name.replace('_', " ")) " " b { (number(value)) } } }
                }
            }
            @if !finding.check.is_empty() { p { strong { "Check: " } (finding.check) } }
            @if !finding.causes.is_empty() {
                p { strong { "What may be behind it:" } }
                ul {
                    @for cause in &finding.causes {
                        li { code { (cause.id) } (format!(" ({:.0} %): ", 100.0 * cause.share)) (cause.experiment) }
                    }
                }
            }
            @if !finding.remedies.is_empty() {
                p { strong { "Remedies: " } (finding.remedies.join(", ")) }
            }
        }
    }
}

/// Whether a value is known.
fn says(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty())
}

fn number(value: &Value) -> String {
    match value {
        Value::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(x)) => short(x),
            _ => n.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .take(12)
            .map(number)
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
