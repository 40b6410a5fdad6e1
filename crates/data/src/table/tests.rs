//! Hand-made tables, then random ones written and read back.

use proptest::prelude::*;
use regimen_run::spec::Encoding;

use super::*;

fn parse(text: &str) -> Result<Table, TableFault> {
    parse_csv(text.as_bytes(), &CsvOptions::default())
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    let row = |r| {
        (0..table.columns().len())
            .map(|c| table.cell(r, c))
            .collect()
    };
    (0..table.rows()).map(row).collect()
}

#[test]
fn quotes_line_ends_and_marks() {
    let table = parse("\u{FEFF}a, b ,\r\n\"x\r\ny\",\"say \"\"hi\"\"\",3\r\n\r\n4,5,6").unwrap();
    assert_eq!(table.columns(), ["a", "b", "c2"]);
    assert_eq!(
        cells(&table),
        [["x\r\ny", "say \"hi\"", "3"], ["4", "5", "6"]]
    );
    assert_eq!(table.line(0, 0), 2);
    assert_eq!(table.line(0, 1), 3);
    assert_eq!(table.line(1, 2), 5);
}

#[test]
fn old_line_ends_count_too() {
    let table = parse("a,b\r1,2\r3,4\r").unwrap();
    assert_eq!((table.line(0, 0), table.line(1, 1)), (2, 3));
}

#[test]
fn tables_without_header_number_their_columns() {
    let options = CsvOptions {
        delimiter: Some(b';'),
        header: Some(false),
        ..CsvOptions::default()
    };
    let table = parse_csv(b"1;2\n3;4\n", &options).unwrap();
    assert_eq!(table.columns(), ["c0", "c1"]);
    assert_eq!(cells(&table), [["1", "2"], ["3", "4"]]);
}

#[test]
fn ragged_rows_name_line_and_counts() {
    let fault = parse("a,b\n\"1\n1\",2\n3\n4,5\n6,7,8\n").unwrap_err();
    assert_eq!(
        fault,
        TableFault::Ragged {
            line: 4,
            found: 1,
            expected: 2,
            more: 1
        }
    );
    assert_eq!(
        fault.to_string(),
        "line 4 has 1 cells where the first row has 2 (1 more line differs); mend it, and quote cells that hold the delimiter"
    );
}

#[test]
fn an_open_quote_is_an_error_with_its_line() {
    let fault = parse("a,b\n1,2\n3,\"4\n5,6\n").unwrap_err();
    assert_eq!(fault, TableFault::OpenQuote { line: 3 });
    assert!(parse("a,b\n1,5\" pipe\n").is_ok());
    assert!(parse("a,b\n1,\"5\"\" pipe\"\n").is_ok());
}

#[test]
fn bad_bytes_are_named() {
    let parse = |bytes: &[u8]| parse_csv(bytes, &CsvOptions::default()).unwrap_err();
    let fault = parse(b"\xEF\xBB\xBFa,b\n1,\xE9\n");
    assert_eq!(
        fault,
        TableFault::NotUtf8 {
            line: 2,
            at: 9,
            byte: 0xE9
        }
    );
    let words = fault.to_string();
    assert!(
        words.contains("the byte E9 (byte 9 of the table)"),
        "{words}"
    );
    assert!(words.contains("encoding = \"latin-1\""), "{words}");
    assert_eq!(parse(b"\xFF\xFEa\0"), TableFault::Utf16);
    assert_eq!(parse(b"a\0,\0b\0\n\0"), TableFault::Utf16);
    assert_eq!(parse(b"\0a\0,\0b\0\n"), TableFault::Utf16);
    assert_eq!(parse(b""), TableFault::Empty);
    assert_eq!(parse(b"\n\n"), TableFault::Empty);
    assert_eq!(parse(b"a,b\n"), TableFault::NoRows);
}

#[test]
fn latin_1_is_read_when_asked_for() {
    let options = CsvOptions {
        encoding: Encoding::Latin1,
        ..CsvOptions::default()
    };
    let table = parse_csv(b"a;caf\xE9\n1;\x80\n", &options).unwrap();
    assert_eq!(table.columns(), ["a", "caf\u{E9}"]);
    assert_eq!(table.cell(0, 1), "\u{20AC}");
}

#[test]
fn headers_are_found_or_given() {
    let table = parse("5.1,setosa\n4.9,virginica\n").unwrap();
    assert_eq!(
        (table.columns(), table.rows()),
        (&["c0".to_owned(), "c1".to_owned()][..], 2)
    );
    let named = |names: &[&str]| {
        let columns = names.iter().map(|&n| n.to_owned()).collect();
        let options = CsvOptions {
            columns,
            ..CsvOptions::default()
        };
        parse_csv(b"5.1,setosa\n4.9,virginica\n", &options)
    };
    assert_eq!(
        named(&["length", "kind"]).unwrap().columns(),
        ["length", "kind"]
    );
    let fault = named(&["length"]).unwrap_err();
    assert_eq!(fault, TableFault::Columns { given: 1, found: 2 });
}

#[test]
fn tabs_are_found_beside_commas() {
    let tabs = parse("a\tb, c\n1\t2\n").unwrap();
    assert_eq!(tabs.columns(), ["a", "b, c"]);
}

