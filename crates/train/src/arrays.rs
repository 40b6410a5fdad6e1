//! Samples: inputs (in memory or on disk), targets, weights, and batches cut from them.

mod lent;

use std::sync::Arc;

use regimen_data::{Array, DataErrors, Part, RowType, StoredRows, Values};
use regimen_graph::{DType, Data, Tensor};
use regimen_nn::model::InputInfo;

use crate::TrainError;
pub(crate) use lent::elements_part;
use lent::views;
pub use lent::{ArrayView, Elements, Lent, LentArray};

/// Rows to train, validate or predict on. The first axis of every tensor counts rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrays {
    /// One tensor per model input. Empty where the rows are `stored`.
    pub x: Vec<Tensor>,
    /// The inputs in the model's order, where they stay on disk.
    pub stored: Option<StoredRows>,
    /// One tensor per model output; empty for prediction.
    pub y: Vec<Tensor>,
    /// Weight of each row in the loss and in weighted metrics.
    pub sample_weight: Option<Vec<f32>>,
    /// What is read in place of these where somebody else keeps it.
    pub lent: Lent,
}

impl Arrays {
    /// Rows with one input and one target.
    pub fn new(x: Tensor, y: Tensor) -> Arrays {
        Arrays {
            x: vec![x],
            y: vec![y],
            ..Arrays::default()
        }
    }

    /// The same with a weight per row.
    pub fn weighted(mut self, weights: Vec<f32>) -> Arrays {
        self.sample_weight = Some(weights);
        self
    }

    /// The same, each row weighing what its class does, as `class_weight` of `fit` and `train_on_batch` has it: the class
    /// is the place of the largest target, or the target itself; one below 0 or beyond the list weighs 1.
    pub fn class_weighted(mut self, weights: &[f32]) -> Result<Arrays, TrainError> {
        let fault = |text: &str| Err(TrainError::Arguments(text.to_string()));
        if self.is_weighted() {
            return fault("give class_weight or sample_weight, not both");
        }
        let classes = match self.y_views().collect::<Vec<_>>().as_slice() {
            [y] => y.classes(),
            _ => return fault("class_weight works for models with one output only"),
        };
        let own = |class: f64| {
            let place = Some(class.round()).filter(|class| *class >= 0.0);
            let weight = place.and_then(|place| weights.get(place as usize));
            weight.copied().unwrap_or(1.0)
        };
        self.sample_weight = Some(classes.into_iter().map(own).collect());
        Ok(self)
    }

