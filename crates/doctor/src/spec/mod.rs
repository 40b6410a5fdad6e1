//! A spec without a run: layers, compile and fit as a program writes them, with values that are not known.
//!
//! The form is `{"layers": [...], "compile": {...}, "fit": {...}, "data_calls": [...], "preprocess": [...], "data": {...}}`;
//! all but `layers` may be missing. `docs/doctor.md` tells what each part may hold. [`read`] turns it into the same
//! facts that a run tells ([`ModelFacts`], [`DataProfile`]), and into what only a spec can hold: layers that cannot be
//! built or fed ([`ShapeFault`]), the task, and what the program does to its numbers.

mod compile;
mod feeding;
mod layers;
mod notes;
mod programs;
mod rules;
mod value;
mod walk;

use regimen_run::facts::{LayerFacts, OutputFacts};
use regimen_run::{DataProfile, ModelFacts};
use serde_json::{Map, Value, json};

use crate::Facts;
use crate::log::LogError;
use layers::Layer;
pub use notes::{Scale, Task};
use value::{Shape, Size};
pub(crate) use value::{name as keras_name, option as keras_option};

/// What is told of a run before it begins, beside model and data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SpecFacts {
    /// Layers that cannot be built, or rows and labels that do not fit: the first of each kind.
    pub shape_faults: Vec<ShapeFault>,
    /// What is to be learnt.
    pub task: Option<Task>,
    /// How inputs lie before the program changes them.
    pub inputs: Option<Scale>,
    /// How targets lie.
    pub targets: Option<Scale>,
    /// Program texts that bring numbers to a common scale.
    pub scaling: Vec<String>,
    /// A text that scales class labels.
    pub labels_scaled: Option<String>,
    /// What is validated on, where `fit` is told.
    pub validates: Option<bool>,
}

/// A layer that cannot be built, or data that do not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapeFault {
    /// The finding that it is.
    pub id: &'static str,
    /// Path and class of the layer.
    pub layer: (String, String),
    /// What does not fit, with the shapes.
    pub what: String,
    /// The edit that mends it.
    pub edit: String,
    /// How sure that is.
    pub known: Known,
}

/// How sure a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// All sizes that matter are in the spec.
    Certain,
    /// The spec leaves room for a text that was not told.
    Likely,
}

impl ShapeFault {
    fn new(
        id: &'static str,
        layer: &Layer,
        what: String,
        edit: String,
        known: Known,
    ) -> ShapeFault {
        ShapeFault {
            id,
            layer: (layer.path.clone(), layer.class.clone()),
            what,
            edit,
            known,
        }
    }
}

/// A spec, as facts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Spec {
    /// Layers, outputs, optimizer and metrics.
    pub model: ModelFacts,
    /// What is known of the data.
    pub data: DataProfile,
    /// The rest.
    pub told: SpecFacts,
    /// Epochs asked for.
    pub epochs: Option<usize>,
    /// Rows of a batch.
    pub batch_size: Option<usize>,
}

impl Spec {
    /// What the spec tells, as the doctor reads it.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            model: Some(&self.model),
            data: Some(&self.data),
            spec: Some(&self.told),
            train_samples: self.data.train_rows,
            val_samples: self.data.val_rows,
            epochs_planned: self.epochs,
            batch_size: self.batch_size,
            first_epoch: 1,
            ..Facts::default()
        }
    }
}

/// Whether a JSON text describes a model or a run before training, by its keys.
pub fn is_spec(value: &Value) -> bool {
    value.get("layers").is_some_and(Value::is_array)
}

/// Reads a spec.
///
/// ```
/// let text = r#"{"layers": [{"class_name": "Dense", "config": {"units": 1, "activation": "softmax", "input_shape": [4]}}],
///                "compile": {"loss": "binary_crossentropy", "optimizer": "adam"}}"#;
/// let spec = regimen_doctor::spec::read(text)?;
/// assert_eq!(regimen_doctor::diagnose(&spec.facts())[0].id, "softmax_single_unit");
/// # Ok::<(), regimen_doctor::log::LogError>(())
/// ```
pub fn read(text: &str) -> Result<Spec, LogError> {
    let value: Value = serde_json::from_str(text).map_err(|e| LogError {
        line: e.line().max(1),
        reason: format!("not JSON: {e}"),
    })?;
    of_json(&value).map_err(|reason| LogError { line: 1, reason })
}

