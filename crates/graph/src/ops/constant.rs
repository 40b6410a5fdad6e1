//! A constant tensor written into the graph.

use std::sync::Arc;

use crate::{Fault, GradContext, Gradient, Plain, Rule, Tensor, Type};

/// A value known when the graph is built.
#[derive(Debug, Clone, PartialEq)]
pub struct Constant {
    /// The value.
    pub value: Arc<Tensor>,
}

impl Rule for Constant {
    fn name(&self) -> &'static str {
        "Constant"
    }

    fn types(&self, _: &[Type]) -> Result<Vec<Type>, Fault> {
        Ok(vec![self.value.ty()])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Of(vec![])
    }

    fn oracle(&self, _: &[&Plain], _: &[Type]) -> Vec<Plain> {
        vec![Plain::of(&self.value)]
    }
}
