//! What Conv1D and Conv2D share: the geometry of a convolution, its weights, its faults.
//!
//!   x (B, S.., C) -> y (B, S'.., F);  y = act(x * W + b), W (K.., C / groups, F)
//!
//! Follows keras/src/layers/convolutional/base_conv.py.

use regimen_graph::{Fault, Op, Type, Var, ops::Conv};
use serde_json::{Map, Value as Json};

use crate::{
    Call, DataFormat, Padding, Scope, Value, WeightOptions,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    initializers::Initializer,
    limits::Checks,
    regularizers::Regularizer,
    spatial::{Spatial, per_axis, per_axis_limits, write_per_axis},
};

/// The options of a convolution layer, borrowed.
pub(crate) struct Convolution<'a> {
    pub class_name: &'static str,
    pub spatial: usize,
    pub filters: usize,
    pub kernel_size: &'a PerAxis,
    pub strides: &'a PerAxis,
    pub padding: Padding,
    pub data_format: DataFormat,
    pub dilation_rate: &'a PerAxis,
    pub groups: usize,
    pub activation: &'a Activation,
    pub use_bias: bool,
    pub kernel_initializer: &'a Initializer,
    pub bias_initializer: &'a Initializer,
    pub kernel_regularizer: &'a Option<Regularizer>,
    pub bias_regularizer: &'a Option<Regularizer>,
    pub activity_regularizer: &'a Option<Regularizer>,
    pub kernel_constraint: &'a Option<Constraint>,
    pub bias_constraint: &'a Option<Constraint>,
}

/// The [`Convolution`] of a layer with the fields that Keras names.
macro_rules! convolution {
    ($layer:expr, $class_name:expr, $spatial:expr) => {
        $crate::convolution::Convolution {
            class_name: $class_name,
            spatial: $spatial,
            filters: $layer.filters,
            kernel_size: &$layer.kernel_size,
            strides: &$layer.strides,
            padding: $layer.padding,
            data_format: $layer.data_format,
            dilation_rate: &$layer.dilation_rate,
            groups: $layer.groups,
            activation: &$layer.activation,
            use_bias: $layer.use_bias,
            kernel_initializer: &$layer.kernel_initializer,
            bias_initializer: &$layer.bias_initializer,
            kernel_regularizer: &$layer.kernel_regularizer,
            bias_regularizer: &$layer.bias_regularizer,
            activity_regularizer: &$layer.activity_regularizer,
            kernel_constraint: &$layer.kernel_constraint,
            bias_constraint: &$layer.bias_constraint,
        }
    };
}
pub(crate) use convolution;

