//! `cargo xtask test`: every test of the workspace, and the sums at the end.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::{Outcome, shell};

/// Runs `cargo test --workspace`, doctests included; `args` are passed on.
pub fn run(args: &[String]) -> Outcome {
    let mut command = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(args).stdout(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|e| format!("cargo did not start: {e}"))?;
    let mut sums = Sums::default();
    if let Some(stdout) = child.stdout.take() {
        let mut out = std::io::stdout();
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|e| format!("cargo's output broke off: {e}"))?;
            sums.add(&String::from_utf8_lossy(&line));
            let written = out.write_all(&line).and_then(|()| out.write_all(b"\n"));
            written.map_err(|e| format!("stdout: {e}"))?;
        }
    }
    let status = child.wait().map_err(|e| format!("cargo: {e}"))?;
    println!(
        "\n{} passed, {} failed, {} ignored, in {} test programs",
        sums.passed, sums.failed, sums.ignored, sums.programs
    );
    if status.success() {
        Ok(())
    } else {
        Err("tests failed".into())
    }
}

/// Counts of all `test result:` lines.
#[derive(Debug, Default, PartialEq)]
struct Sums {
    programs: u64,
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Sums {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; ...`; passes over others.
    fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        self.programs += 1;
        let words: Vec<&str> = counts.split([' ', ';']).filter(|w| !w.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(n) = pair[0].parse::<u64>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += n,
                "failed" => self.failed += n,
                "ignored" => self.ignored += n,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_result_lines_only() {
        let mut sums = Sums::default();
        sums.add("test a::b ... ok");
        sums.add("test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out");
        sums.add("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out");
        assert_eq!(
            sums,
            Sums {
                programs: 2,
                passed: 13,
                failed: 2,
                ignored: 3
            }
        );
    }
}