fn quote(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read(
        rows in (1usize..5).prop_flat_map(|width| {
            prop::collection::vec(prop::collection::vec("[a-zé ,;|\t\"\r\n0-9]{0,6}", width), 1..8)
        }),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        let mut text = String::new();
        let mut lines = Vec::new();
        for row in &rows {
            lines.push(1 + line_ends(text.as_bytes()));
            let quoted: Vec<String> = row.iter().map(|c| quote(c)).collect();
            text += &quoted.join(&char::from(delimiter).to_string());
            text += end;
        }
        let options = CsvOptions { delimiter: Some(delimiter), header: Some(false), ..CsvOptions::default() };
        let table = parse_csv(text.as_bytes(), &options).unwrap();
        prop_assert_eq!(cells(&table), rows);
        for (row, line) in lines.into_iter().enumerate() {
            prop_assert_eq!(table.line(row, 0), line);
        }
    }

    #[test]
    fn any_bytes_end_in_a_table_or_a_fault(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse_csv(&bytes, &CsvOptions::default());
    }

    #[test]
    fn any_table_like_text_ends_well(text in "[ab,;\"\r\n]{0,60}", header: bool) {
        let options = CsvOptions { header: Some(header), ..CsvOptions::default() };
        if let Ok(table) = parse_csv(text.as_bytes(), &options) {
            prop_assert_eq!(cells(&table).len(), table.rows());
        }
    }
}

/// The rows and lines of a table in chunks of `size` bytes.
fn in_chunks(
    bytes: &[u8],
    options: &CsvOptions,
    size: usize,
) -> Result<Vec<(usize, Vec<String>)>, TableFault> {
    let table = |stopped| match stopped {
        Stopped::Table(fault) => fault,
        Stopped::Read(e) => panic!("{e}"),
    };
    let mut rows = Vec::new();
    for chunk in TableChunks::new(bytes, options, size).map_err(table)? {
        rows.extend(all(&chunk.map_err(table)?));
    }
    Ok(rows)
}

/// Line and cells of each row.
fn all(table: &Table) -> Vec<(usize, Vec<String>)> {
    let row = |(r, row): (usize, Vec<&str>)| {
        let row = row.into_iter().map(str::to_owned).collect();
        (table.line(r, table.columns().len() - 1), row)
    };
    cells(table).into_iter().enumerate().map(row).collect()
}

fn whole(bytes: &[u8], options: &CsvOptions) -> Result<Vec<(usize, Vec<String>)>, TableFault> {
    parse_csv(bytes, options).map(|table| all(&table))
}

/// Rows and faults of the `csv` crate.
fn by_the_crate(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn chunks_tell_the_faults_of_the_whole() {
    let long: String = (0..30_000).map(|i| format!("{i},x\n")).collect();
    let bad = [
        format!("a,b\n{long}1\n2,3\n4,5,6\n"),
        format!("a,b\n{long}1,\"2\n3,4\n"),
        "a,b\n".to_owned(),
        "\n\r\n".to_owned(),
    ];
    for text in bad {
        let options = CsvOptions::default();
        let fault = whole(text.as_bytes(), &options).unwrap_err();
        for size in [1, 100, 1 << 20] {
            assert_eq!(
                in_chunks(text.as_bytes(), &options, size),
                Err(fault.clone())
            );
        }
    }
    let mut bytes = format!("a,b\r\n{long}").into_bytes();
    let at = bytes.len() - 2;
    bytes[at] = 0xE9;
    let options = CsvOptions {
        columns: vec!["only".to_owned()],
        ..CsvOptions::default()
    };
    for options in [CsvOptions::default(), options] {
        let fault = whole(&bytes, &options).unwrap_err();
        assert!(
            matches!(fault, TableFault::NotUtf8 { line: 30_001, .. }),
            "{fault}"
        );
        assert_eq!(in_chunks(&bytes, &options, 64), Err(fault));
    }
}

#[test]
fn chosen_columns_keep_their_lines() {
    let text = "a,b,c\n\"1\n\n1\",\"2\r2\",3\n4,5,6\n\"7\r\n7\",8,9\n";
    let table = parse(text).unwrap();
    let mut some = Table::of_columns(vec!["c".to_owned(), "a".to_owned()]);
    some.take_from(&table, &[0], &[2, 0]).unwrap();
    some.take_from(&table, &[1, 2], &[2, 0]).unwrap();
    assert_eq!(cells(&some), [["3", "1\n\n1"], ["6", "4"], ["9", "7\r\n7"]]);
    for row in 0..3 {
        assert_eq!(some.line(row, 0), table.line(row, 2));
        assert_eq!(some.line(row, 1), table.line(row, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn chunks_hold_the_rows_of_the_whole(
        text in "([ab1é]{0,3}|\"([a,;é\r\n]|\"\"){0,4}\"|[,;]|\r\n|\n|\r|\"){0,40}",
        size in 1usize..20,
        header: Option<bool>,
        latin: bool,
    ) {
        let encoding = if latin { Encoding::Latin1 } else { Encoding::Utf8 };
        let options = CsvOptions { header, encoding, ..CsvOptions::default() };
        prop_assert_eq!(in_chunks(text.as_bytes(), &options, size), whole(text.as_bytes(), &options));
    }

    #[test]
    fn records_are_those_of_the_csv_crate(
        text in "([ab1 ]{0,3}|\"([a,;é\r\n]|\"\"){0,4}\"|[,;]|\r\n|\n|\r|\"){0,40}",
    ) {
        let options = CsvOptions { delimiter: Some(b','), header: Some(false), ..CsvOptions::default() };
        if let Ok(rows) = whole(text.as_bytes(), &options) {
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(rows, by_the_crate(&text));
        }
    }
}
