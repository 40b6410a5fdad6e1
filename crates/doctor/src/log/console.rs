//! What Keras prints while it trains, of any era: bars and lines of Keras 1 and 2 (`verbose` 1 and 2), of tf.keras, of
//! Keras 3; redrawn by carriage returns or backspaces, coloured, pasted into a post among other text.
//!
//! An epoch begins with its header, `Epoch 3/10`, and has the metrics of its last complete bar: `name: number`, joined
//! by ` - `. Bars of `evaluate` behind it have no validation metrics and change nothing. Without any header each line
//! of metrics is an epoch. A bar that has not reached its end is no epoch yet.

use regimen_run::event::Logs;

use super::{Log, Runs, number};

pub(super) fn read(text: &str) -> Vec<Log> {
    let plain = without_escapes(text);
    // Redrawn lines: what stands between is what was on the screen for a moment.
    let lines = plain.split(['\n', '\r', '\u{8}']).map(str::trim);
    let mut reader = Reader {
        headed: plain.lines().any(|line| header(line.trim()).is_some()),
        ..Reader::default()
    };
    lines
        .filter(|line| !line.is_empty())
        .for_each(|line| reader.line(line));
    reader.close();
    reader.runs.done()
}

/// Text without the codes that colour it or move the cursor.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\u{1b}' {
            plain.push(c);
        } else if rest.next_if_eq(&'[').is_some() {
            // Numbers and semicolons, then one letter.
            while rest.next_if(|c| !c.is_ascii_alphabetic()).is_some() {}
            rest.next();
        }
    }
    plain
}

/// An epoch whose end has not been seen.
struct Open {
    number: usize,
    logs: Logs,
    /// Whether a bar has reached its end.
    complete: bool,
    /// Steps or rows of its bars.
    total: Option<usize>,
}

#[derive(Default)]
struct Reader {
    runs: Runs,
    open: Option<Open>,
    /// Whether epochs have headers.
    headed: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        if let Some([train, val]) = counts(line) {
            self.close();
            let run = self.next_run();
            (run.data.train_rows, run.data.val_rows) = (train, val);
        } else if let Some((number, planned, rest)) = header(line) {
            self.begin(number, planned);
            self.metrics(rest);
        } else if !is_message(line) {
            self.metrics(line);
        }
    }

    fn begin(&mut self, number: usize, planned: usize) {
        let again = |open: &Open| open.number == number && open.logs.is_empty();
        if self.open.as_ref().is_some_and(again) {
            return;
        }
        self.close();
        let last = self.runs.list.last().and_then(|run| run.epochs.last());
        if last.is_some_and(|(last, _)| number <= *last) || self.runs.list.is_empty() {
            self.runs.list.push(Log::default());
        }
        if let Some(run) = self.runs.list.last_mut() {
            run.planned = Some(planned);
        }
        self.open = Some(Open {
            number,
            logs: Logs::new(),
            complete: false,
            total: None,
        });
    }

    /// The run that has no epochs yet.
    fn next_run(&mut self) -> &mut Log {
        let used = |run: &Log| !run.epochs.is_empty();
        if self.runs.list.last().is_none_or(used) {
            self.runs.list.push(Log::default());
        }
        let last = self.runs.list.len() - 1;
        &mut self.runs.list[last]
    }

    fn metrics(&mut self, line: &str) {
        let logs = pairs(line);
        let is_loss = |name: &String| name == "loss" || name.ends_with("_loss");
        if !logs.keys().any(is_loss) {
            return;
        }
        let progress = progress(line);
        let complete = progress.is_none_or(|(done, total)| Some(done) == total);
        let total = progress.and_then(|(_, total)| total);
        if !self.headed {
            let last = self.runs.list.last().and_then(|run| run.epochs.last());
            let next = last.map_or(1, |(number, _)| number + 1);
            if complete {
                self.runs.add(next, logs);
            }
            return;
        }
        let Some(open) = &mut self.open else {
            return;
        };
        let more = logs.len() > open.logs.len() && open.logs.keys().all(|k| logs.contains_key(k));
        let same = total.is_none() || open.total.is_none() || total == open.total;
        if !open.complete || more && same {
            (open.logs, open.complete) = (logs, complete);
            open.total = total.or(open.total);
        }
    }

    /// Ends the open epoch.
    fn close(&mut self) {
        if let Some(open) = self.open.take().filter(|open| open.complete) {
            self.runs.add(open.number, open.logs);
        }
    }
}

/// `Epoch 3/10`, and what follows on the line.
fn header(line: &str) -> Option<(usize, usize, &str)> {
    let rest = line.strip_prefix("Epoch ")?;
    let (number, rest) = digits(rest.trim_start())?;
    let (planned, rest) = digits(rest.strip_prefix('/')?)?;
    Some((number, planned, rest))
}

/// `Epoch 00003: val_loss improved ...`: a callback speaks.
fn is_message(line: &str) -> bool {
    let number = line.strip_prefix("Epoch ").and_then(digits);
    number.is_some_and(|(_, rest)| rest.starts_with(':'))
}

/// `Train on 22500 samples, validate on 2500 samples`.
fn counts(line: &str) -> Option<[Option<usize>; 2]> {
    let (train, rest) = digits(line.strip_prefix("Train on ")?)?;
    let val = rest.split_once("validate on ").and_then(|(_, n)| digits(n));
    Some([Some(train), val.map(|(n, _)| n)])
}

