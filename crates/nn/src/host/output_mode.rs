//! How indices leave a layer: as they are, as one place of many, or as what a row holds.
//!
//!   indices (B, ..., S), depth N
//!   int        the indices (B, ..., S)
//!   one_hot    (B, ..., S, N), or (B, ..., N) where S is 1: 1 at the index
//!   multi_hot  (B, ..., N): 1 where an index occurs among the S of a row
//!   count      (B, ..., N): how often it occurs;  tf_idf: the count times a weight of the index
//!
//! An index outside 0..N counts nowhere. With three axes or more the second one is counted over, as in Keras; a single axis is
//! one row. Follows `encode_categorical_inputs` of keras/src/utils/numerical_utils.py.

use regimen_graph::{DType, Data, Tensor, Var};
use serde_json::Value as Json;

use crate::OptionValue;
use crate::option_kinds::choice;

/// What becomes of indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputMode {
    /// Nothing.
    Int,
    /// One place per index.
    OneHot,
    /// Which indices occur.
    MultiHot,
    /// How often each occurs.
    Count,
    /// The count, weighted by how rare the index is.
    TfIdf,
}

const NAMES: [(&str, OutputMode); 7] = [
    ("int", OutputMode::Int),
    ("one_hot", OutputMode::OneHot),
    ("multi_hot", OutputMode::MultiHot),
    ("count", OutputMode::Count),
    ("tf_idf", OutputMode::TfIdf),
    // Names that Keras still takes.
    ("binary", OutputMode::MultiHot),
    ("tf-idf", OutputMode::TfIdf),
];

impl OptionValue for OutputMode {
    const KIND: &'static str = "`int`, `one_hot`, `multi_hot`, `count` or `tf_idf`";

    fn read(value: &Json) -> Result<OutputMode, String> {
        let find = |name: &str| NAMES.iter().find(|(n, _)| *n == name).map(|(_, m)| *m);
        let names: Vec<&str> = NAMES.iter().take(5).map(|(n, _)| *n).collect();
        choice(value, &names, find)
    }

    fn write(&self) -> Json {
        self.name().into()
    }
}

impl OutputMode {
    /// Keras's name.
    pub fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(_, m)| *m == self);
        found.map_or("int", |(n, _)| n)
    }

    /// Type of the output.
    pub(crate) fn dtype(self) -> DType {
        match self {
            OutputMode::Int => DType::I32,
            _ => DType::F32,
        }
    }

    /// Sizes of the output, from those of the indices.
    pub(crate) fn shape<S: Copy + PartialEq>(self, indices: &[S], depth: S, one: S) -> Vec<S> {
        let mut shape = indices.to_vec();
        match self {
            OutputMode::Int => return shape,
            OutputMode::OneHot => {
                if shape.len() > 1 && shape.last() == Some(&one) {
                    shape.pop();
                }
            }
            _ if shape.len() > 1 => _ = shape.remove(1),
            _ => _ = shape.pop(),
        }
        shape.push(depth);
        shape
    }

    /// Indices on the host, in this mode. `weights`, one per index below `depth`, are those of tf_idf.
    pub(crate) fn encode(
        self,
        shape: &[usize],
        indices: &[i64],
        depth: usize,
        weights: &[f32],
    ) -> Tensor {
        let out = self.shape(shape, depth, 1);
        if self == OutputMode::Int {
            let data = indices.iter().map(|&i| clamped(i)).collect();
            return Tensor {
                shape: out,
                data: Data::I32(data),
            };
        }
        // (outer, counted, inner): where the places of one row stand.
        let (counted, inner) = match (self, shape.len()) {
            (OutputMode::OneHot, _) => (1, 1),
            (_, 0) => (1, 1),
            (_, 1) => (shape[0], 1),
            _ => (shape[1], shape[2..].iter().product()),
        };
        let rows = out.iter().take(out.len() - 1).product::<usize>();
        let mut data = vec![0.0f32; rows * depth];
        let block = (counted * inner).max(1);
        for (i, &index) in indices.iter().enumerate() {
            let row = i / block * inner + i % inner.max(1);
            let Some(place) = usize::try_from(index).ok().filter(|&p| p < depth) else {
                continue;
            };
            let slot = &mut data[row * depth + place];
            match self {
                OutputMode::Count | OutputMode::TfIdf => *slot += 1.0,
                _ => *slot = 1.0,
            }
        }
        if self == OutputMode::TfIdf {
            for row in data.chunks_mut(depth.max(1)) {
                row.iter_mut().zip(weights).for_each(|(x, w)| *x *= w);
            }
        }
        Tensor {
            shape: out,
            data: Data::F32(data),
        }
    }

    /// Indices in a graph, in this mode. `weights`: of each index, for counts; `idf`: of each place, for tf_idf.
    pub(crate) fn write_graph(
        self,
        indices: &Var,
        depth: usize,
        weights: Option<&Var>,
        idf: &[f32],
    ) -> Var {
        if self == OutputMode::Int {
            return indices.cast(DType::I32);
        }
        let mut x = indices.clone();
        if self == OutputMode::OneHot && x.rank() > 1 && x.dim(-1) == 1 {
            x = x.squeeze(-1);
        }
        let places: Vec<f64> = (0..depth).map(|i| i as f64).collect();
        let places = Tensor::from_f64(x.dtype(), vec![depth], &places);
        let places = x.builder().constant(places);
        let hot = x.expand_dims(-1).eq_to(&places).cast(DType::F32);
        let axis = if x.rank() > 1 { 1 } else { 0 };
        match self {
            OutputMode::OneHot | OutputMode::Int => hot,
            OutputMode::MultiHot => hot.max(&[axis], false),
            OutputMode::Count => match weights {
                Some(w) => (hot * w.expand_dims(-1)).sum(&[axis], false),
                None => hot.sum(&[axis], false),
            },
            OutputMode::TfIdf => {
                let idf: Vec<f64> = idf.iter().map(|&w| f64::from(w)).collect();
                let idf = Tensor::from_f64(DType::F32, vec![depth], &idf);
                hot.sum(&[axis], false) * x.builder().constant(idf)
            }
        }
    }
}

/// An index as the graph takes it.
fn clamped(index: i64) -> i32 {
    i32::try_from(index).unwrap_or(if index < 0 { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_rows() {
        let ids = [0, 2, 2, 1, 7, -1];
        let count = OutputMode::Count.encode(&[2, 3], &ids, 3, &[]);
        assert_eq!(count.shape, [2, 3]);
        assert_eq!(count.to_f64(), [1.0, 0.0, 2.0, 0.0, 1.0, 0.0]);
        let hot = OutputMode::MultiHot.encode(&[6], &ids, 3, &[]);
        assert_eq!(
            (hot.shape, hot.data),
            (vec![3], Data::F32(vec![1.0, 1.0, 1.0]))
        );
        assert_eq!(
            OutputMode::OneHot.encode(&[6, 1], &ids, 3, &[]).shape,
            [6, 3]
        );
        assert_eq!(
            OutputMode::OneHot.encode(&[2, 3], &ids, 3, &[]).shape,
            [2, 3, 3]
        );
        // The second axis is counted over.
        let three = OutputMode::Count.encode(&[1, 3, 2], &ids, 3, &[]);
        assert_eq!(three.shape, [1, 2, 3]);
        assert_eq!(three.to_f64(), [1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    }
}
