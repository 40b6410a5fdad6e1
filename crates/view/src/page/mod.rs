//! Pages about runs and treatments: one HTML file each, with nothing to fetch, readable on paper and without JavaScript.

mod calibration;
mod classes;
pub(crate) mod curves;
mod data;
mod environment;
mod findings;
mod forest;
mod layers;
mod run_page;
mod treatment_page;
mod trials;
mod verdict;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use run_page::{RunPage, run_page};
pub use treatment_page::{TreatmentPage, treatment_page};

const STYLE: &str = concat!(include_str!("../chart.css"), include_str!("style.css"));
const HOVER: &str = include_str!("hover.js");

/// A section of a page: its place, its headline, what it holds. An empty one is left out.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// The whole page. What follows `head` are sections with links to them.
fn page(title: &str, head: &Markup, sections: Vec<Section>) -> String {
    let sections: Vec<Section> = sections
        .into_iter()
        .filter(|section| !section.body.0.is_empty())
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="generator" content="regimen";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    (head)
                    nav {
                        @for section in &sections {
                            a href={ "#" (section.id) } { (section.title) }
                        }
                    }
                    @for section in &sections {
                        section id=(section.id) {
                            h2 { (section.title) }
                            (section.body)
                        }
                    }
                }
                script { (PreEscaped(HOVER)) }
            }
        }
    }
    .into_string()
}

/// Figures side by side; empty without any.
fn figures(figures: impl IntoIterator<Item = String>) -> Markup {
    let figures: Vec<String> = figures.into_iter().filter(|f| !f.is_empty()).collect();
    html! {
        @if !figures.is_empty() {
            div.charts {
                @for figure in &figures { (PreEscaped(figure)) }
            }
        }
    }
}

/// A table of text; columns named in `numbers` stand to the right.
fn table(head: &[&str], rows: &[Vec<String>], numbers: &[usize]) -> Markup {
    let class = |column: usize| numbers.contains(&column).then_some("n");
    html! {
        @if !rows.is_empty() {
            div.scroll {
                table {
                    thead { tr { @for (i, cell) in head.iter().enumerate() { th class=[class(i)] { (cell) } } } }
                    tbody {
                        @for row in rows {
                            tr { @for (i, cell) in row.iter().enumerate() { td class=[class(i)] { (cell) } } }
                        }
                    }
                }
            }
        }
    }
}

/// A share as a percentage.
fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Wilson's 95 % interval of `right` of `n` rows.
fn wilson(right: f64, n: f64) -> (f64, f64) {
    let z2 = 1.96f64.powi(2);
    let p = right / n;
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = 1.96 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    (centre - half, centre + half)
}

#[cfg(test)]
mod tests;
