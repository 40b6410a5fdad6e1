//! A model in two: what happens to data on the host, and the graph behind it.
//!
//! Texts, hashes and checks of values are no tensors, so the calls that need them run on the host, with every call that feeds
//! them. The first tensors behind are the inputs of the graph.
//!
//! ```
//! use regimen_nn::host::Texts;
//! use regimen_nn::layers::{Dense, TextVectorization};
//! use regimen_nn::model::{Sequential, adapt_model};
//!
//! let texts = vec![vec![Texts::column(["good film", "bad film"]).into()]];
//! let words = TextVectorization::new().output_mode(regimen_nn::host::OutputMode::MultiHot);
//! let model = Sequential::new().input_texts([1]).add(words).add(Dense::new(1usize)).build();
//! let model = adapt_model(model, &texts)?;
//! let (host, graph) = model.split_host()?;
//! let ready = host.unwrap().apply(&texts[0])?;
//! assert_eq!(ready[0].numbers().unwrap().shape, [2, 4]);
//! assert_eq!(graph.input_names(), ["text_vectorization"]);
//! # Ok::<(), regimen_graph::ModelFaults>(())
//! ```

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::{DType, Fault, ModelFaults};

use crate::host::{HostFault, HostInfo, HostLayer, HostValue};
use crate::layers::InputLayer;
use crate::model::on_host::{At, named};
use crate::model::{
    CallSpec, InputInfo, LayerNode, Model, TensorRef, free_name, sequential::input_node,
};

/// The part of a model that runs on the host.
#[derive(Debug)]
pub struct HostPart {
    /// The layers, from the whole model's inputs on.
    model: Model,
    /// What each input of the graph is fed: an input of the whole model as it is, or the host's output of this number.
    feeds: Vec<Feed>,
}

/// What feeds an input of the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// This input of the whole model, as it is.
    Input(usize),
    /// This output of the host.
    Made(usize),
}

impl HostPart {
    /// What each input of the graph is fed.
    pub fn feeds(&self) -> &[Feed] {
        &self.feeds
    }

    /// The inputs of the graph from those of the whole model.
    pub fn apply(&self, inputs: &[HostValue]) -> Result<Vec<HostValue>, ModelFaults> {
        let rows = |v: &HostValue| v.shape().first().copied();
        let made = self.model.run_on_host(&self.model.outputs, inputs)?;
        let lost = made
            .iter()
            .zip(&self.model.outputs)
            .find(|(m, _)| inputs.first().is_some_and(|input| rows(m) != rows(input)));
        if let Some((value, t)) = lost {
            let node = &self.model.layers[t.layer];
            let fault = HostFault::new(
                node.layer.class_name(),
                format!(
                    "an output of shape {:?}, whose first axis does not count rows",
                    value.shape()
                ),
                "one row per row of the data",
                "Declare the input with shape [1].",
            );
            return Err(named(&node.name, fault));
        }
        let feed = |feed: &Feed| match feed {
            Feed::Input(i) => inputs.get(*i),
            Feed::Made(i) => made.get(*i),
        };
        Ok(self.feeds.iter().filter_map(feed).cloned().collect())
    }

    /// Names of the layers on the host, inputs left out.
    pub fn layer_names(&self) -> Vec<&str> {
        let made = self.model.layers.iter().filter(|l| l.input.is_none());
        made.map(|l| l.name.as_str()).collect()
    }

    /// Refuses outputs whose sizes depend on the rows at hand, which batches would each have of their own.
    pub fn check_fixed(&self) -> Result<(), ModelFaults> {
        let infos = self
            .model
            .infos_on_host(&self.model.outputs, &self.model.host_inputs())?;
        let open = infos
            .iter()
            .zip(&self.model.outputs)
            .find(|(i, _)| i.shape.contains(&None));
        let Some((info, t)) = open else { return Ok(()) };
        let node = &self.model.layers[t.layer];
        let fault = HostFault::new(
            node.layer.class_name(),
            format!(
                "rows of {}, as long as the longest at hand",
                super::show_optional(&info.shape)
            ),
            "rows of one size for the whole run",
            "Set `output_sequence_length`.",
        );
        Err(named(&node.name, fault))
    }

    /// Shapes of the last call of every layer on the host by its name, the batch as `None`.
    pub(super) fn shapes(&self) -> Result<Vec<NamedShape>, ModelFaults> {
        let mut shapes = vec![];
        for (layer, node) in self.model.layers.iter().enumerate() {
            let call = node.calls.len().saturating_sub(1);
            let at = TensorRef {
                layer,
                call,
                tensor: 0,
            };
            let infos = self.model.infos_on_host(&[at], &self.model.host_inputs())?;
            let sizes = infos.into_iter().flat_map(|i| i.shape);
            shapes.push((node.name.clone(), [None].into_iter().chain(sizes).collect()));
        }
        Ok(shapes)
    }
}

/// A layer's name, and the shape of what it gives.
type NamedShape = (String, Vec<Option<usize>>);

