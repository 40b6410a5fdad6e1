//! An input of the graph: a feed or a named state.

use crate::check::{Case, floats, ids};
use crate::{Fault, GradContext, Gradient, Plain, Rule, Type};

/// Entry `index` of the graph's inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Index into `Graph::inputs`.
    pub index: usize,
}

impl Rule for Input {
    fn name(&self) -> &'static str {
        "Input"
    }

    fn types(&self, _: &[Type]) -> Result<Vec<Type>, Fault> {
        Err(Fault::new(
            "an input without a declaration",
            "`Builder::input`",
            "Declare inputs by name.",
        ))
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![])
    }

    fn oracle(&self, _: &[&Plain], _: &[Type]) -> Vec<Plain> {
        vec![] // the evaluator supplies inputs
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    vec![
        Case::new("input/itself", vec![floats(&[2, 3])], |x| x[0].clone()),
        Case::many(
            "input/several",
            vec![floats(&[3]), ids(&[2], 5), floats(&[])],
            |_, x| x.to_vec(),
        ),
    ]
}
