//! Protocol buffers' wire format, as far as ONNX files need it: written, never read.
//!
//!   field = varint(number << 3 | kind), then a varint (kind 0), four bytes (kind 5), or a length and bytes (kind 2)
//!
//! A message holds places for weights beside its bytes: their lengths are known before their numbers are, so a file is
//! written from front to back and no weight is held twice. <https://protobuf.dev/programming-guides/encoding/>

use std::io::{self, Write};

use regimen_graph::elements;

/// A message under construction.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Message {
    parts: Vec<Part>,
    length: u64,
}

/// Writes the numbers of the weight at a path, which has to have this shape.
pub(super) type PutWeight<'a, E> = dyn FnMut(&str, &[usize], &mut dyn Write) -> Result<(), E> + 'a;

/// A piece of a message.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    /// Bytes that are known.
    Bytes(Vec<u8>),
    /// The numbers of the weight at this path, float32 of this shape.
    Weight(String, Vec<usize>),
}

const VARINT: u64 = 0;
const BYTES: u64 = 2;
const FOUR: u64 = 5;

impl Message {
    /// Bytes that it takes when written.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// A whole number; negative ones take ten bytes, as int64 fields do.
    pub(super) fn int(&mut self, field: u64, value: i64) {
        self.head(field, VARINT);
        self.varint(value as u64);
    }

    /// A float.
    pub(super) fn float(&mut self, field: u64, value: f32) {
        self.head(field, FOUR);
        self.raw(&value.to_le_bytes());
    }

    /// Bytes.
    pub(super) fn bytes(&mut self, field: u64, value: &[u8]) {
        self.head(field, BYTES);
        self.varint(value.len() as u64);
        self.raw(value);
    }

    /// A text.
    pub(super) fn text(&mut self, field: u64, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    /// A message inside.
    pub(super) fn message(&mut self, field: u64, value: Message) {
        self.head(field, BYTES);
        self.varint(value.length);
        for part in value.parts {
            match part {
                Part::Bytes(bytes) => self.raw(&bytes),
                Part::Weight(path, shape) => self.place(path, shape),
            }
        }
    }

    /// The numbers of a weight, which are asked for when the message is written.
    pub(super) fn weight(&mut self, field: u64, path: &str, shape: &[usize]) {
        self.head(field, BYTES);
        self.varint(bytes_of(shape));
        self.place(path.to_owned(), shape.to_vec());
    }

    /// Writes the message, and its weights where they belong.
    pub(super) fn write<E: From<io::Error>>(
        &self,
        out: &mut dyn Write,
        weight: &mut PutWeight<'_, E>,
    ) -> Result<(), E> {
        for part in &self.parts {
            match part {
                Part::Bytes(bytes) => out.write_all(bytes)?,
                Part::Weight(path, shape) => weight(path, shape, out)?,
            }
        }
        Ok(())
    }

    fn head(&mut self, field: u64, kind: u64) {
        self.varint(field << 3 | kind);
    }

    fn varint(&mut self, mut value: u64) {
        let mut bytes = vec![];
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        self.raw(&bytes);
    }

    fn raw(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        match self.parts.last_mut() {
            Some(Part::Bytes(last)) => last.extend_from_slice(bytes),
            _ => self.parts.push(Part::Bytes(bytes.to_vec())),
        }
    }

    fn place(&mut self, path: String, shape: Vec<usize>) {
        self.length = self.length.saturating_add(bytes_of(&shape));
        self.parts.push(Part::Weight(path, shape));
    }
}

/// Bytes of a float32 array.
fn bytes_of(shape: &[usize]) -> u64 {
    (elements(shape) as u64).saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(message: &Message) -> Vec<u8> {
        let mut bytes = vec![];
        message
            .write::<io::Error>(&mut bytes, &mut |path, _, out| {
                out.write_all(path.as_bytes())
            })
            .expect("writes");
        bytes
    }

    #[test]
    fn the_examples_of_the_encoding_guide() {
        let mut one = Message::default();
        one.int(1, 150);
        assert_eq!(written(&one), [0x08, 0x96, 0x01]);
        let mut two = Message::default();
        two.text(2, "testing");
        assert_eq!(written(&two), b"\x12\x07testing");
        let mut three = Message::default();
        three.message(3, one);
        assert_eq!(written(&three), [0x1a, 0x03, 0x08, 0x96, 0x01]);
    }

    #[test]
    fn negative_numbers_take_ten_bytes() {
        let mut message = Message::default();
        message.int(1, -2);
        let bytes = [8, 0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(written(&message), bytes);
    }

    #[test]
    fn a_weight_inside_is_counted_before_it_is_written() {
        let mut inner = Message::default();
        inner.weight(9, "abcdefgh", &[2]);
        let mut outer = Message::default();
        outer.message(5, inner);
        assert_eq!(written(&outer), b"\x2a\x0a\x4a\x08abcdefgh");
        assert_eq!(outer.length(), 12);
    }
}
