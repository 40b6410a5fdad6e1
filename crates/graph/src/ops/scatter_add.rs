//! Adds rows into a zero table at integer ids; the gradient of a gather.
//!
//! Rows of equal id are summed in the order of the ids. Ids outside 0..rows are left out.

use crate::check::{Case, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var};

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
        let (ids, g) = (&cx.inputs[0], cx.grad(0));
        let mut wide = ids.shape();
        wide.resize(cx.inputs[1].rank(), 1);
        let rows = ids.scalar_like(self.rows as f64);
        let inside = ids
            .ge(&ids.scalar_like(0.0))
            .and(&ids.lt(&rows))
            .reshape(&wide);
        let picked = inside.select(&g.gather(ids), &g.scalar_like(0.0));
        Gradient::Of(vec![None, Some(picked)])
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

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let into = |rows: usize| move |x: &[Var]| Var::scatter_add(&x[1], &x[0], rows);
    vec![
        Case::new(
            "scatter_add/rows",
            vec![floats(&[4, 3]), ids(&[4], 6)],
            into(6),
        ),
        Case::new(
            "scatter_add/many of one id",
            vec![floats(&[9, 2]), ids(&[9], 2)],
            into(3),
        ),
        Case::new(
            "scatter_add/sequences",
            vec![floats(&[2, 3, 2]), ids(&[2, 3], 5)],
            into(5),
        ),
        Case::new(
            "scatter_add/numbers",
            vec![floats(&[6]), ids(&[6], 4)],
            into(4),
        ),
        Case::new(
            "scatter_add/ids out of range",
            vec![floats(&[8, 2]), ids(&[8], 6)],
            into(4),
        ),
    ]
}
