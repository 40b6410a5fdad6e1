//! A column of a Parquet file, some rows at a time, as text.

use std::fmt::{Display, LowerExp, Write};

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{DataType, Int96};
use parquet::errors::ParquetError;

use super::kind::Kind;
use crate::npy::f16_to_f32;

/// Texts end to end, and where each ends.
#[derive(Default)]
pub(super) struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all texts.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }
}

/// What is wrong with some rows.
pub(super) enum Bad {
    /// A row, from 0, that is no text.
    Cell(usize),
    Damaged(ParquetError),
}

/// A column that is being read.
pub(super) struct Column {
    reader: ColumnReader,
    kind: Kind,
    /// Whether values may be null.
    optional: bool,
}

/// Writes a value; false where it is no text.
type Show<T> = fn(&T, Kind, &mut String) -> bool;

impl Column {
    pub fn new(reader: ColumnReader, kind: Kind, optional: bool) -> Column {
        Column {
            reader,
            kind,
            optional,
        }
    }

    /// The next rows, `most` at most; none at the end.
    pub fn read(&mut self, most: usize) -> Result<Cells, Bad> {
        let (kind, optional) = (self.kind, self.optional);
        match &mut self.reader {
            ColumnReader::BoolColumnReader(r) => cells(r, kind, optional, most, |v, _, out| {
                out.push(if *v { '1' } else { '0' });
                true
            }),
            ColumnReader::Int32ColumnReader(r) => {
                cells(r, kind, optional, most, |v, kind, out| match kind {
                    Kind::Unsigned => write(out, &v.cast_unsigned()),
                    kind => integer(i64::from(*v), kind, out),
                })
            }
            ColumnReader::Int64ColumnReader(r) => {
                cells(r, kind, optional, most, |v, kind, out| match kind {
                    Kind::Unsigned => write(out, &v.cast_unsigned()),
                    kind => integer(*v, kind, out),
                })
            }
            ColumnReader::Int96ColumnReader(r) => cells(r, kind, optional, most, int96),
            ColumnReader::FloatColumnReader(r) => cells(r, kind, optional, most, |v, _, out| {
                float(*v, f64::from(*v), out)
            }),
            ColumnReader::DoubleColumnReader(r) => {
                cells(r, kind, optional, most, |v, _, out| float(*v, *v, out))
            }
            ColumnReader::ByteArrayColumnReader(r) => {
                cells(r, kind, optional, most, |v, kind, out| {
                    bytes(v.data(), kind, out)
                })
            }
            ColumnReader::FixedLenByteArrayColumnReader(r) => {
                cells(r, kind, optional, most, |v, kind, out| {
                    bytes(v.data(), kind, out)
                })
            }
        }
    }
}

fn cells<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    kind: Kind,
    optional: bool,
    most: usize,
    show: Show<T::T>,
) -> Result<Cells, Bad> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let read = reader.read_records(most, optional.then_some(&mut levels), None, &mut values);
    let (rows, ..) = read.map_err(Bad::Damaged)?;
    let mut cells = Cells::default();
    let mut values = values.iter();
    for row in 0..rows {
        let null = optional && levels.get(row).is_none_or(|&level| level == 0);
        if !null {
            let missing = || ParquetError::General("a page lacks values".to_owned());
            let value = values.next().ok_or_else(|| Bad::Damaged(missing()))?;
            if !show(value, kind, &mut cells.text) {
                return Err(Bad::Cell(row));
            }
        }
        cells.ends.push(cells.text.len());
    }
    Ok(cells)
}

fn write(out: &mut String, value: &dyn Display) -> bool {
    write!(out, "{value}").is_ok()
}

/// As short as it can be read back; far from 1 with an exponent.
fn float(value: impl Display + LowerExp, size: f64, out: &mut String) -> bool {
    let size = size.abs();
    match size == 0.0 || !size.is_finite() || (1e-5..1e16).contains(&size) {
        true => write(out, &value),
        false => write!(out, "{value:e}").is_ok(),
    }
}

fn integer(value: i64, kind: Kind, out: &mut String) -> bool {
    match kind {
        Kind::Decimal(scale) => decimal(i128::from(value), scale, out),
        Kind::Date => date(value, out),
        Kind::Time(ticks) => time(value, ticks, out),
        Kind::Timestamp(ticks) => {
            let day = 86_400 * ticks;
            date(value.div_euclid(day), out);
            out.push('T');
            time(value.rem_euclid(day), ticks, out)
        }
        _ => write(out, &value),
    }
}

