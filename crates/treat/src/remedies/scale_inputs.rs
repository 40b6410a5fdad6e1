//! Inputs standardised.

use regimen_run::spec::{InputSpec, Scale};

use crate::patient::{Change, Patient, RemedyDef, one};

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
    match data.inputs.is_empty() {
        true if data.csv.is_some() || data.parquet.is_some() => {
            return Err("name the columns in [[data.inputs]] to have them scaled".to_owned());
        }
        true => set(&mut data.scale),
        false => data.inputs.iter_mut().for_each(|input| {
            if let InputSpec::Numeric { scale, .. } = input {
                set(scale);
            }
        }),
    }
    match changed {
        0 => Err("nothing is left to be scaled".to_owned()),
        _ => Ok(one("scale = \"standard\"", spec)),
    }
}
