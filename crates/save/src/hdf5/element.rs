//! Types of elements in HDF5 datasets.

use hdf5_pure::{Datatype, DatatypeByteOrder, FixedPointLayout, FloatingPointLayout};
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

impl Element {
    /// The type of a dataset's elements, none where it is none that weights have, and whether low bytes come first.
    pub(super) fn stored(dataset: &hdf5_pure::Dataset) -> (Option<Element>, bool) {
        let Ok(datatype) = dataset.datatype() else {
            return (None, true);
        };
        let little = match &datatype {
            Datatype::FixedPoint { byte_order, .. }
            | Datatype::FloatingPoint { byte_order, .. } => {
                *byte_order == DatatypeByteOrder::LittleEndian
            }
            _ => true,
        };
        (Element::of(&datatype), little)
    }

    fn of(datatype: &Datatype) -> Option<Element> {
        match datatype {
            Datatype::FloatingPoint { size, layout, .. } => floating(*size, *layout),
            Datatype::FixedPoint { size, layout, .. } => whole(*size, *layout),
            // Two opaque bytes are what NumPy makes of bfloat16; legacy files do not name it.
            Datatype::Opaque { size: 2, .. } => Some(Element::BF16),
            Datatype::Enumeration { size: 1, .. } => Some(Element::Bool),
            _ => None,
        }
    }
}

/// Floats whose bits lie as those of a type that weights have: size alone does not tell them apart.
fn floating(size: u32, layout: FloatingPointLayout) -> Option<Element> {
    let known = [
        (Element::F16, 5, 10),
        (Element::BF16, 8, 7),
        (Element::F32, 8, 23),
        (Element::F64, 11, 52),
    ];
    let (element, ..) = known.into_iter().find(|(element, exponent, mantissa)| {
        let bytes = element.size() as u32;
        let meant = FloatingPointLayout {
            bit_offset: 0,
            bit_precision: 8 * bytes as u16,
            exponent_location: *mantissa,
            exponent_size: *exponent,
            mantissa_location: 0,
            mantissa_size: *mantissa,
            exponent_bias: (1 << (exponent - 1)) - 1,
        };
        bytes == size && layout == meant
    })?;
    Some(element)
}

/// Whole numbers that fill their bytes.
fn whole(size: u32, layout: FixedPointLayout) -> Option<Element> {
    let bytes = u8::try_from(size)
        .ok()
        .filter(|n| [1, 2, 4, 8].contains(n))?;
    let full = layout.bit_offset == 0 && layout.bit_precision == 8 * u16::from(bytes);
    full.then_some(match layout.signed {
        true => Element::Int(bytes),
        false => Element::Uint(bytes),
    })
}
