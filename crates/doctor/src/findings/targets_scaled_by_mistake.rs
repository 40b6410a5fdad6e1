//! Class numbers that are scaled as if they were inputs.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Takes, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "targets_scaled_by_mistake",
    title: "Class numbers are scaled",
    explain: EXPLAIN,
    detect,
    remedies: &["unscale_targets"],
};

const EXPLAIN: &str = "\
Labels that are class numbers must reach the loss as they are. Divided by 255, as pixels are, the
classes 0 to 9 all become numbers below 0.04; a sparse loss cuts them to 0, so that every row is of
class 0. Training loss then falls to zero within an epoch and means nothing, while the accuracy on
labels that were not scaled is the share of class 0.

How the doctor knows: a program text scales a variable that is named as labels are (y_train, labels,
targets) under a categorical crossentropy. In a log it looks like a training loss near zero from
the first epoch on beside a validation loss that is many times larger.

Take the labels out of the scaling; often the test inputs were meant.";

fn detect(facts: &Facts) -> Option<Finding> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let text = facts.spec?.labels_scaled.as_ref()?;
    let classes = matches!(task(facts), Some(Task::Binary | Task::Classes(_)));
    let categorical = output.loss.as_deref().map(Takes::of) == Some(Takes::Distribution);
    if !categorical && !classes {
        return None;
    }
    let title = format!("`{text}` scales class labels");
    let explanation = "The classes become fractions, which a sparse loss cuts to class 0: every row is of one class. Take the labels out of the scaling; perhaps the test inputs were meant.".to_owned();
    let evidence = [("text", json!(text)), ("loss", json!(output.loss))];
    let mut finding = finding(Severity::Error, 0.95, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check =
        "Print the different values of the labels just before `fit`: they must be 0, 1, 2, ..."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::of_json;

    fn told(loss: &str, text: &str) -> bool {
        let spec = json!({
            "layers": [{"class_name": "Dense", "config": {"units": 10, "activation": "softmax"}}],
            "compile": {"loss": loss}, "preprocess": [text],
        });
        detect(&of_json(&spec).expect("a spec").facts()).is_some()
    }

    #[test]
    fn labels_only() {
        assert!(told("sparse_categorical_crossentropy", "y_train / 255"));
        assert!(!told("sparse_categorical_crossentropy", "x_train / 255"));
        assert!(!told("mse", "y_train / 255"));
    }
}
