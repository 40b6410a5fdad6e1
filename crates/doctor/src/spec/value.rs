//! Values of a spec, as far as they are known.
//!
//! A value that only the program knows stands as its expression: text such as `input_size[0]`, an object such as
//! `{"var": "n_classes"}`, or a call `{"name": "len", "args": [...]}`. It counts as unknown, never as a fault.

use serde_json::{Map, Value};

/// One size of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// A number.
    Known(usize),
    /// `None`: it may differ from batch to batch.
    Open,
    /// Only the program knows.
    Unknown,
}

/// Sizes of one row, without the batch axis; `None` where not even their number is known.
pub(super) type Shape = Option<Vec<Size>>;

impl Size {
    pub(super) fn known(self) -> Option<usize> {
        match self {
            Size::Known(n) => Some(n),
            Size::Open | Size::Unknown => None,
        }
    }
}

/// A size in a list of sizes.
pub(super) fn size(value: &Value) -> Size {
    match value {
        Value::Null => Size::Open,
        _ => count(value).map_or(Size::Unknown, Size::Known),
    }
}

/// A whole number that is not negative.
pub(super) fn count(value: &Value) -> Option<usize> {
    let whole = value.as_f64().filter(|x| x.fract() == 0.0)?;
    // Larger ones are slips; they count as unknown.
    (0.0..=1e9).contains(&whole).then_some(whole as usize)
}

/// A list of sizes; an expression is `None`.
pub(super) fn sizes(value: &Value) -> Shape {
    value.as_array().map(|list| list.iter().map(size).collect())
}

/// A number or a list of `n` numbers, each for one axis.
pub(super) fn per_axis(value: Option<&Value>, n: usize) -> Option<Vec<usize>> {
    match value? {
        Value::Array(list) => {
            let sizes: Option<Vec<usize>> = list.iter().map(count).collect();
            sizes.filter(|sizes| sizes.len() == n)
        }
        one => count(one).map(|k| vec![k; n]),
    }
}

/// The name of a Keras object, in snake case: `"keras.losses.MeanSquaredError"`, `{"name": "l2", ...}`,
/// `{"class_name": "L2", ...}`. An expression has none.
pub(crate) fn name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(object) => named(object)?,
        _ => return None,
    };
    let last = text.rsplit('.').next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = last.starts_with(|c: char| c.is_ascii_alphabetic());
    let whole = text.chars().all(|c| plain(c) || c == '.');
    (begins && whole).then(|| snake(last))
}

fn named(object: &Map<String, Value>) -> Option<&str> {
    ["class_name", "name"]
        .iter()
        .find_map(|key| object.get(*key)?.as_str())
}

/// An option of an object: by name in it or in its `config`, else by place among its `args`.
pub(crate) fn option<'v>(object: &'v Value, key: &str, place: usize) -> Option<&'v Value> {
    let inside = |holder: &'v Value| holder.get(key);
    inside(object)
        .or_else(|| object.get("config").and_then(inside))
        .or_else(|| object.get("args")?.get(place))
}

/// `MeanSquaredError` as `mean_squared_error`, `L1L2` as `l1_l2`, `RMSprop` as `rmsprop`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, c) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| letters[b]);
        let after = letters.get(i + 1);
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|b| {
                b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || (b.is_ascii_uppercase()
                        && after.is_some_and(char::is_ascii_lowercase)
                        && i > 1)
            });
        if begins && !out.ends_with('_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    match out.as_str() {
        "rm_sprop" => "rmsprop".to_owned(),
        _ => out,
    }
}

/// A shape in words: `(28, 28, 1)`, `(None, ?)`.
pub(super) fn show(shape: &[Size]) -> String {
    let one = |size: &Size| match size {
        Size::Known(n) => n.to_string(),
        Size::Open => "None".to_owned(),
        Size::Unknown => "?".to_owned(),
    };
    let inside: Vec<String> = shape.iter().map(one).collect();
    match inside.as_slice() {
        [one] => format!("({one},)"),
        several => format!("({})", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_in_any_form() {
        let of = |value: Value| name(&value);
        assert_eq!(of(json!("relu")).as_deref(), Some("relu"));
        assert_eq!(of(json!("activations.softmax")).as_deref(), Some("softmax"));
        assert_eq!(
            of(json!("keras.losses.CategoricalCrossentropy")).as_deref(),
            Some("categorical_crossentropy")
        );
        assert_eq!(
            of(json!({"name": "L1L2", "l1": 0.1})).as_deref(),
            Some("l1_l2")
        );
        assert_eq!(
            of(json!({"class_name": "RMSprop"})).as_deref(),
            Some("rmsprop")
        );
        assert_eq!(of(json!({"name": "SGD"})).as_deref(), Some("sgd"));
        for unknown in [
            json!("config['act1']"),
            json!({"var": "loss"}),
            json!(3),
            json!("a + b"),
            json!(""),
        ] {
            assert_eq!(of(unknown), None);
        }
    }

    #[test]
    fn sizes_and_what_is_none() {
        assert_eq!(size(&json!(28)), Size::Known(28));
        assert_eq!(size(&json!(28.0)), Size::Known(28));
        assert_eq!(size(&json!(null)), Size::Open);
        for unknown in [
            json!("n // 2"),
            json!({"var": "n"}),
            json!(-1),
            json!(0.5),
            json!(1e300),
        ] {
            assert_eq!(size(&unknown), Size::Unknown, "{unknown}");
        }
        assert_eq!(sizes(&json!("x.shape[1:]")), None);
        assert_eq!(per_axis(Some(&json!(3)), 2), Some(vec![3, 3]));
        assert_eq!(per_axis(Some(&json!([3, 5])), 2), Some(vec![3, 5]));
        assert_eq!(per_axis(Some(&json!([3])), 2), None);
        assert_eq!(
            show(&[Size::Open, Size::Unknown, Size::Known(3)]),
            "(None, ?, 3)"
        );
        assert_eq!(show(&[Size::Known(3)]), "(3,)");
    }

    #[test]
    fn options_by_name_or_place() {
        let l2 = json!({"name": "l2", "args": [0.01]});
        assert_eq!(option(&l2, "l2", 0), Some(&json!(0.01)));
        let keras = json!({"class_name": "SGD", "config": {"learning_rate": 0.1}});
        assert_eq!(option(&keras, "learning_rate", 0), Some(&json!(0.1)));
    }
}
