//! The option `noise_shape` of dropout layers: the shape of the random choice, 1 where it holds for a whole axis.

use regimen_graph::{Fault, Var, broadcast};

use crate::{Scope, limits::Checks};

/// Sizes, null for the input's.
pub(crate) type NoiseShape = Option<Vec<Option<usize>>>;

/// Its limits.
pub(crate) fn check(checks: Checks, noise: &NoiseShape) -> Checks {
    let zero = noise.iter().flatten().any(|size| *size == Some(0));
    checks.holds(!zero, "noise_shape", "0", "sizes of 1 or more, or null")
}

/// The shape of the choice for an input; `None` with a fault where it does not broadcast to the input.
pub(crate) fn resolve(
    s: &Scope,
    class_name: &str,
    noise: &NoiseShape,
    x: &Var,
) -> Option<Vec<usize>> {
    let shape = x.shape();
    let Some(sizes) = noise else {
        return Some(shape);
    };
    let size = |(i, n): (usize, &Option<usize>)| n.unwrap_or(x.dim(i as isize));
    let noise: Vec<usize> = sizes.iter().enumerate().map(size).collect();
    if broadcast(&noise, &shape).as_ref() == Some(&shape) {
        return Some(noise);
    }
    let found = format!("`noise_shape` {noise:?} for an input of shape {shape:?}");
    let mend = "Give the input's sizes, null, or 1 where a choice holds for the whole axis.";
    let expected = format!("a shape that broadcasts to {shape:?}");
    s.builder()
        .fault(class_name, Fault::new(found, expected, mend));
    None
}
