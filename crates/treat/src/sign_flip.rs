//! The exact sign-flip test of paired differences, and Holm's correction for several of them.
//!
//! If a remedy did nothing, baseline and remedy could be exchanged in every pair: each difference d_s would have either
//! sign with the same chance. p is the share of all 2^n sign patterns whose sum is as far from 0 as the one observed, or
//! farther. With n pairs p is never below 2 / 2^n: five pairs cannot reach 0.05, six can.

/// Pairs up to which all patterns are counted.
pub const MOST: usize = 20;

/// How often chance gives differences as far from 0, in both directions; 1 for none, or for more than 20 pairs.
///
/// ```
/// assert_eq!(regimen_treat::sign_flip(&[0.1, 0.2, 0.3, 0.1, 0.2, 0.4]), 2.0 / 64.0);
/// ```
pub fn sign_flip(differences: &[f64]) -> f64 {
    let n = differences.len();
    if n == 0 || n > MOST || differences.iter().any(|d| !d.is_finite()) {
        return 1.0;
    }
    let observed = differences.iter().sum::<f64>().abs();
    let all = 1usize << n;
    // Rounding must not make the observed pattern differ from itself.
    let least = observed - 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    let sum = |pattern: usize| -> f64 {
        let signed = differences.iter().enumerate();
        signed
            .map(|(i, d)| if pattern >> i & 1 == 1 { *d } else { -d })
            .sum()
    };
    let far = (0..all)
        .filter(|&pattern| sum(pattern).abs() >= least)
        .count();
    far as f64 / all as f64
}

/// Holm's step-down correction: each p times the number of tests that are not yet decided, never below the one before.
///
/// ```
/// assert_eq!(regimen_treat::holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let (mut adjusted, mut last) = (vec![1.0; p.len()], 0.0f64);
    for (rank, &i) in order.iter().enumerate() {
        last = last.max(((p.len() - rank) as f64 * p[i]).min(1.0));
        adjusted[i] = last;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_shares_of_patterns() {
        assert_eq!(sign_flip(&[1.0]), 1.0);
        assert_eq!(sign_flip(&[1.0, 1.0, 1.0, 1.0, 1.0]), 2.0 / 32.0);
        // Only flipping all keeps the sum as far; flipping the 0 changes nothing.
        assert_eq!(sign_flip(&[1.0, 2.0, 0.0]), 4.0 / 8.0);
        assert_eq!(sign_flip(&[1.0, -1.0]), 1.0);
        assert_eq!((sign_flip(&[]), sign_flip(&[f64::NAN, 1.0])), (1.0, 1.0));
    }

    /// Differences without a mean are called real at the rate that was asked for.
    #[test]
    fn chance_is_called_real_at_the_nominal_rate() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut uniform = || {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
        };
        let mut draw = || (uniform() - 0.5) * uniform();
        let runs = 2000;
        let real = (0..runs).filter(|_| {
            let d: Vec<f64> = (0..10).map(|_| draw()).collect();
            sign_flip(&d) <= 0.05
        });
        let rate = real.count() as f64 / f64::from(runs);
        assert!((0.03..=0.06).contains(&rate), "{rate}");
    }
}
