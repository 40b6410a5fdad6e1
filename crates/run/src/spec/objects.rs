//! Reads Keras objects and the model: three spellings in, one `{ class_name, config }` out.
//!
//! What stands inside a `config` belongs to the crate that knows the layers: it is kept as it is,
//! but for objects within objects (`kernel_regularizer = { class_name = "L2", l2 = 0.01 }`), which
//! get the same normal form.

use serde_json::{Map, Value};

use super::node::{Entry, Kind, Node, entry};
use super::place::join;
use super::walk::Walker;
use super::{KerasObject, LayerList, LayerSpec, ModelSpec, read};

/// Keys that Keras writes beside `class_name` and `config`, and that carry nothing we need.
const KERAS_EXTRAS: [&str; 8] = [
    "module",
    "registered_name",
    "build_config",
    "compile_config",
    "keras_version",
    "backend",
    "date_saved",
    "name",
];

impl Walker {
    /// A Keras object in any spelling. `beside` are keys that are the caller's, not options.
    pub(crate) fn object(
        &mut self,
        node: &Node,
        path: &str,
        beside: &[&str],
    ) -> Option<KerasObject> {
        let example = match path.split(['.', '[']).nth(1) {
            Some("optimizer") => "adam",
            Some("loss") => "mse",
            Some("metrics" | "weighted_metrics") => "accuracy",
            _ => "Dense",
        };
        let what = format!("a name such as \"{example}\", or a table with `class_name`");
        let entries = match &node.kind {
            Kind::Text(_) => {
                let class_name = self.word(node, path)?;
                return Some(KerasObject {
                    class_name,
                    config: Map::new(),
                });
            }
            _ => self.entries(node, path, &what)?,
        };
        let Some(class) = entry(entries, "class_name") else {
            self.no_class(node, path, entries);
            return None;
        };
        let class_path = join(path, "class_name");
        self.note(&class_path, class.value.at);
        let class_name = self.word(&class.value, &class_path);
        let config = match entry(entries, "config") {
            // Keras writes a plain function as `{ class_name: "function", config: "relu" }`.
            Some(config)
                if class_name.as_deref() == Some("function")
                    && matches!(config.value.kind, Kind::Text(_)) =>
            {
                return self.object(&config.value, &join(path, "config"), beside);
            }
            Some(config) => self.long_config(path, entries, config, beside),
            None => Some(self.short_config(path, entries, beside)),
        };
        Some(KerasObject {
            class_name: class_name?,
            config: config?,
        })
    }

    fn no_class(&mut self, node: &Node, path: &str, entries: &[Entry]) {
        let slip = entries.iter().find(|e| {
            ["class", "type", "classname", "class_nam", "kind"].contains(&e.key.as_str())
        });
        let mend = match slip {
            Some(e) => format!("write `class_name` instead of `{}`", e.key),
            None => "write `class_name = \"...\"`, the name Keras uses".to_owned(),
        };
        self.fault(
            slip.map_or(node.at, |e| e.key_at),
            &join(path, "class_name"),
            "missing",
            "",
            &mend,
        );
    }

    fn long_config(
        &mut self,
        path: &str,
        entries: &[Entry],
        config: &Entry,
        beside: &[&str],
    ) -> Option<Map<String, Value>> {
        let config_path = join(path, "config");
        self.note(&config_path, config.value.at);
        let mut map = match &config.value.kind {
            Kind::Null => Map::new(),
            // Keras 1 and 2.0 wrote a Sequential's layers as the config itself.
            Kind::List(_) => {
                let layers = self.config_value(&config.value, &join(&config_path, "layers"))?;
                Map::from_iter([("layers".to_owned(), layers)])
            }
            _ => {
                let inner = self.entries(&config.value, &config_path, "a table of options")?;
                self.options(&config_path, inner, &[])
            }
        };
        for item in entries {
            let key = item.key.as_str();
            if key == "name" && !map.contains_key("name") {
                let name = self.config_value(&item.value, &join(path, key))?;
                map.insert(key.to_owned(), name);
            } else if !(["class_name", "config"].contains(&key)
                || KERAS_EXTRAS.contains(&key)
                || beside.contains(&key))
            {
                let mend = format!("move `{key}` into `config`, or write every option without it");
                let item_path = join(path, key);
                self.fault(
                    item.key_at,
                    &item_path,
                    "an option beside `config`",
                    "",
                    &mend,
                );
            }
        }
        Some(map)
    }

    fn short_config(
        &mut self,
        path: &str,
        entries: &[Entry],
        beside: &[&str],
    ) -> Map<String, Value> {
        let reserved: Vec<&str> = beside.iter().copied().chain(["class_name"]).collect();
        self.options(path, entries, &reserved)
    }

    /// Options of an object as plain values, without the keys named.
    fn options(&mut self, path: &str, entries: &[Entry], but: &[&str]) -> Map<String, Value> {
        let mut map = Map::new();
        for item in entries.iter().filter(|e| !but.contains(&e.key.as_str())) {
            let path = join(path, &item.key);
            self.note(&path, item.value.at);
            if let Some(value) = self.config_value(&item.value, &path) {
                map.insert(item.key.clone(), value);
            }
        }
        map
    }

