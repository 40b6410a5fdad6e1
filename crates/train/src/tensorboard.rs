//! TensorBoard event files: protocol buffers in TFRecord frames.
//!
//! A record is its length (u64), the masked CRC-32C of the length, the bytes, the masked CRC-32C of the bytes, all little
//! endian (tensorflow/core/lib/io/record_writer.h). The messages are those of tensorflow/core/util/event.proto and
//! tensorflow/core/framework/{summary,tensor}.proto; scalars are written as `tf.summary.scalar` writes them.

/// The record that opens a file.
pub(crate) fn opening(wall_time: f64) -> Vec<u8> {
    let mut event = double(1, wall_time);
    event.extend(bytes(3, b"brain.Event:2"));
    record(&event)
}

/// A record with scalars of one step.
pub(crate) fn scalars(wall_time: f64, step: u64, values: &[(String, f64)]) -> Vec<u8> {
    let value = |(tag, x): &(String, f64)| bytes(1, &value(tag, *x as f32));
    let summary: Vec<u8> = values.iter().flat_map(value).collect();
    let mut event = double(1, wall_time);
    event.extend(integer(2, step));
    event.extend(bytes(5, &summary));
    record(&event)
}

/// `Summary.Value`: a tag, a float tensor without axes, and metadata that gives it to the scalars page.
fn value(tag: &str, x: f32) -> Vec<u8> {
    const DT_FLOAT: u64 = 1;
    const DATA_CLASS_SCALAR: u64 = 1;
    let tensor = [
        integer(1, DT_FLOAT),
        bytes(2, &[]),
        bytes(5, &x.to_le_bytes()),
    ]
    .concat();
    let plugin = bytes(1, b"scalars");
    let metadata = [bytes(1, &plugin), integer(4, DATA_CLASS_SCALAR)].concat();
    [
        bytes(1, tag.as_bytes()),
        bytes(8, &tensor),
        bytes(9, &metadata),
    ]
    .concat()
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

    /// Tag, step and value of every scalar of a file that opens as it should.
    pub(crate) fn scalars(file: &[u8]) -> Vec<(String, u64, f32)> {
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
                let tag = String::from_utf8(inside(value, 1)[0].to_vec()).unwrap();
                let tensor = inside(value, 8)[0];
                let plugin = inside(inside(value, 9)[0], 1)[0];
                assert_eq!(inside(plugin, 1), [b"scalars"]);
                out.push((
                    tag,
                    step.unwrap(),
                    f32::from_le_bytes(inside(tensor, 5)[0].try_into().unwrap()),
                ));
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
                .map(|(tag, x)| (tag.to_string(), *x))
                .collect::<Vec<_>>()
        };
        let mut file = opening(1.5);
        file.extend(scalars(
            2.5,
            300,
            &some(&[("epoch_loss", 0.25), ("epoch_é", f64::INFINITY)]),
        ));
        file.extend(scalars(3.5, 0, &some(&[("epoch_loss", f64::from(0.1f32))])));
        let got = reader::scalars(&file);
        let want = [
            ("epoch_loss", 300, 0.25),
            ("epoch_é", 300, f32::INFINITY),
            ("epoch_loss", 0, 0.1),
        ];
        assert_eq!(got, want.map(|(tag, step, x)| (tag.to_string(), step, x)));
    }
}
