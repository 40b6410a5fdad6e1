//! Files of every compression, each damaged in every byte.

use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type, Int96, Int96Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

const NONE: &[u8] = include_bytes!("fixtures/none.parquet");
const SNAPPY: &[u8] = include_bytes!("fixtures/snappy.parquet");
const GZIP: &[u8] = include_bytes!("fixtures/gzip.parquet");
const ZSTD: &[u8] = include_bytes!("fixtures/zstd.parquet");
const LZ4: &[u8] = include_bytes!("fixtures/lz4.parquet");
const BROTLI: &[u8] = include_bytes!("fixtures/brotli.parquet");
const V2: &[u8] = include_bytes!("fixtures/v2.parquet");
const NESTED: &[u8] = include_bytes!("fixtures/nested.parquet");

const ROWS: [[&str; 9]; 3] = [
    [
        "1",
        "1",
        "0.5",
        "1",
        "a,b",
        "2024-02-29",
        "2024-02-29T13:05:00.5",
        "-12.05",
        "x",
    ],
    ["", "2", "NaN", "0", "", "", "", "", "y"],
    [
        "3",
        "18446744073709551615",
        "",
        "",
        "é",
        "1969-12-31",
        "1970-01-01T00:00:00",
        "3.10",
        "x",
    ],
];

fn parse(bytes: &[u8], columns: &[&str]) -> Result<Table, Fault> {
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    parse_parquet(bytes, &columns, Some(1 << 30))
}

fn fault(bytes: &[u8], columns: &[&str]) -> String {
    parse(bytes, columns).expect_err("is refused").to_string()
}

/// A file that the crate itself writes: a schema and what fills its columns.
fn written(schema: &str, fill: impl Fn(&mut SerializedFileWriter<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).expect("is a schema"));
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("begins");
    fill(&mut writer);
    writer.close().expect("ends");
    bytes
}

#[test]
fn every_kind_of_column_in_every_compression() {
    for bytes in [NONE, SNAPPY, GZIP, ZSTD, LZ4, V2] {
        let table = parse(bytes, &[]).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            table.columns(),
            ["n", "u", "f", "b", "s", "d", "t", "m", "c"]
        );
        assert_eq!(table.rows(), 3);
        for (row, cells) in ROWS.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                assert_eq!(table.cell(row, column), *cell, "row {row}, column {column}");
            }
        }
    }
    let table = parse(SNAPPY, &["c", "n"]).expect("reads");
    assert_eq!(table.columns(), ["c", "n"]);
    assert_eq!((table.cell(1, 0), table.cell(2, 1)), ("y", "3"));
}

#[test]
fn what_cannot_be_read_is_named_with_the_mend() {
    let found = fault(NESTED, &[]);
    assert!(
        found.contains("one column is nested") && found.contains(": l; flatten it"),
        "{found}"
    );
    assert_eq!(parse(NESTED, &["n"]).expect("reads").rows(), 3);
    let found = fault(BROTLI, &[]);
    assert!(
        found.contains("`n` is packed with BROTLI") && found.contains("\"snappy\""),
        "{found}"
    );
    let found = fault(SNAPPY, &["n", "cc"]);
    assert!(found.contains("no column `cc`; columns: n, u"), "{found}");
    assert!(fault(b"a,b\n1,2\n", &[]).contains("not a Parquet file"));
    assert!(fault(b"", &[]).contains("not a Parquet file"));
    assert!(fault(b"PARE1234PARE", &[]).contains("encrypted"));
    let few = parse_parquet(SNAPPY, &[], Some(400)).expect_err("is refused");
    assert!(few.to_string().contains("out of memory"), "{few}");
}

#[test]
fn a_file_cut_short_is_told_as_such() {
    for end in [4, 100, SNAPPY.len() / 2, SNAPPY.len() - 1] {
        let found = fault(&SNAPPY[..end], &[]);
        assert!(found.contains("damaged or cut short"), "{end}: {found}");
    }
}

#[test]
fn damage_in_any_byte_ends_in_rows_or_an_error() {
    for bytes in [NONE, SNAPPY, GZIP, ZSTD, LZ4, V2, NESTED] {
        for at in 0..bytes.len() {
            for flip in [0x01, 0x80, 0xFF] {
                let mut damaged = bytes.to_vec();
                damaged[at] ^= flip;
                if let Ok(table) = parse(&damaged, &[]) {
                    assert!(table.rows() <= 3);
                }
            }
        }
    }
}

#[test]
fn old_times_bytes_and_groups_of_rows() {
    let schema =
        "message m { required int96 t; required binary s; optional int64 k (TIME_MICROS); }";
    let of = |text: &[u8]| {
        let text = text.to_vec();
        written(schema, move |writer| {
            for _ in 0..2 {
                let mut group = writer.next_row_group().expect("begins");
                let mut column = group.next_column().expect("is there").expect("is there");
                let time = Int96::from(vec![0, 0, 2_440_589]);
                let written = column
                    .typed::<Int96Type>()
                    .write_batch(&[time, time], None, None);
                written.expect("writes");
                column.close().expect("ends");
                let mut column = group.next_column().expect("is there").expect("is there");
                let texts = [ByteArray::from("x"), ByteArray::from(text.clone())];
                let written = column
                    .typed::<ByteArrayType>()
                    .write_batch(&texts, None, None);
                written.expect("writes");
                column.close().expect("ends");
                let mut column = group.next_column().expect("is there").expect("is there");
                let written = column
                    .typed::<Int64Type>()
                    .write_batch(&[1], Some(&[0, 1]), None);
                written.expect("writes");
                column.close().expect("ends");
                group.close().expect("ends");
            }
        })
    };
    let table = parse(&of(b"y"), &[]).expect("reads");
    assert_eq!(table.rows(), 4);
    assert_eq!(table.cell(3, 0), "1970-01-02T00:00:00");
    assert_eq!(
        (table.cell(2, 2), table.cell(3, 2)),
        ("", "00:00:00.000001")
    );
    let found = fault(&of(&[0xFF]), &[]);
    assert!(
        found.contains("column `s`, row 2") && found.contains("no UTF-8"),
        "{found}"
    );
    let empty = written("message m { required int64 a; }", |_| {});
    assert!(fault(&empty, &[]).contains("no rows"));
    let odd = written("message m { required fixed_len_byte_array(3) a; }", |_| {});
    assert!(fault(&odd, &[]).contains("column `a` holds values of 3 bytes"));
    let index = written("message m { required int64 __index_level_0__; }", |_| {});
    assert!(fault(&index, &[]).contains("no columns"));
}

#[test]
fn counts_that_no_page_can_hold_are_refused() {
    // A list of deltas that claims 2^40 values in 9 bytes.
    let claim = [0x80, 1, 4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0];
    assert!(
        pages::check_delta(parquet::basic::Encoding::DELTA_LENGTH_BYTE_ARRAY, &claim, 5).is_err()
    );
    let good = [0x80, 1, 4, 3, 2];
    assert!(pages::check_delta(parquet::basic::Encoding::DELTA_BINARY_PACKED, &good, 5).is_ok());
    assert!(pages::check_delta(parquet::basic::Encoding::DELTA_BYTE_ARRAY, &good, 5).is_err());
}
