//! LSTM: long short-term memory over a sequence.
//!
//!   x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences
//!   i, f, o = sigmoid, g = tanh of x_t · W + b + h_{t-1} · R, gates in the order i, f, g, o
//!   c_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  W (D, 4U), R (U, 4U), b (4U)
//!
//! A masked step keeps both states and repeats the output. Hochreiter and Schmidhuber 1997; Gers et al. 2000.
//! Follows keras/src/layers/rnn/lstm.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value,
    activations::Activation,
    constraints::Constraint,
    dense_cell::{self, of_fields},
    initializers::Initializer,
    keras_config,
    layers::LSTMCell,
    limits::{self, Checks, Limits},
    recurrent::{read_hints, recurrent},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "LSTM",
    aliases: &[],
    about: "long short-term memory over a sequence",
    options: LSTM::options,
    read: read_config,
};

keras_config! {
    /// Long short-term memory.
    ///
    /// ```
    /// use regimen_nn::layers::LSTM;
    /// let layer = LSTM::new(64usize).return_sequences(true).dropout(0.2);
    /// assert!(layer.unit_forget_bias);
    /// ```
    pub struct LSTM(
        /// Size of the states and of the output.
        units: usize,
    ) {
        /// Of the candidate and of the cell. Default tanh.
        activation: Activation = Activation::named("tanh"),
        /// Of the gates. Default sigmoid.
        recurrent_activation: Activation = Activation::named("sigmoid"),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
        /// How the input's kernel begins. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the state's kernel begins. Default orthogonal.
        recurrent_initializer: Initializer = Initializer::named("orthogonal"),
        /// How the bias begins. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Whether the forget gate's bias begins with ones instead. Default true.
        unit_forget_bias: bool = true,
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
        /// Whether the outputs of all steps are returned. Default only the last one.
        return_sequences: bool = false,
        /// Whether the last states h and c are returned after the output.
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
    limits::read::<LSTM>(o)
}

impl LSTM {
    fn as_cell(&self) -> LSTMCell {
        of_fields!(
            self,
            LSTMCell {
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
                unit_forget_bias,
                implementation
            }
        )
    }
}

impl Limits for LSTM {
    fn limits(&self) -> Checks {
        self.as_cell().limits()
    }
}

impl Layer for LSTM {
    fn class_name(&self) -> &'static str {
        "LSTM"
    }

    fn config(&self) -> Map<String, Json> {
        dense_cell::without_implementation(self.write())
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn arity(&self) -> (usize, usize) {
        (1, 3)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let cell = self.as_cell();
        recurrent!(self, "LSTM", &cell, ("lstm_cell", true), "(B, T, D)").forward(s, call)
    }
}
