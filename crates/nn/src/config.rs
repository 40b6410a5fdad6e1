//! Typed options of Keras objects, declared once.
//!
//! [`keras_config!`](crate::keras_config) turns one declaration into the struct, its setters, its reader from a
//! Keras config, its writer, and the list of options that `regimen list` prints. Reading never stops
//! at the first fault: [`Options`] collects them all, with the path of each.

use serde_json::{Map, Value};

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {message}")]
pub struct OptionError {
    /// Dotted path inside the spec, such as `model.layers[2].units`.
    pub path: String,
    /// What was found, what was expected, the mend.
    pub message: String,
}

/// An option as `regimen list` shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionInfo {
    /// Keras's argument name.
    pub name: &'static str,
    /// Kind in words: `integer`, `activation`.
    pub kind: &'static str,
    /// The default; `None` where the option must be given.
    pub default: Option<Value>,
}

/// A type that an option can have.
pub trait OptionValue: Sized {
    /// Kind in words.
    const KIND: &'static str;
    /// From JSON, or what was expected instead.
    fn read(value: &Value) -> Result<Self, String>;
    /// To JSON, as Keras writes it.
    fn write(&self) -> Value;
    /// For kinds that hold options of their own: the value, or its faults with their paths below this option.
    fn read_nested(_value: &Value) -> Option<Result<Self, Vec<OptionError>>> {
        None
    }
}

/// An object made of options.
pub trait Configured: Sized {
    /// Reads all options; `None` when any is wrong (the faults are in `options`).
    fn read(options: &mut Options) -> Option<Self>;
    /// All options, as Keras's `get_config` has them.
    fn write(&self) -> Map<String, Value>;
    /// The options in order.
    fn options() -> Vec<OptionInfo>;
}

/// Keyword arguments being read.
pub struct Options<'a> {
    map: &'a Map<String, Value>,
    path: String,
    class_name: String,
    known: Vec<String>,
    /// Keys that belong beside the options: never read here, but they may be what was meant.
    beside: Vec<&'static str>,
    errors: Vec<OptionError>,
}

impl<'a> Options<'a> {
    /// Options of the object `class_name` that stands at `path`.
    pub fn new(class_name: &str, map: &'a Map<String, Value>, path: &str) -> Options<'a> {
        let (class_name, path) = (class_name.to_string(), path.to_string());
        Options {
            map,
            path,
            class_name,
            known: vec![],
            beside: vec![],
            errors: vec![],
        }
    }

    /// Reads one option. `None` after a fault, which is kept.
    pub fn get<T: OptionValue>(&mut self, name: &str, default: Option<T>) -> Option<T> {
        self.known.push(name.to_string());
        let value = self.map.get(name);
        match value.and_then(T::read_nested) {
            Some(Ok(value)) => return Some(value),
            Some(Err(faults)) => {
                for fault in faults {
                    self.error(&below(name, &fault.path), fault.message);
                }
                return None;
            }
            None => {}
        }
        match value {
            Some(value) => match T::read(value) {
                Ok(value) => Some(value),
                Err(expected) => {
                    let found = shorten(value);
                    let text =
                        format!("`{name}` of {}: found {found}, {expected}", self.class_name);
                    self.error(name, text);
                    None
                }
            },
            None if default.is_some() => default,
            None => {
                let text = format!("{} needs `{name}` ({})", self.class_name, T::KIND);
                self.error("", text);
                None
            }
        }
    }

    /// Marks a key as known without reading it.
    pub fn skip(&mut self, name: &str) {
        self.known.push(name.to_string());
    }

    /// A key that belongs beside the options, for whoever wrote it wrong.
    pub(crate) fn beside(&mut self, name: &'static str) {
        self.beside.push(name);
    }

    /// The raw value of a key.
    pub fn raw(&mut self, name: &str) -> Option<&'a Value> {
        self.known.push(name.to_string());
        self.map.get(name)
    }

    /// Every option but those named and those read so far, which count as read from now on.
    pub(crate) fn take_rest(&mut self, but: &[&str]) -> Vec<(String, Value)> {
        let rest = self.map.iter().filter(|(key, _)| {
            !but.contains(&key.as_str()) && !self.known.iter().any(|known| known == *key)
        });
        let rest: Vec<(String, Value)> = rest.map(|(k, v)| (k.clone(), v.clone())).collect();
        self.known.extend(rest.iter().map(|(key, _)| key.clone()));
        rest
    }

    /// Notes a fault at an option (`""` for the object itself).
    pub fn error(&mut self, name: &str, message: impl Into<String>) {
        let path = match (self.path.as_str(), name) {
            (path, "") => path.to_string(),
            ("", name) => name.to_string(),
            (path, name) => format!("{path}.{name}"),
        };
        self.errors.push(OptionError {
            path,
            message: message.into(),
        });
    }

