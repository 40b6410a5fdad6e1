//! A whole number from 0 on: the kind of option that `patience` and `verbose` are.

use regimen_nn::OptionValue;
use serde_json::Value as Json;

/// A whole number from 0 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(pub usize);

impl From<usize> for Count {
    fn from(n: usize) -> Count {
        Count(n)
    }
}

impl OptionValue for Count {
    const KIND: &'static str = "integer";
    fn read(value: &Json) -> Result<Count, String> {
        usize::try_from(i64::read(value)?)
            .map(Count)
            .map_err(|_| "expected a whole number, 0 or more".to_string())
    }
    fn write(&self) -> Json {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn zero_is_one_of_them() {
        assert_eq!(Count::read(&json!(0)), Ok(Count(0)));
        assert_eq!(Count::read(&json!(7.0)).map(|n| n.write()), Ok(json!(7)));
        assert!(Count::read(&json!(-1)).unwrap_err().contains("0 or more"));
        for wrong in [json!(0.5), json!("1"), json!(1e300)] {
            assert!(Count::read(&wrong).is_err(), "{wrong}");
        }
    }
}
