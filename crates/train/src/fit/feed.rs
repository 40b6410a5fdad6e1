//! Training batches: which rows, in which order, changed by which augmentation.
//!
//! What a batch holds is a function of the seed, the pass over the rows and its place in the pass. Where reading rows or changing
//! them takes time, a thread makes batches ahead, in the order in which they are needed, a few at most.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use regimen_data::{Augment, epoch_order};
use regimen_graph::Tensor;

use super::{Stream, mixup};
use crate::arrays::{array, tensor};
use crate::{Arrays, Shuffle, TrainError};

/// Bytes that are gathered at once, a row at least: some microseconds, which nobody minds waiting for.
const PART: usize = 8 * 1024;
/// Batches that wait to be used. With the one in use and the one being made, two more are in memory.
const AHEAD: usize = 2;

/// How batches are made.
#[derive(Clone)]
pub(super) struct Recipe<'a> {
    pub(super) train: &'a Arrays,
    pub(super) seed: u64,
    pub(super) shuffle: Shuffle,
    pub(super) batch: usize,
    pub(super) augment: Option<Arc<dyn Augment>>,
    /// Alpha of mixup.
    pub(super) mixup: Option<f64>,
    /// Where batches come from, if not from the rows.
    pub(super) stream: Option<Stream>,
}

/// A place in the run of batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) pass: u64,
    /// Batches of the pass before it.
    pub(super) seen: usize,
}

/// A batch.
pub(super) struct Batch {
    pub(super) feeds: Vec<Tensor>,
    pub(super) rows: usize,
}

impl Recipe<'_> {
    /// The order of the rows in a pass.
    pub(super) fn order(&self, pass: u64) -> Arc<Vec<usize>> {
        let rows = self.train.rows();
        let permuted = |rows| epoch_order(rows, self.seed, pass, true);
        Arc::new(match self.shuffle {
            Shuffle::No => (0..rows).collect(),
            Shuffle::Rows => permuted(rows),
            Shuffle::Batch => within_batches(&permuted(rows), self.batch),
        })
    }

    fn rows<'o>(&self, seen: usize, order: &'o [usize]) -> &'o [usize] {
        let from = (seen * self.batch).min(order.len());
        &order[from..(from + self.batch).min(order.len())]
    }

    /// Writes the feeds of a batch over `feeds`. `order` is that of its pass.
    pub(super) fn fill(
        &self,
        place: Place,
        order: &[usize],
        feeds: &mut Vec<Tensor>,
    ) -> Result<(), TrainError> {
        let rows = self.rows(place.seen, order);
        self.train.fill(rows, true, feeds)?;
        if let Some(augment) = &self.augment {
            for (input, x) in feeds.iter_mut().take(self.train.inputs_len()).enumerate() {
                if let Some(mut batch) = array(x) {
                    augment.apply_batch(place.pass, rows, input, &mut batch);
                    *x = tensor(batch);
                }
            }
        }
        if let Some(alpha) = self.mixup {
            let mixed = self.train.inputs_len() + self.train.targets().len();
            let at = [self.seed, place.pass, place.seen as u64];
            mixup::blend(feeds, mixed, alpha, at);
        }
        Ok(())
    }

    /// Whether making batches takes so long that it is done ahead.
    fn is_slow(&self) -> bool {
        self.train.stored.is_some() || self.augment.is_some() || self.mixup.is_some()
    }
}

/// The rows of each batch of `size` in the order in which they stand in `permuted`.
fn within_batches(permuted: &[usize], size: usize) -> Vec<usize> {
    let mut batches = vec![vec![]; permuted.len().div_ceil(size)];
    for row in permuted {
        batches[row / size].push(*row);
    }
    batches.concat()
}

/// A batch to be made, in parts, in any thread.
pub(super) struct BatchAhead<'a> {
    recipe: &'a Recipe<'a>,
    place: Place,
    order: Arc<Vec<usize>>,
    making: Mutex<Making>,
}

/// How far a batch is made.
struct Making {
    feeds: Vec<Tensor>,
    /// Rows that are in the feeds.
    done: usize,
}

impl<'a> BatchAhead<'a> {
    fn new(
        recipe: &'a Recipe<'a>,
        place: Place,
        order: Arc<Vec<usize>>,
        mut feeds: Vec<Tensor>,
    ) -> BatchAhead<'a> {
        let rows = recipe.rows(place.seen, &order).len();
        recipe.train.begin(rows, true, &mut feeds);
        let making = Mutex::new(Making { feeds, done: 0 });
        BatchAhead {
            recipe,
            place,
            order,
            making,
        }
    }

    /// Gathers some rows; gives whether more are left.
    pub(super) fn go_on(&self) -> bool {
        let rows = self.recipe.rows(self.place.seen, &self.order);
        let part = (PART / self.recipe.train.row_bytes().max(1)).max(1);
        let making = &mut *held(&self.making);
        let end = (making.done + part).min(rows.len());
        let train = self.recipe.train;
        train.append(&rows[making.done..end], true, &mut making.feeds);
        making.done = end;
        end < rows.len()
    }

    /// The batch, once it is made.
    pub(super) fn made(self) -> Option<Batch> {
        let rows = self.recipe.rows(self.place.seen, &self.order).len();
        let making = self.making.into_inner();
        let making = making.unwrap_or_else(PoisonError::into_inner);
        (making.done == rows).then_some(Batch {
            feeds: making.feeds,
            rows,
        })
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the batches one after the other.
pub(super) struct Feed<'a> {
    recipe: Recipe<'a>,
    order: Option<(u64, Arc<Vec<usize>>)>,
    /// Memory of a batch that is no longer needed.
    spare: Vec<Tensor>,
    ahead: Option<Ahead>,
}

