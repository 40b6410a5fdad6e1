//! Identity: `gain` on the diagonal of a matrix. Follows keras/src/initializers/constant_initializers.py.

use regimen_graph::{DType, Tensor, elements};

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Identity",
    aliases: &["IdentityInitializer"],
    about: "the identity matrix, times gain",
    options: Identity::options,
    read: |o| Identity::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// The identity matrix, times gain.
    pub struct Identity() {
        /// Value on the diagonal. Default 1.
        gain: f64 = 1.0,
    }
}

impl Init for Identity {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        if shape.len() == 2 {
            return Ok(());
        }
        Err(format!(
            "Identity fills matrices only: found a weight of shape {shape:?}, expected two axes"
        ))
    }

    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        let columns = shape.last().copied().unwrap_or(1).max(1);
        let at = |i: usize| {
            if i / columns == i % columns {
                self.gain
            } else {
                0.0
            }
        };
        Tensor::from_f64(
            DType::F32,
            shape,
            &(0..elements(shape)).map(at).collect::<Vec<f64>>(),
        )
    }
}
