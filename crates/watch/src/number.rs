//! Numbers of logs as a picture needs them: single precision, and NaN for whatever is not finite.
//!
//! Run folders write what JSON has no number for as "NaN", "Infinity" and "-Infinity".

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// One number; NaN where it is not finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }

            fn visit_f64<E: Error>(self, x: f64) -> Result<Number, E> {
                Ok(Number(x))
            }

            fn visit_i64<E: Error>(self, x: i64) -> Result<Number, E> {
                Ok(Number(x as f64))
            }

            fn visit_u64<E: Error>(self, x: u64) -> Result<Number, E> {
                Ok(Number(x as f64))
            }

            fn visit_str<E: Error>(self, _: &str) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }

            fn visit_unit<E: Error>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Names and numbers in the order in which they stand.
#[derive(Debug, Default)]
pub(crate) struct Logs<'l>(pub Vec<(Cow<'l, str>, f64)>);

impl<'de: 'l, 'l> Deserialize<'de> for Logs<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(Cow<'de, str>, f64)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names with numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut logs = Vec::with_capacity(8);
                while let Some(Name(name)) = map.next_key()? {
                    if logs.len() < super::table::MOST_COLUMNS {
                        logs.push((name, map.next_value::<Number>()?.0));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(logs)
            }
        }
        deserializer.deserialize_map(Reader).map(Logs)
    }
}

/// A key, borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Name<'n>(#[serde(borrow)] Cow<'n, str>);
