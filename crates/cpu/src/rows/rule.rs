//! The optimizers whose rows may wait, as formulas with their numbers.

/// Terms of the series in [`super::drift`].
pub(crate) const TERMS: usize = 4;
/// Most steps after which a row still moves.
pub(super) const LONGEST: usize = 4096;
/// What is left of a row's first move where it counts as still.
const STILL: f64 = 1e-10;
/// Most that the series may be off, as a share of the whole move: half a unit in the last place of float32.
const SERIES: f64 = 6e-8;

/// An optimizer's step, in its own words, with g the row's gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// w -= lr g.
    Plain,
    /// m = μ m - lr g;  w += m, or with Nesterov w += μ m - lr g.
    Momentum { mu: f32, nesterov: bool },
    /// m += (g - m) c₁;  v += (g² - v) c₂;  w -= α m / (√v + ε).
    Adam { c1: f32, c2: f32, epsilon: f32 },
    /// v = ρ v + c g²;  w -= lr g / √(v + ε), or √v + ε.
    RmsProp {
        rho: f32,
        share: f32,
        epsilon: f32,
        outside: bool,
    },
    /// a += g²;  w -= lr g / √(a + ε), or √a + ε.
    Adagrad { epsilon: f32, outside: bool },
}

/// A form, and the weight decay before it: w -= w decay lr.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub form: Form,
    pub decay: Option<f32>,
}

/// How a row without a gradient moves by its first slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pull {
    /// Not at all.
    None,
    /// w -= m Σ, with so much of m a step.
    Straight(f64),
    /// w -= m / (√v + ε) Σ, the divisor changing with v.
    Rooted,
}

impl Rule {
    /// Class name for profiles.
    pub fn name(&self) -> &'static str {
        match (self.form, self.decay) {
            (Form::Plain | Form::Momentum { .. }, _) => "SGD",
            (Form::Adam { .. }, None) => "Adam",
            (Form::Adam { .. }, Some(_)) => "AdamW",
            (Form::RmsProp { .. }, _) => "RMSprop",
            (Form::Adagrad { .. }, _) => "Adagrad",
        }
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        match self.form {
            Form::Plain => 0,
            Form::Momentum { .. } | Form::RmsProp { .. } | Form::Adagrad { .. } => 1,
            Form::Adam { .. } => 2,
        }
    }

    /// What is left of each slot after a step without a gradient.
    pub fn kept(&self) -> [f64; 2] {
        match self.form {
            Form::Plain | Form::Adagrad { .. } => [1.0; 2],
            Form::Momentum { mu, .. } => [f64::from(mu), 1.0],
            Form::Adam { c1, c2, .. } => [1.0 - f64::from(c1), 1.0 - f64::from(c2)],
            Form::RmsProp { rho, .. } => [f64::from(rho), 1.0],
        }
    }

    pub fn pull(&self) -> Pull {
        match self.form {
            Form::Plain | Form::RmsProp { .. } | Form::Adagrad { .. } => Pull::None,
            Form::Momentum {
                nesterov: false, ..
            } => Pull::Straight(-1.0),
            Form::Momentum { mu, .. } => Pull::Straight(-f64::from(mu)),
            Form::Adam { .. } => Pull::Rooted,
        }
    }

    /// Whether anything of a row changes without a gradient.
    pub fn drifts(&self) -> bool {
        self.moves() || self.kept() != [1.0; 2]
    }

    /// Whether w itself changes without a gradient.
    pub fn moves(&self) -> bool {
        self.decay.is_some() || self.pull() != Pull::None
    }

    /// Ratios of the series: term i of a move weighs step k by ratios[i]^k.
    pub(super) fn ratios(&self) -> [f64; TERMS] {
        let [first, second] = self.kept();
        let root = match self.pull() {
            Pull::Rooted => second.sqrt(),
            _ => 1.0,
        };
        std::array::from_fn(|i| first / root.powi(1 + i as i32))
    }

    /// Steps without a gradient after which a row is still.
    pub(super) fn window(&self) -> usize {
        let ratios = self.ratios();
        let slowest = match self.pull() {
            Pull::None => return 0,
            Pull::Straight(_) => ratios[0],
            Pull::Rooted => ratios[TERMS - 1],
        };
        if slowest <= 0.0 {
            return 1;
        }
        (STILL.ln() / slowest.ln()).ceil() as usize
    }

    /// Whether waiting rows end where rows end that take every step, to float32's precision.
    pub fn is_exact(&self) -> bool {
        let sane = |x: f64| (0.0..=1.0).contains(&x);
        let [first, second] = self.kept();
        if !sane(first) || !sane(second) {
            return false;
        }
        let ratios = self.ratios();
        match self.pull() {
            Pull::None => true,
            Pull::Straight(_) => first < 1.0 && self.window() <= LONGEST,
            Pull::Rooted => {
                let falls = second > 0.0 && ratios.iter().all(|r| (0.0..1.0).contains(r));
                falls && self.window() <= LONGEST && self.series_error() <= SERIES
            }
        }
    }

    /// What the series leaves out at worst, where ε is all of the divisor: Σ r^k (q^k - 1)^4 / Σ r^k.
    fn series_error(&self) -> f64 {
        let (ratio, grows) = (self.ratios()[0], self.kept()[1].sqrt().recip());
        let (mut off, mut whole) = (0.0, 0.0);
        for k in 1..=self.window() as i32 {
            let weight = ratio.powi(k);
            off += weight * (grows.powi(k) - 1.0).powi(TERMS as i32);
            whole += weight;
        }
        // Without memory of the gradient a row does not move.
        if whole == 0.0 { 0.0 } else { off / whole }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adam(beta_1: f32, beta_2: f32) -> Rule {
        let form = Form::Adam {
            c1: 1.0 - beta_1,
            c2: 1.0 - beta_2,
            epsilon: 1e-7,
        };
        Rule { form, decay: None }
    }

    #[test]
    fn usual_numbers_are_exact_and_short_memories_are_not() {
        assert!(adam(0.9, 0.999).is_exact());
        assert!(adam(0.0, 0.999).is_exact());
        assert!(adam(0.9, 0.9999).is_exact());
        assert!(!adam(0.9, 0.9).is_exact());
        assert!(!adam(0.99, 0.999).is_exact());
        let momentum = |mu| Rule {
            form: Form::Momentum { mu, nesterov: true },
            decay: None,
        };
        assert!(momentum(0.9).is_exact() && momentum(0.99).is_exact());
        assert!(!momentum(1.0).is_exact() && !momentum(0.9999).is_exact());
    }

    #[test]
    fn what_waits_is_known() {
        let still = Rule {
            form: Form::Adagrad {
                epsilon: 1e-7,
                outside: false,
            },
            decay: None,
        };
        assert!(!still.drifts());
        assert!(
            Rule {
                decay: Some(0.01),
                ..still
            }
            .moves()
        );
        assert!(adam(0.9, 0.999).moves());
    }
}
