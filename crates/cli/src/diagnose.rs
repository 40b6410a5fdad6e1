//! `regimen diagnose`: findings for the runs in run folders, in logs of other programs, and for run files and models
//! before any training.

mod before_training;
mod event_folder;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use regimen::doctor::log::{self, Log};
use regimen::doctor::{self, Facts};
use regimen::run::{DataProfile, Finding, RunFolder, console};
use serde_json::Value;

use crate::failure::Failure;
use crate::screen;

/// Findings without control characters: names of layers and columns come from files.
fn clean(findings: &[Finding]) -> Vec<Finding> {
    fn value(held: &mut Value) {
        match held {
            Value::String(text) => *text = screen::plain_lines(text).trim_end().to_owned(),
            Value::Array(all) => all.iter_mut().for_each(value),
            Value::Object(map) => map.values_mut().for_each(value),
            _ => {}
        }
    }
    let one = |finding: &Finding| {
        let mut held = serde_json::to_value(finding).ok()?;
        value(&mut held);
        serde_json::from_value(held).ok()
    };
    let cleaned = findings
        .iter()
        .map(|finding| one(finding).unwrap_or_else(|| finding.clone()));
    cleaned.collect()
}

pub(crate) fn run(args: &ArgMatches) -> Result<(), Failure> {
    let json = args.get_flag("json");
    let runs: Vec<&PathBuf> = args.get_many("runs").into_iter().flatten().collect();
    let told = Told::of(args)?;
    let mut text = String::new();
    let mut errors = Vec::new();
    for path in &runs {
        let found = match findings(path, &told) {
            Ok(found) => found,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if json {
            text += &format!("{}\n", as_json(&found));
            errors.extend(found.into_iter().flat_map(|found| found.faults));
            continue;
        }
        let several = found.len();
        for (i, found) in found.into_iter().enumerate() {
            match several {
                1 if runs.len() > 1 => text += &format!("{}\n", path.display()),
                1 => {}
                _ => text += &format!("{}, run {} of {several}\n", path.display(), i + 1),
            }
            text += &match found.epochs {
                // What could not be looked at is told apart.
                None if found.findings.is_empty() && !found.faults.is_empty() => String::new(),
                None if found.findings.is_empty() => NOTHING_BEFORE.to_owned(),
                epochs => in_words(
                    &clean(&found.findings),
                    epochs.unwrap_or(0),
                    screen::mode(false),
                ),
            };
            errors.extend(found.faults);
        }
    }
    screen::write(&text)?;
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Failure::Error(errors.join("\n"))),
    }
}

struct Found {
    findings: Vec<Finding>,
    /// `None` before training.
    epochs: Option<usize>,
    /// What could not be looked at, and why.
    faults: Vec<String>,
}

impl Found {
    fn by(facts: &Facts<'_>) -> Found {
        Found {
            findings: doctor::diagnose(facts),
            epochs: Some(facts.history.len()),
            faults: vec![],
        }
    }

    fn before(facts: &Facts<'_>, faults: Vec<String>) -> Found {
        Found {
            findings: doctor::diagnose(facts),
            epochs: None,
            faults,
        }
    }
}

const NOTHING_BEFORE: &str = "Diagnosis: nothing found before training.\n";

/// `{"findings": [...]}` of the latest run; where a log holds several, `"runs"` has those of each. `"faults"` tells what
/// could not be looked at.
fn as_json(found: &[Found]) -> Value {
    let one = |found: &Found| {
        let mut json = doctor::to_json(&found.findings);
        if !found.faults.is_empty() {
            json["faults"] = found.faults.clone().into();
        }
        json
    };
    let mut json = found.last().map_or(Value::Null, one);
    if found.len() > 1 {
        json["runs"] = found.iter().map(one).collect();
    }
    json
}

/// What the user tells beside a log.
struct Told {
    train_rows: Option<usize>,
    val_rows: Option<usize>,
    train_shares: Shares,
    val_shares: Shares,
}

/// Shares of classes, and their names where the user gave some.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Shares {
    names: Vec<String>,
    shares: Vec<f64>,
}

