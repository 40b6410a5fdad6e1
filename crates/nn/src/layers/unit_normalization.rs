//! UnitNormalization: every vector to length 1.
//!
//!   x (B, ..., D) -> x / |x| (B, ..., D), the Euclidean length over some axes; zeros stay zeros
//!
//! Follows keras/src/layers/normalization/unit_normalization.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json};

use crate::{
    AxisOrAxes, Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    normalization::{missing_axes, unit_length},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "UnitNormalization",
    aliases: &[],
    about: "every vector to length 1",
    options: UnitNormalization::options,
    read: |o| UnitNormalization::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Divides by the Euclidean length along some axes. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::{AxisOrAxes, layers::UnitNormalization};
    /// assert_eq!(UnitNormalization::new().axis, AxisOrAxes::One(-1));
    /// ```
    pub struct UnitNormalization() {
        /// The axis, or the axes together. Default the last.
        axis: AxisOrAxes = AxisOrAxes::One(-1),
    }
}

/// Lengths below count as this one, as in Keras.
const EPSILON: f64 = 1e-12;

impl UnitNormalization {
    fn normalized(&self, x: &Var) -> Result<Var, Fault> {
        let axes = self.axis.axes();
        let over = axes
            .resolve(x.rank())
            .ok_or_else(|| missing_axes(x, &axes))?;
        let over: Vec<isize> = over.iter().map(|&a| a as isize).collect();
        Ok(unit_length(x, &over, EPSILON))
    }
}

impl Layer for UnitNormalization {
    fn class_name(&self) -> &'static str {
        "UnitNormalization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn function(&self, x: &Var) -> Option<Var> {
        self.normalized(x).ok()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        match self.normalized(&x) {
            Ok(x) => vec![Value { x, mask }],
            Err(fault) => vec![s.fault("UnitNormalization", fault, x.ty()).into()],
        }
    }
}
