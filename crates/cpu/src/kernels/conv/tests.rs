//! Convolution and its gradients against plain f64 loops.

use super::*;
use crate::kernels::gemm::Act;
use crate::kernels::{assert_close, noise, on_every_cpu};

/// Visits every product: places in x, kernel and y.
fn products(s: &ConvShape, mut visit: impl FnMut(usize, usize, usize)) {
    let [d, h, w] = &s.axes;
    let (cg, og) = (s.channels / s.groups, s.filters / s.groups);
    let cells = |a: &Axis| {
        (0..a.output)
            .flat_map(|o| (0..a.kernel).map(move |k| (o, k)))
            .collect::<Vec<_>>()
    };
    for b in 0..s.batch {
        for (oz, kz) in cells(d) {
            for (oy, ky) in cells(h) {
                for (ox, kx) in cells(w) {
                    let at = (d.cell(oz, kz), h.cell(oy, ky), w.cell(ox, kx));
                    let (Some(z), Some(y), Some(x)) = at else {
                        continue;
                    };
                    let px = ((b * d.input + z) * h.input + y) * w.input + x;
                    let pk = (kz * h.kernel + ky) * w.kernel + kx;
                    let py = ((b * d.output + oz) * h.output + oy) * w.output + ox;
                    for o in 0..s.filters {
                        for c in 0..cg {
                            let channel = o / og * cg + c;
                            visit(
                                px * s.channels + channel,
                                (pk * cg + c) * s.filters + o,
                                py * s.filters + o,
                            );
                        }
                    }
                }
            }
        }
    }
}

fn check(shape: &ConvShape) {
    let (x, k) = (noise(shape.input_len(), 1), noise(shape.kernel_len(), 2));
    let (dy, bias) = (noise(shape.output_len(), 3), noise(shape.filters, 4));
    let mut y: Vec<f64> = (0..shape.output_len())
        .map(|i| f64::from(bias[i % shape.filters]))
        .collect();
    let (mut dx, mut dk) = (vec![0.0; x.len()], vec![0.0; k.len()]);
    products(shape, |ix, ik, iy| {
        let (xv, kv, gv) = (f64::from(x[ix]), f64::from(k[ik]), f64::from(dy[iy]));
        y[iy] += xv * kv;
        dx[ix] += gv * kv;
        dk[ik] += gv * xv;
    });
    let relu: Vec<f64> = y.iter().map(|v| v.max(0.0)).collect();
    let forward = |act: Act| {
        let (x, k, bias) = (&x, &k, &bias);
        move |cpu: Cpu<'_>| {
            let mut y = vec![f32::NAN; shape.output_len()];
            conv(
                cpu,
                shape,
                x,
                k,
                Epilogue {
                    bias: Some(bias),
                    act,
                    ..Epilogue::default()
                },
                &mut y,
            );
            y
        }
    };
    on_every_cpu(forward(Act::None), |level, got| {
        assert_close(got, &y, 1e-5, &format!("y {shape:?} {level:?}"))
    });
    on_every_cpu(forward(Act::Relu), |level, got| {
        assert_close(got, &relu, 1e-5, &format!("relu {shape:?} {level:?}"))
    });
    let input_grad = |cpu: Cpu<'_>| {
        let mut dx = vec![f32::NAN; x.len()];
        conv_input_grad(cpu, shape, &k, &dy, &mut dx);
        dx
    };
    on_every_cpu(input_grad, |level, got| {
        assert_close(got, &dx, 1e-5, &format!("dx {shape:?} {level:?}"))
    });
    let kernel_grad = |cpu: Cpu<'_>| {
        let mut dk = vec![f32::NAN; k.len()];
        conv_kernel_grad(cpu, shape, &x, &dy, &mut dk);
        dk
    };
    on_every_cpu(kernel_grad, |level, got| {
        assert_close(got, &dk, 1e-5, &format!("dk {shape:?} {level:?}"))
    });
}

