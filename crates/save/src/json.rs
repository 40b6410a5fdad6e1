//! JSON of foreign files, counted before it is read: a value of two bytes takes some hundred in memory.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value as Json;

/// Most values of a config: a layer of Keras has about sixty.
const VALUES: usize = 120_000;
/// Most bytes of a text in a config: names are kept many times, and no name is longer.
const TEXT: usize = 1 << 20;

/// Most bytes that a config takes once it is read: three copies lie beside each other while a model is made of it, which stay
/// within the 64 MiB that reading may take. The largest of Keras's own have 11 kB a layer.
const HELD: usize = 17 << 20;

/// Reads JSON, or says why not. What has more values than any model is not read.
pub(crate) fn parsed(bytes: &[u8]) -> Result<Json, String> {
    let (values, longest) = counted(bytes);
    if values > VALUES {
        return Err(format!(
            "holds {values} values or more, a model has at most {VALUES}"
        ));
    }
    if longest > TEXT {
        return Err(format!(
            "holds a text of {longest} bytes, a model has none of more than {TEXT}"
        ));
    }
    let held = held(bytes);
    if held > HELD {
        return Err(format!(
            "would take {} MiB once it is read, the config of a model at most {}",
            held.div_ceil(1 << 20),
            HELD >> 20
        ));
    }
    check_keys(bytes)?;
    serde_json::from_slice(&finite(bytes)?).map_err(|e| e.to_string())
}

