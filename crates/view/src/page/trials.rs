//! Trials of a treatment: each remedy's result, its curves beside the baseline's, and every run that was made.

use maud::{Markup, PreEscaped, html};
use regimen_run::treatment::{
    BASELINE, LearningCurve, NULL, Outcome, RemedyResult, Treatment, Verdict, probability,
};

use super::forest::signed;
use super::{figures, forest, table};
use crate::chart::{Chart, Line};
use crate::short::short;

/// Remedies whose curves are drawn.
const DRAWN: usize = 4;

/// Effects, results and curves.
pub(super) fn results(treatment: &Treatment, trials: &[Outcome]) -> Markup {
    html! {
        (PreEscaped(forest::figure(treatment)))
        p.muted {
            "Differences of " (treatment.metric) " on " (treatment.part) " rows from the same fresh seeds, positive where the remedy is better; the column loss has the change of the loss on these rows. Of remedies that the numbers cannot tell apart the plainest stands first. "
            "The shaded margin, " (short(treatment.margin)) ", is a difference that does not matter."
        }
        (judged(treatment))
        (others(treatment))
        (figures([curves(treatment, trials).figure(), more_data(treatment)]))
    }
}

pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Helps => "helps",
        Verdict::NoDifference => "no difference",
        Verdict::Harms => "harms",
        Verdict::Undecided => "undecided",
        Verdict::NotApplicable => "not applicable",
    }
}

/// The table of what was judged.
fn judged(treatment: &Treatment) -> Markup {
    let rows: Vec<&RemedyResult> = treatment
        .remedies
        .iter()
        .filter(|r| r.effect.is_some())
        .collect();
    let number = |x: Option<f64>| x.map_or("-".to_owned(), signed);
    html! {
        @if !rows.is_empty() {
            div.scroll { table {
                thead { tr {
                    th { "remedy" } th { "change" } th { "verdict" } th.n { "effect" } th.n { "95 % interval" } th.n { "p" }
                    th.n { "seeds" } th.n { "loss" } th.n { "cost" }
                } }
                tbody { @for r in rows { tr {
                    td { code { (r.id) } }
                    td { (r.change) }
                    td {
                        span class=[class(r.verdict)] { (word(r.verdict)) }
                        @if let Some(seeds) = r.seeds_needed { span.muted { ", needs about " (seeds) " seeds" } }
                        @if let Some(reason) = &r.reason { br; span.muted { (reason) } }
                    }
                    td.n { (number(r.effect)) }
                    td.n { (number(r.low)) " to " (number(r.high)) }
                    td.n { (r.p.map_or("-".to_owned(), probability)) }
                    td.n { (r.seeds) }
                    td.n { (number(r.loss)) }
                    td.n { (r.cost.map_or("-".to_owned(), |c| format!("{c:.1}×"))) }
                } } }
            } }
        }
    }
}

fn class(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Helps => Some("helps"),
        Verdict::Harms => Some("harms"),
        _ => None,
    }
}

/// What was not judged, and why.
fn others(treatment: &Treatment) -> Markup {
    let groups = treatment.not_judged();
    html! {
        @if !groups.is_empty() { h3 { "Not judged" } }
        @for (verdict, why, results) in &groups {
            p {
                @for (i, r) in results.iter().enumerate() {
                    @if i > 0 { ", " }
                    code { (r.id) }
                    @if let Some(screened) = r.screened { " (" (signed(screened)) ")" }
                }
                span.muted { ": " (word(*verdict)) "; " (why) }
            }
        }
        @if treatment.remedies.iter().any(|r| r.effect.is_none() && r.screened.is_some()) {
            p.muted { "In brackets stands the difference of " (treatment.metric) " on validation rows in screening." }
        }
    }
}

