//! Products of every form against plain f64 loops, at every level, with one to three threads.

use super::*;
use crate::kernels::{assert_close, noise, on_every_cpu};
use crate::simd::Level;

struct Case {
    m: usize,
    n: usize,
    k: usize,
    ta: bool,
    tb: bool,
    accumulate: bool,
    bias: bool,
    act: Act,
    keep: bool,
    batch: usize,
    slack: usize,
}

fn case(m: usize, n: usize, k: usize) -> Case {
    Case {
        m,
        n,
        k,
        ta: false,
        tb: false,
        accumulate: false,
        bias: false,
        act: Act::None,
        keep: false,
        batch: 1,
        slack: 0,
    }
}

fn check(case: &Case) {
    let &Case {
        m,
        n,
        k,
        ta,
        tb,
        accumulate,
        bias,
        act,
        keep,
        batch,
        slack,
    } = case;
    let what = format!(
        "{batch} x {m}x{n}x{k} ta={ta} tb={tb} acc={accumulate} bias={bias} {act:?} keep={keep} slack={slack}"
    );
    let (lda, ldb, ldc) = (
        if ta { m } else { k } + slack,
        if tb { n.max(k) } else { n } + slack,
        n + slack,
    );
    let a = noise(batch * lda * if ta { k } else { m }, 1);
    let b = noise(batch * ldb * if tb { n } else { k }, 2);
    let c0 = noise(batch * m * ldc, 3);
    let row = noise(n, 4);
    let kept = noise(m * (n + 2 * slack), 5);
    let steps = [a.len() / batch, b.len() / batch, c0.len() / batch];
    let at = |x: &[f32], t: bool, ld: usize, i: usize, j: usize| {
        f64::from(if t { x[j * ld + i] } else { x[i * ld + j] })
    };
    let mut exact: Vec<f64> = c0.iter().map(|&x| f64::from(x)).collect();
    for item in 0..batch {
        let (a, b) = (&a[item * steps[0]..], &b[item * steps[1]..]);
        for i in 0..m {
            for j in 0..n {
                let c = &mut exact[item * steps[2] + i * ldc + j];
                let dot: f64 = (0..k)
                    .map(|p| at(a, ta, lda, i, p) * at(b, tb, ldb, p, j))
                    .sum();
                let x = dot
                    + if accumulate { *c } else { 0.0 }
                    + if bias { f64::from(row[j]) } else { 0.0 };
                *c = match act {
                    Act::None => x,
                    Act::Relu => x.max(0.0),
                    Act::Sigmoid => 1.0 / (1.0 + (-x).exp()),
                    Act::Tanh => x.tanh(),
                };
                if keep && kept[i * (n + 2 * slack) + j] <= 0.0 {
                    *c = 0.0;
                }
            }
        }
    }
    let run = |cpu: Cpu<'_>| {
        let mut c = c0.clone();
        let a = if ta {
            Mat::transposed(&a, lda)
        } else {
            Mat::new(&a, lda)
        };
        let b = if tb {
            Mat::transposed(&b, ldb)
        } else {
            Mat::new(&b, ldb)
        };
        let epilogue = Epilogue {
            bias: bias.then_some(&row[..]),
            act,
            keep: keep.then(|| Mat::new(&kept, n + 2 * slack)),
        };
        Gemm::new(m, n, k, a, b)
            .accumulate(accumulate)
            .epilogue(epilogue)
            .batch(batch, steps)
            .run(cpu, &mut c, ldc);
        c
    };
    on_every_cpu(run, |level, c| {
        assert_close(c, &exact, 2e-5, &format!("{what} at {level:?}"))
    });
}

#[test]
fn all_forms_and_sizes() {
    let sizes = [
        (1, 1, 1),
        (1, 7, 33),
        (5, 1, 40),
        (3, 5, 2),
        (13, 17, 19),
        (16, 16, 16),
        (31, 33, 300),
        (60, 64, 64),
    ];
    for (m, n, k) in sizes {
        for bits in 0..8u32 {
            let (ta, tb, accumulate) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
            check(&Case {
                ta,
                tb,
                accumulate,
                slack: (bits as usize % 3) * 5,
                ..case(m, n, k)
            });
        }
    }
}

#[test]
fn tall_products_with_a_transposed_left() {
    for (m, n, k) in [
        (200, 32, 200),
        (512, 16, 70),
        (517, 64, 300),
        (1024, 48, 128),
    ] {
        for (tb, slack) in [(false, 0), (true, 3)] {
            check(&Case {
                ta: true,
                tb,
                slack,
                batch: 2,
                ..case(m, n, k)
            });
        }
    }
}

#[test]
fn every_number_of_rows_and_columns() {
    for m in 1..30 {
        check(&Case {
            bias: true,
            ..case(m, 35, 9)
        });
        check(&Case {
            ta: true,
            ..case(m, 20, 9)
        });
        check(&case(20, m, 9));
    }
    (30..70).step_by(3).for_each(|n| {
        check(&Case {
            tb: true,
            ..case(9, n, 11)
        })
    });
}

