//! Standard output: what kind it is, and writing to it.

use std::io::{self, IsTerminal, Write};

use regimen::run::console::Mode;

/// Columns where the terminal does not say.
const WIDTH: usize = 80;

/// How to write for whoever reads standard output.
pub(crate) fn mode(json: bool) -> Mode {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if json {
        Mode::Json
    } else if io::stdout().is_terminal() && !dumb {
        let color = !set("NO_COLOR");
        let width = width();
        Mode::Terminal { width, color }
    } else {
        Mode::Plain
    }
}

/// Columns that text is wrapped to.
pub(crate) fn columns(mode: Mode) -> usize {
    match mode {
        Mode::Terminal { width, .. } => width,
        Mode::Plain | Mode::Json => 100,
    }
}

/// Whether text may be coloured.
pub(crate) fn colored(mode: Mode) -> bool {
    matches!(mode, Mode::Terminal { color: true, .. })
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(columns, _)| usize::from(columns.0).max(20))
}

/// Writes text as it is, at once.
pub(crate) fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Lines without control characters.
pub(crate) fn plain_lines(text: &str) -> String {
    text.lines().map(|line| plain(line) + "\n").collect()
}

/// A line without control characters: what files say must not steer the terminal.
pub(crate) fn plain(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_do_not_reach_the_terminal() {
        assert_eq!(super::plain("a\u{1b}[2Jb\tc"), "a\u{FFFD}[2Jb\tc");
    }
}
