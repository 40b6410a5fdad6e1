//! Kernels against plain loops over slices.

use std::hint::black_box;

use regimen_cpu::kernels::Cpu;
use regimen_cpu::kernels::gather::{gather_rows, scatter_add_rows};
use regimen_cpu::kernels::gemm::{Gemm, Mat};
use regimen_cpu::kernels::pool::{Pool, PoolGrad, PoolShape, pool, pool_grad};
use regimen_cpu::kernels::random::{Distribution, Stream, fill, philox};
use regimen_cpu::kernels::reduce::{Reduce, reduce};
use regimen_cpu::kernels::scan::{Arg, arg_reduce, cumulative_sum};
use regimen_cpu::kernels::strided::permute;
use regimen_cpu::kernels::window::Axis;
use regimen_cpu::simd::Level;
use regimen_cpu::team::Team;

use crate::{Line, noise};

/// Hands every line to `each`.
pub(crate) fn lines(each: &mut dyn FnMut(Line<'_>)) {
    let team = Team::new(1);
    let cpu = Cpu {
        level: Level::detect(),
        team: &team,
    };
    products(cpu, each);
    reductions(cpu, each);
    windows(cpu, each);
    moves(cpu, each);
    draws(cpu, each);
}

/// C (m, n) = A (m, k) B (k, n) by rows: the innermost loop runs along memory.
#[inline(never)]
fn product_by_rows([m, n, k]: [usize; 3], a: &[f32], b: &[f32], c: &mut [f32]) {
    for i in 0..m {
        let row = &mut c[i * n..][..n];
        row.fill(0.0);
        for p in 0..k {
            let factor = a[i * k + p];
            let b = &b[p * n..][..n];
            row.iter_mut().zip(b).for_each(|(c, b)| *c += factor * b);
        }
    }
}

/// C (m, n) = Aᵀ B, where A is (k, m).
#[inline(never)]
fn product_of_turned([m, n, k]: [usize; 3], a: &[f32], b: &[f32], c: &mut [f32]) {
    c.fill(0.0);
    for p in 0..k {
        let b = &b[p * n..][..n];
        for i in 0..m {
            let factor = a[p * m + i];
            let row = &mut c[i * n..][..n];
            row.iter_mut().zip(b).for_each(|(c, b)| *c += factor * b);
        }
    }
}

fn products(cpu: Cpu<'_>, each: &mut dyn FnMut(Line<'_>)) {
    let list = [
        ("product 200 x 64 by 64 x 16", [200, 16, 64], false),
        ("product 32 x 128 by 128 x 512", [32, 512, 128], false),
        ("product 512 x 512 by 512 x 512", [512, 512, 512], false),
        (
            "product (2560 x 128)ᵀ by 2560 x 128",
            [128, 128, 2560],
            true,
        ),
        ("product 1 x 1024 by (1024 x 1024)ᵀ", [1, 1024, 1024], false),
    ];
    for (what, [m, n, k], turned) in list {
        let (a, b) = (noise(m * k, 1), noise(k * n, 2));
        let [mut c, mut d] = [0; 2].map(|_| vec![0.0; m * n]);
        let dot = m == 1;
        let left = match turned {
            true => Mat::transposed(&a, m),
            false => Mat::new(&a, k),
        };
        let right = match dot {
            true => Mat::transposed(&b, k),
            false => Mat::new(&b, n),
        };
        let plain: Box<dyn FnMut() + '_> = match (turned, dot) {
            (true, _) => Box::new(|| product_of_turned([m, n, k], &a, &b, black_box(&mut d))),
            (_, true) => Box::new(|| dots(&a, &b, black_box(&mut d))),
            _ => Box::new(|| product_by_rows([m, n, k], &a, &b, black_box(&mut d))),
        };
        each(Line {
            what,
            back: false,
            plain: "loops",
            run_plain: plain,
            run: Box::new(|| Gemm::new(m, n, k, left, right).run(cpu, black_box(&mut c), n)),
        });
    }
}

/// One vector with many rows.
#[inline(never)]
fn dots(a: &[f32], rows: &[f32], out: &mut [f32]) {
    for (row, to) in rows.chunks_exact(a.len()).zip(out) {
        *to = row.iter().zip(a).map(|(x, y)| x * y).sum();
    }
}