    /// The inputs in memory, in the model's order; none where they are `stored`.
    pub fn x_views(&self) -> impl Iterator<Item = ArrayView<'_>> + Clone {
        views(&self.x, &self.lent.x)
    }

    /// The targets.
    pub fn y_views(&self) -> impl Iterator<Item = ArrayView<'_>> + Clone {
        views(&self.y, &self.lent.y)
    }

    /// Whether rows have weights.
    pub fn is_weighted(&self) -> bool {
        self.weight_views().next().is_some()
    }

    /// Weights: none, one array for all outputs, or one for each target.
    pub(crate) fn weight_views(&self) -> impl Iterator<Item = ArrayView<'_>> + Clone {
        let own = self.sample_weight.as_ref().map(|weights| ArrayView {
            rows: weights.len(),
            row: &[],
            elements: Elements::F32(weights),
        });
        let own = own.filter(|_| self.lent.sample_weight.is_empty());
        own.into_iter().chain(views(&[], &self.lent.sample_weight))
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match &self.stored {
            Some(stored) => stored.rows(),
            None => {
                let first = self.x_views().next().or(self.y_views().next());
                first.map_or(0, |view| view.rows)
            }
        }
    }

    /// Sizes and types of one row of each input.
    pub fn inputs(&self) -> Vec<InputInfo> {
        match &self.stored {
            Some(stored) => stored.inputs().iter().map(info_of_row).collect(),
            None => self.x_views().map(info).collect(),
        }
    }

    /// Sizes and types of one row of each target.
    pub fn targets(&self) -> Vec<InputInfo> {
        self.y_views().map(info).collect()
    }

    /// Equal row counts, and at least one row.
    pub(crate) fn check(&self, what: &str) -> Result<(), TrainError> {
        let rows = self.rows();
        let wrong = |name: String, found: usize| {
            TrainError::Arguments(format!(
                "{what}: {name} has {found} rows, the first input has {rows}; give every array one row per sample"
            ))
        };
        let inputs = self.x_views().enumerate().map(|each| ("input", each));
        let targets = self.y_views().enumerate().map(|each| ("target", each));
        for (kind, (i, view)) in inputs.chain(targets) {
            if view.rows != rows {
                return Err(wrong(format!("{kind} {i}"), view.rows));
            }
        }
        if let Some(w) = self.weight_views().find(|w| w.rows != rows) {
            return Err(wrong("sample_weight".to_string(), w.rows));
        }
        self.check_weights(what)?;
        if rows == 0 {
            return Err(TrainError::Arguments(format!(
                "{what}: there are no rows; give at least one sample"
            )));
        }
        Ok(())
    }

    /// One array of weights for all outputs, or one for each target, of float32.
    fn check_weights(&self, what: &str) -> Result<(), TrainError> {
        let (found, targets) = (self.weight_views().count(), self.y_views().count());
        if found > 1 && found != targets {
            return Err(TrainError::Arguments(format!(
                "{what}: {found} arrays of sample_weight for {targets} targets; give one for all, or one for each"
            )));
        }
        match self
            .weight_views()
            .find(|w| w.elements.dtype() != DType::F32)
        {
            Some(other) => Err(TrainError::Arguments(format!(
                "{what}: sample_weight of {}, expected float32",
                other.elements.dtype()
            ))),
            None => Ok(()),
        }
    }

    /// Rows `from..to` of everything. What is lent is not copied.
    pub fn range(&self, from: usize, to: usize) -> Arrays {
        let rows: Vec<usize> = (from..to).collect();
        let of = |t: &Tensor| take(t, &rows);
        Arrays {
            x: self.x.iter().map(of).collect(),
            stored: self.stored.as_ref().map(|stored| stored.take(&rows)),
            y: self.y.iter().map(of).collect(),
            sample_weight: self.sample_weight.as_ref().map(|w| w[from..to].to_vec()),
            lent: self.lent.range(from, to),
        }
    }

    /// The named rows of everything, in their order.
    pub fn take(&self, rows: &[usize]) -> Arrays {
        let of = |view: ArrayView<'_>| view.take(rows);
        let own_weights = |w: &Vec<f32>| rows.iter().map(|&r| w[r]).collect();
        let lent = |w: &Arc<dyn LentArray>| -> Arc<dyn LentArray> {
            Arc::new(ArrayView::from(w).take(rows))
        };
        Arrays {
            x: self.x_views().map(of).collect(),
            stored: self.stored.as_ref().map(|stored| stored.take(rows)),
            y: self.y_views().map(of).collect(),
            sample_weight: self.sample_weight.as_ref().map(own_weights),
            lent: Lent {
                sample_weight: self.lent.sample_weight.iter().map(lent).collect(),
                ..Lent::default()
            },
        }
    }

    /// Writes the feeds of a batch over `out`, whose memory is used again: inputs, targets when `with_targets`, then weights
    /// when there are some.
    pub(crate) fn fill(
        &self,
        rows: &[usize],
        with_targets: bool,
        out: &mut Vec<Tensor>,
    ) -> Result<(), TrainError> {
        self.begin(rows.len(), with_targets, out);
        self.append(rows, with_targets, out);
        match &self.stored {
            Some(stored) => read(stored, rows, &mut out[..self.inputs_len()]),
            None => Ok(()),
        }
    }

    /// Empties `out` for the feeds of a batch of so many rows. Inputs on disk are left as they are.
    pub(crate) fn begin(&self, rows: usize, with_targets: bool, out: &mut Vec<Tensor>) {
        let nothing = || Tensor {
            shape: vec![],
            data: Data::F32(vec![]),
        };
        let stored = self.stored_len();
        out.resize_with(stored + self.in_memory(with_targets).count(), nothing);
        for (from, to) in self.in_memory(with_targets).zip(&mut out[stored..]) {
            from.begin(rows, to);
        }
    }

    /// Adds rows to what [`Arrays::begin`] emptied.
    pub(crate) fn append(&self, rows: &[usize], with_targets: bool, out: &mut [Tensor]) {
        let stored = self.stored_len();
        for (from, to) in self.in_memory(with_targets).zip(&mut out[stored..]) {
            from.append(rows, to);
        }
    }

    /// Bytes of a row in memory.
    pub(crate) fn row_bytes(&self) -> usize {
        let bytes = |view: ArrayView<'_>| view.row_len() * view.elements.dtype().size();
        self.in_memory(true).map(bytes).sum()
    }

    /// Inputs, and targets and weights where they are wanted, of which all rows are in memory.
    fn in_memory(&self, with_targets: bool) -> impl Iterator<Item = ArrayView<'_>> {
        let inputs = self.x_views().filter(|_| self.stored.is_none());
        let others = self.y_views().chain(self.weight_views());
        inputs.chain(others.filter(move |_| with_targets))
    }

    /// Number of inputs on disk.
    fn stored_len(&self) -> usize {
        let stored = self.stored.as_ref();
        stored.map_or(0, |stored| stored.inputs().len())
    }

    /// Number of inputs.
    pub(crate) fn inputs_len(&self) -> usize {
        match self.stored {
            Some(_) => self.stored_len(),
            None => self.x_views().count(),
        }
    }
}

