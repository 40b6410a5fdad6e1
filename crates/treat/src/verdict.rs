//! What the pairs of a remedy say: it helps, it harms, it makes no difference that matters, or that is not decided yet.
//!
//! No difference follows from an interval that lies within the margin on both sides, however sure its sign is; helps and
//! harms, else, from Holm's p of the sign-flip test at the level of the look. What remains is undecided, with the number of seeds that would decide it:
//!
//!   k = ((1.96 + 0.84) s / d)^2,   d the larger of |mean| and margin - |mean|
//!
//! the usual number of pairs for a power of 0.8, with s the deviation of the differences: d is the distance to 0 for helps
//! and harms, that to the margin for no difference.

use regimen_run::treatment::Verdict;

/// What is known of a remedy's differences, positive where it is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Their mean.
    pub mean: f64,
    /// The interval of the mean.
    pub interval: (f64, f64),
    /// p of the sign-flip test after Holm's correction.
    pub p: f64,
}

/// The verdict at a level of significance.
pub fn verdict(evidence: &Evidence, margin: f64, level: f64) -> Verdict {
    let (low, high) = evidence.interval;
    match () {
        _ if low >= -margin && high <= margin => Verdict::NoDifference,
        _ if evidence.p <= level && evidence.mean > 0.0 => Verdict::Helps,
        _ if evidence.p <= level && evidence.mean < 0.0 => Verdict::Harms,
        _ => Verdict::Undecided,
    }
}

/// Pairs that would decide it, at the deviation that was seen: more than there are, and 6 at least; `None` where the
/// differences do not vary.
pub fn seeds_needed(differences: &[f64], margin: f64) -> Option<usize> {
    let deviation = deviation(differences).filter(|s| *s > 0.0)?;
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    let pairs = |distance: f64| match distance > 0.0 {
        true => (2.8 * deviation / distance).powi(2).ceil(),
        false => f64::INFINITY,
    };
    // To tell the mean from 0, or to have it within the margin.
    let needed = pairs(mean.abs()).min(pairs(margin - mean.abs()));
    let more = differences.len() + 1;
    needed
        .is_finite()
        .then_some((needed as usize).clamp(more.max(6), 1_000_000))
}

/// Standard deviation (over n - 1) of two or more numbers.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let spread: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    Some((spread / (n - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_verdicts() {
        let of = |mean: f64, low: f64, high: f64, p: f64| {
            let evidence = Evidence {
                mean,
                interval: (low, high),
                p,
            };
            verdict(&evidence, 0.01, 0.05)
        };
        assert_eq!(of(0.05, 0.03, 0.07, 0.01), Verdict::Helps);
        assert_eq!(of(-0.05, -0.07, -0.03, 0.01), Verdict::Harms);
        assert_eq!(of(0.001, -0.004, 0.006, 0.6), Verdict::NoDifference);
        // Sure, but too small to matter.
        assert_eq!(of(0.004, 0.003, 0.005, 0.01), Verdict::NoDifference);
        assert_eq!(of(0.02, -0.01, 0.05, 0.2), Verdict::Undecided);
    }

    #[test]
    fn seeds_that_would_decide() {
        assert_eq!(seeds_needed(&[0.1, -0.1, 0.1, -0.1], 0.1), Some(11));
        assert_eq!(seeds_needed(&[0.1, 0.1, 0.1, 0.11], 0.0), Some(6));
        assert_eq!(
            seeds_needed(&[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3], 0.0),
            Some(8)
        );
        assert_eq!(seeds_needed(&[0.1, 0.1], 0.1), None);
        assert_eq!(seeds_needed(&[0.1], 0.1), None);
    }
}
