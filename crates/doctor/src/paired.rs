//! Two epochs asked the same rows: did the network change, or is it chance?
//!
//! McNemar's test looks at the rows that changed sides alone: g became right, l became wrong. Without a real change each is
//! as likely as the other, so that (g - l)^2 / (g + l) has the chi-square law of one degree, and pairs of epochs that
//! share none add up. For one pair the exact binomial law is used, counting half of the observed case (mid-p; Fagerland,
//! Lydersen and Laake 2013).

use regimen_run::event::PairTelemetry;

use crate::sampling::{chi_square_95, erfc};
use crate::{EpochFacts, Facts};

/// Rows that changed sides up to which the exact law is used.
const EXACT: usize = 1000;

/// How often chance alone moves as many rows or more from one side to the other.
pub(crate) fn mcnemar(gained: usize, lost: usize) -> f64 {
    let n = gained + lost;
    if n == 0 || gained == lost {
        return 1.0;
    }
    let (n_f, less) = (n as f64, gained.min(lost));
    if n > EXACT {
        let z = (gained as f64 - lost as f64).abs() / n_f.sqrt();
        return erfc(z / std::f64::consts::SQRT_2);
    }
    // Terms of the binomial law with a half, in logarithms: 2^-n is too small for f64 from n = 1075 on.
    let mut log_term = -n_f * std::f64::consts::LN_2;
    let mut below = 0.0;
    for k in 0..less {
        below += log_term.exp();
        log_term += ((n - k) as f64 / (k + 1) as f64).ln();
    }
    (2.0 * below + log_term.exp()).min(1.0)
}

/// Rows that changed sides between neighbouring epochs, over pairs that share no epoch.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Moves {
    pub pairs: usize,
    pub gained: usize,
    pub lost: usize,
    /// Sum of (g - l)^2 / (g + l).
    pub sum: f64,
}

impl Moves {
    /// Of epochs from the 0-based `from` on; `None` where pairs are not recorded for all of them, or are fewer than two.
    pub fn since(facts: &Facts, from: usize) -> Option<Moves> {
        let rows: Vec<&EpochFacts> = facts
            .history
            .iter()
            .filter(|row| row.epoch >= from)
            .collect();
        let mut moves = Moves::default();
        for two in rows.chunks_exact(2) {
            let pair = previous(two[1])?;
            if pair.epoch != two[0].epoch {
                return None;
            }
            moves.add(pair.gained?, pair.lost?);
        }
        (moves.pairs >= 2).then_some(moves)
    }

    fn add(&mut self, gained: usize, lost: usize) {
        self.pairs += 1;
        self.gained += gained;
        self.lost += lost;
        let all = (gained + lost).max(1) as f64;
        self.sum += (gained as f64 - lost as f64).powi(2) / all;
    }

    /// Whether chance explains them: the chi-square law at 5 %.
    pub fn explained(&self) -> bool {
        self.sum <= chi_square_95(self.pairs)
    }
}

fn previous<'a>(row: &EpochFacts<'a>) -> Option<&'a PairTelemetry> {
    row.telemetry.validation.as_ref()?.previous.as_ref()
}

/// The epochs from the 0-based `from` on, each beside the best one before it, where that is the epoch `best`.
pub(crate) fn beside_best<'a>(
    facts: &Facts<'a>,
    best: usize,
    from: usize,
) -> Vec<&'a PairTelemetry> {
    let rows = facts.history.iter().filter(|row| row.epoch >= from);
    let pairs = rows.filter_map(|row| row.telemetry.validation.as_ref()?.best.as_ref());
    pairs
        .filter(|pair| pair.epoch == best && pair.change.is_finite() && pair.error.is_finite())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_of_single_pairs() {
        // R: exact2x2::mcnemar.exact(..., midp = TRUE) of 2 against 10, 1 against 4.
        assert!(
            (mcnemar(2, 10) - 0.022_461).abs() < 1e-5,
            "{}",
            mcnemar(2, 10)
        );
        assert!((mcnemar(1, 4) - 0.218_75).abs() < 1e-9, "{}", mcnemar(1, 4));
        assert_eq!((mcnemar(0, 0), mcnemar(7, 7)), (1.0, 1.0));
        // The exact and the normal law meet.
        let (exact, normal) = (mcnemar(460, 540), mcnemar(461, 541));
        assert!((exact - normal).abs() < 1e-3, "{exact} {normal}");
    }

    /// A network of constant skill, right on each row with the same chance in every epoch.
    #[test]
    fn constant_skill_is_called_change_at_the_nominal_rate() {
        let mut state = 0x1234_5678_9abc_def1_u64;
        let mut uniform = || {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
        };
        for (rows, skill, runs) in [(100, 0.7, 2000), (1000, 0.85, 2000), (50_000, 0.85, 2000)] {
            let (mut changed, mut single) = (0, 0);
            for _ in 0..runs {
                let mut moves = Moves::default();
                for _ in 0..5 {
                    // Of rows that may change sides, each goes one way or the other with the same chance.
                    let side = skill * (1.0 - skill);
                    let (mut gained, mut lost) = (0, 0);
                    match rows {
                        ..5000 => (0..rows).for_each(|_| {
                            let x = uniform();
                            gained += usize::from(x < side);
                            lost += usize::from(x > 1.0 - side);
                        }),
                        _ => {
                            // The normal law stands for the binomial of many rows: those that change sides, then
                            // those of them that go one way.
                            let mut normal = || {
                                (-2.0 * uniform().max(1e-300).ln()).sqrt()
                                    * (std::f64::consts::TAU * uniform()).cos()
                            };
                            let (n, p) = (rows as f64, 2.0 * side);
                            let all = (n * p + normal() * (n * p * (1.0 - p)).sqrt()).round();
                            let up = (all / 2.0 + normal() * all.sqrt() / 2.0).round();
                            (gained, lost) = (up as usize, (all - up) as usize);
                        }
                    }
                    moves.add(gained, lost);
                    single += usize::from(mcnemar(gained, lost) < 0.05);
                }
                changed += usize::from(!moves.explained());
            }
            let rates = [
                changed as f64 / runs as f64,
                single as f64 / (5 * runs) as f64,
            ];
            for rate in rates {
                assert!(
                    (0.03..=0.07).contains(&rate),
                    "{rows} rows, skill {skill}: {rates:?}"
                );
            }
        }
    }
}