#[test]
fn tiles_and_parts() {
    check(&case(300, 290, 520));
    check(&Case {
        ta: true,
        tb: true,
        ..case(260, 70, 300)
    });
    check(&Case {
        ta: true,
        bias: true,
        act: Act::Relu,
        ..case(40, 30, 5000)
    });
    check(&Case {
        ta: true,
        accumulate: true,
        ..case(9, 32, 9000)
    });
    check(&Case {
        tb: true,
        bias: true,
        ..case(1, 500, 700)
    });
    check(&Case {
        accumulate: true,
        bias: true,
        act: Act::Tanh,
        slack: 3,
        ..case(700, 1, 500)
    });
}

#[test]
fn epilogues() {
    for act in [Act::None, Act::Relu, Act::Sigmoid, Act::Tanh] {
        for (bias, accumulate) in [(false, false), (true, false), (false, true), (true, true)] {
            for keep in [false, true] {
                check(&Case {
                    bias,
                    accumulate,
                    act,
                    keep,
                    slack: 2,
                    ..case(70, 45, 300)
                });
            }
        }
    }
}

#[test]
fn products_of_every_kind_are_kept() {
    // Tiles, dot products both ways, few outputs over a deep k, none of k, one number.
    for (m, n, k) in [
        (300, 290, 40),
        (1, 50, 70),
        (60, 1, 70),
        (40, 30, 5000),
        (5, 6, 0),
        (1, 1, 1),
    ] {
        for (bias, slack) in [(false, 0), (true, 3)] {
            check(&Case {
                keep: true,
                bias,
                slack,
                ..case(m, n, k)
            });
        }
    }
}

#[test]
#[should_panic(expected = "a batch")]
fn a_batch_is_not_kept() {
    let team = crate::team::Team::new(1);
    let cpu = Cpu {
        level: crate::simd::Level::detect(),
        team: &team,
    };
    let keep = Some(Mat::new(&[1.0; 2], 1));
    let epilogue = Epilogue {
        keep,
        ..Epilogue::default()
    };
    let (a, b) = (Mat::new(&[1.0; 2], 1), Mat::new(&[1.0; 2], 1));
    let gemm = Gemm::new(1, 1, 1, a, b).batch(2, [1, 1, 1]);
    gemm.epilogue(epilogue).run(cpu, &mut [0.0; 2], 1);
}

#[test]
fn a_deep_k_is_cut_over_several_tiles() {
    for ta in [false, true] {
        check(&Case {
            ta,
            ..case(128, 128, 2560)
        });
        check(&Case {
            ta,
            tb: true,
            bias: true,
            act: Act::Relu,
            slack: 3,
            ..case(300, 270, 2100)
        });
    }
    check(&Case {
        ta: true,
        accumulate: true,
        keep: true,
        slack: 1,
        ..case(130, 100, 2300)
    });
}

#[test]
fn what_is_worth_a_task_is_cut_in_two() {
    for (size, turned, tile) in [
        ([64, 64, 64], false, [64, 32]),
        ([64, 64, 64], true, [64, 32]),
        ([128, 32, 64], false, [72, 32]),
        ([96, 64, 64], false, [96, 32]),
        ([32, 64, 100], false, [32, 64]),
    ] {
        let cut = cut::Cut::of(size, 1, turned, Level::Avx2);
        assert_eq!([cut.rows, cut.cols], tile, "{size:?} {turned}");
    }
}

#[test]
fn cuts_cover_the_outputs_within_bounds() {
    for m in [1, 7, 64, 100, 128, 250, 700, 2000] {
        for n in [1, 5, 32, 64, 130, 256, 900] {
            for k in [1, 64, 700, 2048, 2600, 9000] {
                for (turned, level) in [(false, Level::Avx2), (true, Level::Avx512)] {
                    let cut = cut::Cut::of([m, n, k], 1, turned, level);
                    let what = format!("{m} x {n} x {k}: {cut:?}");
                    assert!(cut.rows > 0 && cut.cols > 0 && cut.parts > 0, "{what}");
                    assert!(
                        cut.parts == 1 || k >= 2048 && cut.parts * 512 <= k,
                        "{what}"
                    );
                    assert!(cut.parts == 1 || cut.parts * m * n <= 1 << 19, "{what}");
                }
            }
        }
    }
}

#[test]
fn batches() {
    check(&Case {
        batch: 5,
        tb: true,
        slack: 1,
        ..case(20, 20, 16)
    });
    check(&Case {
        batch: 3,
        ta: true,
        bias: true,
        ..case(100, 65, 80)
    });
}

#[test]
fn an_empty_k_leaves_bias_or_c() {
    for accumulate in [false, true] {
        check(&Case {
            accumulate,
            bias: true,
            ..case(3, 5, 0)
        });
    }
    check(&case(3, 0, 5));
}

#[test]
#[should_panic(expected = "too short")]
fn a_short_slice_is_refused() {
    let team = crate::team::Team::new(1);
    let cpu = Cpu {
        level: crate::simd::Level::detect(),
        team: &team,
    };
    Gemm::new(2, 2, 2, Mat::new(&[0.0; 3], 2), Mat::new(&[0.0; 4], 2)).run(cpu, &mut [0.0; 4], 2);
}
