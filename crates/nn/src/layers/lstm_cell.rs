//! LSTMCell: one step of long short-term memory.
//!
//!   x (B, D), h (B, U), c (B, U) -> i, f, o = sigmoid, g = tanh of x · W + h · R + b
//!   c' = f c + i g;  h' = o tanh(c');  gates in the order i, f, g, o;  W (D, 4U), R (U, 4U), b (4U)
//!
//! Hochreiter and Schmidhuber 1997; Gers et al. 2000. Follows keras/src/layers/rnn/lstm.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Cell, Configured, Layer, LayerDef, Parts, Scope, Sequence, Value,
    activations::Activation,
    cell::{Steps, call_alone},
    constraints::Constraint,
    dense_cell::{self, DenseCell, carried, dense_cell, gate_of},
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    lstm_recurrence::{first_bias, fused, gated},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "LSTMCell",
    aliases: &[],
    about: "one step of long short-term memory",
    options: LSTMCell::options,
    read: limits::read::<LSTMCell>,
};

keras_config! {
    /// One step of long short-term memory, for `RNN`.
    ///
    /// ```
    /// use regimen_nn::layers::{LSTMCell, RNN, StackedRNNCells};
    /// let cells = vec![LSTMCell::new(16usize).into(), LSTMCell::new(8usize).into()];
    /// let layer = RNN::new(StackedRNNCells::new(cells));
    /// assert!(!layer.return_sequences);
    /// ```
    pub struct LSTMCell(
        /// Size of the states; h is the output.
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
        /// 1: dropout chooses per gate. 2, the default: once for all. Recurrent dropout implies 1.
        implementation: i64 = 2,
    }
}

impl LSTMCell {
    pub(crate) fn dense(&self) -> DenseCell<'_> {
        let bias = vec![self.units.saturating_mul(4)];
        let initializer = first_bias(&self.bias_initializer, self.unit_forget_bias);
        let choices = dense_cell::choices(self.implementation, self.recurrent_dropout, 4);
        dense_cell!(self, 4, bias, initializer, choices)
    }
}

impl Limits for LSTMCell {
    fn limits(&self) -> Checks {
        dense_cell::implementation(self.dense().limits(), self.implementation)
    }
}

impl Cell for LSTMCell {
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>> {
        vec![vec![entry[0], self.units]; 2]
    }

    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        limits::note(s, self);
        self.dense().parts(s, entry)
    }

    fn projected(&self, x: &Var, parts: &Parts) -> Var {
        dense_cell::projected(x, parts)
    }

    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var> {
        let shares = carried(&states[0], parts, 0..4);
        let sums = [0, 1, 2, 3].map(|g| gate_of(z, g, self.units) + &shares[g]);
        let act = |x: &Var| self.activation.apply(s, x);
        gated(sums, &states[1], act, |x| {
            self.recurrent_activation.apply(s, x)
        })
    }

    fn fused(&self, steps: Steps<'_>, parts: &Parts) -> Option<Sequence> {
        let known =
            self.activation.name() == "tanh" && self.recurrent_activation.name() == "sigmoid";
        let kernel = parts.recurrent_kernel.as_ref().filter(|_| known)?;
        // The op wants a choice of dropout per gate.
        match &parts.state_factors {
            Some(factors) if factors.dim(0) != 4 => None,
            factors => Some(fused(steps, kernel, factors.as_ref())),
        }
    }
}

impl Layer for LSTMCell {
    fn class_name(&self) -> &'static str {
        "LSTMCell"
    }

    fn config(&self) -> Map<String, Json> {
        dense_cell::without_implementation(self.write())
    }

    fn arity(&self) -> (usize, usize) {
        (1, 3)
    }

    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        call_alone(s, "LSTMCell", self, call)
    }
}
