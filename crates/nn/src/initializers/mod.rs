//! The initializers, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Tensor;
use serde_json::Value as Json;

use crate::OptionValue;
use crate::registry::{self, Def, reference};

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
pub type InitializerDef = Def<dyn Init>;

/// The initializer with this name.
pub fn find(name: &str) -> Option<&'static InitializerDef> {
    registry::find(INITIALIZERS, name)
}

reference! {
    /// A reference to an initializer.
    Initializer, dyn Init, INITIALIZERS, "initializer", "initializers"
}

impl Initializer {
    /// Values of a weight at `path` in a run with `seed`. An integer `seed` option of the initializer goes
    /// before, as in Keras: then equal shapes get equal values.
    pub fn sample(&self, shape: &[usize], seed: u64, path: &str) -> Result<Tensor, String> {
        let own = self
            .0
            .config
            .get("seed")
            .and_then(|seed| i64::read(seed).ok());
        let key = own.map_or_else(|| crate::scope::stream(path, seed), |own| own as u64);
        self.check(shape)?;
        Ok(self.resolve()?.sample(shape, key))
    }

    /// Whether it can fill a weight of this shape, or what is wrong.
    pub fn check(&self, shape: &[usize]) -> Result<(), String> {
        self.resolve()?.check(shape)
    }

    /// The same for a weight whose first `inputs` of `rank` axes count as inputs and the others as outputs, as for the
    /// kernels of attention.
    pub fn split_at(&self, inputs: usize, rank: usize) -> Initializer {
        let (before, behind): (Vec<usize>, Vec<usize>) = (0..rank).partition(|&axis| axis < inputs);
        self.over(&before, &behind)
    }

    /// The same for a weight with these axes of inputs and of outputs: an initializer that scales by fans takes them
    /// from there, unless it names its own.
    pub fn over(&self, inputs: &[usize], outputs: &[usize]) -> Initializer {
        let mut object = self.0.clone();
        let scales = find(&object.class_name)
            .is_some_and(|def| (def.options)().iter().any(|o| o.name == "input_axes"));
        let named = |key: &str| object.config.get(key).is_some_and(|axes| !axes.is_null());
        if scales && !(named("input_axes") && named("output_axes")) {
            let (inputs, outputs) = (Json::from(inputs.to_vec()), Json::from(outputs.to_vec()));
            object.config.insert("input_axes".to_string(), inputs);
            object.config.insert("output_axes".to_string(), outputs);
        }
        Initializer(object)
    }
}
