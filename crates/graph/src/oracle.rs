//! The oracle: any graph evaluated by plain f64 loops, slowly and obviously.
//!
//! Every value is held as f64, integers and truth values too, so one kind of array serves all.

use std::collections::BTreeMap;

use crate::{DType, Graph, Op, Tensor, Type, elements};

/// An array of the oracle.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// Sizes.
    pub shape: Vec<usize>,
    /// Elements, row-major.
    pub data: Vec<f64>,
}

impl Plain {
    /// An array from its parts.
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<f64>) -> Plain {
        let shape = shape.into();
        debug_assert_eq!(elements(&shape), data.len());
        Plain { shape, data }
    }

    /// All elements equal.
    pub fn full(shape: &[usize], value: f64) -> Plain {
        Plain {
            shape: shape.to_vec(),
            data: vec![value; elements(shape)],
        }
    }

    /// The array of a tensor.
    pub fn of(tensor: &Tensor) -> Plain {
        Plain {
            shape: tensor.shape.clone(),
            data: tensor.to_f64(),
        }
    }

    /// A tensor of the given type with these values.
    pub fn to_tensor(&self, dtype: DType) -> Tensor {
        Tensor::from_f64(dtype, self.shape.clone(), &self.data)
    }

    /// The element of a larger index space that broadcasts over this array.
    pub fn broadcast_at(&self, shape: &[usize], flat: usize) -> f64 {
        let (mut rest, mut at, mut stride) = (flat, 0, 1);
        for axis in (0..shape.len()).rev() {
            let index = rest % shape[axis];
            rest /= shape[axis];
            let missing = shape.len() - self.shape.len();
            if axis >= missing {
                let size = self.shape[axis - missing];
                at += if size == 1 { 0 } else { index * stride };
                stride *= size;
            }
        }
        self.data[at]
    }
}

/// Why the oracle cannot evaluate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OracleError {
    /// An input was not given.
    #[error("the input `{0}` was not given")]
    MissingInput(String),
    /// An input has another shape than declared.
    #[error("`{name}`: got shape {found:?}, expected {expected:?}")]
    WrongShape {
        /// Input name.
        name: String,
        /// Shape given.
        found: Vec<usize>,
        /// Shape declared.
        expected: Vec<usize>,
    },
}

/// Outputs and updated state (by name) of a graph, in f64.
pub fn evaluate(
    graph: &Graph,
    inputs: &BTreeMap<String, Plain>,
) -> Result<BTreeMap<String, Plain>, OracleError> {
    let values = evaluate_nodes(graph, &mut |index| {
        let decl = &graph.inputs[index];
        let Some(value) = inputs.get(&decl.name) else {
            return Err(OracleError::MissingInput(decl.name.clone()));
        };
        if value.shape != decl.ty.shape {
            return Err(OracleError::WrongShape {
                name: decl.name.clone(),
                found: value.shape.clone(),
                expected: decl.ty.shape.clone(),
            });
        }
        Ok(value.clone())
    })?;
    let mut results = BTreeMap::new();
    for (name, edge) in &graph.outputs {
        results.insert(name.clone(), values[edge.node][edge.out].clone());
    }
    for (index, edge) in &graph.updates {
        results.insert(
            graph.inputs[*index].name.clone(),
            values[edge.node][edge.out].clone(),
        );
    }
    Ok(results)
}

/// Outputs of a sub-graph for inputs in order; for ops that hold a body.
pub(crate) fn evaluate_body(graph: &Graph, inputs: &[Plain]) -> Vec<Plain> {
    let values = evaluate_nodes(graph, &mut |index| Ok(inputs[index].clone()));
    match values {
        Ok(values) => graph
            .outputs
            .iter()
            .map(|(_, e)| values[e.node][e.out].clone())
            .collect(),
        Err(_) => vec![],
    }
}

fn evaluate_nodes(
    graph: &Graph,
    input: &mut dyn FnMut(usize) -> Result<Plain, OracleError>,
) -> Result<Vec<Vec<Plain>>, OracleError> {
    let mut values: Vec<Vec<Plain>> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        if let Op::Input(i) = &node.op {
            values.push(vec![input(i.index)?]);
            continue;
        }
        let args: Vec<&Plain> = node.inputs.iter().map(|e| &values[e.node][e.out]).collect();
        let types: Vec<Type> = node.inputs.iter().map(|e| graph.ty(*e).clone()).collect();
        let out = node.op.rule().oracle(&args, &types);
        values.push(out);
    }
    Ok(values)
}
