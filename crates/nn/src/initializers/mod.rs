//! The initializers, one file each, and references to them.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Tensor;

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
        let made = self.resolve()?;
        made.check(shape)
            .map_err(|fault| format!("{path}: {fault}"))?;
        Ok(made.sample(shape, key))
    }
}
