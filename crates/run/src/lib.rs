//! A run on paper: run specs, events, findings, facts and the run folder.
//!
//! This crate does no training and knows no layer. It fixes the words in which the rest speaks:
//! [`RunSpec`] goes in, [`Event`]s come out, a folder keeps both, [`Finding`]s explain them.

pub mod event;
pub mod facts;
pub mod finding;
pub mod nearest;
pub mod spec;

pub use event::Event;
pub use facts::{DataProfile, ModelFacts};
pub use finding::{Finding, Severity};
pub use nearest::nearest;
pub use spec::{RunSpec, SpecError, SpecErrors, SpecMap};