/// The text with the largest number in the place of `Infinity`, which Python writes and JSON has not: weights and options are
/// float32, where both are the same.
fn finite(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    const INFINITY: &[u8] = b"Infinity";
    let mut replaced: Vec<u8> = vec![];
    let (mut at, mut kept) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at += quoted(&bytes[at + 1..]).len() + 1,
            b'N' if bytes[at..].starts_with(b"NaN") => {
                return Err(format!(
                    "NaN at byte {at}: no option can be NaN here; give the layer a number, and save the model again"
                ));
            }
            b'I' if bytes[at..].starts_with(INFINITY) => {
                replaced.extend_from_slice(&bytes[kept..at]);
                replaced.extend_from_slice(format!("{:e}", f64::MAX).as_bytes());
                at += INFINITY.len() - 1;
                kept = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if kept == 0 {
        return Ok(Cow::Borrowed(bytes));
    }
    replaced.extend_from_slice(&bytes[kept..]);
    Ok(Cow::Owned(replaced))
}

/// Refuses an object in which a key stands twice: readers differ in which of the two counts.
pub(crate) fn check_keys(bytes: &[u8]) -> Result<(), String> {
    // The keys of each object that is open; none for a list.
    let mut open: Vec<Option<BTreeSet<Cow<'_, [u8]>>>> = vec![];
    let (mut at, mut key) = (0, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' => open.push(Some(BTreeSet::new())),
            b'[' => open.push(None),
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        match byte {
            b'{' | b',' => key = true,
            b'"' => {
                let text = quoted(&bytes[at + 1..]);
                at += text.len() + 1;
                let keys = open.last_mut().and_then(Option::as_mut);
                if let Some(keys) = keys.filter(|_| key)
                    && !keys.insert(unescaped(text))
                {
                    let name = String::from_utf8_lossy(text);
                    return Err(format!("`{name}` stands twice in one object"));
                }
                key = false;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Whether the outermost object of a text, or of the beginning of one, has a key.
pub(crate) fn has_key(bytes: &[u8], key: &str) -> bool {
    let (mut at, mut depth, mut is_key) = (0, 0usize, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                is_key = *byte == b'{';
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => is_key = true,
            b'"' => {
                let text = quoted(&bytes[at + 1..]);
                if depth == 1 && is_key && text == key.as_bytes() {
                    return true;
                }
                at += text.len() + 1;
                is_key = false;
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// A key as it reads, however it is written: `units` and `unit\u0073` are one.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let whole = [b"\"", text, b"\""].concat();
    match serde_json::from_slice::<String>(&whole) {
        Ok(read) => Cow::Owned(read.into_bytes()),
        // No sound text: reading ends there.
        Err(_) => Cow::Borrowed(text),
    }
}

/// The text up to the quote that ends it.
fn quoted(bytes: &[u8]) -> &[u8] {
    let mut escaped = false;
    let end = bytes.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    &bytes[..end.unwrap_or(bytes.len())]
}

/// Bytes that a text takes once it is read, as `serde_json` and the allocator hold it: tables grow by doubling, each key and text
/// lies apart.
fn held(bytes: &[u8]) -> usize {
    const MEMBER: usize = 112;
    const VALUE: usize = 80;
    let room = |n: usize| {
        if n == 0 {
            0
        } else {
            n.next_power_of_two().max(4)
        }
    };
    let apart = |length: usize| ((length + 23) & !15).max(32);
    // Of each object or list that is open: whether it is an object, its members so far.
    let mut open: Vec<(bool, usize)> = vec![];
    let (mut at, mut all, mut begun) = (0, 0usize, false);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => {
                open.push((*byte == b'{', 0));
                begun = false;
            }
            b'}' | b']' => {
                let (object, members) = open.pop().unwrap_or_default();
                let members = members + usize::from(begun);
                all += match object {
                    true => room(members) * MEMBER + room(members + members / 7) * 9 + 32,
                    false => room(members) * VALUE,
                };
                begun = true;
            }
            b',' => {
                if let Some((_, members)) = open.last_mut() {
                    *members += 1;
                }
            }
            b'"' => {
                let length = quoted(&bytes[at + 1..]).len();
                all += apart(length);
                at += length + 1;
                begun = true;
            }
            byte if !byte.is_ascii_whitespace() => begun = true,
            _ => {}
        }
        at += 1;
    }
    all
}

/// How many values begin in a text, each but the first behind a comma or an opening bracket, and the bytes of its longest
/// text between quotes.
fn counted(bytes: &[u8]) -> (usize, usize) {
    let (mut count, mut length, mut longest) = (1, 0, 0);
    let mut inside = false;
    let mut escaped = false;
    for byte in bytes {
        length = if inside { length + 1 } else { 0 };
        longest = longest.max(length);
        match (inside, *byte) {
            (true, b'"') if !escaped => inside = false,
            (true, b'\\') => {
                escaped = !escaped;
                continue;
            }
            (false, b'"') => inside = true,
            (false, b',' | b'[' | b'{') => count += 1,
            _ => {}
        }
        escaped = false;
    }
    (count, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        assert_eq!(counted(br#"{"a": [1, 2, "x,[{\",["], "b": {}}"#), (7, 9));
        assert_eq!(counted(b"1"), (1, 0));
    }

    #[test]
    fn what_a_text_takes_is_known_before_it_is_read() {
        assert_eq!(held(b"[]"), 0);
        assert_eq!(held(b"[1, 2, 3]"), 4 * 80);
        assert_eq!(held(br#"{"a": "b"}"#), 4 * 112 + 4 * 9 + 32 + 2 * 32);
        assert_eq!(held(br#"[{}, [[1]], "c"]"#), 4 * 80 + 32 + 2 * 4 * 80 + 32);
        let many = format!("[{}{{}}]", r#"{"a":1},"#.repeat(39_000));
        let fault = parsed(many.as_bytes()).expect_err("too much");
        assert!(fault.contains("MiB once it is read"), "{fault}");
    }

    #[test]
    fn keys_of_the_outermost_object() {
        let text = br#"{"a": {"b": 1, "c": "d"}, "e": ["f", {"g": 1}], "h": 1, "i"#;
        for (key, there) in [
            ("a", true),
            ("e", true),
            ("h", true),
            ("b", false),
            ("d", false),
            ("f", false),
            ("g", false),
            ("x", false),
        ] {
            assert_eq!(has_key(text, key), there, "{key}");
        }
    }

    #[test]
    fn keys_stand_once() {
        for sound in [
            r#"{"a": 1, "b": [{"a": 2}, {"a": "a"}], "c": {"a": ["a", "a"]}, "\"": 3, "\\": 4}"#,
            r#"["a", "a"]"#,
            r#"{"a": "b", "b": "b"#,
            "",
        ] {
            assert_eq!(check_keys(sound.as_bytes()), Ok(()), "{sound}");
        }
        for twice in [
            r#"{"units": 1, "x": [], "units": 2}"#,
            r#"[{"x": {"units": "x", "y": {}, "units": 2}}]"#,
            r#"{"units": 1, "unit\u0073": 2}"#,
        ] {
            let fault = parsed(twice.as_bytes()).expect_err("twice");
            assert!(fault.ends_with("stands twice in one object"), "{fault}");
        }
    }

    #[test]
    fn infinity_is_the_largest_number() {
        let text = br#"{"a": Infinity, "b": [-Infinity, "Infinity, \"NaN"], "c": 1}"#;
        let read = parsed(text).expect("reads");
        assert_eq!(read["a"], f64::MAX);
        assert_eq!(read["b"][0], -f64::MAX);
        assert_eq!(read["b"][1], "Infinity, \"NaN");
        assert_eq!(read["c"], 1);
        let fault = parsed(br#"{"a": NaN}"#).expect_err("no number");
        assert!(fault.starts_with("NaN at byte 6: "), "{fault}");
        assert!(parsed(br#"{"a": Infinite}"#).is_err());
    }

    #[test]
    fn what_no_model_holds_is_not_read() {
        let many = format!("[{}0]", "0,".repeat(VALUES));
        let fault = parsed(many.as_bytes()).expect_err("too many");
        assert!(fault.contains("a model has at most"), "{fault}");
        assert!(parsed(b"{\"a\": [1, 2]}").is_ok());
        let long = format!("{{\"name\": \"{}\"}}", "n".repeat(TEXT + 1));
        let fault = parsed(long.as_bytes()).expect_err("too long");
        assert!(fault.contains("holds a text of"), "{fault}");
        assert!(parsed(&b"[".repeat(100_000)).is_err());
    }
}
