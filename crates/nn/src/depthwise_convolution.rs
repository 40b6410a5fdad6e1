//! What the depthwise and separable convolutions share: a kernel of its own for each channel.
//!
//!   depthwise  x (B, S.., C) -> z (B, S'.., C · M);  z[.., c · M + m] = x[.., c] * W[.., c, m], W (K.., C, M)
//!   separable  y (B, S'.., F);  y = z · P, P (1.., C · M, F)
//!
//! Follows keras/src/layers/convolutional/base_depthwise_conv.py and base_separable_conv.py.

use regimen_graph::{Fault, Op, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Scope, Value,
    convolution_weights::{Ending, WeightSpec},
    kernel_geometry::KernelGeometry,
    limits::Checks,
};

/// The options of a depthwise layer, or of a separable one, which mixes the channels afterwards.
pub(crate) struct DepthwiseConvolution<'a> {
    pub geometry: KernelGeometry<'a>,
    pub depth_multiplier: usize,
    pub kernel: WeightSpec<'a>,
    pub pointwise: Option<Pointwise<'a>>,
    pub ending: Ending<'a>,
}

/// The second part of a separable convolution.
pub(crate) struct Pointwise<'a> {
    pub filters: usize,
    pub kernel: WeightSpec<'a>,
}

/// The [`DepthwiseConvolution`] of a layer with the fields that Keras names; its pointwise part comes as an option.
macro_rules! depthwise_convolution {
    ($layer:expr, $class_name:expr, $spatial:expr, $pointwise:expr) => {
        $crate::depthwise_convolution::DepthwiseConvolution {
            geometry: $crate::kernel_geometry::kernel_geometry!($layer, $class_name, $spatial),
            depth_multiplier: $layer.depth_multiplier,
            kernel: $crate::convolution_weights::weight_spec!(
                $layer,
                depthwise_initializer,
                depthwise_regularizer,
                depthwise_constraint
            ),
            pointwise: $pointwise,
            ending: $crate::convolution_weights::ending!($layer),
        }
    };
}
pub(crate) use depthwise_convolution;

/// The [`Pointwise`] part of a separable layer.
macro_rules! pointwise {
    ($layer:expr) => {
        Some($crate::depthwise_convolution::Pointwise {
            filters: $layer.filters,
            kernel: $crate::convolution_weights::weight_spec!(
                $layer,
                pointwise_initializer,
                pointwise_regularizer,
                pointwise_constraint
            ),
        })
    };
}
pub(crate) use pointwise;

impl DepthwiseConvolution<'_> {
    /// Limits of the options. Strides and dilation may both be above 1 here, as in Keras.
    pub fn limits(&self) -> Checks {
        let filters = self.pointwise.as_ref().map_or(1, |p| p.filters);
        self.geometry
            .not_causal(self.geometry.limits())
            .at_least_one("depth_multiplier", self.depth_multiplier)
            .at_least_one("filters", filters)
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, map: Map<String, Json>) -> Map<String, Json> {
        self.geometry.config(map)
    }

    /// Writes the layer. A mask does not pass.
    pub fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let (x, at) = (
            &crate::input_spec::float(call.inputs[0].x.clone()),
            self.geometry.at,
        );
        let of_channels = |n: usize| {
            let deep = n.saturating_mul(self.depth_multiplier);
            self.pointwise.as_ref().map_or(deep, |p| p.filters)
        };
        if !at.accepts(s, x) {
            let channels = at.channels(x);
            return at.placeholder(s, x, of_channels(channels));
        }
        let last = at.data_format.to_last(x);
        let y = match self.check(&last) {
            Ok(()) => self.convolved(s, &last),
            Err(fault) => {
                let meant = self.geometry.meant(&last, of_channels(last.dim(-1)));
                s.fault(at.class_name, fault, meant)
            }
        };
        self.ending.output(s, &y, at.data_format)
    }

    fn check(&self, x: &Var) -> Result<(), Fault> {
        if x.dim(-1) == 0 {
            return Err(Fault::new(
                format!("input {} without channels", x.ty()),
                "one channel or more",
                "Feed inputs with channels.",
            ));
        }
        self.geometry.check(x)
    }

    fn convolved(&self, s: &mut Scope, x: &Var) -> Var {
        let (channels, depth) = (x.dim(-1), self.depth_multiplier.max(1));
        let size = self.geometry.sizes().kernel;
        let name = match self.pointwise {
            Some(_) => "depthwise_kernel",
            None => "kernel",
        };
        let shape = [size.as_slice(), &[channels, depth]].concat();
        let kernel = self.kernel.weight(s, name, &shape);
        let deep = channels.saturating_mul(depth);
        // Channel c has the kernels c · M to c · M + M - 1: a convolution in as many groups as channels.
        let kernel = kernel.reshape(&[size.as_slice(), &[1, deep]].concat());
        let op = Op::Conv(self.geometry.conv(x, channels));
        let mut y = s.builder().apply(op, &[x, &kernel]).swap_remove(0);
        if let Some(Pointwise { filters, kernel }) = &self.pointwise {
            let shape = [vec![1; size.len()], vec![deep, *filters]].concat();
            let kernel = kernel.weight(s, "pointwise_kernel", &shape);
            y = y.matmul(&kernel.reshape(&[deep, *filters]));
        }
        self.ending.with_bias(s, y)
    }
}
