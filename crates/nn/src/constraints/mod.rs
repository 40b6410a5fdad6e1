//! The constraints, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Builder, Var};
use serde_json::{Map, Value as Json};

use crate::{Object, OptionInfo, OptionValue, Options, config::nearest, object::same_name};

/// What a constraint does.
pub trait Constrain {
    /// The value moved into the allowed set.
    fn project(&self, w: &Var) -> Var;
}

/// A registered constraint class.
pub struct ConstraintDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Other names that configs use.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<dyn Constrain>>,
}

/// The constraint with this name.
pub fn find(name: &str) -> Option<&'static ConstraintDef> {
    CONSTRAINTS
        .iter()
        .find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A reference to a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint(pub Object);

impl Constraint {
    /// One without arguments.
    pub fn named(name: &str) -> Constraint {
        Constraint(Object::named(name))
    }

    /// The constraint itself, or what is wrong with the reference.
    pub fn resolve(&self) -> Result<Box<dyn Constrain>, String> {
        let object = &self.0;
        let Some(def) = find(&object.class_name) else {
            let names = CONSTRAINTS
                .iter()
                .flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
            return Err(match nearest(&object.class_name, names) {
                Some(near) => format!(
                    "there is no constraint `{}`: did you mean `{near}`?",
                    object.class_name
                ),
                None => format!("there is no constraint `{}`", object.class_name),
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

    /// The weight moved into the allowed set; an unknown constraint is a fault of the model.
    pub fn project(&self, builder: &Builder, w: &Var) -> Var {
        match self.resolve() {
            Ok(made) => made.project(w),
            Err(message) => {
                let fault = regimen_graph::Fault::new(
                    message,
                    "a constraint",
                    "`regimen list constraints` prints all.",
                );
                builder.fault("constraint", fault);
                w.clone()
            }
        }
    }
}

impl From<&str> for Constraint {
    fn from(name: &str) -> Constraint {
        Constraint::named(name)
    }
}

impl From<Object> for Constraint {
    fn from(object: Object) -> Constraint {
        Constraint(object)
    }
}

impl OptionValue for Constraint {
    const KIND: &'static str = "constraint";

    fn read(value: &Json) -> Result<Constraint, String> {
        let made = Constraint(Object::read(value)?);
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
