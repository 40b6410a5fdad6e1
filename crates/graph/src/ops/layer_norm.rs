//! Layer normalization of the last axis as one op.
//!
//!   y = (x - mean) * rstd * gamma + beta;  rstd = 1 / sqrt(variance + epsilon);  mean and variance of each row
//!
//! Inputs: x (.., D), gamma (D), beta (D). Outputs: y (.., D), mean and rstd of each row (..).
//! Ba, Kiros and Hinton 2016; keras/src/layers/normalization/layer_normalization.py.

use crate::check::{Case, floats};
use crate::ops::LayerNormGrad;
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var};

/// Layer normalization of the last axis.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNorm {
    /// Added to the variance.
    pub epsilon: f64,
}

impl LayerNorm {
    /// y by ops that have derivatives of every order.
    pub(crate) fn written_out(&self, x: &Var, gamma: &Var, beta: &Var) -> Var {
        let centred = x - x.mean(&[-1], true);
        let variance = centred.square().mean(&[-1], true);
        centred * (variance + self.epsilon).rsqrt() * gamma + beta
    }
}

impl Rule for LayerNorm {
    fn name(&self) -> &'static str {
        "LayerNorm"
    }

    fn outputs(&self) -> usize {
        3
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        let Some((&d, rows)) = x.shape.split_last() else {
            let mend = "Give the input an axis to normalize.";
            return Err(Fault::new(format!("{x}"), "one axis or more", mend));
        };
        let row = Type::new(x.dtype, rows.to_vec());
        let types = vec![x.clone(), row.clone(), row];
        if d == 0 || !x.dtype.is_float() {
            let mend = "Normalize an axis with something on it.";
            let fault = Fault::new(format!("{x}"), "rows of one float or more", mend);
            return Err(fault.meaning_all(types));
        }
        let along = Type::new(x.dtype, [d]);
        let wrong = ["gamma", "beta"]
            .into_iter()
            .zip(1..)
            .find(|(_, i)| inputs.get(*i) != Some(&along));
        match wrong {
            None if inputs.len() == 3 => Ok(types),
            None => {
                let found = format!("{} inputs", inputs.len());
                let mend = "Give x, gamma and beta.";
                Err(Fault::new(found, "3", mend).meaning_all(types))
            }
            Some((name, i)) => {
                let found = inputs.get(i).map_or("nothing".into(), Type::to_string);
                let found = format!("{name} of type {found}");
                let mend = "Make it as long as the rows are.";
                Err(Fault::new(found, along.to_string(), mend).meaning_all(types))
            }
        }
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        if cx.grads[1].is_some() || cx.grads[2].is_some() {
            return Gradient::Missing("only y of a layer normalization has one".into());
        }
        let (x, gamma) = (&cx.inputs[0], &cx.inputs[1]);
        let (mean, rstd, dy) = (&cx.outputs[1], &cx.outputs[2], cx.grad(0));
        let op = Op::LayerNormGrad(LayerNormGrad {
            forward: self.clone(),
        });
        let back = x.builder().apply(op, &[x, gamma, mean, rstd, &dy]);
        Gradient::Of(back.into_iter().map(Some).collect())
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let [x, gamma, beta] = [0, 1, 2].map(|i| inputs[i]);
        let d = gamma.data.len();
        let mut y = x.clone();
        let rows = &x.shape[..x.shape.len() - 1];
        let [mut means, mut rstds] = [0.0; 2].map(|zero| Plain::full(rows, zero));
        for (row, y) in y.data.chunks_exact_mut(d).enumerate() {
            let mean = y.iter().sum::<f64>() / d as f64;
            let variance = y.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / d as f64;
            let rstd = 1.0 / (variance + self.epsilon).sqrt();
            for (j, v) in y.iter_mut().enumerate() {
                *v = (*v - mean) * rstd * gamma.data[j] + beta.data[j];
            }
            (means.data[row], rstds.data[row]) = (mean, rstd);
        }
        vec![y, means, rstds]
    }
}

/// Cases for gradients and engines. Mean and rstd have no gradient and stay inside.
pub fn cases() -> Vec<Case> {
    let case = |name: &str, shape: &[usize], epsilon| {
        let along = &shape[shape.len() - 1..];
        let feeds = vec![floats(shape), floats(along), floats(along)];
        Case::many(format!("layer_norm/{name}"), feeds, move |b, x| {
            let op = Op::LayerNorm(LayerNorm { epsilon });
            b.apply(op, &x.iter().collect::<Vec<_>>())[..1].to_vec()
        })
    };
    vec![
        case("rows", &[3, 5], 1e-3),
        case("three axes", &[2, 3, 4], 1e-1),
        case("one row", &[6], 1e-3),
    ]
}
