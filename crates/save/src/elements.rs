//! Elements of files as numbers: floats as float32, integers as int32 where they fit, else int64.

use std::io::Read;

use regimen_graph::Data;

use crate::hdf5::Element;

/// Bytes that are read at once: numbers grow beside them, and not beside a second copy of a whole weight. Few enough that
/// their memory is used again, and not given back to the system each time.
pub(crate) const WINDOW: usize = 1 << 16;

/// Reads so many elements.
///
/// # Errors
///
/// A file that ends before.
pub(crate) fn read_elements(
    from: &mut dyn Read,
    element: Element,
    count: usize,
    big_endian: bool,
) -> Result<Data, String> {
    let size = element.size();
    let whole = count
        .checked_mul(size)
        .ok_or("has more elements than memory")?;
    let mut data = numbers(element, &[]);
    let mut window = vec![0; whole.min(WINDOW - WINDOW % size)];
    let mut left = whole;
    while left > 0 {
        let bytes = &mut window[..left.min(WINDOW - WINDOW % size)];
        from.read_exact(bytes).map_err(|e| match e.kind() {
            std::io::ErrorKind::UnexpectedEof => format!("ends within its {whole} bytes"),
            _ => e.to_string(),
        })?;
        if big_endian {
            bytes.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        append(&mut data, numbers(element, bytes));
        left -= bytes.len();
    }
    Ok(data)
}

/// Little-endian elements as a tensor's data: floats as float32, integers as int32 where they fit, else int64.
pub(crate) fn numbers(element: Element, bytes: &[u8]) -> Data {
    fn each<const N: usize, T>(bytes: &[u8], of: impl Fn([u8; N]) -> T) -> Vec<T> {
        let chunks = bytes.as_chunks::<N>().0;
        chunks.iter().map(|chunk| of(*chunk)).collect()
    }
    match element {
        Element::F32 => Data::F32(each(bytes, f32::from_le_bytes)),
        Element::F64 => Data::F32(each(bytes, |b| f64::from_le_bytes(b) as f32)),
        Element::F16 => Data::F32(each(bytes, |b| half(u16::from_le_bytes(b)))),
        Element::BF16 => Data::F32(each(bytes, |b| {
            f32::from_bits(u32::from(u16::from_le_bytes(b)) << 16)
        })),
        Element::Int(8) => Data::I64(each(bytes, i64::from_le_bytes)),
        Element::Uint(8) => Data::I64(each(bytes, |b| u64::from_le_bytes(b) as i64)),
        Element::Uint(4) => Data::I64(each(bytes, |b| i64::from(u32::from_le_bytes(b)))),
        Element::Int(4) => Data::I32(each(bytes, i32::from_le_bytes)),
        Element::Int(2) => Data::I32(each(bytes, |b| i16::from_le_bytes(b).into())),
        Element::Uint(2) => Data::I32(each(bytes, |b| u16::from_le_bytes(b).into())),
        Element::Int(_) => Data::I32(each(bytes, |[b]: [u8; 1]| (b as i8).into())),
        Element::Uint(_) => Data::U8(bytes.to_vec()),
        Element::Bool => Data::Bool(bytes.iter().map(|b| u8::from(*b != 0)).collect()),
    }
}

/// Room for so many elements.
pub(crate) fn reserve(data: &mut Data, count: usize) {
    match data {
        Data::F32(values) => values.reserve_exact(count),
        Data::F64(values) => values.reserve_exact(count),
        Data::BF16(values) => values.reserve_exact(count),
        Data::I32(values) => values.reserve_exact(count),
        Data::I64(values) => values.reserve_exact(count),
        Data::U8(values) | Data::Bool(values) => values.reserve_exact(count),
    }
}

/// Elements of one type behind each other.
pub(crate) fn append(data: &mut Data, more: Data) {
    match (data, more) {
        (Data::F32(all), Data::F32(mut more)) => all.append(&mut more),
        (Data::F64(all), Data::F64(mut more)) => all.append(&mut more),
        (Data::BF16(all), Data::BF16(mut more)) => all.append(&mut more),
        (Data::I32(all), Data::I32(mut more)) => all.append(&mut more),
        (Data::I64(all), Data::I64(mut more)) => all.append(&mut more),
        (Data::U8(all), Data::U8(mut more)) | (Data::Bool(all), Data::Bool(mut more)) => {
            all.append(&mut more);
        }
        // Both were made of one type of element.
        _ => {}
    }
}

/// IEEE half to single, exactly.
fn half(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let (exponent, mantissa) = (u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let magnitude = match exponent {
        0 => mantissa as f32 * 2f32.powi(-24),
        31 => f32::from_bits(0x7f80_0000 | mantissa << 13),
        e => f32::from_bits((e + 112) << 23 | mantissa << 13),
    };
    f32::from_bits(magnitude.to_bits() | sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        let cases = [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x0001, 2f32.powi(-24)),
            (0x7bff, 65504.0),
            (0, 0.0),
        ];
        for (bits, value) in cases {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan() && half(0xfc00) == f32::NEG_INFINITY);
    }
}
