//! Which classes are taken for which: the confusion matrix of the last epoch's validation rows, and a table by class.

use maud::{Markup, html};
use regimen_run::event::{RowsOfEpoch, ValidationRows};

use super::run_page::Told;
use super::{percent, table, wilson};

/// Classes up to which the whole matrix is shown.
const MOST: usize = 20;

/// Matrix and table; empty where rows have no classes.
pub(super) fn of(told: &Told<'_>) -> Markup {
    let Some((rows, last)) = told.rows.and_then(|rows| Some((rows, rows.epochs.last()?))) else {
        return html! {};
    };
    if rows.truth.is_empty() || last.predicted.len() != rows.truth.len() {
        return html! {};
    }
    let counts = counts(rows, last);
    let names: Vec<String> = (0..counts.len())
        .map(|class| told.class_name(class))
        .collect();
    html! {
        p.muted {
            "Validation rows after epoch " (last.epoch + 1)
            @if rows.one_row_in > 1 { ", one in " (rows.one_row_in) }
            ". Rows are true classes, columns what was predicted."
        }
        @if counts.len() <= MOST { (matrix(&counts, &names)) } @else { (pairs(&counts, &names)) }
        (by_class(&counts, &names))
    }
}

/// Rows by true class, in it by predicted class.
fn counts(rows: &ValidationRows, last: &RowsOfEpoch) -> Vec<Vec<u64>> {
    let both = || rows.truth.iter().zip(&last.predicted);
    let class = |c: i32| usize::try_from(c).ok();
    let classes = both()
        .flat_map(|(t, p)| [class(*t), class(*p)])
        .flatten()
        .max()
        .map_or(0, |c| c + 1);
    // Labels that are no classes at all must not fill the memory.
    if classes > 10_000 {
        return vec![];
    }
    let mut counts = vec![vec![0; classes]; classes];
    for (truth, predicted) in both() {
        if let (Some(t), Some(p)) = (class(*truth), class(*predicted)) {
            counts[t][p] += 1;
        }
    }
    counts
}

fn matrix(counts: &[Vec<u64>], names: &[String]) -> Markup {
    let shade = |row: &[u64], count: u64| {
        let all: u64 = row.iter().sum();
        100.0 * count as f64 / all.max(1) as f64
    };
    html! {
        div.scroll {
            table.matrix {
                thead { tr { th { "true \\ predicted" } @for name in names { th.n { (name) } } } }
                tbody {
                    @for (i, row) in counts.iter().enumerate() {
                        tr {
                            th { (names[i]) }
                            @for (j, count) in row.iter().enumerate() {
                                @let colour = if i == j { "--s2" } else { "--alarm" };
                                @let share = shade(row, *count).sqrt() * 6.0;
                                td style={ "background:color-mix(in srgb,var(" (colour) ") " (format!("{share:.0}")) "%,transparent)" } { (count) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The commonest confusions, where there are too many classes for a matrix.
fn pairs(counts: &[Vec<u64>], names: &[String]) -> Markup {
    let mut all: Vec<(u64, usize, usize)> = vec![];
    for (t, row) in counts.iter().enumerate() {
        all.extend(
            row.iter()
                .enumerate()
                .filter(|(p, n)| *p != t && **n > 0)
                .map(|(p, n)| (*n, t, p)),
        );
    }
    all.sort_by_key(|(n, t, p)| (std::cmp::Reverse(*n), *t, *p));
    let rows: Vec<Vec<String>> = all
        .iter()
        .take(20)
        .map(|(n, t, p)| vec![names[*t].clone(), names[*p].clone(), n.to_string()])
        .collect();
    table(&["true class", "taken for", "rows"], &rows, &[2])
}

fn by_class(counts: &[Vec<u64>], names: &[String]) -> Markup {
    let row = |(class, row): (usize, &Vec<u64>)| -> Vec<String> {
        let (right, all) = (row[class] as f64, row.iter().sum::<u64>() as f64);
        let predicted: u64 = counts.iter().map(|row| row[class]).sum();
        let precision = right / predicted as f64;
        let recall = right / all;
        let (low, high) = wilson(right, all);
        let shown = |x: f64| {
            if x.is_finite() {
                percent(x)
            } else {
                "-".to_owned()
            }
        };
        let f1 = 2.0 * precision * recall / (precision + recall);
        let interval = match all > 0.0 {
            true => format!("{} to {}", percent(low), percent(high)),
            false => "-".to_owned(),
        };
        let worst = row
            .iter()
            .enumerate()
            .filter(|(p, n)| *p != class && **n > 0);
        let worst = worst.max_by_key(|(p, n)| (**n, std::cmp::Reverse(*p)));
        vec![
            names[class].clone(),
            (all as u64).to_string(),
            shown(recall),
            interval,
            shown(precision),
            shown(f1),
            worst.map_or("-".to_owned(), |(p, n)| format!("{} ({n})", names[p])),
        ]
    };
    let rows: Vec<Vec<String>> = counts.iter().enumerate().map(row).collect();
    let head = [
        "class",
        "rows",
        "recall",
        "95 % interval",
        "precision",
        "F1",
        "most taken for",
    ];
    table(&head, &rows, &[1, 2, 3, 4, 5])
}
