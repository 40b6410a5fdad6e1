//! Old Keras at the door: configs of 0.x, 1.x and 2.x become today's, with the old behaviour where it differs.
//!
//! ```text
//!   names        nb_filter, W_regularizer, Convolution2D, lr ...    -> today's, whatever the version
//!   behaviour    hard_sigmoid, GRU's reset_after, clipnorm ...      -> said in today's options, by version
//! ```
//!
//! Nothing behind this door knows an old name. The version is the one that a spec states; where it states none, the oldest
//! names that it uses decide: those of Keras 1 (`W_constraint`, `nb_epoch`, `dropout_W`) mean 1.2, `lr` and `acc` 2.2, else it
//! is today's. Everything changed is told in [`Door::notes`].
//!
//! Follows keras/legacy/interfaces.py and the defaults of keras/optimizers.py, layers/recurrent.py and initializers.py at the
//! tags 0.3.3, 1.2.2, 2.0.8 and 2.2.4.

mod callbacks;
mod defaults;
mod detect;
mod inherited;
mod inside;
mod layers;
mod merge;
mod metrics;
mod names;
mod optimizers;
mod shapes;
mod values;

use std::fmt;

use serde_json::{Map, Value as Json};

use crate::{Object, OptionError};

pub use detect::detect;

/// A version of Keras: which behaviour a config means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u16, u16, u16);

impl Version {
    /// A version by its three numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Version {
        Version(major, minor, patch)
    }

    /// The version whose behaviour is ours.
    pub const TODAY: Version = Version(3, 15, 1);
    /// Where names of Keras 1 are used and no version is stated.
    pub const ONE: Version = Version(1, 2, 2);
    /// Where names of stand-alone Keras 2 are used and no version is stated.
    pub const TWO: Version = Version(2, 2, 4);

    /// From `"1.2.2"`, `"2.2"`, `"2.4.0-tf"`.
    ///
    /// ```
    /// use regimen_nn::dialect::Version;
    /// assert!(Version::parse("1.2").unwrap() < Version::TWO);
    /// assert!(Version::parse("newest").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Version, String> {
        let plain = text.split(['-', '+']).next().unwrap_or_default();
        // Some have a fourth part that is no number: `2.14.0.dev2023`.
        let parts: Vec<Option<u16>> = plain.split('.').take(3).map(|p| p.parse().ok()).collect();
        match parts.as_slice() {
            [Some(major), rest @ ..]
                if rest.iter().all(Option::is_some) && plain.split('.').count() <= 4 =>
            {
                let part = |i: usize| rest.get(i).copied().flatten().unwrap_or(0);
                Ok(Version(*major, part(0), part(1)))
            }
            _ => Err(format!(
                "found {text:?}, expected a version of Keras such as \"1.2.2\", \"2.2.4\" or \"3.15.1\""
            )),
        }
    }

    /// Whether it came before this one.
    fn before(self, major: u16, minor: u16, patch: u16) -> bool {
        self < Version(major, minor, patch)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Turns objects of one version of Keras into today's.
///
/// ```
/// use regimen_nn::{Object, dialect::{Door, Version}};
/// let mut door = Door::new(Version::ONE);
/// let old = Object::named("Convolution2D").with("nb_filter", 8).with("nb_row", 3).with("nb_col", 3).with("border_mode", "same");
/// let new = door.layer(&old, "layers[0]").unwrap();
/// assert_eq!(new.class_name, "Conv2D");
/// assert_eq!(new.config["padding"], "same");
/// assert!(door.notes().iter().any(|n| n.contains("`nb_filter` is `filters` today")));
/// ```
#[derive(Debug, Clone)]
pub struct Door {
    version: Version,
    notes: Vec<String>,
}

/// An option that cannot be brought up to date.
type Refusal = Result<(), OptionError>;

impl Door {
    /// For configs of this version.
    pub fn new(version: Version) -> Door {
        Door {
            version,
            notes: vec![],
        }
    }

    /// The version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What was changed so far, one line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// A layer, a wrapper with its layer, or a nested model.
    pub fn layer(&mut self, object: &Object, path: &str) -> Result<Object, Vec<OptionError>> {
        let mut object = object.clone();
        let mut errors = vec![];
        self.update_layer(&mut object, path, &mut errors);
        if errors.is_empty() {
            Ok(object)
        } else {
            Err(errors)
        }
    }

    /// An optimizer, and those inside it.
    pub fn optimizer(&mut self, object: &Object, path: &str) -> Result<Object, Vec<OptionError>> {
        let mut object = object.clone();
        let mut errors = vec![];
        self.update_optimizer(&mut object, path, &mut errors);
        if errors.is_empty() {
            Ok(object)
        } else {
            Err(errors)
        }
    }

    /// A metric: before 2.3 accuracy is `acc` in the logs, and Keras 1 had some that are no more.
    pub fn metric(&mut self, object: &Object, path: &str) -> Result<Object, Vec<OptionError>> {
        metrics::update(self, object, path).map_err(|error| vec![error])
    }

    /// A callback: old arguments, and monitors that follow the names of the logs.
    pub fn callback(&mut self, object: &Object, path: &str) -> Result<Object, Vec<OptionError>> {
        let mut object = object.clone();
        match callbacks::update(self, &mut object, path) {
            Ok(()) => Ok(object),
            Err(error) => Err(vec![error]),
        }
    }

    fn note(&mut self, text: String) {
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }

    /// A note of behaviour that this version had.
    fn as_then(&mut self, text: &str) {
        let Version(major, minor, _) = self.version;
        self.note(format!("as in Keras {major}.{minor}: {text}"));
    }

    /// Gives an option this version's default where it is left out.
    fn default(&mut self, config: &mut Map<String, Json>, option: &str, value: Json, text: &str) {
        if !config.contains_key(option) {
            config.insert(option.to_string(), value);
            self.as_then(text);
        }
    }

    /// Moves an option to its name of today.
    fn rename(&mut self, object: &mut Object, (old, new): (&str, &str), path: &str) -> Refusal {
        if !object.config.contains_key(old) {
            return Ok(());
        }
        let class = &object.class_name;
        if object.config.contains_key(new) {
            return Err(OptionError {
                path: format!("{path}.{old}"),
                message: format!(
                    "{class} has both `{old}` and `{new}`, which are one option; keep `{new}`"
                ),
            });
        }
        self.note(format!("{class}: `{old}` is `{new}` today"));
        // In its place, so that configs stay in order.
        object.config = std::mem::take(&mut object.config)
            .into_iter()
            .map(|(key, value)| {
                if key == old {
                    (new.to_string(), value)
                } else {
                    (key, value)
                }
            })
            .collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
