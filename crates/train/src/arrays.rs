//! Samples: inputs (in memory or on disk), targets, weights, and batches cut from them.

use regimen_data::{Array, DataErrors, Part, RowType, StoredRows, Values};
use regimen_graph::{DType, Data, Tensor};
use regimen_nn::model::InputInfo;

use crate::TrainError;

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
}

impl Arrays {
    /// Rows with one input and one target.
    pub fn new(x: Tensor, y: Tensor) -> Arrays {
        Arrays {
            x: vec![x],
            stored: None,
            y: vec![y],
            sample_weight: None,
        }
    }

    /// The same with a weight per row.
    pub fn weighted(mut self, weights: Vec<f32>) -> Arrays {
        self.sample_weight = Some(weights);
        self
    }

    /// The same, each row weighing what its class does, as `class_weight` of `fit` and `train_on_batch` has it: the class
    /// is the place of the largest target, or the target itself; one beyond the list weighs 1.
    pub fn class_weighted(mut self, weights: &[f32]) -> Result<Arrays, TrainError> {
        let fault = |text: &str| Err(TrainError::Arguments(text.to_string()));
        if self.sample_weight.is_some() {
            return fault("give class_weight or sample_weight, not both");
        }
        match self.y.as_slice() {
            [y] => self.sample_weight = Some(class_weights(y, weights)),
            _ => return fault("class_weight works for models with one output only"),
        }
        Ok(self)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        match &self.stored {
            Some(stored) => stored.rows(),
            None => self.x.first().or(self.y.first()).map_or(0, rows_of),
        }
    }

    /// Sizes and types of one row of each input.
    pub fn inputs(&self) -> Vec<InputInfo> {
        match &self.stored {
            Some(stored) => stored.inputs().iter().map(info_of_row).collect(),
            None => self.x.iter().map(info).collect(),
        }
    }

    /// Sizes and types of one row of each target.
    pub fn targets(&self) -> Vec<InputInfo> {
        self.y.iter().map(info).collect()
    }

    /// Equal row counts, and at least one row.
    pub(crate) fn check(&self, what: &str) -> Result<(), TrainError> {
        let rows = self.rows();
        let wrong = |name: String, found: usize| {
            TrainError::Arguments(format!(
                "{what}: {name} has {found} rows, the first input has {rows}; give every array one row per sample"
            ))
        };
        for (kind, tensors) in [("input", &self.x), ("target", &self.y)] {
            for (i, t) in tensors.iter().enumerate() {
                if t.shape.first() != Some(&rows) {
                    return Err(wrong(format!("{kind} {i}"), rows_of(t)));
                }
            }
        }
        if let Some(w) = self.sample_weight.as_ref().filter(|w| w.len() != rows) {
            return Err(wrong("sample_weight".to_string(), w.len()));
        }
        if rows == 0 {
            return Err(TrainError::Arguments(format!(
                "{what}: there are no rows; give at least one sample"
            )));
        }
        Ok(())
    }

    /// Rows `from..to` of everything.
    pub fn range(&self, from: usize, to: usize) -> Arrays {
        self.take(&(from..to).collect::<Vec<_>>())
    }

