//! What loading gives: parts of rows, ready for batches, and what is known of them.

use regimen_run::facts::DataProfile;

use crate::array::Array;
use crate::preprocessing::Preprocessing;

/// Loaded, preprocessed and split data.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The arrays of [`Part::x`], in order.
    pub inputs: Vec<NamedInput>,
    /// Rows to learn from, in the order of the split.
    pub train: Part,
    /// Rows to watch. Without rows when the split gives none.
    pub validation: Part,
    /// Rows kept for the end. Without rows when the split gives none.
    pub test: Part,
    /// Label names by class index; empty when labels are numbers.
    pub classes: Vec<String>,
    /// Facts for the doctor; `notes` tells of rows dropped and the like.
    pub profile: DataProfile,
    /// What `predict` needs to treat new rows alike.
    pub preprocessing: Preprocessing,
}

/// One input of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedInput {
    /// Name of the model input it feeds; `None`: by order.
    pub name: Option<String>,
    /// Sizes of one row.
    pub shape: Vec<usize>,
    /// Number of word ids for text: what an Embedding needs as its `input_dim`.
    pub vocabulary: Option<usize>,
}

/// Some of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// One array per input, (rows, ...): float32, or int32 for word ids and integer arrays.
    pub x: Vec<Array>,
    /// Labels: (rows, classes) float32 one-hot, (rows) int32 index, or float32 numbers.
    pub y: Array,
    /// Weight of each row.
    pub sample_weight: Option<Vec<f32>>,
}

impl Part {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.y.rows()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// A new part of the rows named, in their order. Every index must be below `rows()`.
    pub fn take(&self, rows: &[usize]) -> Part {
        Part {
            x: self.x.iter().map(|x| x.take(rows)).collect(),
            y: self.y.take(rows),
            sample_weight: self
                .sample_weight
                .as_ref()
                .map(|w| rows.iter().map(|&r| w[r]).collect()),
        }
    }
}
