//! The live view: run folders under a folder, followed as they grow, and served as a page on this machine.
//!
//! [`watch`] finds every run and treatment below a folder, reads what their files say and what is added to them, and
//! serves it: a page, the numbers as JSON, and changes as server-sent events. It reads files and writes none; it asks no
//! trainer. A run may start, stop, be written half, be replaced or be deleted at any moment.

mod board;
mod error;
mod guard;
mod held;
mod line;
mod lines;
mod listen;
mod number;
mod page;
mod routes;
mod run;
mod scan;
mod serve;
mod state;
mod stream;
mod table;
mod token;
mod tracked;
mod treatment;
mod whole;

pub use error::WatchError;
pub use listen::Listen;
pub use serve::{Report, WatchOptions, watch};