/// `1024/22500 [...`: how far a bar is, and its end where that is known.
fn progress(line: &str) -> Option<(usize, Option<usize>)> {
    let (done, rest) = digits(line)?;
    let rest = rest.strip_prefix('/')?;
    Some((done, digits(rest).map(|(total, _)| total)))
}

fn digits(text: &str) -> Option<(usize, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, &text[end..]))
}

/// `name: number` between ` - `.
fn pairs(line: &str) -> Logs {
    let pair = |piece: &str| {
        let (name, value) = piece.split_once(": ")?;
        let name = name.trim().trim_start_matches("- ");
        let fits = |c: char| c.is_ascii_alphanumeric() || "_/.@()".contains(c);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(fits);
        Some((name.to_owned(), number(value).filter(|_| is_name)?))
    };
    line.split(" - ").filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(runs: &[Log], name: &str) -> Vec<Vec<(usize, f64)>> {
        let of = |run: &Log| {
            let epochs = run.epochs.iter();
            epochs
                .filter_map(|(n, logs)| Some((*n, *logs.get(name)?)))
                .collect()
        };
        runs.iter().map(of).collect()
    }

    #[test]
    fn keras_1_with_bars_and_callbacks() {
        let text = "Train on 269501 samples, validate on 33967 samples\nEpoch 1/2000\n\
            Epoch 00000: val_acc improved from -inf to 0.35387, saving model to weights.hdf\n\
            269501/269501 [==============================] - 0s - loss: 1.6094 - acc: 0.1792 - val_loss: 1.6073 - val_acc: 0.3539\n\
            Epoch 2/2000\nEpoch 00001: val_acc did not improve\n\
            269501/269501 [==============================] - 0s - loss: 1.6060 - acc: 0.3993 - val_loss: 1.6042 - val_acc: 0.3539\n\
            Epoch 3/2000\n";
        let runs = read(text);
        assert_eq!(
            columns(&runs, "val_loss"),
            [[(1, 1.6073), (2, 1.6042)].to_vec()]
        );
        let data = &runs[0].data;
        assert_eq!(
            (data.train_rows, data.val_rows),
            (Some(269_501), Some(33_967))
        );
        assert_eq!(runs[0].planned, Some(2000));
    }

    #[test]
    fn redrawn_lines_count_once_and_unfinished_ones_not() {
        let bar = |done: usize, rest: &str| {
            format!("{done}/100 [=>....] - ETA: 1s - loss: 0.{done}{rest}")
        };
        for between in ["\r", "\u{8}\u{8}\u{8}\u{8}", "\n"] {
            let end = "100/100 [=====] - 1s 2ms/step - loss: 0.5";
            let text = format!(
                "Epoch 1/3\n{}{between}{}{between}{end}{between}{end} - val_loss: 0.7\nEpoch 2/3\n{}",
                bar(32, ""),
                bar(64, " - acc: 0.3"),
                bar(96, "")
            );
            assert_eq!(columns(&read(&text), "val_loss"), [[(1, 0.7)].to_vec()]);
        }
    }

    #[test]
    fn keras_3_in_colours() {
        let text = "Epoch 1/2\n\u{1b}[1m1/13\u{1b}[0m \u{1b}[37m━━━━\u{1b}[0m \u{1b}[1m5s\u{1b}[0m 478ms/step - loss: 2.5\n\
            \u{1b}[1m13/13\u{1b}[0m \u{1b}[32m━━━━\u{1b}[0m\u{1b}[37m\u{1b}[0m \u{1b}[1m1s\u{1b}[0m 9ms/step - accuracy: 0.11 - loss: 2.4 - val_accuracy: 0.2 - val_loss: 2.2 - learning_rate: 0.0010\n";
        let runs = read(text);
        assert_eq!(columns(&runs, "val_loss"), [[(1, 2.2)].to_vec()]);
        assert_eq!(columns(&runs, "learning_rate"), [[(1, 0.001)].to_vec()]);
    }

    #[test]
    fn evaluations_change_nothing_and_a_new_count_begins_a_run() {
        let text = "Epoch 1/2\n - 0s - loss: 0.9 - val_loss: 1.0\nEpoch 2/2\n - 0s - loss: 0.7 - val_loss: nan\n\
            10000/10000 [====] - 1s - loss: 0.11\nTest loss: 0.3\nEpoch 1/5\n60/60 - 3s - 2ms/step - loss: 0.4\n";
        let runs = read(text);
        let losses = columns(&runs, "loss");
        assert_eq!(losses, [vec![(1, 0.9), (2, 0.7)], vec![(1, 0.4)]]);
        assert!(runs[0].epochs[1].1["val_loss"].is_nan());
        assert_eq!(runs[1].planned, Some(5));
    }

    #[test]
    fn a_post_with_gaps_and_lines_without_headers() {
        let text = "In the beginning:\n\nEpoch 82/1000\n - 0s - loss: 0.2036 - acc: 0.9144 - val_loss: 0.2400 - val_acc: 0.8885\n\
            When the model takes many epochs, note: 5 - it slows.\n\nEpoch 455/1000\n - 0s - loss: 0.0903 - acc: 0.9630 - val_loss: 0.1317\n";
        let runs = read(text);
        assert_eq!(
            columns(&runs, "loss"),
            [[(82, 0.2036), (455, 0.0903)].to_vec()]
        );
        let bare = read("loss: 0.9 - val_loss: 1.0\nloss: 0.8 - val_loss: 0.9\n");
        assert_eq!(columns(&bare, "loss"), [[(1, 0.9), (2, 0.8)].to_vec()]);
        assert!(read("nothing here: 5\nloss: high - val_loss: low\n").is_empty());
    }
}
