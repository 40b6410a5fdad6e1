//! The initializers, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Tensor;
use serde_json::{Map, Value as Json};

use crate::{Object, OptionInfo, OptionValue, Options, config::nearest, object::same_name};

/// What an initializer does: fills a weight of a shape. The values depend on nothing but the shape, the
/// options and the key.
pub trait Init {
    /// Whether it can fill this shape, or what is wrong.
    fn check(&self, _shape: &[usize]) -> Result<(), String> {
        Ok(())
    }

    /// Values for `shape`. `key` is the seed (the initializer's own, or one drawn from the run's seed and
    /// the weight's path).
    fn sample(&self, shape: &[usize], key: u64) -> Tensor;
}

/// A registered initializer class.
pub struct InitializerDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Names that configs use: `glorot_uniform`, `normal`.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<dyn Init>>,
}

/// The initializer with this name.
pub fn find(name: &str) -> Option<&'static InitializerDef> {
    INITIALIZERS
        .iter()
        .find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A reference to an initializer.
#[derive(Debug, Clone, PartialEq)]
pub struct Initializer(pub Object);

impl Initializer {
    /// One without arguments.
    pub fn named(name: &str) -> Initializer {
        Initializer(Object::named(name))
    }

    /// The initializer itself, or what is wrong with the reference.
    pub fn resolve(&self) -> Result<Box<dyn Init>, String> {
        resolve(&self.0)
    }

    /// Values of a weight at `path` in a run with `seed`. An integer `seed` option of the initializer goes
    /// before, as in Keras: then equal shapes get equal values.
    pub fn sample(&self, shape: &[usize], seed: u64, path: &str) -> Result<Tensor, String> {
        let own = self
            .0
            .config
            .get("seed")
            .and_then(|seed| i64::read(seed).ok());
        let key = own.map_or_else(|| crate::scope::stream(path, seed), |own| own as u64);
        let made = self.resolve()?;
        made.check(shape)
            .map_err(|fault| format!("{path}: {fault}"))?;
        Ok(made.sample(shape, key))
    }
}

fn resolve(object: &Object) -> Result<Box<dyn Init>, String> {
    let Some(def) = find(&object.class_name) else {
        let names = INITIALIZERS
            .iter()
            .flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
        return Err(match nearest(&object.class_name, names) {
            Some(near) => format!(
                "there is no initializer `{}`: did you mean `{near}`?",
                object.class_name
            ),
            None => format!("there is no initializer `{}`", object.class_name),
        });
    };
    let mut options = Options::new(def.class_name, &object.config, "");
    let made = (def.read)(&mut options);
    let errors = options.finish();
    match (made, errors.first()) {
        (Some(made), None) => Ok(made),
        (_, Some(error)) => Err(error.message.clone()),
        (None, None) => Err(format!("{} cannot be made", def.class_name)),
    }
}

impl From<&str> for Initializer {
    fn from(name: &str) -> Initializer {
        Initializer::named(name)
    }
}

impl From<Object> for Initializer {
    fn from(object: Object) -> Initializer {
        Initializer(object)
    }
}

impl OptionValue for Initializer {
    const KIND: &'static str = "initializer";

    fn read(value: &Json) -> Result<Initializer, String> {
        let object = Object::read(value)?;
        resolve(&object)?;
        Ok(Initializer(object))
    }

    fn write(&self) -> Json {
        let name = find(&self.0.class_name).map_or(self.0.class_name.as_str(), |d| d.class_name);
        let mut map = Map::new();
        map.insert("class_name".to_string(), name.into());
        map.insert("config".to_string(), Json::Object(self.0.config.clone()));
        Json::Object(map)
    }
}
