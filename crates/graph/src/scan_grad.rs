//! The gradient of a scan: a scan the other way, whose body is the derivative of the forward body.
//!
//! Carries: the gradients by the carries, and sums of the gradients by the constants. Sequences: the
//! carries at the beginning of each step (the forward scan kept them), the forward sequences, and the
//! gradients by the results and by those beginnings. Constants: the forward constants.

use crate::ops::Scan;
use crate::{Builder, GradContext, Graph, InputKind, Type, Var, vjp};

/// The plan of a backward scan: which of the forward scan's values take part.
pub(crate) struct BackwardScan<'a> {
    scan: &'a Scan,
    /// Float carries, by index.
    carries: Vec<usize>,
    /// Sequences that somebody wants the gradient of.
    sequences: Vec<usize>,
    /// Constants that somebody wants the gradient of.
    constants: Vec<usize>,
    /// Results whose gradient is given.
    results: Vec<usize>,
    /// Carries whose beginnings have a gradient.
    starts: Vec<usize>,
}

/// Declares the inputs of a body, each under a name of its own.
struct Inputs<'a>(&'a Builder);

impl Inputs<'_> {
    fn list(&self, group: &str, types: impl Iterator<Item = Type>) -> Vec<Var> {
        let name = |i: usize| format!("{group}{i}");
        types
            .enumerate()
            .map(|(i, ty)| self.0.input(&name(i), ty, InputKind::Feed))
            .collect()
    }
}

impl<'a> BackwardScan<'a> {
    pub(crate) fn new(scan: &'a Scan, cx: &GradContext<'_>) -> BackwardScan<'a> {
        let (n, s) = (scan.carries, scan.sequences);
        let results = scan.body.outputs.len() - n;
        let given =
            |from: usize, count: usize| (0..count).filter(move |i| cx.grads[from + i].is_some());
        BackwardScan {
            scan,
            carries: (0..n)
                .filter(|&i| scan.body.inputs[i].ty.dtype.is_float())
                .collect(),
            sequences: (0..s).filter(|i| cx.needs[n + i]).collect(),
            constants: (0..cx.inputs.len() - n - s)
                .filter(|i| cx.needs[n + s + i])
                .collect(),
            results: given(n, results).collect(),
            starts: given(n + results, n)
                .filter(|&i| scan.body.inputs[i].ty.dtype.is_float())
                .collect(),
        }
    }

    /// Gradients by all inputs of the forward scan, or why there are none.
    pub(crate) fn write(&self, cx: &GradContext<'_>) -> Result<Vec<Option<Var>>, String> {
        let body = self.body()?;
        let (n, s) = (self.scan.carries, self.scan.sequences);
        let results = self.scan.body.outputs.len() - n;
        let mut carries: Vec<Var> = self.carries.iter().map(|&i| cx.grad(i)).collect();
        carries.extend(
            self.constants
                .iter()
                .map(|&i| cx.inputs[n + s + i].zeros_like()),
        );
        let mut sequences = cx.outputs[n + results..].to_vec();
        sequences.extend_from_slice(&cx.inputs[n..n + s]);
        sequences.extend(self.results.iter().map(|&i| cx.grad(n + i)));
        sequences.extend(self.starts.iter().map(|&i| cx.grad(n + results + i)));
        let way = (self.scan.length, !self.scan.reverse);
        let back =
            cx.inputs[0]
                .builder()
                .scan(body, way, &carries, &sequences, &cx.inputs[n + s..]);
        let mut grads = vec![None; cx.inputs.len()];
        let places = self
            .carries
            .iter()
            .copied()
            .chain(self.constants.iter().map(|i| n + s + i));
        for (place, grad) in places.zip(back.carries) {
            grads[place] = Some(grad);
        }
        for (i, grad) in self.sequences.iter().zip(back.results) {
            grads[n + i] = Some(grad);
        }
        Ok(grads)
    }

    /// One step back: the forward step again, and its derivative.
    fn body(&self) -> Result<Graph, String> {
        let (body, n, s) = (&self.scan.body, self.scan.carries, self.scan.sequences);
        let ty = |i: usize| body.inputs[i].ty.clone();
        let b = Builder::new();
        let inputs = Inputs(&b);
        let d_carries = inputs.list("d_carry", self.carries.iter().map(|&i| ty(i)));
        let sums = inputs.list("sum", self.constants.iter().map(|&i| ty(n + s + i)));
        let mut forward = inputs.list("carry", (0..n).map(ty));
        forward.extend(inputs.list("entry", (n..n + s).map(ty)));
        let result = |&i: &usize| body.ty(body.outputs[n + i].1).clone();
        let d_results = inputs.list("d_result", self.results.iter().map(result));
        let d_starts = inputs.list("d_start", self.starts.iter().map(|&i| ty(i)));
        forward.extend(inputs.list("constant", (n + s..body.inputs.len()).map(ty)));

        let out = b.inline(body, &forward);
        let next = self
            .carries
            .iter()
            .zip(&d_carries)
            .map(|(&i, d)| (out[i].clone(), d.clone()));
        let shown = self
            .results
            .iter()
            .zip(&d_results)
            .map(|(&i, d)| (out[n + i].clone(), d.clone()));
        let seeds: Vec<(Var, Var)> = next.chain(shown).collect();
        let wanted = self.carries.iter().copied();
        let wanted = wanted.chain(self.constants.iter().map(|i| n + s + i));
        let wanted: Vec<usize> = wanted.chain(self.sequences.iter().map(|i| n + i)).collect();
        let wrt: Vec<Var> = wanted.iter().map(|&i| forward[i].clone()).collect();
        let grads = vjp(&seeds, &wrt).map_err(|e| format!("inside its body, {e}"))?;
        let mut grads: Vec<Var> = grads
            .into_iter()
            .zip(&wrt)
            .map(|(g, x)| g.unwrap_or_else(|| x.zeros_like()))
            .collect();
        for (i, d) in self.starts.iter().zip(&d_starts) {
            if let Some(at) = self.carries.iter().position(|c| c == i) {
                grads[at] = &grads[at] + d;
            }
        }
        for (i, sum) in sums.iter().enumerate() {
            let at = self.carries.len() + i;
            grads[at] = sum + &grads[at];
        }
        let names: Vec<String> = (0..grads.len()).map(|i| format!("out{i}")).collect();
        let outputs: Vec<(&str, Var)> = names.iter().map(String::as_str).zip(grads).collect();
        b.finish(&outputs, &[]).map_err(|faults| faults.to_string())
    }
}
