//! Weaker random changes of rows, or none.

use regimen_run::spec::Change as Step;

use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "less_augmentation",
    title: "Weaker random changes of rows, or none",
    explain: "Halves how far rows are changed, or leaves them as they are: where the changes make the task harder than it is, or cost more time than they bring.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    if patient.spec.data.augment.is_empty() {
        return Err("no rows are changed at random by data.augment".to_owned());
    }
    let mut half = patient.spec.clone();
    let mut none = half.clone();
    none.data.augment.clear();
    for step in &mut half.data.augment {
        halve(&mut step.change);
    }
    let change = |what: &str, spec| Change {
        what: what.to_owned(),
        spec,
    };
    let mut all = vec![change("none", none)];
    // Mirroring has no half.
    if half != patient.spec {
        all.insert(0, change("half", half));
    }
    Ok(all)
}

fn halve(step: &mut Step) {
    let ranges: Vec<&mut [f64; 2]> = match step {
        Step::Shift {
            height_factor,
            width_factor,
            ..
        } => vec![height_factor, width_factor],
        Step::Zoom {
            height_factor,
            width_factor,
            ..
        } => std::iter::once(height_factor).chain(width_factor).collect(),
        Step::Rotate { factor, .. } | Step::Contrast { factor, .. } => vec![factor],
        Step::TokenDropout { rate, .. } => return *rate /= 2.0,
        Step::Swap { rate, count } => {
            *rate = rate.map(|rate| rate / 2.0);
            *count = count.map(|count| count.div_ceil(2));
            return;
        }
        Step::Flip { .. } => vec![],
    };
    ranges.into_iter().flatten().for_each(|x| *x /= 2.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{edits, image, refusal};

    #[test]
    fn half_and_none() {
        let mut patient = image();
        assert!(refusal(&DEF, &patient).contains("data.augment"));
        patient.spec = edits(&crate::remedies::augmentation::DEF, &patient)
            .remove(1)
            .spec;
        let both = edits(&DEF, &patient);
        let Step::Rotate { factor, .. } = both[0].spec.data.augment[1].change else {
            panic!("{:?}", both[0].spec.data.augment);
        };
        assert_eq!(factor, [-0.025, 0.025]);
        assert!(both[1].spec.data.augment.is_empty());
    }
}