    /// Faults so far, unknown keys among them.
    pub fn finish(mut self) -> Vec<OptionError> {
        let unknown: Vec<String> = self
            .map
            .keys()
            .filter(|k| !self.known.contains(k))
            .cloned()
            .collect();
        for key in unknown {
            let known: Vec<&str> = self.known.iter().map(String::as_str).collect();
            let near = nearest(&key, known.iter().chain(&self.beside).copied());
            let text = match near {
                Some(near) => format!(
                    "{} has no option `{key}`: did you mean `{near}`?",
                    self.class_name
                ),
                None => format!(
                    "{} has no option `{key}`: it takes {}",
                    self.class_name,
                    list(&known)
                ),
            };
            self.error(&key, text);
        }
        self.errors
    }
}

/// A path inside an option: `cell` and `units` are `cell.units`, `cells` and `[1]` are `cells[1]`.
fn below(option: &str, path: &str) -> String {
    match path {
        "" => option.to_string(),
        entry if entry.starts_with('[') => format!("{option}{entry}"),
        inner => format!("{option}.{inner}"),
    }
}

/// The name nearest to `name`, if it is near enough to be a slip: a third of its letters at most, one more where the first
/// one is right. Else the shortest one that it is a part of, from four letters on.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let letters = lower.chars().count();
    let (mut slip, mut whole): (Option<(usize, &str)>, Option<&str>) = (None, None);
    for known in names {
        let folded = known.to_lowercase();
        let distance = edit_distance(&lower, &folded);
        let same_start = letters >= 4 && lower.chars().next() == folded.chars().next();
        let limit = (letters / 3).max(1) + usize::from(same_start);
        let near = distance <= limit && distance < folded.chars().count();
        if near && slip.is_none_or(|(least, _)| distance < least) {
            slip = Some((distance, known));
        }
        let part = lower.len() >= 4 && folded.contains(&lower);
        if part && whole.is_none_or(|shortest| known.len() < shortest.len()) {
            whole = Some(known);
        }
    }
    slip.map(|(_, name)| name).or(whole)
}

/// Optimal string alignment: letters put in, left out, replaced, and neighbours swapped.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = vec![];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        return "no options".to_string();
    }
    names
        .iter()
        .map(|n| format!("`{n}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn shorten(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        text.chars().take(57).collect::<String>() + "..."
    } else {
        text
    }
}

impl OptionValue for bool {
    const KIND: &'static str = "true or false";
    fn read(value: &Value) -> Result<bool, String> {
        value
            .as_bool()
            .ok_or_else(|| "expected true or false".to_string())
    }
    fn write(&self) -> Value {
        (*self).into()
    }
}

/// The largest whole number of an option: a float64 holds every one up to it.
const LARGEST: i64 = 1 << 53;

/// A whole number, `None` for something else; an error for one that no option can hold.
fn whole_number(value: &Value) -> Result<Option<i64>, String> {
    match value.as_f64().filter(|v| v.fract() == 0.0) {
        Some(v) if v > LARGEST as f64 => Err(format!("too large: expected at most {LARGEST}")),
        Some(v) if v < -LARGEST as f64 => Err(format!("too small: expected at least -{LARGEST}")),
        whole => Ok(whole.map(|v| v as i64)),
    }
}

impl OptionValue for usize {
    const KIND: &'static str = "integer";
    fn read(value: &Value) -> Result<usize, String> {
        match whole_number(value)? {
            Some(v) if v >= 0 => Ok(v as usize),
            // The sizes and counts that may be 0 are read as i64, with a limit of their own.
            _ => Err("expected a whole number, 1 or more".to_string()),
        }
    }
    fn write(&self) -> Value {
        (*self).into()
    }
}

impl OptionValue for i64 {
    const KIND: &'static str = "integer";
    fn read(value: &Value) -> Result<i64, String> {
        whole_number(value)?.ok_or_else(|| "expected a whole number".to_string())
    }
    fn write(&self) -> Value {
        (*self).into()
    }
}

impl OptionValue for f64 {
    const KIND: &'static str = "number";
    fn read(value: &Value) -> Result<f64, String> {
        value
            .as_f64()
            .ok_or_else(|| "expected a number".to_string())
    }
    fn write(&self) -> Value {
        (*self).into()
    }
}

impl OptionValue for String {
    const KIND: &'static str = "text";
    fn read(value: &Value) -> Result<String, String> {
        value
            .as_str()
            .map(str::to_string)
            .ok_or_else(|| "expected a text".to_string())
    }
    fn write(&self) -> Value {
        self.as_str().into()
    }
}

