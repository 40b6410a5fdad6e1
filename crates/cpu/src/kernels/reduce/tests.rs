//! Every kind and view against plain f64 loops, at every level, with one to three threads.

use super::*;
use crate::kernels::{assert_close, noise, on_every_cpu};

#[test]
fn every_kind_and_view() {
    let views = [
        [1, 1, 1],
        [3, 7, 1],
        [37, 9, 1],
        [700, 20, 1],
        [20, 31, 1],
        [19, 64, 1],
        [2, 100_000, 1],
        [5, 200, 3],
        [1, 5000, 33],
        [2, 3, 9000],
        [40, 70, 16],
        [2, 0, 3],
    ];
    for view in views {
        let [outer, axis, inner] = view;
        let x: Vec<f32> = noise(outer * axis * inner, 1)
            .iter()
            .map(|v| v * 0.1 + 1.0)
            .collect();
        for kind in [Reduce::Sum, Reduce::Prod, Reduce::Max, Reduce::Min] {
            if kind == Reduce::Prod && axis > 1000 {
                continue;
            }
            let fold = |o: usize, j: usize| {
                let cells = (0..axis).map(|a| f64::from(x[(o * axis + a) * inner + j]));
                match kind {
                    Reduce::Sum => cells.sum(),
                    Reduce::Prod => cells.product(),
                    Reduce::Max => cells.fold(f64::NEG_INFINITY, f64::max),
                    Reduce::Min => cells.fold(f64::INFINITY, f64::min),
                }
            };
            let exact: Vec<f64> = (0..outer * inner)
                .map(|i| fold(i / inner, i % inner))
                .collect();
            let run = |cpu: Cpu<'_>| {
                let mut y = vec![f32::NAN; outer * inner];
                reduce(cpu, kind, &x, view, &mut y);
                y
            };
            on_every_cpu(run, |level, y| {
                if axis == 0 {
                    assert!(y.iter().zip(&exact).all(|(a, b)| f64::from(*a) == *b));
                } else {
                    assert_close(y, &exact, 5e-6, &format!("{kind:?} {view:?} {level:?}"));
                }
            });
        }
    }
}

#[test]
fn nan_is_seen() {
    for (at, view) in [(0, [1, 100, 1]), (99, [1, 100, 1]), (57, [1, 10, 10])] {
        let mut x = noise(100, 1);
        x[at] = f32::NAN;
        for kind in [Reduce::Sum, Reduce::Prod, Reduce::Max, Reduce::Min] {
            let run = |cpu: Cpu<'_>| {
                let mut y = vec![0.0; view[2]];
                reduce(cpu, kind, &x, view, &mut y);
                y.iter().filter(|v| v.is_nan()).count()
            };
            on_every_cpu(run, |level, &nans| {
                assert_eq!(nans, 1, "{kind:?} {level:?}")
            });
        }
    }
}

#[test]
fn nan_is_seen_in_the_row_that_has_it() {
    for axis in [1, 5, 8, 20, 31] {
        for at in 0..11 * axis {
            let mut x = noise(11 * axis, 1);
            x[at] = f32::NAN;
            for kind in [Reduce::Sum, Reduce::Max, Reduce::Min] {
                let run = |cpu: Cpu<'_>| {
                    let mut y = vec![0.0; 11];
                    reduce(cpu, kind, &x, [11, axis, 1], &mut y);
                    y.iter().map(|v| v.is_nan()).collect::<Vec<_>>()
                };
                on_every_cpu(run, |level, nans| {
                    let expected: Vec<bool> = (0..11).map(|row| row == at / axis).collect();
                    assert_eq!(*nans, expected, "{kind:?} {level:?} {axis} {at}");
                });
            }
        }
    }
}
