//! Successive halving (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
//! 2016) over seeds: while more candidates are left than the budget can confirm well, all get more screening seeds, and
//! the better half of them goes on.
//!
//! The budget goes into seeds, not into epochs: a remedy against overfitting shows nothing in a short run.

use regimen_run::treatment::{BASELINE, Phase, Verdict};

use super::Course;
use crate::treatment::{Told, untried};
use crate::trials::Planned;
use crate::{TreatError, confirm, screen};

/// Seeds that are enough for a confirmation: no halving is needed.
const ENOUGH: usize = 12;

impl Course<'_> {
    /// Halves the survivors as often as it pays.
    pub fn halve(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        while self.halving_pays() {
            let from = self.first_seed.wrapping_add(self.screened);
            let fresh: Vec<u64> = (0..screen::SEEDS).map(|i| from.wrapping_add(i)).collect();
            let mut planned: Vec<Planned> = vec![];
            for &seed in &fresh {
                planned.extend(self.arm(BASELINE, "", seed));
                let all = self.survivors.iter();
                planned.extend(all.filter_map(|s| self.arm(&s.remedy, &s.change, seed)));
            }
            self.planned += planned.len();
            self.phase(Phase::Screening, tell)?;
            self.screened += screen::SEEDS;
            if !self.trials.run(planned, tell)? {
                break;
            }
            self.keep_half();
        }
        Ok(())
    }

    /// Whether more seeds leave enough of the budget for the confirmation of half of the survivors.
    fn halving_pays(&self) -> bool {
        let (n, room) = (self.survivors.len(), self.room());
        let cost = (n + 1) * screen::SEEDS as usize;
        let after = room.saturating_sub(cost);
        n > 2
            && confirm::seeds_for(room, n + 2) < ENOUGH
            && confirm::can_show(
                confirm::seeds_for(after, n.div_ceil(2) + 2),
                n.div_ceil(2),
                self.options.finished,
            )
    }

    /// Judges the survivors on all screening seeds, and lets the worse half go.
    fn keep_half(&mut self) {
        let seeds = self.screening_seeds();
        for survivor in &mut self.survivors {
            let change = [survivor.change.clone()];
            if let Some(found) = screen::best(&self.trials, &survivor.remedy, &change, &seeds) {
                *survivor = found;
            }
        }
        self.survivors.sort_by(|a, b| b.mean.total_cmp(&a.mean));
        let half = self.survivors.len().div_ceil(2);
        while self.survivors.len() > half {
            let Some(gone) = self.weakest() else {
                break;
            };
            let reason = format!(
                "screened only: others did better on the same seeds; {}",
                self.more_or_named(&gone.remedy)
            );
            let mut result = untried(&gone.remedy, Verdict::Undecided, &reason);
            (result.change, result.seeds) = (gone.change, gone.pairs);
            result.screened = Some(gone.mean);
            self.results.push(result);
        }
    }
}
