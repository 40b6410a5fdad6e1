//! PReLU: x above 0, a trained slope below.
//!
//!   x (B, ...) -> max(x, 0) - alpha · max(-x, 0), alpha of the input's sizes without B, 1 along shared axes
//!
//! He et al. 2015. Follows keras/src/layers/activations/prelu.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Axes, Call, Configured, Layer, LayerDef, Scope, Value, WeightOptions, constraints::Constraint,
    initializers::Initializer, input_spec, keras_config, regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "PReLU",
    aliases: &[],
    about: "x above 0, a trained slope below",
    options: PReLU::options,
    read: |o| PReLU::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// A rectifier with a trained slope per element. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::{Axes, layers::PReLU};
    /// // One slope per channel of an image (B, H, W, C).
    /// let layer = PReLU::new().shared_axes(Axes(vec![1, 2]));
    /// assert_eq!(layer.shared_axes, Some(Axes(vec![1, 2])));
    /// ```
    pub struct PReLU() {
        /// How the slopes begin. Default zeros.
        alpha_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the slopes.
        alpha_regularizer: Option<Regularizer> = None,
        /// Constraint of the slopes.
        alpha_constraint: Option<Constraint> = None,
        /// Axes along which there is one slope, counted from 1 behind the batch. Default none.
        shared_axes: Option<Axes> = None,
    }
}

impl PReLU {
    /// Sizes of the slopes, or what is wrong with the shared axes.
    fn sizes(&self, x: &Var) -> Result<Vec<usize>, Fault> {
        let mut sizes = x.shape().get(1..).unwrap_or_default().to_vec();
        for &axis in self.shared_axes.iter().flat_map(|a| &a.0) {
            // Keras indexes the sizes without the batch by axis - 1, as Python does: 0 is the last of them.
            let at = axis
                .checked_sub(1)
                .map(|a| if a < 0 { a + sizes.len() as i64 } else { a });
            match at.and_then(|at| sizes.get_mut(usize::try_from(at).ok()?)) {
                Some(size) => *size = 1,
                None => {
                    return Err(Fault::new(
                        format!("input {} without a shared axis {axis}", x.ty()),
                        format!("axes from 1 to {}", sizes.len()),
                        "Choose `shared_axes` that the input has, counted from 1 behind the batch.",
                    ));
                }
            }
        }
        Ok(sizes)
    }
}

impl Layer for PReLU {
    fn class_name(&self) -> &'static str {
        "PReLU"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("prelu".to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let sizes = match self.sizes(&x) {
            Ok(sizes) => sizes,
            Err(fault) => return vec![s.fault("PReLU", fault, x.ty()).into()],
        };
        let options = WeightOptions::of(&self.alpha_regularizer, &self.alpha_constraint);
        let alpha = s.weight("alpha", &sizes, &self.alpha_initializer, options);
        let y = x.relu() - alpha * (-&x).relu();
        vec![Value { x: y, mask }]
    }
}
