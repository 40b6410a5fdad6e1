//! PNG files of eight-bit pictures, uncompressed: a zlib stream of stored blocks (RFC 2083, RFC 1950, RFC 1951).

/// A picture, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// 1 (grey), 3 (red, green, blue) or 4 (and opacity).
    pub(crate) channels: usize,
    pub(crate) bytes: Vec<u8>,
}

/// The file.
pub(crate) fn encode(picture: &Picture) -> Vec<u8> {
    let colour = match picture.channels {
        1 => 0,
        3 => 2,
        _ => 6,
    };
    let size = |n: usize| (n as u32).to_be_bytes();
    let head = [
        &size(picture.width)[..],
        &size(picture.height),
        &[8, colour, 0, 0, 0],
    ]
    .concat();
    // Each line begins with its filter: none.
    let line = (picture.width * picture.channels).max(1);
    let lines: Vec<u8> = picture
        .bytes
        .chunks(line)
        .flat_map(|line| std::iter::once(0).chain(line.iter().copied()))
        .collect();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &stored(&lines)),
        chunk(b"IEND", &[]),
    ]
    .concat()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_be_bytes();
    let body = [kind, content].concat();
    [&length[..], &body, &crc32(&body).to_be_bytes()].concat()
}

/// A zlib stream that holds the bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 0xffff;
    let mut out = vec![0x78, 0x01];
    let blocks = bytes.len().div_ceil(BLOCK);
    for (i, block) in bytes.chunks(BLOCK).enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(i + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    out.extend(adler32(bytes).to_be_bytes());
    out
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

/// CRC-32 (IEEE 802.3), bits reflected.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            1 => crc >> 1 ^ 0xedb8_8320,
            _ => crc >> 1,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_their_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_decoder_reads_what_was_written() {
        for (width, height, channels) in [(3, 2, 1), (1, 5, 3), (2, 2, 4), (300, 400, 1)] {
            let count = width * height * channels;
            let picture = Picture {
                width,
                height,
                channels,
                bytes: (0..count).map(|i| (i * 37 % 251) as u8).collect(),
            };
            let read = image::load_from_memory(&encode(&picture)).expect("a PNG");
            assert_eq!(
                (read.width() as usize, read.height() as usize),
                (width, height)
            );
            assert_eq!(read.as_bytes(), picture.bytes);
        }
    }
}
