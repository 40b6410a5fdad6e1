//! Samples in memory: inputs, targets, weights, and batches cut from them.

use regimen_data::{Array, Part, Values};
use regimen_graph::{Data, Tensor};
use regimen_nn::model::InputInfo;

use crate::TrainError;

/// Rows to train, validate or predict on. The first axis of every tensor counts rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrays {
    /// One tensor per model input.
    pub x: Vec<Tensor>,
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
            y: vec![y],
            sample_weight: None,
        }
    }

    /// The same with a weight per row.
    pub fn weighted(mut self, weights: Vec<f32>) -> Arrays {
        self.sample_weight = Some(weights);
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.x
            .first()
            .or(self.y.first())
            .and_then(|t| t.shape.first().copied())
            .unwrap_or(0)
    }

    /// Sizes and types of one row of each input.
    pub fn inputs(&self) -> Vec<InputInfo> {
        self.x.iter().map(info).collect()
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
        for (i, t) in self.x.iter().enumerate() {
            if t.shape.first() != Some(&rows) {
                return Err(wrong(
                    format!("input {i}"),
                    t.shape.first().copied().unwrap_or(0),
                ));
            }
        }
        for (i, t) in self.y.iter().enumerate() {
            if t.shape.first() != Some(&rows) {
                return Err(wrong(
                    format!("target {i}"),
                    t.shape.first().copied().unwrap_or(0),
                ));
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
        let rows: Vec<usize> = (from..to).collect();
        Arrays {
            x: self.x.iter().map(|t| take(t, &rows)).collect(),
            y: self.y.iter().map(|t| take(t, &rows)).collect(),
            sample_weight: self.sample_weight.as_ref().map(|w| w[from..to].to_vec()),
        }
    }
}

fn info(t: &Tensor) -> InputInfo {
    InputInfo::of(t.dtype(), t.shape.get(1..).unwrap_or_default())
}

/// Loaded rows, inputs in the order of the data.
impl From<Part> for Arrays {
    fn from(part: Part) -> Arrays {
        Arrays {
            x: part.x.into_iter().map(tensor).collect(),
            y: vec![tensor(part.y)],
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
