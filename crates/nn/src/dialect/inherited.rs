//! Options that layers of Keras 2 wrote because the class above them had them: they say nothing that the layer did not say
//! otherwise. Source: `get_config` of tf_keras 2.21, layers/convolutional and layers/rnn.

use serde_json::{Value as Json, json};

use super::{Door, Version};
use crate::{Object, OptionError};

/// Classes, options that they wrote, and the only value that means nothing; `None` where the layer never read it.
const INHERITED: [(&[&str], &[&str], Option<i64>); 7] = [
    (
        &[
            "SeparableConv1D",
            "SeparableConv2D",
            "DepthwiseConv1D",
            "DepthwiseConv2D",
            "Conv1DTranspose",
            "Conv2DTranspose",
            "Conv3DTranspose",
        ],
        &["groups"],
        Some(1),
    ),
    (
        &["SeparableConv1D", "SeparableConv2D"],
        &[
            "kernel_initializer",
            "kernel_regularizer",
            "kernel_constraint",
        ],
        None,
    ),
    (
        &[
            "RNN",
            "SimpleRNN",
            "LSTM",
            "GRU",
            "ConvLSTM1D",
            "ConvLSTM2D",
            "ConvLSTM3D",
        ],
        &["time_major"],
        Some(0),
    ),
    (
        &["SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"],
        &["noise_shape"],
        None,
    ),
    (
        &[
            "RandomFlip",
            "RandomRotation",
            "RandomZoom",
            "RandomTranslation",
            "RandomContrast",
            "RandomBrightness",
            "RandomCrop",
        ],
        &["rng_type"],
        None,
    ),
    (
        &["MultiHeadAttention"],
        &[
            "softmax_robust_masking",
            "query_shape",
            "key_shape",
            "value_shape",
        ],
        None,
    ),
    // The type of what they give, which their output_mode says.
    (
        &[
            "TextVectorization",
            "StringLookup",
            "IntegerLookup",
            "Discretization",
            "Hashing",
            "HashedCrossing",
            "CategoryEncoding",
        ],
        &["dtype"],
        None,
    ),
];

impl Door {
    /// Takes them out; refuses values that meant something.
    pub(super) fn drop_inherited(
        &mut self,
        object: &mut Object,
        path: &str,
        errors: &mut Vec<OptionError>,
    ) {
        if self.version >= Version(3, 0, 0) {
            return;
        }
        let class = object.class_name.clone();
        // One axis was written as a list of it.
        if class == "BatchNormalization"
            && let Some(Json::Array(axes)) = object.config.get("axis")
            && let [axis] = axes.as_slice()
        {
            let axis = axis.clone();
            object.config.insert("axis".to_owned(), axis);
        }
        let own = INHERITED
            .iter()
            .filter(|(classes, ..)| classes.contains(&class.as_str()));
        for (_, options, nothing) in own {
            for option in *options {
                let Some(value) = object.config.shift_remove(*option) else {
                    continue;
                };
                let means = |nothing: i64| value != json!(nothing) && value != json!(nothing != 0);
                if !value.is_null() && nothing.is_some_and(means) {
                    errors.push(OptionError {
                        path: format!("{path}.{option}"),
                        message: refusal(&class, option, &value),
                    });
                }
            }
        }
    }
}

fn refusal(class: &str, option: &str, value: &Json) -> String {
    match option {
        "time_major" => format!(
            "`time_major` = {value} of {class}: sequences are (batch, time, features) today; put Permute((2, 1)) around it, or turn the data"
        ),
        _ => format!("`{option}` = {value}: {class} has no `{option}` today"),
    }
}
