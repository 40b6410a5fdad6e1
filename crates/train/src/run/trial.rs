//! A run as a trial: what the network that it leaves gets on every row of the validation and the test part.

use std::collections::BTreeMap;

use regimen_run::event::Logs;
use regimen_run::{Event, RunSpec};

use super::{Run, RunReport};
use crate::callbacks::Direction;
use crate::checkpoint::Position;
use crate::fit::asking::Audience;
use crate::fit::saver::Saver;
use crate::rows::RowResults;
use crate::{Arrays, TrainError};

/// A run that was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// How the run ended.
    pub report: RunReport,
    /// The validation rows; `None` where there are none.
    pub validation: Option<PartRows>,
    /// The test rows; `None` where there are none.
    pub test: Option<PartRows>,
    /// Metrics by their names in the logs: whether more is better. Without those that are neither.
    pub more_is_better: BTreeMap<String, bool>,
    /// Trained parameters.
    pub params: u64,
}

/// What the rows of a part get.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartRows {
    /// Loss and metrics of all rows together.
    pub logs: Logs,
    /// Loss of each row, penalties left out.
    pub loss: Vec<f32>,
    /// Whether each row's class was predicted; empty where rows have none.
    pub right: Vec<bool>,
}

impl Trial {
    pub(super) fn of(
        run: &mut Run<'_>,
        notes: Vec<String>,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<Trial, TrainError> {
        let report = run.train(notes, watch)?;
        let trainer = &mut run.trainer;
        let batch = run.fit.batch_size;
        let part = |trainer: &mut _, rows: &Arrays| match rows.rows() {
            0 => Ok(None),
            _ => measure(trainer, rows, batch).map(Some),
        };
        let validation = part(trainer, &run.samples.validation)?;
        let test = part(trainer, &run.samples.test)?;
        let directions = trainer.directions();
        let trained = trainer.weights.iter().filter(|w| w.trainable);
        Ok(Trial {
            report,
            validation,
            test,
            more_is_better: directions
                .into_iter()
                .map(|(name, direction)| (name, direction == Direction::Max))
                .collect(),
            params: trained
                .map(|w| w.shape.iter().product::<usize>() as u64)
                .sum(),
        })
    }
}

fn measure(
    trainer: &mut crate::Trainer<'_>,
    rows: &Arrays,
    batch: usize,
) -> Result<PartRows, TrainError> {
    let mut single = RowResults::default();
    let mut audience = Audience::new(&mut [], trainer, vec![], 0);
    let position = Position::default();
    let mut save = Saver {
        output: &mut (),
        position: &position,
        data: None,
    };
    let logs = trainer.evaluate_before(
        rows,
        batch,
        None,
        Some(&mut single),
        &mut audience,
        &mut save,
    )?;
    let pairs = single.truth.iter().zip(&single.predicted);
    Ok(PartRows {
        logs,
        right: pairs.map(|(truth, predicted)| truth == predicted).collect(),
        loss: single.loss,
    })
}

/// A share of the rows, one at least, drawn by the seed and left in their order.
pub(super) fn sampled(rows: &Arrays, share: f64, spec: &RunSpec) -> Result<Arrays, TrainError> {
    if spec.fit.validation_split > 0.0 {
        return Err(TrainError::Arguments(
            "fit.validation_split cuts from the training rows, of which a share was asked for; use data.split".to_owned(),
        ));
    }
    let all = rows.rows();
    let count = ((all as f64 * share).round() as usize).clamp(1, all.max(1));
    // An order that no epoch has.
    let mut drawn = regimen_data::epoch_order(all, spec.seed, u64::MAX, true);
    drawn.truncate(count);
    drawn.sort_unstable();
    Ok(rows.take(&drawn))
}
