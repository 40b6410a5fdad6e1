//! Files of CSVLogger and their like: a line of names, then one line of numbers an epoch.
//!
//! Several runs appended to one file are told apart by their epochs. A last line that was cut off is left out.

use regimen_run::event::Logs;

use super::{Log, LogError, Runs, number};

const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Whether a first line names columns of a log.
pub(super) fn is_header(line: &str) -> bool {
    let Some(separator) = separator(line) else {
        return false;
    };
    let names = names(line, separator);
    let is_name = |name: &String| number(name).is_none() && !name.contains(": ");
    let known = |name: &String| name == "epoch" || name.ends_with("loss") || name.contains("acc");
    names.iter().all(is_name) && names.iter().any(known)
}

fn separator(line: &str) -> Option<char> {
    SEPARATORS.into_iter().find(|s| line.contains(*s))
}

fn names(line: &str, separator: char) -> Vec<String> {
    let name = |field: &str| field.trim().trim_matches('"').trim().to_owned();
    line.split(separator).map(name).collect()
}

pub(super) fn read(text: &str) -> Result<Vec<Log>, LogError> {
    let mut lines = text
        .lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty());
    let header = lines.next().map_or("", |(_, line)| line);
    let separator = separator(header).unwrap_or(',');
    let names = names(header, separator);
    let whole = text.ends_with('\n');
    let last = text.lines().count().saturating_sub(1);
    let (mut runs, mut counted) = (Runs::default(), 0);
    // Columns of dates and the like, by the first line of numbers.
    let mut words: Option<Vec<bool>> = None;
    for (at, line) in lines {
        let fields: Vec<&str> = line
            .split(separator)
            .map(|f| f.trim().trim_matches('"'))
            .collect();
        // Another run was appended with its own names.
        if fields.iter().eq(names.iter()) {
            continue;
        }
        if fields.len() != names.len() {
            if at == last && !whole {
                break;
            }
            let reason = format!(
                "{} fields where the first line names {}",
                fields.len(),
                names.len()
            );
            return Err(LogError {
                line: at + 1,
                reason,
            });
        }
        let is_word = |field: &&str| !is_empty(field) && number(field).is_none();
        let words = words.get_or_insert_with(|| fields.iter().map(is_word).collect());
        let mut logs = Logs::new();
        for ((name, field), is_word) in names.iter().zip(&fields).zip(words) {
            match number(field) {
                _ if *is_word || is_empty(field) => {}
                Some(value) => drop(logs.insert(name.clone(), value)),
                None => {
                    let reason = format!("`{field}` in column `{name}` is no number");
                    return Err(LogError {
                        line: at + 1,
                        reason,
                    });
                }
            }
        }
        counted += 1;
        let epoch = logs.remove("epoch").filter(|e| *e >= 0.0);
        if let Some(beyond) = epoch.filter(|e| *e > super::LAST_EPOCH as f64) {
            let reason = format!("epoch {beyond} is beyond any run");
            return Err(LogError {
                line: at + 1,
                reason,
            });
        }
        runs.add(epoch.map_or(counted, |e| e as usize), logs);
    }
    Ok(runs.done())
}

fn is_empty(field: &str) -> bool {
    field.is_empty() || field.eq_ignore_ascii_case("NA") || field.eq_ignore_ascii_case("none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_from_zero_with_gaps_words_and_a_cut_end() {
        let text =
            "epoch,time,loss,val_loss\n0,12:01,0.9,1.0\n1,12:02,0.8,\n2,12:03,nan,0.7\n3,12:0";
        let runs = read(text).unwrap();
        assert_eq!(runs.len(), 1);
        let epochs: Vec<usize> = runs[0].epochs.iter().map(|e| e.0).collect();
        assert_eq!(epochs, [0, 1, 2]);
        assert_eq!(runs[0].epochs[1].1.keys().collect::<Vec<_>>(), ["loss"]);
        assert!(runs[0].epochs[2].1["loss"].is_nan());
        assert_eq!(runs[0].facts().first_epoch, 0);
    }

    #[test]
    fn runs_in_one_file_are_told_apart() {
        let text = "epoch;loss\n1;0.9\n2;0.8\nepoch;loss\n1;0.5\n2;0.4\n3;0.3\n";
        let runs = read(text).unwrap();
        let lengths: Vec<usize> = runs.iter().map(|r| r.epochs.len()).collect();
        assert_eq!(lengths, [2, 3]);
        assert_eq!(runs[0].facts().first_epoch, 1);
    }

    #[test]
    fn faults_have_their_line() {
        let error = read("loss,val_loss\n0.9,1.0\n0.8\n0.7,0.8\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 3: 1 fields where the first line names 2"
        );
        let error = read("loss,val_loss\n0.9,1.0\n\n0.8,high\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 4: `high` in column `val_loss` is no number"
        );
    }

    #[test]
    fn headers_are_known() {
        for line in [
            "epoch,loss",
            "loss\tval_loss",
            "epoch, acc",
            "\"epoch\",\"binary_accuracy\"",
        ] {
            assert!(is_header(line), "{line}");
        }
        for line in [
            "Epoch 1/5",
            "loss: 0.5 - acc: 0.7",
            "0,0.5,0.7",
            "Train on 5 samples, validate on 6",
            "so, it said",
        ] {
            assert!(!is_header(line), "{line}");
        }
    }
}
