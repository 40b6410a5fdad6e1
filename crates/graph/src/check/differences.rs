//! Gradients against central differences of the oracle, in f64.
//!
//! Per float input and direction d: (loss(x + s d) - loss(x - s d)) / 2s against <gradient, d>. An
//! input whose true derivative is near zero shows nothing, so such a case is refused.

use std::collections::BTreeMap;

use super::Case;
use crate::{Graph, OracleError, Plain, evaluate};

const STEP: f64 = 1e-5;
const TOLERANCE: f64 = 1e-6;
/// A smaller derivative proves nothing.
const SMALLEST: f64 = 1e-3;
const DIRECTIONS: usize = 3;

/// What is wrong with a case or a gradient.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The oracle could not run.
    #[error("{case}: {source}")]
    Oracle {
        /// Case.
        case: String,
        /// Reason.
        source: OracleError,
    },
    /// The gradient differs from the differences.
    #[error(
        "{case}: by in{input} along direction {direction} the gradient says {found}, differences {expected}"
    )]
    Wrong {
        /// Case.
        case: String,
        /// Input.
        input: usize,
        /// Which of the random directions.
        direction: usize,
        /// From the graph.
        found: f64,
        /// From differences.
        expected: f64,
    },
    /// The true derivative is near zero, though the case does not say so.
    #[error(
        "{case}: by in{input} the true derivative is {found:e}: draw other inputs or declare it flat"
    )]
    ProvesNothing {
        /// Case.
        case: String,
        /// Input.
        input: usize,
        /// From differences.
        found: f64,
    },
}

/// Compares a case's gradient by every float input with differences of the oracle.
pub fn check_gradient(case: &Case) -> Result<(), CheckError> {
    let graph = case.graph_with_grads();
    let inputs = case.plain_inputs();
    let results = run(case, &graph, &inputs)?;
    if graph.output("loss").is_none() {
        return Ok(()); // no float output: values are all there is
    }
    for (index, feed) in case.feeds.iter().enumerate() {
        if !feed.ty.dtype.is_float() || case.rounds {
            continue;
        }
        let gradient = results.get(&format!("grad{index}"));
        for direction in 0..DIRECTIONS {
            let draws = case.draws(2000 + 10 * index + direction, feed.ty.elements());
            let toward: Vec<f64> = draws.map(|u| 2.0 * u - 1.0).collect();
            let found = gradient.map_or(0.0, |g| dot(&g.data, &toward));
            let expected = derivative(case, &graph, &inputs, index, &toward)?;
            verdict(case, index, direction, found, expected)?;
        }
    }
    Ok(())
}

fn verdict(
    case: &Case,
    input: usize,
    direction: usize,
    found: f64,
    expected: f64,
) -> Result<(), CheckError> {
    let flat = case.flat.contains(&input);
    if !flat && expected.abs() < SMALLEST {
        return Err(CheckError::ProvesNothing {
            case: case.name.clone(),
            input,
            found: expected,
        });
    }
    let close = (found - expected).abs() <= TOLERANCE * expected.abs().max(0.1);
    if !close || (flat && found != 0.0) {
        return Err(CheckError::Wrong {
            case: case.name.clone(),
            input,
            direction,
            found,
            expected,
        });
    }
    Ok(())
}

fn derivative(
    case: &Case,
    graph: &Graph,
    inputs: &BTreeMap<String, Plain>,
    index: usize,
    toward: &[f64],
) -> Result<f64, CheckError> {
    let at = |step: f64| {
        let mut moved = inputs.clone();
        if let Some(x) = moved.get_mut(&format!("in{index}")) {
            x.data
                .iter_mut()
                .zip(toward)
                .for_each(|(x, d)| *x += step * d);
        }
        let results = run(case, graph, &moved)?;
        Ok(results.get("loss").map_or(0.0, |loss| loss.data[0]))
    };
    Ok((at(STEP)? - at(-STEP)?) / (2.0 * STEP))
}

fn run(
    case: &Case,
    graph: &Graph,
    inputs: &BTreeMap<String, Plain>,
) -> Result<BTreeMap<String, Plain>, CheckError> {
    evaluate(graph, inputs).map_err(|source| CheckError::Oracle {
        case: case.name.clone(),
        source,
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
