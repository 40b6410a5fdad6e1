//! The findings, one file each.

#[path = "generated.rs"]
mod generated;

pub use generated::*;

use std::collections::BTreeMap;

use regimen_run::{Finding, Severity};
use serde_json::Value;

use crate::spec::Known;
use crate::{Facts, FindingDef};

/// A finding without id and remedies: its definition holds them. A detector may name remedies of its own.
pub(crate) fn finding<const N: usize>(
    severity: Severity,
    probability: f64,
    title: String,
    explanation: String,
    evidence: [(&str, Value); N],
) -> Finding {
    Finding {
        id: String::new(),
        severity,
        probability,
        title,
        explanation,
        from_epoch: None,
        evidence: BTreeMap::from(evidence.map(|(name, value)| (name.to_string(), value))),
        check: String::new(),
        remedies: Vec::new(),
        causes: Vec::new(),
        layer: None,
    }
}

/// The fault of this kind that a spec holds, as a finding.
pub(crate) fn shape_fault(facts: &Facts, id: &str) -> Option<Finding> {
    let fault = facts
        .spec?
        .shape_faults
        .iter()
        .find(|fault| fault.id == id)?;
    let (path, class) = &fault.layer;
    let (severity, probability) = match fault.known {
        Known::Certain => (Severity::Error, 0.97),
        Known::Likely => (Severity::Warning, 0.75),
    };
    let title = format!("{path} ({class}): {}", fault.what);
    let explanation = format!("Mend: {}.", fault.edit);
    let evidence = [
        ("layer", Value::from(path.as_str())),
        ("edit", Value::from(fault.edit.as_str())),
    ];
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.layer = Some(path.clone());
    finding.check = "Print the shapes of the arrays and `model.summary()`: the first layer where they disagree is this one."
        .to_owned();
    Some(finding)
}
