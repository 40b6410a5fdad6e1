//! Confirmation: fresh seeds of what survived, judged on rows that nothing was chosen by.
//!
//! Baseline and remedies are run from seeds that screening has not seen, all of them the same ones. Where there are 16
//! seeds or more, there is a look after half of them: remedies that are decided on validation rows stop, and the seeds are
//! spent on the others. The verdict is made once, at the end, on the test rows (on validation rows where there
//! are none): sign-flip test, Holm's correction over the remedies that survived, level 0.05 over the number of looks.

use regimen_run::treatment::BASELINE;

use crate::Verdict;
use crate::interval::{Pair, interval};
use crate::sign_flip::{MOST, holm, sign_flip};
use crate::trials::Trials;
use crate::verdict::{Evidence, seeds_needed, verdict};

/// Fewest seeds that can show anything, of a single remedy.
const FEWEST: usize = 6;
/// Level of all looks together.
const LEVEL: f64 = 0.05;

/// The looks at a number of seeds: how many seeds each has.
pub(crate) fn looks(seeds: usize) -> Vec<usize> {
    match seeds {
        // Six or seven pairs can hardly reach the level of one look of two.
        0..16 => vec![seeds],
        _ => vec![seeds / 2, seeds],
    }
}

/// How many seeds each of some arms gets (the baseline is one of them).
pub(crate) fn seeds_for(runs: usize, arms: usize) -> usize {
    (runs / arms.max(1)).min(MOST)
}

/// Whether so many seeds can show anything of so many remedies: whether the least p that the sign-flip test can give,
/// 2 / 2^seeds, is below the level of a look after Holm's correction.
/// `finished` looks were made before.
pub(crate) fn can_show(seeds: usize, remedies: usize, finished: usize) -> bool {
    let least = 0.5f64.powi(seeds.min(MOST) as i32 - 1) * remedies as f64;
    seeds >= FEWEST && least <= LEVEL / (looks(seeds).len() + finished) as f64
}

/// Runs that confirm so many remedies, as few as can show anything, the baseline and the null remedy among them.
pub(crate) fn cheapest(remedies: usize, finished: usize) -> usize {
    let seeds = (FEWEST..=MOST).find(|seeds| can_show(*seeds, remedies, finished));
    seeds.unwrap_or(MOST) * (remedies + 2)
}

/// A remedy's differences from the baseline.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Differences {
    /// On validation rows.
    pub validation: Vec<f64>,
    /// On the rows of the verdict.
    pub pairs: Vec<Pair>,
    /// The remedy's own scores.
    pub scores: Vec<f64>,
    /// Of the loss.
    pub loss: Vec<f64>,
    /// Seconds of the remedy over those of the baseline.
    pub seconds: Option<f64>,
    /// Seeds from which the remedy gave no number.
    pub failed: usize,
    /// Seeds from which the baseline gave none.
    pub without: usize,
}

/// The differences over some seeds. Where one of the two gives no number, it counts as the worst run of all.
pub(crate) fn differences(
    trials: &Trials<'_>,
    remedy: &str,
    change: &str,
    seeds: &[u64],
) -> Differences {
    let mut found = Differences::default();
    let mut seconds = [0.0; 2];
    for &seed in seeds {
        let Some(base) = trials.find(BASELINE, "", seed) else {
            continue;
        };
        let Some(own) = trials.find(remedy, change, seed) else {
            continue;
        };
        seconds = [seconds[0] + base.seconds, seconds[1] + own.seconds];
        // Test rows that only the remedy has are no others' test.
        let tested = base.test.is_some() || (base.validation.is_none() && own.test.is_some());
        let of = |o: &crate::Outcome| if tested { o.test } else { o.validation };
        if of(base).is_none() && of(own).is_none() {
            continue;
        }
        if let (Some(then), Some(now)) = (base.loss, own.loss) {
            found.loss.push(now - then);
        }
        found.scores.extend(of(own));
        found.failed += usize::from(of(own).is_none());
        let Some(now) = of(own).or_else(|| trials.floor(tested)) else {
            continue;
        };
        found.without += usize::from(of(base).is_none());
        let then = of(base).or_else(|| trials.floor(tested)).unwrap_or(now);
        if let Some(now) = own.validation {
            let then = base.validation.or_else(|| trials.floor(false));
            found.validation.push(now - then.unwrap_or(now));
        }
        let rows = match of(base).is_some() && tested && base.rows.len() == own.rows.len() {
            true => own
                .rows
                .iter()
                .zip(&base.rows)
                .map(|(a, b)| a - b)
                .collect(),
            false => vec![],
        };
        found.pairs.push(Pair {
            difference: now - then,
            rows,
        });
    }
    found.seconds = (seconds[0] > 0.0).then(|| seconds[1] / seconds[0]);
    found
}

