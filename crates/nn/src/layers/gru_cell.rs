//! GRUCell: one step of a gated recurrent unit.
//!
//!   x (B, D), h (B, U) -> z, r = sigmoid of x · W + b + h · R + b'
//!   g = tanh(x · W + b + r (h · R + b')), or tanh(x · W + b + (r h) · R) without reset_after
//!   h' = z h + (1 - z) g;  gates in the order z, r, g;  W (D, 3U), R (U, 3U), [b, b'] (2, 3U) or b (3U)
//!
//! Cho et al. 2014. Follows keras/src/layers/rnn/gru.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Cell, Configured, Layer, LayerDef, Parts, Scope, Sequence, Value,
    activations::Activation,
    cell::{Steps, call_alone},
    constraints::Constraint,
    dense_cell::{self, DenseCell, carried, dense_cell, dropped, gate_of},
    gru_recurrence,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GRUCell",
    aliases: &[],
    about: "one step of a gated recurrent unit",
    options: GRUCell::options,
    read: limits::read::<GRUCell>,
};

keras_config! {
    /// One step of a gated recurrent unit, for `RNN`.
    ///
    /// ```
    /// use regimen_nn::layers::{GRUCell, RNN};
    /// let layer = RNN::new(GRUCell::new(16usize).reset_after(false)).return_state(true);
    /// assert!(layer.return_state);
    /// ```
    pub struct GRUCell(
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
        /// Penalty of the biases.
        bias_regularizer: Option<Regularizer> = None,
        /// Constraint of the input's kernel.
        kernel_constraint: Option<Constraint> = None,
        /// Constraint of the state's kernel.
        recurrent_constraint: Option<Constraint> = None,
        /// Constraint of the biases.
        bias_constraint: Option<Constraint> = None,
        /// Part of the input's features to drop while training, one choice for the whole sequence.
        dropout: f64 = 0.0,
        /// Part of the state's features to drop while training, one choice for the whole sequence.
        recurrent_dropout: f64 = 0.0,
        /// Whether the state is reset after its product with the kernel, not before. Default true.
        reset_after: bool = true,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// 1: dropout chooses per gate. 2, the default: once for all. Recurrent dropout implies 1.
        implementation: i64 = 2,
    }
}

impl GRUCell {
    pub(crate) fn dense(&self) -> DenseCell<'_> {
        let columns = self.units.saturating_mul(3);
        let bias = match self.reset_after {
            true => vec![2, columns],
            false => vec![columns],
        };
        let choices = dense_cell::choices(self.implementation, self.recurrent_dropout, 3);
        dense_cell!(self, 3, bias, self.bias_initializer.clone(), choices)
    }
}

impl Limits for GRUCell {
    fn limits(&self) -> Checks {
        dense_cell::implementation(self.dense().limits(), self.implementation)
    }
}

impl Cell for GRUCell {
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>> {
        vec![vec![entry[0], self.units]]
    }

    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        limits::note(s, self);
        let mut parts = self.dense().parts(s, entry);
        if self.reset_after
            && let Some(both) = parts.bias.take()
        {
            parts.bias = Some(both.slice(0, 0, 1).squeeze(0));
            parts.recurrent_bias = Some(both.slice(0, 1, 2).squeeze(0));
        }
        parts
    }

    fn projected(&self, x: &Var, parts: &Parts) -> Var {
        dense_cell::projected(x, parts)
    }

    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var> {
        let (h, u) = (&states[0], self.units);
        let shares = carried(h, parts, if self.reset_after { 0..3 } else { 0..2 });
        let gate = |g: usize| {
            let sum = gate_of(z, g, u) + &shares[g];
            self.recurrent_activation.apply(s, &sum)
        };
        let (update, reset) = (gate(0), gate(1));
        let share = match (shares.get(2), &parts.recurrent_kernel) {
            (Some(share), _) => &reset * share,
            (None, Some(kernel)) => (&reset * dropped(h, parts, 2)).matmul(&gate_of(kernel, 2, u)),
            (None, None) => reset,
        };
        let candidate = self.activation.apply(s, &(gate_of(z, 2, u) + share));
        vec![&update * h + (update.scalar_like(1.0) - &update) * candidate]
    }

    fn fused(&self, steps: Steps<'_>, parts: &Parts) -> Option<Sequence> {
        let known =
            self.activation.name() == "tanh" && self.recurrent_activation.name() == "sigmoid";
        let kernel = parts.recurrent_kernel.as_ref().filter(|_| known)?;
        // The op wants a choice of dropout per gate.
        match &parts.state_factors {
            Some(factors) if factors.dim(0) != 3 => None,
            _ => Some(gru_recurrence::fused(
                steps,
                kernel,
                parts,
                self.reset_after,
            )),
        }
    }
}

impl Layer for GRUCell {
    fn class_name(&self) -> &'static str {
        "GRUCell"
    }

    fn config(&self) -> Map<String, Json> {
        dense_cell::without_implementation(self.write())
    }

    fn arity(&self) -> (usize, usize) {
        (1, 2)
    }

    fn cell(&self) -> Option<&dyn Cell> {
        Some(self)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        call_alone(s, "GRUCell", self, call)
    }
}
