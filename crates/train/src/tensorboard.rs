//! TensorBoard event files: protocol buffers in TFRecord frames.
//!
//! A record is its length (u64), the masked CRC-32C of the length, the bytes, the masked CRC-32C of the bytes, all little
//! endian (tensorflow/core/lib/io/record_writer.h). The messages are those of tensorflow/core/util/event.proto and
//! tensorflow/core/framework/{summary,tensor}.proto; scalars, histograms and images are written as `tf.summary` writes them.

use crate::png::{self, Picture};

/// The record that opens a file.
pub(crate) fn opening(wall_time: f64) -> Vec<u8> {
    let mut event = double(1, wall_time);
    event.extend(bytes(3, b"brain.Event:2"));
    record(&event)
}

/// What is shown under a tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shown {
    /// A number.
    Scalar(f64),
    /// Buckets as [left, right, count].
    Histogram(Vec<[f64; 3]>),
    /// Pictures of one size.
    Images(Vec<Picture>),
    /// A model in Keras's JSON, for the page of graphs.
    Model(String),
}

/// A record with what is shown of one step.
pub(crate) fn summary(wall_time: f64, step: u64, values: &[(String, Shown)]) -> Vec<u8> {
    let value = |(tag, shown): &(String, Shown)| bytes(1, &value(tag, shown));
    let summary: Vec<u8> = values.iter().flat_map(value).collect();
    let mut event = double(1, wall_time);
    event.extend(integer(2, step));
    event.extend(bytes(5, &summary));
    record(&event)
}

/// `Summary.Value`: a tag, a tensor, and metadata that gives it to a page of TensorBoard.
fn value(tag: &str, shown: &Shown) -> Vec<u8> {
    const DATA_CLASS_SCALAR: u64 = 1;
    const DATA_CLASS_TENSOR: u64 = 2;
    const DATA_CLASS_BLOB_SEQUENCE: u64 = 3;
    let (tensor, plugin, content, class): (_, &str, &[u8], _) = match shown {
        Shown::Scalar(x) => (floats(&[*x as f32]), "scalars", &[], DATA_CLASS_SCALAR),
        Shown::Histogram(buckets) => (doubles(buckets), "histograms", &[], DATA_CLASS_TENSOR),
        Shown::Images(pictures) => (images(pictures), "images", &[], DATA_CLASS_BLOB_SEQUENCE),
        // Keras gives its graphs no class, and the version 1 as content.
        Shown::Model(json) => (texts(&[], &[json.as_bytes()]), "graph_keras_model", b"1", 0),
    };
    let mut about = bytes(1, plugin.as_bytes());
    if !content.is_empty() {
        about.extend(bytes(2, content));
    }
    let mut metadata = bytes(1, &about);
    if class > 0 {
        metadata.extend(integer(4, class));
    }
    [
        bytes(1, tag.as_bytes()),
        bytes(8, &tensor),
        bytes(9, &metadata),
    ]
    .concat()
}

/// `TensorProto`: a type, a shape, and the elements in the field of their type.
fn tensor(kind: u64, shape: &[usize], elements: &[u8]) -> Vec<u8> {
    let size = |n: &usize| bytes(2, &integer(1, *n as u64));
    let shape: Vec<u8> = shape.iter().flat_map(size).collect();
    [&integer(1, kind), &bytes(2, &shape), elements].concat()
}

/// A float32 without axes.
fn floats(x: &[f32]) -> Vec<u8> {
    const DT_FLOAT: u64 = 1;
    let packed: Vec<u8> = x.iter().flat_map(|x| x.to_le_bytes()).collect();
    tensor(DT_FLOAT, &[], &bytes(5, &packed))
}

/// Buckets as float64 (buckets, 3).
fn doubles(buckets: &[[f64; 3]]) -> Vec<u8> {
    const DT_DOUBLE: u64 = 2;
    let packed: Vec<u8> = buckets
        .iter()
        .flatten()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    tensor(DT_DOUBLE, &[buckets.len(), 3], &bytes(6, &packed))
}

/// Strings of bytes.
fn texts(shape: &[usize], elements: &[&[u8]]) -> Vec<u8> {
    const DT_STRING: u64 = 7;
    let packed: Vec<u8> = elements.iter().flat_map(|e| bytes(8, e)).collect();
    tensor(DT_STRING, shape, &packed)
}

/// Width, height and the files, as strings.
fn images(pictures: &[Picture]) -> Vec<u8> {
    let size = |of: fn(&Picture) -> usize| pictures.first().map_or(0, of).to_string().into_bytes();
    let mut elements = vec![size(|p| p.width), size(|p| p.height)];
    elements.extend(pictures.iter().map(png::encode));
    let elements: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    texts(&[elements.len()], &elements)
}

fn varint(mut n: u64) -> Vec<u8> {
    let mut out = vec![];
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

fn integer(field: u64, n: u64) -> Vec<u8> {
    [varint(field << 3), varint(n)].concat()
}

fn double(field: u64, x: f64) -> Vec<u8> {
    let mut out = varint(field << 3 | 1);
    out.extend(x.to_le_bytes());
    out
}

/// Bytes, text, packed numbers or a message.
fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    [
        &varint(field << 3 | 2),
        &varint(content.len() as u64),
        content,
    ]
    .concat()
}

fn record(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    [
        &length,
        &masked_crc(&length).to_le_bytes()[..],
        content,
        &masked_crc(content).to_le_bytes(),
    ]
    .concat()
}

fn masked_crc(content: &[u8]) -> u32 {
    crc32c(content).rotate_right(15).wrapping_add(0xa282_ead8)
}