/// Whether validation rows decide a remedy already, at the level of one look of `looks`, among `arms` remedies.
pub(crate) fn is_decided(found: &Differences, looks: usize, arms: usize) -> bool {
    sign_flip(&found.validation) * arms as f64 <= LEVEL / looks as f64
}

/// The verdict on each remedy, together with its evidence and the seeds that would decide it.
pub(crate) fn verdicts(
    found: &[Differences],
    margin: f64,
    looks: usize,
) -> Vec<(Verdict, Option<Evidence>, Option<usize>)> {
    let of = |d: &Differences| -> Vec<f64> { d.pairs.iter().map(|p| p.difference).collect() };
    let p: Vec<f64> = found.iter().map(|d| sign_flip(&of(d))).collect();
    let adjusted = holm(&p);
    let one = |(d, p): (&Differences, f64)| {
        let Some((mean, low, high)) = interval(&d.pairs) else {
            return (Verdict::Undecided, None, None);
        };
        let evidence = Evidence {
            mean,
            interval: (low, high),
            p,
        };
        let decided = verdict(&evidence, margin, LEVEL / looks as f64);
        let needed = (decided == Verdict::Undecided).then(|| seeds_needed(&of(d), margin));
        (decided, Some(evidence), needed.flatten())
    };
    found.iter().zip(adjusted).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(differences: &[f64]) -> Differences {
        Differences {
            validation: differences.to_vec(),
            pairs: differences
                .iter()
                .map(|d| Pair {
                    difference: *d,
                    rows: vec![],
                })
                .collect(),
            ..Differences::default()
        }
    }

    #[test]
    fn looks_and_seeds() {
        assert_eq!(
            (looks(8), looks(12), looks(20)),
            (vec![8], vec![12], vec![10, 20])
        );
        assert_eq!(
            (seeds_for(30, 3), seeds_for(100, 2), seeds_for(5, 0)),
            (10, 40, 5)
        );
    }

    #[test]
    fn more_remedies_need_more_seeds() {
        let fewest = |remedies| (0..20).find(|seeds| can_show(*seeds, remedies, 0));
        let all = [1, 2, 3, 4, 6, 7].map(fewest);
        assert_eq!(all, [Some(6), Some(7), Some(7), Some(8), Some(8), Some(9)]);
        assert_eq!(
            (cheapest(1, 0), cheapest(2, 0), cheapest(1, 1)),
            (18, 28, 21)
        );
    }

    #[test]
    fn a_clear_remedy_beside_two_that_do_nothing() {
        let clear = found(&[0.05, 0.04, 0.06, 0.05, 0.07, 0.05, 0.04, 0.06, 0.05, 0.06]);
        let nothing = found(&[
            0.001, -0.002, 0.001, 0.0, -0.001, 0.002, 0.001, -0.001, 0.0, -0.001,
        ]);
        let wild = found(&[0.1, -0.12, 0.08, 0.02, -0.1, 0.15, -0.02, 0.05, -0.11, 0.07]);
        let all = verdicts(&[clear.clone(), nothing, wild], 0.01, 1);
        let only: Vec<Verdict> = all.iter().map(|v| v.0).collect();
        assert_eq!(
            only,
            [Verdict::Helps, Verdict::NoDifference, Verdict::Undecided]
        );
        assert!(all[2].2.is_some_and(|seeds| seeds > 10));
        assert!(is_decided(&clear, 1, 3));
    }
}
