//! Single steps: `train_on_batch`, `test_on_batch` and `predict_on_batch`, for loops of the caller's own.

use regimen_graph::Tensor;
use regimen_run::event::Logs;

use crate::trainer::Kind;
use crate::{Arrays, TrainError, Trainer};

impl Trainer<'_> {
    /// One optimizer step on all these rows. Loss and metrics are those of this batch alone, before the step.
    pub fn train_on_batch(&mut self, batch: &Arrays) -> Result<Logs, TrainError> {
        batch.check("train_on_batch")?;
        self.weigh(true, batch);
        let (rows, weighted) = (batch.rows(), batch.is_weighted());
        self.on_batch(batch, Kind::Train { rows, weighted })
    }

    /// Loss and metrics of these rows as one batch.
    pub fn test_on_batch(&mut self, batch: &Arrays) -> Result<Logs, TrainError> {
        batch.check("test_on_batch")?;
        self.weigh(false, batch);
        let (rows, weighted) = (batch.rows(), batch.is_weighted());
        self.on_batch(batch, Kind::Test { rows, weighted })
    }

    /// The model's outputs for these rows as one batch.
    pub fn predict_on_batch(&mut self, x: &[Tensor]) -> Result<Vec<Tensor>, TrainError> {
        let rows = x.first().and_then(|x| x.shape.first()).copied();
        self.predict(x, rows.unwrap_or(1))
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
