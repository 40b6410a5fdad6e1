//! MultiOptimizer: several optimizers, each for the weights whose path its pattern matches.
//!
//! `optimizer_map` is an OptimizerMap: a pattern that is a weight's whole path goes first, then the one that matches the
//! path as a regular expression, then `default_optimizer`; more than one match is an error. Each optimizer clips, averages
//! and accumulates for itself. Paths count with and without the name that Keras writes before the layers of a Sequential
//! model. Follows keras/src/optimizers/multi_optimizer.py.

use serde_json::{Map, Value as Json, json};

use crate::optimizers::options::Checks;
use crate::optimizers::{InnerOptimizer, LossScale, Optimizer, OptimizerDef, Rule, Weight};
use crate::{Configured, Object, OptionError, OptionValue, Options, Pattern, keras_config};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "MultiOptimizer",
    aliases: &[],
    about: "several optimizers, each for some of the weights",
    options: MultiOptimizer::options,
    read,
};

keras_config! {
    /// Several optimizers, each for some of the weights.
    ///
    /// ```
    /// use regimen_nn::optimizers::{MultiOptimizer, OptimizerMap};
    /// let map = OptimizerMap::new("sgd").with("encoder/.*", "adam")?;
    /// assert_eq!(MultiOptimizer::new(map).loss_scale_factor, None);
    /// # Ok::<(), String>(())
    /// ```
    pub struct MultiOptimizer(
        /// Which optimizer for which weights.
        optimizer_map: OptimizerMap,
    ) {
        /// The loss times this is what gradients are taken of, in place of what the optimizers say.
        loss_scale_factor: Option<f64> = None,
    }
}

/// Patterns of paths with the optimizer of each, and an optimizer for all other weights.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerMap {
    default: InnerOptimizer,
    map: Vec<(Pattern, InnerOptimizer)>,
}

impl OptimizerMap {
    /// One optimizer for all.
    pub fn new(default: impl Into<InnerOptimizer>) -> OptimizerMap {
        OptimizerMap {
            default: default.into(),
            map: vec![],
        }
    }

    /// The same with another optimizer for the weights whose path a pattern matches.
    pub fn with(
        mut self,
        pattern: &str,
        optimizer: impl Into<InnerOptimizer>,
    ) -> Result<OptimizerMap, String> {
        self.map.push((Pattern::new(pattern)?, optimizer.into()));
        Ok(self)
    }

    /// In Keras's order: those of the patterns, then the default.
    fn optimizers(&self) -> impl Iterator<Item = &InnerOptimizer> {
        self.map.iter().map(|pair| &pair.1).chain([&self.default])
    }

    /// Which of them has a weight.
    fn place(&self, weight: &Weight) -> Result<usize, String> {
        let whole = |pattern: &Pattern| weight.any_path(|path| path == pattern.text());
        if let Some(at) = self.map.iter().position(|(pattern, _)| whole(pattern)) {
            return Ok(at);
        }
        let matching = |(_, (pattern, _)): &(usize, &(Pattern, InnerOptimizer))| {
            weight.any_path(|path| pattern.full_match(path))
        };
        let found: Vec<(usize, &str)> = self
            .map
            .iter()
            .enumerate()
            .filter(matching)
            .map(|(at, (pattern, _))| (at, pattern.text()))
            .collect();
        match found.as_slice() {
            [] => Ok(self.map.len()),
            [(at, _)] => Ok(*at),
            [(_, first), (_, second), ..] => Err(format!(
                "multiple optimizers for `{}`: `{first}` and `{second}` both match",
                weight.path
            )),
        }
    }
}

impl OptionValue for OptimizerMap {
    const KIND: &'static str = "OptimizerMap";

    fn read(value: &Json) -> Result<OptimizerMap, String> {
        let object = Object::read(value)?;
        if object.class_name != "OptimizerMap" {
            let found = object.class_name;
            return Err(format!(
                "expected an OptimizerMap, found `{found}`: a function cannot be written down"
            ));
        }
        let text = |e: Vec<OptionError>| e.iter().map(ToString::to_string).collect::<Vec<_>>();
        OptimizerMap::read_config(&object.config).map_err(|e| text(e).join("; "))
    }

