//! The ops, one file each: shape rule, gradient in ops, f64 oracle, cases.

#[path = "generated.rs"]
mod generated;
pub use generated::*;
