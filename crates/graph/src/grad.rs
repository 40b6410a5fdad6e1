//! Reverse-mode differentiation, graph to graph.
//!
//! Walks the nodes between `wrt` and the outputs backwards and asks each op for the gradients by its
//! inputs. The result is ordinary graph: engines do not know what training is.

use std::collections::BTreeMap;

use crate::{Edge, GradContext, Gradient, Var};

/// Training through an op that has no gradient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: no gradient passes through {op}: {reason}")]
pub struct GradError {
    /// Layer path.
    pub path: String,
    /// Op.
    pub op: String,
    /// Why there is none.
    pub reason: String,
}

/// Gradients of a scalar by each of `wrt`; `None` where it does not depend on it.
pub fn grad(loss: &Var, wrt: &[Var]) -> Result<Vec<Option<Var>>, GradError> {
    vjp(&[(loss.clone(), loss.ones_like())], wrt)
}

/// Gradients by each of `wrt` of the sum over outputs of `<output, cotangent>`.
///
/// A graph with faults has none: every answer is `None`, and [`crate::Builder::finish`] tells why.
pub fn vjp(outputs: &[(Var, Var)], wrt: &[Var]) -> Result<Vec<Option<Var>>, GradError> {
    let Some((first, _)) = outputs.first() else {
        return Ok(vec![None; wrt.len()]);
    };
    let builder = first.builder.clone();
    if !builder.faults().is_empty() {
        return Ok(vec![None; wrt.len()]);
    }
    let last = outputs.iter().map(|o| o.0.edge.node).max().unwrap_or(0);
    let depends = reachable_from(first, wrt, last);
    let mut grads: BTreeMap<Edge, Var> = BTreeMap::new();
    for (out, cotangent) in outputs {
        if depends[out.edge.node] {
            accumulate(&mut grads, out.edge, cotangent.clone());
        }
    }
    for node in (0..=last).rev() {
        let (n_out, inputs, op, path) = {
            let state = builder.0.borrow();
            let n = &state.nodes[node];
            (
                n.types.len(),
                n.inputs.clone(),
                n.op.clone(),
                n.path.clone(),
            )
        };
        let out_grads: Vec<Option<Var>> = (0..n_out)
            .map(|out| grads.get(&Edge { node, out }).cloned())
            .collect();
        if !depends[node] || inputs.is_empty() || out_grads.iter().all(Option::is_none) {
            continue;
        }
        let var = |edge: &Edge| Var {
            builder: builder.clone(),
            edge: *edge,
        };
        let input_vars: Vec<Var> = inputs.iter().map(var).collect();
        let output_vars: Vec<Var> = (0..n_out).map(|out| var(&Edge { node, out })).collect();
        let needs: Vec<bool> = input_vars
            .iter()
            .map(|v| depends[v.edge.node] && v.dtype().is_float())
            .collect();
        if needs.iter().all(|n| !n) {
            continue;
        }
        let saved = builder.enter_backward(&path);
        let cx = GradContext {
            inputs: &input_vars,
            outputs: &output_vars,
            grads: &out_grads,
            needs: &needs,
        };
        let answer = op.rule().grad(&cx);
        builder.leave_backward(saved);
        match answer {
            Gradient::Of(list) => {
                for ((edge, grad), need) in inputs.iter().zip(list).zip(&needs) {
                    if let (Some(grad), true) = (grad, need) {
                        accumulate(&mut grads, *edge, grad);
                    }
                }
            }
            Gradient::Zero => {}
            Gradient::Missing(reason) => {
                return Err(GradError {
                    path: path.to_string(),
                    op: op.rule().name().to_string(),
                    reason,
                });
            }
        }
    }
    Ok(wrt.iter().map(|v| grads.get(&v.edge).cloned()).collect())
}

/// Which nodes depend on any of `wrt` through float values.
fn reachable_from(any: &Var, wrt: &[Var], last: usize) -> Vec<bool> {
    let state = any.builder.0.borrow();
    let mut depends = vec![false; last + 1];
    for v in wrt.iter().filter(|v| v.edge.node <= last) {
        depends[v.edge.node] = true;
    }
    for node in 0..=last {
        let through =
            |e: &Edge| depends[e.node] && state.nodes[e.node].types[e.out].dtype.is_float();
        if state.nodes[node].inputs.iter().any(through) {
            depends[node] = true;
        }
    }
    depends
}

fn accumulate(grads: &mut BTreeMap<Edge, Var>, edge: Edge, grad: Var) {
    match grads.get(&edge) {
        Some(so_far) => {
            let saved = so_far.builder.enter_backward(&so_far.path());
            let sum = so_far + &grad;
            sum.builder.leave_backward(saved);
            grads.insert(edge, sum);
        }
        None => {
            grads.insert(edge, grad);
        }
    }
}

impl crate::Builder {
    /// Writes what follows as gradient of the layer at `path`; returns what to restore.
    fn enter_backward(&self, path: &str) -> (Vec<String>, bool) {
        let mut state = self.0.borrow_mut();
        let saved = (std::mem::take(&mut state.path), state.backward);
        if !path.is_empty() {
            state.path = vec![path.to_string()];
        }
        state.backward = true;
        saved
    }

    fn leave_backward(&self, saved: (Vec<String>, bool)) {
        let mut state = self.0.borrow_mut();
        (state.path, state.backward) = saved;
    }
}
