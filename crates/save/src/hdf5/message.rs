//! Messages of HDF5 object headers, as bytes.
//!
//! Source: HDF5 File Format Specification Version 3.0, part IV.A ("Data Object Headers") and III.E ("Global Heap").

use super::Element;

/// An address that points nowhere.
pub(super) const UNDEFINED: u64 = u64::MAX;

/// Kinds of messages.
pub(super) const DATASPACE: u8 = 0x01;
pub(super) const LINK_INFO: u8 = 0x02;
pub(super) const DATATYPE: u8 = 0x03;
pub(super) const FILL_VALUE: u8 = 0x05;
pub(super) const LINK: u8 = 0x06;
pub(super) const LAYOUT: u8 = 0x08;
pub(super) const GROUP_INFO: u8 = 0x0a;
pub(super) const ATTRIBUTE: u8 = 0x0c;

/// A link to an object of this name: version 1, hard, UTF-8.
pub(super) fn link(name: &str, address: u64) -> Vec<u8> {
    // Flags: a name of up to 2^16 bytes (1), a character set (16).
    let mut bytes = vec![1, 0x10 | 1, 1];
    bytes.extend((name.len() as u16).to_le_bytes());
    bytes.extend(name.as_bytes());
    bytes.extend(address.to_le_bytes());
    bytes
}

/// Links stand in the header: no heap, no index.
pub(super) fn link_info() -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(UNDEFINED.to_le_bytes());
    bytes.extend(UNDEFINED.to_le_bytes());
    bytes
}

/// Sizes of a dataset, or a scalar.
pub(super) fn dataspace(shape: &[usize]) -> Vec<u8> {
    let kind = u8::from(!shape.is_empty());
    let mut bytes = vec![2, shape.len() as u8, 0, kind];
    for size in shape {
        bytes.extend((*size as u64).to_le_bytes());
    }
    bytes
}

/// The type of elements.
pub(super) fn datatype(element: Element) -> Vec<u8> {
    let size = element.size() as u32;
    let bits = 8 * size as u16;
    match element {
        Element::F16 => float(2, 15, (10, 5), 10, 15),
        Element::F32 => float(4, 31, (23, 8), 23, 127),
        Element::F64 => float(8, 63, (52, 11), 52, 1023),
        Element::Int(_) => fixed(0x08, size, bits),
        Element::Uint(_) => fixed(0, size, bits),
        // Opaque, without a tag.
        Element::BF16 => head(5, [0, 0, 0], size),
        Element::Bool => boolean(),
    }
}

fn head(class: u8, bits: [u8; 3], size: u32) -> Vec<u8> {
    let mut bytes = vec![0x10 | class];
    bytes.extend(bits);
    bytes.extend(size.to_le_bytes());
    bytes
}

fn fixed(flags: u8, size: u32, bits: u16) -> Vec<u8> {
    let mut bytes = head(0, [flags, 0, 0], size);
    bytes.extend(0u16.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes
}

/// Place of the sign; place and size of the exponent; size of the mantissa; bias.
fn float(size: u32, sign: u8, exponent: (u8, u8), mantissa: u8, bias: u32) -> Vec<u8> {
    // The highest bit of the mantissa is implied.
    let mut bytes = head(1, [0x20, sign, 0], size);
    bytes.extend(0u16.to_le_bytes());
    bytes.extend((8 * size as u16).to_le_bytes());
    bytes.extend([exponent.0, exponent.1, 0, mantissa]);
    bytes.extend(bias.to_le_bytes());
    bytes
}

/// An enumeration of FALSE and TRUE over a signed byte, as h5py has it.
fn boolean() -> Vec<u8> {
    let mut bytes = head(8, [2, 0, 0], 1);
    bytes.extend(fixed(0x08, 1, 8));
    for name in ["FALSE", "TRUE"] {
        // Names end with 0 and fill whole eights.
        let mut padded = name.as_bytes().to_vec();
        padded.resize(8, 0);
        bytes.extend(padded);
    }
    bytes.extend([0, 1]);
    bytes
}

/// Text of a fixed number of bytes, filled up with 0.
fn fixed_text(size: u32, utf8: bool) -> Vec<u8> {
    head(3, [1 | (u8::from(utf8) << 4), 0, 0], size)
}

/// Text of any length, UTF-8, in a global heap.
fn text() -> Vec<u8> {
    let mut bytes = head(9, [1, 1, 0], 16);
    bytes.extend(fixed_text(1, true));
    bytes
}

/// No value of its own, for what is never left unwritten.
pub(super) fn fill_value() -> Vec<u8> {
    vec![3, 0x0a]
}

/// Elements in one piece.
pub(super) fn layout(address: u64, size: u64) -> Vec<u8> {
    let mut bytes = vec![3, 1];
    bytes.extend(address.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes
}

/// An attribute with a text that lies in the global heap at this place.
pub(super) fn text_attribute(name: &str, length: usize, heap: u64, index: u32) -> Vec<u8> {
    let mut data = (length as u32).to_le_bytes().to_vec();
    data.extend(heap.to_le_bytes());
    data.extend(index.to_le_bytes());
    attribute(name, &text(), &dataspace(&[]), &data)
}

/// An attribute with texts of one length, `S` in NumPy.
pub(super) fn texts_attribute(name: &str, texts: &[String]) -> Vec<u8> {
    let size = texts.iter().map(String::len).max().unwrap_or(0).max(1);
    let mut data = vec![];
    for text in texts {
        let at = data.len();
        data.extend(text.as_bytes());
        data.resize(at + size, 0);
    }
    let kind = fixed_text(size as u32, !texts.iter().all(|t| t.is_ascii()));
    attribute(name, &kind, &dataspace(&[texts.len()]), &data)
}

fn attribute(name: &str, datatype: &[u8], dataspace: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![3, 0];
    for size in [name.len() + 1, datatype.len(), dataspace.len()] {
        bytes.extend((size as u16).to_le_bytes());
    }
    bytes.push(1);
    bytes.extend(name.as_bytes());
    bytes.push(0);
    bytes.extend(datatype);
    bytes.extend(dataspace);
    bytes.extend(data);
    bytes
}

/// A global heap that holds these texts, from index 1 on.
pub(super) fn heap(texts: &[&str]) -> Vec<u8> {
    let mut bytes = b"GCOL\x01\0\0\0".to_vec();
    bytes.extend([0; 8]);
    for (i, text) in texts.iter().enumerate() {
        bytes.extend((i as u16 + 1).to_le_bytes());
        bytes.extend(1u16.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend((text.len() as u64).to_le_bytes());
        bytes.extend(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    // What is left is object 0, its own head counted.
    let whole = (bytes.len() + 16).max(4096).next_multiple_of(8);
    let free = (whole - bytes.len()) as u64;
    bytes.extend([0; 8]);
    bytes.extend(free.to_le_bytes());
    bytes.resize(whole, 0);
    bytes[8..16].copy_from_slice(&(whole as u64).to_le_bytes());
    bytes
}
