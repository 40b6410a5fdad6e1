//! Tensors of the host as plain bytes and back.

use regimen_graph::{DType, Data, Tensor, Type, bf16_to_f32};

/// Element types whose every bit pattern is a value and which have no padding.
pub(crate) trait Pod: Copy {}
impl Pod for u8 {}
impl Pod for u16 {}
impl Pod for f32 {}
impl Pod for f64 {}
impl Pod for i32 {}
impl Pod for i64 {}

fn raw<T: Pod>(values: &[T]) -> &[u8] {
    // SAFETY: `Pod` types are plain bytes without padding.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// The elements of a tensor as bytes.
pub(crate) fn of(data: &Data) -> &[u8] {
    match data {
        Data::F32(v) => raw(v),
        Data::F64(v) => raw(v),
        Data::BF16(v) => raw(v),
        Data::I32(v) => raw(v),
        Data::I64(v) => raw(v),
        Data::U8(v) | Data::Bool(v) => raw(v),
    }
}

/// Bytes that are moved at once where a tensor is handed over.
const STEP: usize = 16 << 20;

/// Moves elements into `to`, which has room for all, from the end on: what was moved is given back to the system, so that no
/// second copy of them is held.
pub(crate) fn hand_over(data: Data, to: &mut [u8]) {
    fn each<T: Pod>(mut values: Vec<T>, to: &mut [u8]) {
        while !values.is_empty() {
            let from = values.len().saturating_sub(STEP / size_of::<T>());
            let part = raw(&values[from..]);
            to[from * size_of::<T>()..][..part.len()].copy_from_slice(part);
            values.truncate(from);
            values.shrink_to_fit();
        }
    }
    match data {
        Data::F32(v) => each(v, to),
        Data::F64(v) => each(v, to),
        Data::BF16(v) => each(v, to),
        Data::I32(v) => each(v, to),
        Data::I64(v) => each(v, to),
        Data::U8(v) | Data::Bool(v) => each(v, to),
    }
}

fn list<T: Pod + Default>(bytes: &[u8], n: usize) -> Vec<T> {
    let mut values = vec![T::default(); n];
    let len = (n * size_of::<T>()).min(bytes.len());
    // SAFETY: `values` owns at least `len` bytes, and any bytes are values of a `Pod` type.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), values.as_mut_ptr().cast(), len) };
    values
}

/// A tensor of this type from its bytes; zeros where there are too few.
pub(crate) fn tensor(ty: &Type, bytes: &[u8]) -> Tensor {
    let n = ty.elements();
    let data = match ty.dtype {
        DType::F32 => Data::F32(list(bytes, n)),
        DType::F64 => Data::F64(list(bytes, n)),
        DType::BF16 => Data::BF16(list(bytes, n)),
        DType::I32 => Data::I32(list(bytes, n)),
        DType::I64 => Data::I64(list(bytes, n)),
        DType::U8 => Data::U8(list(bytes, n)),
        DType::Bool => Data::Bool(list(bytes, n)),
    };
    Tensor {
        shape: ty.shape.clone(),
        data,
    }
}

/// The first element as f64, without a copy; NaN where there is none.
pub(crate) fn scalar(dtype: DType, bytes: &[u8]) -> f64 {
    fn first<const N: usize>(bytes: &[u8], turn: impl Fn([u8; N]) -> f64) -> f64 {
        bytes.first_chunk::<N>().map_or(f64::NAN, |b| turn(*b))
    }
    match dtype {
        DType::F32 => first(bytes, |b| f64::from(f32::from_ne_bytes(b))),
        DType::F64 => first(bytes, f64::from_ne_bytes),
        DType::BF16 => first(bytes, |b| f64::from(bf16_to_f32(u16::from_ne_bytes(b)))),
        DType::I32 => first(bytes, |b| f64::from(i32::from_ne_bytes(b))),
        DType::I64 => first(bytes, |b| i64::from_ne_bytes(b) as f64),
        DType::U8 | DType::Bool => first(bytes, |[b]: [u8; 1]| f64::from(b)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tensors_survive_the_way_through_bytes() {
        for dtype in [
            DType::F32,
            DType::F64,
            DType::BF16,
            DType::I32,
            DType::I64,
            DType::U8,
            DType::Bool,
        ] {
            let t = Tensor::from_f64(dtype, vec![2, 2], &[0.0, 1.0, 1.0, 0.0]);
            assert_eq!(of(&t.data).len(), 4 * dtype.size());
            assert_eq!(tensor(&t.ty(), of(&t.data)), t);
            assert_eq!(scalar(dtype, &of(&t.data)[dtype.size()..]), 1.0);
        }
    }
}
