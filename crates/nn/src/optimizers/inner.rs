//! An optimizer inside another one's options.

use serde_json::Value as Json;

use crate::object::snake_case;
use crate::optimizers::{OPTIMIZERS, Optimizer, read};
use crate::{Object, OptionError, OptionValue, registry};

/// A reference to an optimizer.
#[derive(Debug, Clone, PartialEq)]
pub struct InnerOptimizer(pub Object);

impl InnerOptimizer {
    /// The optimizer itself, or everything that is wrong with it.
    pub fn resolve(&self) -> Result<Box<dyn Optimizer>, String> {
        read(&self.0, &self.0.class_name).map_err(|errors| {
            let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
            texts.join("; ")
        })
    }

    /// Its name: its own, or its class in Keras's manner.
    pub fn name(&self) -> String {
        let own = self.0.config.get("name").and_then(Json::as_str);
        let class =
            registry::find(OPTIMIZERS, &self.0.class_name).map(|d| snake_case(d.class_name));
        own.map_or_else(|| class.unwrap_or_default(), str::to_string)
    }
}

impl From<Object> for InnerOptimizer {
    fn from(object: Object) -> InnerOptimizer {
        InnerOptimizer(object)
    }
}

impl From<&str> for InnerOptimizer {
    fn from(name: &str) -> InnerOptimizer {
        InnerOptimizer(Object::named(name))
    }
}

impl OptionValue for InnerOptimizer {
    const KIND: &'static str = "optimizer";

    fn read(value: &Json) -> Result<InnerOptimizer, String> {
        let made = InnerOptimizer(Object::read(value)?);
        made.resolve()?;
        Ok(made)
    }

    fn read_nested(value: &Json) -> Option<Result<InnerOptimizer, Vec<OptionError>>> {
        let object = Object::read(value).ok()?;
        let errors = read(&object, "").err()?;
        // A wrong name is a fault of the option itself.
        (!object.config.is_empty()).then_some(Err(errors))
    }

    fn write(&self) -> Json {
        registry::write(OPTIMIZERS, &self.0)
    }
}