    /// The named rows of everything, in their order.
    pub fn take(&self, rows: &[usize]) -> Arrays {
        let of = |t: &Tensor| take(t, rows);
        Arrays {
            x: self.x.iter().map(of).collect(),
            stored: self.stored.as_ref().map(|stored| stored.take(rows)),
            y: self.y.iter().map(of).collect(),
            sample_weight: self
                .sample_weight
                .as_ref()
                .map(|w| rows.iter().map(|&r| w[r]).collect()),
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
        let targets: &[Tensor] = if with_targets { &self.y } else { &[] };
        let weights = self.sample_weight.as_ref().filter(|_| with_targets);
        let inputs = self.inputs_len();
        let nothing = || Tensor {
            shape: vec![],
            data: Data::F32(vec![]),
        };
        let count = inputs + targets.len() + usize::from(weights.is_some());
        out.resize_with(count, nothing);
        let (x, rest) = out.split_at_mut(inputs);
        match &self.stored {
            Some(stored) => read(stored, rows, x)?,
            None => {
                for (from, to) in self.x.iter().zip(x) {
                    take_into(from, rows, to);
                }
            }
        }
        for (from, to) in targets.iter().zip(&mut *rest) {
            take_into(from, rows, to);
        }
        if let (Some(weights), Some(last)) = (weights, rest.last_mut()) {
            last.shape.clear();
            last.shape.push(rows.len());
            last.data = Data::F32(rows.iter().map(|&r| weights[r]).collect());
        }
        Ok(())
    }

    /// Number of inputs.
    pub(crate) fn inputs_len(&self) -> usize {
        match &self.stored {
            Some(stored) => stored.inputs().len(),
            None => self.x.len(),
        }
    }
}

/// The weight of each row's class: argmax of one-hot rows, else the rounded label; unknown classes weigh 1.
fn class_weights(y: &Tensor, weights: &[f32]) -> Vec<f32> {
    let rows = y.shape.first().copied().unwrap_or(0);
    let size: usize = y.shape.iter().skip(1).product();
    let values = y.to_f64();
    let class = |row: &[f64]| match row {
        [one] => one.round() as usize,
        many => (1..many.len()).fold(0, |best, i| if many[i] > many[best] { i } else { best }),
    };
    (0..rows)
        .map(|r| {
            weights
                .get(class(&values[r * size..(r + 1) * size]))
                .copied()
                .unwrap_or(1.0)
        })
        .collect()
}

/// Reads rows over tensors.
fn read(stored: &StoredRows, rows: &[usize], out: &mut [Tensor]) -> Result<(), TrainError> {
    let mut arrays: Vec<Array> = out
        .iter_mut()
        .zip(stored.empty())
        .map(|(tensor, empty)| array(tensor).unwrap_or(empty))
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

fn rows_of(t: &Tensor) -> usize {
    t.shape.first().copied().unwrap_or(0)
}

/// One row on disk as a model sees it.
pub(crate) fn info_of_row(row: &RowType) -> InputInfo {
    let dtype = if row.integer { DType::I32 } else { DType::F32 };
    InputInfo::of(dtype, &row.shape)
}

fn info(t: &Tensor) -> InputInfo {
    InputInfo::of(t.dtype(), t.shape.get(1..).unwrap_or_default())
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
    let mut out = Tensor {
        shape: vec![],
        data: empty_like(&t.data),
    };
    take_into(t, rows, &mut out);
    out
}

/// The named rows of a tensor written over `out`, whose memory is used again.
pub(crate) fn take_into(t: &Tensor, rows: &[usize], out: &mut Tensor) {
    fn copy<T: Copy>(from: &[T], to: &mut Vec<T>, rows: &[usize], size: usize) {
        to.clear();
        for &r in rows {
            to.extend_from_slice(&from[r * size..(r + 1) * size]);
        }
    }
    let size: usize = t.shape.iter().skip(1).product();
    out.shape.clear();
    out.shape.push(rows.len());
    out.shape.extend(t.shape.iter().skip(1));
    match (&t.data, &mut out.data) {
        (Data::F32(a), Data::F32(b)) => copy(a, b, rows, size),
        (Data::F64(a), Data::F64(b)) => copy(a, b, rows, size),
        (Data::BF16(a), Data::BF16(b)) => copy(a, b, rows, size),
        (Data::I32(a), Data::I32(b)) => copy(a, b, rows, size),
        (Data::I64(a), Data::I64(b)) => copy(a, b, rows, size),
        (Data::U8(a), Data::U8(b)) | (Data::Bool(a), Data::Bool(b)) => copy(a, b, rows, size),
        (from, to) => {
            *to = empty_like(from);
            take_into(t, rows, out);
        }
    }
}

fn empty_like(data: &Data) -> Data {
    match data {
        Data::F32(_) => Data::F32(vec![]),
        Data::F64(_) => Data::F64(vec![]),
        Data::BF16(_) => Data::BF16(vec![]),
        Data::I32(_) => Data::I32(vec![]),
        Data::I64(_) => Data::I64(vec![]),
        Data::U8(_) => Data::U8(vec![]),
        Data::Bool(_) => Data::Bool(vec![]),
    }
}
