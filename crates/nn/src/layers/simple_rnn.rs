//! SimpleRNN: a fully connected recurrence over a sequence.
//!
//!   x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences
//!   h_t = act(x_t · W + b + h_{t-1} · R);  W (D, U), R (U, U), b (U)
//!
//! A masked step keeps the state and repeats the output. Elman 1990.
//! Follows keras/src/layers/rnn/simple_rnn.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value,
    activations::Activation,
    constraints::Constraint,
    dense_cell::of_fields,
    initializers::Initializer,
    keras_config,
    layers::SimpleRNNCell,
    limits::{self, Checks, Limits},
    recurrent::{read_hints, recurrent},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SimpleRNN",
    aliases: &[],
    about: "fully connected recurrence over a sequence",
    options: SimpleRNN::options,
    read: read_config,
};

keras_config! {
    /// A fully connected recurrence: the output is the next step's state.
    ///
    /// ```
    /// use regimen_nn::layers::SimpleRNN;
    /// let layer = SimpleRNN::new(64usize).activation("relu").return_sequences(true);
    /// assert_eq!(layer.units, 64);
    /// ```
    pub struct SimpleRNN(
        /// Size of the state, which is the output.
        units: usize,
    ) {
        /// Of the state. Default tanh.
        activation: Activation = Activation::named("tanh"),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
        /// How the input's kernel begins. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the state's kernel begins. Default orthogonal.
        recurrent_initializer: Initializer = Initializer::named("orthogonal"),
        /// How the bias begins. Default zeros.
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
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    read_hints(o);
    limits::read::<SimpleRNN>(o)
}

impl SimpleRNN {
    fn as_cell(&self) -> SimpleRNNCell {
        of_fields!(
            self,
            SimpleRNNCell {
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
                seed
            }
        )
    }
}

impl Limits for SimpleRNN {
    fn limits(&self) -> Checks {
        self.as_cell().limits()
    }
}

impl Layer for SimpleRNN {
    fn class_name(&self) -> &'static str {
        "SimpleRNN"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
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
        recurrent!(
            self,
            "SimpleRNN",
            &cell,
            ("simple_rnn_cell", true),
            "(B, T, D)"
        )
        .forward(s, call)
    }
}
