//! Random numbers that need more than one uniform draw: gamma, beta and Dirichlet, and orders.
//!
//! Gamma by Marsaglia and Tsang 2000, for shape α + 1: d = α + 2/3, c = 1 / sqrt(9 d), v = (1 + c x)³ with x normal; d v
//! is a draw where ln u < x²/2 + d - d v + d ln v. At least 95 % of tries are; of 8 tries the first good one is
//! taken, and in one of 10^10 draws, where none is good, d. Then ln G(α) = ln G(α + 1) + ln u / α,
//! which is kept as a logarithm, so that small α neither vanish nor divide zero by zero.

use regimen_graph::{Var, ops::Distribution};

use crate::Scope;

const TRIES: usize = 8;

/// Logarithms of gamma draws; `alpha` is a scalar above 0.
fn log_gamma(s: &mut Scope, seed: Option<i64>, alpha: &Var, n: usize) -> Var {
    let x = s.random_seeded(seed, Distribution::Normal, &[TRIES, n]);
    // In (0, 1], so that the logarithm is finite.
    let u = 1.0 - s.random_seeded(seed, Distribution::Uniform, &[TRIES, n]);
    let boost = 1.0 - s.random_seeded(seed, Distribution::Uniform, &[n]);
    let d = alpha + 2.0 / 3.0;
    let c = 1.0 / (&d * 9.0).sqrt();
    let root = x.square() * 0.5;
    let v = 1.0 + c * x;
    let positive = v.gt(&v.scalar_like(0.0));
    let log_v = positive.select(&v, &v.scalar_like(1.0)).log() * 3.0;
    let dv = &d * log_v.exp();
    let good = u.log().lt(&(root + &d - dv + &d * &log_v));
    let good = good.and(&positive);
    let mut found = d.log().broadcast_to(&[n]);
    for i in (0..TRIES).rev() {
        let row = |v: &Var| v.slice(0, i, i + 1).reshape(&[n]);
        found = row(&good).select(&(d.log() + row(&log_v)), &found);
    }
    found + boost.log() / alpha
}

/// Draws from Beta(α, α), (n).
pub(crate) fn beta(s: &mut Scope, seed: Option<i64>, alpha: &Var, n: usize) -> Var {
    let a = log_gamma(s, seed, alpha, n);
    let b = log_gamma(s, seed, alpha, n);
    (a - b).sigmoid()
}

/// A draw from the Dirichlet distribution of n equal α: n shares of 1.
pub(crate) fn dirichlet(s: &mut Scope, seed: Option<i64>, alpha: &Var, n: usize) -> Var {
    let logs = log_gamma(s, seed, alpha, n);
    let shares = (&logs - logs.max(&[0], true)).exp();
    let sum = shares.sum(&[0], true);
    shares / sum
}

/// A random order of 0..n, int32.
pub(crate) fn order(s: &mut Scope, seed: Option<i64>, n: usize) -> Var {
    s.random_seeded(seed, Distribution::Uniform, &[n])
        .sort(false)
        .1
}
