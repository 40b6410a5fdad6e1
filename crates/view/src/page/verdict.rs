//! The verdict in one paragraph.

use maud::{Markup, html};
use regimen_run::treatment::{NULL, RemedyResult, Treatment, Verdict};
use regimen_run::{Event, Severity};

use super::run_page::Told;
use super::{percent, wilson};
use crate::short::{counted, short};

/// What a run came to.
pub(super) fn of_run(told: &Told<'_>) -> Markup {
    let worst = told.findings.iter().map(|f| f.severity).max();
    let class = match worst {
        Some(Severity::Error) => "verdict bad",
        Some(Severity::Warning) => "verdict warn",
        _ => "verdict",
    };
    let alarms: Vec<&str> = told
        .findings
        .iter()
        .filter(|f| f.severity > Severity::Info)
        .map(|f| f.title.as_str())
        .collect();
    let said = match alarms.as_slice() {
        [] if told.history.is_empty() => String::new(),
        [] => "Nothing that the doctor is sure of speaks against this run.".to_owned(),
        [one] => format!("{}.", one.trim_end_matches('.')),
        [first, rest @ ..] => {
            let first = first.trim_end_matches('.');
            format!("{first}; and {} more, see the findings.", rest.len())
        }
    };
    html! { p class=(class) { (progress(told)) " " (said) } }
}

/// How far it came, and how good it is.
fn progress(told: &Told<'_>) -> String {
    let epochs = told.history.len();
    if epochs == 0 {
        return "No epoch has ended yet.".to_owned();
    }
    let end = told.events.iter().rev().find_map(|event| match event {
        Event::RunEnd { reason, test, .. } => Some((reason.as_str(), test.as_ref())),
        _ => None,
    });
    let plural = if epochs == 1 { "epoch" } else { "epochs" };
    let mut text = match end.map(|(reason, _)| reason) {
        Some("finished") => format!("Trained {epochs} {plural}."),
        Some("stopped") => format!("Stopped by a callback after {epochs} {plural}."),
        Some(reason) => format!("Ended ({reason}) after {epochs} {plural}."),
        None => format!("{epochs} {plural} so far."),
    };
    let val = told.history.points("val_loss");
    let finite = val.iter().filter(|(_, v)| v.is_finite());
    if let Some((epoch, least)) = finite.min_by(|a, b| a.1.total_cmp(&b.1)) {
        text += &format!(" The least val_loss is {} at epoch {epoch}", short(*least));
        let last = val.last().map_or(*least, |(_, v)| *v);
        text += &match last == *least {
            true => ".".to_owned(),
            false => format!(", the last {}.", short(last)),
        };
    }
    if let Some(test) = end.and_then(|(_, test)| test) {
        let rows = told.data.and_then(|d| d.test_rows).unwrap_or(0) as f64;
        let each = test.iter().map(|(name, value)| {
            let share = name.ends_with("accuracy") || name == "acc";
            match share && rows > 0.0 {
                true => {
                    let (low, high) = wilson(value * rows, rows);
                    format!(
                        "{name} {} (95 % interval {} to {})",
                        percent(*value),
                        percent(low),
                        percent(high)
                    )
                }
                false => format!("{name} {}", short(*value)),
            }
        });
        let each: Vec<String> = each.collect();
        text += &format!(" On {rows} test rows: {}.", each.join(", "));
    }
    text
}

/// What a treatment came to.
pub(super) fn of_treatment(treatment: &Treatment) -> Markup {
    let best = best(treatment);
    let class = if best.is_some() {
        "verdict good"
    } else {
        "verdict"
    };
    html! { p class=(class) { (sentence(treatment, best)) } }
}

/// The remedy that helps most, of those that were tried.
pub(super) fn best(treatment: &Treatment) -> Option<&RemedyResult> {
    let helps = |r: &&RemedyResult| r.verdict == Verdict::Helps && r.id != NULL && r.p.is_some();
    treatment.remedies.iter().find(helps)
}

fn sentence(treatment: &Treatment, best: Option<&RemedyResult>) -> String {
    let base = &treatment.baseline;
    let now = base.test.or(base.validation);
    let shown = |x: Option<f64>| x.map_or("unknown".to_owned(), short);
    let metric = &treatment.metric;
    let mut text = format!(
        "The run as it is gets {metric} {} on {} rows (mean of {}, deviation {}). ",
        shown(now),
        treatment.part,
        counted(base.seeds, "seed"),
        shown(base.deviation)
    );
    text += &match best {
        Some(best) => format!(
            "{} ({}) helps: {metric} {}, a change for the better of {} (95 % interval {} to {}, {}). ",
            best.id,
            best.change,
            shown(best.score),
            shown(best.effect),
            shown(best.low),
            shown(best.high),
            counted(best.seeds, "seed")
        ),
        None => "Nothing that was tried is shown to help. ".to_owned(),
    };
    let count = |verdict: Verdict| {
        let tried = treatment
            .remedies
            .iter()
            .filter(|r| r.id != NULL && r.id != "more_data");
        tried.filter(|r| r.verdict == verdict).count()
    };
    text += &format!(
        "Of what was looked at: {} helpful, {} without a difference beyond {}, {} harmful, {} undecided.",
        count(Verdict::Helps),
        count(Verdict::NoDifference),
        short(treatment.margin),
        count(Verdict::Harms),
        count(Verdict::Undecided)
    );
    if let Some(control) = treatment.control_differs() {
        text += &format!(" {control}");
    }
    let more = treatment.remedies.iter().find(|r| r.id == "more_data");
    if let Some(more) = more.filter(|r| r.effect.is_some()) {
        text += &format!(
            " Twice the training rows are predicted to change {metric} by {}, positive for the better (95 % prediction interval {} to {}).",
            shown(more.effect),
            shown(more.low),
            shown(more.high)
        );
    }
    text
}
