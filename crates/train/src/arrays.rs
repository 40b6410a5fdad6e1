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
        let weights = usize::from(with_targets && self.sample_weight.is_some());
        let stored = self.stored_len();
        let memory = self.in_memory(with_targets).count();
        out.resize_with(stored + memory + weights, nothing);
        for (from, to) in self.in_memory(with_targets).zip(&mut out[stored..]) {
            begin(from, rows, to);
        }
        if let Some(last) = out.last_mut().filter(|_| weights > 0) {
            last.shape = vec![rows];
            match &mut last.data {
                Data::F32(held) => held.clear(),
                other => *other = Data::F32(vec![]),
            }
        }
    }

    /// Adds rows to what [`Arrays::begin`] emptied.
    pub(crate) fn append(&self, rows: &[usize], with_targets: bool, out: &mut [Tensor]) {
        let stored = self.stored_len();
        for (from, to) in self.in_memory(with_targets).zip(&mut out[stored..]) {
            append(from, rows, to);
        }
        let weights = self.sample_weight.as_ref().filter(|_| with_targets);
        if let (Some(weights), Some(Data::F32(held))) =
            (weights, out.last_mut().map(|last| &mut last.data))
        {
            held.extend(rows.iter().map(|&r| weights[r]));
        }
    }

    /// Bytes of a row in memory.
    pub(crate) fn row_bytes(&self) -> usize {
        let bytes = |t: &Tensor| t.shape.iter().skip(1).product::<usize>() * t.dtype().size();
        self.in_memory(true).map(bytes).sum()
    }

    /// Inputs, and targets where they are wanted, of which all rows are in memory.
    fn in_memory(&self, with_targets: bool) -> impl Iterator<Item = &Tensor> {
        let targets: &[Tensor] = if with_targets { &self.y } else { &[] };
        let inputs: &[Tensor] = if self.stored.is_none() { &self.x } else { &[] };
        inputs.iter().chain(targets)
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
    begin(t, rows.len(), out);
    append(t, rows, out);
}

/// Empties `out` for so many rows of `t`.
fn begin(t: &Tensor, rows: usize, out: &mut Tensor) {
    out.shape.clear();
    out.shape.push(rows);
    out.shape.extend(t.shape.iter().skip(1));
    if out.dtype() != t.dtype() {
        out.data = empty_like(&t.data);
    }
    match &mut out.data {
        Data::F32(v) => v.clear(),
        Data::F64(v) => v.clear(),
        Data::BF16(v) => v.clear(),
        Data::I32(v) => v.clear(),
        Data::I64(v) => v.clear(),
        Data::U8(v) | Data::Bool(v) => v.clear(),
    }
}

/// Adds rows of `t` to `out`.
fn append(t: &Tensor, rows: &[usize], out: &mut Tensor) {
    fn copy<T: Copy>(from: &[T], to: &mut Vec<T>, rows: &[usize], size: usize) {
        for &r in rows {
            to.extend_from_slice(&from[r * size..(r + 1) * size]);
        }
    }
    let size: usize = t.shape.iter().skip(1).product();
    match (&t.data, &mut out.data) {
        (Data::F32(a), Data::F32(b)) => copy(a, b, rows, size),
        (Data::F64(a), Data::F64(b)) => copy(a, b, rows, size),
        (Data::BF16(a), Data::BF16(b)) => copy(a, b, rows, size),
        (Data::I32(a), Data::I32(b)) => copy(a, b, rows, size),
        (Data::I64(a), Data::I64(b)) => copy(a, b, rows, size),
        (Data::U8(a), Data::U8(b)) | (Data::Bool(a), Data::Bool(b)) => copy(a, b, rows, size),
        // `begin` gave both one type.
        _ => {}
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
