//! What SimpleRNNCell, GRUCell and LSTMCell share: dense kernels side by side for the gates, and dropout.
//!
//!   z = (x ⊙ d) · W + b, W (D, GU);  h's share (h ⊙ e) · R, R (U, GU);  G gates
//!
//! Follows keras/src/layers/rnn/dropout_rnn_cell.py and the cells there.

use std::ops::Range;

use regimen_graph::{Var, ops::Distribution};
use serde_json::{Map, Value as Json};

use crate::{
    Parts, Scope, WeightOptions, constraints::Constraint, initializers::Initializer,
    limits::Checks, regularizers::Regularizer,
};

/// The options that the cells share, borrowed.
pub(crate) struct DenseCell<'a> {
    pub units: usize,
    pub gates: usize,
    pub bias_shape: Option<Vec<usize>>,
    pub kernel_initializer: &'a Initializer,
    pub recurrent_initializer: &'a Initializer,
    pub bias_initializer: Initializer,
    pub kernel_regularizer: &'a Option<Regularizer>,
    pub recurrent_regularizer: &'a Option<Regularizer>,
    pub bias_regularizer: &'a Option<Regularizer>,
    pub kernel_constraint: &'a Option<Constraint>,
    pub recurrent_constraint: &'a Option<Constraint>,
    pub bias_constraint: &'a Option<Constraint>,
    pub dropout: Dropping,
    pub recurrent_dropout: Dropping,
}

/// The [`DenseCell`] of a cell with the fields that Keras names.
macro_rules! dense_cell {
    ($cell:expr, $gates:expr, $bias_shape:expr, $bias_initializer:expr, $choices:expr) => {{
        let drop = |rate| $crate::dense_cell::Dropping {
            rate,
            choices: $choices,
            seed: $cell.seed,
        };
        $crate::dense_cell::DenseCell {
            units: $cell.units,
            gates: $gates,
            bias_shape: $cell.use_bias.then_some($bias_shape),
            kernel_initializer: &$cell.kernel_initializer,
            recurrent_initializer: &$cell.recurrent_initializer,
            bias_initializer: $bias_initializer,
            kernel_regularizer: &$cell.kernel_regularizer,
            recurrent_regularizer: &$cell.recurrent_regularizer,
            bias_regularizer: &$cell.bias_regularizer,
            kernel_constraint: &$cell.kernel_constraint,
            recurrent_constraint: &$cell.recurrent_constraint,
            bias_constraint: &$cell.bias_constraint,
            dropout: drop($cell.dropout),
            recurrent_dropout: drop($cell.recurrent_dropout),
        }
    }};
}
pub(crate) use dense_cell;

/// An object made of fields of the same names: the cell of a layer.
macro_rules! of_fields {
    ($from:expr, $kind:ident { $($field:ident),* $(,)? }) => {
        $kind { $( $field: $from.$field.clone() ),* }
    };
}
pub(crate) use of_fields;

/// Dropout of a cell, one choice for the whole sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropping {
    pub rate: f64,
    /// How many choices: one for all gates, or one per gate.
    pub choices: usize,
    pub seed: Option<i64>,
}

impl Dropping {
    /// Factors 1 / keep or 0 of shape (choices, ...), where dropout applies. As in Keras, cells with gates
    /// drop nothing at a rate of 1; those with one choice for everything drop all.
    pub fn factors(self, s: &mut Scope, shape: &[usize], all: bool) -> Option<Var> {
        if !s.training() || self.rate <= 0.0 || (self.rate >= 1.0 && !all) {
            return None;
        }
        let keep = 1.0 - self.rate.min(1.0);
        let shape = [&[self.choices], shape].concat();
        let kept = s.random_seeded(self.seed, Distribution::Bernoulli { p: keep }, &shape);
        Some(if keep > 0.0 {
            kept * (1.0 / keep)
        } else {
            kept
        })
    }
}

