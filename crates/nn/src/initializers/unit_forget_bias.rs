//! UnitForgetBias: the bias of an LSTM, ones for the forget gate.
//!
//!   b (4U) = [b_i, 1, b_c, b_o], the others as their own initializer has it
//!
//! Jozefowicz et al. 2015. Follows `unit_forget_bias` in keras/src/layers/rnn/lstm.py.

use regimen_graph::{DType, Tensor, elements};

use crate::initializers::{Init, Initializer, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "UnitForgetBias",
    aliases: &[],
    about: "the bias of an LSTM, ones for the forget gate",
    options: UnitForgetBias::options,
    read: |o| UnitForgetBias::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// The bias of an LSTM, ones for the forget gate.
    pub struct UnitForgetBias() {
        /// Of the other gates. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
    }
}

impl Init for UnitForgetBias {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        match shape {
            [n] if n % 4 == 0 => self.bias_initializer.check(&[n / 4]),
            _ => Err(format!(
                "UnitForgetBias fills the bias of an LSTM: found a weight of shape {shape:?}, expected four parts of one axis"
            )),
        }
    }

    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        let units = elements(shape) / 4;
        // A name that is not registered was refused when the option was read; zeros stand in elsewhere.
        let part = |n: usize| match self.bias_initializer.resolve() {
            Ok(init) => init.sample(&[n], key).to_f64(),
            Err(_) => vec![0.0; n],
        };
        let data = [part(units), vec![1.0; units], part(2 * units)].concat();
        Tensor::from_f64(DType::F32, vec![4 * units], &data)
    }
}
