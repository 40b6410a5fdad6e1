//! The ops, one file each: shape rule, gradient in ops, f64 oracle, cases.

// Every file has its own `cases`, which are called by their file's name.
#[allow(ambiguous_glob_reexports)]
#[path = "generated.rs"]
mod generated;
pub use generated::*;
