//! The file: inputs and outputs by the names of their layers, one initializer per weight, the whole file or none.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use regimen_graph::{DType, Graph, InputKind, Tensor, Type};
use regimen_nn::Model;
use regimen_nn::model::InputInfo;

use super::OnnxError;
use super::emit::Emitter;
use super::host::{check_host, check_states};
use super::lower::{lower, name_inputs};
use super::message::{self, Dim};
use super::proto::Message;
use super::size::Open;
use super::trace::trace;
use crate::keras::put;
use crate::new_file::NewFile;

/// The most bytes that a message of protocol buffers may have.
const MOST: u64 = i32::MAX as u64;

/// Writes a model in inference as an ONNX file (opset 17), whole or not at all: a draft beside it is put in its place when it
/// is complete. Weights are asked for one by one, by their paths; no second copy of them is held.
///
/// `inputs` say what data will come, where the model itself does not declare it. Inputs and outputs are called as their
/// layers; the batch, and lengths that the model leaves open, stay open in the file.
///
/// # Errors
///
/// Layers that ONNX cannot express, by their paths; weights that are missing; more than 2 GiB; and whatever writing a file may
/// meet. Then there is no file, and one that was there before is as it was.
///
/// ```
/// use std::collections::BTreeMap;
/// use regimen_graph::Tensor;
/// use regimen_nn::{layers::Dense, model::Sequential};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("net.onnx");
/// let model = Sequential::new().input([2]).add(Dense::new(1usize)).build();
/// let weights = BTreeMap::from([
///     ("dense/kernel", Tensor::f32([2, 1], vec![0.5, -1.0])),
///     ("dense/bias", Tensor::f32([1], vec![0.25])),
/// ]);
/// let weight = |path: &str| weights.get(path).cloned().flatten();
/// regimen_save::onnx::write(&path, &model, &[], &weight)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    path: &Path,
    model: &Model,
    inputs: &[InputInfo],
    weight: &dyn Fn(&str) -> Option<Tensor>,
) -> Result<(), OnnxError> {
    put_file(path, &assembled(model, inputs)?, weight)
}

/// Writes a graph at its own sizes: its feeds become inputs, its states weights; updates of states are left out.
///
/// # Errors
///
/// Those of [`write()`].
pub fn write_graph(
    path: &Path,
    graph: &Graph,
    weight: &dyn Fn(&str) -> Option<Tensor>,
) -> Result<(), OnnxError> {
    let feeds = graph.inputs.iter().filter(|i| i.kind == InputKind::Feed);
    let whole = Whole {
        name: "graph",
        graphs: vec![graph],
        open: &Open::default(),
        symbols: &[],
        places: &[],
        inputs: feeds.map(|input| input.name.clone()).collect(),
        outputs: graph.outputs.iter().map(|(name, _)| name.clone()).collect(),
    };
    put_file(path, &whole.message()?, weight)
}

fn put_file(
    path: &Path,
    message: &Message,
    weight: &dyn Fn(&str) -> Option<Tensor>,
) -> Result<(), OnnxError> {
    if message.length() > MOST {
        return Err(OnnxError::TooLarge(message.length()));
    }
    let file = |fault| OnnxError::File {
        path: path.to_path_buf(),
        fault,
    };
    let mut put_weight = |path: &str, shape: &[usize], out: &mut dyn Write| {
        let fault = |fault: String| OnnxError::Weight {
            path: path.to_owned(),
            fault,
        };
        let tensor = weight(path).ok_or_else(|| fault("there is none".to_owned()))?;
        let wanted = Type::new(DType::F32, shape);
        if tensor.ty() != wanted {
            return Err(fault(format!("is {}, expected {wanted}", tensor.ty())));
        }
        put(out, &tensor).map_err(OnnxError::Write)
    };
    let written = NewFile::whole(path, |out| message.write(out, &mut put_weight));
    written.map_err(|fault| match fault {
        OnnxError::Write(fault) => file(fault),
        other => other,
    })
}

