//! Matrix product over the last two axes; the axes before broadcast.
//!
//!   (..., M, K) x (..., K, N) -> (..., M, N), either operand optionally transposed first.

use crate::check::{Case, floats};
use crate::ops::binary::unbroadcast;
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type, broadcast, elements};

/// A batched matrix product.
#[derive(Debug, Clone, PartialEq)]
pub struct MatMul {
    /// Swap the last two axes of the first operand.
    pub transpose_a: bool,
    /// Swap the last two axes of the second operand.
    pub transpose_b: bool,
}

impl MatMul {
    /// (M, K, K', N) of two operands of rank 2 or more.
    pub fn sizes(&self, a: &[usize], b: &[usize]) -> (usize, usize, usize, usize) {
        let last = |s: &[usize], swap: bool| {
            let (r, c) = (s[s.len() - 2], s[s.len() - 1]);
            if swap { (c, r) } else { (r, c) }
        };
        let ((m, ka), (kb, n)) = (last(a, self.transpose_a), last(b, self.transpose_b));
        (m, ka, kb, n)
    }
}

impl Rule for MatMul {
    fn name(&self) -> &'static str {
        "MatMul"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let (a, b) = (&inputs[0], &inputs[1]);
        if a.rank() < 2 || b.rank() < 2 || !a.dtype.is_float() || a.dtype != b.dtype {
            return Err(Fault::new(
                format!("{a} and {b}"),
                "two float arrays of one type with two or more axes",
                "Add an axis, or cast integers (token ids need an Embedding).",
            ));
        }
        let (m, ka, kb, n) = self.sizes(&a.shape, &b.shape);
        let batch = broadcast(&a.shape[..a.rank() - 2], &b.shape[..b.rank() - 2]);
        let mut shape = batch
            .clone()
            .unwrap_or_else(|| a.shape[..a.rank() - 2].to_vec());
        shape.extend([m, n]);
        let ty = Type::new(a.dtype, shape);
        if ka != kb || batch.is_none() {
            return Err(Fault::new(
                format!(
                    "{:?} times {:?}: inner sizes {ka} and {kb}",
                    a.shape, b.shape
                ),
                "equal inner sizes",
                "Let the kernel's rows equal the input's last axis.",
            )
            .meaning(ty));
        }
        Ok(vec![ty])
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (a, b, g) = (&cx.inputs[0], &cx.inputs[1], cx.grad(0));
        let (ta, tb) = (self.transpose_a, self.transpose_b);
        let da = cx.needs[0].then(|| {
            let d = if ta {
                b.matmul_with(&g, tb, true)
            } else {
                g.matmul_with(b, false, !tb)
            };
            unbroadcast(&d, &a.shape())
        });
        let db = cx.needs[1].then(|| {
            // One product over all leading axes when the second operand is a plain matrix.
            if b.rank() == 2 && a.rank() > 2 && !ta {
                let k = a.dim(-1);
                let n = g.dim(-1);
                let rows = elements(&a.shape()[..a.rank() - 1]);
                let (a2, g2) = (a.reshape(&[rows, k]), g.reshape(&[rows, n]));
                return if tb {
                    g2.matmul_with(&a2, true, false)
                } else {
                    a2.matmul_with(&g2, true, false)
                };
            }
            let d = if tb {
                g.matmul_with(a, true, ta)
            } else {
                a.matmul_with(&g, !ta, false)
            };
            unbroadcast(&d, &b.shape())
        });
        Gradient::Of(vec![da, db])
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (a, b) = (inputs[0], inputs[1]);
        let (ra, rb) = (a.shape.len() - 2, b.shape.len() - 2);
        let (m, k, _, n) = self.sizes(&a.shape, &b.shape);
        let batch = broadcast(&a.shape[..ra], &b.shape[..rb]).unwrap_or_default();
        // Index of each operand's matrix per batch entry.
        let index =
            |shape: &[usize]| Plain::new(shape, (0..elements(shape)).map(|i| i as f64).collect());
        let (ia, ib) = (index(&a.shape[..ra]), index(&b.shape[..rb]));
        let mut data = Vec::with_capacity(elements(&batch) * m * n);
        for e in 0..elements(&batch) {
            let at = ia.broadcast_at(&batch, e) as usize * m * k;
            let bt = ib.broadcast_at(&batch, e) as usize * k * n;
            for i in 0..m {
                for j in 0..n {
                    let x = |l: usize| {
                        a.data[at
                            + if self.transpose_a {
                                l * m + i
                            } else {
                                i * k + l
                            }]
                    };
                    let y = |l: usize| {
                        b.data[bt
                            + if self.transpose_b {
                                j * k + l
                            } else {
                                l * n + j
                            }]
                    };
                    data.push((0..k).map(|l| x(l) * y(l)).sum());
                }
            }
        }
        let mut shape = batch;
        shape.extend([m, n]);
        vec![Plain::new(shape, data)]
    }
}

/// Cases for gradients and engines: transposes, batches, broadcasting, odd sizes.
pub fn cases() -> Vec<Case> {
    let case = |name: &str, a: &[usize], b: &[usize], ta: bool, tb: bool| {
        let feeds = vec![floats(a), floats(b)];
        Case::new(format!("matmul/{name}"), feeds, move |x| {
            x[0].matmul_with(&x[1], ta, tb)
        })
    };
    vec![
        case("plain", &[3, 4], &[4, 5], false, false),
        case("first transposed", &[4, 3], &[4, 5], true, false),
        case("second transposed", &[3, 4], &[5, 4], false, true),
        case("both transposed", &[4, 3], &[5, 4], true, true),
        case("one row", &[1, 7], &[7, 3], false, false),
        case("one column", &[5, 7], &[7, 1], false, false),
        case("outer product", &[5, 1], &[1, 6], false, false),
        case("batched", &[2, 3, 4], &[2, 4, 5], false, false),
        case(
            "batched, both transposed",
            &[2, 4, 3],
            &[2, 5, 4],
            true,
            true,
        ),
        case("sequence by matrix", &[2, 3, 4], &[4, 5], false, false),
        case(
            "sequence by transposed matrix",
            &[2, 3, 4],
            &[5, 4],
            false,
            true,
        ),
        case(
            "transposed sequence by matrix",
            &[2, 4, 3],
            &[4, 5],
            true,
            false,
        ),
        case("matrix by sequence", &[3, 4], &[2, 4, 5], false, false),
        case("broadcast batches", &[2, 1, 3, 4], &[3, 4, 2], false, false),
        case("larger", &[37, 65], &[65, 50], false, false),
    ]
}