impl Model {
    /// What the inputs declare, texts among them; a Sequential model without one takes rows of any number of float32.
    pub fn host_inputs(&self) -> Vec<HostInfo> {
        let info = |t: &TensorRef| {
            let declared = self.layers[t.layer].input.as_ref();
            HostInfo {
                shape: declared.map_or(vec![None], |i| i.shape.clone()),
                dtype: match self.is_text(t.layer) {
                    true => None,
                    false => Some(declared.map_or(DType::F32, |i| i.dtype)),
                },
            }
        };
        self.inputs.iter().map(info).collect()
    }

    /// The calls that run on the host: those that can nowhere else, those on texts, and all that feed them.
    fn host_calls(&self) -> Result<BTreeSet<At>, ModelFaults> {
        let infos = self.host_inputs();
        let mut host = BTreeSet::new();
        for at in self.order() {
            let node = &self.layers[at.0];
            let alone = node.layer.host().is_some_and(HostLayer::host_only);
            let texts = self.reads(at).any(|t| self.gives_texts(t, &host));
            if alone || texts {
                let reads: Vec<TensorRef> = self.reads(at).collect();
                host.extend(self.needed(&reads));
                host.insert(at);
                // Refuses texts where numbers are taken, and weights among what feeds the call.
                let own = TensorRef {
                    layer: at.0,
                    call: at.1,
                    tensor: 0,
                };
                self.infos_on_host(&[own], &infos)?;
            }
        }
        Ok(host)
    }

    /// Whether a tensor is texts: of an input that declares them, or of a host call that gives them.
    fn gives_texts(&self, t: TensorRef, host: &BTreeSet<At>) -> bool {
        let input = self.inputs.iter().any(|i| i.layer == t.layer);
        match input {
            true => self.is_text(t.layer),
            false if !host.contains(&(t.layer, t.call)) => false,
            false => {
                let infos = self.infos_on_host(&[t], &self.host_inputs());
                infos.is_ok_and(|i| i.iter().any(|i| i.dtype.is_none()))
            }
        }
    }

    /// Lets an input that declares nothing take texts, with the shape of one sample.
    pub fn take_texts(&mut self, input: usize, shape: &[usize]) {
        let shape: Vec<Option<usize>> = shape.iter().map(|&d| Some(d)).collect();
        self.declare(input, InputLayer::of_texts(&shape));
    }

    /// Lets an input that declares nothing declare what comes. Layers on the host have to know.
    pub fn take_numbers(&mut self, input: usize, info: &InputInfo) {
        self.declare(input, InputLayer::of(Some(info)));
    }

    fn declare(&mut self, input: usize, layer: InputLayer) {
        let at = self.inputs.get(input).map(|t| t.layer);
        let node = at.and_then(|at| self.layers.get_mut(at));
        if let Some(node) = node.filter(|n| n.input.is_none()) {
            node.input = layer.info();
            node.layer = Box::new(layer);
        }
    }

    /// Whether the model has a part that runs on the host.
    pub fn has_host_part(&self) -> bool {
        let alone = |l: &LayerNode| l.layer.host().is_some_and(HostLayer::host_only);
        self.layers.iter().any(alone) || !self.text_inputs().is_empty()
    }

    /// The part that runs on the host, if there is one, and the model behind it, whose inputs are named as the layers that make
    /// them. Layers have to be adapted before (`Model::adapt` of the part on the host).
    pub fn split_host(self) -> Result<(Option<HostPart>, Model), ModelFaults> {
        if !self.has_host_part() {
            return Ok((None, self));
        }
        let host = self.host_calls()?;
        let graph: Vec<At> = self
            .order()
            .into_iter()
            .filter(|at| !host.contains(at))
            .collect();
        self.check_apart(&host, &graph)?;
        let read = graph
            .iter()
            .flat_map(|at| self.reads(*at))
            .chain(self.outputs.iter().copied());
        let border: BTreeSet<TensorRef> =
            read.filter(|t| host.contains(&(t.layer, t.call))).collect();
        let is_input = |t: &TensorRef| self.inputs.iter().any(|i| i.layer == t.layer);
        let made: Vec<TensorRef> = border.iter().copied().filter(|t| !is_input(t)).collect();
        let infos = self.infos_on_host(&made, &self.host_inputs())?;
        if let Some((t, _)) = made.iter().zip(&infos).find(|(_, i)| i.dtype.is_none()) {
            let node = &self.layers[t.layer];
            let fault = HostFault::new(
                node.layer.class_name(),
                "texts that leave the model",
                "numbers where the graph begins",
                "Put a layer behind that makes numbers of them.",
            );
            return Err(named(&node.name, fault));
        }
        Ok(self.parted(&host, &made, &infos))
    }

    /// Refuses a layer that is called both on the host and in the graph.
    fn check_apart(&self, host: &BTreeSet<At>, graph: &[At]) -> Result<(), ModelFaults> {
        let both = graph.iter().find(|g| {
            !self.inputs.iter().any(|i| i.layer == g.0) && host.iter().any(|h| h.0 == g.0)
        });
        let Some(at) = both else { return Ok(()) };
        let node = &self.layers[at.0];
        let fault = HostFault {
            layer: node.layer.class_name().to_string(),
            fault: Fault::new(
                "calls before the graph and in it",
                "calls on one side",
                "Use two layers.",
            ),
        };
        Err(named(&node.name, fault))
    }

