//! LayerNormalization: each sample to mean 0 and deviation 1 over some axes, then a trained scale and offset.
//!
//!   x (B, ..., D) -> y (B, ..., D);  y = gamma (x - mean) / sqrt(variance + epsilon) + beta
//!
//! Ba, Kiros and Hinton 2016. Follows keras/src/layers/normalization/layer_normalization.py.

use regimen_graph::{Op, Var, ops::LayerNorm};
use serde_json::{Map, Value as Json};

use crate::{
    Axes, Call, Configured, Layer, LayerDef, Scope, Value,
    constraints::Constraint,
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    normalization::{Learned, along, missing_axes},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "LayerNormalization",
    aliases: &[],
    about: "each sample to mean 0 and deviation 1 over some axes",
    options: LayerNormalization::options,
    read: limits::read::<LayerNormalization>,
};

keras_config! {
    /// Layer normalization. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::{Axes, layers::LayerNormalization};
    /// assert_eq!(LayerNormalization::new().axis([-2, -1]).axis, Axes(vec![-2, -1]));
    /// ```
    pub struct LayerNormalization() {
        /// The axis or axes to normalize over. Default the last.
        axis: Axes = Axes(vec![-1]),
        /// Added to the variance. Default 0.001.
        epsilon: f64 = 1e-3,
        /// Whether a trained offset is added. Default true.
        center: bool = true,
        /// Whether a trained factor is applied. Default true.
        scale: bool = true,
        /// Keras's old variant: divides by the deviation without taking the mean off, and has no offset.
        rms_scaling: bool = false,
        /// How the offset begins. Default zeros.
        beta_initializer: Initializer = Initializer::named("zeros"),
        /// How the factor begins. Default ones.
        gamma_initializer: Initializer = Initializer::named("ones"),
        /// Penalty of the offset.
        beta_regularizer: Option<Regularizer> = None,
        /// Penalty of the factor.
        gamma_regularizer: Option<Regularizer> = None,
        /// Constraint of the offset.
        beta_constraint: Option<Constraint> = None,
        /// Constraint of the factor.
        gamma_constraint: Option<Constraint> = None,
    }
}

impl Limits for LayerNormalization {
    fn limits(&self) -> Checks {
        let given = !self.axis.0.is_empty();
        Checks::new().not_negative("epsilon", self.epsilon).holds(
            given,
            "axis",
            "[]",
            "one axis or more",
        )
    }
}

impl LayerNormalization {
    fn normalized(&self, s: &mut Scope, x: &Var, axes: &[usize]) -> Var {
        let gamma = (self.scale || self.rms_scaling).then(|| self.gamma().weight(s, x, axes));
        let beta = (self.center && !self.rms_scaling).then(|| self.beta().weight(s, x, axes));
        let first = x.rank() - axes.len();
        if !self.rms_scaling && axes.iter().copied().eq(first..x.rank()) {
            return self.of_rows(x, first, gamma, beta);
        }
        let over: Vec<isize> = axes.iter().map(|&a| a as isize).collect();
        let centred = x - x.mean(&over, true);
        let variance = centred.square().mean(&over, true);
        let mut y =
            if self.rms_scaling { x.clone() } else { centred } * (variance + self.epsilon).rsqrt();
        if let Some(gamma) = gamma {
            y = y * along(&gamma, x, axes);
        }
        if let Some(beta) = beta {
            y = y + along(&beta, x, axes);
        }
        y
    }

    /// The axes from `first` on by the op, which takes them as one.
    fn of_rows(&self, x: &Var, first: usize, gamma: Option<Var>, beta: Option<Var>) -> Var {
        let mut rows = x.shape();
        let along: usize = rows.drain(first..).product();
        rows.push(along);
        let flat = |v: Option<Var>, none: f64| match v {
            Some(v) => v.reshape(&[along]),
            None => x.scalar_like(none).broadcast_to(&[along]),
        };
        let op = Op::LayerNorm(LayerNorm {
            epsilon: self.epsilon,
        });
        let (gamma, beta) = (flat(gamma, 1.0), flat(beta, 0.0));
        let mut out = x.builder().apply(op, &[&x.reshape(&rows), &gamma, &beta]);
        out.swap_remove(0).reshape(&x.shape())
    }

    fn gamma(&self) -> Learned<'_> {
        Learned {
            name: "gamma",
            initializer: &self.gamma_initializer,
            regularizer: &self.gamma_regularizer,
            constraint: &self.gamma_constraint,
        }
    }

    fn beta(&self) -> Learned<'_> {
        Learned {
            name: "beta",
            initializer: &self.beta_initializer,
            regularizer: &self.beta_regularizer,
            constraint: &self.beta_constraint,
        }
    }
}

impl Layer for LayerNormalization {
    fn class_name(&self) -> &'static str {
        "LayerNormalization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        match self.axis.behind_rows(x.rank()) {
            Some(axes) => vec![Value {
                x: self.normalized(s, &x, &axes),
                mask,
            }],
            None => {
                let fault = missing_axes(&x, &self.axis);
                vec![s.fault("LayerNormalization", fault, x.ty()).into()]
            }
        }
    }
}
