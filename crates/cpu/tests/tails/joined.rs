//! Products that stand side by side in one array.

use regimen_graph::{Builder, DType, Graph, InputKind, Type, Var, grad};

use super::{graph, input, launches};

/// Products of gates: `gates` of them, each of its own factors and columns of one kernel, side by side.
fn side_by_side(b: &Builder, [rows, inner, columns]: [usize; 3], gates: usize) -> Var {
    let w = input(b, "w", &[inner, gates * columns]);
    let gate = |g: usize| {
        let x = input(b, &format!("x{g}"), &[rows, inner]);
        x.matmul(&w.slice(1, g * columns, (g + 1) * columns))
    };
    let all: Vec<Var> = (0..gates).map(gate).collect();
    Var::concat(&all.iter().collect::<Vec<_>>(), -1)
}

/// The launches without the copies of single columns.
fn products(launches: Vec<String>) -> Vec<String> {
    let mut launches = launches;
    launches.retain(|name| name != "Slice");
    launches
}

#[test]
fn products_that_are_joined_write_there() {
    // Tiles, one row (dot products), one column, deep products that are cut into parts.
    for size in [
        [7, 5, 9],
        [1, 20, 3],
        [40, 20, 1],
        [6, 5000, 8],
        [300, 6, 70],
    ] {
        let name = format!("{size:?}");
        let plain = graph(|b| vec![side_by_side(b, size, 3)]);
        let found = launches(&name, &plain);
        assert_eq!(
            products(found),
            ["MatMul", "MatMul", "MatMul+Concat"],
            "{name}"
        );
        let biased = graph(|b| {
            let bias = input(b, "bias", &[3 * size[2]]);
            vec![(side_by_side(b, size, 3) + bias).relu()]
        });
        let found = launches(&name, &biased);
        let joined = ["MatMul", "MatMul", "MatMul+Concat+Add+Relu"];
        assert_eq!(products(found), joined, "{name}");
    }
    let own_bias = graph(|b| {
        let x = input(b, "x", &[3, 5]);
        let dense = |w: &str, c: &str| (x.matmul(&input(b, w, &[5, 4])) + input(b, c, &[4])).relu();
        let parts = [dense("w", "c"), dense("u", "d")];
        vec![Var::concat(&[&parts[0], &parts[1]], 1) + input(b, "more", &[8])]
    });
    let found = launches("each its own bias", &own_bias);
    assert_eq!(found, ["MatMul+Add+Relu", "MatMul+Add+Relu+Concat", "Add"]);
    let reshaped = graph(|b| {
        let x = input(b, "x", &[6, 5]);
        let part = |w: &str| x.matmul(&input(b, w, &[5, 4])).reshape(&[2, 3, 4]);
        vec![Var::concat(&[&part("w"), &part("u")], -1).tanh()]
    });
    let found = launches("as a sequence", &reshaped);
    assert_eq!(found, ["MatMul", "MatMul+Concat", "Tanh"]);
}

#[test]
fn a_bias_that_is_computed_comes_after_the_products_it_waits_for() {
    // The bias depends on what stands beside: the first product may not wait for it.
    let late = graph(|b| {
        let all = side_by_side(b, [4, 3, 2], 2);
        let bias = (input(b, "c", &[4]) * 2.0).exp();
        vec![all + bias]
    });
    let found = launches("a computed bias", &late);
    assert!(found.contains(&"MatMul+Concat".to_string()), "{found:?}");
}

#[test]
fn what_is_not_joined_whole_is_copied() {
    let product = |b: &Builder, w: &str| input(b, "x", &[3, 5]).matmul(&input(b, w, &[5, 4]));
    let cases: [(&str, Graph); 5] = [
        (
            "a part that is no product",
            graph(|b| vec![Var::concat(&[&product(b, "w"), &input(b, "y", &[3, 4])], 1)]),
        ),
        (
            "a part twice",
            graph(|b| {
                let y = product(b, "w");
                vec![Var::concat(&[&y, &y], 1)]
            }),
        ),
        (
            "a part that is an output",
            graph(|b| {
                let (y, z) = (
                    product(b, "w"),
                    input(b, "z", &[3, 5]).matmul(&input(b, "v", &[5, 4])),
                );
                vec![Var::concat(&[&y, &z], 1), y]
            }),
        ),
        (
            "along the rows",
            graph(|b| {
                let (y, z) = (
                    product(b, "w"),
                    input(b, "z", &[3, 5]).matmul(&input(b, "v", &[5, 4])),
                );
                vec![Var::concat(&[&y, &z], 0)]
            }),
        ),
        (
            "columns cut otherwise",
            graph(|b| {
                let (y, z) = (
                    product(b, "w"),
                    input(b, "z", &[3, 5]).matmul(&input(b, "v", &[5, 4])),
                );
                vec![Var::concat(&[&y.reshape(&[6, 2]), &z.reshape(&[6, 2])], 1)]
            }),
        ),
    ];
    for (name, graph) in cases {
        let found = launches(name, &graph);
        assert!(found.iter().any(|n| n == "Concat"), "{name}: {found:?}");
    }
}

