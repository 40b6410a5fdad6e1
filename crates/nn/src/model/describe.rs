//! Shapes and weights of a model, with unknown sizes shown as unknown.
//!
//! The model is written twice with different stand-ins for the unknown sizes (batch, variable lengths);
//! a size that differs between the two depends on them and is shown as `None`, as Keras shows it.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, Fault, InputKind, ModelFault, ModelFaults, Type, elements};

use crate::host::HostFault;
use crate::model::{HostPart, InputInfo, LayerNode, Model, from_keras, stand_in};
use crate::{Layer, Mode, Object, Scope, StateInfo, Value, WeightInfo};

/// A layer's row in a summary.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerShape {
    /// Index into the model's layers.
    pub layer: usize,
    /// Output shapes of its last call; `None` where a size is unknown.
    pub outputs: Vec<Vec<Option<usize>>>,
}

/// Shapes and weights of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Layers in order of the model.
    pub layers: Vec<LayerShape>,
    /// Output shapes of the last call of every layer by its path, layers of nested models included.
    pub shapes: BTreeMap<String, Vec<Vec<Option<usize>>>>,
    /// Weights in order of creation.
    pub weights: Vec<WeightInfo>,
    /// States that pass from batch to batch, in order of creation.
    pub states: Vec<StateInfo>,
    /// Output shapes.
    pub outputs: Vec<Vec<Option<usize>>>,
}

impl Description {
    /// (all, trainable) parameters of a layer, those inside it included; of the model for the empty path.
    pub fn params(&self, layer: &str) -> (u64, u64) {
        let inside = |w: &&WeightInfo| {
            layer.is_empty() || w.layer == layer || w.layer.starts_with(&format!("{layer}/"))
        };
        let add = |sum: u64, w: &WeightInfo| sum.saturating_add(elements(&w.shape) as u64);
        let all = self.weights.iter().filter(inside).fold(0, add);
        let trainable = self
            .weights
            .iter()
            .filter(inside)
            .filter(|w| w.trainable)
            .fold(0, add);
        (all, trainable)
    }
}

impl Model {
    /// Shapes and weights. `inputs` say what data will come, where the model itself does not declare it.
    pub fn describe(&self, inputs: &[InputInfo]) -> Result<Description, ModelFaults> {
        self.described(inputs, true)
    }

    /// The same where weights that are tied are one for each place, as files have them.
    pub fn describe_untied(&self, inputs: &[InputInfo]) -> Result<Description, ModelFaults> {
        self.described(inputs, false)
    }

    fn described(&self, inputs: &[InputInfo], ties: bool) -> Result<Description, ModelFaults> {
        if self.has_host_part() {
            return self.describe_both(inputs, ties);
        }
        let fixed: Vec<Option<usize>> = self
            .inputs
            .iter()
            .map(|t| self.layers[t.layer].fixed_batch())
            .collect();
        let described = self.describe_twice((inputs, ties), &fixed);
        // Where one input fixes the batch, the others have to follow when they meet it.
        match fixed.iter().flatten().next() {
            Some(&batch) if described.is_err() => {
                self.describe_twice((inputs, ties), &vec![Some(batch); fixed.len()])
            }
            _ => described,
        }
    }

    /// The same of a model that begins on the host: the graph's part described behind the shapes of the host's.
    fn describe_both(&self, inputs: &[InputInfo], ties: bool) -> Result<Description, ModelFaults> {
        let mut copy = from_keras(
            &Object {
                class_name: self.class_name().to_string(),
                config: self.config(),
            },
            "",
        )
        .map_err(|errors| {
            let all = errors.iter().map(ToString::to_string).collect::<Vec<_>>();
            HostFault::new(
                "Model",
                all.join("; "),
                "a config that reads",
                "Check its layers.",
            )
        })?;
        for (i, info) in inputs.iter().enumerate() {
            copy.take_numbers(i, info);
        }
        if ties {
            copy.tied = self.tied.clone();
        }
        let (host, graph) = copy.split_host()?;
        let mut shapes = graph.describe(&graph.declared_inputs().unwrap_or_default())?;
        for (name, shape) in host
            .iter()
            .map(HostPart::shapes)
            .collect::<Result<Vec<_>, _>>()?
            .concat()
        {
            shapes.shapes.insert(name, vec![shape]);
        }
        let row = |(layer, node): (usize, &LayerNode)| LayerShape {
            layer,
            outputs: shapes.shapes.get(&node.name).cloned().unwrap_or_default(),
        };
        shapes.layers = self.layers.iter().enumerate().map(row).collect();
        Ok(shapes)
    }

    fn describe_twice(
        &self,
        known: (&[InputInfo], bool),
        batches: &[Option<usize>],
    ) -> Result<Description, ModelFaults> {
        let described = self.describe_for(known, batches, (stand_in::LENGTH, stand_in::OTHER.1));
        described.or_else(|faults| {
            let even = self.describe_for(known, batches, stand_in::EVEN);
            even.map_err(|_| faults)
        })
    }

