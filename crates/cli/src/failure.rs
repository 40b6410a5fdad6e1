//! How a command fails, and what the shell is told of it.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::screen;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Arguments that make no sense together; exit code 2.
    Usage(String),
    /// Errors, one a line; exit code 1.
    Error(String),
    /// Ctrl-C; exit code 130, nothing more to say.
    Interrupted,
    /// Whoever read our output has gone; no error.
    PipeClosed,
}

impl Failure {
    /// An error of its own or of the library.
    pub(crate) fn error(error: impl std::fmt::Display) -> Failure {
        Failure::Error(error.to_string())
    }

    /// What is to be said of it.
    pub(crate) fn text(self) -> String {
        match self {
            Failure::Usage(text) | Failure::Error(text) => text,
            Failure::Interrupted => "interrupted".to_owned(),
            Failure::PipeClosed => "the output was closed".to_owned(),
        }
    }

    /// Writes to stderr what is to be said, and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            Failure::Usage(text) => {
                say(text);
                ExitCode::from(2)
            }
            Failure::Error(text) => {
                say(text);
                ExitCode::FAILURE
            }
            Failure::Interrupted => ExitCode::from(130),
            Failure::PipeClosed => ExitCode::SUCCESS,
        }
    }
}

/// Most characters of a line: what a file says may be long.
const LINE: usize = 1200;

/// A line without its middle where it is too long to be read.
fn cut(line: &str) -> String {
    let count = line.chars().count();
    if count <= LINE {
        return line.to_owned();
    }
    let begin: String = line.chars().take(LINE * 3 / 4).collect();
    let end: String = line.chars().skip(count - LINE / 4).collect();
    format!("{begin} [...] {end}")
}

/// Each fault as `error: ...`; lines that go on with one are indented.
fn say(text: &str) {
    let mut all = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let begins = !line.starts_with(char::is_whitespace);
        let prefix = if begins { "error: " } else { "  " };
        all += &format!("{prefix}{}\n", screen::plain(&cut(line)));
    }
    // Where stderr is closed there is nobody to tell.
    let _ = io::stderr().write_all(all.as_bytes());
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::PipeClosed,
            _ => Failure::Error(format!("cannot write the output: {error}")),
        }
    }
}
