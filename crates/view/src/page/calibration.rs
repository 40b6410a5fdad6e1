//! Whether probabilities mean what they say: how often rows are right, by how sure the network is of them.
//!
//! Rows are put in order of the probability of their predicted class and cut into ten groups of equal size; the expected
//! calibration error is the mean distance of a group's share of right rows from its mean probability (Guo et al., "On
//! Calibration of Modern Neural Networks", 2017).

use maud::{Markup, html};

use super::run_page::Told;
use super::{figures, percent, wilson};
use crate::chart::{Chart, Line};

const GROUPS: usize = 10;

/// A group of rows: mean probability, share of right rows, how many.
type Group = (f64, f64, usize);

/// The chart and its sentence; empty where probabilities are not known.
pub(super) fn of(told: &Told<'_>) -> Markup {
    let Some((rows, last)) = told.rows.and_then(|rows| Some((rows, rows.epochs.last()?))) else {
        return html! {};
    };
    let n = rows.truth.len();
    if n < 2 * GROUPS || last.confidence.len() != n || last.predicted.len() != n {
        return html! {};
    }
    let right = rows.truth.iter().zip(&last.predicted).map(|(t, p)| t == p);
    let mut each: Vec<(f64, bool)> = last
        .confidence
        .iter()
        .map(|c| f64::from(*c))
        .zip(right)
        .collect();
    if each.iter().any(|(c, _)| !(0.0..=1.0001).contains(c)) {
        return html! {};
    }
    each.sort_by(|a, b| a.0.total_cmp(&b.0));
    let groups = groups(&each);
    let error: f64 = groups
        .iter()
        .map(|(c, r, k)| (c - r).abs() * *k as f64)
        .sum::<f64>()
        / n as f64;
    let mean = each.iter().map(|(c, _)| c).sum::<f64>() / n as f64;
    let share = each.iter().filter(|(_, right)| *right).count() as f64 / n as f64;
    let word = match mean - share {
        d if d > 0.02 => "It is too sure of itself.",
        d if d < -0.02 => "It is less sure than it could be.",
        _ => "It is as sure as it is right.",
    };
    html! {
        p {
            "The network gives the class that it predicts " (percent(mean)) " on average and is right in " (percent(share))
            " of the validation rows; expected calibration error " (format!("{error:.3}")) ". " (word)
        }
        (figures([chart(&groups).figure()]))
    }
}

fn groups(each: &[(f64, bool)]) -> Vec<Group> {
    let n = each.len();
    let group = |g: usize| {
        let rows = &each[g * n / GROUPS..(g + 1) * n / GROUPS];
        let k = rows.len();
        let mean = rows.iter().map(|(c, _)| c).sum::<f64>() / k as f64;
        (
            mean,
            rows.iter().filter(|(_, right)| *right).count() as f64 / k as f64,
            k,
        )
    };
    (0..GROUPS).map(group).collect()
}

fn chart(groups: &[Group]) -> Chart {
    let band = groups.iter().map(|(c, r, k)| {
        let (low, high) = wilson(r * *k as f64, *k as f64);
        (*c, low, high)
    });
    let least = groups.iter().map(|g| g.0).fold(1.0, f64::min);
    Chart {
        title: "Right rows by probability".to_owned(),
        x: "mean probability of the predicted class".to_owned(),
        y: "share that is right".to_owned(),
        lines: vec![
            Line {
                name: "probability = share".to_owned(),
                colour: 7,
                points: vec![(least.min(0.98), least.min(0.98)), (1.0, 1.0)],
                dashed: true,
                ..Line::default()
            },
            Line {
                name: "tenths of the rows, with 95 % intervals".to_owned(),
                points: groups.iter().map(|(c, r, _)| (*c, *r)).collect(),
                band: band.collect(),
                dots: true,
                ..Line::default()
            },
        ],
        range_y: Some((
            groups.iter().map(|g| g.1).fold(least, f64::min).min(0.5) * 0.9,
            1.03,
        )),
        ..Chart::default()
    }
}
