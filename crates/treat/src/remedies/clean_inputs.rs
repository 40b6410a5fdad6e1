//! Missing and infinite cells filled.

use regimen_run::spec::{InputSpec, Missing, missing_values};

use crate::patient::{Change, Patient, RemedyDef, one};
use crate::tables::inputs;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "clean_inputs",
    title: "Missing and infinite cells filled",
    explain: "Takes empty cells, those that say so and infinite ones for missing, and fills them with the median of their column in the training part.",
    changes,
};

/// How infinite numbers are written.
const INFINITE: [&str; 6] = ["inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"];

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let mut changed = false;
    for input in inputs(&mut spec.data)? {
        let InputSpec::Numeric {
            missing,
            missing_values: marks,
            ..
        } = input
        else {
            continue;
        };
        if matches!(missing, Missing::Error | Missing::Zero) {
            *missing = Missing::Median;
            changed = true;
        }
        let usual = missing_values()
            .into_iter()
            .chain(INFINITE.map(str::to_owned));
        for mark in usual {
            if !marks.iter().any(|known| known.eq_ignore_ascii_case(&mark)) {
                marks.push(mark);
                changed = true;
            }
        }
    }
    match changed {
        true => Ok(one("missing = \"median\"", spec)),
        false => Err("no column of numbers is left to be cleaned".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, refusal, table, text};

    #[test]
    fn columns_of_numbers() {
        let mut patient = table();
        let fixed = &edits(&DEF, &patient)[0];
        assert!(matches!(
            &fixed.spec.data.inputs[0],
            InputSpec::Numeric { missing: Missing::Median, missing_values, .. }
                if missing_values.contains(&"inf".to_owned())
        ));
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("no column"));
        assert!(refusal(&DEF, &text()).contains("no column"));
        assert!(refusal(&DEF, &digits()).contains("no table"));
    }
}
