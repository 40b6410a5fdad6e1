//! Inputs far from the scale that first weights are made for.

use regimen_run::{Finding, Severity};
use serde_json::{Value as Json, json};

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "inputs_unscaled",
    title: "Inputs are not scaled",
    explain: EXPLAIN,
    detect,
    remedies: &["scale_inputs", "batch_norm"],
};

const EXPLAIN: &str = "\
Initializers draw the first weights for inputs of about unit size. Inputs of hundreds make the first
layer's sums hundreds, saturate what follows, and need a learning rate as much smaller; columns of
very different size (an age beside an income) leave one learning rate for slopes that differ by
thousands, so the small columns are learnt late or never. Networks do learn raw pixels of 0..255,
only slower and less surely.

How the doctor knows: from the largest feature that reaches the model without a layer that scales
it (Normalization, BatchNormalization or Rescaling first), and from a spec's notes and program
texts: \"raw\", or a range beyond ten, and no scaler among the texts. It is an alarm where the notes
say so, or where features differ in size by a factor of 100 or more; a common scale that is merely
large is told as worth knowing.

Standardize with figures of the training rows alone, and use the same figures for validation, test
and new rows: `scale` in a run file does that, as do StandardScaler and the Normalization layer.";

/// Magnitude of inputs from which words or data call for scaling.
const LARGE: f64 = 10.0;
/// Ratio of the deviations of two features that one learning rate does not serve.
const APART: f64 = 100.0;

fn detect(facts: &Facts) -> Option<Finding> {
    if scales_itself(facts) {
        return None;
    }
    by_words(facts).or_else(|| by_data(facts))
}

/// Whether what comes first brings inputs to a common scale, or takes ids; layers that change rows by chance, or their form
/// alone, are passed over, also in a model of their own.
fn scales_itself(facts: &Facts) -> bool {
    let layers = facts
        .model
        .map(|model| model.layers.as_slice())
        .unwrap_or_default();
    let first = layers
        .iter()
        .find_map(|layer| scales(&layer.class_name, layer.config.get("layers")));
    first == Some(true)
}

/// Whether a layer scales or takes ids; `None` where the one behind it decides. `layers` are those of a model.
fn scales(class: &str, layers: Option<&Json>) -> Option<bool> {
    const SCALE: [&str; 5] = [
        "BatchNormalization",
        "Normalization",
        "Rescaling",
        "LayerNormalization",
        "Embedding",
    ];
    const PASS: [&str; 9] = [
        "Input",
        "InputLayer",
        "Reshape",
        "Flatten",
        "Permute",
        "Resizing",
        "CenterCrop",
        "GaussianNoise",
        "Dropout",
    ];
    if let Some(inner) = layers.and_then(Json::as_array) {
        return inner.iter().find_map(|layer| {
            let class = layer["class_name"].as_str().unwrap_or_default();
            scales(class, layer["config"].get("layers"))
        });
    }
    match class {
        class if SCALE.contains(&class) => Some(true),
        class if PASS.contains(&class) || class.starts_with("Random") => None,
        _ => Some(false),
    }
}

fn by_words(facts: &Facts) -> Option<Finding> {
    let spec = facts.spec?;
    let inputs = spec.inputs.as_ref()?;
    let labels = |text: &&String| Some(*text) != spec.labels_scaled.as_ref();
    let scaled = spec.scaling.iter().any(|text| labels(&text));
    let large = inputs.magnitude().is_some_and(|most| most > LARGE);
    if scaled || !(inputs.raw || large) {
        return None;
    }
    let title = format!("Inputs are not scaled: {}", inputs.told);
    let explanation = "First weights are made for inputs of about unit size, and no text of the program scales them. Standardize them with figures of the training rows.".to_owned();
    Some(tell(
        Severity::Warning,
        0.8,
        title,
        explanation,
        [("inputs", json!(inputs.told))],
    ))
}

