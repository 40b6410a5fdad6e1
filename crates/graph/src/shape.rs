//! Shapes: plain lists of sizes, NumPy's broadcasting, row-major strides.

use std::fmt;

use crate::DType;

/// No array has this many elements, so that places and sizes in bytes can be counted without care.
pub(crate) const TOO_MANY: usize = 1 << 48;

/// Element type and shape of a value. Shapes are static: every size is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// Element type.
    pub dtype: DType,
    /// Sizes, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
}

impl Type {
    /// A type from its parts.
    pub fn new(dtype: DType, shape: impl Into<Vec<usize>>) -> Type {
        Type {
            dtype,
            shape: shape.into(),
        }
    }

    /// Number of elements.
    pub fn elements(&self) -> usize {
        elements(&self.shape)
    }

    /// Number of axes.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.dtype, self.shape)
    }
}

/// Product of the sizes, at most `usize::MAX`; 1 for a scalar.
pub fn elements(shape: &[usize]) -> usize {
    shape
        .iter()
        .fold(1, |n: usize, &size| n.saturating_mul(size))
}

/// Every index of a shape in row-major order.
pub(crate) fn indices(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    let strides = row_major_strides(shape);
    let at = move |flat: usize| {
        (0..shape.len())
            .map(|i| flat / strides[i] % shape[i])
            .collect()
    };
    (0..elements(shape)).map(at)
}

/// NumPy's broadcast of two shapes, or `None` where they do not fit.
pub fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |s: &[usize], i: usize| {
        if i + s.len() < rank {
            1
        } else {
            s[i + s.len() - rank]
        }
    };
    (0..rank)
        .map(|i| match (at(a, i), at(b, i)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

/// Elements to step over per axis in a dense row-major layout.
pub fn row_major_strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1usize; shape.len()];
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i].saturating_mul(shape[i]);
    }
    strides
}
