//! Rows of tables by number, and sorting.
//!
//! ONNX refuses a number beyond the table when the model runs, where Regimen gives NaN; numbers in the table give the same.

use regimen_graph::ops::Sort;
use regimen_graph::{DType, Op};

use super::emit::Emitter;
use super::layout::{squeeze, unsqueeze};
use super::lower::{Outputs, Site};
use super::message::Attr;

/// Rows of a table.
pub(super) fn gather(emit: &mut Emitter, site: &Site<'_>) -> String {
    let attrs = vec![("axis", Attr::Int(0))];
    emit.node("Gather", &[site.x(0), site.x(1)], attrs)
}

/// Rows added into zeros. Those whose number is beyond the table go to a row behind it, which is cut off.
pub(super) fn scatter_add(emit: &mut Emitter, site: &Site<'_>) -> Outputs {
    let dtype = site.ty(1).dtype;
    let mut sizes = site.output_sizes(0)?;
    let rows = emit.sizes(&sizes[..1]);
    let end = squeeze(emit, &rows, &[0]);
    let ids = match site.ty(0).dtype {
        DType::I64 => site.x(0).to_owned(),
        _ => emit.cast(site.x(0), DType::I64),
    };
    let zero = emit.scalar(DType::I64, 0.0);
    let low = emit.plain("GreaterOrEqual", &[&ids, &zero]);
    let high = emit.plain("Less", &[&ids, &end]);
    let inside = emit.plain("And", &[&low, &high]);
    let ids = emit.plain("Where", &[&inside, &ids, &end]);
    let ids = unsqueeze(emit, &ids, &[-1]);
    sizes[0].plus += 1;
    let shape = emit.sizes(&sizes);
    let nothing = emit.scalar(dtype, 0.0);
    let table = emit.plain("Expand", &[&nothing, &shape]);
    let sum = vec![("reduction", Attr::Text("add"))];
    let table = emit.node("ScatterND", &[&table, &ids, site.x(1)], sum);
    let first = emit.ints(&[0]);
    let inputs = [&table, &first, &rows, &first];
    Ok(vec![emit.plain("Slice", &inputs.map(String::as_str))])
}

/// The last axis in order: values, and where they were.
pub(super) fn sort(emit: &mut Emitter, site: &Site<'_>, op: &Sort) -> Outputs {
    let last: Vec<usize> = (site.nodes.iter())
        .filter_map(|node| match &node.op {
            Op::Sort(_) => node.types[0].shape.last().copied(),
            _ => None,
        })
        .collect();
    let kept = site.size(&last)?;
    let kept = emit.sizes(&[kept]);
    let attrs = vec![
        ("axis", Attr::Int(-1)),
        ("largest", Attr::Int(i64::from(op.descending))),
        ("sorted", Attr::Int(1)),
    ];
    let made = emit.nodes("TopK", &[site.x(0), &kept], attrs, 2);
    let places = emit.cast(&made[1], DType::I32);
    Ok(vec![made[0].clone(), places])
}
