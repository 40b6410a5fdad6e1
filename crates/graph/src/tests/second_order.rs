//! Derivatives of derivatives: a case whose outputs are gradients, checked like any other.

use crate::check::{Case, Feed, check_gradient, floats, ids, within};
use crate::ops::{Conv, Window, WindowKind};
use crate::{Builder, DType, InputKind, Op, Type, Var, grad};

/// Checks the gradient of the gradients of the sum of `f`'s output times `curve`d inputs.
fn check(name: &str, feeds: Vec<Feed>, f: impl Fn(&Builder, &[Var]) -> Var + 'static) {
    let case = Case::many(name, feeds, move |b, x| {
        let y = f(b, x);
        let loss = (&y.square() + &y).sum_all();
        let wrt: Vec<Var> = x.iter().filter(|v| v.dtype().is_float()).cloned().collect();
        grad(&loss, &wrt).unwrap().into_iter().flatten().collect()
    });
    check_gradient(&case).unwrap();
}

#[test]
fn of_elementwise_functions() {
    type Function = fn(&Var) -> Var;
    let list: [(&str, Function); 14] = [
        ("exp", Var::exp),
        ("log", Var::log),
        ("log1p", Var::log1p),
        ("expm1", Var::expm1),
        ("tanh", Var::tanh),
        ("sigmoid", Var::sigmoid),
        ("relu", Var::relu),
        ("softplus", Var::softplus),
        ("sqrt", Var::sqrt),
        ("rsqrt", Var::rsqrt),
        ("recip", Var::recip),
        ("square", Var::square),
        ("erf", Var::erf),
        ("sin", Var::sin),
    ];
    for (name, f) in list {
        check(name, vec![within(&[4], 0.3, 1.4)], move |_, x| f(&x[0]));
    }
    check("pow", vec![within(&[4], 0.3, 1.4), floats(&[4])], |_, x| {
        x[0].pow(&x[1])
    });
    check(
        "div",
        vec![floats(&[4]), within(&[2, 4], 0.3, 1.4)],
        |_, x| &x[0] / &x[1],
    );
}

#[test]
fn of_products_and_reductions() {
    check(
        "matmul",
        vec![floats(&[2, 3, 4]), floats(&[4, 2])],
        |_, x| x[0].matmul(&x[1]),
    );
    check("softmax", vec![floats(&[3, 4])], |_, x| {
        let e = (&x[0] - x[0].max(&[-1], true)).exp();
        &e / e.sum(&[-1], true)
    });
    check("prod", vec![within(&[2, 3], 0.5, 1.5)], |_, x| {
        x[0].prod(&[1], false)
    });
    check("cumsum", vec![floats(&[2, 3])], |_, x| {
        x[0].cumsum(1, true, false)
    });
}

#[test]
fn of_moving_elements() {
    check("sort", vec![floats(&[2, 5])], |_, x| x[0].sort(true).0);
    check("gather", vec![floats(&[5, 2]), ids(&[6], 5)], |_, x| {
        x[0].gather(&x[1])
    });
    check("pad and slice", vec![floats(&[5])], |_, x| {
        x[0].slice_axes(&[0], &[5], &[2]).pad(&[1], &[2], 0.5)
    });
    check("concat", vec![floats(&[2]), floats(&[3])], |_, x| {
        Var::concat(&[&x[0], &x[1], &x[0]], 0)
    });
}

#[test]
fn of_convolution_and_pooling() {
    check(
        "conv",
        vec![floats(&[1, 5, 4]), floats(&[2, 2, 2])],
        |b, x| {
            let op = Conv {
                strides: vec![2],
                dilation: vec![1],
                padding: vec![(1, 0)],
                groups: 2,
            };
            b.apply(Op::Conv(op), &[&x[0], &x[1]]).swap_remove(0)
        },
    );
    for kind in [WindowKind::Max, WindowKind::Sum] {
        check("pooling", vec![floats(&[1, 5, 4, 2])], move |b, x| {
            let op = Window {
                kind,
                size: vec![3, 2],
                strides: vec![2, 1],
                padding: vec![(1, 0), (0, 1)],
            };
            b.apply(Op::Window(op), &[&x[0]]).swap_remove(0)
        });
    }
}

#[test]
fn of_a_scan() {
    check(
        "scan",
        vec![floats(&[2]), floats(&[3, 2]), floats(&[2])],
        |b, x| {
            let body = Builder::new();
            let feed = |name: &str| body.input(name, Type::new(DType::F32, [2]), InputKind::Feed);
            let (h, entry, w) = (feed("h"), feed("entry"), feed("w"));
            let next = (&h * &w + entry).tanh();
            let body = body
                .finish(&[("h", next.clone()), ("shown", next.square())], &[])
                .unwrap();
            let out = b.scan(body, (3, false), &x[..1], &x[1..2], &x[2..]);
            out.results[0].sum(&[0], false) + &out.carries[0]
        },
    );
}
