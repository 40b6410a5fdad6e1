//! A dense row-major array of samples: the first axis counts rows.

/// Elements by type.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// float32.
    F32(Vec<f32>),
    /// int32.
    I32(Vec<i32>),
}

impl Values {
    /// Number of elements.
    pub fn len(&self) -> usize {
        match self {
            Values::F32(v) => v.len(),
            Values::I32(v) => v.len(),
        }
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A dense array; `data` is row-major and has as many elements as `shape` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// Sizes, outermost (rows) first.
    pub shape: Vec<usize>,
    /// Elements.
    pub data: Values,
}

impl Array {
    /// A float32 array. `data` must have the shape's number of elements.
    pub fn f32(shape: Vec<usize>, data: Vec<f32>) -> Array {
        debug_assert_eq!(shape.iter().product::<usize>(), data.len());
        Array {
            shape,
            data: Values::F32(data),
        }
    }

    /// An int32 array. `data` must have the shape's number of elements.
    pub fn i32(shape: Vec<usize>, data: Vec<i32>) -> Array {
        debug_assert_eq!(shape.iter().product::<usize>(), data.len());
        Array {
            shape,
            data: Values::I32(data),
        }
    }

    /// Whether the elements are int32; else they are float32.
    pub fn is_integer(&self) -> bool {
        matches!(self.data, Values::I32(_))
    }

    /// Rows: the size of the first axis, 0 for an array without axes.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Elements of one row.
    pub fn row_len(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// Sizes of one row.
    pub fn row_shape(&self) -> &[usize] {
        self.shape.get(1..).unwrap_or(&[])
    }

    /// The elements when they are float32.
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &self.data {
            Values::F32(v) => Some(v),
            Values::I32(_) => None,
        }
    }

    /// The elements when they are int32.
    pub fn as_i32(&self) -> Option<&[i32]> {
        match &self.data {
            Values::I32(v) => Some(v),
            Values::F32(_) => None,
        }
    }

    /// Element `i` in row-major order as f64.
    pub(crate) fn at(&self, i: usize) -> f64 {
        match &self.data {
            Values::F32(v) => f64::from(v[i]),
            Values::I32(v) => f64::from(v[i]),
        }
    }

    /// The elements as float32; integers beyond 2^24 are rounded.
    pub(crate) fn into_f32(self) -> Array {
        let data = match self.data {
            Values::F32(v) => v,
            Values::I32(v) => v.into_iter().map(|x| x as f32).collect(),
        };
        Array::f32(self.shape, data)
    }

    /// A new array of the rows named, in their order. Every index must be below `rows()`.
    pub fn take(&self, rows: &[usize]) -> Array {
        let mut out = Array {
            shape: Vec::new(),
            data: match &self.data {
                Values::F32(_) => Values::F32(Vec::new()),
                Values::I32(_) => Values::I32(Vec::new()),
            },
        };
        crate::batches::gather_rows(self, rows, &mut out);
        out
    }

    /// Arrays joined along the first axis; they must have rows of one shape. Where types differ, all
    /// become float32.
    pub(crate) fn join(mut arrays: Vec<Array>) -> Array {
        if arrays.len() == 1 {
            return arrays.remove(0);
        }
        let whole = arrays.iter().all(|a| matches!(a.data, Values::I32(_)));
        let mut shape = arrays.first().map_or(vec![0], |a| a.shape.clone());
        shape[0] = arrays.iter().map(Array::rows).sum();
        let data = if whole {
            let parts = arrays.iter().filter_map(Array::as_i32);
            Values::I32(parts.flatten().copied().collect())
        } else {
            let mut data = Vec::with_capacity(shape.iter().product());
            for array in arrays {
                if let Values::F32(part) = array.into_f32().data {
                    data.extend(part);
                }
            }
            Values::F32(data)
        };
        Array { shape, data }
    }
}
