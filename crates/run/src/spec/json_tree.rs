//! JSON to the tree of [`Node`]s: strict RFC 8259, at most [`DEPTH`] levels deep, no key twice.

use serde_json::Number;

use super::SpecError;
use super::node::{Entry, Kind, Node};
use super::place::{Lines, Place};

/// Deepest nesting read; deeper files are refused rather than risk the stack.
pub(crate) const DEPTH: usize = 128;

/// Parses a JSON file up to its first syntax error.
pub(crate) fn parse(text: &str, file: &str) -> Result<Node, Vec<SpecError>> {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        text,
        at: 0,
        depth: 0,
        lines: Lines::new(text),
    };
    let outcome = parser.value().and_then(|node| {
        parser.space();
        match parser.peek() {
            None => Ok(node),
            Some(_) => Err(parser.fault("text after the end of the value")),
        }
    });
    outcome.map_err(|fault| {
        let (line, column) = fault.at;
        vec![SpecError {
            file: file.to_owned(),
            line,
            column,
            path: String::new(),
            expected: "valid JSON".to_owned(),
            found: fault.what,
            mend: String::new(),
        }]
    })
}

struct Fault {
    at: Place,
    what: String,
}

struct Parser<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    depth: usize,
    lines: Lines<'t>,
}

impl Parser<'_> {
    fn fault(&self, what: &str) -> Fault {
        let found = match self.text[self.at..].chars().next() {
            Some(c) => format!("{what} (at {c:?})"),
            None => format!("{what} (at the end of the file)"),
        };
        Fault {
            at: self.lines.place(self.at),
            what: found,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self) -> Result<Node, Fault> {
        self.space();
        let at = self.lines.place(self.at);
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::table)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.fault("a value is missing")),
        };
        Ok(Node { kind, at })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Kind, Fault>) -> Result<Kind, Fault> {
        if self.depth == DEPTH {
            return Err(self.fault(&format!("more than {DEPTH} levels of nesting")));
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Fault> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(kind)
        } else {
            Err(self.fault("an unknown word"))
        }
    }

    fn list(&mut self) -> Result<Kind, Fault> {
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.take(b']') {
                return Ok(Kind::List(items));
            }
            if !self.take(b',') {
                return Err(self.fault("`,` or `]` is missing"));
            }
        }
    }

    fn table(&mut self) -> Result<Kind, Fault> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        self.space();
        if self.take(b'}') {
            return Ok(Kind::Table(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault("a key in double quotes is missing"));
            }
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                self.at = start;
                return Err(self.fault(&format!("the key {key:?} stands twice")));
            }
            let key_at = self.lines.place(start);
            self.space();
            if !self.take(b':') {
                return Err(self.fault("`:` is missing"));
            }
            let value = self.value()?;
            entries.push(Entry { key, key_at, value });
            self.space();
            if self.take(b'}') {
                return Ok(Kind::Table(entries));
            }
            if !self.take(b',') {
                return Err(self.fault("`,` or `}` is missing"));
            }
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let opening = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let run = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1F)) {
                self.at += 1;
            }
            out += &self.text[run..self.at];
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.fault("a control character inside a text")),
                None => {
                    self.at = opening;
                    return Err(self.fault("a text has no closing quote"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let start = self.at;
        self.at += 2;
        let plain = match self.bytes.get(start + 1) {
            Some(b'"') => Some('"'),
            Some(b'\\') => Some('\\'),
            Some(b'/') => Some('/'),
            Some(b'b') => Some('\u{8}'),
            Some(b'f') => Some('\u{c}'),
            Some(b'n') => Some('\n'),
            Some(b'r') => Some('\r'),
            Some(b't') => Some('\t'),
            Some(b'u') => self.unicode(),
            _ => None,
        };
        plain.ok_or_else(|| {
            self.at = start;
            self.fault("an unknown escape inside a text")
        })
    }

    /// Reads the digits of `\uXXXX`, and the second half of a surrogate pair.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if !(0xD800..0xE000).contains(&high) {
            return char::from_u32(high);
        }
        if !(high < 0xDC00 && self.take(b'\\') && self.take(b'u')) {
            return None;
        }
        let low = self.hex()?;
        if !(0xDC00..0xE000).contains(&low) {
            return None;
        }
        char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.bytes.get(self.at..self.at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        self.at += 4;
        Some(code)
    }

    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let start = self.at;
        self.take(b'-');
        let zero = self.peek() == Some(b'0');
        let whole = self.at;
        let mut good = self.digits() && (!zero || self.at == whole + 1);
        let mut fraction = false;
        if good && self.take(b'.') {
            fraction = true;
            good = self.digits();
        }
        if good && matches!(self.peek(), Some(b'e' | b'E')) {
            fraction = true;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            good = self.digits();
        }
        if !good {
            self.at = start;
            return Err(self.fault("a malformed number"));
        }
        let text = &self.text[start..self.at];
        let exact: Option<Number> = match (fraction || text == "-0", text.parse::<i64>()) {
            (true, _) => None,
            (false, Ok(n)) => Some(n.into()),
            (false, Err(_)) => text.parse::<u64>().ok().map(Into::into),
        };
        let number = exact.or_else(|| text.parse().ok().and_then(Number::from_f64));
        Ok(number.map_or_else(
            || Kind::NonFinite(format!("{text} (too large)")),
            Kind::Number,
        ))
    }
}
