//! Inputs standardised.

use regimen_run::spec::{InputSpec, Scale};

use crate::patient::{Change, Patient, RemedyDef, one};
use crate::tables::inputs;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "scale_inputs",
    title: "Inputs standardised",
    explain: "Brings every feature to mean 0 and deviation 1, as the training part has them.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let mut changed = 0;
    let mut set = |scale: &mut Option<Scale>| {
        if *scale != Some(Scale::Standard) {
            *scale = Some(Scale::Standard);
            changed += 1;
        }
    };
    let data = &mut spec.data;
    match data.csv.is_some() || data.parquet.is_some() || !data.inputs.is_empty() {
        false => set(&mut data.scale),
        true => inputs(data)?.iter_mut().for_each(|input| match input {
            InputSpec::Numeric { scale, .. } | InputSpec::Date { scale, .. } => set(scale),
            _ => {}
        }),
    }
    match changed {
        0 => Err("nothing is left to be scaled".to_owned()),
        _ => Ok(one("scale = \"standard\"", spec)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, refusal, table, text};

    #[test]
    fn a_table_that_names_no_inputs() {
        let fixed = &edits(&DEF, &table())[0];
        let inputs = &fixed.spec.data.inputs;
        assert!(matches!(
            inputs[0],
            InputSpec::Numeric {
                scale: Some(Scale::Standard),
                ..
            }
        ));
        assert!(refusal(&DEF, &text()).contains("nothing is left"));
    }
}
