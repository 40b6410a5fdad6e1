//! Matrix products.

use regimen_graph::ops::MatMul;
use regimen_graph::{EngineError, Type, broadcast, elements};

use super::ending::Ending;
use super::{Array, Spot};
use crate::kernels::gemm::{self, Gemm, Mat};
use crate::launch::{ByRows, Context, Rows, Work};

/// Products of one size: many at fixed distances, or each at its own.
struct Product {
    a: Array,
    b: Array,
    c: Array,
    ending: Ending,
    /// Distance of the rows of A, B and C as they lie in memory.
    rows: [usize; 3],
    /// Rows, columns and depth.
    size: [usize; 3],
    transposed: [bool; 2],
    batch: Batch,
}

enum Batch {
    Even {
        count: usize,
        steps: [usize; 3],
    },
    /// Starts of A and B. Nothing rides along here: tails go to products with one matrix B (`plan/tail.rs`), which are even.
    Each(Vec<[usize; 2]>),
}

impl Product {
    fn mat<'a>(&self, data: &'a [f32], index: usize) -> Mat<'a> {
        match self.transposed[index] {
            false => Mat::new(data, self.rows[index]),
            true => Mat::transposed(data, self.rows[index]),
        }
    }

    fn run(&self, cx: &Context<'_>) {
        let [m, n, k] = self.size;
        let (a, b, c) = (
            self.a.read::<f32>(cx),
            self.b.read::<f32>(cx),
            self.c.write::<f32>(cx),
        );
        let epilogue = self.ending.epilogue(cx, Rows::ALL);
        match &self.batch {
            Batch::Even { count, steps } => {
                let gemm = Gemm::new(m, n, k, self.mat(a, 0), self.mat(b, 1));
                let gemm = gemm.epilogue(epilogue).batch(*count, *steps);
                gemm.run(cx.cpu(), c, self.rows[2]);
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

    /// Some rows of the one product, each with its sums in the order of the whole.
    fn run_rows(&self, cx: &Context<'_>, rows: Rows) {
        let [m, n, k] = self.size;
        let range = rows.part(m);
        // From the first row's first number to the last one's last.
        let reach = |row: usize, width: usize| range.start * row..(range.end - 1) * row + width;
        let a = self.a.read_part(cx, reach(self.rows[0], k));
        let c = self.c.write_part(cx, reach(self.rows[2], n));
        let (a, b) = (self.mat(a, 0), self.mat(self.b.read(cx), 1));
        Gemm::new(range.len(), n, k, a, b)
            .epilogue(self.ending.epilogue(cx, rows))
            .run(cx.cpu(), c, self.rows[2]);
    }
}

impl Work for Product {
    fn run(&mut self, cx: &Context<'_>) {
        Product::run(self, cx);
    }

    fn by_rows(&self) -> Option<&dyn ByRows> {
        let one = matches!(self.batch, Batch::Even { count: 1, .. });
        let apart = one && !self.transposed[0] && gemm::keeps_rows_apart(self.size[2]);
        apart.then_some(self)
    }
}

impl ByRows for Product {
    fn run_rows(&self, cx: &Context<'_>, rows: Rows) {
        Product::run_rows(self, cx, rows);
    }
}

/// An operand: what is read of it in memory, its shape, and the distance of its rows.
struct Matrix {
    data: Array,
    shape: Vec<usize>,
    row: usize,
}

impl Matrix {
    fn of(spot: &Spot<'_>, input: usize) -> Result<Matrix, EngineError> {
        let edge = spot.node().inputs[input];
        let shape = spot.graph.ty(edge).shape.clone();
        let columns = shape[shape.len() - 1];
        let Some((base, row)) = spot.layout.matrix(spot.graph, spot.index, input) else {
            return Ok(Matrix {
                data: spot.input(input),
                shape,
                row: columns,
            });
        };
        let offset = spot.layout.view(edge).offset;
        let place = spot.memory.within(spot.graph, base, offset);
        let place = place.ok_or_else(|| spot.unsupported())?;
        let reach = (elements(&shape) / columns - 1) * row + columns;
        let ty = Type::new(spot.graph.ty(base).dtype, vec![reach]);
        Ok(Matrix {
            data: Array { place, ty },
            shape,
            row,
        })
    }

    /// Sizes of the axes before the matrix.
    fn outer(&self) -> &[usize] {
        &self.shape[..self.shape.len() - 2]
    }
}

pub(super) fn matmul(spot: &Spot<'_>, op: &MatMul) -> Result<Box<dyn Work>, EngineError> {
    let (a, b) = (Matrix::of(spot, 0)?, Matrix::of(spot, 1)?);
    let (c, ending) = spot.product()?;
    let tail = spot.layout.tails.get(&spot.index);
    let columns = tail.and_then(|tail| tail.columns);
    spot.floats(&[&a.data, &b.data, &c])?;
    let (m, k, _, n) = op.sizes(&a.shape, &b.shape);
    let (outer_a, outer_b) = (a.outer(), b.outer());
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
        rows: [a.row, b.row, columns.map_or(n, |part| part.of)],
        a: a.data,
        b: b.data,
        c,
        ending,
        size,
        transposed,
        batch,
    };
    Ok(Box::new(product))
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
