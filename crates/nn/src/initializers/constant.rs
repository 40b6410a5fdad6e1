//! Constant: one number everywhere, or an array's. Follows keras/src/initializers/constant_initializers.py.

use regimen_graph::{DType, Tensor, elements};

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config, layers::Numbers};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Constant",
    aliases: &[],
    about: "one number everywhere",
    options: Constant::options,
    read: |o| Constant::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// One number everywhere, or the numbers of an array of the weight's shape.
    pub struct Constant() {
        /// The number, or nested lists of the weight's shape. Default 0.
        value: Numbers = Numbers::from(0.0),
    }
}

impl Init for Constant {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        let own = &self.value.shape;
        match own.is_empty() || own == shape {
            true => Ok(()),
            false => Err(format!(
                "Constant has an array of shape {own:?} for a weight of shape {shape:?}; give one number, or an array of that shape"
            )),
        }
    }

    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        let all: Vec<f64> = self
            .value
            .data
            .iter()
            .copied()
            .cycle()
            .take(elements(shape))
            .collect();
        Tensor::from_f64(DType::F32, shape, &all)
    }
}
