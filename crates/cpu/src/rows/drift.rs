//! How rows move while their gradient is zero: everything between a row's last step and now in a few numbers.
//!
//! A row that Adam left at step s with m, v takes the steps j = s + 1 ..= t without a gradient. With k = j - s,
//! r = β₁ / √β₂, q = 1 / √β₂ and u = ε / (√v + ε) the sum of its moves is
//!
//!   Σ_k α_j β₁^k m / (√(β₂^k v) + ε) = m / (√v + ε) Σ_k α_j r^k / (1 + u (q^k - 1))
//!                                    = m / (√v + ε) Σ_i (-u)^i M_i,   M_i = Σ_k α_j r^k (q^k - 1)^i
//!
//! u is at most 1 and q^k - 1 small while r^k is not, so that four terms leave 10⁻⁸ of the sum. M_i are combinations of
//! P_i = Σ_k α_j (r q^i)^k, which do not depend on the row: a table holds them for every s, and a step adds to those of
//! the last steps alone, as older rows are still. With weight decay, moves are kept divided by the product C of all
//! shrinking so far. Momentum is the same sum with one term, α = -1 and r = μ.

use super::rule::{Pull, Rule, TERMS};

/// The sums per step, and the rates that made them.
#[derive(Debug)]
pub(crate) struct Drift {
    rule: Rule,
    /// Powers of the ratios by k.
    powers: Vec<[f64; TERMS]>,
    /// P_i / C by the step s of the row's last step; as many as steps.
    sums: Vec<[f64; TERMS]>,
    /// C after each step, the first before any.
    shrunk: Vec<f64>,
    /// α and lr of each step.
    rates: Vec<[f32; 2]>,
}

/// A row's way to now. Without any, the row is up to date.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Way {
    /// What is left of w.
    pub(super) shrunk: f32,
    /// What is left of the slots.
    pub(super) kept: [f32; 2],
    /// M_0 ..: see the head of the file.
    pub(super) moments: [f32; TERMS],
}

/// Steps after which all rows are brought up to date and the tables begin again.
pub(super) const LONGEST: usize = 1 << 16;
/// Shrinking after which they are, too.
const LEAST: f64 = 1e-100;
/// What counts as nothing left of w after a step.
const NOTHING: f64 = 1e-60;

impl Drift {
    pub fn new(rule: Rule) -> Drift {
        let ratios = rule.ratios();
        let power = |k: usize| ratios.map(|r| r.powi(k as i32));
        Drift {
            rule,
            powers: (0..=rule.window()).map(power).collect(),
            sums: vec![],
            shrunk: vec![1.0],
            rates: vec![],
        }
    }

    /// Steps since the tables began.
    pub fn now(&self) -> u32 {
        self.rates.len() as u32
    }

    /// The rates of all steps, from which [`Drift::step`] makes the same tables again.
    pub fn rates(&self) -> &[[f32; 2]] {
        &self.rates
    }

    /// Whether the tables should begin again.
    pub fn is_full(&self) -> bool {
        self.rates.len() >= LONGEST || self.all_shrunk() < LEAST
    }

    fn all_shrunk(&self) -> f64 {
        self.shrunk[self.shrunk.len() - 1]
    }

    /// Begins again: all rows are up to date.
    pub fn begin(&mut self) {
        self.sums.clear();
        self.rates.clear();
        self.shrunk.truncate(1);
    }

    /// One more step, with Adam's α (or the learning rate) and the learning rate.
    pub fn step(&mut self, rate: f32, lr: f32) {
        let decay = self.rule.decay.map_or(0.0, f64::from);
        let left = 1.0 - decay * f64::from(lr);
        // Moves are divided by what is left.
        let left = if left.abs() < NOTHING { NOTHING } else { left };
        let shrunk = self.all_shrunk() * left;
        let share = match self.rule.pull() {
            Pull::None => 0.0,
            Pull::Straight(share) => share,
            Pull::Rooted => f64::from(rate),
        } / shrunk;
        self.rates.push([rate, lr]);
        self.shrunk.push(shrunk);
        self.sums.push([0.0; TERMS]);
        let window = self.powers.len() - 1;
        for (sums, powers) in self
            .sums
            .iter_mut()
            .rev()
            .take(window)
            .zip(&self.powers[1..])
        {
            for (sum, power) in sums.iter_mut().zip(powers) {
                *sum += share * power;
            }
        }
    }

    /// The way of a row whose last step was number `last`.
    pub fn way(&self, last: u32) -> Option<Way> {
        let steps = self.rates.len() - last as usize;
        if steps == 0 {
            return None;
        }
        let all = self.all_shrunk();
        let [a, b, c, d] = self.sums[last as usize].map(|p| p * all);
        let moments = [a, b - a, c - 2.0 * b + a, d - 3.0 * c + 3.0 * b - a];
        let kept = self.rule.kept().map(|kept| kept.powi(steps as i32));
        Some(Way {
            shrunk: (all / self.shrunk[last as usize]) as f32,
            kept: kept.map(|x| x as f32),
            moments: moments.map(|x| x as f32),
        })
    }
}
