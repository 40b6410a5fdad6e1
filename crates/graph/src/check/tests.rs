//! Every case of every op, and the harness itself.

use std::collections::BTreeSet;

use super::*;
use crate::ops::{ArgKind, BinaryKind, CompareKind, ReduceKind, UnaryKind, WindowKind};
use crate::{Op, evaluate};

#[test]
fn every_gradient_agrees_with_differences() {
    let errors: Vec<String> = all_cases()
        .iter()
        .filter_map(|case| check_gradient(case).err().map(|e| e.to_string()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn names_are_unique() {
    let cases = all_cases();
    let names: BTreeSet<&str> = cases.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn oracle_and_shape_rules_agree() {
    for case in all_cases() {
        let graph = case.graph_with_grads();
        let results = evaluate(&graph, &case.plain_inputs()).unwrap();
        for (name, edge) in &graph.outputs {
            assert_eq!(
                results[name].shape,
                graph.ty(*edge).shape,
                "{}: {name}",
                case.name
            );
        }
    }
}

#[test]
fn every_kind_of_op_has_a_case() {
    let mut found = BTreeSet::new();
    for case in all_cases() {
        found.extend(case.graph().nodes.iter().map(|node| kind(&node.op)));
    }
    let mut all: BTreeSet<String> = PLAIN_OPS.iter().map(|s| s.to_string()).collect();
    all.extend(UnaryKind::ALL.map(|k| format!("{k:?}")));
    all.extend(BinaryKind::ALL.map(|k| format!("{k:?}")));
    all.extend(COMPARE.map(|k| format!("{k:?}")));
    all.extend(REDUCE.map(|k| format!("Reduce{k:?}")));
    all.extend([ArgKind::Max, ArgKind::Min].map(|k| format!("Arg{k:?}")));
    all.extend([WindowKind::Max, WindowKind::Sum].map(|k| format!("Window{k:?}")));
    let missing: Vec<&String> = all.difference(&found).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

const COMPARE: [CompareKind; 6] = {
    use CompareKind::*;
    [Eq, Ne, Lt, Le, Gt, Ge]
};
const REDUCE: [ReduceKind; 4] = {
    use ReduceKind::*;
    [Sum, Prod, Max, Min]
};
const PLAIN_OPS: [&str; 32] = [
    "Input",
    "Constant",
    "Iota",
    "Select",
    "Cast",
    "MatMul",
    "Conv",
    "ConvInputGrad",
    "ConvKernelGrad",
    "WindowMaxGrad",
    "WindowSumGrad",
    "Reshape",
    "Transpose",
    "Broadcast",
    "Slice",
    "Pad",
    "Concat",
    "Reverse",
    "Gather",
    "ScatterAdd",
    "CumSum",
    "Sort",
    "Random",
    "Scan",
    "Lstm",
    "LstmGrad",
    "Gru",
    "GruGrad",
    "Attention",
    "AttentionGrad",
    "LayerNorm",
    "LayerNormGrad",
];

/// Without a wildcard, so that a new op cannot be forgotten.
fn kind(op: &Op) -> String {
    match op {
        Op::Unary(op) => format!("{:?}", op.kind),
        Op::Binary(op) => format!("{:?}", op.kind),
        Op::Compare(op) => format!("{:?}", op.kind),
        Op::Reduce(op) => format!("Reduce{:?}", op.kind),
        Op::ArgReduce(op) => format!("Arg{:?}", op.kind),
        Op::Window(op) => format!("Window{:?}", op.kind),
        Op::Input(_)
        | Op::Constant(_)
        | Op::Iota(_)
        | Op::Select(_)
        | Op::Cast(_)
        | Op::MatMul(_)
        | Op::Conv(_)
        | Op::ConvInputGrad(_)
        | Op::ConvKernelGrad(_)
        | Op::WindowMaxGrad(_)
        | Op::WindowSumGrad(_)
        | Op::Reshape(_)
        | Op::Transpose(_)
        | Op::Broadcast(_)
        | Op::Slice(_)
        | Op::Pad(_)
        | Op::Concat(_)
        | Op::Reverse(_)
        | Op::Gather(_)
        | Op::ScatterAdd(_)
        | Op::CumSum(_)
        | Op::Sort(_)
        | Op::Random(_)
        | Op::Scan(_)
        | Op::Lstm(_)
        | Op::LstmGrad(_)
        | Op::Gru(_)
        | Op::GruGrad(_)
        | Op::Attention(_)
        | Op::AttentionGrad(_)
        | Op::LayerNorm(_)
        | Op::LayerNormGrad(_) => {
            let name = op.rule().name();
            assert!(PLAIN_OPS.contains(&name), "{name}");
            name.to_string()
        }
    }
}

#[test]
fn a_case_that_proves_nothing_is_refused() {
    let case = Case::new("a constant in disguise", vec![floats(&[3])], |x| {
        &x[0] - &x[0]
    });
    assert!(matches!(
        check_gradient(&case),
        Err(CheckError::ProvesNothing { input: 0, .. })
    ));
}

#[test]
fn a_wrong_gradient_is_found() {
    // The gradient of x · stop(x) leaves out half of the derivative of x².
    let case = Case::new("half a square", vec![within(&[3], 0.5, 1.0)], |x| {
        &x[0] * x[0].stop_gradient()
    });
    assert!(matches!(
        check_gradient(&case),
        Err(CheckError::Wrong { input: 0, .. })
    ));
}