#[test]
fn gradients_of_slices_stand_side_by_side() {
    // Products by the gates of one kernel: its gradient is one array that the products write.
    let gates = graph(|b| {
        let (x, z) = (input(b, "x", &[6, 5]), input(b, "z", &[6, 12]));
        let w = input(b, "w", &[5, 12]);
        let gate = |v: &Var, g: usize| v.slice(1, 4 * g, 4 * g + 4);
        let loss = (0..3).map(|g| (x.matmul(&gate(&w, g)) * gate(&z, g)).sum_all());
        let loss = loss.reduce(|a, b| a + b).unwrap();
        grad(&loss, &[w]).unwrap().into_iter().flatten().collect()
    });
    let found = launches("gates of a kernel", &gates);
    assert_eq!(found, ["MatMul", "MatMul", "MatMul+Concat"]);
    // A gap, an overlap, two axes, another value around: as they stand.
    let sum = |low: [[usize; 2]; 2], high: [[usize; 2]; 2], shapes: [[usize; 2]; 2], value: f64| {
        graph(move |b| {
            let part = |i: usize| {
                let x = input(b, ["x", "y"][i], &shapes[i]);
                x.pad(&low[i], &high[i], value)
            };
            vec![part(0) + part(1)]
        })
    };
    let beside = launches(
        "beside",
        &sum([[0, 3], [0, 0]], [[0, 1], [0, 5]], [[2, 2], [2, 1]], 0.0),
    );
    assert!(!beside.contains(&"Concat".to_string()), "a gap: {beside:?}");
    let beside = launches(
        "beside",
        &sum([[0, 3], [0, 1]], [[0, 1], [0, 3]], [[2, 2], [2, 2]], 0.0),
    );
    assert_eq!(beside, ["Concat", "Pad"]);
    for (name, low, high, shapes, value) in [
        (
            "overlap",
            [[0, 1], [0, 0]],
            [[0, 0], [0, 1]],
            [[2, 3], [2, 3]],
            0.0,
        ),
        (
            "two axes",
            [[0, 2], [1, 0]],
            [[1, 0], [0, 2]],
            [[2, 2], [2, 2]],
            0.0,
        ),
        (
            "ones",
            [[0, 2], [0, 0]],
            [[0, 0], [0, 2]],
            [[2, 2], [2, 2]],
            1.0,
        ),
    ] {
        let found = launches(name, &sum(low, high, shapes, value));
        assert!(found.iter().any(|n| n.contains("Add")), "{name}: {found:?}");
    }
}

#[test]
fn many_rows_are_joined_by_two_threads() {
    let gates = graph(|b| {
        let bias = input(b, "bias", &[3 * 48]);
        vec![side_by_side(b, [1024, 64, 48], 3) + bias]
    });
    assert_eq!(launches("many rows", &gates).len(), 3);
}

#[test]
fn parts_come_in_any_order_and_keep_what_is_theirs() {
    // The part made last stands first; both are gradients of ReLUs.
    let backwards = graph(|b| {
        let part = |name: [&str; 3]| {
            let dx = input(b, name[0], &[6, 5]).matmul(&input(b, name[1], &[5, 4]));
            let y = input(b, name[2], &[6, 4]);
            y.gt(&y.scalar_like(0.0)).select(&dx, &dx.scalar_like(0.0))
        };
        let (first, second) = (part(["x", "w", "y"]), part(["g", "v", "h"]));
        vec![Var::concat(&[&second, &first], 1).tanh()]
    });
    let found = launches("backwards", &backwards);
    let joined = "MatMul+Greater+Select+Concat".to_string();
    assert!(found.contains(&joined), "{found:?}");
}

#[test]
fn a_whole_that_becomes_state_is_a_step_of_its_own() {
    let b = Builder::new();
    let state = b.input("s", Type::new(DType::F32, [4, 6]), InputKind::State);
    let part =
        |name: &str| input(&b, name, &[4, 5]).matmul(&input(&b, &format!("w{name}"), &[5, 3]));
    let whole = Var::concat(&[&part("x"), &part("y")], 1);
    let graph: Graph = b
        .finish(&[("before", state.clone() * 2.0)], &[(state, whole)])
        .unwrap();
    let engine = regimen_cpu::CpuEngine::new(Default::default());
    let names: Vec<String> = engine
        .program(&graph)
        .unwrap()
        .launches()
        .into_iter()
        .map(|l| l.name)
        .collect();
    assert!(names.contains(&"Concat".to_string()), "{names:?}");
}
