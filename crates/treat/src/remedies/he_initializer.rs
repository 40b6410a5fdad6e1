//! He's initializer in front of relu.

use serde_json::json;

use crate::network::answer::activation;
use crate::network::{hidden, layers};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "he_initializer",
    title: "He's initializer in front of relu",
    explain: "Draws first kernels wider by the half that relu takes away (He et al., 2015): signals neither die out nor swell on their way through many layers.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = layers(&mut spec)?;
    let mut changed = 0;
    for place in hidden(layers) {
        let behind = layers.get(place + 1).filter(|l| l.inbound.is_empty());
        let own = activation(&layers[place]);
        let name = match own.as_str() {
            "linear" => behind.map_or(own, activation),
            _ => own,
        };
        let relu = ["relu", "relu6", "leaky_relu", "prelu", "elu"].contains(&name.as_str());
        let class = layers[place].object.class_name.as_str();
        let plain = class == "Dense" || class.starts_with("Conv");
        let known = layers[place].object.config.get("kernel_initializer");
        let named = known.map(|v| v.to_string().to_lowercase());
        let he = named.is_some_and(|name| name.contains("he_") || name.contains("\"he"));
        if relu && plain && !he {
            layers[place]
                .object
                .config
                .insert("kernel_initializer".to_owned(), json!("he_normal"));
            changed += 1;
        }
    }
    match changed {
        0 => Err("no hidden layer with relu is drawn otherwise".to_owned()),
        n => Ok(one(format!("he_normal in {n} layers"), spec)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, sequence};

    #[test]
    fn layers_with_relu() {
        let mut patient = digits();
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(option(fixed, 0, "kernel_initializer"), "he_normal");
        assert!(
            option(fixed, 1, "kernel_initializer").is_null(),
            "the answer"
        );
        patient.spec = fixed.spec.clone();
        assert!(refusal(&DEF, &patient).contains("no hidden layer"));
        assert!(refusal(&DEF, &sequence()).contains("no hidden layer"));
    }
}
