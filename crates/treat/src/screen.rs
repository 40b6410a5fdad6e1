//! Screening: a few seeds of every remedy, judged on validation rows, to see which are worth more.
//!
//! Of a remedy with two strengths the one with the better mean difference goes on. A remedy whose mean difference lies
//! more than one deviation of the baseline's seeds below 0 is dropped. A single run, or three, prove nothing (in five
//! published pairs without any effect the remedy looked better in 47 % of five-seed comparisons): what survives is a
//! candidate, not a result.

use regimen_run::treatment::{BASELINE, Outcome};

use crate::trials::Trials;
use crate::verdict::deviation;

/// Seeds of every candidate.
pub(crate) const SEEDS: u64 = 3;

/// A candidate after screening.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Screened {
    pub remedy: String,
    pub change: String,
    /// Mean difference of validation scores.
    pub mean: f64,
    /// Pairs that it is the mean of.
    pub pairs: usize,
}

/// Deviation of the baseline's validation scores over all its seeds so far.
pub(crate) fn baseline_deviation(trials: &Trials<'_>) -> Option<f64> {
    let of = |o: &&Outcome| o.remedy == BASELINE;
    let scores: Vec<f64> = trials
        .done
        .iter()
        .filter(of)
        .filter_map(|o| o.validation)
        .collect();
    deviation(&scores)
}

/// The better strength of a remedy; `None` where no pair of it is finished with a number.
pub(crate) fn best(
    trials: &Trials<'_>,
    remedy: &str,
    changes: &[String],
    seeds: &[u64],
) -> Option<Screened> {
    let screened = |change: &String| {
        let pairs: Vec<f64> = seeds
            .iter()
            .filter_map(|&seed| {
                let base = trials.find(BASELINE, "", seed)?;
                let own = trials.find(remedy, change, seed)?.validation?;
                Some(own - base.validation.or_else(|| trials.floor(false))?)
            })
            .collect();
        (!pairs.is_empty()).then(|| Screened {
            remedy: remedy.to_owned(),
            change: change.clone(),
            mean: pairs.iter().sum::<f64>() / pairs.len() as f64,
            pairs: pairs.len(),
        })
    };
    let all = changes.iter().filter_map(screened);
    // Of equals the milder one, which comes first.
    all.reduce(|best, next| if next.mean > best.mean { next } else { best })
}

/// Whether it is worth more seeds.
pub(crate) fn survives(screened: &Screened, deviation: Option<f64>) -> bool {
    screened.mean >= -deviation.unwrap_or(0.0)
}
