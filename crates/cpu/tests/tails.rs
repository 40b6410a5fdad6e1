//! Products with a bias and an activation in one launch, and products that read rows at a distance: the same numbers as
//! op by op, and one launch less where nobody else needs what lies between.

use std::collections::BTreeMap;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{
    Builder, DType, Engine, Graph, InputKind, Op, Plain, Program, Tensor, Type, Var, evaluate,
    grad, ops::Conv,
};

fn input(b: &Builder, name: &str, shape: &[usize]) -> Var {
    b.input(name, Type::new(DType::F32, shape), InputKind::Feed)
}

fn tensor(ty: &Type, seed: u64) -> Tensor {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    let values: Vec<f64> = (0..ty.elements()).map(|_| next()).collect();
    Tensor::from_f64(ty.dtype, ty.shape.clone(), &values)
}

/// Runs a graph fused and op by op, compares both with the oracle; gives the launches of the fused one.
fn launches(name: &str, graph: &Graph) -> Vec<String> {
    let feeds: Vec<Tensor> = (graph.inputs.iter().enumerate())
        .map(|(i, decl)| tensor(&decl.ty, i as u64 + 1))
        .collect();
    let named = graph.inputs.iter().zip(&feeds);
    let plain: BTreeMap<String, Plain> = named
        .map(|(decl, t)| (decl.name.clone(), Plain::of(t)))
        .collect();
    let exact = evaluate(graph, &plain).unwrap();
    let mut names = vec![];
    for fused in [false, true] {
        let mut engine = CpuEngine::new(CpuOptions::default());
        if !fused {
            engine = engine.without_fusion();
        }
        let mut program = engine.program(graph).unwrap();
        let mut store = engine.store();
        program
            .run(store.as_mut(), &feeds.iter().collect::<Vec<_>>())
            .unwrap();
        for (i, (output, _)) in graph.outputs.iter().enumerate() {
            let (found, want) = (program.output(i).to_f64(), &exact[output].data);
            let off = found.iter().zip(want).map(|(a, b)| (a - b).abs());
            let largest = want.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
            let off = off.fold(0.0, f64::max) / largest;
            assert!(
                off < 1e-5 && found.len() == want.len(),
                "{name}: {output} is {off:e} off"
            );
        }
        names = program.launches().into_iter().map(|l| l.name).collect();
    }
    names
}

fn graph(build: impl Fn(&Builder) -> Vec<Var>) -> Graph {
    let b = Builder::new();
    let outputs = build(&b);
    let names = ["first", "second", "third"];
    let outputs: Vec<(&str, Var)> = names.into_iter().zip(outputs).collect();
    b.finish(&outputs, &[]).unwrap()
}

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
