//! Finding a table's delimiter, when the run file does not give one.
//!
//! Among `,` `;` tab `|`, over the first 20 records: the one with which most records have as many
//! cells as the first, then the one with most cells. A table in which none of them occurs has one
//! column, and `,` is as good as any.

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
const RECORDS: usize = 20;
const BYTES: usize = 1 << 16;

/// The likeliest delimiter of a table.
pub(crate) fn find(table: &[u8]) -> u8 {
    let cut = table.len() > BYTES;
    let head = &table[..table.len().min(BYTES)];
    let mut best = (0, 0, b',');
    for delimiter in CANDIDATES {
        let (agreeing, cells) = agreement(head, delimiter, cut);
        if cells > 1 && (agreeing, cells) > (best.0, best.1) {
            best = (agreeing, cells, delimiter);
        }
    }
    best.2
}

/// Records per mille with as many cells as the first, and the first's number of cells.
fn agreement(head: &[u8], delimiter: u8, cut: bool) -> (usize, usize) {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(head);
    let mut counts: Vec<usize> = reader
        .byte_records()
        .take(RECORDS)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    if cut && counts.len() > 1 && counts.len() < RECORDS {
        counts.pop(); // the cut may have halved it
    }
    let Some(&first) = counts.first() else {
        return (0, 0);
    };
    let agreeing = counts.iter().filter(|&&n| n == first).count();
    (agreeing * 1000 / counts.len(), first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each() {
        assert_eq!(find(b"a,b\n1,2\n"), b',');
        assert_eq!(find(b"a;b\n1,5;2,5\n"), b';');
        assert_eq!(find(b"a\tb,c\n1\t2\n"), b'\t');
        assert_eq!(find(b"a|b|c\n1|2|3\n"), b'|');
        assert_eq!(find(b"a\n1\n"), b',');
        assert_eq!(find(b""), b',');
    }

    #[test]
    fn commas_in_quoted_text_do_not_mislead() {
        assert_eq!(find(b"text;n\n\"a, b, c\";1\n\"d, e\";2\n\"f\";3\n"), b';');
    }
}