/// Reads rows over tensors.
fn read(stored: &StoredRows, rows: &[usize], out: &mut [Tensor]) -> Result<(), TrainError> {
    let mut arrays: Vec<Array> = out
        .iter_mut()
        .zip(stored.empty())
        .map(|(tensor, empty)| {
            // Memory of another type cannot be used again.
            let held = array(tensor).filter(|held| held.is_integer() == empty.is_integer());
            held.unwrap_or(empty)
        })
        .collect();
    stored
        .read(rows, &mut arrays)
        .map_err(|e| TrainError::Data(DataErrors::from(e)))?;
    for (to, array) in out.iter_mut().zip(arrays) {
        *to = tensor(array);
    }
    Ok(())
}

/// Takes a tensor out as an array, where arrays have its type.
pub(crate) fn array(from: &mut Tensor) -> Option<Array> {
    let data = match &mut from.data {
        Data::F32(v) => Values::F32(std::mem::take(v)),
        Data::I32(v) => Values::I32(std::mem::take(v)),
        _ => return None,
    };
    let shape = std::mem::take(&mut from.shape);
    Some(Array { shape, data })
}

/// Sizes of the weights of a row, array by array.
pub(crate) fn weighing(data: &Arrays) -> Vec<Vec<usize>> {
    data.weight_views().map(|w| w.row.to_vec()).collect()
}

/// One row on disk as a model sees it.
pub(crate) fn info_of_row(row: &RowType) -> InputInfo {
    let dtype = if row.integer { DType::I32 } else { DType::F32 };
    InputInfo::of(dtype, &row.shape)
}

fn info(view: ArrayView<'_>) -> InputInfo {
    InputInfo::of(view.elements.dtype(), view.row)
}

/// Loaded rows, inputs and targets in the order of the data.
impl From<Part> for Arrays {
    fn from(part: Part) -> Arrays {
        Arrays {
            x: part.x.into_iter().map(tensor).collect(),
            stored: part.stored,
            y: (std::iter::once(part.y).chain(part.more))
                .map(tensor)
                .collect(),
            sample_weight: part.sample_weight,
            lent: Lent::default(),
        }
    }
}

pub(crate) fn tensor(array: Array) -> Tensor {
    let data = match array.data {
        Values::F32(v) => Data::F32(v),
        Values::I32(v) => Data::I32(v),
    };
    Tensor {
        shape: array.shape,
        data,
    }
}

/// The named rows of a tensor, in their order.
pub(crate) fn take(t: &Tensor, rows: &[usize]) -> Tensor {
    ArrayView::from(t).take(rows)
}
