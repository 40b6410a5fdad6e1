//! Multiply: the product of its inputs.
//!
//!   [x1 (B, ...), x2 (B, ...), ...] -> x1 · x2 · ... (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/multiply.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Multiply",
    aliases: &[],
    about: "the product of its inputs",
    options: Multiply::options,
    read: |o| Multiply::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Multiplies its inputs. A masked step counts as 1; where all inputs mask it, the product is 0 and masked.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Multiply};
    /// assert_eq!(Multiply::new().arity(), (1, usize::MAX));
    /// ```
    pub struct Multiply() {}
}

impl Layer for Multiply {
    fn class_name(&self) -> &'static str {
        "Multiply"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let wide = match merging::aligned(s, "Multiply", &call.inputs) {
            Ok(wide) => wide,
            Err(meant) => return vec![meant],
        };
        let masks: Vec<Option<Var>> = wide.iter().map(merging::feature_mask).collect();
        let open = wide.iter().zip(&masks).map(|(v, mask)| match mask {
            Some(mask) => mask.select(&v.x, &v.x.scalar_like(1.0)),
            None => v.x.clone(),
        });
        let open: Vec<Value> = open.map(Value::from).collect();
        let mut product = merging::elementwise(s, "Multiply", &open, |a, b| a * b);
        let all: Option<Vec<Var>> = masks.into_iter().collect();
        if let Some(any) = all.and_then(|all| all.into_iter().reduce(|a, b| a.or(&b))) {
            product.x = any.select(&product.x, &product.x.scalar_like(0.0));
        }
        product.mask = merging::common_mask(&call.inputs);
        vec![product]
    }
}
