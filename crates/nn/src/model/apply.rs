//! Writing a model's graph: its calls in order, each with the tensors it reads.

use std::collections::BTreeSet;

use regimen_graph::{DType, Fault, Tensor, Type};

use crate::model::{CallSpec, LayerNode, Model, ModelKind, TensorRef, show_optional};
use crate::{Call, Masks, Scope, Value, inner_layer::Placed, policy};

impl Model {
    /// Writes the model's computation. `inputs` are in the order of [`Model::inputs`].
    pub fn apply(&self, s: &mut Scope, inputs: &[Value]) -> Vec<Value> {
        self.apply_watching(s, inputs, &mut |_, _, _| {})
    }

    /// The same, showing every call's outputs: `watch(layer index, call index, outputs)`.
    pub fn apply_watching(
        &self,
        s: &mut Scope,
        inputs: &[Value],
        watch: &mut dyn FnMut(usize, usize, &[Value]),
    ) -> Vec<Value> {
        if let Some(rows) = self.batch_size().filter(|_| s.path().is_empty()) {
            s.fix_batch(rows);
        }
        if s.path().is_empty() && !s.run.untied && !self.tied.is_empty() {
            s.tie(&self.tied);
        }
        if s.path().is_empty() && !self.frozen.is_empty() {
            s.run.frozen = self.frozen.clone();
        }
        let mut ready: Ready = (self.layers.iter())
            .map(|l| vec![vec![]; l.calls.len()])
            .collect();
        let mut deleted = BTreeSet::new();
        let (first, mut makers) = (s.weights().len(), vec![]);
        for (l, c) in self.order() {
            let node = &self.layers[l];
            if is_too_large(s) {
                return self.outputs.iter().map(|_| unknown(s)).collect();
            }
            let fed = self.inputs.iter().position(|t| (t.layer, t.call) == (l, c));
            let outputs = match fed {
                Some(i) => vec![feed(s, node, inputs.get(i))],
                None => {
                    let call = gather_call(s, self, &node.calls[c], &ready);
                    run_with_masks(s, (self, l, c), call, &mut deleted)
                }
            };
            watch(l, c, &outputs);
            ready[l][c] = outputs;
            makers.resize(s.weights().len() - first, l);
        }
        if self.kind == ModelKind::Functional {
            // As Keras lists them, which is not the order in which layers with one depth run.
            let layers = self.traversal().layers;
            let place = |l: &usize| layers.iter().position(|known| known == l);
            s.sort_weights(first, &makers.iter().map(place).collect::<Vec<_>>());
        }
        let mut results = vec![];
        for t in &self.outputs {
            let outputs = ready.get(t.layer).and_then(|calls| calls.get(t.call));
            let outputs = outputs.map_or(&[] as &[Value], Vec::as_slice);
            let mut output = outputs.get(t.tensor).cloned();
            if let Some(output) = output.as_mut().filter(|_| deleted.contains(t)) {
                output.mask = None;
            }
            results.push(output.unwrap_or_else(|| {
                let name = self.layers.get(t.layer).map_or("", |l| l.name.as_str());
                lost_output(s, name, t, outputs.len());
                let meant = Type::new(DType::F32, vec![1, 1]);
                outputs
                    .last()
                    .cloned()
                    .unwrap_or_else(|| s.builder().placeholder(meant).into())
            }));
        }
        // Losses, metrics and callers read float32.
        results.into_iter().map(policy::widened).collect()
    }
}

/// Nodes of a graph, and elements of weights for each of which there may be one more: a node with its types and names takes up to 4 kB,
/// half a copy of the weights beside them.
const NODES: usize = 10_000;
const ELEMENTS: usize = 2_000;

/// Whether the graph of a model in a file has grown beyond what its weights account for; says so once.
fn is_too_large(s: &Scope) -> bool {
    let found = s.builder().len();
    if !s.run.bounded || found < NODES {
        return false;
    }
    let elements = s
        .weights()
        .iter()
        .map(|w| w.shape.iter().product::<usize>());
    let most = NODES + elements.sum::<usize>() / ELEMENTS;
    if found > most && s.builder().faults().is_empty() {
        let fault = Fault::new(
            format!("{found} steps of computation and more"),
            format!("{most} at most in a file, for weights of this size"),
            "Write the model in a program, or split it.",
        );
        s.builder().fault("Model", fault);
    }
    found > most
}

/// Stands for an output that is not computed.
fn unknown(s: &Scope) -> Value {
    let meant = Type::new(DType::F32, vec![1, 1]);
    s.builder().placeholder(meant).into()
}

/// Runs a call; `deleted` are the tensors whose masks are gone for all but arguments `mask`.
fn run_with_masks(
    s: &mut Scope,
    (model, l, c): (&Model, usize, usize),
    mut call: Call,
    deleted: &mut BTreeSet<TensorRef>,
) -> Vec<Value> {
    let (node, spec) = (&model.layers[l], &model.layers[l].calls[c]);
    let masks = match node.layer.model() {
        Some(_) => Masks::Argument,
        None => node.layer.masks(),
    };
    let first = call.inputs.first().and_then(|v| v.mask.clone());
    let places = spec.places();
    let masked = (places.iter().zip(&call.inputs)).filter(|(_, v)| v.mask.is_some());
    let masked: Vec<TensorRef> = masked.filter_map(|(t, _)| *t).collect();
    let gone = !masked.is_empty()
        && match node.layer.class_name() {
            "Concatenate" => masked.iter().all(|t| deleted.contains(t)),
            _ => masked.iter().any(|t| deleted.contains(t)),
        };
    let carried = matches!(masks, Masks::Carried | Masks::Deleted);
    if carried {
        for (t, value) in places.iter().zip(&mut call.inputs) {
            value
                .mask
                .take_if(|_| t.is_some_and(|t| deleted.contains(&t)));
        }
    }
    let mut outputs = Placed::of(node).run(s, call);
    if gone && masks != Masks::Argument {
        if let Some(output) = outputs.first_mut().filter(|_| carried) {
            output.mask = output.mask.take().or(first);
        }
        deleted.extend((0..outputs.len()).map(|tensor| TensorRef {
            layer: l,
            call: c,
            tensor,
        }));
    }
    if masks == Masks::Deleted {
        deleted.extend(masked);
    }
    outputs
}

