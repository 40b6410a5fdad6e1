//! Latin-1 to UTF-8. Bytes 80 to 9F are read as Windows writes them (code page 1252), as the WHATWG
//! Encoding Standard does for this label.

/// Characters of the bytes 80 to 9F.
const HIGH: [char; 32] = [
    '\u{20AC}', '\u{81}', '\u{201A}', '\u{192}', '\u{201E}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2C6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8D}', '\u{17D}', '\u{8F}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2DC}', '\u{2122}', '\u{161}', '\u{203A}', '\u{153}', '\u{9D}', '\u{17E}', '\u{178}',
];

/// The text of Latin-1 bytes.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    text.extend(bytes.iter().map(|&byte| match byte {
        0x80..=0x9F => HIGH[usize::from(byte) - 0x80],
        byte => char::from(byte),
    }));
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_and_signs() {
        assert_eq!(
            super::decode(b"Caf\xE9 \x80 \x96"),
            "Caf\u{E9} \u{20AC} \u{2013}"
        );
    }
}