    /// Described for two lengths that stand for unknown ones: sizes that differ are unknown.
    fn describe_for(
        &self,
        known: (&[InputInfo], bool),
        batches: &[Option<usize>],
        (length, other): (usize, usize),
    ) -> Result<Description, ModelFaults> {
        let mut first = self.describe_with(known, batches, (stand_in::BATCH, length))?;
        let second = self.describe_with(known, batches, (stand_in::OTHER.0, other))?;
        check_weights(&first, &second)?;
        forget_differences(&mut first, &second);
        Ok(first)
    }

    fn describe_with(
        &self,
        (inputs, ties): (&[InputInfo], bool),
        batches: &[Option<usize>],
        (batch, unknown): (usize, usize),
    ) -> Result<Description, ModelFaults> {
        let builder = Builder::new();
        let mut scope = Scope::new(&builder, Mode::Inference);
        scope.run.untied = !ties;
        scope.run.bounded = self.of_file;
        let feeds: Vec<Value> = self
            .input_infos()
            .iter()
            .enumerate()
            .filter_map(|(i, declared)| inputs.get(i).or(*declared).map(|info| (i, info)))
            .map(|(i, info)| {
                let rows = batches.get(i).copied().flatten().unwrap_or(batch);
                let sizes = info.shape.iter().map(|d| d.unwrap_or(unknown));
                let shape: Vec<usize> = [rows].into_iter().chain(sizes).collect();
                builder
                    .input(
                        &format!("feed/{i}"),
                        Type::new(info.dtype, shape),
                        InputKind::Feed,
                    )
                    .into()
            })
            .collect();
        let outputs = self.apply(&mut scope, &feeds);
        let faults = builder.faults();
        if !faults.is_empty() {
            return Err(stand_in::name_unknown(ModelFaults(faults)));
        }
        let all = |shapes: &Vec<Vec<usize>>| shapes.iter().map(|s| known(s)).collect::<Vec<_>>();
        let shapes: BTreeMap<_, _> = scope
            .shapes()
            .iter()
            .map(|(path, s)| (path.clone(), all(s)))
            .collect();
        let row = |(layer, node): (usize, &LayerNode)| LayerShape {
            layer,
            outputs: shapes.get(&node.name).cloned().unwrap_or_default(),
        };
        Ok(Description {
            layers: self.layers.iter().enumerate().map(row).collect(),
            weights: scope.weights().to_vec(),
            states: scope.states().to_vec(),
            outputs: outputs.iter().map(|v| known(&v.x.shape())).collect(),
            shapes,
        })
    }

    /// What data the model declares; float32 of unknown shape is not assumed for inputs without one.
    pub fn declared_inputs(&self) -> Option<Vec<InputInfo>> {
        self.input_infos().into_iter().map(|i| i.cloned()).collect()
    }
}

impl InputInfo {
    /// A declaration with every size known.
    pub fn of(dtype: DType, shape: &[usize]) -> InputInfo {
        InputInfo {
            shape: shape.iter().map(|&d| Some(d)).collect(),
            dtype,
        }
    }
}

fn known(shape: &[usize]) -> Vec<Option<usize>> {
    shape.iter().map(|&d| Some(d)).collect()
}

/// Weights have sizes that are known: one that differs between the two follows from what the model leaves open.
fn check_weights(first: &Description, second: &Description) -> Result<(), ModelFaults> {
    let pairs = first.weights.iter().zip(&second.weights);
    let open = pairs.filter(|(a, b)| a.shape != b.shape);
    let fault = |(a, b): (&WeightInfo, &WeightInfo)| {
        let sizes = a.shape.iter().zip(&b.shape);
        let shape: Vec<String> = sizes
            .map(|(a, b)| {
                if a == b {
                    a.to_string()
                } else {
                    "None".to_owned()
                }
            })
            .collect();
        ModelFault {
            path: a.path.clone(),
            op: "weight".to_owned(),
            fault: Fault::new(
                format!("the shape ({})", shape.join(", ")),
                "sizes that are all known",
                "Give the Input the sizes that its layers' weights depend on: Input(shape=...).",
            ),
        }
    };
    let faults: Vec<ModelFault> = open.map(fault).collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(ModelFaults(faults)),
    }
}

fn forget_differences(known: &mut Description, other: &Description) {
    fn merge(a: &mut [Vec<Option<usize>>], b: &[Vec<Option<usize>>]) {
        for (x, y) in a.iter_mut().flatten().zip(b.iter().flatten()) {
            if x != y {
                *x = None;
            }
        }
    }
    known
        .layers
        .iter_mut()
        .zip(&other.layers)
        .for_each(|(a, b)| merge(&mut a.outputs, &b.outputs));
    known
        .shapes
        .values_mut()
        .zip(other.shapes.values())
        .for_each(|(a, b)| merge(a, b));
    merge(&mut known.outputs, &other.outputs);
}
