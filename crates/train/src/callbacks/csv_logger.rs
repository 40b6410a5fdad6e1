//! CSVLogger: a row of the logs per epoch.
//!
//! Follows keras/src/callbacks/csv_logger.py and the excel dialect of Python's csv module.

use regimen_nn::{Configured, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::growing_file::GrowingFile;
use crate::callbacks::inside_run::Refused;
use crate::callbacks::python_text::repr;
use crate::callbacks::saved_state::Saved;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "CSVLogger",
    aliases: &[],
    about: "writes the logs of every epoch to a CSV file",
    options: CSVLogger::options,
    read: |options, place| {
        let read = CSVLogger::read(options)?;
        if let Err(text) = read.delimiter() {
            options.error("separator", text);
        }
        if let Err(text) = place.check_file(&read.filename) {
            options.error("filename", format!("`filename` of CSVLogger: {text}"));
        }
        Some(read.at(place))
    },
};

keras_config! {
    /// Writes the logs of every epoch to a CSV file.
    ///
    /// The columns are those of the first epoch written, sorted; what is missing later is `NA`.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, CSVLogger};
    ///
    /// let callback: Box<dyn Callback> = CSVLogger::new("training.csv").separator(";").into();
    /// assert_eq!(callback.class_name(), "CSVLogger");
    /// ```
    pub struct CSVLogger(
        /// The file, relative to the run folder and inside it.
        filename: String,
    ) {
        /// What stands between columns: one character.
        separator: String = ",".to_string(),
        /// Whether to go on at the end of a file that exists.
        append: bool = false,
    }
}

impl CSVLogger {
    /// The callback for a run that lives in this place.
    pub fn at(self, place: &Place) -> Box<dyn Callback> {
        let path = match place.file(&self.filename) {
            Ok(path) => path,
            Err(reason) => {
                return Box::new(Refused {
                    class_name: DEF.class_name,
                    reason,
                });
            }
        };
        Box::new(Running {
            options: self,
            file: GrowingFile::new(path),
            keys: None,
            resume_at: None,
        })
    }

    fn delimiter(&self) -> Result<char, String> {
        let mut chars = self.separator.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !['"', '\r', '\n'].contains(&c) => Ok(c),
            _ => Err(format!(
                "`separator` of CSVLogger: found {:?}, expected one character such as \",\" or \"\\t\"",
                self.separator
            )),
        }
    }
}

impl From<CSVLogger> for Box<dyn Callback> {
    fn from(options: CSVLogger) -> Box<dyn Callback> {
        options.at(&Place::default())
    }
}

struct Running {
    options: CSVLogger,
    file: GrowingFile,
    /// Columns beside `epoch`, fixed at the first epoch.
    keys: Option<Vec<String>>,
    /// Length of the file at the checkpoint that training goes on from.
    resume_at: Option<u64>,
}

impl Running {
    fn train_begin(&mut self) -> Result<Vec<Flow>, String> {
        self.options.delimiter()?;
        if let Some(bytes) = self.resume_at.take() {
            let warnings = [self.file.cut_back(bytes)?, self.new_line()?];
            return Ok(warnings.into_iter().flatten().map(Flow::Message).collect());
        }
        self.keys = None;
        if !self.options.append {
            self.file.start()?;
            return Ok(vec![]);
        }
        self.file.go_on()?;
        Ok(self.new_line()?.map(Flow::Message).into_iter().collect())
    }

    /// Ends a last line that somebody cut or wrote without an end, lest a row be glued to it.
    fn new_line(&mut self) -> Result<Option<String>, String> {
        if self.file.bytes() == 0 || self.file.last_byte()? == Some(b'\n') {
            return Ok(None);
        }
        self.file.write(b"\r\n")?;
        let name = &self.options.filename;
        Ok(Some(format!(
            "{name}: its last line had no end and may be cut; going on in a new line"
        )))
    }