    /// A value inside a config; short objects become long ones.
    fn config_value(&mut self, node: &Node, path: &str) -> Option<Value> {
        match &node.kind {
            Kind::NonFinite(_) => {
                self.wrong(node, path, "a finite number");
                None
            }
            Kind::List(_) => self
                .list(node, path, "a list", Self::config_value)
                .map(Value::Array),
            Kind::Table(entries) => {
                let short = entry(entries, "config").is_none()
                    && matches!(entry(entries, "class_name").map(|e| &e.value.kind),
                        Some(Kind::Text(name)) if !name.starts_with("__"));
                if !short {
                    return Some(Value::Object(self.options(path, entries, &[])));
                }
                let object = self.object(node, path, &[])?;
                Some(Value::Object(Map::from_iter([
                    ("class_name".to_owned(), Value::String(object.class_name)),
                    ("config".to_owned(), Value::Object(object.config)),
                ])))
            }
            _ => Some(node.to_value()),
        }
    }

    /// Objects in a list.
    pub(crate) fn objects(&mut self, node: &Node, path: &str) -> Option<Vec<KerasObject>> {
        let what = "a list of names or of tables with `class_name`";
        self.list(node, path, what, |w, item, path| w.object(item, path, &[]))
    }

    /// The model: layers, a Keras config, or the name of a file that holds one.
    pub(crate) fn model(&mut self, node: &Node, path: &str) -> Option<ModelSpec> {
        let what = "a table with `layers`, with `class_name` and `config`, or with `json`";
        let entries = self.entries(node, path, what)?;
        if entry(entries, "class_name").is_some() {
            if let Some(version) = stated_version(node) {
                self.state_version(version, path, node);
            }
            return self.object(node, path, &[]).map(ModelSpec::Keras);
        }
        if entry(entries, "json").is_some() {
            let table = self.table(node, path, &["json"])?;
            return self.need(&table, "json", "", |w, node, path| w.model_file(node, path));
        }
        let table = self.table(
            node,
            path,
            &["layers", "outputs", "dtype_policy", "json", "class_name"],
        )?;
        let mend = "write `[[model.layers]]` with `class_name` for each layer";
        let layers = self.need(&table, "layers", mend, |w, node, path| w.layers(node, path));
        let outputs = self.opt(&table, "outputs", |w, node, path| w.names(node, path));
        let policy = self.opt(&table, "dtype_policy", |w, node, path| w.word(node, path));
        Some(ModelSpec::Layers(LayerList {
            layers: layers?,
            outputs: outputs.unwrap_or_default(),
            dtype_policy: policy,
        }))
    }

    fn layers(&mut self, node: &Node, path: &str) -> Option<Vec<LayerSpec>> {
        let layers = self.list(node, path, "a list of layers", |w, item, path| {
            let object = w.object(item, path, &["inbound"]);
            let inbound = match &item.kind {
                Kind::Table(entries) => entry(entries, "inbound"),
                _ => None,
            };
            let inbound = inbound
                .filter(|e| e.value.kind != Kind::Null)
                .and_then(|e| w.names(&e.value, &join(path, "inbound")));
            Some(LayerSpec {
                object: object?,
                inbound: inbound.unwrap_or_default(),
            })
        })?;
        if matches!(&node.kind, Kind::List(items) if items.is_empty()) {
            self.wrong(node, path, "at least one layer");
            return None;
        }
        Some(layers)
    }

    /// A name or a list of names.
    fn names(&mut self, node: &Node, path: &str) -> Option<Vec<String>> {
        match &node.kind {
            Kind::Text(_) => self.word(node, path).map(|name| vec![name]),
            _ => self.list(node, path, "a name or a list of names", Self::word),
        }
    }

    /// Keeps the version that the model itself states.
    fn state_version(&mut self, version: &str, path: &str, node: &Node) {
        self.note(&join(path, "keras_version"), node.at);
        self.keras_version = Some(version.to_owned());
    }

    /// Reads `model.json` beside the run file.
    fn model_file(&mut self, node: &Node, path: &str) -> Option<ModelSpec> {
        let name = self.word(node, path)?;
        let file = self.folder.join(&name);
        let shown = file.display().to_string();
        let tree = read::text_of(&file, "a model that Keras wrote with `model.to_json()`")
            .and_then(|text| super::json_tree::parse(&text, &shown));
        let tree = match tree {
            Ok(tree) => tree,
            Err(errors) => {
                for mut error in errors {
                    if error.line == 0 {
                        (error.line, error.column) = node.at;
                        error.file.clone_from(&self.file);
                        error.path = path.to_owned();
                    }
                    self.errors.push(error);
                }
                return None;
            }
        };
        let mut inner = Walker::new(&shown, self.folder.clone());
        let object = inner.object(&tree, "", &[]);
        self.errors.append(&mut inner.errors);
        if let Some(version) = stated_version(&tree) {
            self.state_version(version, "model", node);
        }
        object.map(ModelSpec::Keras)
    }
}

/// The version of Keras that a model was written by, which stands beside its class.
fn stated_version(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Table(entries) => match &entry(entries, "keras_version")?.value.kind {
            Kind::Text(version) => Some(version),
            _ => None,
        },
        _ => None,
    }
}
