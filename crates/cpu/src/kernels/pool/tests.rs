//! Windows of every kind against plain loops, at every level, with one to three threads.

use super::*;
use crate::kernels::{assert_close, noise, on_every_cpu};

/// The cells that an output cell sees, by trying every tap.
fn cells_of(shape: &PoolShape, row: usize) -> Vec<usize> {
    let [d, h, w] = &shape.axes;
    let [oy, ox] = [row / w.output % h.output, row % w.output];
    let oz = row / (h.output * w.output);
    let mut cells = vec![];
    for z in (0..d.kernel).filter_map(|tap| d.cell(oz, tap)) {
        for y in (0..h.kernel).filter_map(|tap| h.cell(oy, tap)) {
            let along = (0..w.kernel).filter_map(|tap| w.cell(ox, tap));
            cells.extend(along.map(|x| (z * h.input + y) * w.input + x));
        }
    }
    cells
}

fn check(shape: &PoolShape, x: &[f32]) {
    let (c, cells) = (shape.channels, shape.cells(|a| a.output));
    let dy = noise(shape.output_len(), 2);
    for kind in [Pool::Max, Pool::Sum] {
        let (mut y, mut dx) = (vec![0.0; shape.output_len()], vec![0.0; x.len()]);
        for (i, y) in y.iter_mut().enumerate() {
            let (row, channel) = (i / c, i % c);
            let base = row / cells * shape.cells(|a| a.input);
            let mut seen = cells_of(shape, row % cells);
            seen.iter_mut()
                .for_each(|cell| *cell = (base + *cell) * c + channel);
            let better = |b: usize, a: usize| !x[b].is_nan() && (x[a] > x[b] || x[a].is_nan());
            let winner = seen
                .iter()
                .copied()
                .reduce(|b, a| if better(b, a) { a } else { b })
                .unwrap();
            let targets = if kind == Pool::Max {
                vec![winner]
            } else {
                seen
            };
            *y = targets.iter().map(|&t| f64::from(x[t])).sum();
            targets.iter().for_each(|&t| dx[t] += f64::from(dy[i]));
        }
        let forward = |cpu: Cpu<'_>| {
            let mut y = vec![0.0f32; shape.output_len()];
            pool(cpu, shape, kind, x, &mut y);
            y.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        on_every_cpu(forward, |level, got| {
            for (a, b) in got.iter().map(|&v| f32::from_bits(v)).zip(&y) {
                let same = (a.is_nan() && b.is_nan()) || (f64::from(a) - b).abs() < 1e-5;
                assert!(same, "{kind:?} {level:?} {shape:?}: {a} {b}");
            }
        });
        let kept: Vec<f64> = (dx.iter().zip(x))
            .map(|(d, x)| if *x > 0.0 { *d } else { 0.0 })
            .collect();
        let grads = match kind {
            Pool::Max => vec![(PoolGrad::Max, &dx), (PoolGrad::MaxOfRelu, &kept)],
            Pool::Sum => vec![(PoolGrad::Sum, &dx)],
        };
        for (kind, exact) in grads {
            let backward = |cpu: Cpu<'_>| {
                let mut dx = vec![f32::NAN; x.len()];
                pool_grad(cpu, shape, kind, x, &dy, &mut dx);
                dx
            };
            on_every_cpu(backward, |level, got| {
                assert_close(got, exact, 1e-5, &format!("{kind:?} {level:?}"))
            });
        }
    }
}

#[test]
fn windows_of_one_to_three_axes() {
    let line = Axis::new(17, 3, 2, 1, (1, 1));
    let tight = Axis::new(8, 2, 2, 1, (0, 0));
    // Cells that no window sees, by the stride and at the end.
    let apart = Axis::new(11, 2, 3, 1, (0, 0));
    for axes in [
        &[line][..],
        &[apart, tight],
        &[tight, tight],
        &[line, tight],
        &[tight, line, Axis::new(4, 3, 1, 1, (1, 1))],
    ] {
        for channels in [1, 5, 16, 35] {
            let shape = PoolShape::new(3, channels, axes);
            let mut x = noise(shape.input_len(), 1);
            check(&shape, &x);
            // Ties go to the first, and so does NaN.
            x.iter_mut().for_each(|v| *v = (*v * 2.0).round());
            x[shape.input_len() / 2] = f32::NAN;
            check(&shape, &x);
        }
    }
}

#[test]
fn a_step_leads_to_what_the_next_cell_sees() {
    let axes = [
        Axis::new(4, 3, 1, 1, (1, 1)),
        Axis::new(8, 2, 2, 1, (0, 0)),
        Axis::new(13, 3, 2, 2, (3, 4)),
    ];
    let shape = PoolShape::new(1, 1, &axes);
    let rows = shape.cells(|a| a.output);
    let mut walk = Walk::from(&shape, 0);
    for row in 0..2 * rows {
        let expected = cells_of(&shape, row % rows);
        assert_eq!(*walk.cells, expected, "{row}");
        assert_eq!(*Walk::from(&shape, row % rows).cells, expected, "{row}");
        walk.step();
    }
}