/// CRC-32C (Castagnoli), bits reflected.
fn crc32c(content: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0u32; 256];
        let mut i = 0;
        while i < 256 {
            let mut crc = i as u32;
            let mut bit = 0;
            while bit < 8 {
                crc = if crc & 1 == 1 {
                    crc >> 1 ^ 0x82f6_3b78
                } else {
                    crc >> 1
                };
                bit += 1;
            }
            table[i] = crc;
            i += 1;
        }
        table
    };
    !content.iter().fold(!0, |crc: u32, byte| {
        crc >> 8 ^ TABLE[((crc ^ u32::from(*byte)) & 255) as usize]
    })
}

/// Reads event files back, for tests.
#[cfg(test)]
pub(crate) mod reader {
    use super::masked_crc;

    /// A field of a message.
    pub(crate) enum Field<'a> {
        Number(u64),
        Bytes(&'a [u8]),
    }

    fn varint(rest: &mut &[u8]) -> u64 {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = rest[0];
            *rest = &rest[1..];
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        n
    }

    /// The fields of a message in order.
    pub(crate) fn fields(mut rest: &[u8]) -> Vec<(u64, Field<'_>)> {
        let mut out = vec![];
        while !rest.is_empty() {
            let key = varint(&mut rest);
            let size = match key & 7 {
                0 => {
                    out.push((key >> 3, Field::Number(varint(&mut rest))));
                    continue;
                }
                1 => 8,
                2 => varint(&mut rest) as usize,
                5 => 4,
                other => panic!("wire type {other}"),
            };
            out.push((key >> 3, Field::Bytes(&rest[..size])));
            rest = &rest[size..];
        }
        out
    }

    /// Contents of the records; every checksum is checked.
    pub(crate) fn records(mut rest: &[u8]) -> Vec<&[u8]> {
        let mut out = vec![];
        while !rest.is_empty() {
            let sum = |at: usize| u32::from_le_bytes(rest[at..at + 4].try_into().unwrap());
            let size = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
            assert_eq!(sum(8), masked_crc(&rest[..8]));
            assert_eq!(sum(12 + size), masked_crc(&rest[12..12 + size]));
            out.push(&rest[12..12 + size]);
            rest = &rest[16 + size..];
        }
        out
    }

    fn inside<'a>(message: &'a [u8], field: u64) -> Vec<&'a [u8]> {
        let bytes = |(n, f): (u64, Field<'a>)| match f {
            Field::Bytes(b) if n == field => Some(b),
            _ => None,
        };
        fields(message).into_iter().filter_map(bytes).collect()
    }

    /// Tag, step and value of every scalar of a file.
    pub(crate) fn scalars(file: &[u8]) -> Vec<(String, u64, f32)> {
        let scalar = |s: Summary| {
            let bytes = s.elements(5).first()?.as_slice().try_into().ok()?;
            let x = f32::from_le_bytes(bytes);
            (s.plugin == "scalars").then_some((s.tag, s.step, x))
        };
        summaries(file).into_iter().filter_map(scalar).collect()
    }

    /// One thing that is shown.
    pub(crate) struct Summary {
        pub(crate) tag: String,
        pub(crate) step: u64,
        pub(crate) plugin: String,
        tensor: Vec<u8>,
    }

    impl Summary {
        /// The elements of its tensor that are in a field.
        pub(crate) fn elements(&self, field: u64) -> Vec<Vec<u8>> {
            inside(&self.tensor, field)
                .into_iter()
                .map(<[u8]>::to_vec)
                .collect()
        }

        /// The sizes of its tensor.
        pub(crate) fn shape(&self) -> Vec<u64> {
            let shape = inside(&self.tensor, 2)[0];
            let size = |dim| match fields(dim)[..] {
                [(1, Field::Number(n))] => n,
                _ => panic!("a size"),
            };
            inside(shape, 2).into_iter().map(size).collect()
        }
    }

    /// Everything shown in a file that opens as it should.
    pub(crate) fn summaries(file: &[u8]) -> Vec<Summary> {
        let records = records(file);
        assert_eq!(inside(records[0], 3), [b"brain.Event:2"]);
        let mut out = vec![];
        for event in &records[1..] {
            let step = fields(event).into_iter().find_map(|(n, f)| match f {
                Field::Number(step) if n == 2 => Some(step),
                _ => None,
            });
            for value in inside(event, 5)
                .into_iter()
                .flat_map(|summary| inside(summary, 1))
            {
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let plugin = inside(inside(value, 9)[0], 1)[0];
                out.push(Summary {
                    tag: text(inside(value, 1)[0]),
                    step: step.unwrap(),
                    plugin: text(inside(plugin, 1)[0]),
                    tensor: inside(value, 8)[0].to_vec(),
                });
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720, B.4.
    #[test]
    fn checksums_are_those_of_the_rfc() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(&[0xff; 32]), 0x62a8_ab43);
        assert_eq!(crc32c(&(0..32).collect::<Vec<u8>>()), 0x46dd_794e);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let some = |list: &[(&str, f64)]| {
            list.iter()
                .map(|(tag, x)| (tag.to_string(), Shown::Scalar(*x)))
                .collect::<Vec<_>>()
        };
        let mut file = opening(1.5);
        file.extend(summary(
            2.5,
            300,
            &some(&[("epoch_loss", 0.25), ("epoch_é", f64::INFINITY)]),
        ));
        file.extend(summary(3.5, 0, &some(&[("epoch_loss", f64::from(0.1f32))])));
        let got = reader::scalars(&file);
        let want = [
            ("epoch_loss", 300, 0.25),
            ("epoch_é", 300, f32::INFINITY),
            ("epoch_loss", 0, 0.1),
        ];
        assert_eq!(got, want.map(|(tag, step, x)| (tag.to_string(), step, x)));
    }
}
