//! Gradient of layer normalization.
//!
//!   x^ = (x - mean) * rstd;  g = dy * gamma;  dx = rstd * (g - mean(g) - x^ * mean(g x^))
//!   dgamma = sum over rows of dy * x^;  dbeta = sum over rows of dy
//!
//! Inputs: x (.., D), gamma (D), mean (..), rstd (..), dy (.., D). Outputs: dx (.., D), dgamma (D), dbeta (D).

use crate::check::{Case, floats};
use crate::ops::LayerNorm;
use crate::{Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, vjp};

/// Layer normalization's gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNormGrad {
    /// The forward op.
    pub forward: LayerNorm,
}

impl Rule for LayerNormGrad {
    fn name(&self) -> &'static str {
        "LayerNormGrad"
    }

    fn outputs(&self) -> usize {
        3
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let mend = "Write this op by differentiating a layer normalization.";
        let &[x, gamma, mean, rstd, dy] = &inputs.iter().collect::<Vec<_>>()[..] else {
            let found = format!("{} inputs", inputs.len());
            return Err(Fault::new(found, "5", mend));
        };
        // The forward op's rule on its own inputs.
        let out = self
            .forward
            .types(&[x.clone(), gamma.clone(), gamma.clone()])?;
        let types = vec![x.clone(), gamma.clone(), gamma.clone()];
        let given = [dy, mean, rstd].into_iter().zip(&out);
        match given.into_iter().find(|(found, want)| found != want) {
            None => Ok(types),
            Some((found, want)) => {
                Err(Fault::new(found.to_string(), want.to_string(), mend).meaning_all(types))
            }
        }
    }

    /// Written out in ops and differentiated twice. Mean and rstd are functions of x there, so x has their share.
    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let [x, gamma, dy] = [0, 1, 4].map(|i| &cx.inputs[i]);
        let beta = gamma.zeros_like();
        let y = self.forward.written_out(x, gamma, &beta);
        let of_inputs = [x.clone(), gamma.clone(), beta];
        let twice = vjp(&[(y, dy.clone())], &of_inputs).and_then(|first| {
            let given = |(i, d): (usize, Option<Var>)| d.map(|d| (d, cx.grad(i)));
            let seeds: Vec<(Var, Var)> = first.into_iter().enumerate().filter_map(given).collect();
            vjp(&seeds, &[x.clone(), gamma.clone(), dy.clone()])
        });
        match twice {
            Ok(mut list) => {
                let dy = list.pop().flatten();
                list.extend([None, None, dy]);
                Gradient::Of(list)
            }
            Err(e) => Gradient::Missing(e.to_string()),
        }
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let [x, gamma, mean, rstd, dy] = [0, 1, 2, 3, 4].map(|i| inputs[i]);
        let d = gamma.data.len();
        let mut dx = x.clone();
        let [mut dgamma, mut dbeta] = [gamma, gamma].map(|g| Plain::full(&g.shape, 0.0));
        for (row, dx) in dx.data.chunks_exact_mut(d).enumerate() {
            let (mean, rstd) = (mean.data[row], rstd.data[row]);
            let dy = &dy.data[row * d..][..d];
            let normal: Vec<f64> = dx.iter().map(|x| (x - mean) * rstd).collect();
            let g: Vec<f64> = dy.iter().zip(&gamma.data).map(|(d, g)| d * g).collect();
            let mean_g = g.iter().sum::<f64>() / d as f64;
            let along = g.iter().zip(&normal).map(|(g, x)| g * x).sum::<f64>() / d as f64;
            for j in 0..d {
                dx[j] = rstd * (g[j] - mean_g - normal[j] * along);
                dgamma.data[j] += dy[j] * normal[j];
                dbeta.data[j] += dy[j];
            }
        }
        vec![dx, dgamma, dbeta]
    }
}

/// Cases for engines and second derivatives: the statistics are those of x, as in a model.
pub fn cases() -> Vec<Case> {
    let case = |name: &str, shape: &[usize]| {
        let along = &shape[shape.len() - 1..];
        let feeds = vec![floats(shape), floats(along), floats(shape)];
        Case::many(format!("layer_norm_grad/{name}"), feeds, |b, x| {
            let forward = LayerNorm { epsilon: 1e-2 };
            let beta = x[1].zeros_like();
            let out = b.apply(Op::LayerNorm(forward.clone()), &[&x[0], &x[1], &beta]);
            let statistics = [&out[1], &out[2]].map(Var::stop_gradient);
            let [mean, rstd] = &statistics;
            let op = Op::LayerNormGrad(LayerNormGrad { forward });
            b.apply(op, &[&x[0], &x[1], mean, rstd, &x[2]])
        })
    };
    vec![case("rows", &[3, 5]), case("three axes", &[2, 3, 4])]
}
