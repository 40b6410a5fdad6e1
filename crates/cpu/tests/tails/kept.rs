//! The gradient of a ReLU, which rides on the product before it.

use regimen_graph::ops::{Window, WindowKind};
use regimen_graph::{Builder, DType, Data, Op, Tensor, Var, grad};

use super::{graph, input, launches, launches_of, tensor};

#[test]
fn the_gradient_of_a_relu_rides_on_the_product_before_it() {
    for (rows, n, k) in [
        (7, 9, 5),
        (1, 40, 20),
        (300, 1, 30),
        (64, 100, 33),
        (6, 5, 5000),
    ] {
        let kept = graph(|b| {
            let (g, w) = (input(b, "g", &[rows, k]), input(b, "w", &[n, k]));
            let y = input(b, "y", &[rows, n]);
            let dx = g.matmul_with(&w, false, true);
            vec![y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(0.0))]
        });
        let found = launches(&format!("{rows} x {n} x {k}"), &kept);
        assert_eq!(found, ["MatMul+Greater+Select"], "{rows} x {n} x {k}");
    }
    // Two layers: the first one's gradient is kept where its values are above zero.
    let layers = graph(|b| {
        let x = input(b, "x", &[8, 6]);
        let (w, v) = (input(b, "w", &[6, 5]), input(b, "v", &[5, 4]));
        let (c, d) = (input(b, "c", &[5]), input(b, "d", &[4]));
        let hidden = (x.matmul(&w) + c.clone()).relu();
        let loss = (hidden.matmul(&v) + d).relu().square().sum_all();
        grad(&loss, &[w, v, c])
            .unwrap()
            .into_iter()
            .flatten()
            .collect()
    });
    let found = launches("two layers", &layers);
    assert!(
        found.contains(&"MatMul+Greater+Select".to_string()),
        "{found:?}"
    );
    // The mask is read by others, keeps another number, is of another product, or not above zero.
    type Build = fn(&Builder, Var, Var) -> Vec<Var>;
    let cases: [(&str, Build); 5] = [
        ("a mask that is an output", |_, y, dx| {
            let mask = y.gt(&y.scalar_like(0.0));
            vec![
                mask.select(&dx, &dx.scalar_like(0.0)),
                mask.cast(DType::F32),
            ]
        }),
        ("one elsewhere", |_, y, dx| {
            vec![y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(1.0))]
        }),
        ("above one", |_, y, dx| {
            vec![y.gt(&y.scalar_like(1.0)).select(&dx, &dx.scalar_like(0.0))]
        }),
        ("where it is not above", |_, y, dx| {
            vec![
                y.gt(&y.scalar_like(0.0))
                    .select(&dx.scalar_like(0.0).broadcast_to(&[5, 4]), &dx),
            ]
        }),
        ("by itself", |_, _, dx| {
            vec![
                dx.gt(&dx.scalar_like(0.0))
                    .select(&dx, &dx.scalar_like(0.0)),
            ]
        }),
    ];
    for (name, build) in cases {
        let other = graph(|b| {
            let dx = input(b, "g", &[5, 3]).matmul(&input(b, "w", &[3, 4]));
            build(b, input(b, "y", &[5, 4]), dx)
        });
        let found = launches(name, &other);
        assert_eq!(found[0], "MatMul", "{name}: {found:?}");
    }
}

#[test]
fn what_is_not_above_zero_is_not_kept() {
    // Zeros of both signs and NaN in a part of a longer value.
    let kept = graph(|b| {
        let dx = input(b, "g", &[3, 5]).matmul(&input(b, "w", &[5, 4]));
        let y = input(b, "y", &[20]).slice(0, 4, 16).reshape(&[3, 4]);
        vec![y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(0.0))]
    });
    let mut feeds: Vec<Tensor> = (kept.inputs.iter().enumerate())
        .map(|(i, decl)| tensor(&decl.ty, i as u64 + 1))
        .collect();
    let values: Vec<f32> = (0..20)
        .map(|i| [0.0, -0.0, f32::NAN, 1.5, -2.0, f32::MIN_POSITIVE][i % 6])
        .collect();
    feeds[2] = Tensor {
        shape: vec![20],
        data: Data::F32(values),
    };
    assert_eq!(
        launches_of("edges", &kept, &feeds),
        ["MatMul+Greater+Select"]
    );
}

#[test]
fn many_rows_are_kept_by_two_threads() {
    let kept = graph(|b| {
        let (g, w) = (input(b, "g", &[1024, 96]), input(b, "w", &[70, 96]));
        let y = input(b, "y", &[1024, 70]);
        let dx = g.matmul_with(&w, false, true);
        vec![y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(0.0))]
    });
    assert_eq!(launches("many rows", &kept), ["MatMul+Greater+Select"]);
}

/// The largest of windows of two by two, a step apart or overlapping.
fn pooled(x: &Var, step: usize) -> Var {
    let window = Window {
        kind: WindowKind::Max,
        size: vec![2, 2],
        strides: vec![step, step],
        padding: vec![(0, 0), (0, 0)],
    };
    x.builder().apply(Op::Window(window), &[x]).remove(0)
}

#[test]
fn the_gradient_of_a_relu_rides_on_that_of_the_pooling_after_it() {
    for (step, channels) in [(2, 9), (1, 9), (2, 40), (3, 5)] {
        let kept = graph(|b| {
            let x = input(b, "x", &[3, 7, 6, channels]);
            let loss = pooled(&x.relu(), step).square().sum_all();
            grad(&loss, &[x]).unwrap().into_iter().flatten().collect()
        });
        let found = launches(&format!("pooling by {step}"), &kept);
        let name = "WindowMaxGrad+Greater+Select".to_string();
        assert!(found.contains(&name), "{found:?}");
    }
    // Kept by something else than what was pooled.
    let other = graph(|b| {
        let (x, y) = (input(b, "x", &[2, 4, 4, 3]), input(b, "y", &[2, 4, 4, 3]));
        let loss = pooled(&x, 2).square().sum_all();
        let dx = grad(&loss, &[x]).unwrap().remove(0).unwrap();
        vec![y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(0.0))]
    });
    let found = launches("another", &other);
    assert!(found.contains(&"WindowMaxGrad".to_string()), "{found:?}");
}
