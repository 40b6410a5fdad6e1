//! What the data look like.

use maud::{Markup, html};
use regimen_run::Profile;
use regimen_run::profile::{ColumnProfile, Figures, InputProfile, LabelProfile};

use super::run_page::Told;
use super::{percent, table};
use crate::short::short;

/// Classes, columns and features that are listed at most.
const MOST: usize = 15;

/// Rows, labels, inputs and warnings.
pub(super) fn of(told: &Told<'_>) -> Markup {
    let Some(profile) = told.profile else {
        return html! {};
    };
    let [train, validation, test] = profile.rows;
    html! {
        p { (train) " training rows, " (validation) " for validation, " (test) " for the test." }
        @for warning in &profile.warnings {
            article.finding.warning { p { strong { (warning.text) } } p { (warning.mend) } }
        }
        @for label in profile.labels() { (labels(label)) }
        @for input in &profile.inputs { (input_of(input)) }
        (columns(&profile.columns))
        (again(profile))
        @if !profile.notes.is_empty() { ul.muted { @for note in &profile.notes { li { (note) } } } }
    }
}

fn labels(label: &LabelProfile) -> Markup {
    let title = label
        .output
        .as_ref()
        .map_or("Labels".to_owned(), |output| format!("Labels of {output}"));
    let class = |c: &regimen_run::profile::ClassProfile| {
        let mut row = vec![c.name.clone()];
        row.extend(
            c.rows
                .iter()
                .zip(c.shares)
                .map(|(n, share)| format!("{n} ({})", percent(share))),
        );
        row
    };
    let rows: Vec<Vec<String>> = label.classes.iter().take(MOST).map(class).collect();
    let parts = ["training", "validation", "test"];
    let numbers = label
        .numbers
        .iter()
        .zip(parts)
        .filter_map(|(f, part)| Some((part.to_owned(), (*f)?)));
    let numbers: Vec<Vec<String>> = numbers.map(|(part, f)| figures_row(part, &f)).collect();
    html! {
        @if !rows.is_empty() || !numbers.is_empty() { h3 { (title) " (" (label.encoding) ")" } }
        (table(&["class", "training", "validation", "test"], &rows, &[1, 2, 3]))
        @if label.classes.len() > MOST { p.muted { "and " (label.classes.len() - MOST) " classes more" } }
        (table(&["part", "min", "mean", "max", "deviation"], &numbers, &[1, 2, 3, 4]))
    }
}

fn figures_row(name: String, f: &Figures) -> Vec<String> {
    let mut row = vec![name];
    row.extend([f.min, f.mean, f.max, f.deviation].map(short));
    row
}

fn input_of(input: &InputProfile) -> Markup {
    let name = input.name.clone().unwrap_or_else(|| "Input".to_owned());
    let shape: Vec<String> = input.shape.iter().map(ToString::to_string).collect();
    let rows: Vec<Vec<String>> = match input.each.is_empty() {
        false => input
            .each
            .iter()
            .take(MOST)
            .map(|f| figures_row(f.name.clone(), &f.figures))
            .collect(),
        true => input
            .figures
            .iter()
            .map(|f| figures_row("all features".to_owned(), f))
            .collect(),
    };
    html! {
        h3 { (name) ", rows of (" (shape.join(", ")) ")" }
        @if let Some(text) = &input.text {
            p {
                "Texts of column " code { (text.column) } ": " (text.vocabulary) " ids, " (text.length) " per row; the median text has "
                (text.median) " words, the longest " (text.longest) "; " (text.cut[0]) " training texts are cut, "
                (text.unknown[1]) " of " (text.words[1]) " validation words are unknown."
            }
        }
        @if input.constant > 0 { p { (input.constant) " features have one value in all training rows." } }
        (table(&["feature", "min", "mean", "max", "deviation"], &rows, &[1, 2, 3, 4]))
        @if input.each.len() > MOST { p.muted { "and " (input.each.len() - MOST) " features more" } }
    }
}

fn columns(columns: &[ColumnProfile]) -> Markup {
    let some = |n: Option<usize>| n.map_or("-".to_owned(), |n| n.to_string());
    let row = |c: &ColumnProfile| {
        vec![
            c.name.clone(),
            c.kind.clone(),
            some(c.missing),
            some(c.categories),
        ]
    };
    let rows: Vec<Vec<String>> = columns.iter().take(MOST).map(row).collect();
    html! {
        @if !rows.is_empty() { h3 { "Columns" } }
        (table(&["column", "kind", "missing", "categories"], &rows, &[2, 3]))
        @if columns.len() > MOST { p.muted { "and " (columns.len() - MOST) " columns more" } }
    }
}

/// Rows that occur again, and the features that go with the label.
fn again(profile: &Profile) -> Markup {
    let d = &profile.duplicates;
    let top: Vec<Vec<String>> = profile
        .correlation
        .top
        .iter()
        .map(|c| vec![c.feature.clone(), format!("{:.3}", c.value)])
        .collect();
    html! {
        @if d.train + d.validation + d.test > 0 {
            p {
                (d.train) " training rows repeat another; " (d.validation) " validation rows and " (d.test)
                " test rows are training rows, too."
            }
        }
        @if !top.is_empty() { h3 { "Features that go with the label (" (profile.correlation.measure) ")" } }
        (table(&["feature", "strength"], &top, &[1]))
    }
}
