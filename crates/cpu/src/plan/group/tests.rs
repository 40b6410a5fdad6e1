//! Which nodes become one launch.

use super::*;
use regimen_graph::{Builder, InputKind, Type, Var};

fn input(b: &Builder, name: &str, shape: &[usize]) -> Var {
    b.input(name, Type::new(DType::F32, shape), InputKind::Feed)
}

fn groups(outputs: &[(&str, Var)], b: &Builder) -> Vec<usize> {
    let Ok(graph) = b.finish(outputs, &[]) else {
        panic!("the graph has faults")
    };
    let layout = Layout::of(&graph, &[], true);
    let sizes = layout.members.iter().enumerate();
    let pointwise =
        sizes.filter(|(_, m)| m.first().is_some_and(|&i| is_pointwise(&graph.nodes[i].op)));
    pointwise.map(|(_, m)| m.len()).collect()
}

#[test]
fn chains_with_broadcasts_become_one_group() {
    let b = Builder::new();
    let (x, bias) = (input(&b, "x", &[4, 6]), input(&b, "b", &[6]));
    let y = (&x + &bias).relu().reshape(&[2, 2, 6]) * 2.0;
    assert_eq!(groups(&[("y", y)], &b), [3]);
}

#[test]
fn a_unit_between_keeps_groups_apart() {
    let b = Builder::new();
    let x = input(&b, "x", &[4, 4]);
    let e = x.exp();
    let y = &e / e.sum(&[1], true);
    assert_eq!(groups(&[("y", y)], &b), [1, 1]);
}

#[test]
fn groups_that_meet_are_joined() {
    let b = Builder::new();
    let (x, z) = (input(&b, "x", &[8]), input(&b, "z", &[8]));
    let y = x.exp() + z.exp();
    assert_eq!(groups(&[("y", y)], &b), [3]);
}
