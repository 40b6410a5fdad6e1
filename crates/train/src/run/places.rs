//! From errors to lines of the run file.

use std::path::Path;

use regimen_graph::ModelFault;
use regimen_nn::metrics;
use regimen_run::RunSpec;
use regimen_run::spec::{ModelSpec, SpecMap, place};

use crate::TrainError;
use crate::run::RunError;

/// What it takes to find the line of an error.
pub(super) struct Places<'a> {
    pub(super) map: &'a SpecMap,
    pub(super) file: &'a Path,
    pub(super) spec: &'a RunSpec,
}

impl Places<'_> {
    /// The error's text, each fault with its line.
    pub(super) fn explain(&self, error: &TrainError) -> RunError {
        let text = match error {
            TrainError::Options(errors) => {
                self.lines(errors.iter().map(|e| (e.path.clone(), e.message.clone())))
            }
            TrainError::Data(errors) => {
                self.lines(errors.0.iter().map(|e| (e.at.clone(), e.fault.to_string())))
            }
            TrainError::Model(faults) => {
                self.lines(faults.0.iter().map(|f| (self.fault_path(f), f.to_string())))
            }
            TrainError::Gradient(e) => self.at(&self.layer_path(&e.path), &e.to_string()),
            other => other.to_string(),
        };
        RunError(text)
    }

    /// In the order of the file.
    fn lines(&self, faults: impl Iterator<Item = (String, String)>) -> String {
        let mut faults: Vec<(String, String)> = faults.collect();
        faults.sort_by_key(|(path, _)| place(self.map, path));
        let lines = faults.iter().map(|(path, text)| self.at(path, text));
        lines.collect::<Vec<String>>().join("\n")
    }

    fn at(&self, path: &str, text: &str) -> String {
        match place(self.map, path) {
            Some((line, column)) => format!(
                "{} line {line}, column {column}: {text}",
                self.file.display()
            ),
            None => text.to_string(),
        }
    }

    /// Where a fault's cause stands in the spec: a layer, a loss or a metric.
    fn fault_path(&self, fault: &ModelFault) -> String {
        match self.layer_path(&fault.path) {
            at if at == "model" && metrics::find(&fault.op).is_some() => {
                "compile.metrics".to_string()
            }
            at => at,
        }
    }

    /// Where a layer stands in the spec: by its name, or by its automatic one.
    fn layer_path(&self, layer: &str) -> String {
        let first = layer.split('/').next().unwrap_or_default();
        let ModelSpec::Layers(list) = &self.spec.model else {
            return "model".to_string();
        };
        let mut taken: Vec<String> = vec![];
        for (i, entry) in list.layers.iter().enumerate() {
            let given = entry
                .object
                .config
                .get("name")
                .and_then(|n| n.as_str())
                .map(str::to_string);
            let class = match entry.object.class_name.as_str() {
                "Input" => "InputLayer",
                other => other,
            };
            let name = given.unwrap_or_else(|| automatic(class, &taken));
            if name == first {
                return format!("model.layers[{i}]");
            }
            taken.push(name);
        }
        match first {
            "loss" => "compile.loss".to_string(),
            _ => "model".to_string(),
        }
    }
}

/// Keras's automatic name of a layer after those taken.
fn automatic(class: &str, taken: &[String]) -> String {
    let class = regimen_nn::layers::find(class).map_or(class, |d| d.class_name);
    regimen_nn::model::free_name(class, &|name| taken.iter().any(|t| t == name))
}
