//! `cargo xtask golden`: how the stored numbers of Keras are made again.

use crate::{Outcome, shell};

/// Prints the recipe and the folders with stored numbers that the workspace holds.
pub fn run() -> Outcome {
    println!(
        "Stored numbers of Keras are committed, so that tests need no Python. Each folder named\n\
         `golden` holds them beside the script that wrote them. To make them again:\n\n  \
         python3 -m venv .venv && .venv/bin/pip install keras==3.15.1 jax numpy\n  \
         KERAS_BACKEND=jax .venv/bin/python <script>\n  \
         git diff --stat        # a changed number needs a reason in the commit\n"
    );
    for script in scripts() {
        println!("  {script}");
    }
    Ok(())
}

/// Python files inside a folder `golden` of a crate.
fn scripts() -> Vec<String> {
    let root = shell::root();
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let in_golden = folder.ends_with("golden");
            if path.is_dir() {
                folders.push(path);
            } else if in_golden && path.extension().is_some_and(|end| end == "py") {
                let short = path.strip_prefix(&root).unwrap_or(&path);
                found.push(short.display().to_string());
            }
        }
    }
    found.sort();
    found
}
