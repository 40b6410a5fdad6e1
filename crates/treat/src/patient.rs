//! What is to be treated: a run on paper, and what its baseline showed.

use regimen_run::{Finding, Profile, RunSpec};

/// A run and what is known of it.
#[derive(Debug, Clone)]
pub struct Patient {
    /// The run.
    pub spec: RunSpec,
    /// What the doctor says of the baseline.
    pub findings: Vec<Finding>,
    /// Its data.
    pub profile: Profile,
    /// Learning rate at the start, where it is one number.
    pub rate: Option<f64>,
    /// Learning rate that a range test suggests, where one was made.
    pub range_rate: Option<f64>,
    /// Epochs that the baseline trained.
    pub epochs: usize,
}

/// An edit of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What is changed, in a few words: `rate 0.3`.
    pub what: String,
    /// The run with it.
    pub spec: RunSpec,
}

/// A remedy: something that may make a run better.
#[derive(Debug, Clone, Copy)]
pub struct RemedyDef {
    /// The id that findings name it by.
    pub id: &'static str,
    /// A few words for lists.
    pub title: &'static str,
    /// What it does, and when it helps.
    pub explain: &'static str,
    /// Its edits, the milder first, two at most; or why it cannot be applied.
    pub changes: fn(&Patient) -> Result<Vec<Change>, String>,
}

/// One edit in a list.
pub(crate) fn one(what: impl Into<String>, spec: RunSpec) -> Vec<Change> {
    vec![Change {
        what: what.into(),
        spec,
    }]
}
