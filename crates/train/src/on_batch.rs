//! Single steps: `train_on_batch` and `test_on_batch`, for loops of the caller's own.

use regimen_run::event::Logs;

use crate::trainer::Kind;
use crate::{Arrays, TrainError, Trainer};

impl Trainer<'_> {
    /// One optimizer step on all these rows. Loss and metrics are those of this batch alone, before the step.
    pub fn train_on_batch(&mut self, batch: &Arrays) -> Result<Logs, TrainError> {
        batch.check("train_on_batch")?;
        let (rows, weighted) = (batch.rows(), batch.sample_weight.is_some());
        self.on_batch(batch, Kind::Train { rows, weighted })
    }

    /// Loss and metrics of these rows as one batch.
    pub fn test_on_batch(&mut self, batch: &Arrays) -> Result<Logs, TrainError> {
        batch.check("test_on_batch")?;
        let (rows, weighted) = (batch.rows(), batch.sample_weight.is_some());
        self.on_batch(batch, Kind::Test { rows, weighted })
    }

    fn on_batch(&mut self, batch: &Arrays, kind: Kind) -> Result<Logs, TrainError> {
        let order: Vec<usize> = (0..batch.rows()).collect();
        self.plan(kind)?;
        self.clear_accumulators(kind);
        let mut feeds = vec![];
        batch.fill(&order, true, &mut feeds)?;
        self.run(kind, feeds.iter().collect())?;
        Ok(self.logs(kind))
    }
}
