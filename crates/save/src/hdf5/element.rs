//! Types of elements in HDF5 datasets.

use regimen_graph::DType;

/// The type of a dataset's elements, little-endian where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// IEEE half.
    F16,
    /// bfloat16: two opaque bytes, which an attribute `dtype` names.
    BF16,
    /// IEEE single.
    F32,
    /// IEEE double.
    F64,
    /// Signed, of so many bytes.
    Int(u8),
    /// Unsigned, of so many bytes.
    Uint(u8),
    /// A byte, 0 or 1.
    Bool,
}

impl Element {
    /// Bytes of an element.
    pub fn size(self) -> usize {
        match self {
            Element::Bool => 1,
            Element::F16 | Element::BF16 => 2,
            Element::F32 => 4,
            Element::F64 => 8,
            Element::Int(bytes) | Element::Uint(bytes) => bytes.into(),
        }
    }
}

impl From<DType> for Element {
    fn from(dtype: DType) -> Element {
        match dtype {
            DType::F32 => Element::F32,
            DType::F64 => Element::F64,
            DType::BF16 => Element::BF16,
            DType::I32 => Element::Int(4),
            DType::I64 => Element::Int(8),
            DType::U8 => Element::Uint(1),
            DType::Bool => Element::Bool,
        }
    }
}
