//! Wrapper: the base of layers that hold another one; it computes nothing by itself.
//!
//!   x -> fault: a wrapper of its own says what it does with the layer inside
//!
//! Follows keras/src/layers/core/wrapper.py.

use regimen_graph::Fault;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, InnerLayer, Layer, LayerDef, Scope, Value, keras_config};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Wrapper",
    aliases: &[],
    about: "base of layers that hold another one; cannot be called, as in Keras",
    options: Wrapper::options,
    read: |o| Wrapper::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Holds a layer. Calling it is a fault: that is for layers such as `TimeDistributed`.
    ///
    /// ```
    /// use regimen_nn::layers::{Dense, Wrapper};
    /// assert_eq!(Wrapper::new(Dense::new(3usize)).layer.name, "dense");
    /// ```
    pub struct Wrapper(
        /// The layer inside.
        layer: InnerLayer,
    ) {}
}

impl Layer for Wrapper {
    fn class_name(&self) -> &'static str {
        "Wrapper"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        vec![(self.layer.name.clone(), self.layer.layer.as_ref())]
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let found = "a call of Wrapper, which computes nothing by itself";
        let mend = "Use the layer inside, TimeDistributed, Bidirectional or SpectralNormalization.";
        s.builder().fault(
            "Wrapper",
            Fault::new(found, "a layer that computes something", mend),
        );
        vec![call.inputs[0].clone()]
    }
}
