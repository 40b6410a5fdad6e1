//! SeparableConv1D: convolution of each channel by itself along the steps of a sequence, then a mix of the channels.
//!
//!   x (B, T, C) -> y (B, T', F);  y = act(z · P + b), z as DepthwiseConv1D, W (K, C, M), P (1, C · M, F)
//!
//! Follows keras/src/layers/convolutional/separable_conv1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Padding, Scope, Value,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    depthwise_convolution::{DepthwiseConvolution, depthwise_convolution, pointwise},
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SeparableConv1D",
    aliases: &["SeparableConvolution1D"],
    about: "convolution of each channel by itself along the steps of a sequence, then a mix of the channels",
    options: SeparableConv1D::options,
    read: limits::read::<SeparableConv1D>,
};

keras_config! {
    /// Convolution of each channel by itself along the steps of a sequence, then a mix of the channels. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::SeparableConv1D;
    /// let layer = SeparableConv1D::new(16usize, 3usize).activation("relu");
    /// assert_eq!((layer.filters, layer.depth_multiplier), (16, 1));
    /// ```
    pub struct SeparableConv1D(
        /// Number of output channels.
        filters: usize,
        /// Size of the window, one number or one per axis.
        kernel_size: PerAxis,
    ) {
        /// Step of the window. Default 1.
        strides: PerAxis = PerAxis(vec![1]),
        /// Beyond the edges: valid or same. Default valid.
        padding: Padding = Padding::Valid,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Distance between the kernel's cells. Default 1.
        dilation_rate: PerAxis = PerAxis(vec![1]),
        /// Number of channels between the two parts per input channel. Default 1.
        depth_multiplier: usize = 1,
        /// Applied to the output. Default linear.
        activation: Activation = Activation::linear(),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
        /// How the depthwise kernel begins. Default Glorot uniform.
        depthwise_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the pointwise kernel begins. Default Glorot uniform.
        pointwise_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the bias begins. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the depthwise kernel.
        depthwise_regularizer: Option<Regularizer> = None,
        /// Penalty of the pointwise kernel.
        pointwise_regularizer: Option<Regularizer> = None,
        /// Penalty of the bias.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the depthwise kernel.
        depthwise_constraint: Option<Constraint> = None,
        /// Constraint of the pointwise kernel.
        pointwise_constraint: Option<Constraint> = None,
        /// Constraint of the bias.
        bias_constraint: Option<Constraint> = None,
    }
}

impl SeparableConv1D {
    fn convolution(&self) -> DepthwiseConvolution<'_> {
        depthwise_convolution!(self, "SeparableConv1D", 1, pointwise!(self))
    }
}

impl Limits for SeparableConv1D {
    fn limits(&self) -> Checks {
        self.convolution().limits()
    }
}

impl Layer for SeparableConv1D {
    fn class_name(&self) -> &'static str {
        "SeparableConv1D"
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
