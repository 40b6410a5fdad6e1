//! Conv1D: convolution along the steps of a sequence.
//!
//!   x (B, T, C) -> y (B, T', F);  y = act(x * W + b), W (K, C / groups, F)
//!
//! Follows keras/src/layers/convolutional/conv1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Padding, Scope, Value,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    convolution::{Convolution, convolution},
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Conv1D",
    aliases: &["Convolution1D"],
    about: "convolution along the steps of a sequence",
    options: Conv1D::options,
    read: limits::read::<Conv1D>,
};

keras_config! {
    /// Convolution along the steps of a sequence. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Padding, layers::Conv1D};
    /// let layer = Conv1D::new(32usize, 8usize).activation("relu").padding(Padding::Causal);
    /// assert_eq!(layer.filters, 32);
    /// ```
    pub struct Conv1D(
        /// Number of output channels.
        filters: usize,
        /// Size of the window, one number or one per axis.
        kernel_size: PerAxis,
    ) {
        /// Step of the window. Default 1.
        strides: PerAxis = PerAxis(vec![1]),
        /// Beyond the edges: valid, same, or causal (nothing sees the future). Default valid.
        padding: Padding = Padding::Valid,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Distance between the kernel's cells; above 1 only with strides of 1. Default 1.
        dilation_rate: PerAxis = PerAxis(vec![1]),
        /// Groups of channels that do not mix. Default 1.
        groups: usize = 1,
        /// Applied to the output. Default linear.
        activation: Activation = Activation::linear(),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
        /// How the kernel begins. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the bias begins. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the kernel.
        kernel_regularizer: Option<Regularizer> = None,
        /// Penalty of the bias.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the kernel.
        kernel_constraint: Option<Constraint> = None,
        /// Constraint of the bias.
        bias_constraint: Option<Constraint> = None,
    }
}

impl Conv1D {
    fn convolution(&self) -> Convolution<'_> {
        convolution!(self, "Conv1D", 1)
    }
}

impl Limits for Conv1D {
    fn limits(&self) -> Checks {
        self.convolution().limits()
    }
}

impl Layer for Conv1D {
    fn class_name(&self) -> &'static str {
        "Conv1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.convolution().config(self.write())
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.convolution().forward(s, call)
    }
}
