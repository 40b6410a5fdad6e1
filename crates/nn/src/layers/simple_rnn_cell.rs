//! SimpleRNNCell: one step of a fully connected recurrence.
//!
//!   x (B, D), h (B, U) -> h' = act(x · W + b + h · R);  W (D, U), R (U, U), b (U)
//!
//! Elman 1990. Follows keras/src/layers/rnn/simple_rnn.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Cell, Configured, Layer, LayerDef, Parts, Scope, Value,
    activations::Activation,
    cell::call_alone,
    constraints::Constraint,
    dense_cell::{self, DenseCell, dense_cell},
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SimpleRNNCell",
    aliases: &[],
    about: "one step of a fully connected recurrence",
    options: SimpleRNNCell::options,
    read: limits::read::<SimpleRNNCell>,
};

keras_config! {
    /// One step of a fully connected recurrence, for `RNN`.
    ///
    /// ```
    /// use regimen_nn::layers::{RNN, SimpleRNNCell};
    /// let layer = RNN::new(SimpleRNNCell::new(16usize)).return_sequences(true);
    /// assert!(layer.return_sequences);
    /// ```
    pub struct SimpleRNNCell(
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
    }
}

impl SimpleRNNCell {
    pub(crate) fn dense(&self) -> DenseCell<'_> {
        let bias = self.bias_initializer.clone();
        dense_cell!(self, 1, vec![self.units], bias, 1)
    }
}

impl Limits for SimpleRNNCell {
    fn limits(&self) -> Checks {
        self.dense().limits()
    }
}

impl Cell for SimpleRNNCell {
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>> {
        vec![vec![entry[0], self.units]]
    }

    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        limits::note(s, self);
        self.dense().parts(s, entry)
    }

    fn projected(&self, x: &Var, parts: &Parts) -> Var {
        dense_cell::projected(x, parts)
    }

    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var> {
        let share = dense_cell::carried(&states[0], parts, 0..1).swap_remove(0);
        vec![self.activation.apply(s, &(z + share))]
    }
}

impl Layer for SimpleRNNCell {
    fn class_name(&self) -> &'static str {
        "SimpleRNNCell"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, 2)
    }

    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        call_alone(s, "SimpleRNNCell", self, call)
    }
}
