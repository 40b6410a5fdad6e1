//! One pooling less.

use crate::network::stack;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fewer_poolings",
    title: "One pooling less",
    explain: "Takes the last pooling out: where little is left of an image or a sequence, and where places matter.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = stack(&mut spec)?;
    let pools =
        |class: &str| class.starts_with("MaxPooling") || class.starts_with("AveragePooling");
    let last = layers.iter().rposition(|l| pools(&l.object.class_name));
    let last = last.ok_or("there is no pooling that could be left out")?;
    if layers.len() < 2 {
        return Err("nothing else would be left".to_owned());
    }
    let class = layers.remove(last).object.class_name;
    Ok(one(format!("without the last {class}"), spec))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, edits, image, refusal, text};

    #[test]
    fn the_last_one() {
        let fixed = &edits(&DEF, &image())[0];
        assert_eq!(
            classes(fixed),
            ["Conv2D", "Conv2D", "Flatten", "Dense", "Dense"]
        );
        assert!(refusal(&DEF, &text()).contains("no pooling"));
    }
}
