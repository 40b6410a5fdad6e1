//! Options of image layers that are ranges, and the draws from them.
//!
//! Follows `_set_factor` of
//! keras/src/layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.py.

use regimen_graph::{Var, ops::Distribution};
use serde_json::{Value as Json, json};

use crate::{OptionValue, Scope, limits::Checks};

/// A range that parameters are drawn from: one number, or lower and upper bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Factor {
    /// One number; which range it stands for is the layer's to say.
    One(f64),
    /// Lower and upper bound, in any order.
    Range(f64, f64),
}

impl Factor {
    /// Keras's rule for most layers: one number f is the range from -f to f, as far as the layer's bounds go.
    pub fn within(self, (least, most): (f64, f64)) -> (f64, f64) {
        match self {
            Factor::One(f) => ((-f.abs()).max(least), f.abs().min(most)),
            Factor::Range(..) => self.sorted(),
        }
    }

    /// Lower and upper bound; one number f is the range from -f to f.
    pub fn symmetric(self) -> (f64, f64) {
        self.within((f64::NEG_INFINITY, f64::INFINITY))
    }

    /// Lower and upper bound; one number f is the range from 0 to f.
    pub fn from_zero(self) -> (f64, f64) {
        match self {
            Factor::One(f) => (0.0, f),
            Factor::Range(..) => self.sorted(),
        }
    }

    fn sorted(self) -> (f64, f64) {
        let (a, b) = self.given();
        (a.min(b), a.max(b))
    }

    fn given(self) -> (f64, f64) {
        match self {
            Factor::One(f) => (f, f),
            Factor::Range(a, b) => (a, b),
        }
    }

    /// Keras's check of most layers: one number lies within the bounds; a range need only touch them.
    pub(crate) fn check(self, checks: Checks, name: &'static str, bounds: (f64, f64)) -> Checks {
        let (first, second) = self.given();
        let ok = match self {
            Factor::One(f) => (bounds.0..=bounds.1).contains(&f),
            Factor::Range(..) => first <= bounds.1 && second >= bounds.0,
        };
        let finite = first.is_finite() && second.is_finite();
        checks.holds(ok && finite, name, self.write(), &expected(bounds))
    }

    /// The check of layers where each number has to lie within the bounds.
    pub(crate) fn check_each(
        self,
        checks: Checks,
        name: &'static str,
        bounds: (f64, f64),
    ) -> Checks {
        let (first, second) = self.given();
        let inside = |f: f64| (bounds.0..=bounds.1).contains(&f);
        let ok = inside(first) && inside(second);
        checks.holds(ok, name, self.write(), &expected(bounds))
    }
}

fn expected((least, most): (f64, f64)) -> String {
    format!("a number from {least} to {most}, or a list of two of them")
}

impl OptionValue for Factor {
    const KIND: &'static str = "number, or lower and upper bound";

    fn read(value: &Json) -> Result<Factor, String> {
        let two = || value.as_array().filter(|list| list.len() == 2);
        let number = |v: &Json| v.as_f64();
        let range = || Some(Factor::Range(number(&two()?[0])?, number(&two()?[1])?));
        number(value)
            .map(Factor::One)
            .or_else(range)
            .ok_or_else(|| "expected a number or a list of two numbers".to_string())
    }

    fn write(&self) -> Json {
        match self {
            Factor::One(f) => (*f).into(),
            Factor::Range(a, b) => json!([a, b]),
        }
    }
}

impl From<f64> for Factor {
    fn from(f: f64) -> Factor {
        Factor::One(f)
    }
}

impl From<[f64; 2]> for Factor {
    fn from([low, high]: [f64; 2]) -> Factor {
        Factor::Range(low, high)
    }
}

impl From<(f64, f64)> for Factor {
    fn from((low, high): (f64, f64)) -> Factor {
        Factor::Range(low, high)
    }
}

/// The least and the largest value of pixels, such as 0 and 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueRange(pub f64, pub f64);

/// Keras's default range of pixels.
pub(crate) const BYTES: ValueRange = ValueRange(0.0, 255.0);
/// Pixels from 0 to 1.
pub(crate) const UNIT: ValueRange = ValueRange(0.0, 1.0);

impl ValueRange {
    /// The smaller number first.
    pub fn sorted(self) -> ValueRange {
        ValueRange(self.0.min(self.1), self.0.max(self.1))
    }

