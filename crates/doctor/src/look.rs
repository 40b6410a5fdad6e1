//! What the trainer saw inside of the network, epoch by epoch.

use regimen_run::event::ProbeTelemetry;

use crate::Facts;

/// The latest look and its 0-based epoch. `None` where figures are not finite: a broken network has a finding of its own.
pub(crate) fn last<'a>(facts: &Facts<'a>) -> Option<(usize, &'a ProbeTelemetry)> {
    let (epoch, probe) = looks(facts).next()?;
    probe.loss.is_finite().then_some((epoch, probe))
}

/// The 0-based epoch of the first of the latest looks that hold something; `epoch` where only the last one does.
pub(crate) fn since(facts: &Facts, epoch: usize, holds: impl Fn(&ProbeTelemetry) -> bool) -> usize {
    let run = looks(facts).take_while(|(_, probe)| holds(probe));
    run.last().map_or(epoch, |(epoch, _)| epoch)
}

/// The latest first.
fn looks<'f, 'a>(
    facts: &'f Facts<'a>,
) -> impl Iterator<Item = (usize, &'a ProbeTelemetry)> + use<'f, 'a> {
    let rows = facts.history.iter().rev();
    rows.filter_map(|row| Some((row.epoch, row.telemetry.probe.as_ref()?)))
}
