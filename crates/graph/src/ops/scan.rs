//! A sub-graph run once per time step, carrying values from step to step: recurrent cells.
//!
//! Inputs: carries, then sequences (T, ...), then constants. The body's inputs are the carries, the sequences' entries of the
//! step and the constants, in this order; its outputs the next carries, then one entry per result. Outputs: last
//! carries, results (T, ...), and per carry the values it had at the beginning of each step (T, ...), which the gradient reads.

use std::sync::Arc;

use crate::check::{Case, floats, ids, within};
use crate::oracle::evaluate_body;
use crate::scan_grad::BackwardScan;
use crate::{
    Builder, DType, Fault, GradContext, Gradient, Graph, InputKind, Op, Plain, Rule, Type, Var,
    elements,
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
        let enough = self.body.inputs.len() >= self.carries.saturating_add(self.sequences);
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
        2 * self.carries.min(self.body.outputs.len()) + self.results()
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

/// A body for cases: h' = tanh(h · r + entry + n * bias), showing h'² and the count n + 1.
fn cell(b: usize, u: usize) -> Graph {
    let builder = Builder::new();
    let feed = |name: &str, dtype, shape: &[usize]| {
        builder.input(name, Type::new(dtype, shape), InputKind::Feed)
    };
    let h = feed("h", DType::F32, &[b, u]);
    let count = feed("count", DType::I32, &[]);
    let x = feed("x", DType::F32, &[b, u]);
    let r = feed("r", DType::F32, &[u, u]);
    let bias = feed("bias", DType::F32, &[u]);
    let next = (h.matmul(&r) + x + bias * count.cast(DType::F32)).tanh();
    let outputs = [
        ("h", next.clone()),
        ("count", &count + 1.0),
        ("square", next.square()),
    ];
    builder.finish(&outputs, &[]).unwrap_or_default()
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let (b, t, u) = (2, 4, 3);
    let recurrent = |name: &str, reverse: bool| {
        let feeds = vec![
            floats(&[b, u]),
            ids(&[], 3),
            floats(&[t, b, u]),
            floats(&[u, u]),
            floats(&[u]),
        ];
        Case::many(format!("scan/{name}"), feeds, move |builder, x| {
            let out = builder.scan(cell(b, u), (t, reverse), &x[..2], &x[2..3], &x[3..]);
            [out.carries, out.results].concat()
        })
    };
    vec![
        recurrent("forward", false),
        recurrent("reverse", true),
        Case::many(
            "scan/beginnings",
            vec![floats(&[3]), floats(&[4, 3])],
            |builder, x| {
                let body = Builder::new();
                let feed =
                    |name: &str| body.input(name, Type::new(DType::F32, [3]), InputKind::Feed);
                let (sum, entry) = (feed("sum"), feed("entry"));
                let body = body
                    .finish(&[("sum", &sum * &entry.sin())], &[])
                    .unwrap_or_default();
                let op = Scan {
                    body: Arc::new(body),
                    carries: 1,
                    sequences: 1,
                    length: 4,
                    reverse: false,
                };
                builder.apply(Op::Scan(op), &[&x[0], &x[1]])
            },
        ),
        Case::many(
            "scan/power by counting",
            vec![within(&[3], 0.5, 1.5)],
            |builder, x| {
                let body = Builder::new();
                let feed =
                    |name: &str| body.input(name, Type::new(DType::F32, [3]), InputKind::Feed);
                let (power, base) = (feed("power"), feed("base"));
                let body = body
                    .finish(&[("power", &power * &base)], &[])
                    .unwrap_or_default();
                builder
                    .scan(body, (5, false), &[x[0].ones_like()], &[], &x[..1])
                    .carries
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_that_do_not_fit_the_body_are_a_fault() {
        let builder = Builder::new();
        let feed = |name: &str, dtype, shape: &[usize]| {
            builder.input(name, Type::new(dtype, shape), InputKind::Feed)
        };
        let h = feed("h", DType::F32, &[2, 3]);
        let count = feed("count", DType::I32, &[]);
        let short = feed("x", DType::F32, &[3, 2, 3]);
        let (r, bias) = (
            feed("r", DType::F32, &[3, 3]),
            feed("bias", DType::F32, &[3]),
        );
        let out = builder.scan(
            cell(2, 3),
            (4, false),
            &[h.clone(), count.clone()],
            &[short],
            &[r, bias],
        );
        assert_eq!((out.carries.len(), out.results.len()), (2, 1));
        assert_eq!(out.results[0].shape(), [4, 2, 3]);
        let out = builder.scan(cell(2, 3), (4, false), &[h], &[], &[]);
        assert_eq!(out.carries.len(), 1);
        let found: Vec<String> = builder
            .faults()
            .iter()
            .map(|f| f.fault.found.clone())
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "float32[3, 2, 3] for `x`");
    }

    #[test]
    fn no_steps_leave_the_carries() {
        let op = Scan {
            body: Arc::new(cell(1, 1)),
            carries: 2,
            sequences: 1,
            length: 0,
            reverse: false,
        };
        let one = |shape: &[usize]| Plain::full(shape, 0.5);
        let inputs = [
            one(&[1, 1]),
            one(&[]),
            one(&[0, 1, 1]),
            one(&[1, 1]),
            one(&[1]),
        ];
        let out = op.oracle(&inputs.iter().collect::<Vec<_>>(), &[]);
        assert_eq!(out.len(), op.outputs());
        assert_eq!(out[0].data, [0.5]);
        assert_eq!(out[2].shape, [0, 1, 1]);
    }
}