fn by_data(facts: &Facts) -> Option<Finding> {
    let spread = facts.profile.map(|profile| {
        let features = profile
            .inputs
            .iter()
            .flat_map(|input| &input.each)
            .filter(|feature| !feature.scaled);
        features
            .map(|feature| (feature.name.clone(), feature.figures.deviation))
            .filter(|(_, deviation)| *deviation > 0.0)
            .collect::<Vec<_>>()
    });
    let spread = spread.unwrap_or_default();
    let by_size = |a: &&(String, f64), b: &&(String, f64)| a.1.total_cmp(&b.1);
    if let (Some(least), Some(most)) =
        (spread.iter().min_by(by_size), spread.iter().max_by(by_size))
        && most.1 > APART * least.1
        && most.1 > LARGE
    {
        let title = format!(
            "Features differ in size: `{}` deviates by {:.4}, `{}` by {:.4}",
            most.0, most.1, least.0, least.1
        );
        let explanation = "One learning rate serves neither: what suits the large feature leaves the small ones unlearnt. Scale the inputs.".to_owned();
        let evidence = [
            ("largest", json!(most.0)),
            ("largest_deviation", json!(most.1)),
            ("smallest", json!(least.0)),
            ("smallest_deviation", json!(least.1)),
        ];
        return Some(tell(Severity::Warning, 0.85, title, explanation, evidence));
    }
    let features = || {
        facts
            .profile
            .into_iter()
            .flat_map(|profile| &profile.inputs)
            .flat_map(|input| &input.each)
    };
    // What is scaled and still large has long tails, which is another matter.
    if features().any(|feature| feature.scaled) {
        return None;
    }
    let (low, high) = facts.data?.feature_range?;
    let most = low.abs().max(high.abs());
    (most > LARGE).then(|| {
        let title = format!("Inputs reach {most:.4}, and nothing scales them");
        let explanation = "First weights are made for inputs of about unit size. Networks learn larger ones too, slower and less surely.".to_owned();
        tell(Severity::Info, 0.6, title, explanation, [("smallest", json!(low)), ("largest", json!(high))])
    })
}

fn tell<const N: usize>(
    severity: Severity,
    probability: f64,
    title: String,
    explanation: String,
    evidence: [(&str, serde_json::Value); N],
) -> Finding {
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.check =
        "Train with scaled inputs on the same split and seed: the first epoch's loss falls faster."
            .to_owned();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::layers;
    use regimen_run::Profile;
    use regimen_run::profile::{FeatureProfile, Figures, InputProfile};

    fn spec(scaling: &str, text: &str) -> bool {
        let spec = json!({
            "layers": [{"class_name": "Dense", "config": {"units": 1, "input_dim": 3}}],
            "data": {"scaling": scaling}, "preprocess": [text],
        });
        detect(&crate::spec::of_json(&spec).expect("a spec").facts()).is_some()
    }

    #[test]
    fn words_of_a_spec() {
        assert!(spec("raw", "LabelEncoder()"));
        assert!(spec("0..255", "LabelEncoder()"));
        assert!(spec("0..255", "y_train / 255"));
        assert!(!spec("0..255", "x_train / 255"));
        assert!(!spec("raw", "StandardScaler()"));
        assert!(!spec("0/1", "LabelEncoder()"));
    }

    #[test]
    fn features_of_a_run() {
        let model = layers(json!([{"class_name": "Dense", "config": {"units": 1}}]));
        let feature = |name: &str, deviation: f64| FeatureProfile {
            name: name.into(),
            figures: Figures {
                deviation,
                ..Figures::default()
            },
            ..FeatureProfile::default()
        };
        let severity = |features: Vec<FeatureProfile>, range: (f64, f64)| {
            let inputs = vec![InputProfile {
                each: features,
                ..InputProfile::default()
            }];
            let profile = Profile {
                inputs,
                ..Profile::default()
            };
            let data = regimen_run::DataProfile {
                feature_range: Some(range),
                ..Default::default()
            };
            let facts = Facts {
                model: Some(&model.model),
                data: Some(&data),
                profile: Some(&profile),
                ..Facts::default()
            };
            detect(&facts).map(|found| found.severity)
        };
        assert_eq!(
            severity(
                vec![feature("age", 9.0), feature("income", 4e4)],
                (0.0, 1e5)
            ),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(vec![feature("a", 70.0), feature("b", 60.0)], (0.0, 255.0)),
            Some(Severity::Info)
        );
        assert_eq!(
            severity(vec![feature("a", 1.0), feature("b", 1e-3)], (-3.0, 3.0)),
            None
        );
    }
}
