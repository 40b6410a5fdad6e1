//! Arguments that Keras's `fit` has, or had, and the part `fit` of a run file has not: what to write instead.

use super::node::{Entry, Kind, Node, entry};
use super::place::join;
use super::walk::Walker;

const READ_AHEAD: &str = "take it out: a thread reads batches ahead";
const DATA: &str = "take it out: [data] says what is learnt";

/// Keys of `fit` with what stands for them.
const ELSEWHERE: [(&str, &str); 18] = [
    (
        "verbose",
        "take it out: training shows its progress by itself",
    ),
    (
        "callbacks",
        "write `[[callbacks]]` beside `[fit]`, with a `class_name` for each",
    ),
    (
        "validation_data",
        "name it in [data]: rows of validation by `split`, or arrays `x_val` and `y_val`",
    ),
    (
        "show_accuracy",
        "write metrics = [\"accuracy\"] in [compile]",
    ),
    ("x", DATA),
    ("y", DATA),
    ("generator", DATA),
    ("samples_per_epoch", ""),
    ("nb_val_samples", ""),
    ("val_samples", ""),
    ("nb_worker", READ_AHEAD),
    ("workers", READ_AHEAD),
    ("max_q_size", READ_AHEAD),
    ("max_queue_size", READ_AHEAD),
    ("pickle_safe", READ_AHEAD),
    ("use_multiprocessing", READ_AHEAD),
    ("nb_epoch", "keep `epochs`, which is the same"),
    ("class_mode", "take it out: the loss in [compile] says it"),
];

impl Walker {
    /// The part `fit` with `nb_epoch` as `epochs`, and without the arguments that stand elsewhere, each of them a fault.
    ///
    /// Keras 1 counted in `nb_epoch`: then the run file means that version, unless it says another one.
    pub(crate) fn fit_of_today(&mut self, node: &Node, path: &str) -> Node {
        let mut node = node.clone();
        let Kind::Table(entries) = &mut node.kind else {
            return node;
        };
        if entry(entries, "epochs").is_none()
            && let Some(old) = entries.iter_mut().find(|e| e.key == "nb_epoch")
        {
            self.note(&join(path, &old.key), old.value.at);
            old.key = "epochs".to_owned();
            self.keras_version.get_or_insert_with(|| "1.2.2".to_owned());
        }
        let hint = |item: &Entry| ELSEWHERE.iter().find(|(key, _)| *key == item.key);
        for item in entries.iter() {
            if let Some((key, mend)) = hint(item) {
                let steps = match *key {
                    "samples_per_epoch" => steps(entries, item, "steps_per_epoch"),
                    "nb_val_samples" | "val_samples" => steps(entries, item, "validation_steps"),
                    _ => (*mend).to_owned(),
                };
                let found = format!("`{key}` is no key of a run file's `fit`");
                self.fault(item.key_at, &join(path, key), &found, "", &steps);
            }
        }
        entries.retain(|item| hint(item).is_none());
        node
    }
}

/// Samples in batches, as Keras 1 counted the former.
fn steps(entries: &[Entry], samples: &Entry, key: &str) -> String {
    let count = |item: &Entry| match &item.value.kind {
        Kind::Number(n) => n.as_u64().filter(|n| *n > 0),
        _ => None,
    };
    let own = (key == "validation_steps").then(|| entry(entries, "validation_batch_size"));
    let batch = own.flatten().or_else(|| entry(entries, "batch_size"));
    match (count(samples), batch.map_or(Some(32), count)) {
        (Some(n), Some(batch)) => {
            let steps = n.div_ceil(batch);
            format!("write `{key} = {steps}`, which is {n} samples in batches of {batch}")
        }
        _ => format!("write `{key}`, the samples divided by `batch_size`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::RunSpec;

    fn with(fit: &str) -> String {
        format!(
            "[data]\nsample = \"digits\"\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 10\n[compile]\nloss = \"mse\"\n[fit]\n{fit}\n"
        )
    }

    #[test]
    fn arguments_of_fit_that_stand_elsewhere_are_told() {
        let (spec, map) = RunSpec::from_toml(&with("nb_epoch = 3"), "run.toml").expect("reads");
        assert_eq!(
            (spec.fit.epochs, spec.keras_version.as_deref()),
            (3, Some("1.2.2"))
        );
        assert!(map.contains_key("fit.nb_epoch"));
        let errors = RunSpec::from_toml(
            &with(
                "epochs = 2\nnb_epoch = 3\nbatch_size = 30\nsamples_per_epoch = 100\nnb_val_samples = 60\nverbose = 2\ncallbacks = []\nnb_worker = 2\nepoch = 1",
            ),
            "run.toml",
        );
        let told = errors.expect_err("is refused").errors;
        let told: Vec<String> = told.iter().map(ToString::to_string).collect();
        let all = told.join("\n");
        for hint in [
            "`nb_epoch` is no key of a run file's `fit`; keep `epochs`",
            "write `steps_per_epoch = 4`, which is 100 samples in batches of 30",
            "write `validation_steps = 2`",
            "training shows its progress by itself",
            "`[[callbacks]]` beside `[fit]`",
            "a thread reads batches ahead",
            "unknown key `epoch`; did you mean `epochs`?",
        ] {
            assert!(all.contains(hint), "{hint} in\n{all}");
        }
        assert_eq!(told.len(), 7, "{all}");
    }

    #[test]
    fn a_file_of_a_model_states_its_version() {
        let folder = std::env::temp_dir().join(format!("regimen-old-model-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let model = json!({"class_name": "Sequential", "keras_version": "2.0.8",
            "config": [{"class_name": "Dense", "config": {"units": 10}}]});
        std::fs::write(folder.join("model.json"), model.to_string()).expect("is written");
        let text = "[data]\nsample = \"digits\"\n[model]\njson = \"model.json\"\n[compile]\nloss = \"mse\"\n[fit]\nnb_epoch = 1";
        let file = folder.join("run.toml");
        let read = RunSpec::from_toml(text, &file.display().to_string());
        std::fs::remove_dir_all(&folder).expect("is removed");
        assert_eq!(
            read.expect("reads").0.keras_version.as_deref(),
            Some("2.0.8")
        );
    }
}
