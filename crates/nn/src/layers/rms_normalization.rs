//! RMSNormalization: each sample to a root mean square of 1 over some axes, then a trained scale.
//!
//!   x (B, ..., D) -> y (B, ..., D);  y = scale · x / sqrt(mean(x²) + epsilon)
//!
//! Zhang and Sennrich 2019. Follows keras/src/layers/normalization/rms_normalization.py.

use regimen_graph::{Fault, Var, broadcast};
use serde_json::{Map, Value as Json};

use crate::{
    Axes, Call, Configured, Layer, LayerDef, Scope, Value, WeightOptions,
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    normalization::missing_axes,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RMSNormalization",
    aliases: &[],
    about: "each sample to a root mean square of 1 over some axes",
    options: RMSNormalization::options,
    read: limits::read::<RMSNormalization>,
};

keras_config! {
    /// Root mean square normalization. Passes no mask on, as in Keras.
    ///
    /// ```
    /// use regimen_nn::layers::RMSNormalization;
    /// assert_eq!(RMSNormalization::new().epsilon, 1e-6);
    /// ```
    pub struct RMSNormalization() {
        /// The axis or axes to normalize over, the last ones. Default the last.
        axis: Axes = Axes(vec![-1]),
        /// Added to the mean square. Default 0.000001.
        epsilon: f64 = 1e-6,
    }
}

impl Limits for RMSNormalization {
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

impl RMSNormalization {
    /// The axes and the sizes of the scale, or what is wrong with the input.
    fn check(&self, x: &Var) -> Result<(Vec<isize>, Vec<usize>), Fault> {
        let axes = self
            .axis
            .behind_rows(x.rank())
            .ok_or_else(|| missing_axes(x, &self.axis))?;
        let sizes: Vec<usize> = axes.iter().map(|&a| x.dim(a as isize)).collect();
        // Keras multiplies by the scale as it is, along the last axes, whichever were normalized.
        if broadcast(&sizes, &x.shape()).as_ref() != Some(&x.shape()) {
            let found = format!(
                "input {}, its scale of shape {sizes:?} for axes {:?}",
                x.ty(),
                self.axis.0
            );
            let mend = "Normalize over the last axes, or Permute before and behind.";
            return Err(Fault::new(found, "a scale of the last axes' sizes", mend));
        }
        Ok((axes.iter().map(|&a| a as isize).collect(), sizes))
    }
}

impl Layer for RMSNormalization {
    fn class_name(&self) -> &'static str {
        "RMSNormalization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &input_spec::float(call.inputs[0].x.clone());
        if x.is_broken() {
            return vec![x.clone().into()];
        }
        match self.check(x) {
            Ok((axes, sizes)) => {
                let ones = Initializer::named("ones");
                let scale = s.weight("scale", &sizes, &ones, WeightOptions::default());
                let factor = (x.square().mean(&axes, true) + self.epsilon).rsqrt();
                vec![(x * factor * scale).into()]
            }
            Err(fault) => vec![s.fault("RMSNormalization", fault, x.ty()).into()],
        }
    }
}