/// The file's message, with places for weights.
pub(super) fn assembled(model: &Model, inputs: &[InputInfo]) -> Result<Message, OnnxError> {
    check_host(model)?;
    let traced = trace(model, inputs)?;
    let described = model.describe(&traced.infos).map_err(OnnxError::Model)?;
    let weights: BTreeSet<&str> = described.weights.iter().map(|w| w.path.as_str()).collect();
    let graphs: Vec<&Graph> = traced.graphs.iter().collect();
    // invariant: there is one writing at least.
    check_states(graphs[0], &|path| weights.contains(path))?;
    let mut taken = BTreeSet::new();
    let mut free = |names: Vec<&str>| -> Vec<String> {
        let free = |name: &str| {
            let mut found = name.to_owned();
            let mut count = 0;
            while !taken.insert(found.clone()) {
                count += 1;
                found = format!("{name}_{count}");
            }
            found
        };
        names.into_iter().map(free).collect()
    };
    Whole {
        name: &model.name,
        graphs,
        open: &traced.open,
        symbols: &traced.names,
        places: &traced.places,
        inputs: free(model.input_names()),
        outputs: free(model.output_names()),
    }
    .message()
}

/// A graph in all its writings, with what its parts are called.
struct Whole<'a> {
    name: &'a str,
    /// One per writing; feeds come before other inputs.
    graphs: Vec<&'a Graph>,
    open: &'a Open,
    /// Names of what is open.
    symbols: &'a [String],
    /// Input and axis where an open size is read.
    places: &'a [(usize, usize)],
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Whole<'_> {
    fn message(&self) -> Result<Message, OnnxError> {
        let places = self.places.iter();
        let places = places.map(|&(input, axis)| (self.inputs[input].clone(), axis));
        let reserved = [&self.inputs[..], &self.outputs[..]].concat();
        let mut emit = Emitter::new(places.collect(), &reserved);
        // invariant: there is one writing at least.
        let inputs = name_inputs(&mut emit, self.graphs[0], &self.inputs)?;
        let made = lower(&mut emit, self.open, &self.graphs, &inputs)?;
        for (made, output) in made.iter().zip(&self.outputs) {
            if made.is_empty() {
                let why = "an inner result that ONNX does not give";
                return Err(OnnxError::op("", output, why, "Leave the output out."));
            }
            emit.push("Identity", &[made], vec![], vec![output.clone()]);
        }
        let (nodes, initializers) = emit.finish(&self.outputs);
        let feeds = |graph: &Graph| -> Vec<Type> {
            let feeds = graph.inputs.iter().filter(|i| i.kind == InputKind::Feed);
            feeds.map(|input| input.ty.clone()).collect()
        };
        let outputs = |graph: &Graph| -> Vec<Type> {
            let outputs = graph.outputs.iter();
            outputs.map(|(_, e)| graph.ty(*e).clone()).collect()
        };
        let values = (
            self.values(&self.inputs, &feeds),
            self.values(&self.outputs, &outputs),
        );
        let graph = message::graph(self.name, nodes, initializers, values);
        Ok(message::model(graph))
    }

    /// Names with their types, in which what is open stays so.
    fn values(&self, names: &[String], types: &dyn Fn(&Graph) -> Vec<Type>) -> Vec<Message> {
        let all: Vec<Vec<Type>> = self.graphs.iter().map(|graph| types(graph)).collect();
        let value = |(i, name): (usize, &String)| {
            let first = &all[0][i];
            let size = |axis: usize| {
                let sizes: Vec<usize> = all.iter().map(|types| types[i].shape[axis]).collect();
                Dim::of(&self.open.fit(&sizes), self.symbols)
            };
            let dims: Vec<Dim> = (0..first.rank()).map(size).collect();
            message::value(name, first.dtype, Some(&dims))
        };
        names.iter().enumerate().map(value).collect()
    }
}