    /// Pixels of this range in that of `other`.
    pub(crate) fn to(self, other: ValueRange, images: &Var) -> Var {
        if self == other {
            return images.clone();
        }
        let unit = (images - self.0) / (self.1 - self.0);
        unit * (other.1 - other.0) + other.0
    }

    /// Nothing beyond the range.
    pub(crate) fn clip(self, images: &Var) -> Var {
        images.clip(self.0, self.1)
    }

    /// Finite, and not empty.
    pub(crate) fn check(self, checks: Checks) -> Checks {
        let ok = self.0.is_finite() && self.1.is_finite() && self.0 != self.1;
        let expected = "two different finite numbers, such as [0, 255]";
        checks.holds(ok, "value_range", self.write(), expected)
    }
}

impl OptionValue for ValueRange {
    const KIND: &'static str = "least and largest value";

    fn read(value: &Json) -> Result<ValueRange, String> {
        match Factor::read(value) {
            Ok(Factor::Range(low, high)) => Ok(ValueRange(low, high)),
            _ => Err("expected a list of two numbers, such as [0, 255]".to_string()),
        }
    }

    fn write(&self) -> Json {
        json!([self.0, self.1])
    }
}

impl From<[f64; 2]> for ValueRange {
    fn from([low, high]: [f64; 2]) -> ValueRange {
        ValueRange(low, high)
    }
}

/// Uniform numbers of a range.
pub(crate) fn uniform(
    s: &mut Scope,
    seed: Option<i64>,
    (low, high): (f64, f64),
    shape: &[usize],
) -> Var {
    s.random_seeded(seed, Distribution::Uniform, shape) * (high - low) + low
}

/// A choice per image, (B): whether a uniform number is below a probability that is itself drawn from a range.
pub(crate) fn chance(s: &mut Scope, seed: Option<i64>, factor: (f64, f64), batch: usize) -> Var {
    let probability = uniform(s, seed, factor, &[batch]);
    uniform(s, seed, (0.0, 1.0), &[batch]).lt(&probability)
}

/// 1 or -1 with equal chance, as Keras turns the sign of a draw.
pub(crate) fn signs(s: &mut Scope, seed: Option<i64>, shape: &[usize]) -> Var {
    let draw = uniform(s, seed, (0.0, 1.0), shape);
    let minus = draw.gt(&draw.scalar_like(0.5));
    minus.select(&draw.scalar_like(-1.0), &draw.scalar_like(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_reaches_as_far_as_the_bounds() {
        assert_eq!(Factor::One(0.3).within((-1.0, 1.0)), (-0.3, 0.3));
        assert_eq!(Factor::One(-0.3).within((0.0, 1.0)), (0.0, 0.3));
        assert_eq!(Factor::One(3.0).within((1.0, 8.0)), (1.0, 3.0));
        assert_eq!(Factor::Range(0.5, 0.2).within((0.0, 1.0)), (0.2, 0.5));
        assert_eq!(Factor::One(0.4).from_zero(), (0.0, 0.4));
    }

    #[test]
    fn ranges_are_read() {
        assert_eq!(Factor::read(&json!(0.5)), Ok(Factor::One(0.5)));
        assert_eq!(Factor::read(&json!([0.1, 1])), Ok(Factor::Range(0.1, 1.0)));
        assert!(Factor::read(&json!([0.1])).is_err());
        assert!(Factor::read(&json!("much")).is_err());
        assert!(
            ValueRange::read(&json!(255))
                .unwrap_err()
                .contains("[0, 255]")
        );
    }

    #[test]
    fn bounds_are_checked_as_keras_checks_them() {
        let broken = |f: Factor| !f.check(Checks::new(), "factor", (0.0, 1.0)).0.is_empty();
        assert!(broken(Factor::One(1.5)) && broken(Factor::One(-0.1)));
        assert!(broken(Factor::Range(1.5, 2.0)) && broken(Factor::One(f64::NAN)));
        assert!(!broken(Factor::Range(-3.0, 0.5)));
        let each = |f: Factor| !f.check_each(Checks::new(), "f", (0.0, 1.0)).0.is_empty();
        assert!(each(Factor::Range(-3.0, 0.5)) && !each(Factor::Range(0.0, 0.5)));
    }
}
