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
