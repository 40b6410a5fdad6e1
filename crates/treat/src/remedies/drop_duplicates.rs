//! Repeated rows left out.

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "drop_duplicates",
    title: "Repeated rows left out",
    explain: "Leaves out rows that repeat an earlier one, so that none is both trained and judged on.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let again = &patient.profile.duplicates;
    if spec.data.drop_duplicates || again.train + again.validation + again.test == 0 {
        return Err("no row repeats another".to_owned());
    }
    if spec.data.csv.is_none() && spec.data.parquet.is_none() && spec.data.texts.is_none() {
        return Err("only rows of tables and texts are compared".to_owned());
    }
    spec.data.drop_duplicates = true;
    Ok(one("drop_duplicates", spec))
}
