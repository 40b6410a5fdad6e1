//! An input of the graph: a feed or a named state.

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