impl Convolution<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        let n = self.spatial;
        let checks = Checks::new()
            .at_least_one("filters", self.filters)
            .at_least_one("groups", self.groups);
        let checks = per_axis_limits(checks, "kernel_size", self.kernel_size, n);
        let checks = per_axis_limits(checks, "strides", self.strides, n);
        let checks = per_axis_limits(checks, "dilation_rate", self.dilation_rate, n);
        let beyond_one = |list: &PerAxis| list.0.iter().any(|&v| v > 1);
        let both = beyond_one(self.strides) && beyond_one(self.dilation_rate);
        let divisible = self.groups == 0 || self.filters.is_multiple_of(self.groups);
        let causal = self.padding == Padding::Causal && n != 1;
        checks
            .holds(
                !both,
                "dilation_rate",
                format!("{:?}", self.dilation_rate.0),
                "1 where strides are above 1",
            )
            .holds(
                divisible,
                "filters",
                self.filters,
                &format!("a multiple of groups = {}", self.groups),
            )
            .holds(!causal, "padding", "causal", "`valid` or `same`")
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, mut map: Map<String, Json>) -> Map<String, Json> {
        write_per_axis(&mut map, "kernel_size", self.kernel_size, self.spatial);
        write_per_axis(&mut map, "strides", self.strides, self.spatial);
        write_per_axis(&mut map, "dilation_rate", self.dilation_rate, self.spatial);
        map
    }

    /// Writes the layer. A mask does not pass.
    pub fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &call.inputs[0].x;
        let at = Spatial {
            class_name: self.class_name,
            count: self.spatial,
            data_format: self.data_format,
        };
        if !at.accepts(s, x) {
            return at.placeholder(s, x, self.filters);
        }
        let last = self.data_format.to_last(x);
        let y = match self.check(&last) {
            Ok(()) => self.convolved(s, &last),
            Err(fault) => s.fault(self.class_name, fault, self.meant(&last)),
        };
        let y = self.activation.apply(s, &self.data_format.restored(&y));
        s.add_activity_loss(self.activity_regularizer, &y);
        vec![y.into()]
    }

    /// Kernel sizes, strides, dilation, and cells that the dilated kernel reaches over, per axis.
    fn sizes(&self) -> [Vec<usize>; 4] {
        let [k, s, d] =
            [self.kernel_size, self.strides, self.dilation_rate].map(|l| per_axis(l, self.spatial));
        let reach = k
            .iter()
            .zip(&d)
            .map(|(k, d)| (k - 1).saturating_mul(*d).saturating_add(1));
        let reach = reach.collect();
        [k, s, d, reach]
    }

    fn check(&self, x: &Var) -> Result<(), Fault> {
        let (channels, groups) = (x.dim(-1), self.groups.max(1));
        if channels == 0 || !channels.is_multiple_of(groups) {
            return Err(Fault::new(
                format!("input {} of {channels} channels", x.ty()),
                format!("channels that {groups} groups divide evenly"),
                "Change `groups`, or the channels of the layer before.",
            ));
        }
        let [kernel, strides, _, reach] = self.sizes();
        for (i, size) in x.shape()[1..=self.spatial].iter().enumerate() {
            if self
                .padding
                .output_size(*size, reach[i], strides[i])
                .is_none()
            {
                let dilated = if reach[i] > kernel[i] {
                    " (dilated)"
                } else {
                    ""
                };
                return Err(Fault::new(
                    format!("input {}: {size} steps along spatial axis {i}", x.ty()),
                    format!(
                        "at least the {} steps that the kernel{dilated} covers",
                        reach[i]
                    ),
                    "Use a smaller `kernel_size`, padding=\"same\", less pooling before, or longer inputs.",
                ));
            }
        }
        Ok(())
    }

    /// The type of the result, with size 1 where the kernel does not fit.
    fn meant(&self, x: &Var) -> Type {
        let [_, strides, _, reach] = self.sizes();
        let size = |i: usize| {
            self.padding
                .output_size(x.dim(i as isize + 1), reach[i], strides[i])
                .unwrap_or(1)
        };
        let spatial: Vec<usize> = (0..self.spatial).map(size).collect();
        Type::new(
            x.dtype(),
            [vec![x.dim(0)], spatial, vec![self.filters]].concat(),
        )
    }

    fn convolved(&self, s: &mut Scope, x: &Var) -> Var {
        let [kernel, strides, dilation, reach] = self.sizes();
        let pad = |i: usize| {
            self.padding
                .cells(x.dim(i as isize + 1), reach[i], strides[i])
        };
        let padding = (0..self.spatial).map(pad).collect();
        let groups = self.groups.max(1);
        let shape = [kernel, vec![x.dim(-1) / groups, self.filters]].concat();
        let options = WeightOptions::of(self.kernel_regularizer, self.kernel_constraint);
        let w = s.weight("kernel", &shape, self.kernel_initializer, options);
        let op = Op::Conv(Conv {
            strides,
            dilation,
            padding,
            groups,
        });
        let y = s.builder().apply(op, &[x, &w]).swap_remove(0);
        if !self.use_bias {
            return y;
        }
        let options = WeightOptions::of(self.bias_regularizer, self.bias_constraint);
        y + s.weight("bias", &[self.filters], self.bias_initializer, options)
    }
}
