//! The regularizers, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Builder, Var};
use serde_json::{Map, Value as Json};

use crate::{Object, OptionInfo, OptionValue, Options, config::nearest, object::same_name};

/// What a regularizer does.
pub trait Regularize {
    /// The penalty of a value, a scalar.
    fn penalty(&self, x: &Var) -> Var;
}

/// A registered regularizer class.
pub struct RegularizerDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Other names that configs use.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<dyn Regularize>>,
}

/// The regularizer with this name.
pub fn find(name: &str) -> Option<&'static RegularizerDef> {
    REGULARIZERS
        .iter()
        .find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// Whether a factor is one that Keras takes: 0 or more, finite. Notes a fault if not.
pub(crate) fn factor(options: &mut Options<'_>, name: &str, value: f64) -> bool {
    if value >= 0.0 && value.is_finite() {
        return true;
    }
    options.error(
        name,
        format!("`{name}`: found {value}, expected a finite number, 0 or more"),
    );
    false
}

/// A reference to a regularizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Regularizer(pub Object);

impl Regularizer {
    /// One without arguments.
    pub fn named(name: &str) -> Regularizer {
        Regularizer(Object::named(name))
    }

    /// The regularizer itself, or what is wrong with the reference.
    pub fn resolve(&self) -> Result<Box<dyn Regularize>, String> {
        let object = &self.0;
        let Some(def) = find(&object.class_name) else {
            let names = REGULARIZERS
                .iter()
                .flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
            return Err(match nearest(&object.class_name, names) {
                Some(near) => format!(
                    "there is no regularizer `{}`: did you mean `{near}`?",
                    object.class_name
                ),
                None => format!("there is no regularizer `{}`", object.class_name),
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

    /// The penalty of a value, a scalar; an unknown regularizer is a fault of the model.
    pub fn penalty(&self, builder: &Builder, x: &Var) -> Var {
        match self.resolve() {
            Ok(made) => made.penalty(x),
            Err(message) => {
                let fault = regimen_graph::Fault::new(
                    message,
                    "a regularizer",
                    "`regimen list regularizers` prints all.",
                );
                builder.fault("regularizer", fault);
                builder.scalar(0.0)
            }
        }
    }
}

impl From<&str> for Regularizer {
    fn from(name: &str) -> Regularizer {
        Regularizer::named(name)
    }
}

impl From<Object> for Regularizer {
    fn from(object: Object) -> Regularizer {
        Regularizer(object)
    }
}

impl OptionValue for Regularizer {
    const KIND: &'static str = "regularizer";

    fn read(value: &Json) -> Result<Regularizer, String> {
        let made = Regularizer(Object::read(value)?);
        made.resolve()?;
        Ok(made)
    }

    fn write(&self) -> Json {
        let name = find(&self.0.class_name).map_or(self.0.class_name.as_str(), |d| d.class_name);
        let mut map = Map::new();
        map.insert("class_name".to_string(), name.into());
        map.insert("config".to_string(), Json::Object(self.0.config.clone()));
        Json::Object(map)
    }
}