/// Reads a spec that is JSON already.
pub fn of_json(value: &Value) -> Result<Spec, String> {
    let list = value.get("layers").and_then(Value::as_array);
    let list = list.ok_or("`layers` is missing: a list of {\"class_name\", \"config\"}")?;
    let mut layers = vec![];
    for (i, layer) in list.iter().enumerate() {
        layers.push(Layer::read(layer, &format!("layers[{i}]"))?);
    }
    layers::name_all(&mut layers);
    let part = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object.clone()),
        Some(other) => Err(format!("`{key}`: an object is expected, not {other}")),
    };
    let (compile, fit, notes) = (part("compile")?, part("fit")?, part("data")?);
    let texts = |key: &str| -> Result<Vec<String>, String> {
        match value.get(key) {
            None | Some(Value::Null) => Ok(vec![]),
            Some(Value::Array(list)) => list
                .iter()
                .map(|text| text.as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .ok_or_else(|| format!("`{key}`: a list of texts is expected")),
            Some(_) => Err(format!("`{key}`: a list of texts is expected")),
        }
    };
    let parts = Parts {
        calls: texts("data_calls")?,
        preprocess: texts("preprocess")?,
        layers,
        compile,
        fit,
        notes,
    };
    Ok(parts.spec())
}

/// The spec that a run file or a model of Keras holds, for what can be said before data are read; `None` where it holds no
/// list of layers.
pub fn of_model(model: &Value, compile: &Value, fit: &Value) -> Option<Spec> {
    // Keras 1 wrote the list of a Sequential as its whole config.
    let config = model.get("config");
    let list = model.get("layers").or_else(|| config?.get("layers"));
    let list = list.or_else(|| config.filter(|config| config.is_array()))?;
    let part = |value: &Value| {
        if value.is_object() {
            value.clone()
        } else {
            Value::Null
        }
    };
    of_json(&json!({ "layers": list, "compile": part(compile), "fit": part(fit) })).ok()
}

/// A spec in its parts.
struct Parts {
    layers: Vec<Layer>,
    compile: Map<String, Value>,
    fit: Map<String, Value>,
    notes: Map<String, Value>,
    calls: Vec<String>,
    preprocess: Vec<String>,
}

impl Parts {
    fn spec(&self) -> Spec {
        let texts = self.texts();
        let in_order = self.in_order();
        let x = feeding::rows_of_data(self, &texts);
        let walk = walk::walk(&self.layers, in_order, &x);
        let mut faults: Vec<ShapeFault> = walk.fault.clone().into_iter().collect();
        faults.extend(feeding::faults(self, &texts, &walk));
        let model = self.model(&walk, in_order);
        let scale = |key: &str| self.notes.get(key).and_then(Value::as_str).map(Scale::of);
        let scaling: Vec<String> = programs::scaling(&texts)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let labels_scaled = scaling.iter().find(|text| programs::scales_labels(text));
        let told = SpecFacts {
            shape_faults: faults,
            task: match feeding::copies_itself(self) {
                true => None,
                false => notes::task(&self.notes, &texts),
            },
            inputs: scale("scaling"),
            targets: scale("y_scale"),
            labels_scaled: labels_scaled.cloned(),
            scaling,
            validates: (!self.fit.is_empty()).then(|| {
                ["validation_data", "validation_split"]
                    .iter()
                    .any(|key| self.fit.contains_key(*key))
            }),
        };
        let rows = |key: &str| self.notes.get(key).and_then(value::count);
        let counted = self
            .notes
            .get("x_shape")
            .and_then(|shape| value::count(shape.get(0)?));
        Spec {
            model,
            data: DataProfile {
                train_rows: rows("n_train").or(counted),
                val_rows: rows("n_val"),
                ..DataProfile::default()
            },
            told,
            epochs: self.fit.get("epochs").and_then(value::count),
            batch_size: self.fit.get("batch_size").and_then(value::count),
        }
    }

