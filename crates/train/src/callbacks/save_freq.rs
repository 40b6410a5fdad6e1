//! How often a callback saves: after every epoch, or after so many batches.
//!
//! Follows `_should_save_on_batch` of keras/src/callbacks/model_checkpoint.py.

use regimen_nn::OptionValue;
use serde_json::Value as Json;

use crate::callbacks::saved_state::Saved;

/// How often a model is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveFreq {
    /// After every epoch.
    Epoch,
    /// After so many batches.
    Batches(usize),
}

impl From<usize> for SaveFreq {
    fn from(batches: usize) -> SaveFreq {
        SaveFreq::Batches(batches)
    }
}

impl OptionValue for SaveFreq {
    const KIND: &'static str = "`epoch` or number of batches";
    fn read(value: &Json) -> Result<SaveFreq, String> {
        match value.as_u64() {
            Some(batches) if batches > 0 => Ok(SaveFreq::Batches(batches as usize)),
            _ if value == "epoch" => Ok(SaveFreq::Epoch),
            _ => Err("expected \"epoch\" or a number of batches, 1 or more".to_string()),
        }
    }
    fn write(&self) -> Json {
        match self {
            SaveFreq::Epoch => "epoch".into(),
            SaveFreq::Batches(n) => (*n).into(),
        }
    }
}

/// Counts batches from one save to the next.
#[derive(Debug, Default)]
pub(crate) struct BatchCount {
    since: u64,
    last: Option<u64>,
}

impl BatchCount {
    /// Counts a batch, by its number in the epoch; whether a save is due.
    pub(crate) fn due(&mut self, batch: usize, every: usize) -> bool {
        let batch = batch as u64;
        self.since += match self.last {
            Some(last) if batch > last => batch - last,
            _ => batch + 1,
        };
        self.last = Some(batch);
        let due = self.since >= every as u64;
        if due {
            self.since = 0;
        }
        due
    }

    /// Its part of a callback's state: (`batches_since`, `last_batch`).
    pub(crate) fn state(&self) -> (Json, Json) {
        (self.since.into(), self.last.into())
    }

    pub(crate) fn restore(&mut self, saved: &Saved<'_>) -> Result<(), String> {
        self.since = saved.count("batches_since")?;
        self.last = match saved.entry("last_batch")?.is_null() {
            true => None,
            false => Some(saved.count("last_batch")?),
        };
        Ok(())
    }
}
