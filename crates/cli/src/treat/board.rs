//! What a treatment shows while it works: a line for each trial that ended, and on a terminal a bar for each that runs.

use std::io::Write as _;
use std::time::{Duration, Instant};

use regimen::run::console::Mode;
use regimen::run::treatment::{Outcome, Phase};
use regimen::treat::Told;
use serde_json::json;

use crate::screen;

/// Between two drawings of the bars.
const PAUSE: Duration = Duration::from_millis(60);
const BAR: usize = 16;

/// The board.
pub(super) struct Board {
    mode: Mode,
    /// The bars of the trials side by side.
    running: Vec<Option<String>>,
    /// Lines of bars on the screen.
    drawn: usize,
    last: Option<Instant>,
    ended: usize,
    planned: usize,
}

impl Board {
    pub fn new(mode: Mode, jobs: usize) -> Board {
        Board {
            mode,
            running: vec![None; jobs.max(1)],
            drawn: 0,
            last: None,
            ended: 0,
            planned: 0,
        }
    }

    /// Shows what happened. What is shown must not end a treatment, so that faults of the screen are passed over.
    pub fn tell(&mut self, told: &Told<'_>) {
        let text = match self.mode {
            Mode::Json => json_line(told),
            Mode::Plain | Mode::Terminal { .. } => self.words(told),
        };
        let mut out = std::io::stdout().lock();
        let _shown = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Takes the bars off the screen.
    pub fn end(&mut self) {
        self.running.fill(None);
        let text = self.erased();
        let _shown = screen::write(&text);
    }

    fn words(&mut self, told: &Told<'_>) -> String {
        match told {
            Told::Phase { phase, planned, .. } => {
                self.planned = *planned;
                match phase_words(*phase) {
                    Some(words) => self.above(&format!("{words}\n")),
                    None => String::new(),
                }
            }
            Told::Epoch {
                job,
                remedy,
                change,
                seed,
                epochs,
                score,
            } => {
                let (done, all) = *epochs;
                let full = (BAR * done.min(all)).checked_div(all).unwrap_or(BAR);
                let bar = format!("{}{}", "━".repeat(full), "─".repeat(BAR - full));
                let score = score.map_or(String::new(), |x| format!(", validation {x:.4}"));
                let name = named(remedy, change);
                let line = format!("{bar} epoch {done}/{all}  {name}, seed {seed}{score}");
                if let Some(place) = self.running.get_mut(*job) {
                    *place = Some(line);
                }
                let soon = self.last.is_some_and(|last| last.elapsed() < PAUSE);
                match self.mode {
                    Mode::Terminal { .. } if !soon => self.above(""),
                    _ => String::new(),
                }
            }
            Told::Trial {
                job,
                outcome,
                more_is_better,
            } => {
                self.ended += 1;
                if let Some(place) = self.running.get_mut(*job) {
                    *place = None;
                }
                let of = match self.planned.max(self.ended) {
                    0 => String::new(),
                    planned => format!("/{planned}"),
                };
                let line = format!(
                    "trial {}{of}: {}\n",
                    self.ended,
                    ended(outcome, *more_is_better)
                );
                self.above(&line)
            }
        }
    }

    /// A line above the bars, which are drawn again.
    fn above(&mut self, line: &str) -> String {
        let mut text = self.erased();
        text += line;
        let Mode::Terminal { width, .. } = self.mode else {
            return text;
        };
        self.last = Some(Instant::now());
        for bar in self.running.iter().flatten() {
            // A line that wraps could not be taken back.
            let cut: String = screen::plain(bar)
                .chars()
                .take(width.saturating_sub(1))
                .collect();
            text += &format!("{cut}\n");
            self.drawn += 1;
        }
        text
    }

    fn erased(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            lines => format!("\x1b[{lines}A\r\x1b[J"),
        }
    }
}

fn phase_words(phase: Phase) -> Option<&'static str> {
    match phase {
        Phase::Baseline => Some("The run as it is"),
        Phase::Screening => Some("Screening: few seeds of each remedy"),
        Phase::Confirmation => Some("Confirmation: fresh seeds of what is worth more"),
        Phase::Pairs => Some("Pairs: the two remedies that help most, together"),
        Phase::Done => None,
    }
}

fn named(remedy: &str, change: &str) -> String {
    match change.is_empty() {
        true => remedy.to_owned(),
        false => format!("{remedy} ({change})"),
    }
}

fn ended(outcome: &Outcome, more_is_better: bool) -> String {
    let sign = if more_is_better { 1.0 } else { -1.0 };
    let gave = match (&outcome.failed, outcome.validation) {
        (Some(why), _) => format!("failed: {}", why.lines().next().unwrap_or_default()),
        (None, Some(score)) => format!("validation {:.4}", sign * score),
        (None, None) => "no finite score".to_owned(),
    };
    let name = named(&outcome.remedy, &outcome.change);
    screen::plain(&format!(
        "{name}, seed {}: {gave}, {:.1} s",
        outcome.seed, outcome.seconds
    ))
}

fn json_line(told: &Told<'_>) -> String {
    let line = match told {
        Told::Phase {
            phase,
            planned,
            done,
        } => json!({"event": "phase", "phase": phase, "planned": planned, "done": done}),
        Told::Epoch { .. } => return String::new(),
        Told::Trial { outcome, .. } => json!({"event": "trial", "trial": {
            "remedy": outcome.remedy, "change": outcome.change, "seed": outcome.seed,
            "validation": outcome.validation, "failed": outcome.failed, "seconds": outcome.seconds,
        }}),
    };
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_taken_back_and_lines_stay() {
        let mut board = Board::new(
            Mode::Terminal {
                width: 40,
                color: false,
            },
            2,
        );
        let epoch = |job, seed| Told::Epoch {
            job,
            remedy: "l2",
            change: "l2 = 0.001",
            seed,
            epochs: (2, 4),
            score: Some(0.5),
        };
        let first = board.words(&epoch(0, 1));
        assert!(first.starts_with("━━━━━━━━────────"), "{first}");
        assert!(first.lines().all(|line| line.chars().count() < 40));
        // Too soon after the first to be drawn.
        assert_eq!(board.words(&epoch(1, 2)), "");
        let phase = board.words(&Told::Phase {
            phase: Phase::Screening,
            planned: 9,
            done: 0,
        });
        assert!(phase.starts_with("\x1b[1A\r\x1b[J"), "{phase:?}");
        assert_eq!(phase.lines().count(), 3);
        let mut plain = Board::new(Mode::Plain, 1);
        assert_eq!(plain.words(&epoch(0, 1)), "");
    }
}
