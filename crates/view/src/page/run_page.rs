//! The page of a run.

use maud::{Markup, html};
use regimen_run::event::ValidationRows;
use regimen_run::{DataProfile, Event, Finding, History, ModelFacts, Profile, RunSpec};

use super::{
    Section, calibration, classes, curves, data, environment, findings, layers, page, verdict,
};

/// What a page of a run is made from.
#[derive(Debug, Clone, Copy)]
pub struct RunPage<'a> {
    /// The run on paper; `None` where the folder has lost it.
    pub spec: Option<&'a RunSpec>,
    /// What it said.
    pub events: &'a [Event],
    /// What the doctor makes of it, worst first.
    pub findings: &'a [Finding],
    /// The command that makes the run again.
    pub command: &'a str,
}

/// The events by what they tell.
pub(super) struct Told<'a> {
    pub history: History,
    pub events: &'a [Event],
    pub findings: &'a [Finding],
    pub profile: Option<&'a Profile>,
    pub model: Option<&'a ModelFacts>,
    pub data: Option<&'a DataProfile>,
    pub rows: Option<&'a ValidationRows>,
}

impl<'a> Told<'a> {
    pub fn of(page: &RunPage<'a>) -> Told<'a> {
        let mut told = Told {
            history: History::from_events(page.events),
            events: page.events,
            findings: page.findings,
            profile: None,
            model: None,
            data: None,
            rows: None,
        };
        for event in page.events {
            match event {
                Event::Data { profile } => told.profile = Some(profile),
                Event::RunBegin { model, data, .. } => {
                    (told.model, told.data) = (Some(model), Some(data));
                }
                Event::ValidationRows(rows) => told.rows = Some(rows),
                _ => {}
            }
        }
        told
    }

    /// Names of the classes; their numbers where they have none.
    pub fn class_name(&self, class: usize) -> String {
        let named = self.data.and_then(|data| data.classes.get(class));
        named.map_or_else(|| class.to_string(), Clone::clone)
    }
}

/// A run as a page of HTML: verdict, curves, findings, confusion, calibration, layers, data, and how to make it again.
///
/// ```
/// use regimen_view::{RunPage, run_page};
///
/// let page = RunPage { spec: None, events: &[], findings: &[], command: "regimen train run.toml" };
/// let html = run_page(&page);
/// assert!(html.starts_with("<!DOCTYPE html>") && html.contains("No epoch has ended yet"));
/// ```
pub fn run_page(run: &RunPage<'_>) -> String {
    let told = Told::of(run);
    let name = run.spec.map_or("run", |spec| spec.name.as_str());
    let head = html! {
        h1 { (name) }
        p.sub { "A training run · Regimen" }
        (verdict::of_run(&told))
    };
    let mut all = sections(&told);
    all.push(Section {
        id: "again",
        title: "Making it again",
        body: environment::of_run(run, &told),
    });
    page(name, &head, all)
}

/// What is said of a run, on its own page and on that of its treatment.
pub(super) fn sections(told: &Told<'_>) -> Vec<Section> {
    let section = |id, title, body: Markup| Section { id, title, body };
    vec![
        section("curves", "Curves", curves::of(told)),
        section("findings", "Findings", findings::of(told.findings, None)),
        section("classes", "Classes", classes::of(told)),
        section("calibration", "Calibration", calibration::of(told)),
        section("layers", "Layers over time", layers::of(told)),
        section("data", "Data", data::of(told)),
    ]
}