/// Mean validation curves of the baseline and of the remedies that did best, with one deviation over seeds as bands.
fn curves(treatment: &Treatment, trials: &[Outcome]) -> Chart {
    let best = treatment
        .remedies
        .iter()
        .filter(|r| r.p.is_some() && r.id != NULL)
        .take(DRAWN);
    let named = best.map(|r| (r.id.as_str(), r.change.as_str()));
    let arms = std::iter::once((BASELINE, "")).chain(named);
    let sign = if treatment.more_is_better { 1.0 } else { -1.0 };
    let line = |(colour, (id, change)): (usize, (&str, &str))| {
        let of: Vec<&[f32]> = trials
            .iter()
            .filter(|o| o.remedy == id && o.change == change && !o.curve.is_empty())
            .map(|o| o.curve.as_slice())
            .collect();
        let longest = of.iter().map(|c| c.len()).max().unwrap_or(0);
        let at = |epoch: usize| {
            let values: Vec<f64> = of
                .iter()
                .filter_map(|c| c.get(epoch))
                .map(|x| f64::from(*x))
                .collect();
            let values: Vec<f64> = values.into_iter().filter(|x| x.is_finite()).collect();
            let n = values.len() as f64;
            // Where most seeds have stopped, the rest say little of the mean.
            (values.len() * 2 >= of.len() && !values.is_empty()).then(|| {
                let mean = values.iter().sum::<f64>() / n;
                let spread: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
                (
                    epoch as f64 + 1.0,
                    sign * mean,
                    (spread / (n - 1.0).max(1.0)).sqrt(),
                )
            })
        };
        let points: Vec<(f64, f64, f64)> = (0..longest).filter_map(at).collect();
        Line {
            name: if change.is_empty() {
                id.to_owned()
            } else {
                format!("{id} ({change})")
            },
            colour,
            points: points.iter().map(|p| (p.0, p.1)).collect(),
            band: points.iter().map(|p| (p.0, p.1 - p.2, p.1 + p.2)).collect(),
            ..Line::default()
        }
    };
    Chart {
        title: format!("val_{}: mean and deviation over seeds", treatment.metric),
        x: "epoch".to_owned(),
        lines: arms
            .enumerate()
            .map(line)
            .filter(|l| !l.points.is_empty())
            .collect(),
        whole_x: true,
        may_log: !treatment.more_is_better,
        ..Chart::default()
    }
}

/// Scores by number of rows, and the prediction for twice as many.
fn more_data(treatment: &Treatment) -> String {
    let Some(curve) = &treatment.learning_curve else {
        return String::new();
    };
    let sign = if treatment.more_is_better { 1.0 } else { -1.0 };
    let LearningCurve {
        rows,
        scores,
        twice,
        low,
        high,
    } = curve;
    let mean = |s: &Vec<f64>| sign * s.iter().sum::<f64>() / s.len().max(1) as f64;
    let known: Vec<(f64, f64)> = rows
        .iter()
        .zip(scores)
        .map(|(n, s)| (*n as f64, mean(s)))
        .collect();
    let spread = rows.iter().zip(scores).map(|(n, s)| {
        let ends = s.iter().map(|x| sign * x);
        (
            *n as f64,
            ends.clone().fold(f64::MAX, f64::min),
            ends.fold(f64::MIN, f64::max),
        )
    });
    let last = rows.last().map_or(0.0, |n| *n as f64);
    let chart = Chart {
        title: "More data: best validation epoch by training rows".to_owned(),
        x: "training rows".to_owned(),
        lines: vec![
            Line {
                name: "runs, lowest to highest".to_owned(),
                points: known,
                band: spread.collect(),
                dots: true,
                ..Line::default()
            },
            Line {
                name: "predicted, 95 % interval".to_owned(),
                colour: 1,
                points: vec![(2.0 * last, sign * twice)],
                band: vec![(2.0 * last, sign * low, sign * high)],
                dots: true,
                ..Line::default()
            },
        ],
        whole_x: true,
        ..Chart::default()
    };
    chart.figure()
}

/// Every run that was made.
pub(super) fn all(trials: &[Outcome], more_is_better: bool) -> Markup {
    let sign = if more_is_better { 1.0 } else { -1.0 };
    let shown = |x: Option<f64>| x.map_or("-".to_owned(), |x| short(sign * x));
    let row = |o: &Outcome| {
        vec![
            o.remedy.clone(),
            o.change.clone(),
            o.seed.to_string(),
            shown(o.validation),
            shown(o.test),
            o.params.to_string(),
            format!("{:.1}", o.seconds),
            o.failed.clone().unwrap_or_default(),
        ]
    };
    let rows: Vec<Vec<String>> = trials.iter().map(row).collect();
    let head = [
        "remedy",
        "change",
        "seed",
        "validation",
        "test",
        "parameters",
        "seconds",
        "failed",
    ];
    html! {
        details { summary { (rows.len()) " runs" } (table(&head, &rows, &[2, 3, 4, 5, 6])) }
    }
}
