//! What more rows would bring: the run on 25, 50 and 100 % of its training rows, and the line through them.
//!
//! Errors of networks fall by powers of the number of rows (Hestness et al., "Deep Learning Scaling is Predictable,
//! Empirically", 2017), so that log error is a line in log rows:
//!
//!   ln e = a + b log2 n,   e = 1 - score of metrics that end at 1, else the loss
//!
//! fitted by least squares over all seeds. At twice the rows it predicts ln e with the standard error of a new mean of k
//! seeds, s sqrt(1/k + 1/m + (x - mean x)^2 / Sxx), and Student's t for m - 2 degrees of freedom. Each run is judged by its
//! best epoch on validation rows, and has as many steps as the whole run: else few rows would look worse for having been
//! trained less, or longer than they bear.

use regimen_run::RunSpec;
use regimen_run::treatment::{BASELINE, LearningCurve, Outcome, Phase, Verdict};

use super::Course;
use super::order::MORE_DATA;
use crate::treatment::{Told, untried};
use crate::trials::Planned;
use crate::{TreatError, confirm, screen, student};

impl Course<'_> {
    /// Tells what more rows would bring, where that is asked and the budget has room for it.
    pub fn ask_for_more_data(
        &mut self,
        tell: &mut (dyn FnMut(&Told<'_>) + Send),
    ) -> Result<(), TreatError> {
        if !self.more_data {
            return Ok(());
        }
        let seeds: Vec<u64> = (0..screen::SEEDS)
            .map(|i| self.first_seed.wrapping_add(i))
            .collect();
        let seeds = seeds.as_slice();
        let unknown = |seed: &&u64| self.trials.find(BASELINE, "", **seed).is_none();
        let whole: Vec<u64> = seeds.iter().filter(unknown).copied().collect();
        let cost = SHARES.len() * seeds.len() + whole.len();
        // One remedy, the baseline and the null remedy are to be confirmed beside it.
        let rest = if self.survivors.is_empty() {
            0
        } else {
            confirm::cheapest(1, self.options.finished)
        };
        if self.room() < cost + rest {
            let reason = "the budget ends before it; give --budget more".to_owned();
            self.results
                .push(untried(MORE_DATA, Verdict::Undecided, &reason));
            return Ok(());
        }
        let mut planned: Vec<Planned> = vec![];
        planned.extend(
            whole
                .iter()
                .filter_map(|&seed| self.arm(BASELINE, "", seed)),
        );
        for share in SHARES {
            planned.extend(seeds.iter().map(|&seed| Planned {
                remedy: MORE_DATA.to_owned(),
                change: change(share),
                seed,
                spec: spec_of(self.spec, share),
                share: Some(share),
            }));
        }
        self.planned += planned.len();
        self.phase(Phase::Screening, tell)?;
        self.trials.run(planned, tell)?;
        let scores = |remedy: &str, change: &str| -> Vec<f64> {
            let found = seeds.iter().map(|&s| self.trials.find(remedy, change, s));
            found.flatten().filter_map(best).collect()
        };
        let mut by_share: Vec<(f64, Vec<f64>)> = SHARES
            .map(|share| (share, scores(MORE_DATA, &change(share))))
            .to_vec();
        by_share.push((1.0, scores(BASELINE, "")));
        let rows = self.patient.profile.rows[0];
        let more = self.trials.score.more;
        let fits = by_share.iter().flat_map(|(_, s)| s).all(|s| match more {
            true => (0.0..=1.0).contains(s),
            false => *s <= 0.0,
        });
        let curve = match (fits, more) {
            (false, _) => None,
            (true, true) => fit(rows, &by_share, |s| 1.0 - s, |e| 1.0 - e),
            (true, false) => fit(rows, &by_share, |s| -s, |e| -e),
        };
        let mut result = untried(
            MORE_DATA,
            Verdict::Undecided,
            "no curve could be drawn through its runs",
        );
        if let Some(curve) = &curve {
            let last = curve.scores.last().map_or(&[][..], Vec::as_slice);
            let now = last.iter().sum::<f64>() / last.len().max(1) as f64;
            let (effect, low, high) = (curve.twice - now, curve.low - now, curve.high - now);
            result.change = format!("{} training rows, twice as many", 2 * rows);
            (result.effect, result.low, result.high) = (Some(effect), Some(low), Some(high));
            result.seeds = seeds.len();
            result.reason = Some(
                "predicted from runs on 25, 50 and 100 % of the rows, on validation rows: not tried".to_owned(),
            );
        }
        self.results.push(result);
        self.learning_curve = curve;
        Ok(())
    }
}

/// Shares of the training rows, beside all of them.
pub(super) const SHARES: [f64; 2] = [0.25, 0.5];

/// Name of the trial on a share of the rows.
pub(super) fn change(share: f64) -> String {
    format!("{:.0} % of the rows", 100.0 * share)
}

/// The run for a share of the rows: as many steps.
pub(super) fn spec_of(spec: &RunSpec, share: f64) -> RunSpec {
    let mut spec = spec.clone();
    spec.fit.epochs = ((spec.fit.epochs as f64 / share).round() as usize).max(1);
    spec
}

/// The best score of a run on validation rows.
pub(super) fn best(outcome: &Outcome) -> Option<f64> {
    let curve = outcome.curve.iter().copied().filter(|x| x.is_finite());
    let best = curve.map(f64::from).max_by(f64::total_cmp);
    best.or(outcome.validation)
}

/// The curve through scores (larger is better) by share of `rows` training rows; `None` where fewer than three sizes or five
/// runs have any. `error` turns a score into an error above 0, `score` turns it back.
pub(super) fn fit(
    rows: usize,
    by_share: &[(f64, Vec<f64>)],
    error: fn(f64) -> f64,
    score: fn(f64) -> f64,
) -> Option<LearningCurve> {
    let sizes: Vec<&(f64, Vec<f64>)> = by_share.iter().filter(|(_, s)| !s.is_empty()).collect();
    let point = |share: f64, s: f64| (share.log2(), error(s).max(1e-9).ln());
    let of_size = |(share, scores): &&(f64, Vec<f64>)| -> Vec<(f64, f64)> {
        scores.iter().map(|s| point(*share, *s)).collect()
    };
    let points: Vec<(f64, f64)> = sizes.iter().flat_map(of_size).collect();
    let (m, k) = (points.len(), sizes.last()?.1.len());
    if sizes.len() < 3 || m < 5 {
        return None;
    }
    let mean = |f: fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / m as f64;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let sxx: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    let sxy: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let slope = sxy / sxx;
    let residual = |p: &(f64, f64)| p.1 - y - slope * (p.0 - x);
    let rest: f64 = points.iter().map(|p| residual(p).powi(2)).sum();
    let deviation = (rest / (m - 2) as f64).sqrt();
    let at = |x_new: f64| {
        let spread = 1.0 / k as f64 + 1.0 / m as f64 + (x_new - x).powi(2) / sxx;
        (
            y + slope * (x_new - x),
            deviation * spread.sqrt() * student::quantile(m - 2),
        )
    };
    let (twice, half) = at(1.0);
    let value = |ln_error: f64| score(ln_error.exp());
    Some(LearningCurve {
        rows: sizes
            .iter()
            .map(|(share, _)| (rows as f64 * share).round() as usize)
            .collect(),
        scores: sizes.iter().map(|(_, scores)| scores.clone()).collect(),
        twice: value(twice),
        low: value(twice + half),
        high: value(twice - half),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_continued() {
        // error = 0.4 n^-0.5 at 100, 200, 400 rows; at 800 it is 0.4 / sqrt(8) of the unit.
        let error = |share: f64| 0.1 * (share / 0.25).powf(-0.5);
        let noise = [0.99, 1.0, 1.01];
        let scores = |share: f64| noise.map(|f| 1.0 - error(share) * f).to_vec();
        let by_share = [0.25, 0.5, 1.0].map(|share| (share, scores(share)));
        let found = fit(400, &by_share, |s| 1.0 - s, |e| 1.0 - e).expect("a curve");
        assert_eq!(found.rows, [100, 200, 400]);
        assert!((found.twice - (1.0 - error(2.0))).abs() < 1e-3, "{found:?}");
        assert!(
            found.low < found.twice && found.twice < found.high && found.high - found.low < 0.01
        );
        assert_eq!(fit(400, &by_share[..2], |s| 1.0 - s, |e| 1.0 - e), None);
    }
}
