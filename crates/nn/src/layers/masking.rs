//! Masking: marks the steps whose features all equal a value, for the layers that follow to skip.
//!
//!   x (B, ..., T, D) -> x, with masked steps set to zero, and a mask (B, ..., T)
//!
//! Follows keras/src/layers/core/masking.py.

use regimen_graph::{DType, Fault};
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Masking",
    aliases: &[],
    about: "masks the steps whose features all equal a value",
    options: Masking::options,
    read: |o| Masking::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Masks the steps whose features all equal `mask_value`.
    ///
    /// ```
    /// use regimen_nn::layers::Masking;
    /// assert_eq!(Masking::new().mask_value(-1.0).mask_value, -1.0);
    /// ```
    pub struct Masking() {
        /// The value that marks padding. Default 0.
        mask_value: f64 = 0.0,
    }
}

impl Layer for Masking {
    fn class_name(&self) -> &'static str {
        "Masking"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &call.inputs[0].x;
        if x.rank() < 2 || x.dtype() == DType::Bool {
            let mend = "Give the input a last axis of features.";
            s.builder().fault(
                "Masking",
                Fault::new(format!("input {}", x.ty()), "an input (B, ..., T, D)", mend),
            );
            return vec![x.clone().into()];
        }
        let differs = x.ne_to(&x.scalar_like(self.mask_value));
        let any = differs.cast(DType::I32).max(&[-1], true);
        let open = any.gt(&any.scalar_like(0.0));
        let y = open.select(x, &x.scalar_like(0.0));
        vec![Value {
            x: y,
            mask: Some(open.squeeze(-1)),
        }]
    }
}
