//! What of a model cannot be in a graph at all: layers on texts and hashes, and states that pass from batch to batch.

use regimen_graph::{Graph, InputKind};
use regimen_nn::{Layer, Model};

use super::OnnxError;

/// Refuses layers that work before the graph.
pub(super) fn check_host(model: &Model) -> Result<(), OnnxError> {
    check_below("", model)
}

fn check_below(path: &str, model: &Model) -> Result<(), OnnxError> {
    for node in &model.layers {
        let path = match path {
            "" => node.name.clone(),
            path => format!("{path}/{}", node.name),
        };
        if let Some(inner) = node.layer.model() {
            check_below(&path, inner)?;
        } else if node.layer.host().is_some_and(|host| host.host_only()) {
            return Err(refused(&path, node.layer.as_ref()));
        }
    }
    let texts = model.text_inputs();
    match texts.first().and_then(|name| model.layer(name)) {
        Some(node) => Err(refused(&node.name, node.layer.as_ref())),
        None => Ok(()),
    }
}

fn refused(path: &str, layer: &dyn Layer) -> OnnxError {
    OnnxError::Host {
        layer: path.to_owned(),
        class: layer.class_name().to_owned(),
    }
}

/// Refuses states that are no weights: what a stateful layer carries, counters of random draws. `has` tells whether there
/// is a weight at a path.
pub(super) fn check_states(graph: &Graph, has: &dyn Fn(&str) -> bool) -> Result<(), OnnxError> {
    for (i, node) in graph.nodes.iter().enumerate() {
        let regimen_graph::Op::Input(op) = &node.op else {
            continue;
        };
        let input = &graph.inputs[op.index];
        let read = graph
            .nodes
            .iter()
            .any(|n| n.inputs.iter().any(|e| e.node == i));
        let read = read || graph.outputs.iter().any(|(_, e)| e.node == i);
        let random = input.name.starts_with("random/");
        if input.kind == InputKind::State && read && !random && !has(&input.name) {
            let layer = input.name.rsplit_once('/').map_or("", |(layer, _)| layer);
            return Err(OnnxError::op(
                layer,
                "state",
                "a state that passes from batch to batch, which an ONNX model does not keep",
                "Set stateful=False in the model that is exported",
            ));
        }
    }
    Ok(())
}