fn decimal(value: i128, scale: u32, out: &mut String) -> bool {
    let sign = if value < 0 { "-" } else { "" };
    let one = 10u128.pow(scale); // scales end at 38
    let (whole, part) = (value.unsigned_abs() / one, value.unsigned_abs() % one);
    match scale {
        0 => write!(out, "{sign}{whole}").is_ok(),
        _ => write!(out, "{sign}{whole}.{part:0width$}", width = scale as usize).is_ok(),
    }
}

/// `2024-02-29`, from days since 1970-01-01 (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
fn date(days: i64, out: &mut String) -> bool {
    let z = days + 719_468;
    let (era, doe) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    write!(out, "{year:04}-{month:02}-{day:02}").is_ok()
}

/// `13:05:00`, and a fraction where there is one.
fn time(value: i64, ticks: i64, out: &mut String) -> bool {
    let (seconds, part) = (value.div_euclid(ticks), value.rem_euclid(ticks));
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if write!(out, "{hour:02}:{minute:02}:{second:02}").is_err() {
        return false;
    }
    if part > 0 {
        let width = ticks.ilog10() as usize;
        let digits = format!("{part:0width$}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
    true
}

/// Nanoseconds of a day, then its Julian number.
fn int96(value: &Int96, _: Kind, out: &mut String) -> bool {
    let [low, high, julian] = value.data() else {
        return false;
    };
    let nanos = (u64::from(*high) << 32) | u64::from(*low);
    let seconds = i64::try_from(nanos / 1_000_000_000).unwrap_or_default();
    if seconds >= 86_400 {
        return false;
    }
    date(i64::from(*julian) - 2_440_588, out);
    out.push('T');
    time(
        seconds * 1_000_000_000 + (nanos % 1_000_000_000) as i64,
        1_000_000_000,
        out,
    )
}

fn bytes(value: &[u8], kind: Kind, out: &mut String) -> bool {
    match kind {
        Kind::Decimal(scale) => match value {
            [] => false,
            [first, ..] if value.len() <= 16 => {
                let sign = if first & 0x80 > 0 { -1i128 } else { 0 };
                let whole = value
                    .iter()
                    .fold(sign, |sum, &byte| (sum << 8) | i128::from(byte));
                decimal(whole, scale, out)
            }
            _ => false,
        },
        Kind::Half => match value {
            &[a, b] => {
                let value = f16_to_f32(u16::from_le_bytes([a, b]));
                float(value, f64::from(value), out)
            }
            _ => false,
        },
        Kind::Uuid => value.iter().enumerate().all(|(i, byte)| {
            let dash = if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(out, "{dash}{byte:02x}").is_ok()
        }),
        _ => match std::str::from_utf8(value) {
            Ok(text) => {
                out.push_str(text);
                true
            }
            Err(_) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(show: impl FnOnce(&mut String) -> bool) -> String {
        let mut out = String::new();
        assert!(show(&mut out));
        out
    }

    #[test]
    fn dates_and_times() {
        let show = |value, kind| text(|out| integer(value, kind, out));
        assert_eq!(show(0, Kind::Date), "1970-01-01");
        assert_eq!(show(19_782, Kind::Date), "2024-02-29");
        assert_eq!(show(-1, Kind::Date), "1969-12-31");
        assert_eq!(show(47_100_000, Kind::Time(1_000)), "13:05:00");
        assert_eq!(show(-1, Kind::Timestamp(1_000)), "1969-12-31T23:59:59.999");
        assert_eq!(
            show(1_500_000, Kind::Timestamp(1_000_000)),
            "1970-01-01T00:00:01.5"
        );
        let julian = Int96::from(vec![1_000_000_000, 0, 2_440_589]);
        assert_eq!(
            text(|out| int96(&julian, Kind::Plain, out)),
            "1970-01-02T00:00:01"
        );
        for day in [i64::from(i32::MIN), i64::from(i32::MAX)] {
            show(day, Kind::Date);
        }
        show(i64::MIN, Kind::Timestamp(1_000));
    }

    #[test]
    fn numbers() {
        assert_eq!(text(|out| decimal(-1_205, 2, out)), "-12.05");
        assert_eq!(
            text(|out| bytes(&[0xFF, 0x38], Kind::Decimal(1), out)),
            "-20.0"
        );
        assert_eq!(text(|out| float(0.1f32, 0.1, out)), "0.1");
        assert_eq!(text(|out| float(1e300, 1e300, out)), "1e300");
        assert_eq!(text(|out| float(f64::NAN, f64::NAN, out)), "NaN");
        assert_eq!(text(|out| bytes(&[0, 0x3C], Kind::Half, out)), "1");
        assert!(!bytes(&[0xFF], Kind::Plain, &mut String::new()));
        assert!(!bytes(&[], Kind::Decimal(0), &mut String::new()));
        assert!(!bytes(&[1; 17], Kind::Decimal(0), &mut String::new()));
    }
}
