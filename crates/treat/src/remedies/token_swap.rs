//! Neighbouring words exchanged at random.

use regimen_run::spec::Change as Step;

use crate::patient::{Change, Patient, RemedyDef, one};
use crate::tables::changed_texts;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "token_swap",
    title: "Neighbouring words exchanged at random",
    explain: "Exchanges a tenth of the pairs of neighbouring words while a text is learnt: phrases are not learnt by heart.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let step = Step::Swap {
        rate: Some(0.1),
        count: None,
    };
    Ok(one("rate 0.1", changed_texts(&patient.spec, &step)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, sequence};

    #[test]
    fn texts_alone() {
        let fixed = &edits(&DEF, &sequence())[0];
        assert_eq!(fixed.spec.data.augment[0].change.kind(), "swap");
        assert!(refusal(&DEF, &digits()).contains("no input"));
    }
}
