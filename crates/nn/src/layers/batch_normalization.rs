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
    Call, Configured, Layer, LayerDef, OptionValue, Scope, Value,
    constraints::Constraint,
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    normalization::{Learned, along, move_toward},
    option_kinds::resolve_axis,
    regularizers::Regularizer,
    renorm::{Clipping, Renorm, root_of},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "BatchNormalization",
    aliases: &[],
    about: "each channel to mean 0 and deviation 1 over the batch",
    options: BatchNormalization::options,
    read: limits::read::<BatchNormalization>,
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
        /// Whether the batch's statistics are corrected toward the moving ones. Default false.
        renorm: bool = false,
        /// Bounds of the corrections, with `renorm`.
        renorm_clipping: Option<Clipping> = None,
        /// Share of the old statistics of `renorm` that stays at each step. Default 0.99.
        renorm_momentum: f64 = 0.99,
        /// Whether several machines share their statistics; with one it changes nothing.
        synchronized: bool = false,
    }
}

/// Keras's `epsilon()`, added to the number of open steps.
const FUZZ: f64 = 1e-7;

impl Limits for BatchNormalization {
    fn limits(&self) -> Checks {
        Checks::new()
            .fraction("momentum", self.momentum)
            .not_negative("epsilon", self.epsilon)
            .fraction("renorm_momentum", self.renorm_momentum)
            .holds(
                !self.renorm || root_of(&self.moving_variance_initializer).is_some(),
                "moving_variance_initializer",
                &self.moving_variance_initializer.0.class_name,
                "zeros, ones or Constant with `renorm`, which begins with its root",
            )
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

    /// Factor and offset of the corrections of `renorm` for the batch's mean and variance, shaped like them; moves all
    /// averages.
    fn corrected(
        &self,
        s: &mut Scope,
        renorm: &Renorm<'_>,
        moving_mean: &Var,
        batch: &(Var, Var),
    ) -> (Var, Var) {
        let wide = batch.0.shape();
        let flat = |x: &Var| x.reshape(&moving_mean.shape());
        let (mean, variance) = (flat(&batch.0), flat(&batch.1));
        let stddev = (variance + self.epsilon).sqrt();
        let states = renorm.states(s, mean.dim(0));
        let (r, d) = renorm.corrections(s, &states, &mean, &stddev);
        move_toward(s, "moving_mean", moving_mean, &mean, self.momentum);
        let moving = &states.moving_stddev;
        let deviation = move_toward(s, "moving_stddev", moving, &stddev, self.momentum);
        s.update(
            "moving_variance",
            (deviation.square() - self.epsilon).relu(),
        );
        (r.reshape(&wide), d.reshape(&wide))
    }

    fn renormalizing(&self) -> Option<Renorm<'_>> {
        self.renorm.then(|| Renorm {
            clipping: self.renorm_clipping.unwrap_or_default(),
            momentum: self.renorm_momentum,
            epsilon: self.epsilon,
            mean_initializer: &self.moving_mean_initializer,
            variance_initializer: &self.moving_variance_initializer,
        })
    }

    /// The axis, or what is wrong with the input.
    fn check(&self, x: &Var, mask: Option<&Var>) -> Result<usize, Fault> {
        let Some(axis) = resolve_axis(self.axis, x.rank()).filter(|&a| a > 0) else {
            let found = format!("input {} and axis {}", x.ty(), self.axis);
            return Err(Fault::new(
                found,
                "an axis of channels, not that of the rows (0)",
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
        let mut map = self.write();
        if self.renorm {
            // As Keras: no bounds are an empty object then.
            let clipping = self.renorm_clipping.unwrap_or_default();
            map.insert("renorm_clipping".to_string(), clipping.write());
        }
        map
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
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
        let renorm = self.renormalizing();
        if let Some(renorm) = &renorm {
            renorm.states(s, channels[0]);
        }
        let wide = |value: &Var| along(value, &x, &[axis]);
        let mut correction = None;
        let (mean, variance) = if s.training() && !s.is_frozen() {
            let batch = BatchNormalization::moments(&x, mask.as_ref(), axis);
            if let Some(renorm) = &renorm {
                correction = Some(self.corrected(s, renorm, &mean, &batch));
            } else {
                move_toward(s, "moving_mean", &mean, &batch.0, self.momentum);
                move_toward(s, "moving_variance", &variance, &batch.1, self.momentum);
            }
            batch
        } else {
            (wide(&mean), wide(&variance))
        };
        let normal = (&x - mean) * (variance + self.epsilon).rsqrt();
        let mut y = match correction {
            Some((r, d)) => normal * r + d,
            None => normal,
        };
        if let Some(gamma) = gamma {
            y = y * wide(&gamma);
        }
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
