//! Words left out at random.

use regimen_run::spec::{Change as Step, DropMode};

use crate::patient::{Change, Patient, RemedyDef, one};
use crate::tables::changed_texts;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "token_dropout",
    title: "Words left out at random",
    explain: "Puts the unknown word in the place of a tenth of the words while a text is learnt: no single word can be relied on.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let step = Step::TokenDropout {
        rate: 0.1,
        mode: DropMode::Unknown,
    };
    Ok(one("rate 0.1", changed_texts(&patient.spec, &step)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, image, refusal, text};

    #[test]
    fn texts_once() {
        let mut patient = text();
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(fixed.spec.data.augment[0].change.kind(), "token_dropout");
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("already"));
        assert!(refusal(&DEF, &image()).contains("no input"));
    }
}