    fn epoch_end(&mut self, epoch: usize, logs: &Logs) -> Result<(), String> {
        let delimiter = self.options.delimiter()?;
        let keys = self.keys.get_or_insert_with(|| columns(logs));
        let mut text = String::new();
        if self.file.bytes() == 0 {
            let names = std::iter::once("epoch").chain(keys.iter().map(String::as_str));
            text += &row(names.map(str::to_string), delimiter);
        }
        let values = keys
            .iter()
            .map(|key| logs.get(key).map_or("NA".to_string(), |x| repr(*x)));
        text += &row(std::iter::once(epoch.to_string()).chain(values), delimiter);
        self.file.write(text.as_bytes())
    }
}

/// Sorted names; without any of validation those of validation follow, for epochs that validate later.
fn columns(logs: &Logs) -> Vec<String> {
    let mut keys: Vec<String> = logs.keys().cloned().collect();
    if !keys.iter().any(|key| key.starts_with("val_")) {
        keys.extend(logs.keys().map(|key| format!("val_{key}")));
    }
    keys
}

/// Fields in quotes where they need them, and the end of line.
fn row(fields: impl Iterator<Item = String>, delimiter: char) -> String {
    let quoted = fields.map(|field| {
        let plain = !field.contains([delimiter, '"', '\r', '\n']);
        if plain {
            field
        } else {
            format!("\"{}\"", field.replace('"', "\"\""))
        }
    });
    quoted.collect::<Vec<_>>().join(&delimiter.to_string()) + "\r\n"
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        match *moment {
            Moment::TrainBegin => return self.train_begin(),
            Moment::EpochEnd { epoch, logs, .. } => self.epoch_end(epoch, logs)?,
            Moment::TrainEnd => self.file.close(),
            _ => {}
        }
        Ok(vec![])
    }

    fn files(&self) -> Vec<String> {
        vec![self.options.filename.clone()]
    }

    fn state(&self) -> Json {
        json!({"bytes": self.resume_at.unwrap_or(self.file.bytes()), "keys": self.keys})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        let names = |list: &Vec<Json>| {
            list.iter()
                .map(|k| k.as_str().map(str::to_string))
                .collect()
        };
        self.keys = saved.entry("keys")?.as_array().and_then(names);
        self.resume_at = Some(saved.count("bytes")?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{
        assert_resumes, errors, finish, of_losses, resumed, trace,
    };

    #[test]
    fn a_killed_and_resumed_run_leaves_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: Some(folder.path().to_path_buf()),
            ..Place::default()
        };
        let losses = of_losses(&[1.0, f64::NAN, 0.9, 1.0 / 3.0, 1e-7, 0.5, 0.4, 0.3, 0.2, 0.1]);
        for append in [false, true] {
            let make = |name: &str| CSVLogger::new(name).append(append).at(&place);
            let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
            let whole = format!("whole-{append}.csv");
            trace(&mut make(&whole), &losses);
            for at in 0..10 {
                let name = format!("logs/cut-{append}-{at}.csv");
                // The first process goes on for two epochs after its last checkpoint and is killed inside a row.
                let mut first = make(&name);
                let state = resumed(&mut first, &losses, at, 2);
                let path = folder.path().join(&name);
                fs::write(&path, read(&name) + "9,0.1").unwrap();
                let mut second = make(&name);
                second.restore(&state).unwrap();
                finish(&mut second, &losses, at);
                assert_eq!(read(&name), read(&whole), "{at}");
            }
        }
        assert_resumes(|| CSVLogger::new("again.csv").at(&place), &losses, 5);
    }

    #[test]
    fn a_log_that_was_cut_meanwhile_is_told_and_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: Some(folder.path().to_path_buf()),
            ..Place::default()
        };
        let losses = of_losses(&[1.0, 0.5, 0.25]);
        let state = resumed(&mut CSVLogger::new("log.csv").at(&place), &losses, 2, 0);
        fs::remove_file(folder.path().join("log.csv")).unwrap();
        let mut second = CSVLogger::new("log.csv").at(&place);
        second.restore(&state).unwrap();
        let told = finish(&mut second, &losses, 2);
        assert!(matches!(&told[0][0], Flow::Message(text) if text.contains("log.csv")));
        assert_eq!(
            fs::read_to_string(folder.path().join("log.csv")).unwrap(),
            "epoch,loss,val_loss\r\n2,0.25,0.25\r\n"
        );
    }

    #[test]
    fn rows_are_never_glued_to_a_line_without_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: Some(folder.path().to_path_buf()),
            ..Place::default()
        };
        let path = folder.path().join("log.csv");
        let losses = of_losses(&[1.0, 0.5, 0.25]);
        let make = |append| CSVLogger::new("log.csv").append(append).at(&place);
        let state = resumed(&mut make(false), &losses, 2, 0);
        let written = fs::read_to_string(&path).unwrap();
        let edited = written.replace("1,0.5,0.5\r\n", "1,0.5,0.5, mine");
        let row = "2,0.25,0.25\r\n";
        // Cut inside the last row; cut by its line end; a line end edited away where the saved length lies.
        for (found, kept, warnings) in [
            (written[..written.len() - 5].to_string(), None, 2),
            (written[..written.len() - 1].to_string(), None, 2),
            (edited, Some(written.len()), 1),
        ] {
            fs::write(&path, &found).unwrap();
            let mut second = make(false);
            second.restore(&state).unwrap();
            let told = finish(&mut second, &losses, 2);
            assert_eq!(told[0].len(), warnings, "{told:?}");
            let kept = &found[..kept.unwrap_or(found.len())];
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                format!("{kept}\r\n{row}")
            );
        }
        // Cut between rows: nothing is torn, only the length is told.
        fs::write(&path, "epoch,loss,val_loss\r\n").unwrap();
        let mut second = make(false);
        second.restore(&state).unwrap();
        assert_eq!(finish(&mut second, &losses, 2)[0].len(), 1);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("epoch,loss,val_loss\r\n{row}"));

        fs::write(&path, "epoch,loss,val_loss\n0,1.0,1.0").unwrap();
        let told = trace(&mut make(true), &losses[..1]);
        assert!(matches!(&told[0][..], [Flow::Message(text)] if text.contains("new line")));
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, "epoch,loss,val_loss\n0,1.0,1.0\r\n0,1.0,1.0\r\n");
    }

    #[test]
    fn fields_are_quoted_where_needed() {
        let fields = ["a,b", "say \"a\"", "0.5", "x\ny"].map(str::to_string);
        assert_eq!(
            row(fields.into_iter(), ','),
            "\"a,b\",\"say \"\"a\"\"\",0.5,\"x\ny\"\r\n"
        );
        assert_eq!(
            row(["0.5".to_string(), "1".to_string()].into_iter(), '.'),
            "\"0.5\".1\r\n"
        );
    }

    #[test]
    fn bad_options_are_told() {
        assert!(errors("CSVLogger", json!({})).contains("needs `filename`"));
        for separator in ["", ", ", "\n", "\""] {
            let text = errors(
                "CSVLogger",
                json!({"filename": "a.csv", "separator": separator}),
            );
            assert!(text.contains("expected one character"), "{text}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("taken"), "").unwrap();
        let place = Place {
            folder: Some(folder.path().to_path_buf()),
            ..Place::default()
        };
        let cx = Context {
            trainer: None,
            learning_rate: 0.1,
            directions: &Default::default(),
            log_names: &[],
            epochs: 1,
        };
        let error = CSVLogger::new("taken/log.csv")
            .at(&place)
            .on(&Moment::TrainBegin, &cx)
            .unwrap_err();
        assert!(error.contains("log.csv"), "{error}");
    }
}