fn reductions(cpu: Cpu<'_>, each: &mut dyn FnMut(Line<'_>)) {
    let x = noise(6400 * 512, 1);
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; 6400]);
    let list = [
        ("sum of 6400 rows of 512", Reduce::Sum, [6400, 512, 1]),
        (
            "sum over 6400 rows of 32, by column",
            Reduce::Sum,
            [1, 6400, 32],
        ),
        ("largest of 6400 rows of 5", Reduce::Max, [6400, 5, 1]),
    ];
    for (what, kind, view) in list {
        let [outer, axis, inner] = view;
        let (x, count) = (&x[..outer * axis * inner], outer * inner);
        each(Line {
            what,
            back: false,
            plain: "loops",
            run_plain: Box::new(|| fold(kind, view, x, black_box(&mut z[..count]))),
            run: Box::new(|| reduce(cpu, kind, x, view, black_box(&mut y[..count]))),
        });
    }
    for (what, axis) in [
        ("place of the largest of 6400 rows of 5", 5),
        ("place of the largest of 6400 rows of 40", 40),
    ] {
        let x = &x[..6400 * axis];
        let [mut y, mut z] = [0; 2].map(|_| vec![0; 6400]);
        each(Line {
            what,
            back: false,
            plain: "loops",
            run_plain: Box::new(|| largest(x, axis, black_box(&mut z))),
            run: Box::new(|| arg_reduce(cpu, Arg::Max, x, [6400, axis, 1], black_box(&mut y))),
        });
    }
    let x = &x[..64_000];
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; 64_000]);
    each(Line {
        what: "running sums along 64 x 1000",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| running(x, 1000, black_box(&mut z))),
        run: Box::new(|| cumulative_sum(cpu, x, [64, 1000, 1], false, false, black_box(&mut y))),
    });
}

#[inline(never)]
fn fold(kind: Reduce, [outer, axis, inner]: [usize; 3], x: &[f32], y: &mut [f32]) {
    let sums = kind == Reduce::Sum;
    if inner == 1 {
        for (row, to) in x.chunks_exact(axis).zip(y) {
            *to = match sums {
                true => row.iter().sum(),
                false => row.iter().fold(f32::NEG_INFINITY, |a, b| a.max(*b)),
            };
        }
        return;
    }
    for o in 0..outer {
        let x = &x[o * axis * inner..][..axis * inner];
        let y = &mut y[o * inner..][..inner];
        y.fill(0.0);
        for row in x.chunks_exact(inner) {
            y.iter_mut().zip(row).for_each(|(y, x)| *y += x);
        }
    }
}

#[inline(never)]
fn largest(x: &[f32], axis: usize, y: &mut [i32]) {
    for (row, to) in x.chunks_exact(axis).zip(y) {
        let mut best = 0;
        for (i, v) in row.iter().enumerate() {
            if *v > row[best] {
                best = i;
            }
        }
        *to = best as i32;
    }
}

#[inline(never)]
fn running(x: &[f32], axis: usize, y: &mut [f32]) {
    for (row, to) in x.chunks_exact(axis).zip(y.chunks_exact_mut(axis)) {
        let mut sum = 0.0;
        for (x, y) in row.iter().zip(to) {
            sum += x;
            *y = sum;
        }
    }
}

/// Largest of 2 x 2 cells, and where it was.
#[inline(never)]
fn largest_of_four([b, h, w, c]: [usize; 4], x: &[f32], y: &mut [f32]) {
    let at = |n, i, j, k| ((n * h + i) * w + j) * c + k;
    let mut out = y.iter_mut();
    for n in 0..b {
        for i in 0..h / 2 {
            for j in 0..w / 2 {
                for (k, y) in (0..c).zip(&mut out) {
                    let cell = |di, dj| x[at(n, 2 * i + di, 2 * j + dj, k)];
                    *y = cell(0, 0).max(cell(0, 1)).max(cell(1, 0)).max(cell(1, 1));
                }
            }
        }
    }
}

#[inline(never)]
fn back_to_four([b, h, w, c]: [usize; 4], x: &[f32], dy: &[f32], dx: &mut [f32]) {
    dx.fill(0.0);
    let at = |n, i, j, k| ((n * h + i) * w + j) * c + k;
    let mut given = dy.iter();
    for n in 0..b {
        for i in 0..h / 2 {
            for j in 0..w / 2 {
                for (k, d) in (0..c).zip(&mut given) {
                    let mut best = at(n, 2 * i, 2 * j, k);
                    for (di, dj) in [(0, 1), (1, 0), (1, 1)] {
                        let cell = at(n, 2 * i + di, 2 * j + dj, k);
                        if x[cell] > x[best] {
                            best = cell;
                        }
                    }
                    dx[best] += d;
                }
            }
        }
    }
}

