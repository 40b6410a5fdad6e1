//! Rows in memory.

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "rows_in_memory",
    title: "Rows in memory",
    explain: "Reads all rows once instead of batch by batch. The same numbers come out, sooner.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    match spec.data.stream {
        Some(true) => spec.data.stream = Some(false),
        _ => return Err("rows are in memory already, as far as they fit".to_owned()),
    }
    Ok(one("stream = false", spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, refusal, sequence, text};

    #[test]
    fn rows_that_are_streamed() {
        assert_eq!(edits(&DEF, &sequence())[0].spec.data.stream, Some(false));
        assert!(refusal(&DEF, &text()).contains("in memory already"));
    }
}
