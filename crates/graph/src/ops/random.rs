//! Random numbers from a counter: Philox4x32-10, so that a value depends on nothing but its place.
//!
//! Inputs: seed and step, int64 scalars. Element `i` of a draw uses word `i % 4` of the Philox block with
//! key (seed low, seed high) and counter (i / 4, step, stream low, stream high).

use crate::check::{Case, Domain, Feed};
use crate::philox::{normal_pair, philox4x32, uniform};
use crate::{Builder, DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, Var, elements};

/// Which distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// [0, 1), 24 bits.
    Uniform,
    /// Mean 0, deviation 1, Box-Muller.
    Normal,
    /// 1 with probability `p`, else 0.
    Bernoulli {
        /// Probability of 1.
        p: f64,
    },
}

/// A draw of f32 numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Random {
    /// Which distribution.
    pub distribution: Distribution,
    /// Shape of the draw.
    pub shape: Vec<usize>,
    /// Stream: a hash of the layer path and occurrence, so that another layer moves no draw.
    pub stream: u64,
}

/// Draws beyond this would reuse counters.
const LARGEST: usize = 1 << 34;

impl Random {
    /// The draw, given seed and step.
    pub fn draw(&self, seed: u64, step: u64) -> Vec<f64> {
        let n = elements(&self.shape);
        let key = [seed as u32, (seed >> 32) as u32];
        let stream = [self.stream as u32, (self.stream >> 32) as u32];
        let block = |i: usize| philox4x32([i as u32, step as u32, stream[0], stream[1]], key);
        let mut out: Vec<f64> = (0..n.div_ceil(4))
            .flat_map(|i| self.shaped(block(i)))
            .collect();
        out.truncate(n);
        out
    }

    /// Four words as four numbers of the distribution.
    fn shaped(&self, words: [u32; 4]) -> [f64; 4] {
        match self.distribution {
            Distribution::Uniform => words.map(uniform),
            Distribution::Bernoulli { p } => words.map(|w| f64::from(uniform(w) < p)),
            Distribution::Normal => {
                let (a, b) = (
                    normal_pair(words[0], words[1]),
                    normal_pair(words[2], words[3]),
                );
                [a.0, a.1, b.0, b.1]
            }
        }
    }
}

impl Rule for Random {
    fn name(&self) -> &'static str {
        "Random"
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let ty = Type::new(DType::F32, self.shape.clone());
        if inputs
            .iter()
            .any(|t| t.dtype != DType::I64 || t.rank() != 0)
        {
            let found = format!("seed {}, step {}", inputs[0], inputs[1]);
            return Err(Fault::new(found, "two int64 scalars", "Pass scalars.").meaning(ty));
        }
        if let Distribution::Bernoulli { p } = self.distribution
            && !(0.0..=1.0).contains(&p)
        {
            let found = format!("probability {p}");
            return Err(
                Fault::new(found, "a number from 0 to 1", "Choose a probability.").meaning(ty),
            );
        }
        if elements(&self.shape) > LARGEST {
            let found = format!("a draw of shape {:?}", self.shape);
            return Err(
                Fault::new(found, "at most 2^34 numbers", "Draw fewer at once.").meaning(ty),
            );
        }
        Ok(vec![ty])
    }

    fn grad(&self, _: &GradContext<'_>) -> Gradient {
        Gradient::Zero
    }

    fn oracle(&self, inputs: &[&Plain], _: &[Type]) -> Vec<Plain> {
        let bits = |x: &Plain| x.data[0] as i64 as u64;
        vec![Plain::new(
            self.shape.clone(),
            self.draw(bits(inputs[0]), bits(inputs[1])),
        )]
    }
}

impl Builder {
    /// Random float32 numbers: a function of distribution, shape, `stream`, `seed` and `step` (int64 scalars) alone.
    pub fn random(
        &self,
        distribution: Distribution,
        shape: &[usize],
        stream: u64,
        seed: &Var,
        step: &Var,
    ) -> Var {
        let op = Random {
            distribution,
            shape: shape.to_vec(),
            stream,
        };
        self.apply(Op::Random(op), &[seed, step]).swap_remove(0)
    }
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let scalar = |n: usize| Feed {
        ty: Type::new(DType::I64, []),
        domain: Domain::Ids(n),
    };
    let case = |name: &str, distribution: Distribution, shape: &'static [usize]| {
        let feeds = vec![scalar(1 << 40), scalar(1 << 20)];
        Case::many(format!("random/{name}"), feeds, move |b, x| {
            vec![b.random(distribution, shape, 0x1234_5678_9abc_def0, &x[0], &x[1])]
        })
    };
    vec![
        case("uniform", Distribution::Uniform, &[5, 7]),
        case("normal", Distribution::Normal, &[9, 3]),
        case("bernoulli", Distribution::Bernoulli { p: 0.3 }, &[41]),
        case("one number", Distribution::Uniform, &[]),
        case("larger", Distribution::Normal, &[33, 70]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uniforms(shape: &[usize], stream: u64) -> Vec<f64> {
        Random {
            distribution: Distribution::Uniform,
            shape: shape.to_vec(),
            stream,
        }
        .draw(42, 3)
    }

    #[test]
    fn a_draw_is_a_function_of_its_place() {
        assert_eq!(uniforms(&[10], 7), uniforms(&[2, 5], 7));
        assert_eq!(uniforms(&[7], 7), uniforms(&[100], 7)[..7]);
        assert_ne!(uniforms(&[10], 7), uniforms(&[10], 8));
    }

    #[test]
    fn probabilities_and_sizes_are_checked() {
        let scalars = [Type::new(DType::I64, []), Type::new(DType::I64, [])];
        let draw = |p: f64, shape: &[usize]| {
            let distribution = Distribution::Bernoulli { p };
            Random {
                distribution,
                shape: shape.to_vec(),
                stream: 0,
            }
            .types(&scalars)
        };
        assert!(draw(0.5, &[3]).is_ok());
        assert!(draw(f64::NAN, &[3]).is_err());
        assert!(draw(1.5, &[3]).is_err());
        assert!(draw(0.5, &[usize::MAX, 2]).is_err());
    }
}
