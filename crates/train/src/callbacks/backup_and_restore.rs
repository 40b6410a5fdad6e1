//! BackupAndRestore: training that was killed goes on when it is begun again.
//!
//! Follows keras/src/callbacks/backup_and_restore.py, but what is written is the whole state of the training: it goes on
//! after the batch that was backed up, with the bits of a run that was never stopped, where Keras begins the epoch anew.

use std::path::PathBuf;

use regimen_nn::{Configured, Options, keras_config};
use serde_json::{Value as Json, json};

use crate::callbacks::inside_run::Refused;
use crate::callbacks::save_freq::SaveFreq;
use crate::callbacks::saved_state::Saved;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "BackupAndRestore",
    aliases: &[],
    about: "lets training that was killed go on when it is begun again",
    options: BackupAndRestore::options,
    read,
};

keras_config! {
    /// Lets training that was killed go on when it is begun again.
    ///
    /// The state is written to `latest.regimen` in `backup_dir`. [`Trainer::fit`](crate::Trainer::fit) with the same callbacks
    /// goes on from there. A run in a folder has a checkpoint of its own; going on with it takes the later of the two.
    ///
    /// ```
    /// use regimen_train::callbacks::{BackupAndRestore, Callback};
    ///
    /// let backup = BackupAndRestore::new("backup").save_freq(500usize).double_checkpoint(true);
    /// let callback: Box<dyn Callback> = backup.into();
    /// assert!(callback.backups()[0].ends_with("latest.regimen"));
    /// ```
    pub struct BackupAndRestore(
        /// Folder of the backup: of this training alone, relative to the run folder and inside it.
        backup_dir: String,
    ) {
        /// How often.
        save_freq: SaveFreq = SaveFreq::Epoch,
        /// Whether the backup before the last one stays too, for a disk that damages files.
        double_checkpoint: bool = false,
        /// Whether backups are removed when training has ended.
        delete_checkpoint: bool = true,
    }
}

/// The last backup, and the one before it.
const FILES: [&str; 2] = ["latest.regimen", "latest.regimen.bkp"];

fn read(options: &mut Options<'_>, place: &Place) -> Option<Box<dyn Callback>> {
    let read = BackupAndRestore::read(options)?;
    if let Err(text) = read.folder(place) {
        options.error("backup_dir", text);
    }
    Some(read.at(place))
}

impl BackupAndRestore {
    /// The callback for a run that lives in this place.
    pub fn at(self, place: &Place) -> Box<dyn Callback> {
        let named = (!self.backup_dir.is_empty()).then(|| place.folder(&self.backup_dir));
        match named.unwrap_or_else(|| Err(empty())) {
            Ok(folder) => Box::new(Running {
                options: self,
                folder,
                batches_since: 0,
            }),
            Err(reason) => Box::new(Refused {
                class_name: DEF.class_name,
                reason,
            }),
        }
    }

    fn folder(&self, place: &Place) -> Result<String, String> {
        let folder = place
            .check_folder(&self.backup_dir)
            .map_err(|text| format!("`backup_dir` of BackupAndRestore: {text}"))?;
        match folder.is_empty() {
            true => Err(empty()),
            false => Ok(folder),
        }
    }
}

fn empty() -> String {
    "`backup_dir` of BackupAndRestore is empty; name a folder for the backup".to_string()
}

impl From<BackupAndRestore> for Box<dyn Callback> {
    fn from(options: BackupAndRestore) -> Box<dyn Callback> {
        options.at(&Place::default())
    }
}

struct Running {
    options: BackupAndRestore,
    folder: PathBuf,
    /// Batches since the last backup.
    batches_since: u64,
}

impl Running {
    fn due(&mut self) -> bool {
        let SaveFreq::Batches(every) = self.options.save_freq else {
            return false;
        };
        self.batches_since += 1;
        let due = self.batches_since >= every as u64;
        if due {
            self.batches_since = 0;
        }
        due
    }

    fn backup(&self) -> Flow {
        let [file, previous] = FILES.map(|name| self.folder.join(name));
        Flow::Backup {
            file,
            previous: self.options.double_checkpoint.then_some(previous),
        }
    }

    /// Removes its own files, and the folder where nothing else is in it.
    fn remove(&self) -> Result<(), String> {
        for file in FILES.map(|name| self.folder.join(name)) {
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(format!("{}: cannot be removed: {e}", file.display()));
                }
                _ => {}
            }
        }
        // A folder that holds something else stays.
        let _removed = std::fs::remove_dir(&self.folder);
        Ok(())
    }
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        match moment {
            Moment::BatchEnd { .. } if self.due() => Ok(vec![self.backup()]),
            Moment::EpochEnd { .. } if self.options.save_freq == SaveFreq::Epoch => {
                Ok(vec![self.backup()])
            }
            Moment::TrainEnd if self.options.delete_checkpoint => {
                self.remove()?;
                Ok(vec![])
            }
            _ => Ok(vec![]),
        }
    }

    fn wants_batches(&self) -> bool {
        self.options.save_freq != SaveFreq::Epoch
    }

    fn files(&self) -> Vec<String> {
        FILES
            .iter()
            .map(|name| format!("{}/{name}", self.options.backup_dir))
            .collect()
    }

    fn backups(&self) -> Vec<PathBuf> {
        FILES.iter().map(|name| self.folder.join(name)).collect()
    }

    fn state(&self) -> Json {
        json!({"batches_since": self.batches_since})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        self.batches_since = Saved::new(DEF.class_name, state)?.count("batches_since")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses, trace};

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: Some(folder.path().to_path_buf()),
            ..Place::default()
        };
        let losses = of_losses(&[1.0; 10]);
        for at in 0..10 {
            let every = |n: usize| BackupAndRestore::new("backup").save_freq(n);
            assert_resumes(|| every(4).at(&place), &losses, at);
            assert_resumes(
                || {
                    BackupAndRestore::new("backup")
                        .double_checkpoint(true)
                        .at(&place)
                },
                &losses,
                at,
            );
        }
    }

    #[test]
    fn at_the_end_its_files_go_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let backup = folder.path().join("backup");
        let files = FILES.map(|name| backup.join(name));
        for (delete, other) in [(true, false), (true, true), (false, false)] {
            std::fs::create_dir_all(&backup).unwrap();
            let mine = backup.join("mine.txt");
            files.iter().for_each(|f| std::fs::write(f, "x").unwrap());
            if other {
                std::fs::write(&mine, "x").unwrap();
            }
            let place = Place {
                folder: Some(folder.path().to_path_buf()),
                ..Place::default()
            };
            let options = BackupAndRestore::new("backup").delete_checkpoint(delete);
            trace(&mut options.at(&place), &of_losses(&[1.0]));
            let left: Vec<bool> = files.iter().map(|f| f.exists()).collect();
            assert_eq!(left, [!delete; 2]);
            assert_eq!(backup.exists(), other || !delete);
            assert_eq!(mine.exists(), other);
            let _ = std::fs::remove_file(&mine);
        }
    }

    #[test]
    fn bad_options_are_told() {
        let told = |config| errors("BackupAndRestore", config);
        assert!(told(json!({})).contains("needs `backup_dir`"));
        for empty in ["", "."] {
            assert!(told(json!({"backup_dir": empty})).contains("is empty"));
        }
        assert!(told(json!({"backup_dir": "../x"})).contains("outside the run folder"));
        let text = told(json!({"backup_dir": "b", "save_freq": 0}));
        assert!(text.contains("1 or more"), "{text}");
    }
}
