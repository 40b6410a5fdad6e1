//! A tensor on the host: a shape and its elements in row-major order.

use crate::{DType, Type, bf16_to_f32, elements, f32_to_bf16};

/// Elements by type.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// float32.
    F32(Vec<f32>),
    /// float64.
    F64(Vec<f64>),
    /// bfloat16, as bits.
    BF16(Vec<u16>),
    /// int32.
    I32(Vec<i32>),
    /// int64.
    I64(Vec<i64>),
    /// uint8.
    U8(Vec<u8>),
    /// bool: 0 or 1.
    Bool(Vec<u8>),
}

/// A dense array on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Elements, row-major.
    pub data: Data,
}

impl Tensor {
    /// A float32 tensor; `None` when `data` does not have the shape's number of elements.
    pub fn f32(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Option<Tensor> {
        let shape = shape.into();
        (elements(&shape) == data.len()).then_some(Tensor {
            shape,
            data: Data::F32(data),
        })
    }

    /// An int32 tensor; `None` when `data` does not have the shape's number of elements.
    pub fn i32(shape: impl Into<Vec<usize>>, data: Vec<i32>) -> Option<Tensor> {
        let shape = shape.into();
        (elements(&shape) == data.len()).then_some(Tensor {
            shape,
            data: Data::I32(data),
        })
    }

    /// A float32 scalar.
    pub fn scalar(x: f32) -> Tensor {
        Tensor {
            shape: vec![],
            data: Data::F32(vec![x]),
        }
    }

    /// An int64 scalar.
    pub fn scalar_i64(x: i64) -> Tensor {
        Tensor {
            shape: vec![],
            data: Data::I64(vec![x]),
        }
    }

    /// All zeros (false for bool).
    pub fn zeros(ty: &Type) -> Tensor {
        let n = ty.elements();
        let data = match ty.dtype {
            DType::F32 => Data::F32(vec![0.0; n]),
            DType::F64 => Data::F64(vec![0.0; n]),
            DType::BF16 => Data::BF16(vec![0; n]),
            DType::I32 => Data::I32(vec![0; n]),
            DType::I64 => Data::I64(vec![0; n]),
            DType::U8 => Data::U8(vec![0; n]),
            DType::Bool => Data::Bool(vec![0; n]),
        };
        Tensor {
            shape: ty.shape.clone(),
            data,
        }
    }

    /// Every element converted from f64 to `dtype`.
    pub fn from_f64(dtype: DType, shape: impl Into<Vec<usize>>, values: &[f64]) -> Tensor {
        let data = match dtype {
            DType::F32 => Data::F32(values.iter().map(|&v| v as f32).collect()),
            DType::F64 => Data::F64(values.to_vec()),
            DType::BF16 => Data::BF16(values.iter().map(|&v| f32_to_bf16(v as f32)).collect()),
            DType::I32 => Data::I32(values.iter().map(|&v| v as i32).collect()),
            DType::I64 => Data::I64(values.iter().map(|&v| v as i64).collect()),
            DType::U8 => Data::U8(values.iter().map(|&v| v as u8).collect()),
            DType::Bool => Data::Bool(values.iter().map(|&v| u8::from(v != 0.0)).collect()),
        };
        Tensor {
            shape: shape.into(),
            data,
        }
    }

    /// Every element as f64.
    pub fn to_f64(&self) -> Vec<f64> {
        match &self.data {
            Data::F32(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Data::F64(v) => v.clone(),
            Data::BF16(v) => v.iter().map(|&x| f64::from(bf16_to_f32(x))).collect(),
            Data::I32(v) => v.iter().map(|&x| f64::from(x)).collect(),
            Data::I64(v) => v.iter().map(|&x| x as f64).collect(),
            Data::U8(v) | Data::Bool(v) => v.iter().map(|&x| f64::from(x)).collect(),
        }
    }

    /// The elements when the type is float32.
    pub fn as_f32(&self) -> Option<&[f32]> {
        match &self.data {
            Data::F32(v) => Some(v),
            _ => None,
        }
    }

    /// Element type.
    pub fn dtype(&self) -> DType {
        match &self.data {
            Data::F32(_) => DType::F32,
            Data::F64(_) => DType::F64,
            Data::BF16(_) => DType::BF16,
            Data::I32(_) => DType::I32,
            Data::I64(_) => DType::I64,
            Data::U8(_) => DType::U8,
            Data::Bool(_) => DType::Bool,
        }
    }

    /// Element type and shape.
    pub fn ty(&self) -> Type {
        Type::new(self.dtype(), self.shape.clone())
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        elements(&self.shape)
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
