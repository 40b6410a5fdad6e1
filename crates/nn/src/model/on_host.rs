//! A model's calls on the host: values and sizes of tensors that do not depend on weights.

use std::collections::BTreeMap;

use regimen_graph::{ModelFault, ModelFaults, Tensor};

use crate::host::{HostFault, HostInfo, HostLayer, HostValue, info_of, on_reference};
use crate::model::{Model, TensorRef, show_optional};
use crate::{Layer, layers::InputLayer};

/// A call: layer and number of the call.
pub(super) type At = (usize, usize);

impl From<HostFault> for ModelFaults {
    fn from(fault: HostFault) -> ModelFaults {
        ModelFaults(vec![ModelFault {
            path: String::new(),
            op: fault.layer,
            fault: fault.fault,
        }])
    }
}

impl Model {
    /// The calls that give these tensors, in an order in which each is ready when it is read.
    pub(super) fn needed(&self, wanted: &[TensorRef]) -> Vec<At> {
        let mut open: Vec<At> = wanted.iter().map(|t| (t.layer, t.call)).collect();
        let mut needed = std::collections::BTreeSet::new();
        while let Some(at) = open.pop() {
            if needed.insert(at) {
                open.extend(self.reads(at).map(|t| (t.layer, t.call)));
            }
        }
        self.order()
            .into_iter()
            .filter(|at| needed.contains(at))
            .collect()
    }

    /// The tensors that a call reads.
    pub(super) fn reads(&self, (layer, call): At) -> impl Iterator<Item = TensorRef> {
        let spec = self.layers.get(layer).and_then(|l| l.calls.get(call));
        let of = |s: &crate::model::CallSpec| {
            let named = s.tensors.iter().map(|(_, t)| *t);
            s.inputs.iter().copied().chain(named).collect::<Vec<_>>()
        };
        spec.map(of).unwrap_or_default().into_iter()
    }

    /// Whether an input declares texts.
    pub(super) fn is_text(&self, layer: usize) -> bool {
        let config = self.layers[layer].layer.config();
        config.get("dtype").and_then(|d| d.as_str()) == Some(InputLayer::TEXT)
    }

    /// Names of the inputs that take texts.
    pub fn text_inputs(&self) -> Vec<&str> {
        let texts = self.inputs.iter().filter(|t| self.is_text(t.layer));
        texts.map(|t| self.layers[t.layer].name.as_str()).collect()
    }

    /// Evaluates tensors that depend on no weights. `inputs` are in the order of the model's.
    pub(super) fn run_on_host(
        &self,
        wanted: &[TensorRef],
        inputs: &[HostValue],
    ) -> Result<Vec<HostValue>, ModelFaults> {
        let inputs = &self.entered(inputs)?;
        self.walk_host(wanted, inputs, |layer, values: &[HostValue]| {
            match layer.host() {
                Some(host) => host.apply(values),
                None => on_reference(layer, values),
            }
        })
    }

    /// Values as the inputs declare them: of their shape, numbers of their type.
    fn entered(&self, inputs: &[HostValue]) -> Result<Vec<HostValue>, ModelFaults> {
        let enter = |(t, value): (&TensorRef, &HostValue)| {
            let node = &self.layers[t.layer];
            let Some(declared) = &node.input else {
                return Ok(value.clone());
            };
            let (info, texts) = (value.info(), self.is_text(t.layer));
            let fits = info.shape.len() == declared.shape.len()
                && declared
                    .shape
                    .iter()
                    .zip(&info.shape)
                    .all(|(want, got)| want.is_none() || want == got);
            if !fits || texts != info.dtype.is_none() {
                let kind = |texts: bool| if texts { "texts" } else { "numbers" };
                let fault = HostFault::new(
                    "InputLayer",
                    format!(
                        "{} with rows of shape {}",
                        kind(info.dtype.is_none()),
                        show_optional(&info.shape)
                    ),
                    format!(
                        "the declared {} of shape {}",
                        kind(texts),
                        show_optional(&declared.shape)
                    ),
                    "Let the input match one sample of the data.",
                );
                return Err(named(&node.name, fault));
            }
            Ok(
                match value.numbers().filter(|n| n.dtype() != declared.dtype) {
                    Some(n) => {
                        Tensor::from_f64(declared.dtype, n.shape.clone(), &n.to_f64()).into()
                    }
                    None => value.clone(),
                },
            )
        };
        self.inputs.iter().zip(inputs).map(enter).collect()
    }

