//! The `regimen` command.
fn main() {}
