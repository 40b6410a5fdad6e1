//! A bias and ReLU after a product or a convolution, and matrices that are read at a distance.

use regimen_graph::{Builder, DType, Op, Var, ops::Conv};

use super::{graph, input, launches};

#[test]
fn a_bias_and_relu_ride_along() {
    let dense = |rows: usize, n: usize| {
        graph(move |b| {
            let (x, w, c) = (
                input(b, "x", &[rows, 20]),
                input(b, "w", &[20, n]),
                input(b, "c", &[n]),
            );
            vec![(x.matmul(&w) + c).relu()]
        })
    };
    // Tiles, dot products, deep products that are cut into parts, one column.
    for (rows, n) in [(7, 9), (1, 40), (300, 1), (64, 100), (1, 1)] {
        let found = launches(&format!("{rows} x {n}"), &dense(rows, n));
        assert_eq!(found, ["MatMul+Add+Relu"], "{rows} x {n}");
    }
    let deep = graph(|b| {
        let (x, w, c) = (
            input(b, "x", &[4, 5000]),
            input(b, "w", &[5000, 32]),
            input(b, "c", &[32]),
        );
        vec![c + x.matmul(&w)]
    });
    assert_eq!(launches("deep", &deep), ["MatMul+Add"]);
}

#[test]
fn convolutions_and_heads_take_theirs() {
    let conv = graph(|b| {
        let (x, k) = (input(b, "x", &[3, 12, 4]), input(b, "k", &[3, 4, 10]));
        let op = Op::Conv(Conv {
            strides: vec![1],
            padding: vec![(0, 0)],
            dilation: vec![1],
            groups: 1,
        });
        let y = b.apply(op, &[&x, &k])[0].clone();
        vec![(y + input(b, "c", &[10])).relu()]
    });
    assert_eq!(launches("conv", &conv), ["Conv+Add+Relu"]);
    let heads = graph(|b| {
        let (x, w) = (input(b, "x", &[2, 5, 6]), input(b, "w", &[6, 12]));
        vec![x.matmul(&w).reshape(&[2, 5, 3, 4]) + input(b, "c", &[3, 4])]
    });
    assert_eq!(launches("heads", &heads), ["MatMul+Add"]);
    let part = graph(|b| {
        let (x, w) = (input(b, "x", &[5, 6]), input(b, "w", &[6, 4]));
        vec![x.matmul(&w) + input(b, "c", &[11]).slice(0, 3, 7)]
    });
    assert_eq!(launches("a part of a bias", &part), ["MatMul+Add"]);
}

#[test]
fn what_somebody_else_needs_is_written() {
    let product = |name: &str, build: fn(&Builder, Var, Var) -> Vec<Var>| {
        let graph = graph(|b| {
            let (x, w) = (input(b, "x", &[5, 6]), input(b, "w", &[6, 4]));
            build(b, x.matmul(&w), input(b, "c", &[4]))
        });
        launches(name, &graph)
    };
    let found = product("the sum is an output", |_, y, c| {
        let sum = y + c;
        vec![sum.relu(), sum]
    });
    assert_eq!(found, ["MatMul+Add", "Relu"]);
    let found = product("the product is an output", |_, y, c| {
        vec![(&y + c).relu(), y]
    });
    assert_eq!(found, ["MatMul", "Add+Relu"]);
    let found = product("the product is read twice", |_, y, c| {
        vec![(&y + c).relu() * y.tanh()]
    });
    assert_eq!(found[0], "MatMul");
    let found = product("a view of it is an output", |_, y, c| {
        vec![(&y + c).relu(), y.reshape(&[20])]
    });
    assert_eq!(found, ["MatMul", "Add+Relu"]);
    let found = product("a column is no bias", |b, y, _| {
        vec![y + input(b, "d", &[5, 1])]
    });
    assert_eq!(found, ["MatMul", "Add"]);
    let found = product("a matrix is no bias", |b, y, _| {
        vec![y + input(b, "d", &[5, 4])]
    });
    assert_eq!(found, ["MatMul", "Add"]);
    let batched = graph(|b| {
        let (x, w) = (input(b, "x", &[3, 5, 6]), input(b, "w", &[3, 6, 4]));
        vec![x.matmul(&w) + input(b, "c", &[4])]
    });
    assert_eq!(launches("many products", &batched), ["MatMul", "Add"]);
}