    /// Every text of the program.
    fn texts(&self) -> Vec<String> {
        let mut texts = [self.calls.clone(), self.preprocess.clone()].concat();
        for value in self.fit.values() {
            strings(value, &mut texts);
        }
        texts
    }

    /// Whether each layer reads the one before it: no second input, nothing that joins.
    fn in_order(&self) -> bool {
        let joins = [
            "Concatenate",
            "Add",
            "Subtract",
            "Multiply",
            "Average",
            "Maximum",
            "Minimum",
            "Dot",
            "Attention",
            "AdditiveAttention",
            "MultiHeadAttention",
            "merge",
            "Merge",
        ];
        let inputs = self
            .layers
            .iter()
            .filter(|layer| layer.class == "Input")
            .count();
        let in_a_row = |pair: &[Layer]| pair[1].reads.iter().all(|name| *name == pair[0].path);
        inputs <= 1
            && self.layers.windows(2).all(in_a_row)
            && !self
                .layers
                .iter()
                .any(|layer| joins.contains(&layer.class.as_str()))
    }

    fn model(&self, walk: &walk::Walk, in_order: bool) -> ModelFacts {
        let with_batch = |shape: &Shape| -> Vec<Option<usize>> {
            shape.as_ref().map_or(vec![], |sizes| {
                std::iter::once(None)
                    .chain(sizes.iter().map(|size| size.known()))
                    .collect()
            })
        };
        let layer = |(i, layer): (usize, &Layer)| LayerFacts {
            path: layer.path.clone(),
            class_name: layer.class.clone(),
            config: layer.config.clone(),
            inputs: in_order.then(|| i.checked_sub(1).into_iter().collect()),
            output_shape: with_batch(&walk.outputs[i]),
            activation: layer.activation(),
            reached: true,
            ..LayerFacts::default()
        };
        let output = self.layers.last().map(|last| {
            let shape = walk.outputs.last().cloned().flatten();
            let units = self.output_units();
            let shape = shape.or_else(|| units.map(|n| vec![Size::Known(n)]));
            OutputFacts {
                path: last.path.clone(),
                shape: with_batch(&shape),
                activation: self.output_activation(),
                ..compile::output(&self.compile)
            }
        });
        let (optimizer, learning_rate) = compile::optimizer(&self.compile);
        ModelFacts {
            layers: self.layers.iter().enumerate().map(layer).collect(),
            outputs: output.into_iter().collect(),
            optimizer,
            learning_rate,
            momentum: compile::momentum(&self.compile),
            metrics: compile::metrics(&self.compile),
        }
    }

    /// The activation that makes the output, behind layers that change nothing in inference.
    fn output_activation(&self) -> Option<String> {
        let last = self
            .layers
            .iter()
            .rev()
            .find(|layer| !passes(&layer.class))?;
        last.activation()
    }

    /// Units of the last layer that has some, when nothing behind it changes their number.
    fn output_units(&self) -> Option<usize> {
        let last = self
            .layers
            .iter()
            .rev()
            .find(|layer| !passes(&layer.class) && layer.class != "Activation");
        last?.units()
    }
}

/// Layers that leave values alone in inference.
fn passes(class: &str) -> bool {
    matches!(
        class,
        "Dropout"
            | "GaussianDropout"
            | "GaussianNoise"
            | "AlphaDropout"
            | "SpatialDropout1D"
            | "ActivityRegularization"
            | "Reshape"
            | "Flatten"
            | "Identity"
    )
}

/// All strings in a value.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|v| strings(v, into)),
        Value::Object(object) => object.values().for_each(|v| strings(v, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
