//! `cargo xtask golden`: how the stored numbers of Keras are made again.

use crate::{Outcome, shell};

const SCRIPT: &str = "tests/golden/make_golden.py";

/// Prints the recipe. It runs nothing: the numbers need Python, and a change of them a reason.
pub fn run() -> Outcome {
    if !shell::root().join(SCRIPT).is_file() {
        return Err(format!("{SCRIPT} is not there"));
    }
    println!(
        "tests/golden holds what Keras 3.15.1 computes; it is committed, so that tests need no Python.\n\
         tests/golden/README.md states the format. To make the numbers again:\n\n  \
         python3 -m venv .venv && .venv/bin/pip install keras==3.15.1 jax numpy\n  \
         .venv/bin/python {SCRIPT} [SUBJECT ...]\n  \
         git diff --stat tests/golden     # a number that changes needs its reason in the commit"
    );
    Ok(())
}
