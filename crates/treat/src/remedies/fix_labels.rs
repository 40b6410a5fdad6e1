//! Labels as the loss takes them.

use crate::loss::{encoding, metrics_follow, stated};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_labels",
    title: "Labels as the loss takes them",
    explain: "Takes out a label_encoding that is not the loss's own: one_hot for categorical crossentropies, class numbers for sparse and binary ones, numbers for distances.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.data.targets.len() > 1 {
        return Err("there are several outputs".to_owned());
    }
    let before = encoding(&spec)?;
    let Some(_) = stated(&mut spec).take() else {
        return Err(
            "labels are as the loss takes them: the run file states no label_encoding".to_owned(),
        );
    };
    let after = encoding(&spec)?;
    if before == after {
        return Err("labels are as the loss takes them".to_owned());
    }
    metrics_follow(&spec)?;
    Ok(one("label_encoding left to the loss", spec))
}

#[cfg(test)]
mod tests {
    use regimen_run::spec::LabelEncoding;

    use super::*;
    use crate::cases::{digits, edits, refusal};

    #[test]
    fn an_encoding_that_is_not_the_loss_s() {
        let mut patient = digits();
        assert!(refusal(&DEF, &patient).contains("states no"));
        patient.spec.data.label_encoding = Some(LabelEncoding::Index);
        assert!(refusal(&DEF, &patient).contains("as the loss takes them"));
        patient.spec.data.label_encoding = Some(LabelEncoding::Number);
        assert_eq!(edits(&DEF, &patient)[0].spec.data.label_encoding, None);
    }
}
