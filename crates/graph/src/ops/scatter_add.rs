//! Adds rows into a zero table at integer ids; the gradient of a gather.
//!
//! Rows of equal id are summed in the order of the ids. Ids outside 0..rows are left out.

use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type};

/// A scatter; inputs: ids (any shape), updates (ids..., rest...); result (rows, rest...).
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterAdd {
    /// Rows of the table.
    pub rows: usize,
}

impl Rule for ScatterAdd {
    fn name(&self) -> &'static str {
        "ScatterAdd"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (ids, updates) = (&inputs[0], &inputs[1]);
        if !matches!(ids.dtype, DType::I32 | DType::I64) || !updates.shape.starts_with(&ids.shape) {
            return Err(Fault::new(
                format!("ids {ids}, updates {updates}"),
                "int32 or int64 ids, and updates whose first axes are those of the ids",
                "Reshape the updates.",
            ));
        }
        let mut shape = vec![self.rows];
        shape.extend_from_slice(&updates.shape[ids.rank()..]);
        Ok(vec![Type::new(updates.dtype, shape)])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![None, Some(cx.grad(0).gather(&cx.inputs[0]))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (ids, updates) = (inputs[0], inputs[1]);
        let rest = &updates.shape[ids.shape.len()..];
        let row: usize = rest.iter().product();
        let mut data = vec![0.0; self.rows * row];
        for (i, &id) in ids.data.iter().enumerate() {
            if id >= 0.0 && (id as usize) < self.rows {
                for j in 0..row {
                    data[id as usize * row + j] += updates.data[i * row + j];
                }
            }
        }
        let mut shape = vec![self.rows];
        shape.extend_from_slice(rest);
        vec![Plain::new(shape, data)]
    }
}
