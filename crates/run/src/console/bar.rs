//! The progress bar: counts, bar, time left or gone, time per step, running values.

use super::numbers::{duration, number, per_step};
use crate::event::Logs;

/// Cells of the bar, as in Keras; fewer on a narrow terminal.
const CELLS: usize = 20;

/// How a line may look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) width: usize,
    pub(super) color: bool,
}

/// The times of an epoch. The first step, which plans and warms up, does not count in the rate.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    started: f64,
    first: Option<(usize, f64)>,
    last: Option<(usize, f64)>,
    drawn: Option<f64>,
}

impl Clock {
    pub(super) fn start(now: f64) -> Self {
        Self {
            started: now,
            ..Self::default()
        }
    }

    pub(super) fn step(&mut self, done: usize, now: f64) {
        self.first.get_or_insert((done, now));
        self.last = Some((done, now));
    }

    pub(super) fn due(&self, now: f64, interval: f64) -> bool {
        self.drawn.is_none_or(|drawn| now - drawn >= interval)
    }

    pub(super) fn drawn(&mut self, now: f64) {
        self.drawn = Some(now);
    }

    /// Seconds per step.
    fn rate(&self) -> f64 {
        match (self.first, self.last) {
            (Some((a, from)), Some((b, to))) if b > a => (to - from) / (b - a) as f64,
            (Some((done, at)), _) => (at - self.started) / done.max(1) as f64,
            _ => 0.0,
        }
    }

    /// The line in mid-epoch, cut to the terminal's width at a whole value.
    pub(super) fn line(
        &self,
        done: usize,
        steps: usize,
        logs: &Logs,
        now: f64,
        style: Style,
    ) -> String {
        let time = match steps {
            0 => duration(now - self.started),
            _ => duration(self.rate() * steps.saturating_sub(done) as f64),
        };
        let (mut line, mut used) = self.head(done, steps, &time, style);
        if used >= style.width {
            return format!("{done}/{steps}");
        }
        for (name, x) in logs {
            let value = format!(" - {name}: {}", number(*x));
            used += value.chars().count();
            // The last column stays free: some terminals wrap when it is written.
            if used >= style.width {
                break;
            }
            line += &value;
        }
        line
    }

    /// The line that stays: complete, whatever the width.
    pub(super) fn last_line(&self, steps: usize, logs: &Logs, now: f64, style: Style) -> String {
        let steps = match (steps, self.last) {
            (0, Some((done, _))) => done,
            (steps, _) => steps,
        };
        let time = format!("{:.0}s", (now - self.started).max(0.0));
        let mut clock = self.clone();
        // Quick epochs end before any of their steps is told.
        if clock.last.is_none() {
            clock.step(steps, now);
        }
        clock.head(steps, steps, &time, style).0 + &super::logs(logs)
    }

    /// Everything before the values, and its width in columns.
    fn head(&self, done: usize, steps: usize, time: &str, style: Style) -> (String, usize) {
        let digits = steps.to_string().len();
        let count = match steps {
            0 => format!("{done}/?"),
            _ => format!("{done:>digits$}/{steps}"),
        };
        let rate = per_step(self.rate());
        let fixed = count.len() + time.len() + rate.len() + 3;
        let cells = CELLS.min(style.width.saturating_sub(fixed + 1));
        let full = match steps {
            0 => 0,
            _ => cells * done.min(steps) / steps,
        };
        let bar = "━".repeat(full);
        let rest = "━".repeat(cells - full);
        let line = if style.color {
            format!(
                "\x1b[1m{count}\x1b[0m \x1b[32m{bar}\x1b[0m\x1b[37m{rest}\x1b[0m \
                 \x1b[1m{time}\x1b[0m {rate}"
            )
        } else {
            let rest = rest.replace('━', "─");
            format!("{count} {bar}{rest} {time} {rate}")
        };
        (line, fixed + cells)
    }
}
