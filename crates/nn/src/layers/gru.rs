//! GRU: a gated recurrent unit over a sequence.
//!
//!   x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences
//!   z, r = sigmoid of x_t · W + b + h_{t-1} · R + b';  gates in the order z, r, g
//!   g = tanh(x_t · W + b + r (h_{t-1} · R + b')), or tanh(x_t · W + b + (r h_{t-1}) · R) without reset_after
//!   h_t = z h_{t-1} + (1 - z) g;  W (D, 3U), R (U, 3U), [b, b'] (2, 3U) or b (3U)
//!
//! A masked step keeps the state and repeats the output. Cho et al. 2014.
//! Follows keras/src/layers/rnn/gru.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value,
    activations::Activation,
    constraints::Constraint,
    dense_cell::{self, of_fields},
    initializers::Initializer,
    keras_config,
    layers::GRUCell,
    limits::{self, Checks, Limits},
    recurrent::{read_hints, recurrent},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GRU",
    aliases: &[],
    about: "gated recurrent unit over a sequence",
    options: GRU::options,
    read: read_config,
};

keras_config! {
    /// A gated recurrent unit.
    ///
    /// ```
    /// use regimen_nn::layers::GRU;
    /// let layer = GRU::new(64usize).return_sequences(true).dropout(0.2);
    /// assert!(layer.reset_after);
    /// ```
    pub struct GRU(
        /// Size of the state, which is the output.
        units: usize,
    ) {
        /// Of the candidate. Default tanh.
        activation: Activation = Activation::named("tanh"),
        /// Of the gates. Default sigmoid.
        recurrent_activation: Activation = Activation::named("sigmoid"),
        /// Whether biases are added. Default true.
        use_bias: bool = true,
        /// How the input's kernel begins. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the state's kernel begins. Default orthogonal.
        recurrent_initializer: Initializer = Initializer::named("orthogonal"),
        /// How the biases begin. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the input's kernel.
        kernel_regularizer: Option<Regularizer> = None,
        /// Penalty of the state's kernel.
        recurrent_regularizer: Option<Regularizer> = None,
        /// Penalty of the bias.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of everything that is returned, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the input's kernel.
        kernel_constraint: Option<Constraint> = None,
        /// Constraint of the state's kernel.
        recurrent_constraint: Option<Constraint> = None,
        /// Constraint of the bias.
        bias_constraint: Option<Constraint> = None,
        /// Part of the input's features to drop while training, one choice for the whole sequence.
        dropout: f64 = 0.0,
        /// Part of the state's features to drop while training, one choice for the whole sequence.
        recurrent_dropout: f64 = 0.0,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Whether the state is reset after its product with the kernel, not before. Default true.
        reset_after: bool = true,
        /// Whether the outputs of all steps are returned. Default only the last one.
        return_sequences: bool = false,
        /// Whether the last state is returned after the output.
        return_state: bool = false,
        /// Whether the sequence is read from its end; outputs come in that order.
        go_backwards: bool = false,
        /// Whether states pass from batch to batch; the input needs a fixed batch size then.
        stateful: bool = false,
        /// A hint to Keras's backends; the numbers are the same.
        unroll: bool = false,
        /// Whether masked steps return zeros instead of repeating the output.
        zero_output_for_mask: bool = false,
        /// 1: dropout chooses per gate. 2, the default: once for all. Recurrent dropout implies 1.
        implementation: i64 = 2,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    read_hints(o);
    limits::read::<GRU>(o)
}

impl GRU {
    fn as_cell(&self) -> GRUCell {
        of_fields!(
            self,
            GRUCell {
                units,
                activation,
                use_bias,
                kernel_initializer,
                recurrent_initializer,
                bias_initializer,
                kernel_regularizer,
                recurrent_regularizer,
                bias_regularizer,
                kernel_constraint,
                recurrent_constraint,
                bias_constraint,
                dropout,
                recurrent_dropout,
                seed,
                recurrent_activation,
                reset_after,
                implementation
            }
        )
    }
}

impl Limits for GRU {
    fn limits(&self) -> Checks {
        self.as_cell().limits()
    }
}

impl Layer for GRU {
    fn class_name(&self) -> &'static str {
        "GRU"
    }

    fn config(&self) -> Map<String, Json> {
        dense_cell::without_implementation(self.write())
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn arity(&self) -> (usize, usize) {
        (1, 2)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let cell = self.as_cell();
        recurrent!(self, "GRU", &cell, ("gru_cell", true), "(B, T, D)").forward(s, call)
    }
}
