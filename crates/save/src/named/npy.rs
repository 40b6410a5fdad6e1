//! The header of a `.npy` member: numpy/lib/format.py, versions 1 to 3.
//!
//! A Python dict of three keys is all that NumPy writes; anything else is refused, and so are pickled objects.

use std::io::Read;

use crate::hdf5::Element;

/// What a member says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Header {
    pub(super) element: Element,
    pub(super) big_endian: bool,
    /// Whether the first axis runs fastest.
    pub(super) fortran_order: bool,
    pub(super) shape: Vec<usize>,
    /// Bytes of the header.
    pub(super) length: u64,
}

/// Longest header.
const LONGEST: usize = 1 << 16;

/// Header of an array of float32, as bytes.
pub(super) fn header(shape: &[usize]) -> Vec<u8> {
    let mut sizes: Vec<String> = shape.iter().map(ToString::to_string).collect();
    if sizes.len() == 1 {
        sizes.push(String::new());
    }
    let sizes = sizes.join(", ");
    let sizes = sizes.trim_end_matches(' ');
    let mut dict = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}");
    // Magic, version, length, dict and newline fill whole 64s.
    let unpadded = 10 + dict.len() + 1;
    dict += &" ".repeat(unpadded.next_multiple_of(64) - unpadded);
    dict.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((dict.len() as u16).to_le_bytes());
    bytes.extend(dict.as_bytes());
    bytes
}

/// Reads a header from the beginning of a member.
pub(super) fn read(from: &mut dyn Read) -> Result<Header, String> {
    let mut fixed = [0; 8];
    from.read_exact(&mut fixed).map_err(|e| e.to_string())?;
    if !fixed.starts_with(b"\x93NUMPY") {
        return Err("is no .npy array".to_owned());
    }
    let (length, prefix) = match fixed[6] {
        1 => {
            let mut length = [0; 2];
            from.read_exact(&mut length).map_err(|e| e.to_string())?;
            (usize::from(u16::from_le_bytes(length)), 10)
        }
        2 | 3 => {
            let mut length = [0; 4];
            from.read_exact(&mut length).map_err(|e| e.to_string())?;
            (u32::from_le_bytes(length) as usize, 12)
        }
        other => return Err(format!("has version {other} of .npy; known are 1 to 3")),
    };
    if length > LONGEST {
        return Err(format!("declares a header of {length} bytes"));
    }
    let mut text = vec![0; length];
    from.read_exact(&mut text).map_err(|e| e.to_string())?;
    let text = String::from_utf8(text).map_err(|_| "has a header that is no text")?;
    let (element, big_endian) = element(value(&text, "descr")?)?;
    let fortran_order = match value(&text, "fortran_order")? {
        order if order.starts_with("True") => true,
        order if order.starts_with("False") => false,
        _ => return Err("has a header whose fortran_order is neither True nor False".to_owned()),
    };
    Ok(Header {
        element,
        big_endian,
        fortran_order,
        shape: shape(value(&text, "shape")?)?,
        length: (prefix + length) as u64,
    })
}

/// What stands behind a key.
fn value<'t>(text: &'t str, key: &str) -> Result<&'t str, String> {
    let missing = || format!("has a header without `{key}`");
    let at = text.find(&format!("'{key}'")).ok_or_else(missing)?;
    let rest = &text[at + key.len() + 2..];
    Ok(rest
        .trim_start()
        .strip_prefix(':')
        .ok_or_else(missing)?
        .trim_start())
}

fn element(value: &str) -> Result<(Element, bool), String> {
    let quoted = value
        .strip_prefix('\'')
        .and_then(|rest| rest.split('\'').next());
    let code = quoted.unwrap_or(value);
    let known = match code.trim_start_matches(['<', '>', '|', '=']) {
        "f2" => Element::F16,
        "f4" => Element::F32,
        "f8" => Element::F64,
        "i1" => Element::Int(1),
        "i2" => Element::Int(2),
        "i4" => Element::Int(4),
        "i8" => Element::Int(8),
        "u1" => Element::Uint(1),
        "u2" => Element::Uint(2),
        "u4" => Element::Uint(4),
        "u8" => Element::Uint(8),
        "b1" => Element::Bool,
        "O" => {
            return Err(
                "holds pickled Python objects, which are never read: reading them runs code"
                    .to_owned(),
            );
        }
        _ => {
            return Err(format!(
                "has elements of the type {code:?}, which no weight has"
            ));
        }
    };
    Ok((known, code.starts_with('>')))
}

fn shape(value: &str) -> Result<Vec<usize>, String> {
    let fault = || "has a header whose shape is no tuple of sizes".to_owned();
    let inside = value
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'));
    let (inside, _) = inside.ok_or_else(fault)?;
    let sizes = inside
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty());
    sizes
        .map(|size| size.parse().map_err(|_| fault()))
        .collect()
}
