//! The doctor: facts in, findings out.
//!
//! [`Facts`] are what is known of a run: the model, the data, the epochs so far. They are read off
//! events, so a live run, the folder of a dead one and a foreign log are diagnosed alike.
//! [`diagnose`] is a pure function of them. Each finding is one file of `findings/` that declares
//! a [`FindingDef`]; [`FINDINGS`] lists them all. [`Watcher`] follows a live run and reports each
//! finding once, the moment it is sure.

mod alarm_rates;
mod causes;
mod curve;
pub mod facts;
pub mod findings;
mod generalization;
pub mod log;
mod look;
mod output;
mod paired;
mod power_law;
mod sampling;
pub mod spec;
mod trend;
mod watcher;

#[cfg(test)]
mod cases;

use regimen_run::Finding;
use serde_json::{Value, json};

pub use alarm_rates::{MEASURED, SOUND, alarm_rate};
pub use facts::{EpochFacts, Facts, NonFiniteFact};
pub use findings::FINDINGS;
pub use generalization::{Thresholds, Verdict, verdict};
pub use watcher::Watcher;

/// One thing that the doctor can find.
#[derive(Debug, Clone, Copy)]
pub struct FindingDef {
    /// Label, such as `overfitting`.
    pub id: &'static str,
    /// A few words for lists.
    pub title: &'static str,
    /// The long text of `regimen explain`.
    pub explain: &'static str,
    /// Looks for it. Severity `info` means suspected or merely worth knowing.
    pub detect: fn(&Facts) -> Option<Finding>,
    /// Ids of remedies, most promising first.
    pub remedies: &'static [&'static str],
}

/// Everything found, worst first, then surest first; what has several possible causes with these.
///
/// ```
/// use regimen_doctor::{Facts, diagnose};
/// assert!(diagnose(&Facts::from_events(&[])).is_empty());
/// ```
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut found: Vec<Finding> = FINDINGS
        .iter()
        .filter_map(|def| detect(def, facts))
        .collect();
    causes::attach(&mut found, facts);
    found.sort_by(|a, b| {
        let worse = b.severity.cmp(&a.severity);
        worse
            .then(b.probability.total_cmp(&a.probability))
            .then(a.id.cmp(&b.id))
    });
    found
}

/// The definition with this id.
pub fn find(id: &str) -> Option<&'static FindingDef> {
    FINDINGS.iter().find(|def| def.id == id)
}

/// `{"findings": [...]}`, as `regimen diagnose --json` prints it.
pub fn to_json(findings: &[Finding]) -> Value {
    json!({ "findings": findings })
}

/// Runs one detector; the id comes from its definition, and so do remedies that it leaves open.
fn detect(def: &FindingDef, facts: &Facts) -> Option<Finding> {
    let mut finding = (def.detect)(facts)?;
    finding.id = def.id.to_string();
    if finding.remedies.is_empty() {
        finding.remedies = def
            .remedies
            .iter()
            .map(|remedy| remedy.to_string())
            .collect();
    }
    Some(finding)
}

#[cfg(test)]
mod tests;
