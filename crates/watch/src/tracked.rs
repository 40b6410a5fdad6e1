//! One folder that is followed: what its files say, and what of it was not told to the page yet.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use regimen_run::Severity;
use regimen_run::folder::{EVENTS_FILE, LOCK_FILE, SPEC_FILE};
use serde::{Deserialize, Serialize};

use crate::held::Held;
use crate::lines::{Lines, Told};
use crate::run::{Best, Run};
use crate::scan::Kind;
use crate::state::{Signs, State};
use crate::treatment::{Progress, Treatment};
use crate::whole::Whole;

/// A followed folder.
#[derive(Debug)]
pub(crate) struct Tracked {
    pub path: PathBuf,
    pub kind: Kind,
    pub run: Run,
    pub treatment: Option<Treatment>,
    spec: Whole<Spec>,
    lines: Lines,
    held: bool,
    was_held: bool,
    /// What the page knows of it.
    told: Option<String>,
    detail: bool,
    anew: bool,
}

/// What is shown of a spec.
#[derive(Debug, Default, Deserialize)]
struct Spec {
    #[serde(default)]
    name: String,
    #[serde(default)]
    fit: Fit,
}

#[derive(Debug, Default, Deserialize)]
struct Fit {
    epochs: Option<u32>,
}

/// A line of the list of runs.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'s> {
    id: &'s str,
    name: &'s str,
    kind: &'static str,
    state: State,
    /// Unix seconds.
    begun: Option<f64>,
    /// Unix seconds of the last word.
    changed: Option<u64>,
    epochs: u32,
    wanted: Option<u32>,
    /// Seconds of an epoch, or of a trial.
    pace: Option<f64>,
    best: Option<Best>,
    loss: Option<f32>,
    val_loss: Option<f32>,
    infos: usize,
    warnings: usize,
    errors: usize,
    non_finite: bool,
    skipped: u64,
    progress: Option<Progress>,
}

/// What a folder has to tell since it was asked last.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Whether its line in the list changed.
    pub summary: bool,
    /// The first new row of its curves.
    pub rows: Option<usize>,
    /// Whether findings, model, trials or the like changed.
    pub detail: bool,
}

impl Tracked {
    /// A folder that was not looked into yet.
    pub fn new(path: PathBuf, kind: Kind) -> Self {
        Self {
            kind,
            run: Run::default(),
            treatment: (kind == Kind::Treatment).then(|| Treatment::new(&path)),
            spec: Whole::new(path.join(SPEC_FILE)),
            lines: Lines::new(path.join(EVENTS_FILE)),
            held: false,
            was_held: false,
            told: None,
            detail: false,
            anew: false,
            path,
        }
    }

    /// Looks into the folder.
    pub fn poll(&mut self, held: &Held) {
        self.held = held.holds(&self.path.join(LOCK_FILE));
        self.detail |= self.spec.poll();
        if let Some(treatment) = &mut self.treatment {
            self.detail |= treatment.poll();
        }
        let (run, detail, anew) = (&mut self.run, &mut self.detail, &mut self.anew);
        self.lines.poll(&mut |told| match told {
            Told::Anew => {
                *run = Run::default();
                (*detail, *anew) = (true, true);
            }
            Told::TooLong => run.skipped += 1,
            Told::Line(line) => *detail |= run.take(line),
        });
        self.was_held = self.held || (self.was_held && self.run.ended.is_none());
    }

    /// What is new since the last call.
    pub fn news(&mut self, id: &str, now: SystemTime) -> News {
        let summary = serde_json::to_string(&self.summary(id, now)).unwrap_or_default();
        let changed = self.told.as_ref() != Some(&summary);
        if changed {
            self.told = Some(summary);
        }
        let rows = self.run.table.take_new();
        News {
            summary: changed,
            rows: if std::mem::take(&mut self.anew) {
                Some(0)
            } else {
                rows
            },
            detail: std::mem::take(&mut self.detail),
        }
    }

    /// Its line in the list.
    pub fn summary<'s>(&'s self, id: &'s str, now: SystemTime) -> Summary<'s> {
        let (run, spec) = (&self.run, self.spec.value.as_ref());
        let treatment = self.treatment.as_ref();
        let modified = treatment.map_or(self.lines.modified(), Treatment::modified);
        let modified = modified.or(self.spec.modified());
        let pace = treatment.map_or(run.pace(), Treatment::pace);
        let of = |severity| {
            run.findings
                .iter()
                .filter(|f| f.severity == severity)
                .count()
        };
        let silence = modified.and_then(|then| now.duration_since(then).ok());
        let state = Signs {
            ended: match treatment {
                Some(treatment) => treatment.done().then_some("finished"),
                None => run.ended.as_deref(),
            },
            begun: run.begun.is_some() || !run.table.epochs.is_empty() || treatment.is_some(),
            held: self.held,
            was_held: self.was_held,
            silence: silence.unwrap_or(Duration::ZERO),
            pace: pace.unwrap_or_default(),
        };
        let last_part = id.rsplit('/').next().unwrap_or(id);
        let named = spec
            .map(|spec| spec.name.as_str())
            .filter(|name| !name.is_empty());
        let name = named.unwrap_or(last_part);
        Summary {
            id,
            name,
            kind: match self.kind {
                Kind::Run => "run",
                Kind::Treatment => "treatment",
            },
            state: state.state(),
            begun: run.begun,
            changed: modified
                .and_then(|t| t.duration_since(UNIX_EPOCH).ok())
                .map(|t| t.as_secs()),
            epochs: run.table.epochs.last().copied().unwrap_or(0),
            wanted: run.wanted.or_else(|| spec?.fit.epochs),
            pace,
            best: run.best(),
            loss: run.table.last("loss"),
            val_loss: run.table.last("val_loss"),
            infos: of(Severity::Info),
            warnings: of(Severity::Warning),
            errors: of(Severity::Error),
            non_finite: run.non_finite.is_some(),
            skipped: run.skipped + treatment.map_or(0, |t| t.skipped),
            progress: treatment.map(Treatment::progress),
        }
    }
}
