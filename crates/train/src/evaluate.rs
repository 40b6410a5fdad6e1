//! `evaluate` and `predict`: loss, metrics and outputs over all rows, with callbacks where there are some.

use regimen_graph::{Data, Tensor};
use regimen_nn::STEP;
use regimen_run::event::Logs;

use crate::callbacks::{self, Callback, Moment};
use crate::checkpoint::Position;
use crate::fit::asking::Audience;
use crate::fit::saver::Saver;
use crate::rows::RowResults;
use crate::trainer::Kind;
use crate::{Arrays, Output, TrainError, Trainer};

impl Trainer<'_> {
    /// Loss and metrics over all rows, as Keras's `evaluate(return_dict=True)`.
    pub fn evaluate(&mut self, data: &Arrays, batch_size: usize) -> Result<Logs, TrainError> {
        self.evaluate_with(data, batch_size, None, &mut [], &mut ())
    }

    /// The same over at most `steps` batches, and with callbacks, which are told of evaluation alone. Their messages
    /// are events.
    pub fn evaluate_with(
        &mut self,
        data: &Arrays,
        batch_size: usize,
        steps: Option<usize>,
        callbacks: &mut [Box<dyn Callback>],
        output: &mut dyn Output,
    ) -> Result<Logs, TrainError> {
        self.asking(callbacks, output, |trainer, audience, save| {
            trainer.evaluate_before(data, batch_size, steps, None, audience, save)
        })
    }

    /// The same before an audience; what single rows got goes to `single`.
    pub(crate) fn evaluate_before(
        &mut self,
        data: &Arrays,
        batch_size: usize,
        steps: Option<usize>,
        mut single: Option<&mut RowResults>,
        audience: &mut Audience<'_>,
        save: &mut Saver<'_>,
    ) -> Result<Logs, TrainError> {
        data.check("evaluate")?;
        self.check_batches(within(data.rows(), batch_size, steps), batch_size.max(1))?;
        let weighted = data.is_weighted();
        self.weigh(false, data);
        self.predicted.clear();
        let (mut logs, mut feeds, step) = (Logs::new(), vec![], self.step());
        audience.ask(self, &Moment::TestBegin { step }, &mut Logs::new(), save)?;
        let stopped = std::mem::take(&mut audience.stop);
        let mut left = batches(data.rows(), batch_size, steps)
            .enumerate()
            .peekable();
        while let Some((batch, rows)) = left.next() {
            let kind = Kind::Test {
                rows: rows.len(),
                weighted,
            };
            self.check_between()?;
            self.plan(kind)?;
            if batch == 0 {
                self.clear_accumulators(kind);
            }
            let begin = Moment::TestBatchBegin { batch };
            audience.ask(self, &begin, &mut Logs::new(), save)?;
            data.fill(&rows, true, &mut feeds)?;
            self.run(kind, feeds.iter().collect())?;
            if let Some(single) = single.as_deref_mut() {
                let planned = &self.programs[&kind];
                single.take(planned.program.as_ref(), planned.rows);
            }
            let ends = left.peek().is_none() || audience.stop;
            if ends || audience.wants_batches() {
                (logs, self.predicted) = (self.logs(kind), self.counts(kind));
            }
            let end = Moment::TestBatchEnd { batch, logs: &logs };
            audience.ask(self, &end, &mut Logs::new(), save)?;
            if audience.stop {
                break;
            }
        }
        let end = Moment::TestEnd { step, logs: &logs };
        audience.ask(self, &end, &mut Logs::new(), save)?;
        audience.stop |= stopped;
        Ok(logs)
    }

    /// The model's outputs, one tensor each, rows in the order given.
    pub fn predict(&mut self, x: &[Tensor], batch_size: usize) -> Result<Vec<Tensor>, TrainError> {
        let data = Arrays {
            x: x.to_vec(),
            ..Arrays::default()
        };
        self.predict_rows(&data, batch_size)
    }

    /// The same for rows in memory or on disk; targets are not looked at.
    pub fn predict_rows(
        &mut self,
        data: &Arrays,
        batch_size: usize,
    ) -> Result<Vec<Tensor>, TrainError> {
        self.predict_with(data, batch_size, None, &mut [], &mut ())
    }

    /// The same for at most `steps` batches, and with callbacks, which are told of predictions alone. Their messages are
    /// events.
    pub fn predict_with(
        &mut self,
        data: &Arrays,
        batch_size: usize,
        steps: Option<usize>,
        callbacks: &mut [Box<dyn Callback>],
        output: &mut dyn Output,
    ) -> Result<Vec<Tensor>, TrainError> {
        self.asking(callbacks, output, |trainer, audience, save| {
            trainer.predict_before(data, batch_size, steps, audience, save)
        })
    }

    fn predict_before(
        &mut self,
        data: &Arrays,
        batch_size: usize,
        steps: Option<usize>,
        audience: &mut Audience<'_>,
        save: &mut Saver<'_>,
    ) -> Result<Vec<Tensor>, TrainError> {
        data.check("predict")?;
        self.check_batches(within(data.rows(), batch_size, steps), batch_size.max(1))?;
        let mut parts: Vec<Vec<Tensor>> = vec![vec![]; self.model.outputs.len()];
        let mut feeds = vec![];
        let mut none = Logs::new();
        audience.ask(self, &Moment::PredictBegin, &mut none, save)?;
        for (batch, rows) in batches(data.rows(), batch_size, steps).enumerate() {
            let kind = Kind::Predict { rows: rows.len() };
            self.check_between()?;
            self.plan(kind)?;
            audience.ask(self, &Moment::PredictBatchBegin { batch }, &mut none, save)?;
            data.fill(&rows, false, &mut feeds)?;
            self.run(kind, feeds.iter().collect())?;
            self.draw_anew();
            for (i, part) in parts.iter_mut().enumerate() {
                part.push(self.programs[&kind].program.output(i));
            }
            audience.ask(self, &Moment::PredictBatchEnd { batch }, &mut none, save)?;
            if audience.stop {
                break;
            }
        }
        audience.ask(self, &Moment::PredictEnd, &mut none, save)?;
        Ok(parts.into_iter().map(join).collect())
    }

    /// Lets the next batch draw other numbers, of a model that is only asked: it has no steps that count. Layers of the library
    /// draw in training alone; those of a program may draw anywhere.
    fn draw_anew(&mut self) {
        if self.optimizer_class.is_empty()
            && let Some(step) = self.store.get(STEP)
        {
            let next = step.to_f64().first().map_or(0, |step| *step as i64) + 1;
            self.store.put(STEP, &Tensor::scalar_i64(next));
        }
    }

    /// Does something before these callbacks outside of training, and tells what they said.
    fn asking<R>(
        &mut self,
        callbacks: &mut [Box<dyn Callback>],
        output: &mut dyn Output,
        act: impl FnOnce(&mut Self, &mut Audience<'_>, &mut Saver<'_>) -> Result<R, TrainError>,
    ) -> Result<R, TrainError> {
        callbacks::check_apart(callbacks).map_err(TrainError::Options)?;
        let names = callbacks::log_names(self.log_names(), false, &self.rate_logs(), callbacks);
        let mut audience = Audience::new(callbacks, self, names, 0);
        let position = Position::default();
        let mut save = Saver {
            output: &mut *output,
            position: &position,
            data: None,
        };
        let done = act(self, &mut audience, &mut save)?;
        for text in std::mem::take(&mut audience.messages) {
            output.event(&regimen_run::Event::Message { epoch: 0, text })?;
        }
        Ok(done)
    }
}

