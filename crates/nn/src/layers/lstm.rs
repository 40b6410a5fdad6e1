//! LSTM: long short-term memory over a sequence.
//!
//!   x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences
//!   i, f, o = sigmoid, g = tanh of x_t · W + h_{t-1} · R + b, gates in the order i, f, g, o
//!   c_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  W (D, 4U), R (U, 4U), b (4U)
//!
//! A masked step keeps both states and repeats the output. Hochreiter and Schmidhuber 1997; Gers et al. 2000.
//! Follows keras/src/layers/rnn/lstm.py.

use regimen_graph::{Fault, Var, ops::Distribution};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Object, OptionValue, Options, Scope, Value, WeightOptions,
    activations::Activation,
    constraints::Constraint,
    initializers::Initializer,
    input_spec::InputSpec,
    keras_config,
    limits::{self, Checks, Limits},
    lstm_recurrence::Recurrence,
    recurrent::{Returns, initial_states, step_mask},
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
        /// Penalty of the output, divided by the batch size.
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
        /// Whether states pass from batch to batch. Not supported.
        stateful: bool = false,
        /// A hint to Keras's backends; the numbers are the same.
        unroll: bool = false,
        /// Whether masked steps return zeros instead of repeating the output.
        zero_output_for_mask: bool = false,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    // How Keras computes, not what.
    o.skip("use_cudnn");
    limits::read::<LSTM>(o)
}

impl Limits for LSTM {
    fn limits(&self) -> Checks {
        let instead =
            "false: states cannot pass from batch to batch yet; return_state and initial_state can";
        Checks::new()
            .at_least_one("units", self.units)
            .fraction("dropout", self.dropout)
            .fraction("recurrent_dropout", self.recurrent_dropout)
            .holds(!self.stateful, "stateful", "true", instead)
    }
}

/// The weights of the cell.
struct Cell {
    kernel: Var,
    recurrent_kernel: Var,
    bias: Option<Var>,
}

impl LSTM {
    fn returns(&self) -> Returns {
        Returns {
            sequences: self.return_sequences,
            state: self.return_state,
            backwards: self.go_backwards,
            zero_where_masked: self.zero_output_for_mask,
        }
    }

    fn cell(&self, s: &mut Scope, features: usize) -> Cell {
        let gates = self.units.saturating_mul(4);
        s.within("lstm_cell", true, |s| {
            let options = WeightOptions::of(&self.kernel_regularizer, &self.kernel_constraint);
            let kernel = s.weight(
                "kernel",
                &[features, gates],
                &self.kernel_initializer,
                options,
            );
            let options =
                WeightOptions::of(&self.recurrent_regularizer, &self.recurrent_constraint);
            let shape = [self.units, gates];
            let recurrent_kernel = s.weight(
                "recurrent_kernel",
                &shape,
                &self.recurrent_initializer,
                options,
            );
            let bias = self.use_bias.then(|| {
                let options = WeightOptions::of(&self.bias_regularizer, &self.bias_constraint);
                s.weight("bias", &[gates], &self.first_bias(), options)
            });
            Cell {
                kernel,
                recurrent_kernel,
                bias,
            }
        })
    }

    fn first_bias(&self) -> Initializer {
        if !self.unit_forget_bias {
            return self.bias_initializer.clone();
        }
        let others = self.bias_initializer.write();
        Initializer::from(Object::named("UnitForgetBias").with("bias_initializer", others))
    }

    /// Factors 1 / keep or 0, where dropout applies. As in Keras, a rate of 1 drops nothing.
    fn factors(&self, s: &mut Scope, rate: f64, shape: &[usize]) -> Option<Var> {
        if !s.training() || rate <= 0.0 || rate >= 1.0 {
            return None;
        }
        let keep = 1.0 - rate;
        let kept = s.random_seeded(self.seed, Distribution::Bernoulli { p: keep }, shape);
        Some(kept * (1.0 / keep))
    }

    /// x · W + b for all steps at once. Dropout uses one choice for all gates, or one per gate where there
    /// is recurrent dropout: Keras's implementations 2 and 1.
    fn projected(&self, s: &mut Scope, x: &Var, cell: &Cell) -> Var {
        let (batch, features, u) = (x.dim(0), x.dim(2), self.units);
        let choices = if self.recurrent_dropout > 0.0 { 4 } else { 1 };
        let z = match self.factors(s, self.dropout, &[choices, batch, 1, features]) {
            None => x.matmul(&cell.kernel),
            Some(factors) if choices == 1 => (x * factors.squeeze(0)).matmul(&cell.kernel),
            Some(factors) => {
                let gate = |g: usize| {
                    let kept = x * factors.slice(0, g, g + 1).squeeze(0);
                    kept.matmul(&cell.kernel.slice(1, g * u, (g + 1) * u))
                };
                let gates: Vec<Var> = (0..4).map(gate).collect();
                Var::concat(&gates.iter().collect::<Vec<_>>(), -1)
            }
        };
        match &cell.bias {
            Some(bias) => z + bias,
            None => z,
        }
    }
}

impl Layer for LSTM {
    fn class_name(&self) -> &'static str {
        "LSTM"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, 3)
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let mend = "Sequences need (steps, features): keep all steps with return_sequences=True in the recurrent \
                    layer before, or use Embedding for token ids.";
        let spec = InputSpec {
            class_name: "LSTM",
            axes: "(B, T, D)",
            mend,
        };
        let returns = self.returns();
        let empty = x.rank() == 3 && x.dim(1) == 0;
        if empty {
            let fault = Fault::new(
                format!("input {} without steps", x.ty()),
                "one step or more",
                "Feed longer sequences.",
            );
            s.builder().fault("LSTM", fault);
        }
        if empty || !spec.accepts(s, &x) {
            let steps = if x.rank() > 1 { x.dim(1) } else { 1 };
            let meant = returns.meant((x.dim(0), steps, self.units), 2);
            return meant
                .into_iter()
                .map(|ty| s.builder().placeholder(ty).into())
                .collect();
        }
        let (batch, features) = (x.dim(0), x.dim(2));
        let mask = step_mask(s, "LSTM", &x, mask);
        let states = initial_states(s, "LSTM", call, &[batch, self.units], 2);
        let cell = self.cell(s, features);
        let zx = self.projected(s, &x, &cell);
        let factors = self.factors(s, self.recurrent_dropout, &[4, batch, self.units]);
        let recurrence = Recurrence {
            zx,
            recurrent_kernel: cell.recurrent_kernel,
            states,
            mask: mask.clone(),
            factors,
            backwards: self.go_backwards,
            activation: &self.activation,
            recurrent_activation: &self.recurrent_activation,
        };
        let values = returns.values(recurrence.run(s), mask);
        s.add_activity_loss(&self.activity_regularizer, &values[0].x);
        values
    }
}
