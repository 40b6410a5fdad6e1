//! Whether the first record of a table names its columns, when the run file does not say.
//!
//! In a column of numbers, a first cell that is none is a name, and one that is a number is a value.
//! Names in any column outweigh values; a table without a column of numbers has names.

const RECORDS: usize = 50;
const BYTES: usize = 1 << 16;

/// Whether the first record seems to hold names.
pub(crate) fn found(table: &[u8], delimiter: u8) -> bool {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(&table[..table.len().min(BYTES)]);
    let mut records = reader.byte_records().take(RECORDS).map_while(Result::ok);
    let Some(first) = records.next() else {
        return true;
    };
    let rest: Vec<csv::ByteRecord> = records.filter(|r| r.len() == first.len()).collect();
    let mut values = false;
    for (c, cell) in first.iter().enumerate() {
        let below = rest.iter().filter_map(|record| record.get(c));
        let there: Vec<&[u8]> = below.filter(|cell| !cell.trim_ascii().is_empty()).collect();
        let numbers = there.iter().filter(|cell| is_number(cell)).count();
        if there.is_empty() || numbers * 10 < there.len() * 9 {
            continue;
        }
        match is_number(cell) {
            true => values = true,
            false if cell.trim_ascii().is_empty() => {}
            false => return true,
        }
    }
    !values
}

fn is_number(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|cell| cell.trim().parse::<f64>().is_ok_and(f64::is_finite))
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn names_and_values_are_told_apart() {
        assert!(found(b"a,b\n1,x\n2,y\n", b','));
        assert!(!found(b"1,x\n2,y\n3,z\n", b','));
        assert!(!found(b"5.1;setosa\n4.9;setosa\n", b';'));
        assert!(found(b"name,city\nann,rome\n", b','));
        assert!(found(b"year,2019\n1,5\n", b','));
        assert!(!found(b",1,2\n0,5,6\n", b','));
        assert!(found(b"a,b\n", b',') && found(b"", b','));
    }
}
