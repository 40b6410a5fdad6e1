//! JSON of foreign files, counted before it is read: a value of two bytes takes some hundred in memory.

use serde_json::Value as Json;

/// Most values of a config: a layer of Keras has about sixty.
const VALUES: usize = 250_000;

/// Reads JSON, or says why not. What has more values than any model is not read.
pub(crate) fn parsed(bytes: &[u8]) -> Result<Json, String> {
    let values = values(bytes);
    if values > VALUES {
        return Err(format!(
            "holds {values} values or more, a model has at most {VALUES}"
        ));
    }
    serde_json::from_slice(bytes).map_err(|e| e.to_string())
}

/// How many values begin in a text: each but the first stands behind a comma or an opening bracket.
fn values(bytes: &[u8]) -> usize {
    let mut count = 1;
    let mut inside = false;
    let mut escaped = false;
    for byte in bytes {
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
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_texts() {
        assert_eq!(values(br#"{"a": [1, 2, "x,[{\",["], "b": {}}"#), 7);
        assert_eq!(values(b"1"), 1);
    }

    #[test]
    fn what_no_model_holds_is_not_read() {
        let many = format!("[{}0]", "0,".repeat(VALUES));
        let fault = parsed(many.as_bytes()).expect_err("too many");
        assert!(fault.contains("a model has at most"), "{fault}");
        assert!(parsed(b"{\"a\": [1, 2]}").is_ok());
        assert!(parsed(&b"[".repeat(100_000)).is_err());
    }
}
