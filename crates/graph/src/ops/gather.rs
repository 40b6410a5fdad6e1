//! Rows of a table by integer ids: table (V, rest...) and ids (any shape) give (ids..., rest...).
//!
//! Ids outside 0..V give rows of NaN for floats and 0 for integers on every engine, so that bad ids are seen, not
//! silently clamped; readers of data refuse them before.

use crate::check::{Case, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var};

/// A lookup along the first axis; inputs: table, ids (int32 or int64).
#[derive(Debug, Clone, PartialEq)]
pub struct Gather;

impl Rule for Gather {
    fn name(&self) -> &'static str {
        "Gather"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (table, ids) = (&inputs[0], &inputs[1]);
        let mut shape = ids.shape.clone();
        shape.extend(table.shape.get(1..).unwrap_or_default());
        let ty = Type::new(table.dtype, shape);
        if table.rank() == 0 || !matches!(ids.dtype, DType::I32 | DType::I64) {
            return Err(Fault::new(
                format!("table {table}, ids {ids}"),
                "a table of rows, and int32 or int64 ids",
                "Cast the ids to int32.",
            )
            .meaning(ty));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let rows = cx.inputs[0].dim(0);
        Gradient::Of(vec![
            Some(Var::scatter_add(&cx.inputs[1], &cx.grad(0), rows)),
            None,
        ])
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let (table, ids) = (inputs[0], inputs[1]);
        let row: usize = table.shape[1..].iter().product();
        let missing = if types[0].dtype.is_float() {
            f64::NAN
        } else {
            0.0
        };
        let mut data = Vec::with_capacity(ids.data.len() * row);
        for &id in &ids.data {
            if id >= 0.0 && (id as usize) < table.shape[0] {
                data.extend_from_slice(&table.data[id as usize * row..][..row]);
            } else {
                data.extend(std::iter::repeat_n(missing, row));
            }
        }
        let mut shape = ids.shape.clone();
        shape.extend_from_slice(&table.shape[1..]);
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let gather = |x: &[Var]| x[0].gather(&x[1]);
    vec![
        Case::new("gather/rows", vec![floats(&[5, 3]), ids(&[4], 5)], gather),
        Case::new(
            "gather/sequences",
            vec![floats(&[6, 2]), ids(&[3, 5], 6)],
            gather,
        ),
        Case::new(
            "gather/numbers",
            vec![floats(&[6]), ids(&[2, 3], 6)],
            gather,
        ),
        Case::new(
            "gather/one id",
            vec![floats(&[4, 2, 2]), ids(&[], 4)],
            gather,
        ),
        Case::new(
            "gather/int64 ids",
            vec![floats(&[5, 3]), ids(&[7], 5)],
            |x| x[0].gather(&x[1].cast(DType::I64)),
        ),
        Case::new(
            "gather/integers",
            vec![ids(&[5, 2], 9), ids(&[3], 5)],
            gather,
        ),
    ]
}
