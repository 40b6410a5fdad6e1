//! GroupNormalization: each group of channels of a sample to mean 0 and deviation 1, then a scale and offset per channel.
//!
//!   x (B, ..., C) -> y (B, ..., C);  y = gamma (x - mean_g) / sqrt(variance_g + epsilon) + beta, g of C / groups channels
//!
//! Wu and He 2018. Follows keras/src/layers/normalization/group_normalization.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value,
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
    class_name: "GroupNormalization",
    aliases: &[],
    about: "each group of channels of a sample to mean 0 and deviation 1",
    options: GroupNormalization::options,
    read: limits::read::<GroupNormalization>,
};

keras_config! {
    /// Group normalization. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::GroupNormalization;
    /// // A group per channel: instance normalization.
    /// assert_eq!(GroupNormalization::new().groups(-1).groups, -1);
    /// ```
    pub struct GroupNormalization() {
        /// Number of groups; -1 is one per channel. Default 32.
        groups: i64 = 32,
        /// The axis of channels. Default the last.
        axis: i64 = -1,
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

impl Limits for GroupNormalization {
    fn limits(&self) -> Checks {
        let counts = self.groups > 0 || self.groups == -1;
        let expected = "a number of groups, 1 or more, or -1 for one per channel";
        Checks::new()
            .holds(counts, "groups", self.groups, expected)
            .not_negative("epsilon", self.epsilon)
    }
}

impl GroupNormalization {
    /// The axis and the number of groups, or what is wrong with the input.
    fn check(&self, x: &Var) -> Result<(usize, usize), Fault> {
        let Some(axis) = resolve_axis(self.axis, x.rank()).filter(|&a| a > 0) else {
            let found = format!("input {} without an axis {} of channels", x.ty(), self.axis);
            let expected = "an axis of channels behind the batch";
            return Err(Fault::new(
                found,
                expected,
                "Choose an `axis` that the input has.",
            ));
        };
        let channels = x.dim(axis as isize);
        let groups = usize::try_from(self.groups).unwrap_or(channels);
        if groups == 0 || !channels.is_multiple_of(groups) {
            let found = format!(
                "input {}, its {channels} channels in {groups} groups",
                x.ty()
            );
            let mend = "Let `groups` divide the number of channels; -1 makes a group of each.";
            return Err(Fault::new(found, "groups of equal size", mend));
        }
        Ok((axis, groups))
    }

    fn normalized(&self, s: &mut Scope, x: &Var, axis: usize, groups: usize) -> Var {
        let gamma = self.scale.then(|| self.gamma().weight(s, x, &[axis]));
        let beta = self.center.then(|| self.beta().weight(s, x, &[axis]));
        let mut split = x.shape();
        split[axis] /= groups;
        split.insert(axis, groups);
        let grouped = x.reshape(&split);
        let over: Vec<isize> = (1..split.len())
            .filter(|&i| i != axis)
            .map(|i| i as isize)
            .collect();
        let centred = &grouped - grouped.mean(&over, true);
        let variance = centred.square().mean(&over, true);
        let mut y = (centred * (variance + self.epsilon).rsqrt()).reshape(&x.shape());
        if let Some(gamma) = gamma {
            y = y * along(&gamma, x, &[axis]);
        }
        if let Some(beta) = beta {
            y = y + along(&beta, x, &[axis]);
        }
        y
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

impl Layer for GroupNormalization {
    fn class_name(&self) -> &'static str {
        "GroupNormalization"
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
        match self.check(&x) {
            Ok((axis, groups)) => vec![Value {
                x: self.normalized(s, &x, axis, groups),
                mask,
            }],
            Err(fault) => vec![s.fault("GroupNormalization", fault, x.ty()).into()],
        }
    }
}