/// The outputs of every call that has run, by layer and number.
type Ready = Vec<Vec<Vec<Value>>>;

/// The tensors of a call. `order` has made sure that the calls they come from are done.
fn gather_call(s: &mut Scope, model: &Model, spec: &CallSpec, ready: &[Vec<Vec<Value>>]) -> Call {
    let mut get = |t: &TensorRef| {
        let outputs = &ready[t.layer][t.call];
        outputs.get(t.tensor).or(outputs.last()).map(|v| {
            if t.tensor >= outputs.len() {
                lost_output(s, &model.layers[t.layer].name, t, outputs.len());
            }
            v.clone()
        })
    };
    let mut call = Call {
        inputs: spec.inputs.iter().filter_map(&mut get).collect(),
        tensors: spec
            .tensors
            .iter()
            .filter_map(|(n, t)| get(t).map(|v| (n.clone(), v)))
            .collect(),
        kwargs: spec.kwargs.clone(),
        plain: spec.plain.clone(),
    };
    let constant = |array: &Tensor| Value::from(s.builder().constant(array.clone()));
    for (place, array) in &spec.constants {
        let place = (*place).min(call.inputs.len());
        call.inputs.insert(place, constant(array));
    }
    let named = spec.constant_tensors.iter();
    call.tensors
        .extend(named.map(|(name, array)| (name.clone(), constant(array))));
    call.tensors
        .sort_by(|a, b| natural(&a.0).cmp(&natural(&b.0)));
    take_masks(&mut call);
    call
}

/// A keyword and its number, so that `initial_state.10` stands behind `initial_state.9`.
fn natural(name: &str) -> (&str, usize) {
    let (keyword, number) = name.split_once('.').unwrap_or((name, ""));
    (keyword, number.parse().unwrap_or(0))
}

/// Lets the inputs carry the masks that the keyword `mask` gives (numbered for several inputs), in place of their own.
fn take_masks(call: &mut Call) {
    let place = |name: &str| match name.strip_prefix("mask") {
        Some("") => Some(0),
        Some(number) => number.strip_prefix('.')?.parse::<usize>().ok(),
        None => None,
    };
    let (masks, others) = std::mem::take(&mut call.tensors)
        .into_iter()
        .partition(|(name, _)| place(name).is_some());
    call.tensors = others;
    let masks: Vec<(String, Value)> = masks;
    for (name, mask) in masks {
        if let Some(input) = place(&name).and_then(|at| call.inputs.get_mut(at)) {
            let open = &mask.x;
            let truth = || open.ne_to(&open.scalar_like(0.0));
            input.mask = Some(if open.dtype() == DType::Bool {
                open.clone()
            } else {
                truth()
            });
        }
    }
}

/// Notes that a tensor is read which no call gives.
fn lost_output(s: &mut Scope, layer: &str, t: &TensorRef, outputs: usize) {
    let fault = Fault::new(
        format!("output {} of `{layer}` read", t.tensor),
        format!("one of its {outputs}, counted from 0"),
        "Check what feeds the layer.",
    );
    s.builder().fault("Model", fault);
}

/// Checks a fed tensor against what the input layer declares, and casts it to the declared type.
fn feed(s: &mut Scope, node: &LayerNode, value: Option<&Value>) -> Value {
    s.within(&node.name, true, |s| {
        let Some(value) = value else {
            let fault = Fault::new(
                "no data",
                "one array per input",
                "Give the model all its inputs.",
            );
            let shape = node
                .input
                .as_ref()
                .map(|i| i.shape.clone())
                .unwrap_or_default();
            let meant = [1]
                .into_iter()
                .chain(shape.iter().map(|d| d.unwrap_or(1)))
                .collect::<Vec<_>>();
            return s
                .fault("InputLayer", fault, Type::new(DType::F32, meant))
                .into();
        };
        s.note_shapes(std::slice::from_ref(value));
        let Some(info) = &node.input else {
            return value.clone();
        };
        let found = value.x.shape();
        let sample = found.get(1..).unwrap_or_default();
        let fits = found.len() == info.shape.len() + 1
            && info
                .shape
                .iter()
                .zip(sample)
                .all(|(want, got)| want.is_none_or(|w| w == *got));
        if !fits {
            let fault = Fault::new(
                format!("data of shape {}", show_known(sample)),
                format!("the declared {}", show_optional(&info.shape)),
                "Let `Input(shape=...)` match one sample of the data.",
            );
            let meant = found
                .iter()
                .copied()
                .take(1)
                .chain(info.shape.iter().map(|d| d.unwrap_or(1)));
            let meant = Type::new(info.dtype, meant.collect::<Vec<_>>());
            return s.fault("InputLayer", fault, meant).into();
        }
        Value {
            x: value.x.cast(info.dtype),
            mask: value.mask.clone(),
        }
    })
}

fn show_known(shape: &[usize]) -> String {
    show_optional(&shape.iter().map(|&d| Some(d)).collect::<Vec<_>>())
}