impl DenseCell<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        Checks::new()
            .at_least_one("units", self.units)
            .fraction("dropout", self.dropout.rate)
            .fraction("recurrent_dropout", self.recurrent_dropout.rate)
    }

    /// Weights and choices of dropout for an entry (B, D).
    pub fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        let (batch, features) = (entry[0], entry[entry.len() - 1]);
        let columns = self.units.saturating_mul(self.gates);
        let options = WeightOptions::of(self.kernel_regularizer, self.kernel_constraint);
        let kernel = s.weight(
            "kernel",
            &[features, columns],
            self.kernel_initializer,
            options,
        );
        let options = WeightOptions::of(self.recurrent_regularizer, self.recurrent_constraint);
        let recurrent_kernel = s.weight(
            "recurrent_kernel",
            &[self.units, columns],
            self.recurrent_initializer,
            options,
        );
        let bias = self.bias_shape.as_ref().map(|shape| {
            let options = WeightOptions::of(self.bias_regularizer, self.bias_constraint);
            s.weight("bias", shape, &self.bias_initializer, options)
        });
        let all = self.gates == 1;
        Parts {
            kernel: Some(kernel),
            recurrent_kernel: Some(recurrent_kernel),
            bias,
            input_factors: self.dropout.factors(s, &[batch, 1, features], all),
            state_factors: self.recurrent_dropout.factors(s, &[batch, self.units], all),
            ..Parts::default()
        }
    }
}

/// How many choices dropout makes in a cell with gates: recurrent dropout implies one per gate.
pub(crate) fn choices(implementation: i64, recurrent_dropout: f64, gates: usize) -> usize {
    if implementation == 1 || recurrent_dropout != 0.0 {
        gates
    } else {
        1
    }
}

/// Limits of `implementation`; 0 is what old Keras wrote for 2's numbers.
pub(crate) fn implementation(checks: Checks, found: i64) -> Checks {
    checks.holds((0..3).contains(&found), "implementation", found, "1 or 2")
}

/// Keras does not write `implementation`; here it stands in a config where dropout depends on it.
pub(crate) fn without_implementation(mut config: Map<String, Json>) -> Map<String, Json> {
    if config.get("implementation") != Some(&1.into()) {
        config.shift_remove("implementation");
    }
    config
}

/// x (B, T, D) to z (B, T, GU).
pub(crate) fn projected(x: &Var, parts: &Parts) -> Var {
    let Some(kernel) = &parts.kernel else {
        return x.clone();
    };
    let z = match &parts.input_factors {
        None => x.matmul(kernel),
        Some(factors) if factors.dim(0) == 1 => (x * factors.squeeze(0)).matmul(kernel),
        Some(factors) => {
            let units = kernel.dim(-1) / factors.dim(0).max(1);
            let gate = |g: usize| {
                (x * factors.slice(0, g, g + 1).squeeze(0)).matmul(&gate_of(kernel, g, units))
            };
            let gates: Vec<Var> = (0..factors.dim(0)).map(gate).collect();
            Var::concat(&gates.iter().collect::<Vec<_>>(), -1)
        }
    };
    match &parts.bias {
        Some(bias) => z + bias,
        None => z,
    }
}

/// h's share (B, U) in each of these gates.
pub(crate) fn carried(h: &Var, parts: &Parts, gates: Range<usize>) -> Vec<Var> {
    let Some(kernel) = &parts.recurrent_kernel else {
        return vec![h.clone(); gates.len()];
    };
    let units = kernel.dim(0);
    let bias = |g: usize, share: Var| match &parts.recurrent_bias {
        Some(bias) => share + gate_of(bias, g, units),
        None => share,
    };
    let together = |h: Var| {
        let all = h.matmul(&kernel.slice(-1, gates.start * units, gates.end * units));
        let share = |g: usize| gate_of(&all, g - gates.start, units);
        gates.clone().map(|g| bias(g, share(g))).collect()
    };
    match &parts.state_factors {
        None => together(h.clone()),
        Some(factors) if factors.dim(0) == 1 => together(h * factors.squeeze(0)),
        Some(_) => gates
            .clone()
            .map(|g| bias(g, dropped(h, parts, g).matmul(&gate_of(kernel, g, units))))
            .collect(),
    }
}

/// h as a gate sees it after dropout.
pub(crate) fn dropped(h: &Var, parts: &Parts, gate: usize) -> Var {
    match &parts.state_factors {
        None => h.clone(),
        Some(factors) => {
            let choice = gate.min(factors.dim(0).saturating_sub(1));
            h * factors.slice(0, choice, choice + 1).squeeze(0)
        }
    }
}

/// The columns of a gate.
pub(crate) fn gate_of(x: &Var, gate: usize, units: usize) -> Var {
    x.slice(-1, gate * units, (gate + 1) * units)
}
