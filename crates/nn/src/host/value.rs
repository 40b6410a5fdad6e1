//! Values on the host: texts, or numbers.

use std::borrow::Cow;

use regimen_graph::{DType, Data, Tensor, elements};

use crate::host::{HostFault, HostInfo};

/// A dense array of texts, row-major; the first axis counts rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// Sizes.
    pub shape: Vec<usize>,
    /// Elements.
    pub data: Vec<String>,
}

impl Texts {
    /// An array; `None` when `data` does not have the shape's number of elements.
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<String>) -> Option<Texts> {
        let shape = shape.into();
        (elements(&shape) == data.len()).then_some(Texts { shape, data })
    }

    /// One text a row, shape (N, 1), as a column of a table feeds a model.
    pub fn column<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Texts {
        let data: Vec<String> = texts.into_iter().map(Into::into).collect();
        Texts {
            shape: vec![data.len(), 1],
            data,
        }
    }
}

/// A value between layers on the host.
#[derive(Debug, Clone, PartialEq)]
pub enum HostValue {
    /// Texts.
    Texts(Texts),
    /// Numbers.
    Numbers(Tensor),
}

impl HostValue {
    /// Sizes, the axis of rows first.
    pub fn shape(&self) -> &[usize] {
        match self {
            HostValue::Texts(texts) => &texts.shape,
            HostValue::Numbers(tensor) => &tensor.shape,
        }
    }

    /// The numbers, where they are some.
    pub fn numbers(&self) -> Option<&Tensor> {
        match self {
            HostValue::Numbers(tensor) => Some(tensor),
            HostValue::Texts(_) => None,
        }
    }

    /// The texts, where they are some.
    pub fn texts(&self) -> Option<&Texts> {
        match self {
            HostValue::Texts(texts) => Some(texts),
            HostValue::Numbers(_) => None,
        }
    }

    /// Type and sizes of a row.
    pub fn info(&self) -> HostInfo {
        HostInfo {
            shape: self.shape().iter().skip(1).map(|&n| Some(n)).collect(),
            dtype: self.numbers().map(Tensor::dtype),
        }
    }

    /// The texts, or a fault of `layer`.
    pub(crate) fn need_texts(&self, layer: &str) -> Result<&Texts, HostFault> {
        self.texts().ok_or_else(|| {
            let dtype = self.numbers().map_or(DType::F32, Tensor::dtype);
            HostFault::new(
                layer,
                format!("numbers ({dtype})"),
                "texts",
                "Feed texts; numbers have IntegerLookup, Hashing and Discretization.",
            )
        })
    }

    /// The numbers, or a fault of `layer`.
    pub(crate) fn need_numbers(&self, layer: &str) -> Result<&Tensor, HostFault> {
        self.numbers().ok_or_else(|| {
            HostFault::new(
                layer,
                "texts",
                "numbers",
                "Feed numbers; texts have StringLookup, TextVectorization and Hashing.",
            )
        })
    }

    /// Every element as a text: integers in decimals, floats cut to integers first, as Keras hashes them.
    pub(crate) fn decimals(&self) -> Vec<Cow<'_, str>> {
        match self {
            HostValue::Texts(texts) => texts
                .data
                .iter()
                .map(|t| Cow::Borrowed(t.as_str()))
                .collect(),
            HostValue::Numbers(tensor) => integers(tensor)
                .into_iter()
                .map(|n| Cow::Owned(n.to_string()))
                .collect(),
        }
    }
}

/// Every number as an integer; floats are cut toward zero.
pub(crate) fn integers(tensor: &Tensor) -> Vec<i64> {
    match &tensor.data {
        Data::I64(v) => v.clone(),
        Data::I32(v) => v.iter().map(|&x| i64::from(x)).collect(),
        Data::U8(v) | Data::Bool(v) => v.iter().map(|&x| i64::from(x)).collect(),
        Data::F32(_) | Data::F64(_) | Data::BF16(_) => {
            tensor.to_f64().into_iter().map(|x| x as i64).collect()
        }
    }
}

impl From<Texts> for HostValue {
    fn from(texts: Texts) -> HostValue {
        HostValue::Texts(texts)
    }
}

impl From<Tensor> for HostValue {
    fn from(tensor: Tensor) -> HostValue {
        HostValue::Numbers(tensor)
    }
}
