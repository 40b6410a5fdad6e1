//! Batches that come from elsewhere: a generator, a queue, a data set of a program's own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::arrays::weighing;
use crate::{Arrays, TrainError};

/// Gives a batch, given the epoch's number and the batch's in it, both from 0.
type Give = dyn FnMut(u64, usize) -> Result<Arrays, TrainError> + Send;

/// Gives one batch after the other. All have the inputs' and targets' sizes of the rows that `fit` gets, which then only say
/// what is to come; `steps_per_epoch` says how many make an epoch.
///
/// ```
/// use regimen_graph::{Reference, Tensor};
/// use regimen_nn::{layers::Dense, model::Sequential};
/// use regimen_train::{Arrays, CompileOptions, FitOptions, Stream, Trainer};
///
/// let batch = |epoch: u64| {
///     let x = Tensor::f32([2, 1], vec![epoch as f32, 1.0]).unwrap();
///     Arrays::new(x.clone(), x)
/// };
/// let stream = Stream::new(move |epoch, _batch| Ok(batch(epoch)));
/// let fit = FitOptions { epochs: 3, steps_per_epoch: Some(4), stream: Some(stream), ..FitOptions::default() };
/// let first = batch(0);
/// let model = Sequential::new().add(Dense::new(1usize)).build();
/// let mut trainer = Trainer::new(&Reference, model, &CompileOptions::new("sgd", "mse"), &first, 7)?;
/// trainer.fit(&first, None, &fit, &mut [], &mut ())?;
/// assert_eq!(trainer.step(), 12);
/// # Ok::<(), regimen_train::TrainError>(())
/// ```
#[derive(Clone)]
pub struct Stream(Arc<Mutex<Give>>);

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

impl Stream {
    /// Batches that a function gives.
    pub fn new(
        give: impl FnMut(u64, usize) -> Result<Arrays, TrainError> + Send + 'static,
    ) -> Stream {
        Stream(Arc::new(Mutex::new(give)))
    }

    /// The batch at a place, which has to look like `first`.
    pub(super) fn next(
        &self,
        epoch: u64,
        batch: usize,
        first: &Arrays,
    ) -> Result<Arrays, TrainError> {
        let mut give = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = give(epoch, batch)?;
        found.check("a batch of the stream")?;
        let same = found.inputs() == first.inputs()
            && found.targets() == first.targets()
            && weighing(&found) == weighing(first);
        match same {
            true => Ok(found),
            false => Err(TrainError::Arguments(format!(
                "batch {batch} of epoch {epoch}: inputs and targets of {:?} and {:?}, the first batch had {:?} and {:?}; all batches \
                 of a stream need equal sizes but for their rows",
                found.inputs(),
                found.targets(),
                first.inputs(),
                first.targets()
            ))),
        }
    }
}
