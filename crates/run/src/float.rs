//! Numbers in JSON that may not be finite: NaN and infinities as "NaN", "Infinity", "-Infinity".
//!
//! JSON has no such numbers, yet a run that went wrong has to say so. The names are those of
//! JavaScript and of Python's `json`. Finite numbers are written shortest and read back exactly.

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One number, as it stands in JSON.
struct Float(f64);

impl Serialize for Float {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            x if x.is_finite() => serializer.serialize_f64(x),
            x if x.is_nan() => serializer.serialize_str("NaN"),
            x if x > 0.0 => serializer.serialize_str("Infinity"),
            _ => serializer.serialize_str("-Infinity"),
        }
    }
}

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Float;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, \"NaN\", \"Infinity\" or \"-Infinity\"")
            }

            fn visit_f64<E: de::Error>(self, x: f64) -> Result<Float, E> {
                Ok(Float(x))
            }

            fn visit_i64<E: de::Error>(self, x: i64) -> Result<Float, E> {
                Ok(Float(x as f64))
            }

            fn visit_u64<E: de::Error>(self, x: u64) -> Result<Float, E> {
                Ok(Float(x as f64))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Float, E> {
                match text {
                    "NaN" => Ok(Float(f64::NAN)),
                    "Infinity" => Ok(Float(f64::INFINITY)),
                    "-Infinity" => Ok(Float(f64::NEG_INFINITY)),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// For `#[serde(with)]` on a field that holds one number.
pub(crate) mod one {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(x: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Float(*x).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(Float::deserialize(deserializer)?.0)
    }
}

/// For one number that may be missing.
pub(crate) mod optional {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        x: &Option<f64>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        x.map(Float).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<f64>, D::Error> {
        Ok(Option::<Float>::deserialize(deserializer)?.map(|x| x.0))
    }
}

/// For a list of numbers.
pub(crate) mod list {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(list: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(list.iter().map(|x| Float(*x)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<f64>, D::Error> {
        let list = Vec::<Float>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|x| x.0).collect())
    }
}

/// For a list of float32 numbers.
pub(crate) mod singles {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(list: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest text that reads back as this float32, not as the float64 beside it.
        let number = |x: &f32| match x.is_finite() {
            true => Single::Finite(*x),
            false => Single::Other(Float(f64::from(*x))),
        };
        serializer.collect_seq(list.iter().map(number))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<f32>, D::Error> {
        let list = Vec::<Float>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|x| x.0 as f32).collect())
    }

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Single {
        Finite(f32),
        Other(Float),
    }
}

/// For [`Logs`](crate::event::Logs).
pub(crate) mod logs {
    use std::collections::BTreeMap;

    use super::*;
    use crate::event::Logs;

    pub(crate) fn serialize<S: Serializer>(logs: &Logs, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(logs.iter().map(|(name, x)| (name, Float(*x))))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Logs, D::Error> {
        let map = BTreeMap::<String, Float>::deserialize(deserializer)?;
        Ok(map.into_iter().map(|(name, x)| (name, x.0)).collect())
    }
}

/// For logs that may be absent.
pub(crate) mod optional_logs {
    use std::collections::BTreeMap;

    use super::*;
    use crate::event::Logs;

    pub(crate) fn serialize<S: Serializer>(
        logs: &Option<Logs>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match logs {
            Some(logs) => super::logs::serialize(logs, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Logs>, D::Error> {
        let map = Option::<BTreeMap<String, Float>>::deserialize(deserializer)?;
        Ok(map.map(|map| map.into_iter().map(|(name, x)| (name, x.0)).collect()))
    }
}

/// For a smallest and a largest value that may be absent.
pub(crate) mod range {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(
        range: &Option<(f64, f64)>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        range
            .map(|(low, high)| (Float(low), Float(high)))
            .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<(f64, f64)>, D::Error> {
        let range = Option::<(Float, Float)>::deserialize(deserializer)?;
        Ok(range.map(|(low, high)| (low.0, high.0)))
    }
}