impl Shares {
    /// The same shares with the classes in the order in which the others name them.
    fn in_order_of(self, others: &Shares) -> Result<Shares, String> {
        let (own, theirs) = (self.shares.len(), others.shares.len());
        if own == 0 || theirs == 0 {
            return Ok(self);
        }
        if own != theirs {
            return Err(format!(
                "--class-shares has {theirs} classes, --val-class-shares {own}; give both the same ones, 0 for one that is missing"
            ));
        }
        if self.names.is_empty() || others.names.is_empty() {
            return Ok(self);
        }
        let place = |name: &String| {
            self.names.iter().position(|own| own == name).ok_or_else(|| {
                format!("--val-class-shares has no class `{name}`, which --class-shares names; give both the same names")
            })
        };
        let places: Vec<usize> = others.names.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Shares {
            shares: places.iter().map(|place| self.shares[*place]).collect(),
            names: others.names.clone(),
        })
    }
}

impl Told {
    fn of(args: &ArgMatches) -> Result<Told, Failure> {
        let rows = |name| args.get_one::<usize>(name).copied();
        let shares = |name| args.get_one::<Shares>(name).cloned().unwrap_or_default();
        let train_shares: Shares = shares("class-shares");
        let val_shares = shares("val-class-shares").in_order_of(&train_shares);
        Ok(Told {
            train_rows: rows("train-samples"),
            val_rows: rows("val-samples"),
            val_shares: val_shares.map_err(Failure::Error)?,
            train_shares,
        })
    }

    fn is_nothing(&self) -> bool {
        let rows = self.train_rows.or(self.val_rows);
        rows.is_none()
            && self.train_shares == self.val_shares
            && self.val_shares == Shares::default()
    }

    /// Adds it to what a log tells.
    fn add(&self, log: &mut Log) {
        self.add_to(&mut log.data);
    }

    fn add_to(&self, data: &mut DataProfile) {
        data.train_rows = self.train_rows.or(data.train_rows);
        data.val_rows = self.val_rows.or(data.val_rows);
        for (told, known) in [
            (&self.train_shares, &mut data.train_shares),
            (&self.val_shares, &mut data.val_shares),
        ] {
            if !told.shares.is_empty() {
                known.clone_from(&told.shares);
            }
        }
        let named = [&self.train_shares, &self.val_shares];
        if let Some(told) = named.into_iter().find(|told| !told.names.is_empty()) {
            data.classes.clone_from(&told.names);
        }
    }
}

/// Shares of classes in order, as shares, percent or counts, with or without names: `.16,.40,.44`, `b=40%,c=60%`.
pub(crate) fn shares(text: &str) -> Result<Shares, String> {
    let one = |part: &str| {
        let (name, number) = part.rsplit_once('=').unwrap_or(("", part));
        let value = number.trim().trim_end_matches('%').trim().parse::<f64>();
        match value {
            Ok(x) if x >= 0.0 && x.is_finite() => Ok((name.trim().to_owned(), x)),
            _ => Err(format!(
                "`{part}` is no share; give one number per class, such as .16,.40,.44 or 812,2000,2188"
            )),
        }
    };
    let parts: Vec<(String, f64)> = text.split(',').map(one).collect::<Result<_, _>>()?;
    let (names, numbers): (Vec<String>, Vec<f64>) = parts.into_iter().unzip();
    let sum: f64 = numbers.iter().sum();
    if numbers.len() < 2 || sum <= 0.0 {
        return Err("there are two classes at least, and not all are empty".to_owned());
    }
    let named = names.iter().filter(|name| !name.is_empty()).count();
    if named > 0 && named < names.len() {
        return Err("name all classes or none, such as a=16%,b=40%,c=44%".to_owned());
    }
    let twice = (1..names.len()).find(|&i| named > 0 && names[..i].contains(&names[i]));
    if let Some(i) = twice {
        return Err(format!("class `{}` is named twice", names[i]));
    }
    if text.contains('%') && (sum - 100.0).abs() > 2.0 {
        return Err(format!(
            "these are {sum} % together; shares of all classes are 100 %"
        ));
    }
    Ok(Shares {
        names: if named > 0 { names } else { vec![] },
        shares: numbers.iter().map(|x| x / sum).collect(),
    })
}

