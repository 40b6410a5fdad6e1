//! What options of layers meant where they were left out.

use serde_json::{Map, Value as Json, json};

use super::Door;
use super::names::RECURRENT;
use crate::Object;

/// Layers and cells with gates; those that convolve came with one class, and its cell is none of today's.
const GATED: [&str; 5] = ["LSTM", "GRU", "ConvLSTM2D", "LSTMCell", "GRUCell"];

impl Door {
    /// Options that were left out and meant something else.
    pub(super) fn give_old_defaults(&mut self, object: &mut Object) {
        let (class, version) = (object.class_name.clone(), self.version);
        let consume = object.config.shift_remove("consume_less");
        let config = &mut object.config;
        if GATED.contains(&class.as_str()) && version.before(2, 3, 0) {
            let text = format!("{class}'s gates use hard_sigmoid");
            self.default(config, "recurrent_activation", json!("hard_sigmoid"), &text);
        }
        if ["GRU", "GRUCell"].contains(&class.as_str()) && version.before(2, 4, 0) {
            let text = format!("{class} resets before its product (reset_after = false)");
            self.default(config, "reset_after", json!(false), &text);
        }
        if RECURRENT.contains(&class.as_str()) && version.before(2, 0, 0) {
            // Its gain of then is given with the other values.
            config
                .entry("recurrent_initializer")
                .or_insert(json!("orthogonal"));
        }
        let on_cpu = consume.is_none_or(|c| c.as_str() == Some("cpu"));
        if class == "LSTM" && on_cpu && !version.before(1, 2, 0) && version.before(2, 0, 0) {
            self.as_one_two(config);
        }
        if class == "BatchNormalization" && version.before(1, 1, 0) {
            self.default(
                config,
                "epsilon",
                json!(1e-6),
                "BatchNormalization's epsilon is 1e-6",
            );
            self.default(
                config,
                "momentum",
                json!(0.9),
                "BatchNormalization's momentum is 0.9",
            );
        }
    }

    /// 1.2.0 to 1.2.2 made the recurrent kernel of an LSTM with `init` and regularized it by `W_regularizer`, where
    /// `consume_less` was left at "cpu".
    fn as_one_two(&mut self, config: &mut Map<String, Json>) {
        let init = config
            .get("kernel_initializer")
            .cloned()
            .unwrap_or(json!("glorot_uniform"));
        config.insert("recurrent_initializer".to_string(), init);
        let regularizer = config
            .get("kernel_regularizer")
            .cloned()
            .unwrap_or(Json::Null);
        config.insert("recurrent_regularizer".to_string(), regularizer);
        self.as_then("LSTM's recurrent kernel begins like its kernel, and is regularized like it");
    }
}
