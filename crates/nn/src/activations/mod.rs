//! The activation functions, one file each, and references to them by name.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Fault, Var};
use serde_json::Value as Json;

use crate::{Object, OptionValue, Scope, config::nearest, object::same_name};

/// A registered activation function.
pub struct ActivationDef {
    /// Keras's name.
    pub name: &'static str,
    /// Other names, such as `swish` for `silu`.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Writes the function of `x`.
    pub apply: fn(&Var) -> Var,
}

/// The activation with this name.
pub fn find(name: &str) -> Option<&'static ActivationDef> {
    ACTIVATIONS
        .iter()
        .find(|d| same_name(d.name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// An activation by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation(String);

impl Activation {
    /// The identity.
    pub fn linear() -> Activation {
        Activation("linear".to_string())
    }

    /// The activation with this Keras name; an unknown one is a fault when the model is built.
    pub fn named(name: &str) -> Activation {
        Activation(find(name).map_or(name, |d| d.name).to_string())
    }

    /// Keras's name.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// Writes the function of `x`.
    pub fn apply(&self, s: &Scope, x: &Var) -> Var {
        match find(&self.0) {
            Some(def) => (def.apply)(x),
            None => {
                s.builder().fault(
                    "activation",
                    Fault::new(format!("`{}`", self.0), "an activation", unknown(&self.0)),
                );
                x.clone()
            }
        }
    }
}

fn unknown(name: &str) -> String {
    match nearest(name, ACTIVATIONS.iter().map(|d| d.name)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "`regimen list activations` prints all.".to_string(),
    }
}

impl From<&str> for Activation {
    fn from(name: &str) -> Activation {
        Activation::named(name)
    }
}

impl OptionValue for Activation {
    const KIND: &'static str = "activation";

    fn read(value: &Json) -> Result<Activation, String> {
        if value.is_null() {
            return Ok(Activation::linear());
        }
        let object = Object::read(value)?;
        match find(&object.class_name) {
            Some(def) => Ok(Activation(def.name.to_string())),
            None => Err(format!(
                "expected an activation. {}",
                unknown(&object.class_name)
            )),
        }
    }

    fn write(&self) -> Json {
        self.0.as_str().into()
    }
}