/// Rows of at most `steps` batches.
fn within(rows: usize, batch_size: usize, steps: Option<usize>) -> usize {
    steps.map_or(rows, |steps| {
        rows.min(steps.saturating_mul(batch_size.max(1)))
    })
}

/// Rows of each batch, of at most `steps` batches.
fn batches(rows: usize, size: usize, steps: Option<usize>) -> impl Iterator<Item = Vec<usize>> {
    let size = size.max(1);
    let starts = (0..rows).step_by(size).take(steps.unwrap_or(usize::MAX));
    starts.map(move |from| (from..rows.min(from + size)).collect())
}

/// Tensors joined along the first axis.
fn join(parts: Vec<Tensor>) -> Tensor {
    let mut parts = parts.into_iter();
    let Some(mut all) = parts.next() else {
        return Tensor {
            shape: vec![0],
            data: Data::F32(vec![]),
        };
    };
    for part in parts {
        if let (Some(rows), Some(more)) = (all.shape.first_mut(), part.shape.first()) {
            *rows += more;
        }
        match (&mut all.data, part.data) {
            (Data::F32(a), Data::F32(b)) => a.extend(b),
            (Data::F64(a), Data::F64(b)) => a.extend(b),
            (Data::BF16(a), Data::BF16(b)) => a.extend(b),
            (Data::I32(a), Data::I32(b)) => a.extend(b),
            (Data::I64(a), Data::I64(b)) => a.extend(b),
            (Data::U8(a), Data::U8(b)) | (Data::Bool(a), Data::Bool(b)) => a.extend(b),
            // One program gives one type.
            _ => {}
        }
    }
    all
}
