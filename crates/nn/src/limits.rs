//! Limits of options: what must hold of their values, however a layer was made.
//!
//! A layer states them once. A config that breaks one is refused by path; a layer made in Rust that
//! breaks one is a fault of the model.

use serde_json::Value as Json;
use std::fmt::Display;

use regimen_graph::Fault;

use crate::{Configured, Layer, Options, Scope};

/// Places of a row at most: 64 MiB of float32.
pub(crate) const PLACES: usize = 1 << 24;

/// An option beyond its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The option.
    pub option: &'static str,
    /// What it is.
    pub found: String,
    /// What it has to be.
    pub expected: String,
}

/// A layer whose options have limits.
pub(crate) trait Limits {
    /// Every limit with its option.
    fn limits(&self) -> Checks;
}

/// Collects broken limits.
#[derive(Debug, Default)]
pub(crate) struct Checks(pub Vec<Broken>);

impl Checks {
    /// None yet.
    pub fn new() -> Checks {
        Checks::default()
    }

    /// Any condition.
    pub fn holds(
        mut self,
        ok: bool,
        option: &'static str,
        found: impl Display,
        expected: &str,
    ) -> Checks {
        if !ok {
            self.0.push(Broken {
                option,
                found: found.to_string(),
                expected: expected.to_string(),
            });
        }
        self
    }

    /// These and others.
    pub fn also(mut self, others: Checks) -> Checks {
        self.0.extend(others.0);
        self
    }

    /// A broken one, with what was expected.
    pub fn wrong(self, option: &'static str, found: impl Display, expected: String) -> Checks {
        self.holds(
            false,
            option,
            found,
            expected.trim_start_matches("expected "),
        )
    }

    /// A count.
    pub fn at_least_one(self, option: &'static str, value: usize) -> Checks {
        self.holds(value > 0, option, value, "a whole number, 1 or more")
    }

    /// A count of places that rows of an output, or a table, really have: more would fill the memory.
    pub fn places(self, option: &'static str, value: usize) -> Checks {
        let expected = format!("at most {PLACES}, what a row can hold");
        self.holds(value <= PLACES, option, value, &expected)
    }

    /// A count whose numbers are int32.
    pub fn within_int32(self, option: &'static str, value: usize) -> Checks {
        let most = i32::MAX as usize;
        let expected = format!("at most {most}, the largest int32");
        self.holds(value <= most, option, value, &expected)
    }

    /// A rate.
    pub fn fraction(self, option: &'static str, value: f64) -> Checks {
        let ok = (0.0..=1.0).contains(&value);
        self.holds(ok, option, value, "a number from 0 to 1")
    }

    /// A small number added to a variance.
    pub fn not_negative(self, option: &'static str, value: f64) -> Checks {
        let ok = value >= 0.0 && value.is_finite();
        self.holds(ok, option, value, "a number, 0 or more")
    }

    /// Any number but the infinite ones.
    pub fn finite(self, option: &'static str, value: f64) -> Checks {
        self.holds(value.is_finite(), option, value, "a finite number")
    }
}

/// Reads a layer and refuses what breaks a limit.
pub(crate) fn read<L>(options: &mut Options<'_>) -> Option<Box<dyn Layer>>
where
    L: Layer + Limits + Configured + 'static,
{
    let layer = L::read(options)?;
    check(&layer, options).then(|| Box::new(layer) as Box<dyn Layer>)
}

/// Whether no limit is broken; each broken one becomes an error of its option.
pub(crate) fn check(layer: &(impl Layer + Limits), options: &mut Options<'_>) -> bool {
    let broken = layer.limits().0;
    for Broken {
        option,
        found,
        expected,
    } in &broken
    {
        let class_name = layer.class_name();
        options.error(
            option,
            format!("`{option}` of {class_name}: found {found}, expected {expected}"),
        );
    }
    broken.is_empty()
}

/// Notes a fault per broken limit of a layer that was made in Rust.
pub(crate) fn note(s: &Scope, layer: &(impl Layer + Limits)) {
    for Broken {
        option,
        found,
        expected,
    } in layer.limits().0
    {
        let mend = format!("Change `{option}`.");
        let fault = Fault::new(format!("`{option}` = {found}"), expected, mend);
        s.builder().fault(layer.class_name(), fault);
    }
}

/// An argument that says how Keras computes, not what: any value that Keras takes is fine, and none counts.
pub(crate) fn hint(
    options: &mut Options<'_>,
    name: &str,
    takes: impl Fn(&Json) -> bool,
    expected: &str,
) {
    if let Some(found) = options.raw(name).filter(|v| !v.is_null() && !takes(v)) {
        options.error(
            name,
            format!("`{name}`: found {found}, expected {expected}"),
        );
    }
}

/// Refuses an option that Keras has and this library has not, unless it is absent, `null` or false.
pub(crate) fn absent(options: &mut Options<'_>, name: &str, instead: &str) {
    let given = options
        .raw(name)
        .filter(|v| !v.is_null() && v.as_bool() != Some(false));
    if let Some(value) = given {
        options.error(
            name,
            format!("`{name}` = {value} is not supported: {instead}"),
        );
    }
}