#[test]
fn one_axis() {
    let axis = |stride, dilation, pad| Axis::new(23, 4, stride, dilation, pad);
    for (stride, dilation, pad) in [
        (1, 1, (0, 0)),
        (1, 1, (1, 2)),
        (2, 1, (1, 2)),
        (3, 1, (0, 0)),
        (1, 2, (6, 0)),
        (1, 3, (4, 5)),
        (1, 1, (9, 9)),
    ] {
        check(&ConvShape::new(3, 5, 7, 1, &[axis(stride, dilation, pad)]));
        check(&ConvShape::new(2, 6, 4, 2, &[axis(stride, dilation, pad)]));
    }
    check(&ConvShape::new(
        4,
        20,
        32,
        1,
        &[Axis::new(100, 8, 1, 1, (0, 0))],
    ));
    check(&ConvShape::new(
        4,
        10,
        3,
        1,
        &[Axis::new(40, 1, 1, 1, (0, 0))],
    ));
    check(&ConvShape::new(
        1,
        1,
        1,
        1,
        &[Axis::new(2, 5, 1, 1, (2, 2))],
    ));
}

#[test]
fn two_axes() {
    for (stride, dilation, groups) in [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 4), (2, 1, 2)] {
        let axes = [
            Axis::new(9, 3, stride, dilation, (1, 1)),
            Axis::new(11, 3, stride, dilation, (2, 0)),
        ];
        check(&ConvShape::new(2, 8, 12, groups, &axes));
    }
    check(&ConvShape::new(
        2,
        1,
        8,
        1,
        &[
            Axis::new(28, 3, 1, 1, (0, 0)),
            Axis::new(28, 3, 1, 1, (0, 0)),
        ],
    ));
    check(&ConvShape::new(
        2,
        7,
        8,
        1,
        &[Axis::new(6, 1, 1, 1, (0, 0)), Axis::new(5, 1, 1, 1, (0, 0))],
    ));
}

#[test]
fn three_axes() {
    let axes = [
        Axis::new(5, 2, 1, 1, (1, 0)),
        Axis::new(6, 3, 2, 1, (1, 1)),
        Axis::new(7, 2, 1, 2, (0, 1)),
    ];
    check(&ConvShape::new(2, 3, 5, 1, &axes));
}

#[test]
fn many_items() {
    let line =
        |input, kernel, stride, dilation, pad| Axis::new(input, kernel, stride, dilation, pad);
    for (batch, channels, filters) in [(13, 1, 32), (7, 3, 20), (27, 5, 7), (6, 2, 17)] {
        let valid = [line(8, 3, 1, 1, (0, 0)), line(9, 3, 1, 1, (0, 0))];
        check(&ConvShape::new(batch, channels, filters, 1, &valid));
        let same = [line(5, 3, 1, 1, (1, 1)), line(4, 4, 1, 1, (1, 2))];
        check(&ConvShape::new(batch, channels, filters, 1, &same));
        let strided = [line(7, 3, 2, 1, (0, 1)), line(9, 2, 3, 1, (1, 0))];
        check(&ConvShape::new(batch, channels, filters, 1, &strided));
        let dilated = [line(9, 3, 1, 2, (2, 1)), line(7, 2, 1, 3, (0, 3))];
        check(&ConvShape::new(batch, channels, filters, 1, &dilated));
        let far = [line(3, 2, 1, 1, (4, 4))];
        check(&ConvShape::new(batch, channels, filters, 1, &far));
    }
    let deep = [
        line(4, 2, 1, 1, (1, 0)),
        line(5, 3, 2, 1, (1, 1)),
        line(4, 2, 1, 2, (0, 1)),
    ];
    check(&ConvShape::new(14, 3, 9, 1, &deep));
}

#[test]
fn many_parts_and_pieces() {
    check(&ConvShape::new(
        3,
        33,
        70,
        1,
        &[Axis::new(300, 5, 1, 1, (2, 2))],
    ));
}

#[test]
#[should_panic(expected = "lengths for")]
fn a_wrong_length_is_refused() {
    let team = crate::team::Team::new(1);
    let cpu = Cpu {
        level: crate::simd::Level::detect(),
        team: &team,
    };
    let shape = ConvShape::new(1, 2, 2, 1, &[Axis::new(4, 2, 1, 1, (0, 0))]);
    conv(
        cpu,
        &shape,
        &[0.0; 7],
        &[0.0; 8],
        Epilogue::default(),
        &mut [0.0; 6],
    );
}

/// Sets all but every `step`th number to zero, some of them to the negative one.
fn thinned(mut dy: Vec<f32>, step: usize) -> Vec<f32> {
    for (i, x) in dy.iter_mut().enumerate().filter(|(i, _)| i % step != 3) {
        *x = if i % 2 == 0 { 0.0 } else { -0.0 };
    }
    dy
}

