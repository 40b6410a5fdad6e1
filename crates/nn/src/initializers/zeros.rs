//! Zeros. Follows keras/src/initializers/constant_initializers.py.

use regimen_graph::{DType, Tensor, Type};

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Zeros",
    aliases: &["zero"],
    about: "all zeros",
    options: Zeros::options,
    read: |o| Zeros::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// All zeros.
    pub struct Zeros() {}
}

impl Init for Zeros {
    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        Tensor::zeros(&Type::new(DType::F32, shape))
    }
}
