//! BatchNormalization: each channel to mean 0 and deviation 1 over the batch, then a trained scale and offset.
//!
//!   x (B, ..., C) -> y (B, ..., C);  y = gamma (x - mean) / sqrt(variance + epsilon) + beta
//!
//! While training by the batch's mean and (biased) variance, which move the averages that inference and
//! frozen layers use: m <- momentum m + (1 - momentum) mean. Masked steps do not count.
//! Ioffe and Szegedy 2015. Follows keras/src/layers/normalization/batch_normalization.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value,
    constraints::Constraint,
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    normalization::{Learned, along},
    option_kinds::resolve_axis,
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "BatchNormalization",
    aliases: &[],
    about: "each channel to mean 0 and deviation 1 over the batch",
    options: BatchNormalization::options,
    read: read_config,
};

keras_config! {
    /// Batch normalization. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::BatchNormalization;
    /// assert_eq!(BatchNormalization::new().momentum(0.9).momentum, 0.9);
    /// ```
    pub struct BatchNormalization() {
        /// The axis of channels. Default the last.
        axis: i64 = -1,
        /// Share of the old average that stays at each step. Default 0.99.
        momentum: f64 = 0.99,
        /// Added to the variance. Default 0.001.
        epsilon: f64 = 1e-3,
        /// Whether a trained offset is added. Default true.
        center: bool = true,
        /// Whether a trained factor is applied. Default true.
        scale: bool = true,
        /// How the offset begins. Default zeros.
        beta_initializer: Initializer = Initializer::named("zeros"),
        /// How the factor begins. Default ones.
        gamma_initializer: Initializer = Initializer::named("ones"),
        /// How the moving mean begins. Default zeros.
        moving_mean_initializer: Initializer = Initializer::named("zeros"),
        /// How the moving variance begins. Default ones.
        moving_variance_initializer: Initializer = Initializer::named("ones"),
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

/// Keras's `epsilon()`, added to the number of open steps.
const FUZZ: f64 = 1e-7;

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    limits::absent(o, "synchronized", "one machine computes the statistics");
    limits::absent(o, "renorm", "use plain batch normalization");
    limits::absent(o, "renorm_clipping", "it belongs to `renorm`");
    // Keras writes it always; it means something with `renorm` only.
    o.skip("renorm_momentum");
    limits::read::<BatchNormalization>(o)
}

impl Limits for BatchNormalization {
    fn limits(&self) -> Checks {
        Checks::new()
            .fraction("momentum", self.momentum)
            .not_negative("epsilon", self.epsilon)
    }
}

impl BatchNormalization {
    /// Mean and variance of the batch, of shape (1, ..., C, ..., 1).
    fn moments(x: &Var, mask: Option<&Var>, axis: usize) -> (Var, Var) {
        let others: Vec<isize> = (0..x.rank())
            .filter(|&i| i != axis)
            .map(|i| i as isize)
            .collect();
        let Some(mask) = mask else {
            let mean = x.mean(&others, true);
            let variance = (x - &mean).square().mean(&others, true);
            return (mean, variance);
        };
        let (zero, open) = (
            x.scalar_like(0.0),
            mask.expand_dims(-1).broadcast_to(&x.shape()),
        );
        let count = open.cast(x.dtype()).sum(&others, true) + FUZZ;
        let mean = open.select(x, &zero).sum(&others, true) / &count;
        let distance = open.select(&(x - &mean), &zero);
        let variance = distance.square().sum(&others, true) / &count;
        (mean, variance)
    }

    /// Moves an average toward the batch's value, from where an earlier call in this step left it.
    fn move_toward(&self, s: &mut Scope, name: &str, now: &Var, batch: &Var) {
        let next = now * self.momentum + batch.reshape(&now.shape()) * (1.0 - self.momentum);
        s.update(name, next);
    }

    /// The axis, or what is wrong with the input.
    fn check(&self, x: &Var, mask: Option<&Var>) -> Result<usize, Fault> {
        let Some(axis) = resolve_axis(self.axis, x.rank()) else {
            let found = format!("input {} without an axis {}", x.ty(), self.axis);
            return Err(Fault::new(
                found,
                "an axis of channels",
                "Choose an `axis` that the input has.",
            ));
        };
        match mask {
            Some(mask) if mask.rank() + 1 != x.rank() => Err(Fault::new(
                format!("a mask {} for an input {}", mask.ty(), x.ty()),
                "a mask of one axis less than the input",
                "Mask whole steps: the mask of (B, T, C) is (B, T).",
            )),
            _ => Ok(axis),
        }
    }
}

impl Layer for BatchNormalization {
    fn class_name(&self) -> &'static str {
        "BatchNormalization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        if !input_spec::is_float(s, "BatchNormalization", &x) {
            return vec![Value { x, mask }];
        }
        let axis = match self.check(&x, mask.as_ref()) {
            Ok(axis) => axis,
            Err(fault) => return vec![s.fault("BatchNormalization", fault, x.ty()).into()],
        };
        let gamma = self.scale.then(|| self.gamma().weight(s, &x, &[axis]));
        let beta = self.center.then(|| self.beta().weight(s, &x, &[axis]));
        let channels = [x.dim(axis as isize)];
        let mean = s.state("moving_mean", &channels, &self.moving_mean_initializer);
        let mean = s.pending("moving_mean").unwrap_or(mean);
        let variance = s.state(
            "moving_variance",
            &channels,
            &self.moving_variance_initializer,
        );
        let variance = s.pending("moving_variance").unwrap_or(variance);
        let wide = |value: &Var| along(value, &x, &[axis]);
        let (mean, variance) = if s.training() && !s.is_frozen() {
            let batch = BatchNormalization::moments(&x, mask.as_ref(), axis);
            self.move_toward(s, "moving_mean", &mean, &batch.0);
            self.move_toward(s, "moving_variance", &variance, &batch.1);
            batch
        } else {
            (wide(&mean), wide(&variance))
        };
        let mut factor = (variance + self.epsilon).rsqrt();
        if let Some(gamma) = gamma {
            factor = factor * wide(&gamma);
        }
        let mut y = (&x - mean) * factor;
        if let Some(beta) = beta {
            y = y + wide(&beta);
        }
        vec![Value { x: y, mask }]
    }
}

impl BatchNormalization {
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
