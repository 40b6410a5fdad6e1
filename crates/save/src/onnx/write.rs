//! The file: inputs and outputs by the names of their layers, one initializer per weight, the whole file or none.

use std::collections::BTreeSet;
use std::io::{BufWriter, Write};
use std::path::Path;

use regimen_graph::{Graph, Tensor};
use regimen_nn::Model;
use regimen_nn::model::InputInfo;

use super::OnnxError;
use super::emit::Emitter;
use super::host::{check_host, check_states};
use super::lower::{lower, name_inputs};
use super::message::{self, Dim};
use super::proto::Message;
use super::trace::{Traced, trace};
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
    let message = assembled(model, inputs)?;
    if message.length() > MOST {
        return Err(OnnxError::TooLarge(message.length()));
    }
    let file = |fault| OnnxError::File {
        path: path.to_path_buf(),
        fault,
    };
    let draft = NewFile::beside(path).map_err(file)?;
    let mut out = BufWriter::with_capacity(1 << 20, draft);
    let mut put_weight = |path: &str, length: u64, out: &mut dyn Write| {
        let fault = |fault: String| OnnxError::Weight {
            path: path.to_owned(),
            fault,
        };
        let tensor = weight(path).ok_or_else(|| fault("there is none".to_owned()))?;
        let bytes = (tensor.len() as u64).saturating_mul(tensor.dtype().size() as u64);
        if tensor.as_f32().is_none() || bytes != length {
            let shape = &tensor.shape;
            return Err(fault(format!(
                "is {} of shape {shape:?}, expected {} numbers of float32",
                tensor.dtype(),
                length / 4
            )));
        }
        put(out, &tensor).map_err(OnnxError::Write)
    };
    message
        .write(&mut out, &mut put_weight)
        .map_err(|fault| match fault {
            OnnxError::Write(fault) => file(fault),
            other => other,
        })?;
    let draft = out.into_inner().map_err(|e| file(e.into_error()))?;
    draft.commit().map_err(file)
}

/// The file's message, with places for weights.
pub(super) fn assembled(model: &Model, inputs: &[InputInfo]) -> Result<Message, OnnxError> {
    check_host(model)?;
    let traced = trace(model, inputs)?;
    let graphs: Vec<&Graph> = traced.graphs.iter().collect();
    // invariant: there is one writing at least.
    let graph = graphs[0];
    let described = model.describe(&traced.infos).map_err(OnnxError::Model)?;
    let weights: BTreeSet<&str> = described.weights.iter().map(|w| w.path.as_str()).collect();
    check_states(graph, &|path| weights.contains(path))?;
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
    let feeds = free(model.input_names());
    let outputs = free(model.output_names());
    let places = traced.places.iter();
    let places = places
        .map(|&(input, axis)| (feeds[input].clone(), axis))
        .collect();
    let mut emit = Emitter::new(places, &[&feeds[..], &outputs[..]].concat());
    let inputs = name_inputs(&mut emit, graph, &feeds)?;
    let made = lower(&mut emit, &traced.open, &graphs, &inputs)?;
    for (made, output) in made.iter().zip(&outputs) {
        emit.push("Identity", &[made], vec![], vec![output.clone()]);
    }
    let (nodes, initializers) = emit.finish(&outputs);
    let values = (
        input_values(&traced, &feeds),
        output_values(&traced, &outputs),
    );
    Ok(message::model(message::graph(
        &model.name,
        nodes,
        initializers,
        values,
    )))
}

fn input_values(traced: &Traced, names: &[String]) -> Vec<Message> {
    let shapes = |i: usize| -> Vec<&[usize]> {
        (traced.graphs.iter())
            .map(|g| &g.inputs[i].ty.shape[..])
            .collect()
    };
    let value = |(i, name): (usize, &String)| {
        let dims = dims(traced, &shapes(i));
        message::value(name, traced.infos[i].dtype, Some(&dims))
    };
    names.iter().enumerate().map(value).collect()
}

fn output_values(traced: &Traced, names: &[String]) -> Vec<Message> {
    let value = |(i, name): (usize, &String)| {
        let types = traced.graphs.iter().map(|g| g.ty(g.outputs[i].1));
        let shapes: Vec<&[usize]> = types.clone().map(|ty| &ty.shape[..]).collect();
        let dtype = types.map(|ty| ty.dtype).next();
        // invariant: there is one writing at least.
        let dtype = dtype.unwrap_or(regimen_graph::DType::F32);
        message::value(name, dtype, Some(&dims(traced, &shapes)))
    };
    names.iter().enumerate().map(value).collect()
}

/// Sizes of a type, one shape per writing.
fn dims(traced: &Traced, shapes: &[&[usize]]) -> Vec<Dim> {
    let rank = shapes.first().map_or(0, |shape| shape.len());
    let size = |axis: usize| {
        let all: Vec<usize> = shapes.iter().map(|shape| shape[axis]).collect();
        Dim::of(&traced.open.fit(&all), &traced.names)
    };
    (0..rank).map(size).collect()
}
