//! `preprocessing.json` of a run folder: how rows became arrays, so that new rows are treated alike.

use std::path::Path;

use regimen_data::{Dataset, Preprocessing, RowType, Values};
use regimen_graph::DType;
use regimen_nn::model::InputInfo;
use serde::{Deserialize, Serialize};

use crate::TrainError;
use crate::run::host::Learnt;

/// Name of the file.
pub(crate) const FILE: &str = "preprocessing.json";

/// Shapes, vocabularies, statistics and class names of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Prepared {
    /// The run file's folder, where relative data paths are looked up. The one value that may differ on a resume.
    pub(crate) base: String,
    /// One row of each input, in the order of the data.
    pub(crate) inputs: Vec<Row>,
    /// One row of each target.
    pub(crate) targets: Vec<Row>,
    pub(crate) preprocessing: Preprocessing,
    /// What layers of the model learnt from the training part, by their names.
    #[serde(default, skip_serializing_if = "Learnt::is_empty")]
    pub(crate) learnt: Learnt,
}

/// One row of an array.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Name of the model's input or output that it feeds; `None`: by order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Whether the elements are int32; else they are float32.
    pub(crate) integer: bool,
    /// Sizes, without the batch axis.
    pub(crate) shape: Vec<usize>,
}

impl Row {
    fn of(name: Option<String>, row: RowType) -> Row {
        Row {
            name,
            integer: row.integer,
            shape: row.shape,
        }
    }

    /// As a model sees it.
    pub(crate) fn info(&self) -> InputInfo {
        let dtype = if self.integer { DType::I32 } else { DType::F32 };
        InputInfo::of(dtype, &self.shape)
    }
}

impl Prepared {
    /// What training keeps of its data. `file` is the run file.
    pub(crate) fn of(dataset: &Dataset, file: &Path) -> Prepared {
        let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let base = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let names = dataset.inputs.iter().map(|i| i.name.clone());
        Prepared {
            base: base.display().to_string(),
            inputs: names
                .zip(dataset.train.input_types())
                .map(|(name, row)| Row::of(name, row))
                .collect(),
            targets: (dataset.preprocessing.targets.iter())
                .zip(dataset.train.targets())
                .map(|(target, y)| Row {
                    name: target.name.clone(),
                    integer: matches!(y.data, Values::I32(_)),
                    shape: y.row_shape().to_vec(),
                })
                .collect(),
            preprocessing: dataset.preprocessing.clone(),
            learnt: Learnt::new(),
        }
    }

    /// The file's text.
    pub(crate) fn text(&self) -> Result<String, TrainError> {
        serde_json::to_string(self).map_err(|e| wrong(FILE, &e.to_string()))
    }

    /// Reads the file's text. `file` names it in errors.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Prepared, TrainError> {
        serde_json::from_str(text).map_err(|e| {
            let mend = "it is damaged, or of another version of Regimen";
            wrong(file, &format!("{e}; {mend}"))
        })
    }

    /// Refuses data that differs from what the file of a begun run says.
    pub(crate) fn check_same(&self, begun: &str, file: &str) -> Result<(), TrainError> {
        let was = Prepared::parse(begun, file)?;
        let now = Prepared::parse(&self.text()?, file)?;
        match was.difference(&now) {
            None => Ok(()),
            Some(what) => Err(wrong(
                file,
                &format!(
                    "the data is not what the run began with: {what}; put the former data back, or begin a new run in another folder"
                ),
            )),
        }
    }

    /// The first thing that differs, in words.
    pub(crate) fn difference(&self, now: &Prepared) -> Option<String> {
        let (a, b) = (&self.preprocessing, &now.preprocessing);
        if self.inputs != now.inputs || self.targets != now.targets {
            return Some("inputs or labels have other shapes or names".to_owned());
        }
        let mut targets = a.targets.iter().zip(b.targets.iter());
        if let Some((was, now)) = targets.find(|(a, b)| a.classes != b.classes) {
            let (was, now) = (was.classes.len(), now.classes.len());
            return Some(format!("the classes differ ({was} before, {now} now)"));
        }
        let changed = a.inputs.iter().zip(&b.inputs).position(|(x, y)| x != y);
        match changed {
            Some(i) => Some(format!(
                "the vocabulary or the statistics of data.inputs[{i}] differ"
            )),
            None if a != b => Some("inputs or labels are read in another way".to_owned()),
            None => {
                let mut names = self.learnt.iter().chain(&now.learnt).map(|(name, _)| name);
                let changed = names.find(|name| self.learnt.get(*name) != now.learnt.get(*name));
                changed.map(|name| format!("what the layer `{name}` learns from it differs"))
            }
        }
    }
}

fn wrong(file: &str, reason: &str) -> TrainError {
    TrainError::Checkpoint {
        file: file.to_owned(),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(classes: &[&str]) -> Prepared {
        Prepared {
            base: "/here".to_owned(),
            inputs: vec![Row {
                name: None,
                integer: false,
                shape: vec![2],
            }],
            targets: vec![],
            // As a file of before has it: what was added since has defaults.
            preprocessing: serde_json::from_value(serde_json::json!({
                "inputs": [{"kind": "array", "shape": [2], "scaling": null}],
                "label": null, "label_encoding": "index", "classes": classes,
            }))
            .unwrap(),
            learnt: Learnt::new(),
        }
    }

    #[test]
    fn a_text_reads_back_equal_and_the_folder_may_differ() {
        let one = prepared(&["a", "b"]);
        let text = one.text().unwrap();
        assert_eq!(Prepared::parse(&text, FILE).unwrap(), one);
        let moved = Prepared {
            base: "/there".to_owned(),
            ..one.clone()
        };
        moved.check_same(&text, FILE).unwrap();
    }

    #[test]
    fn other_classes_and_damage_are_refused() {
        let text = prepared(&["a", "b"]).text().unwrap();
        let error = prepared(&["a"]).check_same(&text, FILE).unwrap_err();
        assert!(error.to_string().contains("2 before, 1 now"), "{error}");
        let error = prepared(&["a"]).check_same("{", FILE).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{error}");
    }
}
