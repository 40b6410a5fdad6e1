//! Early stopping that stopped a run that was still improving.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::{finding, still_improving};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "early_stopping_too_early",
    title: "Stopped while still improving",
    explain: EXPLAIN,
    detect,
    remedies: &["more_patience", "more_epochs"],
};

const EXPLAIN: &str = "\
A callback ended the run, and the curve was still going down. EarlyStopping watches single epochs, and
single epochs scatter: with a patience of one or two, a minimum delta that is larger than an epoch's
gain, or a monitor that scatters more than val_loss (an accuracy of few rows), it stops by chance.

How the doctor knows: the run was stopped by a callback, and its curve still fell by the rule of
still_improving, 5 % or more in as many epochs again.

Give it a patience of some ten epochs, monitor val_loss, and restore the best weights: then a longer
run costs nothing but time.";

const GAIN: f64 = 0.05;

fn detect(facts: &Facts) -> Option<Finding> {
    if facts.ended != Some("stopped") {
        return None;
    }
    let (name, gain, from) = still_improving::improving(facts)?;
    if gain < GAIN {
        return None;
    }
    let epochs = facts.history.len();
    let title = format!(
        "Stopped after {epochs} epochs while {name} still fell: {:.0} % more in as many again",
        100.0 * gain
    );
    let explanation =
        "The epochs that the callback waited for scatter more than they gain.".to_owned();
    let evidence = [("epochs", json!(epochs)), ("gain", json!(gain))];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(from));
    finding.check =
        "Train again with three times the patience: the best epoch comes later.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    #[test]
    fn stopped_and_falling() {
        let falls: Vec<f64> = (0..9).map(|e| 1.0 - 0.05 * f64::from(e)).collect();
        let events = losses(&falls, &falls);
        let told = |ended| {
            let facts = Facts {
                ended,
                ..Facts::from_events(&events)
            };
            detect(&facts).is_some()
        };
        assert!(told(Some("stopped")) && !told(Some("finished")) && !told(None));
    }
}
