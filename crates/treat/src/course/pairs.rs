//! Two remedies together, where two help.

use regimen_run::treatment::Phase;

use super::{Course, Tried};
use crate::confirm;
use crate::treatment::{Told, diff, judged};
use crate::{Change, TreatError, remedies};

impl Course<'_> {
    /// The two remedies that help most, together, from the same fresh seeds.
    pub fn pairs(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let helping = self.helping();
        let [first, second, ..] = helping.as_slice() else {
            return Ok(());
        };
        // What is a pair already has no third.
        if self.fresh.len() > self.room() || first.0.contains('+') || second.0.contains('+') {
            return Ok(());
        }
        let Some(spec) = self.spec_of(&first.0, &first.1) else {
            return Ok(());
        };
        let both = self.patient_with(spec);
        let def = remedies::find(&second.0).map(|def| (def.changes)(&both));
        let Some(Ok(changes)) = def else {
            return Ok(());
        };
        let Some(change) = changes.into_iter().find(|change| change.what == second.1) else {
            return Ok(());
        };
        let id = format!("{}+{}", first.0, second.0);
        let what = format!("{}; {}", first.1, second.1);
        let together = Change {
            what: what.clone(),
            spec: change.spec,
        };
        self.tried.push(Tried {
            id: id.clone(),
            changes: vec![together],
        });
        let planned: Vec<_> = self
            .fresh
            .iter()
            .filter_map(|&seed| self.arm(&id, &what, seed))
            .collect();
        self.planned += planned.len();
        self.phase(Phase::Pairs, tell)?;
        self.trials.run(planned, tell)?;
        let found = confirm::differences(&self.trials, &id, &what, &self.fresh);
        let verdict = confirm::verdicts(std::slice::from_ref(&found), self.margin, self.looks);
        if let Some(verdict) = verdict.into_iter().next() {
            let mut result = judged(&id, &what, &found, verdict);
            self.own_sign(&mut result);
            let reason = "judged on the seeds and rows that its two parts were chosen on";
            result.reason.get_or_insert_with(|| reason.to_owned());
            if let Some(spec) = self.spec_of(&id, &what) {
                result.diff = diff(self.spec, &spec);
            }
            self.results.push(result);
        }
        Ok(())
    }
}
