//! A finding: one sentence of the doctor with its evidence.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How bad it is. Only `Warning` and `Error` are alarms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely costs quality.
    Warning,
    /// Training cannot work like this.
    Error,
}

/// One of several causes of what was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// The finding that names it.
    pub id: String,
    /// How likely beside the others, 0..1: a ranking of what to try first.
    pub share: f64,
    /// Whether it is a finding of this diagnosis.
    pub told: bool,
    /// What separates it from the others.
    pub experiment: String,
}

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Label, such as `overfitting`.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the doctor is, 0..1.
    pub probability: f64,
    /// Headline with the main numbers.
    pub title: String,
    /// What it means, in plain language.
    pub explanation: String,
    /// First epoch it holds from, as the log counts (1-based in run folders and console logs).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_epoch: Option<usize>,
    /// Numbers by name.
    #[serde(default)]
    pub evidence: BTreeMap<String, Value>,
    /// What would confirm or refute it.
    #[serde(default)]
    pub check: String,
    /// Ids of remedies, most promising first.
    #[serde(default)]
    pub remedies: Vec<String>,
    /// What may be behind it, likeliest first, where several causes look the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// Layer path, when it is about one layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
}
