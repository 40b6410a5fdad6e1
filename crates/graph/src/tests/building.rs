//! Faults are collected, named by path, and do not breed.

use crate::{
    Builder, DType, GradError, Graph, InputKind, ModelFaults, Op, Tensor, Type, Var, grad,
    ops::Lstm,
};

fn feed(b: &Builder, name: &str, shape: &[usize]) -> Var {
    b.input(name, Type::new(DType::F32, shape), InputKind::Feed)
}

fn faults(b: &Builder, out: Var) -> ModelFaults {
    b.finish(&[("out", out)], &[]).unwrap_err()
}

#[test]
fn three_faults_in_a_chain_are_three() {
    let b = Builder::new();
    let x = feed(&b, "x", &[8, 10]);
    let h = b.within("dense_1", || x.matmul(&feed(&b, "k1", &[11, 4])).tanh());
    let h = b.within("dense_2", || {
        h.matmul(&feed(&b, "k2", &[5, 3])) + feed(&b, "b2", &[3])
    });
    let h = b.within("head", || b.within("reshape", || h.reshape(&[8, 7])));
    let y = b.within("activation", || h.softplus().mean_all());
    let ModelFaults(list) = faults(&b, y);
    let places: Vec<(&str, &str)> = list
        .iter()
        .map(|f| (f.path.as_str(), f.op.as_str()))
        .collect();
    assert_eq!(
        places,
        [
            ("dense_1", "MatMul"),
            ("dense_2", "MatMul"),
            ("head/reshape", "Reshape")
        ]
    );
    let text = ModelFaults(list).to_string();
    assert!(
        text.contains("dense_1 (MatMul): found [8, 10] times [11, 4]: inner sizes 10 and 11"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 3);
}

#[test]
fn what_follows_an_unknown_value_stays_silent() {
    let b = Builder::new();
    let x = feed(&b, "x", &[8]);
    let h = b.within("dense", || x.matmul(&feed(&b, "k", &[8, 4])));
    assert!(h.is_broken());
    let y = h.reshape(&[3, 3]).matmul(&x).argmax(7);
    assert_eq!(faults(&b, y).0.len(), 1);
}

#[test]
fn a_graph_with_faults_has_no_gradients_and_says_so_at_the_end() {
    let b = Builder::new();
    let x = feed(&b, "x", &[2, 3]);
    let loss = (x.reshape(&[7]) * feed(&b, "w", &[7])).sum_all();
    assert_eq!(grad(&loss, &[x]).unwrap(), [None]);
    assert_eq!(faults(&b, loss).0.len(), 1);
}

#[test]
fn faults_of_ops_with_several_outputs_keep_their_number() {
    let b = Builder::new();
    let out = b.apply(
        Op::Lstm(Lstm {
            reverse: false,
            masked: false,
            hmasked: false,
        }),
        &[
            &feed(&b, "zx", &[2, 3, 8]),
            &feed(&b, "r", &[3, 8]),
            &feed(&b, "h", &[2, 2]),
            &feed(&b, "c", &[2, 2]),
        ],
    );
    assert_eq!(out.len(), 5);
    assert_eq!(out[4].shape(), [2, 3, 2]);
    assert_eq!(b.faults()[0].fault.found, "R of type float32[3, 8]");
    assert_eq!(
        b.apply(
            Op::Lstm(Lstm {
                reverse: false,
                masked: true,
                hmasked: true
            }),
            &[&feed(&b, "q", &[1])]
        )
        .len(),
        5
    );
}

#[test]
fn an_axis_that_is_not_there_is_a_fault() {
    let b = Builder::new();
    let x = feed(&b, "x", &[2, 3]);
    for y in [
        x.slice(2, 0, 1),
        x.squeeze(-3),
        x.sum(&[5], true),
        x.argmax(-3),
        x.cumsum(2, false, false),
        x.reverse(&[2]),
    ] {
        assert_eq!(y.builder().faults().len(), b.faults().len());
    }
    assert_eq!(b.faults().len(), 6);
}

#[test]
fn an_array_beyond_memory_is_a_fault() {
    let b = Builder::new();
    let x = feed(&b, "x", &[1 << 40]);
    let y = x.expand_dims(0).broadcast_to(&[1 << 40, 1 << 40]).sum_all();
    let list = faults(&b, y).0;
    assert_eq!(list.len(), 1);
    assert!(list[0].fault.expected.contains("2^48"));
}

#[test]
fn an_input_has_one_type() {
    let b = Builder::new();
    let x = feed(&b, "x", &[2]);
    assert_eq!(x, feed(&b, "x", &[2]));
    feed(&b, "x", &[3]);
    assert_eq!(b.faults().len(), 1);
}

#[test]
fn updates_keep_the_type_of_state() {
    let b = Builder::new();
    let w = b.input("w", Type::new(DType::F32, [3]), InputKind::State);
    let graph = b.finish(&[], &[(w.clone(), &w * 0.5)]).unwrap();
    assert_eq!(graph.updates.len(), 1);
    let wrong = b.finish(&[], &[(w.clone(), w.sum_all())]).unwrap_err();
    assert!(wrong.to_string().contains("float32[]"), "{wrong}");
    assert!(b.finish(&[], &[(&w * 1.0, w)]).is_err());
}

#[test]
fn finish_drops_what_nobody_reads_and_keeps_all_inputs() {
    let b = Builder::new();
    let (x, unused) = (feed(&b, "x", &[2]), feed(&b, "unused", &[2]));
    let _ = unused.exp();
    let graph = b.finish(&[("y", x.tanh())], &[]).unwrap();
    assert_eq!(graph.inputs.len(), 2);
    assert_eq!(graph.nodes.len(), 3);
}

#[test]
fn backward_nodes_carry_the_layer_and_the_mark() {
    let b = Builder::new();
    let x = feed(&b, "x", &[2]);
    let y = b.within("squash", || x.tanh());
    let g = grad(&y.sum_all(), &[x]).unwrap().swap_remove(0).unwrap();
    let graph = b.finish(&[("g", g.clone())], &[]).unwrap();
    assert_eq!(g.path(), "squash");
    assert!(graph.nodes[graph.outputs[0].1.node].backward);
}

#[test]
fn training_through_an_op_without_gradient_names_it() {
    let b = Builder::new();
    let (zx, r) = (feed(&b, "zx", &[2, 3, 8]), feed(&b, "r", &[2, 8]));
    let state = b.constant(Tensor::zeros(&Type::new(DType::F32, [2, 2])));
    let op = Op::Lstm(Lstm {
        reverse: false,
        masked: false,
        hmasked: false,
    });
    let out = b.within("lstm_1", || b.apply(op, &[&zx, &r, &state, &state]));
    let first = grad(&out[0].sum_all(), std::slice::from_ref(&zx))
        .unwrap()
        .swap_remove(0)
        .unwrap();
    let GradError { path, op, .. } = grad(&first.sum_all(), std::slice::from_ref(&zx)).unwrap_err();
    assert_eq!((path.as_str(), op.as_str()), ("lstm_1", "LstmGrad"));
    let gates = grad(&out[3].sum_all(), &[zx]).unwrap_err();
    assert!(gates.reason.contains("last c"), "{gates}");
}

#[test]
fn values_that_do_not_depend_have_no_gradient() {
    let b = Builder::new();
    let (x, w) = (feed(&b, "x", &[2]), feed(&b, "w", &[2]));
    let through_integers = x.cast(DType::I32).cast(DType::F32);
    let loss = (&w * through_integers + x.stop_gradient()).sum_all();
    let grads = grad(&loss, &[x, w]).unwrap();
    assert!(grads[0].is_none() && grads[1].is_some());
}

#[test]
fn a_graph_inlined_is_the_same_graph() {
    let b = Builder::new();
    let (x, y) = (feed(&b, "x", &[2]), feed(&b, "y", &[2]));
    let inner: Graph = b
        .finish(&[("swap", &y - &x), ("y", y.clone())], &[])
        .unwrap();
    let outer = Builder::new();
    let (p, q) = (feed(&outer, "p", &[2]), feed(&outer, "q", &[2]));
    let out = outer.inline(&inner, &[q.clone(), p.clone()]);
    assert_eq!(out[1], p);
    let graph = outer.finish(&[("swap", out[0].clone())], &[]).unwrap();
    let direct = Builder::new();
    let (p, q) = (feed(&direct, "p", &[2]), feed(&direct, "q", &[2]));
    assert_eq!(graph, direct.finish(&[("swap", &p - &q)], &[]).unwrap());
}
