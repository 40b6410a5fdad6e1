//! A run on paper: run specs, events, findings, facts and the run folder.
//!
//! This crate does no training and knows no layer. It fixes the words in which the rest speaks:
//! [`RunSpec`] goes in, [`Event`]s come out, a folder keeps both, [`Finding`]s explain them.

pub mod console;
pub mod event;
pub mod facts;
pub mod finding;
mod float;
pub mod folder;
pub mod history;
pub mod nearest;
pub mod profile;
pub mod spec;
pub mod treatment;

pub use console::Console;
pub use event::Event;
pub use facts::{DataProfile, ModelFacts};
pub use finding::{Finding, Severity};
pub use folder::{FolderError, RunFolder, RunState, RunWriter, Start};
pub use history::History;
pub use nearest::nearest;
pub use profile::Profile;
pub use spec::{RunSpec, SpecError, SpecErrors, SpecMap};
pub use treatment::{Treatment, TreatmentFolder};