impl<T: OptionValue> OptionValue for Option<T> {
    const KIND: &'static str = T::KIND;
    fn read(value: &Value) -> Result<Option<T>, String> {
        if value.is_null() {
            Ok(None)
        } else {
            T::read(value).map(Some)
        }
    }
    fn read_nested(value: &Value) -> Option<Result<Option<T>, Vec<OptionError>>> {
        let given = Some(value).filter(|v| !v.is_null())?;
        Some(T::read_nested(given)?.map(Some))
    }
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: OptionValue> OptionValue for Vec<T> {
    const KIND: &'static str = "list";
    fn read(value: &Value) -> Result<Vec<T>, String> {
        let items = value
            .as_array()
            .ok_or_else(|| format!("expected a list ({} each)", T::KIND))?;
        items.iter().map(T::read).collect()
    }
    fn read_nested(value: &Value) -> Option<Result<Vec<T>, Vec<OptionError>>> {
        let (mut list, mut faults) = (vec![], vec![]);
        for (i, item) in value.as_array()?.iter().enumerate() {
            match T::read_nested(item)? {
                Ok(item) => list.push(item),
                Err(more) => faults.extend(more.into_iter().map(|fault| OptionError {
                    path: below(&format!("[{i}]"), &fault.path),
                    message: fault.message,
                })),
            }
        }
        Some(if faults.is_empty() {
            Ok(list)
        } else {
            Err(faults)
        })
    }
    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }
}

/// A number or a list of numbers, one per spatial axis: `kernel_size=3`, `strides=(2, 2)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerAxis(pub Vec<usize>);

impl PerAxis {
    /// One value per axis: a single one counts for all. `None` when the count does not fit.
    pub fn expand(&self, axes: usize) -> Option<Vec<usize>> {
        match self.0.len() {
            1 => Some(vec![self.0[0]; axes]),
            n if n == axes => Some(self.0.clone()),
            _ => None,
        }
    }
}

impl OptionValue for PerAxis {
    const KIND: &'static str = "integer or one per axis";
    fn read(value: &Value) -> Result<PerAxis, String> {
        let expected = || "expected a whole number, 1 or more, or a list of them".to_string();
        let size = |item: &Value| match whole_number(item)? {
            Some(v) if v >= 1 => Ok(v as usize),
            _ => Err(expected()),
        };
        let list = match value {
            Value::Array(items) => items.iter().map(size).collect::<Result<Vec<_>, _>>()?,
            one => vec![size(one)?],
        };
        if list.is_empty() {
            Err(expected())
        } else {
            Ok(PerAxis(list))
        }
    }
    fn write(&self) -> Value {
        self.0.clone().into()
    }
}

impl From<usize> for PerAxis {
    fn from(n: usize) -> PerAxis {
        PerAxis(vec![n])
    }
}

impl<const N: usize> From<[usize; N]> for PerAxis {
    fn from(list: [usize; N]) -> PerAxis {
        PerAxis(list.to_vec())
    }
}

/// Declares a Keras object: required arguments in parentheses, then options with defaults.
///
/// Generates the struct with public fields, `new(required...)`, one setter per option, and
/// [`Configured`].
#[macro_export]
macro_rules! keras_config {
    (
        $(#[$meta:meta])*
        pub struct $name:ident ( $( $(#[$rmeta:meta])* $req:ident : $rty:ty ),* $(,)? ) {
            $( $(#[$fmeta:meta])* $field:ident : $ty:ty = $default:expr ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[$rmeta])* pub $req: $rty, )*
            $( $(#[$fmeta])* pub $field: $ty, )*
        }

        impl $name {
            /// With Keras's defaults.
            #[allow(clippy::new_without_default)]
            pub fn new($( $req: impl Into<$rty> ),*) -> $name {
                $name { $( $req: $req.into(), )* $( $field: $default, )* }
            }

            $(
                $(#[$fmeta])*
                pub fn $field(mut self, value: impl Into<$ty>) -> $name {
                    self.$field = value.into();
                    self
                }
            )*
        }

        impl $crate::Configured for $name {
            #[allow(unused_variables)]
            fn read(options: &mut $crate::Options<'_>) -> Option<$name> {
                $( let $req: Option<$rty> = options.get(stringify!($req), None); )*
                $( let $field: Option<$ty> = options.get(stringify!($field), Some($default)); )*
                Some($name { $( $req: $req?, )* $( $field: $field?, )* })
            }

            fn write(&self) -> serde_json::Map<String, serde_json::Value> {
                #[allow(unused_mut)]
                let mut map = serde_json::Map::new();
                $( map.insert(stringify!($req).to_string(), $crate::OptionValue::write(&self.$req)); )*
                $( map.insert(stringify!($field).to_string(), $crate::OptionValue::write(&self.$field)); )*
                map
            }

            fn options() -> Vec<$crate::OptionInfo> {
                vec![
                    $( $crate::OptionInfo {
                        name: stringify!($req),
                        kind: <$rty as $crate::OptionValue>::KIND,
                        default: None,
                    }, )*
                    $( $crate::OptionInfo {
                        name: stringify!($field),
                        kind: <$ty as $crate::OptionValue>::KIND,
                        default: Some($crate::OptionValue::write(&{ let value: $ty = $default; value })),
                    }, )*
                ]
            }
        }
    };
}
