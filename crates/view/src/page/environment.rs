//! How to make a run again, what it ran on, and the run file in full.

use maud::{Markup, html};
use regimen_run::{Event, RunSpec};

use super::run_page::{RunPage, Told};

/// Command, machine, and the run on paper.
pub(super) fn of_run(run: &RunPage<'_>, told: &Told<'_>) -> Markup {
    html! {
        pre { (run.command) }
        @if let Some(line) = ran(told.events) { p.muted { (line) } }
        @if let Some(spec) = run.spec { (file(spec)) }
    }
}

/// The run file, folded.
pub(super) fn file(spec: &RunSpec) -> Markup {
    html! {
        @if let Ok(toml) = spec.to_toml() {
            details { summary { "The run file, written out in full" } pre { (toml) } }
        }
    }
}

/// Version, machine, steps and seconds.
fn ran(events: &[Event]) -> Option<String> {
    let mut line = events.iter().find_map(|event| match event {
        Event::RunBegin { version, machine, samples, batch_size, steps, .. } => Some(format!(
            "Regimen {version} on {}; {samples} training rows in {steps} steps of {batch_size} an epoch",
            if machine.is_empty() { "an unknown machine" } else { machine }
        )),
        _ => None,
    })?;
    let seconds = events.iter().filter_map(|event| match event {
        Event::EpochEnd { seconds, .. } => Some(*seconds),
        _ => None,
    });
    let seconds: Vec<f64> = seconds.collect();
    if !seconds.is_empty() {
        let all: f64 = seconds.iter().sum();
        line += &format!(
            "; {all:.1} s in all, {:.3} s an epoch",
            all / seconds.len() as f64
        );
    }
    Some(line + ".")
}
