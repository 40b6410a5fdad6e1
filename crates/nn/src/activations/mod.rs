//! The activation functions, one file each, and references to them by name.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Builder, DType, Fault, Type, Var};
use serde_json::Value as Json;

use crate::{
    Layer, Object, OptionValue, Scope, config::nearest, foreign, layers, object::same_name,
    registry,
};

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

/// An activation: a function by its name, or a layer that is a function, such as `LeakyReLU` with its slope.
#[derive(Debug, Clone, PartialEq)]
pub struct Activation(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Named(String),
    Layer(Object),
}

impl Activation {
    /// The identity.
    pub fn linear() -> Activation {
        Activation::of_name("linear")
    }

    /// The activation with this Keras name; an unknown one is a fault when the model is built.
    pub fn named(name: &str) -> Activation {
        Activation::of_name(find(name).map_or(name, |d| d.name))
    }

    fn of_name(name: &str) -> Activation {
        Activation(Kind::Named(name.to_string()))
    }

    /// Keras's name; of a layer its class.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Named(name) => name,
            Kind::Layer(object) => &object.class_name,
        }
    }

    /// Writes the function of `x`.
    pub fn apply(&self, s: &Scope, x: &Var) -> Var {
        let made = match &self.0 {
            Kind::Named(name) => match foreign::id(name) {
                Some((foreign, id)) => foreign.activation(id, x),
                None => find(name).map(|def| (def.apply)(x)),
            },
            Kind::Layer(object) => as_layer(object).ok().and_then(|l| l.function(x)),
        };
        made.unwrap_or_else(|| {
            let name = self.name();
            let fault = Fault::new(format!("`{name}`"), "an activation", unknown(name));
            s.builder().fault("activation", fault);
            x.clone()
        })
    }
}

/// The layer that a config gives in place of an activation's name, if it is a function without weights.
fn as_layer(object: &Object) -> Result<Box<dyn Layer>, String> {
    let layer = layers::read(object, "").map_err(|errors| {
        errors
            .iter()
            .map(|e| e.to_string())
            .collect::<Vec<_>>()
            .join("; ")
    })?;
    let x = Builder::new().placeholder(Type::new(DType::F32, vec![1, 1]));
    match layer.function(&x) {
        Some(_) => Ok(layer),
        None => Err(format!(
            "expected an activation: {} has weights or draws; put it behind as a layer of its own",
            object.class_name
        )),
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
        // Keras writes functions as {class_name: "function"}, layers by their class with its options.
        let by_class = value.get("class_name").is_some_and(|c| c != "function");
        let layer = layers::find(&object.class_name).filter(|d| {
            by_class && (d.class_name == object.class_name || !object.config.is_empty())
        });
        if layer.is_some() {
            as_layer(&object)?;
            return Ok(Activation(Kind::Layer(object)));
        }
        if foreign::id(&object.class_name).is_some() {
            return Ok(Activation::of_name(&object.class_name));
        }
        match find(&object.class_name) {
            Some(def) => Ok(Activation::of_name(def.name)),
            None => Err(format!(
                "expected an activation. {}",
                unknown(&object.class_name)
            )),
        }
    }

    fn write(&self) -> Json {
        match &self.0 {
            Kind::Named(name) => name.as_str().into(),
            Kind::Layer(object) => registry::write(layers::LAYERS, object),
        }
    }
}
