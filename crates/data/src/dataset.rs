//! What loading gives: parts of rows, ready for batches, and what is known of them.

use std::sync::Arc;

use regimen_run::facts::DataProfile;

use crate::array::{Array, Values};
use crate::batches::gather_rows;
use crate::error::DataError;
use crate::preprocessing::Preprocessing;
use crate::profile::SourceFacts;
use crate::stored::{Augment, RowType, StoredRows};

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
    /// Label names of the first target by class index; empty when labels are numbers.
    pub classes: Vec<String>,
    /// Facts for the doctor; `notes` tells of rows dropped and the like.
    pub profile: DataProfile,
    /// What the source tells that arrays do not, for [`crate::profile()`].
    pub source: SourceFacts,
    /// What `predict` needs to treat new rows alike.
    pub preprocessing: Preprocessing,
    /// Changes rows of the training part as they are fed, never others.
    pub augment: Option<Arc<dyn Augment>>,
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
    /// One array per input, (rows, ...): float32, or int32 for word ids and integer arrays. Empty where the rows are `stored`.
    pub x: Vec<Array>,
    /// The inputs, where they stay on disk.
    pub stored: Option<StoredRows>,
    /// Labels: (rows, classes) float32 one-hot, (rows) int32 index, or float32 numbers.
    pub y: Array,
    /// The same of further targets, where the data have several.
    pub more: Vec<Array>,
    /// Weight of each row.
    pub sample_weight: Option<Vec<f32>>,
}

impl Part {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.y.rows()
    }

    /// The labels of each target.
    pub fn targets(&self) -> impl Iterator<Item = &Array> {
        std::iter::once(&self.y).chain(&self.more)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// Type and sizes of one row of each input.
    pub fn input_types(&self) -> Vec<RowType> {
        let of = |x: &Array| RowType {
            integer: matches!(x.data, Values::I32(_)),
            shape: x.row_shape().to_vec(),
        };
        match &self.stored {
            Some(stored) => stored.inputs().to_vec(),
            None => self.x.iter().map(of).collect(),
        }
    }

    /// The inputs of rows block by block of at most `size` rows, in order: first row of the block, and an array per input.
    pub fn blocks(
        &self,
        size: usize,
        mut visit: impl FnMut(usize, &[Array]),
    ) -> Result<(), DataError> {
        let rows = self.rows();
        let mut block = match &self.stored {
            Some(stored) => stored.empty(),
            None => self.x.iter().map(|x| x.take(&[])).collect(),
        };
        for from in (0..rows).step_by(size.max(1)) {
            let some: Vec<usize> = (from..rows.min(from + size.max(1))).collect();
            match &self.stored {
                Some(stored) => stored.read(&some, &mut block)?,
                None => {
                    for (x, out) in self.x.iter().zip(&mut block) {
                        gather_rows(x, &some, out);
                    }
                }
            }
            visit(from, &block);
        }
        Ok(())
    }

    /// A new part of the rows named, in their order. Every index must be below `rows()`.
    pub fn take(&self, rows: &[usize]) -> Part {
        Part {
            x: self.x.iter().map(|x| x.take(rows)).collect(),
            stored: self.stored.as_ref().map(|stored| stored.take(rows)),
            y: self.y.take(rows),
            more: self.more.iter().map(|y| y.take(rows)).collect(),
            sample_weight: self
                .sample_weight
                .as_ref()
                .map(|w| rows.iter().map(|&r| w[r]).collect()),
        }
    }
}