/// The ends of the queues to the thread and back. The thread ends when they are gone.
struct Ahead {
    made: Receiver<Result<Batch, TrainError>>,
    used: Sender<Vec<Tensor>>,
}

impl<'a> Feed<'a> {
    /// Batches from a place on. The thread that makes them ahead, where there is one, ends with the feed, after the batch
    /// that it is at.
    pub(super) fn start<'s>(
        recipe: Recipe<'a>,
        from: Place,
        scope: &'s Scope<'s, '_>,
    ) -> (Feed<'a>, Option<ScopedJoinHandle<'s, ()>>)
    where
        'a: 's,
    {
        let (mut ahead, mut thread) = (None, None);
        if recipe.is_slow() {
            let (to, made) = sync_channel(AHEAD);
            let (used, back) = channel();
            let recipe = recipe.clone();
            let spawned = Builder::new()
                .name("batches".to_owned())
                .spawn_scoped(scope, move || make(&recipe, from, &to, &back));
            // Where the system gives no thread, batches are made as they are needed.
            if let Ok(handle) = spawned {
                (ahead, thread) = (Some(Ahead { made, used }), Some(handle));
            }
        }
        let feed = Feed {
            recipe,
            order: None,
            spare: vec![],
            ahead,
        };
        (feed, thread)
    }

    /// The batch at a place: the one after that given last, or the first.
    pub(super) fn next(&mut self, place: Place) -> Result<Batch, TrainError> {
        if let Some(ahead) = &self.ahead {
            return ahead.made.recv().unwrap_or_else(|_| {
                Err(TrainError::Arguments(
                    "the thread that reads batches ended too early; go on with --resume".to_owned(),
                ))
            });
        }
        if let Some(stream) = &self.recipe.stream {
            let batch = stream.next(place.pass, place.seen, self.recipe.train)?;
            let (rows, mut feeds) = (batch.rows(), std::mem::take(&mut self.spare));
            batch.fill(&(0..rows).collect::<Vec<_>>(), true, &mut feeds)?;
            return Ok(Batch { feeds, rows });
        }
        let order = self.order(place.pass);
        let mut feeds = std::mem::take(&mut self.spare);
        self.recipe.fill(place, &order, &mut feeds)?;
        let rows = self.recipe.rows(place.seen, &order).len();
        Ok(Batch { feeds, rows })
    }

    /// What makes the batch at a place beside a step, where no thread does and making it is no more than gathering rows.
    pub(super) fn ahead(&mut self, place: Place) -> Option<BatchAhead<'_>> {
        if self.recipe.is_slow() || self.recipe.stream.is_some() {
            return None;
        }
        let order = self.order(place.pass);
        let feeds = std::mem::take(&mut self.spare);
        Some(BatchAhead::new(&self.recipe, place, order, feeds))
    }

    /// The order of a pass, which is kept.
    fn order(&mut self, pass: u64) -> Arc<Vec<usize>> {
        let order = match &self.order {
            Some((known, order)) if *known == pass => Arc::clone(order),
            _ => self.recipe.order(pass),
        };
        self.order = Some((pass, Arc::clone(&order)));
        order
    }

    /// Takes back the memory of a batch.
    pub(super) fn give_back(&mut self, feeds: Vec<Tensor>) {
        match &self.ahead {
            // A thread that has ended has no use for it.
            Some(ahead) => drop(ahead.used.send(feeds)),
            None => self.spare = feeds,
        }
    }
}

/// Makes batches from a place on, pass after pass, until nobody takes them or one cannot be made.
fn make(
    recipe: &Recipe<'_>,
    from: Place,
    to: &SyncSender<Result<Batch, TrainError>>,
    back: &Receiver<Vec<Tensor>>,
) {
    let per_pass = recipe.train.rows().div_ceil(recipe.batch);
    let mut place = from;
    let mut order = recipe.order(place.pass);
    loop {
        if place.seen >= per_pass {
            place = Place {
                pass: place.pass + 1,
                seen: 0,
            };
            order = recipe.order(place.pass);
        }
        let mut feeds = back.try_recv().unwrap_or_default();
        let made = recipe.fill(place, &order, &mut feeds).map(|()| Batch {
            rows: recipe.rows(place.seen, &order).len(),
            feeds,
        });
        let failed = made.is_err();
        if to.send(made).is_err() || failed {
            return;
        }
        place.seen += 1;
    }
}
