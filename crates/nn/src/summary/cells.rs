//! Text in a cell: its width on a terminal, its lines, its side.
//!
//! Follows rich/_wrap.py and rich/text.py: words go to the next line where they do not fit; a word longer than
//! the cell ends in an ellipsis.

/// Which side of a cell the text stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Center,
}

/// Columns that a character takes on a terminal.
fn char_width(c: char) -> usize {
    match u32::from(c) {
        0..=0x1f | 0x7f..=0x9f => 0,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x64b..=0x65f | 0x200b..=0x200f => 0,
        0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff => {
            2
        }
        0xa000..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 => {
            2
        }
        0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// Columns that a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// The lines of a text in a cell of `size` columns, each filled up to it.
pub(super) fn lines(text: &str, size: usize, side: Side) -> Vec<String> {
    let fill = |line: String| {
        let line = if side == Side::Left {
            line
        } else {
            line.trim_end().to_string()
        };
        let line = shorten(&line, size);
        let free = size.saturating_sub(width(&line));
        match side {
            Side::Left => line + &" ".repeat(free),
            Side::Right => " ".repeat(free) + &line,
            Side::Center => " ".repeat(free / 2) + &line + &" ".repeat(free - free / 2),
        }
    };
    text.lines()
        .flat_map(|line| wrap(line, size))
        .map(fill)
        .collect()
}

/// Parts a line at spaces, so that each part fits where a word does.
fn wrap(line: &str, size: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for (i, word) in words(line).into_iter().enumerate() {
        let needed = width(word.trim_end());
        if needed > size.saturating_sub(used) && i > 0 && (needed > size || used > 0) {
            parts.push(String::new());
            used = 0;
        }
        used += width(word);
        if let Some(last) = parts.last_mut() {
            last.push_str(word);
        }
    }
    // Spaces that reach over the end of the cell do not count.
    parts
        .into_iter()
        .map(|p| {
            if width(&p) > size {
                p.trim_end().to_string()
            } else {
                p
            }
        })
        .collect()
}

/// Words with the spaces around them: those before the first word, those after every word.
fn words(line: &str) -> Vec<&str> {
    let mut words = vec![];
    let mut rest = line;
    while !rest.trim().is_empty() {
        let start = rest.len() - rest.trim_start().len();
        let end = rest[start..]
            .find(char::is_whitespace)
            .map_or(rest.len(), |n| start + n);
        let next = rest[end..]
            .find(|c: char| !c.is_whitespace())
            .map_or(rest.len(), |n| end + n);
        words.push(&rest[..next]);
        rest = &rest[next..];
    }
    words
}

/// A text cut to `size` columns, with an ellipsis where something is missing.
fn shorten(text: &str, size: usize) -> String {
    if width(text) <= size {
        return text.to_string();
    }
    let room = size.saturating_sub(1);
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept) + char_width(c) > room {
            break;
        }
        kept.push(c);
    }
    let free = room - width(&kept);
    kept + &" ".repeat(free) + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What rich 15.0.0 prints.
    #[test]
    fn cells_are_those_of_rich() {
        let cases: [(&str, usize, Side, &[&str]); 10] = [
            (
                "batch_normalization (BN)",
                21,
                Side::Left,
                &["batch_normalization  ", "(BN)                 "],
            ),
            ("abcdefgh (X)", 5, Side::Left, &["abcd…", "(X)  "]),
            ("Trainable", 7, Side::Center, &["Traina…"]),
            ("a bcdefghij c", 4, Side::Right, &["   a", "bcd…", "   c"]),
            ("層層層", 4, Side::Left, &["層 …"]),
            (
                "   └ dense (Dense)",
                10,
                Side::Left,
                &["   └ dense", "(Dense)   "],
            ),
            (
                "   └ dense_dense_dense (Dense)",
                10,
                Side::Left,
                &["   └      ", "dense_den…", "(Dense)   "],
            ),
            ("a  bb   ccc d", 5, Side::Right, &["a  bb", "ccc d"]),
            ("ab cd ef", 2, Side::Center, &["ab", "cd", "ef"]),
            ("  abcdefghijk", 4, Side::Left, &["  a…"]),
        ];
        for (text, size, side, expected) in cases {
            assert_eq!(
                lines(text, size, side),
                expected,
                "{text:?} in {size} columns"
            );
        }
    }

    #[test]
    fn accents_take_no_column() {
        assert_eq!(width("層a\u{301}"), 3);
        assert!(lines("", 3, Side::Left).is_empty());
    }
}