    fn read_nested(value: &Json) -> Option<Result<OptimizerMap, Vec<OptionError>>> {
        let object = Object::read(value).ok()?;
        (object.class_name == "OptimizerMap").then(|| OptimizerMap::read_config(&object.config))
    }

    fn write(&self) -> Json {
        let pairs = self.map.iter();
        let map: Map<String, Json> = pairs
            .map(|(p, o)| (p.text().to_string(), o.write()))
            .collect();
        json!({
            "class_name": "OptimizerMap",
            "config": { "default_optimizer": self.default.write(), "optimizer_map": map },
        })
    }
}

impl OptimizerMap {
    fn read_config(config: &Map<String, Json>) -> Result<OptimizerMap, Vec<OptionError>> {
        let mut options = Options::new("OptimizerMap", config, "");
        let default = options.get::<InnerOptimizer>("default_optimizer", None);
        let mut map = vec![];
        match options.raw("optimizer_map") {
            Some(Json::Object(entries)) => {
                for (pattern, optimizer) in entries {
                    match entry(pattern, optimizer) {
                        Ok(pair) => map.push(pair),
                        Err(text) => options.error(&format!("optimizer_map.{pattern}"), text),
                    }
                }
            }
            None | Some(Json::Null) => {}
            Some(found) => {
                let text = format!("expected patterns with optimizers, found {found}");
                options.error("optimizer_map", text);
            }
        }
        let errors = options.finish();
        match default {
            Some(default) if errors.is_empty() => Ok(OptimizerMap { default, map }),
            _ => Err(errors),
        }
    }
}

fn entry(pattern: &str, optimizer: &Json) -> Result<(Pattern, InnerOptimizer), String> {
    Ok((Pattern::new(pattern)?, InnerOptimizer::read(optimizer)?))
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Optimizer>> {
    let made = MultiOptimizer::read(options)?;
    let mut checks = Checks::new(options);
    if let Some(factor) = made.loss_scale_factor {
        checks.positive("loss_scale_factor", factor);
    }
    let fine = checks.fine();
    let mut inner = vec![];
    for reference in made.optimizer_map.optimizers() {
        let optimizer = reference.resolve().ok()?;
        if ["LossScaleOptimizer", "MultiOptimizer"].contains(&optimizer.class_name()) {
            let text = format!(
                "found a {} inside a MultiOptimizer, expected plain optimizers",
                optimizer.class_name()
            );
            options.error("optimizer_map", text);
            return None;
        }
        inner.push(optimizer);
    }
    fine.then(|| {
        Box::new(Several {
            options: made,
            inner,
        }) as Box<dyn Optimizer>
    })
}

#[derive(Debug)]
struct Several {
    options: MultiOptimizer,
    inner: Vec<Box<dyn Optimizer>>,
}

impl Optimizer for Several {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn rules(&self) -> Vec<&dyn Rule> {
        self.inner.iter().flat_map(|inner| inner.rules()).collect()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = vec![];
        for reference in self.options.optimizer_map.optimizers() {
            let name = reference.name();
            let free = |n: &usize| !names.contains(&numbered(&name, *n));
            let n = (0..).find(free).unwrap_or(0);
            names.push(numbered(&name, n));
        }
        names
    }

    fn rule_of(&self, weight: &Weight) -> Result<usize, String> {
        self.options.optimizer_map.place(weight)
    }

    fn loss_scale(&self) -> LossScale {
        let factor = self.options.loss_scale_factor;
        factor.map_or(LossScale::None, LossScale::Fixed)
    }
}

/// `adam`, `adam_1`, ... as Keras numbers equal names.
fn numbered(name: &str, n: usize) -> String {
    if n == 0 {
        name.to_string()
    } else {
        format!("{name}_{n}")
    }
}
