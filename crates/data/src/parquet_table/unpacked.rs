//! Unpacking a page within bounds: what it claims to hold counts for nothing.

use std::io::Read;

use bytes::Bytes;
use parquet::basic::CompressionCodec as Codec;
use parquet::errors::{ParquetError, Result};

/// Whether pages of this kind can be unpacked.
pub(super) fn known(codec: Codec) -> bool {
    matches!(
        codec,
        Codec::UNCOMPRESSED | Codec::SNAPPY | Codec::GZIP | Codec::ZSTD | Codec::LZ4_RAW
    )
}

/// The plain bytes of a page, `most` at most.
pub(super) fn unpack(codec: Codec, packed: &[u8], most: u64) -> Result<Bytes> {
    match codec {
        _ if packed.is_empty() => Ok(Bytes::new()),
        Codec::UNCOMPRESSED => Ok(Bytes::copy_from_slice(packed)),
        Codec::SNAPPY => snappy(packed, most),
        Codec::GZIP => stream(flate2::read::MultiGzDecoder::new(packed), most),
        Codec::ZSTD => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(packed);
            stream(decoder.map_err(|e| bad(&e))?, most)
        }
        Codec::LZ4_RAW => lz4(packed, most),
        other => Err(bad(&format!("{other:?} is not read"))),
    }
}

fn bad(e: &dyn std::fmt::Display) -> ParquetError {
    ParquetError::General(format!("a page does not unpack: {e}"))
}

fn too_large(most: u64) -> ParquetError {
    bad(&format!("it holds more than {most} bytes"))
}

fn stream(reader: impl Read, most: u64) -> Result<Bytes> {
    let mut plain = Vec::new();
    let read = reader.take(most.saturating_add(1)).read_to_end(&mut plain);
    read.map_err(|e| bad(&e))?;
    match plain.len() as u64 > most {
        true => Err(too_large(most)),
        false => Ok(plain.into()),
    }
}

fn snappy(packed: &[u8], most: u64) -> Result<Bytes> {
    let size = snap::raw::decompress_len(packed).map_err(|e| bad(&e))?;
    // A byte of snappy stands for 64 bytes at most.
    if size as u64 > most || size / 64 > packed.len() {
        return Err(too_large(most.min(64 * packed.len() as u64)));
    }
    let plain = snap::raw::Decoder::new().decompress_vec(packed);
    Ok(plain.map_err(|e| bad(&e))?.into())
}

/// A block of LZ4 does not say how much it holds: the room doubles until it is enough.
fn lz4(packed: &[u8], most: u64) -> Result<Bytes> {
    let most = most.min(256 * packed.len() as u64) as usize;
    let mut room = (4 * packed.len()).min(most);
    loop {
        let mut plain = vec![0; room];
        match lz4_flex::block::decompress_into(packed, &mut plain) {
            Ok(size) => {
                plain.truncate(size);
                return Ok(plain.into());
            }
            Err(lz4_flex::block::DecompressError::OutputTooSmall { .. }) if room < most => {
                room = room.saturating_mul(2).min(most);
            }
            Err(e) => return Err(bad(&e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_stays_in_its_bounds() {
        let zeros = vec![0; 1 << 20];
        let snappy = snap::raw::Encoder::new().compress_vec(&zeros).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, &zeros).unwrap();
        let gzip = gzip.finish().unwrap();
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let zstd = ruzstd::encoding::compress_to_vec(zeros.as_slice(), level);
        for (codec, packed) in [
            (Codec::SNAPPY, snappy),
            (Codec::GZIP, gzip),
            (Codec::ZSTD, zstd),
        ] {
            assert_eq!(unpack(codec, &packed, 1 << 20).unwrap(), zeros);
            let fault = unpack(codec, &packed, 1 << 19).unwrap_err().to_string();
            assert!(fault.contains("more than"), "{fault}");
            assert!(unpack(codec, &packed[..packed.len() / 2], 1 << 20).is_err());
        }
        let claim = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]; // 4 GiB of snappy
        assert!(unpack(Codec::SNAPPY, &claim, u64::MAX).is_err());
    }

    #[test]
    fn lz4_grows_its_room() {
        // 4 literals, then 300 bytes from 4 before, then 5 literals.
        let packed = [0x4F, 1, 2, 3, 4, 4, 0, 255, 26, 0x50, 5, 6, 7, 8, 9];
        let plain = unpack(Codec::LZ4_RAW, &packed, 1 << 20).unwrap();
        assert_eq!((plain.len(), plain[300], plain[308]), (309, 1, 9));
        assert!(unpack(Codec::LZ4_RAW, &packed, 100).is_err());
        assert!(unpack(Codec::LZ4_RAW, &packed[..7], 1 << 20).is_err());
    }
}
