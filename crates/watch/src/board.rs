//! All folders that are followed, and the messages that say what changed.
//!
//! Every message has the next number. An answer to a request carries the number of the last message that it holds, so that
//! a page can tell whether it missed one. Rows that a page has already may be told again: they say where they begin.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;

use crate::held::Held;
use crate::run::Run;
use crate::scan::{Found, Kind};
use crate::table::Rows;
use crate::tracked::{Summary, Tracked};
use crate::treatment::Everything;

/// New rows beyond which a message says only that there are some.
const MOST_ROWS: usize = 500;

/// Everything that is shown.
#[derive(Debug, Default)]
pub(crate) struct Board {
    /// Tells this server from one before it.
    pub boot: String,
    dir: PathBuf,
    seq: u64,
    cut: bool,
    told_cut: bool,
    folders: BTreeMap<String, Tracked>,
    removed: Vec<String>,
}

/// A message: what changed.
#[derive(Debug, Serialize)]
struct Message<'m> {
    boot: &'m str,
    seq: u64,
    cut: bool,
    runs: Vec<Summary<'m>>,
    removed: Vec<String>,
    /// New rows of curves.
    rows: BTreeMap<&'m str, Rows<'m>>,
    /// Runs whose curves are to be fetched.
    curves: Vec<&'m str>,
    /// Runs of which more than curves changed.
    detail: Vec<&'m str>,
}

impl Board {
    /// Nothing yet.
    pub fn new(boot: String, dir: PathBuf) -> Self {
        Self {
            boot,
            dir,
            ..Self::default()
        }
    }

    /// Whether a folder is followed as what it was found to be.
    pub fn knows(&self, id: &str, path: &Path, kind: Kind) -> bool {
        let known = self.folders.get(id);
        known.is_some_and(|known| known.kind == kind && known.path == path)
    }

    /// Follows folders that are new.
    pub fn add(&mut self, new: Vec<(String, Tracked)>) {
        self.folders.extend(new);
    }

    /// Forgets what was not found any more.
    pub fn update(&mut self, found: &Found) {
        self.cut = found.cut;
        let gone = |id: &&String| !found.folders.contains_key(*id);
        let gone: Vec<String> = self.folders.keys().filter(gone).cloned().collect();
        for id in gone {
            self.folders.remove(&id);
            self.removed.push(id);
        }
    }

    /// Ids of all that is followed.
    pub fn ids(&self) -> Vec<String> {
        self.folders.keys().cloned().collect()
    }

    /// Looks into a folder.
    pub fn poll(&mut self, id: &str, held: &Held) {
        if let Some(folder) = self.folders.get_mut(id) {
            folder.poll(held);
        }
    }

    /// What changed since the last call, as a message; `None` where nothing did.
    pub fn publish(&mut self, now: SystemTime) -> Option<String> {
        let mut news = vec![];
        for (id, folder) in &mut self.folders {
            news.push((id.clone(), folder.news(id, now)));
        }
        let seq = self.seq + 1;
        let mut message = Message {
            boot: &self.boot,
            seq,
            cut: self.cut,
            runs: vec![],
            removed: std::mem::take(&mut self.removed),
            rows: BTreeMap::new(),
            curves: vec![],
            detail: vec![],
        };
        for (id, news) in &news {
            let Some(folder) = self.folders.get(id) else {
                continue;
            };
            if news.summary {
                message.runs.push(folder.summary(id, now));
            }
            if news.detail {
                message.detail.push(id);
            }
            let table = &folder.run.table;
            let Some(from) = news.rows else {
                continue;
            };
            match table.epochs.len().saturating_sub(from) {
                n if n > MOST_ROWS => message.curves.push(id),
                _ => {
                    message.rows.insert(id, table.rows(from));
                }
            }
        }
        let nothing = message.runs.is_empty()
            && message.removed.is_empty()
            && message.rows.is_empty()
            && message.curves.is_empty()
            && message.detail.is_empty()
            && self.cut == self.told_cut;
        if nothing {
            return None;
        }
        let text = serde_json::to_string(&message).ok();
        (self.seq, self.told_cut) = (seq, self.cut);
        text
    }

    /// The greeting of a stream: where the numbers stand.
    pub fn hello(&self) -> String {
        format!(r#"{{"boot":"{}","seq":{}}}"#, self.boot, self.seq)
    }

    /// The list of runs.
    pub fn runs(&self, report: bool, now: SystemTime) -> Vec<u8> {
        #[derive(Serialize)]
        struct Answer<'a> {
            boot: &'a str,
            seq: u64,
            dir: String,
            cut: bool,
            report: bool,
            runs: Vec<Summary<'a>>,
        }
        let summaries = self.folders.iter();
        json(&Answer {
            boot: &self.boot,
            seq: self.seq,
            dir: self.dir.display().to_string(),
            cut: self.cut,
            report,
            runs: summaries
                .map(|(id, folder)| folder.summary(id, now))
                .collect(),
        })
    }

    /// The curves of one run, or of all.
    pub fn curves(&self, id: Option<&str>) -> Option<Vec<u8>> {
        #[derive(Serialize)]
        struct Answer<'a> {
            boot: &'a str,
            seq: u64,
            curves: BTreeMap<&'a str, Rows<'a>>,
        }
        let curves = match id {
            Some(id) => {
                let (id, folder) = self.folders.get_key_value(id)?;
                BTreeMap::from([(id.as_str(), folder.run.table.all())])
            }
            None => {
                let all = self
                    .folders
                    .iter()
                    .filter(|(_, f)| !f.run.table.epochs.is_empty());
                all.map(|(id, f)| (id.as_str(), f.run.table.all()))
                    .collect()
            }
        };
        Some(json(&Answer {
            boot: &self.boot,
            seq: self.seq,
            curves,
        }))
    }

    /// Everything of one run but its curves.
    pub fn run(&self, id: &str, now: SystemTime) -> Option<Vec<u8>> {
        #[derive(Serialize)]
        struct Answer<'a> {
            seq: u64,
            summary: Summary<'a>,
            run: &'a Run,
            treatment: Option<Everything<'a>>,
        }
        let (id, folder) = self.folders.get_key_value(id)?;
        Some(json(&Answer {
            seq: self.seq,
            summary: folder.summary(id, now),
            run: &folder.run,
            treatment: folder.treatment.as_ref().map(|t| t.all()),
        }))
    }

    /// The folder of a run.
    pub fn path(&self, id: &str) -> Option<PathBuf> {
        Some(self.folders.get(id)?.path.clone())
    }
}

fn json(answer: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}
