//! Flatten: all axes but the batch joined into one.
//!
//!   x (B, d1, ..., dn) -> y (B, d1 · ... · dn);  (B) -> (B, 1)
//!
//! Follows keras/src/layers/reshaping/flatten.py.

use regimen_graph::{Fault, elements};
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Flatten",
    aliases: &[],
    about: "all axes but the batch joined into one",
    options: Flatten::options,
    read: |o| Flatten::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Joins all axes but the batch. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{DataFormat, layers::Flatten};
    /// assert_eq!(Flatten::new().data_format, DataFormat::ChannelsLast);
    /// ```
    pub struct Flatten() {
        /// Where the channels stand; those that stand first are moved to the end before. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for Flatten {
    fn class_name(&self) -> &'static str {
        "Flatten"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &call.inputs[0].x;
        if x.rank() == 0 {
            let mend = "Feed batches: the first axis is the batch.";
            s.builder().fault(
                "Flatten",
                Fault::new("a single number", "an input (B, ...)", mend),
            );
            return vec![x.reshape(&[1, 1]).into()];
        }
        let features = elements(&x.shape()[1..]);
        vec![
            self.data_format
                .to_last(x)
                .reshape(&[x.dim(0), features])
                .into(),
        ]
    }
}
