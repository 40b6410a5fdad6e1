//! Starting other programs from the workspace's root.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder that holds the workspace's Cargo.toml.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo, the same one that runs us, in the root.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Runs to the end; output goes to the terminal.
pub fn run(mut command: Command) -> Result<(), String> {
    let words = describe(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{words}` ended with {status}")),
        Err(error) => Err(format!("`{words}` did not start: {error}")),
    }
}

/// Runs to the end and gives what it printed.
pub fn output(mut command: Command) -> Result<String, String> {
    let words = describe(&command);
    let out = command.stderr(Stdio::inherit()).output();
    let out = out.map_err(|error| format!("`{words}` did not start: {error}"))?;
    if !out.status.success() {
        return Err(format!("`{words}` ended with {}", out.status));
    }
    String::from_utf8(out.stdout).map_err(|_| format!("`{words}` printed something not UTF-8"))
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
