//! Treatment: which remedy makes a run better, by how much, and how sure that is.
//!
//! A [`RemedyDef`] is an edit of a run spec; [`REMEDIES`] lists them all, one file each. [`treat`] runs the baseline and the
//! edited specs from the same seeds, first few of each to see which are worth more, then as many fresh ones of these as the
//! budget has, and judges the differences pair by pair. `docs/treat.md` explains the statistics to those who use them.

mod budget;
mod confirm;
mod course;
mod examine;
mod folder;
mod interval;
mod loss;
mod network;
mod number;
mod optimizer;
mod patient;
pub mod remedies;
mod screen;
mod sign_flip;
mod student;
mod tables;
mod task;
mod treatment;
mod trials;
mod verdict;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod documented;
#[cfg(test)]
mod every_remedy;

use std::path::PathBuf;

pub use budget::Budget;
pub use examine::{Examined, examine};
pub use folder::{Folder, IMPROVED};
pub use interval::{Pair, interval};
pub use patient::{Change, Patient, RemedyDef};
pub use regimen_run::treatment::{Baseline, Outcome, Phase, RemedyResult, Treatment, Verdict};
pub use remedies::REMEDIES;
pub use sign_flip::{holm, sign_flip};
pub use treatment::{Told, TreatOptions, Treated, treat};
pub use trials::Score;
pub use verdict::{Evidence, deviation, seeds_needed, verdict};

/// Why a treatment could not be made, or ended early.
#[derive(Debug, thiserror::Error)]
pub enum TreatError {
    /// The run itself does not work, or there is nothing to judge it by.
    #[error("{0}")]
    Baseline(String),
    /// An option that cannot be followed.
    #[error("{0}")]
    Options(String),
    /// A file of the treatment's folder.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of the treatment, or of its first run.
    #[error("{0}")]
    Folder(Box<regimen_run::FolderError>),
    /// Another treatment works in the folder.
    #[error("{}: another `regimen treat` works in this folder; wait for it, or choose another with --out", .0.display())]
    Busy(PathBuf),
    /// Ended from outside. Finished trials are kept.
    #[error("interrupted; what is finished is kept, go on with --resume")]
    Interrupted,
}
