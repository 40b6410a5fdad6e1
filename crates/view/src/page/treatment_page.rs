//! The page of a treatment.

use maud::{Markup, html};
use regimen_run::RunSpec;
use regimen_run::treatment::{Outcome, Progress, RemedyResult, Treatment, Verdict};

use super::run_page::{RunPage, Told, sections};
use super::{Section, environment, findings, page, trials, verdict};

/// What a page of a treatment is made from.
#[derive(Debug, Clone, Copy)]
pub struct TreatmentPage<'a> {
    /// The run that is treated.
    pub spec: Option<&'a RunSpec>,
    /// The results; `None` while it works.
    pub treatment: Option<&'a Treatment>,
    /// Finished trials.
    pub trials: &'a [Outcome],
    /// How far it is.
    pub progress: Option<&'a Progress>,
    /// The first run as it is, where it is known.
    pub baseline: Option<RunPage<'a>>,
    /// The command that makes the treatment again.
    pub command: &'a str,
    /// The command that goes on with it.
    pub resume: &'a str,
    /// Files of the folder that could not be read, and why.
    pub faults: &'a [String],
}

/// A treatment as a page of HTML: verdict, effects with intervals, changes of the run file, and the run as it was.
///
/// ```
/// use regimen_view::{TreatmentPage, treatment_page};
///
/// let page = TreatmentPage {
///     spec: None, treatment: None, trials: &[], progress: None, baseline: None,
///     command: "regimen treat run.toml", resume: "regimen treat run.toml --resume", faults: &[],
/// };
/// assert!(treatment_page(&page).contains("not finished"));
/// ```
pub fn treatment_page(page_of: &TreatmentPage<'_>) -> String {
    let name = page_of.spec.map_or("treatment", |spec| spec.name.as_str());
    let head = html! {
        h1 { (name) }
        p.sub { "A treatment · Regimen" }
        @match page_of.treatment {
            Some(treatment) => (verdict::of_treatment(treatment)),
            None => {
                p.verdict { (working(page_of)) }
                p { "Where it was stopped it goes on with" }
                pre { (page_of.resume) }
            }
        }
        @for fault in page_of.faults { p.verdict.warn { "A file could not be read: " (fault) } }
    };
    let told = page_of.baseline.as_ref().map(Told::of);
    let mut all: Vec<Section> = vec![];
    let mut push = |id, title, body: Markup| all.push(Section { id, title, body });
    if let Some(treatment) = page_of.treatment {
        push(
            "remedies",
            "Remedies",
            trials::results(treatment, page_of.trials),
        );
        push("changes", "What to change", changes(treatment));
        let states = Some(&treatment.findings_by_treatment);
        push(
            "findings",
            "Findings",
            findings::of(&treatment.findings, states),
        );
    }
    let more = page_of.treatment.is_none_or(|t| t.more_is_better);
    if !page_of.trials.is_empty() {
        push("trials", "All runs", trials::all(page_of.trials, more));
    }
    if let Some(told) = &told {
        let known = page_of.treatment.is_some();
        all.extend(
            sections(told)
                .into_iter()
                .filter(|s| !(known && s.id == "findings")),
        );
    }
    let again = html! {
        pre { (page_of.command) }
        @if let Some(baseline) = &page_of.baseline {
            @if let Some(told) = &told { (environment::of_run(&RunPage { command: baseline.command, ..*baseline }, told)) }
        }
    };
    all.push(Section {
        id: "again",
        title: "Making it again",
        body: again,
    });
    page(name, &head, all)
}

/// What is said while the treatment works, or after it was stopped.
fn working(page_of: &TreatmentPage<'_>) -> String {
    let done = page_of.trials.len();
    let planned = page_of.progress.map_or(0, |p| p.planned).max(done);
    format!(
        "This treatment is not finished: {done} of {planned} trials that are planned so far have ended."
    )
}

/// The edits of the run file of what helps, then of what else was judged.
fn changes(treatment: &Treatment) -> Markup {
    let with_diff = |r: &&RemedyResult| !r.diff.is_empty();
    let (helps, others): (Vec<&RemedyResult>, Vec<&RemedyResult>) = treatment
        .remedies
        .iter()
        .filter(with_diff)
        .partition(|r| r.verdict == Verdict::Helps);
    html! {
        @for r in helps { h3 { (r.id) ": " (r.change) } (diff(&r.diff)) }
        @if !others.is_empty() {
            details {
                summary { "Edits of the remedies that are not shown to help" }
                @for r in others { h3 { (r.id) ": " (r.change) " (" (trials::word(r.verdict)) ")" } (diff(&r.diff)) }
            }
        }
    }
}

fn diff(lines: &[String]) -> Markup {
    html! {
        pre {
            @for line in lines {
                @let class = if line.starts_with('+') { "add" } else { "del" };
                span class=(class) { (line) } "\n"
            }
        }
    }
}
