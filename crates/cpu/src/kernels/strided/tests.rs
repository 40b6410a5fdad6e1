//! Copies of every kind against plain index arithmetic.

use super::*;
use crate::kernels::on_every_cpu;
use crate::team::Team;

fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    let count: usize = shape.iter().product();
    let index = |mut flat: usize| {
        let mut at: Vec<usize> = shape
            .iter()
            .rev()
            .map(|&n| (flat % n, flat /= n).0)
            .collect();
        at.reverse();
        at
    };
    (0..count).map(index).collect()
}

fn flat(index: &[usize], shape: &[usize]) -> usize {
    index.iter().zip(shape).fold(0, |at, (i, n)| at * n + i)
}

fn check_permute<T: Copy + Send + Sync + PartialEq + std::fmt::Debug>(
    shape: &[usize],
    axes: &[usize],
    of: fn(usize) -> T,
) {
    let src: Vec<T> = (0..shape.iter().product()).map(of).collect();
    let sizes: Vec<usize> = axes.iter().map(|&a| shape[a]).collect();
    let mut exact = src.clone();
    for index in indices(shape) {
        let moved: Vec<usize> = axes.iter().map(|&a| index[a]).collect();
        exact[flat(&moved, &sizes)] = src[flat(&index, shape)];
    }
    let run = |cpu: Cpu<'_>| {
        let mut dst = vec![of(0); src.len()];
        permute(cpu, &src, shape, axes, &mut dst);
        dst
    };
    on_every_cpu(run, |level, dst| {
        assert!(dst == &exact, "{shape:?} {axes:?} {level:?}")
    });
}

#[test]
fn every_order_of_axes() {
    let orders = [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [0, 2, 1, 3],
        [0, 1, 3, 2],
        [1, 0, 2, 3],
        [2, 3, 0, 1],
        [3, 0, 1, 2],
    ];
    for axes in orders {
        for shape in [[2, 3, 4, 5], [1, 20, 17, 3], [3, 1, 33, 40]] {
            check_permute(&shape, &axes, |i| i as f32);
            check_permute(&shape, &axes, |i| i as u8);
            check_permute(&shape, &axes, |i| i as u64);
        }
    }
    for shape in [[300, 170], [1, 9], [65, 64], [3, 20_000], [20_000, 3]] {
        check_permute(&shape, &[1, 0], |i| 0x7f80_0000 + i as i32);
        check_permute(&shape, &[0, 1], |i| i as i32);
    }
    check_permute(&[], &[], |i| i as f32);
}

#[test]
fn slices_reversed_padded_and_repeated() {
    let src: Vec<i32> = (0..60).collect();
    let run = |cpu: Cpu<'_>| {
        let mut dst = vec![-1; 100];
        // Rows 4, 2, 0 of (6, 10), columns 8, 5, 2, into rows of 7 from place 3.
        let from = Strided {
            offset: 48,
            strides: &[-20, -3],
        };
        copy_strided(
            cpu,
            &[3, 3],
            (&src, from),
            (
                &mut dst,
                Strided {
                    offset: 3,
                    strides: &[7, 1],
                },
            ),
        );
        // One row repeated.
        let once = Strided {
            offset: 10,
            strides: &[0, 1],
        };
        copy_strided(
            cpu,
            &[2, 4],
            (&src, once),
            (
                &mut dst,
                Strided {
                    offset: 50,
                    strides: &[4, 1],
                },
            ),
        );
        copy_strided(
            cpu,
            &[2, 0],
            (&src, once),
            (
                &mut dst,
                Strided {
                    offset: 999,
                    strides: &[4, 1],
                },
            ),
        );
        dst
    };
    on_every_cpu(run, |_, dst| {
        assert_eq!(
            dst[..24],
            [
                -1, -1, -1, 48, 45, 42, -1, -1, -1, -1, 28, 25, 22, -1, -1, -1, -1, 8, 5, 2, -1,
                -1, -1, -1
            ]
        );
        assert_eq!(dst[50..59], [10, 11, 12, 13, 10, 11, 12, 13, -1]);
    });
}

#[test]
#[should_panic(expected = "leaves its slice")]
fn a_view_outside_its_slice_is_refused() {
    let team = Team::new(1);
    let cpu = Cpu {
        level: Level::detect(),
        team: &team,
    };
    let view = Strided {
        offset: 0,
        strides: &[-1],
    };
    copy_strided(
        cpu,
        &[2],
        (&[1, 2], view),
        (
            &mut [0, 0],
            Strided {
                offset: 0,
                strides: &[1],
            },
        ),
    );
}
