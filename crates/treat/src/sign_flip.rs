//! The exact sign-flip test of paired differences, and Holm's correction for several of them.
//!
//! If a remedy did nothing, baseline and remedy could be exchanged in every pair: each difference d_s would have either
//! sign with the same chance. p is the share of all 2^n sign patterns whose sum is as far from 0 as the one observed, or
//! farther. With n pairs p is never below 2 / 2^n: five pairs cannot reach 0.05, six can.

/// Pairs up to which all patterns are counted.
pub const MOST: usize = 40;

/// How often chance gives differences as far from 0, in both directions; 1 for none, or for more than 40 pairs.
///
/// The patterns of both halves are added up apart and put in order, so that 40 pairs cost two lists of 2^20 sums.
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
    // Rounding must not make the observed pattern differ from itself.
    let least = observed - 1e-12 * differences.iter().map(|d| d.abs()).sum::<f64>();
    if least <= 0.0 {
        return 1.0;
    }
    let (one, other) = differences.split_at(n / 2);
    let (one, other) = (sums(one), sums(other));
    // For rising sums of the one half those of the other that reach far enough become more.
    let (mut far, mut from) = (0u64, other.len());
    for sum in &one {
        while from > 0 && sum + other[from - 1] >= least {
            from -= 1;
        }
        far += (other.len() - from) as u64;
    }
    // As many patterns lie as far on the other side.
    2.0 * far as f64 / 2f64.powi(n as i32)
}

/// The sums of all sign patterns, rising.
fn sums(differences: &[f64]) -> Vec<f64> {
    let mut all = vec![0.0];
    for d in differences {
        all = all.iter().flat_map(|sum| [sum - d, sum + d]).collect();
    }
    all.sort_by(f64::total_cmp);
    all
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
    fn both_halves_count_every_pattern_once() {
        let all = [0.3, -0.1, 0.25, 0.05, 0.4, -0.2, 0.15];
        for n in 1..=all.len() {
            let d = &all[..n];
            let observed = d.iter().sum::<f64>().abs();
            let far = |pattern: &usize| {
                let signed = d.iter().enumerate();
                let sum: f64 = signed
                    .map(|(i, d)| if pattern >> i & 1 == 1 { *d } else { -d })
                    .sum();
                sum.abs() >= observed - 1e-12
            };
            let counted = (0..1usize << n).filter(far).count() as f64 / (1 << n) as f64;
            assert_eq!(sign_flip(d), counted, "{n}");
        }
        assert_eq!(sign_flip(&[0.5; 40]), 2.0 / 2f64.powi(40));
        assert_eq!(sign_flip(&[0.5; 41]), 1.0);
    }

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
