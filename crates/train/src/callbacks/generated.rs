//! Every callback of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod file_name;
pub(crate) mod format_spec;
pub(crate) mod growing_file;
pub(crate) mod monitor;
pub(crate) mod python_text;
pub(crate) mod saved_state;

pub use monitor::{Direction, Mode, Monitor};

use super::CallbackDef;

/// Every callback, in order of file name.
pub const CALLBACKS: &[CallbackDef] = &[];