    /// Type and sizes of the rows of tensors that depend on no weights.
    pub(super) fn infos_on_host(
        &self,
        wanted: &[TensorRef],
        inputs: &[HostInfo],
    ) -> Result<Vec<HostInfo>, ModelFaults> {
        self.walk_host(wanted, inputs, |layer, infos: &[HostInfo]| {
            info_of(layer, infos)
        })
    }

    fn walk_host<T: Clone>(
        &self,
        wanted: &[TensorRef],
        inputs: &[T],
        call: impl Fn(&dyn Layer, &[T]) -> Result<T, HostFault>,
    ) -> Result<Vec<T>, ModelFaults> {
        let mut ready: BTreeMap<At, T> = BTreeMap::new();
        for at in self.needed(wanted) {
            let node = &self.layers[at.0];
            let fed = self.inputs.iter().position(|t| (t.layer, t.call) == at);
            let value = match fed {
                Some(i) => inputs.get(i).cloned(),
                None => {
                    let spec = node.calls.get(at.1);
                    if spec
                        .is_some_and(|s| !s.constants.is_empty() || !s.constant_tensors.is_empty())
                    {
                        let fault = HostFault::new(
                            node.layer.class_name(),
                            "an array among the inputs of a layer ahead of the graph",
                            "tensors alone",
                            "Make the array an Input of the model.",
                        );
                        return Err(named(&node.name, fault));
                    }
                    let read = |t: TensorRef| ready.get(&(t.layer, t.call)).cloned();
                    let values: Vec<T> = self.reads(at).filter_map(read).collect();
                    let result = call(node.layer.as_ref(), &values);
                    Some(result.map_err(|fault| named(&node.name, fault))?)
                }
            };
            match value {
                Some(value) => _ = ready.insert(at, value),
                None => {
                    let fault = HostFault::new(
                        node.layer.class_name(),
                        "no data",
                        "one array per input",
                        "Give the model all its inputs.",
                    );
                    return Err(named(&node.name, fault));
                }
            }
        }
        let found = wanted
            .iter()
            .filter_map(|t| ready.get(&(t.layer, t.call)).cloned());
        Ok(found.collect())
    }
}

/// A fault of the layer with this name.
pub(super) fn named(path: &str, fault: HostFault) -> ModelFaults {
    ModelFaults(vec![ModelFault {
        path: path.to_string(),
        op: fault.layer,
        fault: fault.fault,
    }])
}

/// The first fault of a nested model as one of a layer.
fn of_model(faults: ModelFaults) -> HostFault {
    let first = faults.0.into_iter().next();
    first.map_or_else(
        || HostFault::new("Model", "a fault", "none", "Check the model."),
        |f| HostFault {
            layer: if f.path.is_empty() {
                f.op
            } else {
                format!("{} ({})", f.path, f.op)
            },
            fault: f.fault,
        },
    )
}

/// A model of layers that work on the host, as a layer of another model.
impl HostLayer for Model {
    fn host_only(&self) -> bool {
        true
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let mut values = self.run_on_host(&self.outputs, inputs).map_err(of_model)?;
        one_output(values.pop().filter(|_| values.is_empty()))
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let mut infos = self
            .infos_on_host(&self.outputs, inputs)
            .map_err(of_model)?;
        one_output(infos.pop().filter(|_| infos.is_empty()))
    }
}

fn one_output<T>(value: Option<T>) -> Result<T, HostFault> {
    value.ok_or_else(|| {
        HostFault::new(
            "Model",
            "several outputs of a model that works ahead of the graph",
            "one",
            "Make its layers part of the outer model.",
        )
    })
}
