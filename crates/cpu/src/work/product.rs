//! Matrix products.

use regimen_graph::ops::MatMul;
use regimen_graph::{EngineError, broadcast, elements};

use super::{Array, Spot, call};
use crate::kernels::gemm::{Gemm, Mat};
use crate::launch::{Context, Work};

/// Products of one size: many at fixed distances, or each at its own.
struct Product {
    a: Array,
    b: Array,
    c: Array,
    /// Rows, columns and depth.
    size: [usize; 3],
    transposed: [bool; 2],
    batch: Batch,
}

enum Batch {
    Even { count: usize, steps: [usize; 3] },
    Each(Vec<[usize; 2]>),
}

impl Product {
    fn mat<'a>(&self, data: &'a [f32], index: usize) -> Mat<'a> {
        let [m, n, k] = self.size;
        match (index, self.transposed[index]) {
            (0, false) => Mat::new(data, k),
            (0, true) => Mat::transposed(data, m),
            (_, false) => Mat::new(data, n),
            (_, true) => Mat::transposed(data, k),
        }
    }

    fn run(&self, cx: &Context<'_>) {
        let [m, n, k] = self.size;
        let (a, b, c) = (
            self.a.read::<f32>(cx),
            self.b.read::<f32>(cx),
            self.c.write::<f32>(cx),
        );
        if k == 0 {
            return c.fill(0.0);
        }
        match &self.batch {
            Batch::Even { count, steps } => {
                let gemm = Gemm::new(m, n, k, self.mat(a, 0), self.mat(b, 1));
                gemm.batch(*count, *steps).run(cx.cpu(), c, n);
            }
            Batch::Each(starts) => {
                for ([at, bt], c) in starts.iter().zip(c.chunks_exact_mut(m * n)) {
                    Gemm::new(m, n, k, self.mat(&a[*at..], 0), self.mat(&b[*bt..], 1)).run(
                        cx.cpu(),
                        c,
                        n,
                    );
                }
            }
        }
    }
}

pub(super) fn matmul(spot: &Spot<'_>, op: &MatMul) -> Result<Box<dyn Work>, EngineError> {
    let (a, b, c) = (spot.input(0), spot.input(1), spot.output(0)?);
    spot.floats(&[&a, &b, &c])?;
    let (m, k, _, n) = op.sizes(&a.ty.shape, &b.ty.shape);
    let (ra, rb) = (a.ty.rank() - 2, b.ty.rank() - 2);
    let (outer_a, outer_b) = (&a.ty.shape[..ra], &b.ty.shape[..rb]);
    let (na, nb) = (elements(outer_a), elements(outer_b));
    let transposed = [op.transpose_a, op.transpose_b];
    let (size, batch) = if nb == 1 && !op.transpose_a {
        (
            [na * m, n, k],
            Batch::Even {
                count: 1,
                steps: [0; 3],
            },
        )
    } else if na == nb || na == 1 || nb == 1 {
        let step = |count: usize, size: usize| if count == 1 { 0 } else { size };
        let steps = [step(na, m * k), step(nb, k * n), m * n];
        (
            [m, n, k],
            Batch::Even {
                count: na.max(nb),
                steps,
            },
        )
    } else {
        let outer = broadcast(outer_a, outer_b).unwrap_or_default();
        let start = |shape: &[usize], size: usize, i| place(shape, &outer, i) * size;
        let starts =
            (0..elements(&outer)).map(|i| [start(outer_a, m * k, i), start(outer_b, k * n, i)]);
        ([m, n, k], Batch::Each(starts.collect()))
    };
    let product = Product {
        a,
        b,
        c,
        size,
        transposed,
        batch,
    };
    Ok(call(move |cx| product.run(cx)))
}

/// Which entry of `shape`, broadcast to `outer`, belongs to entry `flat` there.
fn place(shape: &[usize], outer: &[usize], flat: usize) -> usize {
    let (mut rest, mut at, mut stride) = (flat, 0, 1);
    for axis in (0..outer.len()).rev() {
        let index = rest % outer[axis];
        rest /= outer[axis];
        let missing = outer.len() - shape.len();
        if axis >= missing {
            let size = shape[axis - missing];
            at += if size == 1 { 0 } else { index * stride };
            stride *= size;
        }
    }
    at
}