fn windows(cpu: Cpu<'_>, each: &mut dyn FnMut(Line<'_>)) {
    let dims = [32, 26, 26, 32];
    let axis = Axis::new(26, 2, 2, 1, (0, 0));
    let shape = PoolShape::new(32, 32, &[axis, axis]);
    let x = noise(dims.iter().product(), 1);
    let dy = noise(32 * 13 * 13 * 32, 2);
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; dy.len()]);
    each(Line {
        what: "pooling of the largest, 32 x 26 x 26 x 32 by 2 x 2",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| largest_of_four(dims, &x, black_box(&mut z))),
        run: Box::new(|| pool(cpu, &shape, Pool::Max, &x, black_box(&mut y))),
    });
    let [mut dx, mut dz] = [0; 2].map(|_| vec![0.0; x.len()]);
    each(Line {
        what: "its gradient",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| back_to_four(dims, &x, &dy, black_box(&mut dz))),
        run: Box::new(|| pool_grad(cpu, &shape, PoolGrad::Max, &x, &dy, black_box(&mut dx))),
    });
}

fn moves(cpu: Cpu<'_>, each: &mut dyn FnMut(Line<'_>)) {
    let (rows, width) = (150_000, 100);
    let table = noise(rows * width, 1);
    let ids: Vec<i32> = (0..5000).map(|i| i * 7919 % rows as i32).collect();
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; ids.len() * width]);
    each(Line {
        what: "5000 rows of 100 by id, of 150,000",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| rows_by_id(&table, width, &ids, black_box(&mut z))),
        run: Box::new(|| gather_rows(cpu, &table, width, &ids, 0.0, black_box(&mut y))),
    });
    let updates = noise(ids.len() * width, 2);
    let few: Vec<i32> = ids.iter().map(|id| id % 2000).collect();
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; 2000 * width]);
    each(Line {
        what: "5000 rows of 100 added to 2000 by id",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| add_by_id(&updates, width, &few, black_box(&mut z))),
        run: Box::new(|| scatter_add_rows(cpu, &few, &updates, width, black_box(&mut y))),
    });
    for (what, shape, axes) in [
        ("transpose of 512 x 500", [1, 512, 500, 1], [0, 2, 1, 3]),
        (
            "axes 32 x 200 x 2 x 32 to 32 x 2 x 200 x 32",
            [32, 200, 2, 32],
            [0, 2, 1, 3],
        ),
    ] {
        let x = &table[..shape.iter().product()];
        let [mut y, mut z] = [0; 2].map(|_| vec![0.0; x.len()]);
        each(Line {
            what,
            back: false,
            plain: "loops",
            run_plain: Box::new(|| middle_turned(x, shape, black_box(&mut z))),
            run: Box::new(|| permute(cpu, x, &shape, &axes, black_box(&mut y))),
        });
    }
}

#[inline(never)]
fn rows_by_id(table: &[f32], width: usize, ids: &[i32], out: &mut [f32]) {
    for (id, to) in ids.iter().zip(out.chunks_exact_mut(width)) {
        to.copy_from_slice(&table[*id as usize * width..][..width]);
    }
}

#[inline(never)]
fn add_by_id(updates: &[f32], width: usize, ids: &[i32], out: &mut [f32]) {
    out.fill(0.0);
    for (id, row) in ids.iter().zip(updates.chunks_exact(width)) {
        let to = &mut out[*id as usize * width..][..width];
        to.iter_mut().zip(row).for_each(|(to, x)| *to += x);
    }
}

/// (a, b, c, d) to (a, c, b, d).
#[inline(never)]
fn middle_turned(x: &[f32], [a, b, c, d]: [usize; 4], y: &mut [f32]) {
    for i in 0..a {
        for j in 0..b {
            for k in 0..c {
                let from = &x[((i * b + j) * c + k) * d..][..d];
                y[((i * c + k) * b + j) * d..][..d].copy_from_slice(from);
            }
        }
    }
}

fn draws(cpu: Cpu<'_>, each: &mut dyn FnMut(Line<'_>)) {
    let [mut y, mut z] = [0; 2].map(|_| vec![0.0; 100_000]);
    let stream = Stream {
        key: [7, 1],
        upper: [0; 3],
    };
    each(Line {
        what: "100,000 uniform numbers",
        back: false,
        plain: "loops",
        run_plain: Box::new(|| uniform(black_box(&mut z))),
        run: Box::new(|| fill(cpu, stream, Distribution::Uniform, 0, black_box(&mut y))),
    });
}

#[inline(never)]
fn uniform(out: &mut [f32]) {
    for (i, four) in out.chunks_mut(4).enumerate() {
        let words = philox([i as u32, 0, 0, 0], [7, 1]);
        for (to, word) in four.iter_mut().zip(words) {
            *to = (word >> 8) as f32 / (1 << 24) as f32;
        }
    }
}
