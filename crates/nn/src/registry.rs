//! Registries: the classes of a folder by their names, and references to them.
//!
//! Layers, losses, metrics, optimizers, initializers, regularizers and constraints are found, read and refused in one
//! way. A folder declares its list (`generated.rs`) and its trait; everything else is here.

use serde_json::{Map, Value as Json};

use crate::foreign::{self, Registered};
use crate::object::same_name;
use crate::{
    Object, OptionError, OptionInfo, Options, config::nearest, every_fault::every_fault, limits,
    lora,
};

/// A registered class whose objects are `T`.
pub struct Def<T: ?Sized + 'static> {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Other names that configs use: `mse`, `glorot_uniform`.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<T>>,
}

impl<T: ?Sized> Def<T> {
    /// Whether this is one of the class's names; case and underscores do not count.
    pub fn is(&self, name: &str) -> bool {
        same_name(self.class_name, name) || self.aliases.iter().any(|a| same_name(a, name))
    }

    /// Whether it takes an option of this name.
    pub fn has_option(&self, name: &str) -> bool {
        (self.options)().iter().any(|o| o.name == name)
    }
}

/// The class with this name.
pub fn find<T: ?Sized>(list: &'static [Def<T>], name: &str) -> Option<&'static Def<T>> {
    list.iter().find(|d| d.is(name))
}

/// What to say of a name that no class has: `there is no loss `mze`: did you mean `mse`?`
pub(crate) fn unknown<T: ?Sized>(
    list: &'static [Def<T>],
    kind: &str,
    plural: &str,
    name: &str,
) -> String {
    let names = list
        .iter()
        .flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
    match nearest(name, names) {
        Some(near) => format!("there is no {kind} `{name}`: did you mean `{near}`?"),
        None => format!("there is no {kind} `{name}`: `regimen list {plural}` prints all"),
    }
}

/// An object of a list from its config. `path` is where it stands in the spec; the keys in `skip` are left to the caller.
pub(crate) fn read<T: ?Sized + Registered>(
    list: &'static [Def<T>],
    (kind, plural): (&str, &str),
    object: &Object,
    path: &str,
    skip: &[&str],
) -> Result<Box<T>, Vec<OptionError>> {
    if let Some(made) = foreign::made(object) {
        return Ok(made);
    }
    let Some(def) = find(list, &object.class_name) else {
        let message = unknown(list, kind, plural, &object.class_name);
        return Err(vec![OptionError {
            path: path.to_string(),
            message,
        }]);
    };
    let once = |config: &Map<String, Json>| {
        let mut options = Options::new(def.class_name, config, path);
        for key in skip {
            match *key {
                "dtype" => check_dtype(&mut options, def.class_name),
                "lora_rank" | "lora_alpha" => lora::refuse(&mut options, def.class_name, key),
                "inbound" => options.beside("inbound"),
                "quantization_config" => quantized(&mut options, def.class_name),
                key => options.skip(key),
            }
        }
        let made = (def.read)(&mut options);
        (made, options.finish())
    };
    match once(&object.config) {
        (Some(made), errors) if errors.is_empty() => Ok(made),
        (_, errors) => Err(every_fault(
            &(def.options)(),
            &object.config,
            path,
            errors,
            |config| once(config).1,
        )),
    }
}

/// Everything computes in float32: another `dtype` is refused, not ignored. Inputs declare their own.
pub(crate) fn check_dtype(options: &mut Options<'_>, class_name: &str) {
    let Some(value) = options.raw("dtype") else {
        return;
    };
    // A name, or Keras's `{ class_name: "DTypePolicy", config: { name } }`.
    let policy = value.get("config").and_then(|c| c.get("name"));
    let name = policy.unwrap_or(value);
    // Indices of hashes are integers, and Keras writes so; they are int32 here, as on its JAX backend.
    let indices = matches!(class_name, "Hashing" | "HashedCrossing")
        && matches!(name.as_str(), Some("int32" | "int64"));
    if class_name != "InputLayer" && !indices && !name.is_null() && name.as_str() != Some("float32")
    {
        options.error("dtype", format!("`dtype` of {class_name}: found {value}, expected \"float32\": only layers of a model take a policy of their own; take it out"));
    }
}

/// Keras writes `quantization_config` of the layers that it can quantize: `null` where they are not.
fn quantized(options: &mut Options<'_>, class_name: &str) {
    if lora::adapts(class_name) || class_name == "ReversibleEmbedding" {
        limits::absent(
            options,
            "quantization_config",
            "train in float32 or mixed_bfloat16",
        );
    }
}

/// An object that another object's option refers to; the first fault in words.
pub(crate) fn resolve<T: ?Sized + Registered>(
    list: &'static [Def<T>],
    kinds: (&str, &str),
    object: &Object,
) -> Result<Box<T>, String> {
    let first = |errors: Vec<OptionError>| errors.into_iter().next().map(|e| e.message);
    read(list, kinds, object, "", &[])
        .map_err(|e| first(e).unwrap_or_else(|| format!("{} cannot be made", object.class_name)))
}

/// A reference as Keras writes it: `{ class_name, config }`.
pub(crate) fn write<T: ?Sized>(list: &'static [Def<T>], object: &Object) -> Json {
    let name = find(list, &object.class_name).map_or(object.class_name.as_str(), |d| d.class_name);
    let mut map = Map::new();
    map.insert("class_name".to_string(), name.into());
    map.insert("config".to_string(), Json::Object(object.config.clone()));
    Json::Object(map)
}

/// Declares a reference to a registered object: a newtype of [`Object`] that options can hold.
macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $object:ty, $list:expr, $kind:literal, $plural:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub $crate::Object);

        impl $name {
            /// One without arguments.
            pub fn named(name: &str) -> $name {
                $name($crate::Object::named(name))
            }

            /// The object itself, or what is wrong with the reference.
            pub fn resolve(&self) -> Result<Box<$object>, String> {
                $crate::registry::resolve($list, ($kind, $plural), &self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> $name {
                $name::named(name)
            }
        }

        impl From<$crate::Object> for $name {
            fn from(object: $crate::Object) -> $name {
                $name(object)
            }
        }

        impl $crate::OptionValue for $name {
            const KIND: &'static str = $kind;

            fn read(value: &serde_json::Value) -> Result<$name, String> {
                let made = $name($crate::Object::read(value)?);
                made.resolve()?;
                Ok(made)
            }

            fn read_nested(
                value: &serde_json::Value,
            ) -> Option<Result<$name, Vec<$crate::OptionError>>> {
                let object = $crate::Object::read(value).ok()?;
                let errors =
                    $crate::registry::read($list, ($kind, $plural), &object, "", &[]).err()?;
                // A wrong name is a fault of the option itself.
                (!object.config.is_empty()).then_some(Err(errors))
            }

            fn write(&self) -> serde_json::Value {
                $crate::registry::write($list, &self.0)
            }
        }
    };
}
pub(crate) use reference;
