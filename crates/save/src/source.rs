//! Where the weights that are written come from: one after the other, and each some elements at a time, so that no second copy
//! of them is held.

use std::io::{self, Write};

use regimen_graph::{Tensor, Type};

use crate::keras::put;

/// Gives weights, one after the other. A function from path to tensor is one.
///
/// ```
/// use regimen_graph::Tensor;
/// use regimen_save::WeightSource;
///
/// let ones = |path: &str| (path == "dense/bias").then(|| Tensor::f32([2], vec![1.0; 2]).unwrap());
/// let mut read = 0;
/// assert!(ones.parts("dense/bias", &mut |part| Ok(read += part.len()))?);
/// assert_eq!(read, 2);
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait WeightSource {
    /// The weight of a path; none where there is no such weight.
    fn weight(&self, path: &str) -> Option<Tensor>;

    /// Gives a weight some elements at a time, in their order; false where there is no such weight.
    ///
    /// # Errors
    ///
    /// Those of `each`, with which it ends.
    fn parts(
        &self,
        path: &str,
        each: &mut dyn FnMut(&Tensor) -> io::Result<()>,
    ) -> io::Result<bool> {
        match self.weight(path) {
            Some(value) => each(&value).map(|()| true),
            None => Ok(false),
        }
    }
}

impl<F: Fn(&str) -> Option<Tensor>> WeightSource for F {
    fn weight(&self, path: &str) -> Option<Tensor> {
        self(path)
    }
}

/// A variable that an optimizer keeps.
#[derive(Debug, Clone, PartialEq)]
pub enum OptimizerVariable {
    /// Its value.
    Value(Tensor),
    /// The [`WeightSource`] has it by this name, of this type.
    Named(String, Type),
}

impl OptimizerVariable {
    pub(crate) fn ty(&self) -> Type {
        match self {
            OptimizerVariable::Value(value) => value.ty(),
            OptimizerVariable::Named(_, ty) => ty.clone(),
        }
    }

    pub(crate) fn put(&self, out: &mut dyn Write, weights: &dyn WeightSource) -> io::Result<()> {
        match self {
            OptimizerVariable::Value(value) => put(out, value),
            OptimizerVariable::Named(name, _) => put_weight(out, weights, name),
        }
    }
}

/// The elements of a weight, little-endian.
pub(crate) fn put_weight(
    out: &mut dyn Write,
    weights: &dyn WeightSource,
    path: &str,
) -> io::Result<()> {
    match weights.parts(path, &mut |part| put(out, part))? {
        true => Ok(()),
        false => Err(io::Error::other(format!("{path}: no such weight"))),
    }
}
