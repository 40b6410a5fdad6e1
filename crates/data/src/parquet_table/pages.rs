//! The pages of a column, unpacked within bounds, and refused where the decoder of values would believe a
//! count that they cannot hold.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{CompressionCodec, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use super::unpacked::{known, unpack};
use crate::memory::Budget;

/// A page may unpack to this much at any ratio, and to `RATIO` times its packed size beyond.
const SMALL: u64 = 64 << 20;
const RATIO: u64 = 250;

/// Why a column cannot be opened.
pub(super) enum Refused {
    /// Its pages are packed in a way that is not read.
    Codec(String),
    Damaged(ParquetError),
}

/// The pages of one column of one group of rows.
pub(super) struct Pages {
    packed: SerializedPageReader<Bytes>,
    codec: CompressionCodec,
    /// Bytes of a value at least, in a dictionary.
    width: u64,
    most: u64,
    /// Whether values may be null, and pages so begin with levels.
    optional: bool,
    /// Whether the dictionary has come.
    dictionary: bool,
}

impl Pages {
    pub fn new(
        file: &Arc<Bytes>,
        group: &RowGroupMetaData,
        chunk: &ColumnChunkMetaData,
        budget: Budget,
    ) -> std::result::Result<Pages, Refused> {
        let codec = chunk.compression_codec();
        if !known(codec) {
            return Err(Refused::Codec(format!("{codec:?}")));
        }
        let inside = |from: i64, size: i64| {
            let end = from.checked_add(size);
            from >= 0 && size >= 0 && end.is_some_and(|end| end as u64 <= file.len() as u64)
        };
        let start = chunk
            .dictionary_page_offset()
            .unwrap_or(chunk.data_page_offset());
        if !inside(start, chunk.compressed_size()) || chunk.file_path().is_some() {
            let text = format!("column `{}` lies outside the file", chunk.column_path());
            return Err(Refused::Damaged(ParquetError::General(text)));
        }
        // The pages come as they are, to be unpacked here.
        let plain = chunk
            .clone()
            .into_builder()
            .set_compression_codec(CompressionCodec::UNCOMPRESSED)
            .build()
            .map_err(Refused::Damaged)?;
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let packed = SerializedPageReader::new(Arc::clone(file), &plain, rows, None)
            .map_err(Refused::Damaged)?;
        let width = match chunk.column_type() {
            Type::BOOLEAN => 0,
            Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
            Type::INT64 | Type::DOUBLE => 8,
            Type::INT96 => 12,
            Type::FIXED_LEN_BYTE_ARRAY => {
                u64::try_from(chunk.column_descr().type_length()).unwrap_or(0)
            }
        };
        Ok(Pages {
            packed,
            codec,
            width,
            most: budget.left() / 2,
            optional: chunk.column_descr().max_def_level() > 0,
            dictionary: false,
        })
    }

    fn unpack(&self, packed: &[u8]) -> Result<Bytes> {
        let by_ratio = SMALL.max((packed.len() as u64).saturating_mul(RATIO));
        unpack(self.codec, packed, by_ratio.min(self.most))
    }

