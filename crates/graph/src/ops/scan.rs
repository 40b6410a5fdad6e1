//! A sub-graph run once per time step, carrying values from step to step: recurrent cells.
//!
//! Inputs: carries, then sequences (T, ...), then constants. The body's inputs are the carries, the sequences' entries of the
//! step and the constants, in this order; its outputs the next carries, then one entry per result. Outputs: last
//! carries, results (T, ...), and per carry the values it had at the beginning of each step (T, ...), which the gradient reads.

use std::sync::Arc;

use crate::oracle::evaluate_body;
use crate::scan_grad::BackwardScan;
use crate::{
    Builder, Fault, GradContext, Gradient, Graph, InputKind, Op, Plain, Rule, Type, Var, elements,
};

/// A scan.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// One step. It has feeds only, no state and no updates.
    pub body: Arc<Graph>,
    /// Number of carries.
    pub carries: usize,
    /// Number of sequences.
    pub sequences: usize,
    /// Steps T, the first axis of sequences and results.
    pub length: usize,
    /// Run from the last entry to the first; results stay at their entry's place.
    pub reverse: bool,
}

impl Scan {
    fn results(&self) -> usize {
        self.body.outputs.len().saturating_sub(self.carries)
    }

    /// The body's input types as the scan's inputs would have them.
    fn stacked(&self, ty: &Type) -> Type {
        Type::new(ty.dtype, [&[self.length], &ty.shape[..]].concat())
    }

    fn check_body(&self) -> Result<(), Fault> {
        let feeds = self.body.inputs.iter().all(|i| i.kind == InputKind::Feed);
        let enough = self.body.inputs.len() >= self.carries + self.sequences;
        if !feeds
            || !enough
            || !self.body.updates.is_empty()
            || self.body.outputs.len() < self.carries
        {
            return Err(Fault::new(
                format!(
                    "a body of {} inputs, {} outputs",
                    self.body.inputs.len(),
                    self.body.outputs.len()
                ),
                format!(
                    "feeds for {} carries and {} sequences, a next value per carry, and no state",
                    self.carries, self.sequences
                ),
                "Give the body one input per carry, sequence and constant, in this order.",
            ));
        }
        let odd = (0..self.carries)
            .find(|&i| *self.body.ty(self.body.outputs[i].1) != self.body.inputs[i].ty);
        match odd {
            None => Ok(()),
            Some(i) => Err(Fault::new(
                format!(
                    "next carry {i} of type {}",
                    self.body.ty(self.body.outputs[i].1)
                ),
                self.body.inputs[i].ty.to_string(),
                "Let a carry keep its type from step to step.",
            )),
        }
    }
}

impl Rule for Scan {
    fn name(&self) -> &'static str {
        "Scan"
    }

    fn outputs(&self) -> usize {
        2 * self.carries + self.results()
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        self.check_body()?;
        let body = &self.body;
        let carry = |i: usize| body.inputs[i].ty.clone();
        let last = (0..self.carries).map(carry);
        let results = body.outputs[self.carries..]
            .iter()
            .map(|(_, e)| self.stacked(body.ty(*e)));
        let starts = (0..self.carries).map(|i| self.stacked(&carry(i)));
        let types: Vec<Type> = last.chain(results).chain(starts).collect();
        let stacked = self.carries..self.carries + self.sequences;
        let want = |i: usize| {
            if stacked.contains(&i) {
                self.stacked(&carry(i))
            } else {
                carry(i)
            }
        };
        if inputs.len() != body.inputs.len() {
            let found = format!("{} inputs", inputs.len());
            let fault = Fault::new(
                found,
                format!("{}", body.inputs.len()),
                "Give every input of the body a value.",
            );
            return Err(fault.meaning_all(types));
        }
        match (0..inputs.len()).find(|&i| inputs[i] != want(i)) {
            None => Ok(types),
            Some(i) => {
                let found = format!("{} for `{}`", inputs[i], body.inputs[i].name);
                let fault = Fault::new(
                    found,
                    want(i).to_string(),
                    "Let carries, sequences and body agree.",
                );
                Err(fault.meaning_all(types))
            }
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        match BackwardScan::new(self, cx).write(cx) {
            Ok(grads) => Gradient::Of(grads),
            Err(reason) => Gradient::Missing(reason),
        }
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let (n, s) = (self.carries, self.sequences);
        let mut carries: Vec<Plain> = inputs[..n].iter().map(|&x| x.clone()).collect();
        let empty = |ty: &Type| Plain::full(&self.stacked(ty).shape, 0.0);
        let results = self.body.outputs[n..]
            .iter()
            .map(|(_, e)| empty(self.body.ty(*e)));
        let mut stacks: Vec<Plain> = results.collect();
        stacks.extend((0..n).map(|i| empty(&self.body.inputs[i].ty)));
        for step in 0..self.length {
            let t = if self.reverse {
                self.length - 1 - step
            } else {
                step
            };
            let mut args = carries.clone();
            args.extend(inputs[n..n + s].iter().map(|x| entry(x, t)));
            args.extend(inputs[n + s..].iter().map(|&x| x.clone()));
            let next = evaluate_body(&self.body, &args);
            for (stack, value) in stacks.iter_mut().zip(next[n..].iter().chain(&carries)) {
                stack.data[t * value.data.len()..][..value.data.len()].copy_from_slice(&value.data);
            }
            carries = next[..n].to_vec();
        }
        carries.extend(stacks);
        carries
    }
}

/// Entry `t` along the first axis.
fn entry(x: &Plain, t: usize) -> Plain {
    let n = elements(&x.shape[1..]);
    Plain::new(&x.shape[1..], x.data[t * n..][..n].to_vec())
}

/// What a scan leaves behind.
pub struct Scanned {
    /// The carries after the last step.
    pub carries: Vec<Var>,
    /// The results of every step (T, ...).
    pub results: Vec<Var>,
}

impl Builder {
    /// Runs `body` once per step of `length`, from the last to the first if `reverse`.
    ///
    /// The body's inputs are the carries, one entry of each sequence and the constants; its outputs
    /// the next carries, then the results.
    pub fn scan(
        &self,
        body: Graph,
        (length, reverse): (usize, bool),
        carries: &[Var],
        sequences: &[Var],
        constants: &[Var],
    ) -> Scanned {
        let op = Scan {
            body: Arc::new(body),
            carries: carries.len(),
            sequences: sequences.len(),
            length,
            reverse,
        };
        let results = op.results();
        let inputs: Vec<&Var> = carries.iter().chain(sequences).chain(constants).collect();
        let mut out = self.apply(Op::Scan(op), &inputs);
        out.truncate(carries.len() + results);
        let results = out.split_off(carries.len());
        Scanned {
            carries: out,
            results,
        }
    }
}