fn findings(path: &Path, told: &Told) -> Result<Vec<Found>, String> {
    // The events themselves stand for their folder.
    let inside = path.file_name().is_some_and(|name| name == "events.jsonl") && path.is_file();
    let folder = match (inside, path.parent()) {
        (true, Some(parent)) if parent != Path::new("") => parent,
        (true, _) => Path::new("."),
        (false, _) => path,
    };
    let is_file = path == Path::new("-") || folder.is_file();
    if is_file && before_training::is_binary_model(path) {
        return before_training::of_model(path, told);
    }
    if is_file && !event_folder::is_event_file(folder) {
        return in_log(path, told);
    }
    if let Some(logs) = event_folder::logs(folder) {
        return found_in(logs.map_err(|e| format!("{}: {e}", path.display()))?, told);
    }
    let events = RunFolder::open(folder)
        .and_then(|run| run.events())
        .map_err(|e| e.to_string())?;
    if !told.is_nothing() {
        let text = "a run folder tells its samples and classes itself; the options for them are for other programs' logs";
        return Err(format!("{}: {text}", path.display()));
    }
    Ok(vec![Found::by(&Facts::from_events(&events))])
}

/// Findings for each run in another program's log.
fn in_log(path: &Path, told: &Told) -> Result<Vec<Found>, String> {
    let fault = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()),
        false => std::fs::read(path).map(|held| bytes = held),
    };
    read.map_err(|e| fault(&e))?;
    let text = text_of(&bytes).map_err(|e| fault(&e))?;
    if let Some(found) = before_training::found(path, &text, told) {
        return found;
    }
    found_in(log::read(&text).map_err(|e| fault(&e))?, told)
}

fn found_in(mut logs: Vec<Log>, told: &Told) -> Result<Vec<Found>, String> {
    logs.iter_mut().for_each(|log| told.add(log));
    Ok(logs.iter().map(|log| Found::by(&log.facts())).collect())
}

/// The text of a file, also where PowerShell wrote it as UTF-16.
fn text_of(bytes: &[u8]) -> Result<String, String> {
    let wide = |pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|two| pair([two[0], two[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, ..] => Ok(wide(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Ok(wide(u16::from_be_bytes)),
        _ => match bytes.iter().position(|b| *b == 0) {
            Some(at) => {
                let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
                Err(format!("line {line}: not text (a zero byte)"))
            }
            None => Ok(String::from_utf8_lossy(bytes).into_owned()),
        },
    }
}

/// All findings as blocks, or a sentence that there is none.
pub(crate) fn in_words(findings: &[Finding], epochs: usize, mode: console::Mode) -> String {
    if findings.is_empty() {
        return match epochs {
            0 => "Diagnosis: nothing found; no epoch has ended yet.\n".to_owned(),
            1 => "Diagnosis: nothing found in 1 epoch.\n".to_owned(),
            n => format!("Diagnosis: nothing found in {n} epochs.\n"),
        };
    }
    let count = match findings.len() {
        1 => "1 finding".to_owned(),
        n => format!("{n} findings"),
    };
    let (width, color) = (screen::columns(mode), screen::colored(mode));
    let blocks = findings
        .iter()
        .map(|finding| console::finding(finding, width, color));
    format!("Diagnosis: {count}\n{}", blocks.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_in_any_unit() {
        let named = shares("a=25%, b=75%").expect("shares");
        assert_eq!(
            (named.names, named.shares),
            (vec!["a".to_owned(), "b".to_owned()], vec![0.25, 0.75])
        );
        let counts = shares("1,1,2").expect("shares");
        assert_eq!(
            (counts.names.len(), counts.shares),
            (0, vec![0.25, 0.25, 0.5])
        );
        for wrong in ["", "1", "0,0", "a,b", "-1,2", "nan,1", "a=1,2"] {
            assert!(shares(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shares_of_both_parts_go_by_name() {
        let of = |text: &str| shares(text).expect("shares");
        let same = of("b=10,a=90").in_order_of(&of("a=90,b=10"));
        assert_eq!(same.map(|s| s.shares), Ok(vec![0.9, 0.1]));
        for (own, others) in [("x=80,y=20", "a=90,b=10"), ("1,2,3", "1,2")] {
            assert!(of(own).in_order_of(&of(others)).is_err(), "{own}");
        }
        assert!(shares("a=50,a=50").is_err() && shares("60%,60%").is_err());
    }

    #[test]
    fn texts_of_two_widths() {
        let wide: Vec<u8> = [0xff, 0xfe, b'a', 0, b'\n', 0].to_vec();
        assert_eq!(text_of(&wide).as_deref(), Ok("a\n"));
        assert_eq!(text_of(b"caf\xe9").as_deref(), Ok("caf\u{fffd}"));
        assert_eq!(
            text_of(b"a\nb\0"),
            Err("line 2: not text (a zero byte)".to_owned())
        );
    }
}
