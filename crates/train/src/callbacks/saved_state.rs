//! Callback state as JSON that gives every number back exactly, NaN and infinities among them.

use serde_json::{Map, Value as Json};

/// A number; what is not finite becomes "NaN", "Infinity" or "-Infinity".
pub(crate) fn number(x: f64) -> Json {
    match x {
        x if x.is_nan() => "NaN".into(),
        x if x == f64::INFINITY => "Infinity".into(),
        x if x == f64::NEG_INFINITY => "-Infinity".into(),
        x => x.into(),
    }
}

/// A number or null.
pub(crate) fn optional(x: Option<f64>) -> Json {
    x.map_or(Json::Null, number)
}

/// Saved state being read back.
pub(crate) struct Saved<'a> {
    class_name: &'static str,
    map: &'a Map<String, Json>,
}

impl<'a> Saved<'a> {
    /// State of a callback of this class.
    pub(crate) fn new(class_name: &'static str, state: &'a Json) -> Result<Saved<'a>, String> {
        let found = || format!("{class_name}: expected its saved state, found {state}");
        Ok(Saved {
            class_name,
            map: state.as_object().ok_or_else(found)?,
        })
    }

    /// A raw entry.
    pub(crate) fn entry(&self, key: &str) -> Result<&'a Json, String> {
        self.map
            .get(key)
            .ok_or_else(|| format!("{}: the saved state has no `{key}`", self.class_name))
    }

    /// A count.
    pub(crate) fn count(&self, key: &str) -> Result<u64, String> {
        let value = self.entry(key)?;
        value
            .as_u64()
            .ok_or_else(|| self.fault(key, "a whole number", value))
    }

    /// A list of counts.
    pub(crate) fn counts(&self, key: &str) -> Result<Vec<u64>, String> {
        let value = self.entry(key)?;
        let counts = value
            .as_array()
            .and_then(|list| list.iter().map(Json::as_u64).collect());
        counts.ok_or_else(|| self.fault(key, "a list of whole numbers", value))
    }

    /// True or false.
    pub(crate) fn flag(&self, key: &str) -> Result<bool, String> {
        let value = self.entry(key)?;
        value
            .as_bool()
            .ok_or_else(|| self.fault(key, "true or false", value))
    }

    /// A text.
    pub(crate) fn text(&self, key: &str) -> Result<&'a str, String> {
        let value = self.entry(key)?;
        value
            .as_str()
            .ok_or_else(|| self.fault(key, "a text", value))
    }

    /// A number or null.
    pub(crate) fn optional(&self, key: &str) -> Result<Option<f64>, String> {
        match self.entry(key)? {
            Json::Null => Ok(None),
            Json::Number(x) if x.as_f64().is_some() => Ok(x.as_f64()),
            Json::String(s) if s == "NaN" => Ok(Some(f64::NAN)),
            Json::String(s) if s == "Infinity" => Ok(Some(f64::INFINITY)),
            Json::String(s) if s == "-Infinity" => Ok(Some(f64::NEG_INFINITY)),
            other => Err(self.fault(key, "a number or null", other)),
        }
    }

    fn fault(&self, key: &str, expected: &str, found: &Json) -> String {
        format!(
            "{}: `{key}` of the saved state: expected {expected}, found {found}",
            self.class_name
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_come_back_exactly_through_text() {
        let hard = [
            0.1,
            f64::from(0.1f32),
            1.0 / 3.0,
            5e-324,
            f64::MAX,
            -0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            4.35e-310,
        ];
        for x in hard {
            let text = json!({"x": number(x)}).to_string();
            let back: Json = serde_json::from_str(&text).unwrap();
            let back = Saved::new("A", &back)
                .unwrap()
                .optional("x")
                .unwrap()
                .unwrap();
            assert_eq!(back.to_bits(), x.to_bits(), "{text}");
        }
        let nan = json!({"x": number(f64::NAN), "y": optional(None)});
        assert!(
            Saved::new("A", &nan)
                .unwrap()
                .optional("x")
                .unwrap()
                .unwrap()
                .is_nan()
        );
        assert_eq!(Saved::new("A", &nan).unwrap().optional("y"), Ok(None));
    }

    #[test]
    fn faults_name_the_callback_and_the_entry() {
        assert!(Saved::new("A", &json!(1)).is_err());
        let state = json!({"wait": -1, "kept": 0, "best": "big", "file": 3});
        let saved = Saved::new("A", &state).unwrap();
        let faults = [
            saved.count("wait").err(),
            saved.flag("kept").err(),
            saved.optional("best").err(),
            saved.text("file").err(),
        ];
        for fault in faults {
            assert!(fault.unwrap().starts_with("A: `"));
        }
        assert!(saved.count("absent").unwrap_err().contains("`absent`"));
    }
}
