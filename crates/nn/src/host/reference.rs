//! Layers of the graph on the host: one that has no host form of its own, but no weights either, is written as a graph and run
//! by the oracle. For what stands between data and a layer that works on the host, such as a Rescaling before a Discretization.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, InputKind, Plain, Tensor, Type, Var, evaluate};

use crate::host::{HostFault, HostInfo, HostLayer, HostValue};
use crate::model::stand_in;
use crate::{Call, Layer, Mode, Scope};

/// The output of a layer without weights.
pub(crate) fn on_reference(
    layer: &dyn Layer,
    inputs: &[HostValue],
) -> Result<HostValue, HostFault> {
    let class = layer.class_name();
    let mut tensors = vec![];
    for input in inputs {
        tensors.push(input.need_numbers(class)?);
    }
    let types: Vec<Type> = tensors
        .iter()
        .map(|t| computed(t.dtype(), &t.shape))
        .collect();
    let builder = Builder::new();
    let y = written(layer, &builder, &types)?;
    let graph = builder
        .finish(&[("y", y.clone())], &[])
        .map_err(|e| first(class, e))?;
    let named = |(i, t): (usize, &&Tensor)| (format!("feed/{i}"), Plain::of(t));
    let values: BTreeMap<String, Plain> = tensors.iter().enumerate().map(named).collect();
    let result = evaluate(&graph, &values).map_err(|e| {
        HostFault::new(
            class,
            e.to_string(),
            "numbers of the shapes declared",
            "Check the data.",
        )
    })?;
    let y = result.get("y").map(|v| v.to_tensor(y.dtype()));
    y.map(HostValue::from)
        .ok_or_else(|| HostFault::new(class, "no output", "one", "Check the layer."))
}

/// Type and sizes of what a layer gives for rows of these.
pub(crate) fn info_of(layer: &dyn Layer, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
    let texts = inputs.iter().any(|i| i.dtype.is_none());
    // What a layer learnt are weights in the graph, and none here.
    let ready = |h: &&dyn HostLayer| h.host_only() || texts || h.adapter().is_none();
    if let Some(host) = layer.host().filter(ready) {
        return host.output(inputs);
    }
    if texts {
        let found = format!("texts, which {} does not take", layer.class_name());
        return Err(HostFault::new(
            layer.class_name(),
            found,
            "numbers",
            "Put a TextVectorization, StringLookup or Hashing between.",
        ));
    }
    let shape = |(batch, unknown): (usize, usize)| {
        let types: Vec<Type> = inputs
            .iter()
            .map(|info| {
                let sizes = info.shape.iter().map(|d| d.unwrap_or(unknown));
                let shape: Vec<usize> = [batch].into_iter().chain(sizes).collect();
                computed(info.dtype.unwrap_or(DType::F32), &shape)
            })
            .collect();
        let builder = Builder::new();
        let y = written(layer, &builder, &types)?;
        match builder.faults().is_empty() {
            true => Ok(y.ty()),
            false => Err(first(
                layer.class_name(),
                regimen_graph::ModelFaults(builder.faults()),
            )),
        }
    };
    let (one, other) = (
        shape((stand_in::BATCH, stand_in::LENGTH))?,
        shape(stand_in::OTHER)?,
    );
    let sizes = one.shape.iter().zip(&other.shape).skip(1);
    Ok(HostInfo {
        shape: sizes.map(|(a, b)| (a == b).then_some(*a)).collect(),
        dtype: Some(one.dtype),
    })
}

/// The type in which a value enters the graph.
fn computed(dtype: DType, shape: &[usize]) -> Type {
    Type::new(dtype, shape.to_vec())
}

fn written(layer: &dyn Layer, builder: &Builder, types: &[Type]) -> Result<Var, HostFault> {
    let class = layer.class_name();
    let (least, most) = layer.arity();
    if types.len() < least || types.len() > most {
        let found = format!("{} inputs, keyword tensors counted", types.len());
        let expected = format!("{least} to {most} before the graph");
        return Err(HostFault::new(
            class,
            found,
            expected,
            "Check what feeds the layer.",
        ));
    }
    let mut scope = Scope::new(builder, Mode::Inference);
    let feed = |(i, ty): (usize, &Type)| {
        builder
            .input(&format!("feed/{i}"), ty.clone(), InputKind::Feed)
            .into()
    };
    let call = Call {
        inputs: types.iter().enumerate().map(feed).collect(),
        ..Call::default()
    };
    let outputs = scope.within(class, true, |s| layer.forward(s, &call));
    let weights = scope.weights();
    match outputs.into_iter().next() {
        Some(y) if weights.is_empty() => Ok(y.x),
        _ => Err(HostFault::new(
            class,
            format!(
                "a layer with {} weights before one that works ahead of the graph",
                weights.len()
            ),
            "inputs and layers without weights",
            "Change the order, or give the later layer what it would learn.",
        )),
    }
}

fn first(class: &str, faults: regimen_graph::ModelFaults) -> HostFault {
    let fault = faults.0.into_iter().next().map(|f| f.fault);
    let none = || HostFault::new(class, "a fault", "none", "Check the layer.").fault;
    HostFault {
        layer: class.to_string(),
        fault: fault.unwrap_or_else(none),
    }
}
