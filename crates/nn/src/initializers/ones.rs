//! Ones. Follows keras/src/initializers/constant_initializers.py.

use regimen_graph::{DType, Tensor, elements};

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Ones",
    aliases: &["one"],
    about: "all ones",
    options: Ones::options,
    read: |o| Ones::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// All ones.
    pub struct Ones() {}
}

impl Init for Ones {
    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        Tensor::from_f64(DType::F32, shape, &vec![1.0; elements(shape)])
    }
}
