//! Arrays as NumPy's `.npy` files, version 1.0, little-endian, rows first.

use crate::array::{Array, Values};
use crate::error::tuple;

/// NumPy aligns the elements to this.
const ALIGNMENT: usize = 64;
/// Magic, version and length of the header.
const PREFIX: usize = 10;

/// The bytes of a `.npy` file.
pub fn write_npy(array: &Array) -> Vec<u8> {
    let descr = match array.data {
        Values::F32(_) => "<f4",
        Values::I32(_) => "<i4",
    };
    let mut header = format!(
        "{{'descr': '{descr}', 'fortran_order': False, 'shape': {}, }}",
        tuple(&array.shape)
    );
    let unpadded = PREFIX + header.len() + 1;
    header += &" ".repeat(unpadded.next_multiple_of(ALIGNMENT) - unpadded);
    header.push('\n');
    let mut bytes = Vec::with_capacity(PREFIX + header.len() + 4 * array.data.len());
    bytes.extend_from_slice(b"\x93NUMPY\x01\x00");
    // A shape of even a thousand axes stays below 64 KiB.
    bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    match &array.data {
        Values::F32(v) => v.iter().for_each(|x| bytes.extend(x.to_le_bytes())),
        Values::I32(v) => v.iter().for_each(|x| bytes.extend(x.to_le_bytes())),
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::parse_npy;

    #[test]
    fn what_is_written_reads_back() {
        for array in [
            Array::f32(vec![2, 3], vec![0.1, -0.0, 3.5, f32::MAX, 5.0, 6.0]),
            Array::i32(vec![2], vec![-7, i32::MAX]),
            Array::f32(vec![0, 4], vec![]),
        ] {
            let bytes = write_npy(&array);
            assert_eq!(parse_npy(&bytes).unwrap(), array);
            let data = 4 * array.data.len();
            assert_eq!((bytes.len() - data) % ALIGNMENT, 0);
        }
    }
}