#[test]
fn gradients_of_few_numbers() {
    let line =
        |input, kernel, stride, dilation, pad| Axis::new(input, kernel, stride, dilation, pad);
    let text = ConvShape::new(9, 20, 33, 1, &[line(60, 8, 1, 1, (0, 0))]);
    let padded = ConvShape::new(9, 24, 32, 1, &[line(90, 5, 2, 2, (3, 4))]);
    let image = [line(17, 3, 1, 1, (1, 1)), line(15, 3, 2, 1, (0, 1))];
    let image = ConvShape::new(6, 16, 40, 1, &image);
    for (shape, step) in [(text, 97), (text, 17), (padded, 61), (image, 50)] {
        let (x, k) = (noise(shape.input_len(), 1), noise(shape.kernel_len(), 2));
        let dy = thinned(noise(shape.output_len(), 3), step);
        let team = crate::team::Team::new(1);
        let cpu = Cpu {
            level: crate::simd::Level::detect(),
            team: &team,
        };
        assert!(sparse::Few::of(cpu, &shape, &dy, &x).is_some(), "{shape:?}");
        let (mut dx, mut dk) = (vec![0.0; x.len()], vec![0.0; k.len()]);
        products(&shape, |ix, ik, iy| {
            dx[ix] += f64::from(dy[iy]) * f64::from(k[ik]);
            dk[ik] += f64::from(dy[iy]) * f64::from(x[ix]);
        });
        let input_grad = |cpu: Cpu<'_>| {
            let mut dx = vec![f32::NAN; x.len()];
            conv_input_grad(cpu, &shape, &k, &dy, &mut dx);
            dx
        };
        on_every_cpu(input_grad, |level, got| {
            assert_close(got, &dx, 1e-5, &format!("dx {shape:?} {level:?}"))
        });
        let kernel_grad = |cpu: Cpu<'_>| {
            let mut dk = vec![f32::NAN; k.len()];
            conv_kernel_grad(cpu, &shape, &x, &dy, &mut dk);
            dk
        };
        on_every_cpu(kernel_grad, |level, got| {
            assert_close(got, &dk, 1e-5, &format!("dk {shape:?} {level:?}"))
        });
    }
}

#[test]
fn zeros_by_what_is_not_finite_are_not_left_out() {
    let shape = ConvShape::new(12, 40, 32, 1, &[Axis::new(64, 5, 1, 1, (0, 0))]);
    let (mut x, mut k) = (noise(shape.input_len(), 1), noise(shape.kernel_len(), 2));
    let mut dy = vec![0.0; shape.output_len()];
    (dy[40], x[1000], k[77]) = (1.0, f32::INFINITY, f32::NAN);
    let run = |cpu: Cpu<'_>| {
        let (mut dx, mut dk) = (vec![0.0; x.len()], vec![0.0; k.len()]);
        conv_input_grad(cpu, &shape, &k, &dy, &mut dx);
        conv_kernel_grad(cpu, &shape, &x, &dy, &mut dk);
        [dx, dk].map(|grad| grad.iter().filter(|v| v.is_nan()).count())
    };
    // NaN in the kernel's row 2 (channel 2 of tap 0): every item's channel 2, where that tap reaches. Infinity in x's cell 25: all five taps.
    on_every_cpu(run, |level, nans| {
        assert_eq!(nans[0], 12 * 60, "dx at {level:?}");
        assert_eq!(nans[1], 5 * 32, "dk at {level:?}");
    });
}

#[test]
fn what_is_not_sparse_runs_dense() {
    let team = crate::team::Team::new(1);
    let cpu = Cpu {
        level: crate::simd::Level::detect(),
        team: &team,
    };
    let shape = ConvShape::new(4, 40, 32, 1, &[Axis::new(64, 5, 1, 1, (0, 0))]);
    let x = noise(shape.input_len(), 1);
    let few = |dy: &[f32]| sparse::Few::of(cpu, &shape, dy, &x).is_some();
    assert!(few(&vec![0.0; shape.output_len()]));
    assert!(few(&thinned(noise(shape.output_len(), 3), 16)));
    assert!(!few(&thinned(noise(shape.output_len(), 3), 15)));
    assert!(!few(&noise(shape.output_len(), 3)));
}
