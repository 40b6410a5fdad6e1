//! Softmax: e^x over its sum along one axis or several.
//!
//!   x (B, ...) -> e^x / Σ e^x (B, ...);  what the mask hides counts as nothing and is 0
//!
//! The mask is broadcast to the input from the last axis, as in Keras: it is one of entries, not of steps.
//! Follows keras/src/layers/activations/softmax.py.

use regimen_graph::{Fault, Var, broadcast};
use serde_json::{Map, Value as Json};

use crate::{
    AxisOrAxes, Call, Configured, Layer, LayerDef, Scope, Value,
    activations::softmax::softmax_over, input_spec, keras_config,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Softmax",
    aliases: &[],
    about: "e^x over its sum along one axis or several",
    options: Softmax::options,
    read: |o| Softmax::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Softmax, called with an optional `mask` that broadcasts to the input.
    ///
    /// ```
    /// use regimen_nn::{AxisOrAxes, layers::Softmax};
    /// assert_eq!(Softmax::new().axis([-2, -1]).axis, AxisOrAxes::List(vec![-2, -1]));
    /// ```
    pub struct Softmax() {
        /// The axis, or the axes together. Default the last.
        axis: AxisOrAxes = AxisOrAxes::One(-1),
    }
}

impl Softmax {
    /// The axes, or what is wrong with the input.
    fn check(&self, x: &Var, mask: Option<&Var>) -> Result<Vec<isize>, Fault> {
        let axes = self.axis.axes();
        let Some(found) = axes.resolve(x.rank()).filter(|list| !list.is_empty()) else {
            let found = format!("input {} without axes {:?}", x.ty(), axes.0);
            return Err(Fault::new(
                found,
                "axes that the input has",
                "Choose another `axis`.",
            ));
        };
        if let Some(mask) = mask
            && broadcast(&mask.shape(), &x.shape()).as_ref() != Some(&x.shape())
        {
            return Err(Fault::new(
                format!("a mask {} for an input {}", mask.ty(), x.ty()),
                "a mask that broadcasts to the input from the last axis",
                "Give a mask of entries; one of steps (B, T) needs another axis, (B, T, 1).",
            ));
        }
        Ok(found.iter().map(|&a| a as isize).collect())
    }
}

impl Layer for Softmax {
    fn class_name(&self) -> &'static str {
        "Softmax"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("softmax".to_string())
    }

    fn function(&self, x: &Var) -> Option<Var> {
        let axes = self.check(x, None).ok()?;
        Some(softmax_over(x, &axes))
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let axes = match self.check(&x, mask.as_ref()) {
            Ok(axes) => axes,
            Err(fault) => return vec![s.fault("Softmax", fault, x.ty()).into()],
        };
        let y = match &mask {
            None => softmax_over(&x, &axes),
            Some(open) => {
                let shares = softmax_over(&open.select(&x, &x.scalar_like(-1e9)), &axes);
                // Where everything is hidden the shares would be equal.
                open.select(&shares, &shares.scalar_like(0.0))
            }
        };
        vec![Value { x: y, mask }]
    }
}
