//! Conv2DTranspose: transposed convolution along the height and width of pictures.
//!
//!   x (B, H, W, C) -> y (B, H', W', F);  y = act(W spread over the output by each step of x, + b), W (Kh, Kw, F, C)
//!
//! Follows keras/src/layers/convolutional/conv2d_transpose.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Padding, Scope, Value,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
    transposed_convolution::{OutputPadding, TransposedConvolution, transposed_convolution},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Conv2DTranspose",
    aliases: &["Convolution2DTranspose"],
    about: "transposed convolution along the height and width of pictures",
    options: Conv2DTranspose::options,
    read: limits::read::<Conv2DTranspose>,
};

keras_config! {
    /// Transposed convolution along the height and width of pictures: the way back of a convolution's sizes. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Padding, layers::Conv2DTranspose};
    /// let layer = Conv2DTranspose::new(8usize, 3usize).strides(2usize).padding(Padding::Same);
    /// assert_eq!(layer.output_padding, None);
    /// ```
    pub struct Conv2DTranspose(
        /// Number of output channels.
        filters: usize,
        /// Size of the window, one number or one per axis.
        kernel_size: PerAxis,
    ) {
        /// Step of the window. Default 1.
        strides: PerAxis = PerAxis(vec![1]),
        /// Beyond the edges: valid or same. Default valid.
        padding: Padding = Padding::Valid,
        /// Cells added at the end of each axis, fewer than the stride. Without it the size follows from `padding`.
        output_padding: Option<OutputPadding> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Distance between the kernel's cells; above 1 only with strides of 1. Default 1.
        dilation_rate: PerAxis = PerAxis(vec![1]),
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

impl Conv2DTranspose {
    fn convolution(&self) -> TransposedConvolution<'_> {
        transposed_convolution!(self, "Conv2DTranspose", 2)
    }
}

impl Limits for Conv2DTranspose {
    fn limits(&self) -> Checks {
        self.convolution().limits()
    }
}

impl Layer for Conv2DTranspose {
    fn class_name(&self) -> &'static str {
        "Conv2DTranspose"
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
