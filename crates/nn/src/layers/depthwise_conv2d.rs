//! DepthwiseConv2D: convolution of each channel by itself along the height and width of pictures.
//!
//!   x (B, H, W, C) -> y (B, H', W', C · M);  y = act(x[.., c] * W[.., c, m] + b) at channel c · M + m, W (Kh, Kw, C, M)
//!
//! Follows keras/src/layers/convolutional/depthwise_conv2d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Padding, Scope, Value,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    depthwise_convolution::{DepthwiseConvolution, depthwise_convolution},
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "DepthwiseConv2D",
    aliases: &[],
    about: "convolution of each channel by itself along the height and width of pictures",
    options: DepthwiseConv2D::options,
    read: limits::read::<DepthwiseConv2D>,
};

keras_config! {
    /// Convolution of each channel by itself along the height and width of pictures. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::DepthwiseConv2D;
    /// let layer = DepthwiseConv2D::new(3usize).depth_multiplier(2usize);
    /// assert_eq!(layer.depth_multiplier, 2);
    /// ```
    pub struct DepthwiseConv2D(
        /// Size of the window, one number or one per axis.
        kernel_size: PerAxis,
    ) {
        /// Step of the window. Default 1.
        strides: PerAxis = PerAxis(vec![1]),
        /// Beyond the edges: valid or same. Default valid.
        padding: Padding = Padding::Valid,
        /// Number of output channels per input channel. Default 1.
        depth_multiplier: usize = 1,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Distance between the kernel's cells. Default 1.
        dilation_rate: PerAxis = PerAxis(vec![1]),
        /// Applied to the output. Default linear.
        activation: Activation = Activation::linear(),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
        /// How the kernel begins. Default Glorot uniform.
        depthwise_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the bias begins. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the kernel.
        depthwise_regularizer: Option<Regularizer> = None,
        /// Penalty of the bias.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the kernel.
        depthwise_constraint: Option<Constraint> = None,
        /// Constraint of the bias.
        bias_constraint: Option<Constraint> = None,
    }
}

impl DepthwiseConv2D {
    fn convolution(&self) -> DepthwiseConvolution<'_> {
        depthwise_convolution!(self, "DepthwiseConv2D", 2, None)
    }
}

impl Limits for DepthwiseConv2D {
    fn limits(&self) -> Checks {
        self.convolution().limits()
    }
}

impl Layer for DepthwiseConv2D {
    fn class_name(&self) -> &'static str {
        "DepthwiseConv2D"
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