    /// The page, unpacked and checked.
    fn plain(&mut self, page: Page) -> Result<Page> {
        let bad = |text: &str| ParquetError::General(text.to_owned());
        match page {
            Page::DictionaryPage {
                buf,
                num_values,
                encoding,
                is_sorted,
            } => {
                let buf = self.unpack(&buf)?;
                if self.width == 0 || u64::from(num_values) > buf.len() as u64 / self.width {
                    return Err(bad("a dictionary claims more values than it holds"));
                }
                self.dictionary = true;
                Ok(Page::DictionaryPage {
                    buf,
                    num_values,
                    encoding,
                    is_sorted,
                })
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding,
                rep_level_encoding,
                statistics,
            } => {
                self.check(encoding)?;
                let buf = self.unpack(&buf)?;
                if delta(encoding) {
                    // Levels of a column without groups: their length, then they.
                    let levels = match (self.optional, buf.get(..4)) {
                        (false, _) => 0,
                        (true, Some(&[a, b, c, d])) => {
                            4 + u32::from_le_bytes([a, b, c, d]) as usize
                        }
                        (true, _) => return Err(bad("a page is cut short")),
                    };
                    let values = buf
                        .get(levels..)
                        .ok_or_else(|| bad("a page is cut short"))?;
                    check_delta(encoding, values, num_values)?;
                }
                Ok(Page::DataPage {
                    buf,
                    num_values,
                    encoding,
                    def_level_encoding,
                    rep_level_encoding,
                    statistics,
                })
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed,
                statistics,
            } => {
                self.check(encoding)?;
                let levels = def_levels_byte_len as usize + rep_levels_byte_len as usize;
                let (Some(head), Some(body)) = (buf.get(..levels), buf.get(levels..)) else {
                    return Err(bad("a page is cut short"));
                };
                let buf = match is_compressed {
                    true => [head, &self.unpack(body)?].concat().into(),
                    false => buf,
                };
                if delta(encoding) {
                    check_delta(encoding, &buf[levels..], num_values)?;
                }
                Ok(Page::DataPageV2 {
                    buf,
                    num_values,
                    encoding,
                    num_nulls,
                    num_rows,
                    def_levels_byte_len,
                    rep_levels_byte_len,
                    is_compressed: false,
                    statistics,
                })
            }
        }
    }

    fn check(&self, encoding: Encoding) -> Result<()> {
        let by_dictionary = matches!(
            encoding,
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY
        );
        match by_dictionary && !self.dictionary {
            true => Err(ParquetError::General(
                "a page lacks its dictionary".to_owned(),
            )),
            false => Ok(()),
        }
    }
}

/// Encodings that begin with a count of their own.
fn delta(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::DELTA_BINARY_PACKED
            | Encoding::DELTA_LENGTH_BYTE_ARRAY
            | Encoding::DELTA_BYTE_ARRAY
    )
}

/// Refuses counts beyond the page's values, for which room would be made at once.
pub(super) fn check_delta(encoding: Encoding, values: &[u8], count: u32) -> Result<()> {
    let refused = || ParquetError::General("a page claims more values than it holds".to_owned());
    let mut rest = values;
    let lists = 1 + usize::from(encoding == Encoding::DELTA_BYTE_ARRAY);
    for list in 0..lists {
        let (block, parts, total) = (varint(&mut rest), varint(&mut rest), varint(&mut rest));
        let (Some(block), Some(parts), Some(total)) = (block, parts, total) else {
            return Err(refused());
        };
        // The format asks for blocks of a multiple of 128, and parts of a multiple of 32.
        if total > u64::from(count)
            || parts == 0
            || parts > 1 << 16
            || block > 1 << 24
            || block % parts > 0
        {
            return Err(refused());
        }
        if list + 1 < lists {
            skip_delta(&mut rest, block, parts, total).ok_or_else(refused)?;
        }
    }
    Ok(())
}

/// Passes over the body of a list of deltas: its first value, then blocks of a least delta, a width for each part, and the parts.
fn skip_delta(rest: &mut &[u8], block: u64, parts: u64, total: u64) -> Option<()> {
    varint(rest)?;
    let mut left = total.saturating_sub(1);
    while left > 0 {
        varint(rest)?;
        let (widths, body) = rest.split_at_checked(parts as usize)?;
        *rest = body;
        for &width in widths {
            if left == 0 {
                break; // parts without values have no bytes
            }
            let each = block / parts;
            *rest = rest.get((each * u64::from(width) / 8) as usize..)?;
            left = left.saturating_sub(each);
        }
        if block == 0 {
            return None;
        }
    }
    Some(())
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        match self.packed.get_next_page()? {
            Some(page) => self.plain(page).map(Some),
            None => Ok(None),
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.packed.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.packed.skip_next_page()
    }
}