#[test]
fn gates_are_read_where_they_lie() {
    // A gate of (B, T, 4 U), left and right, plain and transposed, and a gate of the weights.
    let gates = graph(|b| {
        let (z, w) = (input(b, "z", &[3, 5, 8]), input(b, "w", &[4, 12]));
        let x = input(b, "x", &[15, 4]);
        let gate = z.slice(2, 4, 6);
        let forward = x.matmul(&w.slice(1, 3, 6));
        let back = gate.matmul_with(&w.slice(1, 5, 7), false, true);
        let by_weights = x.matmul_with(&gate.reshape(&[15, 2]), true, false);
        vec![forward, back, by_weights]
    });
    assert_eq!(launches("gates", &gates), ["MatMul"; 3]);
    let turned = graph(|b| {
        let z = input(b, "z", &[6, 8]);
        let part = z.slice(1, 2, 7);
        vec![part.matmul_with(&part, true, false)]
    });
    assert_eq!(launches("a part with itself", &turned), ["MatMul"]);
    // Every second row, or every second column: rows at a distance, and a copy.
    let rows = graph(|b| {
        let (z, x) = (input(b, "z", &[6, 4]), input(b, "x", &[2, 3]));
        let pairs = z.reshape(&[3, 8]).slice(1, 0, 4);
        vec![x.matmul(&pairs), z.transpose(&[1, 0]).matmul(&z)]
    });
    let found = launches("rows", &rows);
    assert_eq!(found.iter().filter(|n| *n == "MatMul").count(), 2);
}

#[test]
fn of_two_products_added_to_each_other_one_takes_the_sum() {
    for (rows, n) in [(1, 6), (1, 1), (3, 1), (4, 5)] {
        let sum = |relu: bool| {
            graph(move |b| {
                let (x, w) = (input(b, "x", &[rows, 7]), input(b, "w", &[7, n]));
                let (y, v) = (input(b, "y", &[rows, 9]), input(b, "v", &[9, n]));
                let both = x.matmul(&w) + y.matmul(&v);
                vec![if relu { both.relu() } else { both }]
            })
        };
        let found = launches(&format!("{rows} x {n}"), &sum(false));
        assert_eq!(found.iter().filter(|n| n.starts_with("MatMul")).count(), 2);
        launches(&format!("{rows} x {n}, clipped"), &sum(true));
    }
    // Three in a row, and as gradients: two layers on one trunk.
    let three = graph(|b| {
        let x = input(b, "x", &[1, 4]);
        let part = |name: &str| x.matmul(&input(b, name, &[4, 4]));
        vec![(part("u") + part("v")) + part("w")]
    });
    launches("three", &three);
}

#[test]
fn tables_are_read_within_a_loop() {
    let body = {
        let b = Builder::new();
        let (table, row) = (input(&b, "table", &[6, 3]), input(&b, "row", &[2]));
        let more = input(&b, "more", &[6, 3]);
        let ids = row.cast(DType::I32);
        let next = &table * 0.5;
        let seen = table.gather(&ids) + more.gather(&ids);
        b.finish(&[("table", next), ("seen", seen)], &[]).unwrap()
    };
    let graph = graph(|b| {
        let (table, more) = (input(b, "table", &[6, 3]), input(b, "more", &[6, 3]));
        let rows = (input(b, "rows", &[4, 2]) + 1.0) * 2.9;
        let out = b.scan(body.clone(), (4, false), &[table], &[rows], &[more]);
        vec![out.carries[0].clone(), out.results[0].clone()]
    });
    assert!(launches("gathers in a scan", &graph).contains(&"Scan".to_string()));
}
