//! Sorting along the last axis, stable, with positions; with a limit, the top k.
//!
//! Outputs: values, positions (int32).

use crate::check::{Case, floats, ids};
use crate::{DType, Fault, GradContext, Gradient, Plain, Rule, Type, Var, elements};

/// A sort of the last axis. NaN sorts last.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// Largest first.
    pub descending: bool,
    /// Keep only so many.
    pub limit: Option<usize>,
}

impl Rule for Sort {
    fn name(&self) -> &'static str {
        "Sort"
    }

    fn outputs(&self) -> usize {
        2
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        let Some(&n) = x.shape.last() else {
            return Err(Fault::new(
                "a scalar",
                "an array with an axis to sort",
                "Give it an axis.",
            ));
        };
        let keep = self.limit.unwrap_or(n);
        let mut shape = x.shape.clone();
        shape[x.rank() - 1] = keep;
        let types = vec![
            Type::new(x.dtype, shape.clone()),
            Type::new(DType::I32, shape),
        ];
        if keep > n {
            let found = format!("the top {keep} of {n} entries");
            return Err(
                Fault::new(found, format!("at most {n}"), "Choose a smaller k.").meaning_all(types),
            );
        }
        Ok(types)
    }

    /// Each value's gradient goes back to the place it came from: one scatter over all rows.
    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (x, g) = (&cx.inputs[0], cx.grad(0));
        let (shape, keep) = (x.shape(), g.dim(-1));
        let n = x.dim(-1);
        let rows = elements(&shape[..shape.len() - 1]);
        // int32 holds the flat index of every array but the largest.
        let wide = i32::try_from(rows.saturating_mul(n)).is_err();
        let dtype = if wide { DType::I64 } else { DType::I32 };
        let row = x.builder().iota(dtype, &[rows, keep], 0) * n as f64;
        let flat = row + cx.outputs[1].cast(dtype).reshape(&[rows, keep]);
        let dx = Var::scatter_add(
            &flat.reshape(&[rows * keep]),
            &g.reshape(&[rows * keep]),
            rows * n,
        );
        Gradient::Of(vec![Some(dx.reshape(&shape))])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let n = x.shape.last().copied().unwrap_or(1);
        let keep = self.limit.unwrap_or(n);
        let (mut values, mut positions) = (vec![], vec![]);
        for row in x.data.chunks(n.max(1)) {
            let mut order: Vec<usize> = (0..row.len()).collect();
            order.sort_by(|&a, &b| {
                let rising = row[a].partial_cmp(&row[b]);
                match (rising, row[a].is_nan().cmp(&row[b].is_nan())) {
                    (Some(rising), _) if self.descending => rising.reverse(),
                    (Some(rising), _) => rising,
                    (None, nan_last) => nan_last,
                }
            });
            values.extend(order.iter().take(keep).map(|&i| row[i]));
            positions.extend(order.iter().take(keep).map(|&i| i as f64));
        }
        let mut shape = x.shape.clone();
        shape.pop();
        shape.push(keep);
        vec![
            Plain::new(shape.clone(), values),
            Plain::new(shape, positions),
        ]
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let both = |(values, positions): (Var, Var)| vec![values, positions];
    vec![
        Case::many("sort/rising", vec![floats(&[3, 6])], move |_, x| {
            both(x[0].sort(false))
        }),
        Case::many("sort/falling", vec![floats(&[2, 2, 5])], move |_, x| {
            both(x[0].sort(true))
        }),
        Case::many("sort/top k", vec![floats(&[4, 7])], move |_, x| {
            both(x[0].top_k(3))
        }),
        Case::many("sort/one row", vec![floats(&[8])], move |_, x| {
            both(x[0].sort(false))
        }),
        Case::many(
            "sort/ties keep their order",
            vec![ids(&[3, 9], 3)],
            move |_, x| [both(x[0].sort(false)), both(x[0].sort(true))].concat(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(descending: bool, row: &[f64]) -> Vec<f64> {
        let x = Plain::new([row.len()], row.to_vec());
        Sort {
            descending,
            limit: None,
        }
        .oracle(&[&x], &[])
        .swap_remove(1)
        .data
    }

    #[test]
    fn nan_sorts_last_either_way() {
        let row = [f64::NAN, 2.0, -1.0, f64::NAN, f64::INFINITY];
        assert_eq!(positions(false, &row), [2.0, 1.0, 4.0, 0.0, 3.0]);
        assert_eq!(positions(true, &row), [4.0, 1.0, 2.0, 0.0, 3.0]);
    }

    #[test]
    fn asking_for_more_than_there_is_is_a_fault() {
        let x = Type::new(DType::F32, [2, 3]);
        let fault = Sort {
            descending: true,
            limit: Some(4),
        }
        .types(&[x])
        .unwrap_err();
        assert_eq!(fault.found, "the top 4 of 3 entries");
        assert!(
            Sort {
                descending: true,
                limit: None
            }
            .types(&[Type::new(DType::F32, [])])
            .is_err()
        );
    }
}
