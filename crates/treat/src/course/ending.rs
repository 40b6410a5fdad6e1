//! The end of a treatment: its results in order, and which findings they confirm.

use std::collections::BTreeMap;

use regimen_run::RunSpec;
use regimen_run::treatment::{BASELINE, Baseline, Outcome, Phase, Treatment, Verdict};

use super::Course;
use crate::TreatError;
use crate::treatment::{Told, Treated};

impl Course<'_> {
    /// The results, and the run that follows from them.
    pub fn end(mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<Treated, TreatError> {
        self.phase(Phase::Done, tell)?;
        self.rank_results();
        let improved = self.improved();
        let sign = if self.trials.score.more { 1.0 } else { -1.0 };
        let of_baseline = |o: &&Outcome| o.remedy == BASELINE;
        let baseline: Vec<&Outcome> = self.trials.done.iter().filter(of_baseline).collect();
        let mean = |of: fn(&Outcome) -> Option<f64>| {
            let all: Vec<f64> = baseline.iter().filter_map(|o| of(o)).collect();
            (!all.is_empty()).then(|| sign * all.iter().sum::<f64>() / all.len() as f64)
        };
        let test = mean(|o| o.test);
        let treatment = Treatment {
            name: self.spec.name.clone(),
            metric: self.trials.score.name.clone(),
            more_is_better: self.trials.score.more,
            part: match self.trials.done.iter().any(|o| o.test.is_some()) {
                true => "test".to_owned(),
                false => "validation".to_owned(),
            },
            margin: self.margin,
            runs: self.trials.done.len(),
            baseline: Baseline {
                validation: mean(|o| o.validation),
                test,
                deviation: self.deviation(),
                seeds: baseline.len(),
                params: baseline.first().map_or(0, |o| o.params),
            },
            findings_by_treatment: self.findings_by_treatment(),
            learning_curve: self.learning_curve,
            remedies: self.results,
            findings: self.patient.findings,
        };
        Ok(Treated {
            treatment,
            improved,
        })
    }

    /// The run with what stands first, where that helps.
    fn improved(&self) -> Option<RunSpec> {
        let first = self.results.first();
        let first = first.filter(|r| r.verdict == Verdict::Helps && r.p.is_some())?;
        self.spec_of(&first.id, &first.change)
    }

    /// Findings whose remedies were judged: `confirmed` where one helps.
    fn findings_by_treatment(&self) -> BTreeMap<String, String> {
        let mut states = BTreeMap::new();
        for finding in &self.patient.findings {
            let named = self
                .results
                .iter()
                .filter(|r| finding.remedies.contains(&r.id) && r.p.is_some());
            let verdicts: Vec<Verdict> = named.map(|r| r.verdict).collect();
            let judged = [Verdict::Helps, Verdict::NoDifference, Verdict::Harms];
            let state = match () {
                _ if verdicts.contains(&Verdict::Helps) => "confirmed",
                _ if verdicts.iter().any(|v| judged.contains(v)) => "not confirmed",
                _ => continue,
            };
            states.insert(finding.id.clone(), state.to_owned());
        }
        states
    }
}
