//! In which order results stand, and which one is taken: the plainest of those that the numbers cannot tell apart.
//!
//! Among what helps, the largest effect is partly luck: the best of several is chosen for having been lucky. So a result
//! leads only over those that it is shown to be better than, pair by pair (sign-flip test, level 0.05, no correction: a
//! mistake costs little here). Those that are not worse come in front of it where they are plainer: a remedy alone before
//! two together, what a finding names before what was only tried, the worst finding's first; then by their effect. It is
//! the rule of one standard error (Breiman et al., "Classification and Regression Trees", 1984), with the test in its place.

use regimen_run::Finding;
use regimen_run::treatment::{RemedyResult, Verdict};

use super::Course;
use crate::sign_flip::sign_flip;
use crate::treatment::rank;

/// Level at which one remedy is shown to be better than another.
const LEVEL: f64 = 0.05;

impl Course<'_> {
    /// Puts the results in order.
    pub(super) fn rank_results(&mut self) {
        let mut all = std::mem::take(&mut self.results);
        all.sort_by(|a, b| {
            let effect = |r: &RemedyResult| r.effect.unwrap_or(f64::MIN);
            rank(a).cmp(&rank(b)).then(effect(b).total_cmp(&effect(a)))
        });
        for verdict in [Verdict::Helps, Verdict::Undecided] {
            let of = |r: &RemedyResult| r.verdict == verdict && r.p.is_some() && rank(r) < 2;
            let Some(from) = all.iter().position(of) else {
                continue;
            };
            let until = from + all[from..].iter().take_while(|r| of(r)).count();
            plainest_first(
                &mut all[from..until],
                |own, leader| self.is_worse(own, leader),
                |id| self.place_in_findings(id),
            );
        }
        self.results = all;
    }

    /// Whether a result is shown to be worse than another on the fresh seeds that both have.
    fn is_worse(&self, own: &RemedyResult, leader: &RemedyResult) -> bool {
        let score = |of: &RemedyResult, seed: u64| {
            let outcome = self.trials.find(&of.id, &of.change, seed)?;
            outcome.test.or(outcome.validation)
        };
        let pairs = self.fresh.iter();
        let pairs = pairs.filter_map(|&seed| Some(score(leader, seed)? - score(own, seed)?));
        let differences: Vec<f64> = pairs.collect();
        differences.iter().sum::<f64>() > 0.0 && sign_flip(&differences) <= LEVEL
    }

    /// The place of the worst finding that names a remedy, or one of two together; behind all where none does.
    pub(super) fn place_in_findings(&self, id: &str) -> usize {
        let suspects = self.suspects();
        let names = |id: &str| {
            let named = |finding: &&Finding| finding.remedies.iter().any(|r| r == id);
            suspects.iter().position(named)
        };
        let places = id.split('+').map(|id| names(id).unwrap_or(usize::MAX));
        places.min().unwrap_or(usize::MAX)
    }
}

/// Orders results of one verdict that stand by their effects: those that are not shown to be worse than the first by
/// how plain they are, the others as they stand behind them.
fn plainest_first(
    results: &mut [RemedyResult],
    is_worse: impl Fn(&RemedyResult, &RemedyResult) -> bool,
    place: impl Fn(&str) -> usize,
) {
    let Some(leader) = results.first().cloned() else {
        return;
    };
    // Sorting is stable: equals stay by their effects.
    results.sort_by_key(|r| match is_worse(r, &leader) {
        true => (1, 0, 0),
        false => (0, r.id.matches('+').count(), place(&r.id)),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::treatment::untried;

    #[test]
    fn the_plainest_of_equals_and_then_what_is_worse() {
        let of = |(id, effect)| RemedyResult {
            effect: Some(effect),
            ..untried(id, Verdict::Helps, "")
        };
        let mut results: Vec<RemedyResult> = [
            ("l2+dropout", 0.05),
            ("larger_network", 0.04),
            ("dropout", 0.03),
            ("l2", 0.02),
            ("early_stopping", 0.01),
        ]
        .map(of)
        .to_vec();
        // The last one is shown to be worse; the finding names dropout first, then that one.
        plainest_first(
            &mut results,
            |own, _| own.id == "early_stopping",
            |id| match id {
                "dropout" => 0,
                "early_stopping" => 1,
                _ => usize::MAX,
            },
        );
        let order: Vec<&str> = results.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(
            order,
            [
                "dropout",
                "larger_network",
                "l2",
                "l2+dropout",
                "early_stopping"
            ]
        );
        plainest_first(&mut [], |_, _| false, |_| 0);
    }
}
