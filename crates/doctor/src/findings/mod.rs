//! The findings, one file each.

#[path = "generated.rs"]
mod generated;

pub use generated::*;

use std::collections::BTreeMap;

use regimen_run::{Finding, Severity};
use serde_json::Value;

use crate::FindingDef;

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
        layer: None,
    }
}