    fn parted(
        self,
        host: &BTreeSet<At>,
        made: &[TensorRef],
        infos: &[HostInfo],
    ) -> (Option<HostPart>, Model) {
        let (name, kind, outputs) = (self.name.clone(), self.kind, self.outputs.clone());
        let (all_inputs, output_keys) = (self.inputs.clone(), self.output_keys.clone());
        let (output_form, tied) = (self.output_form.clone(), self.tied.clone());
        let frozen = self.frozen.clone();
        let of_file = self.of_file;
        // The graph's inputs: the numbers that enter as they are, then what the host makes.
        let used: BTreeSet<usize> = (0..self.layers.len())
            .flat_map(|l| (0..self.layers[l].calls.len()).map(move |c| (l, c)))
            .filter(|at| !host.contains(at))
            .flat_map(|at| self.reads(at).collect::<Vec<_>>())
            .chain(outputs.iter().copied())
            .map(|t| t.layer)
            .collect();
        let kept: Vec<usize> = (0..all_inputs.len())
            .filter(|&i| used.contains(&all_inputs[i].layer))
            .collect();
        let copies: Vec<LayerNode> = kept
            .iter()
            .map(|&i| {
                let node = &self.layers[all_inputs[i].layer];
                input_node(&node.name, node.input.clone())
            })
            .collect();
        let is_input = |l: usize| all_inputs.iter().any(|i| i.layer == l);
        let mut new_at: Vec<Option<usize>> = vec![None; self.layers.len()];
        let (mut behind, mut before): (Vec<LayerNode>, Vec<LayerNode>) = (copies, vec![]);
        for (place, &i) in kept.iter().enumerate() {
            new_at[all_inputs[i].layer] = Some(place);
        }
        let first_made = behind.len();
        let names: Vec<String> = self.layers.iter().map(|l| l.name.clone()).collect();
        for (t, info) in made.iter().zip(infos) {
            let taken = |n: &str| {
                behind.iter().any(|l| l.name == n)
                    || names.iter().any(|m| m == n && *m != names[t.layer])
            };
            let name = match taken(&names[t.layer]) {
                false => names[t.layer].clone(),
                true => free_name(&names[t.layer], &taken),
            };
            let info = InputInfo {
                shape: info.shape.clone(),
                dtype: info.dtype.unwrap_or(DType::F32),
            };
            behind.push(input_node(&name, Some(info)));
        }
        let on_host = |l: usize| is_input(l) || host.iter().any(|h| h.0 == l);
        let mut host_at: Vec<Option<usize>> = vec![None; self.layers.len()];
        for (l, node) in self.layers.into_iter().enumerate() {
            match on_host(l) {
                true => {
                    host_at[l] = Some(before.len());
                    before.push(node);
                }
                false => {
                    new_at[l] = Some(behind.len());
                    behind.push(node);
                }
            }
        }
        let in_host = |t: &TensorRef| TensorRef {
            layer: host_at[t.layer].unwrap_or(0),
            ..*t
        };
        let in_graph = |t: &TensorRef| match made.iter().position(|m| m == t) {
            Some(i) => TensorRef {
                layer: first_made + i,
                call: 0,
                tensor: 0,
            },
            None => TensorRef {
                layer: new_at[t.layer].unwrap_or(0),
                ..*t
            },
        };
        before.iter_mut().for_each(|n| rewire(n, &in_host));
        behind
            .iter_mut()
            .skip(first_made + made.len())
            .for_each(|n| rewire(n, &in_graph));
        let input = |layer: usize| TensorRef {
            layer,
            call: 0,
            tensor: 0,
        };
        let graph = Model {
            name: name.clone(),
            kind,
            inputs: (0..first_made + made.len()).map(input).collect(),
            outputs: outputs.iter().map(in_graph).collect(),
            output_keys,
            input_form: None,
            output_form,
            of_file,
            tied,
            frozen,
            layers: behind,
        };
        let host = Model {
            name,
            kind,
            inputs: all_inputs.iter().map(in_host).collect(),
            outputs: made.iter().map(in_host).collect(),
            output_keys: vec![],
            input_form: None,
            output_form: None,
            of_file,
            tied: BTreeMap::new(),
            frozen: BTreeSet::new(),
            layers: before,
        };
        let feeds = kept.into_iter().map(Feed::Input);
        let feeds = feeds.chain((0..made.len()).map(Feed::Made)).collect();
        (Some(HostPart { model: host, feeds }), graph)
    }
}

fn rewire(node: &mut LayerNode, to: &impl Fn(&TensorRef) -> TensorRef) {
    for CallSpec {
        inputs, tensors, ..
    } in &mut node.calls
    {
        inputs.iter_mut().for_each(|t| *t = to(t));
        tensors.iter_mut().for_each(|(_, t)| *t = to(t));
    }
}
