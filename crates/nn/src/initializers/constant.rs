//! Constant: one number everywhere. Follows keras/src/initializers/constant_initializers.py.

use regimen_graph::{DType, Tensor, elements};

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Constant",
    aliases: &[],
    about: "one number everywhere",
    options: Constant::options,
    read: |o| Constant::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// One number everywhere.
    pub struct Constant() {
        /// The number. Default 0.
        value: f64 = 0.0,
    }
}

impl Init for Constant {
    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        Tensor::from_f64(DType::F32, shape, &vec![self.value; elements(shape)])
    }
}
