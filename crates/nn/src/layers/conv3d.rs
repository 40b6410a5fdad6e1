//! Conv3D: convolution over the depth, height and width of volumes.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', F);  y = act(x * W + b), W (Kd, Kh, Kw, C / groups, F)
//!
//! Follows keras/src/layers/convolutional/conv3d.py.

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
    class_name: "Conv3D",
    aliases: &["Convolution3D"],
    about: "convolution over the depth, height and width of volumes",
    options: Conv3D::options,
    read: limits::read::<Conv3D>,
};

keras_config! {
    /// Convolution over the depth, height and width of volumes. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Padding, layers::Conv3D};
    /// let layer = Conv3D::new(32usize, [3, 3, 3]).activation("relu").padding(Padding::Same);
    /// assert_eq!(layer.filters, 32);
    /// ```
    pub struct Conv3D(
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

impl Conv3D {
    fn convolution(&self) -> Convolution<'_> {
        convolution!(self, "Conv3D", 3)
    }
}

impl Limits for Conv3D {
    fn limits(&self) -> Checks {
        self.convolution().limits()
    }
}

impl Layer for Conv3D {
    fn class_name(&self) -> &'static str {
        "Conv3D"
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
