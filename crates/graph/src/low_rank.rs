//! A value w + s · a · b whose products and look-ups are written by its factors.
//!
//!   x · (w + s a b) = x · w + s (x · a) · b;   rows(w + s a b) = rows(w) + s rows(a) · b
//!
//! The sum itself is there for every other use, and costs nothing where there is none. So whoever adapts a
//! weight by a product of low rank (LoRA, Hu et al. 2021) need not know what is computed with it, and the
//! gradient of the whole weight is never formed where the factors will do.

use crate::{
    Builder, Edge, Op, Var,
    ops::{Gather, MatMul},
};

/// What a low-rank value is made of.
#[derive(Clone, Copy)]
pub(crate) struct LowRank {
    whole: Edge,
    a: Edge,
    b: Edge,
    scale: f64,
}

impl Builder {
    /// The value `whole + scale · a · b`, with `whole` (..., U), `a` (..., R) and `b` (R, U). Products `x · value` of two axes
    /// and rows of it are computed by the factors.
    pub fn low_rank(&self, whole: &Var, a: &Var, b: &Var, scale: f64) -> Var {
        let sum = whole + a.matmul(b) * scale;
        let parts = LowRank {
            whole: whole.edge,
            a: a.edge,
            b: b.edge,
            scale,
        };
        self.0.borrow_mut().low_rank.insert(sum.edge.node, parts);
        sum
    }

    /// The outputs of an op on a low-rank value, by its factors; `None` where the op is written as it stands.
    pub(crate) fn by_factors(&self, op: &Op, inputs: &[&Var]) -> Option<Var> {
        let factored = |at: usize| {
            let parts = *self.0.borrow().low_rank.get(&inputs.get(at)?.edge.node)?;
            let var = |edge| Var {
                builder: self.clone(),
                edge,
            };
            Some((var(parts.whole), var(parts.a), var(parts.b), parts.scale))
        };
        match op {
            Op::MatMul(MatMul {
                transpose_a,
                transpose_b: false,
            }) => {
                let (whole, a, b, scale) = factored(1).filter(|(whole, ..)| whole.rank() == 2)?;
                let x = inputs[0];
                let inner = x.matmul_with(&a, *transpose_a, false);
                Some(x.matmul_with(&whole, *transpose_a, false) + inner.matmul(&b) * scale)
            }
            Op::Gather(Gather) => {
                let (whole, a, b, scale) = factored(0).filter(|(whole, ..)| whole.rank() == 2)?;
                let ids = inputs[1];
                Some(whole.gather(ids) + a.gather(ids).matmul(&b) * scale)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{DType, InputKind, Plain, Type, evaluate, grad};

    fn wave(shape: &[usize], phase: f64) -> Plain {
        let n = crate::elements(shape);
        let data = (0..n).map(|i| ((i as f64) * 0.7 + phase).sin()).collect();
        Plain::new(shape, data)
    }

    /// Value and gradients of a loss that reads the weight, with and without its factors.
    fn results(factored: bool, uses: impl Fn(&Builder, &Var) -> Var) -> BTreeMap<String, Plain> {
        let builder = Builder::new();
        let mut values = BTreeMap::new();
        let mut input = |name: &str, shape: &[usize], phase| {
            values.insert(name.to_string(), wave(shape, phase));
            builder.input(name, Type::new(DType::F32, shape), InputKind::State)
        };
        let (w, a, b) = (
            input("w", &[5, 4], 0.1),
            input("a", &[5, 2], 0.2),
            input("b", &[2, 4], 0.3),
        );
        let value = if factored {
            builder.low_rank(&w, &a, &b, 0.5)
        } else {
            &w + a.matmul(&b) * 0.5
        };
        let y = uses(&builder, &value);
        let loss = (y.square()).sum_all();
        let grads = grad(&loss, &[a, b]).unwrap();
        let mut named = vec![("loss", loss)];
        named.extend(
            ["da", "db"]
                .into_iter()
                .zip(grads.into_iter().map(Option::unwrap)),
        );
        evaluate(&builder.finish(&named, &[]).unwrap(), &values).unwrap()
    }

    fn agree(uses: impl Fn(&Builder, &Var) -> Var) {
        let (one, two) = (results(true, &uses), results(false, &uses));
        for (name, a) in &one {
            let near = |(x, y): (&f64, &f64)| (x - y).abs() <= 1e-12 * y.abs().max(1.0);
            assert!(a.data.iter().zip(&two[name].data).all(near), "{name}");
        }
    }

    fn x(builder: &Builder, shape: &[usize]) -> Var {
        let plain = wave(shape, 0.4);
        builder.constant(crate::Tensor::from_f64(
            DType::F32,
            shape.to_vec(),
            &plain.data,
        ))
    }

    #[test]
    fn products_rows_and_other_uses_equal_the_plain_form() {
        agree(|builder, w| x(builder, &[3, 5]).matmul(w));
        agree(|builder, w| x(builder, &[2, 3, 5]).matmul(w));
        agree(|builder, w| x(builder, &[5, 3]).matmul_with(w, true, false));
        agree(|builder, w| x(builder, &[3, 4]).matmul_with(w, false, true));
        agree(|builder, w| {
            let ids = crate::Tensor::from_f64(DType::I32, vec![3], &[4.0, 0.0, 4.0]);
            w.gather(&builder.constant(ids))
        });
        agree(|_, w| w.tanh());
    }

    #[test]
    fn a_product_leaves_the_whole_out() {
        let builder = Builder::new();
        let input = |name, shape: &[usize]| {
            builder.input(name, Type::new(DType::F32, shape), InputKind::State)
        };
        let (w, a, b) = (
            input("w", &[5, 4]),
            input("a", &[5, 2]),
            input("b", &[2, 4]),
        );
        let y = x(&builder, &[3, 5]).matmul(&builder.low_rank(&w, &a, &b, 1.0));
        let graph = builder.finish(&[("y", y)], &[]).unwrap();
        let whole = graph.nodes.iter().filter(|n| n.types[0].shape == [5, 4]);
        assert_eq!(whole.count(), 1, "only the input has the weight's size");
    }
}
