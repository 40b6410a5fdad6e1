//! What Conv1D, Conv2D and Conv3D share: the products of windows with a kernel.
//!
//!   x (B, S.., C) -> y (B, S'.., F);  y = act(x * W + b), W (K.., C / groups, F)
//!
//! Follows keras/src/layers/convolutional/base_conv.py.

use regimen_graph::{Fault, Op, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Padding, Scope, Value,
    convolution_weights::{Ending, WeightSpec},
    kernel_geometry::KernelGeometry,
    limits::Checks,
};

/// The options of a convolution layer, borrowed.
pub(crate) struct Convolution<'a> {
    pub geometry: KernelGeometry<'a>,
    pub filters: usize,
    pub groups: usize,
    pub kernel: WeightSpec<'a>,
    pub ending: Ending<'a>,
}

/// The [`Convolution`] of a layer with the fields that Keras names.
macro_rules! convolution {
    ($layer:expr, $class_name:expr, $spatial:expr) => {
        $crate::convolution::Convolution {
            geometry: $crate::kernel_geometry::kernel_geometry!($layer, $class_name, $spatial),
            filters: $layer.filters,
            groups: $layer.groups,
            kernel: $crate::convolution_weights::weight_spec!(
                $layer,
                kernel_initializer,
                kernel_regularizer,
                kernel_constraint
            ),
            ending: $crate::convolution_weights::ending!($layer),
        }
    };
}
pub(crate) use convolution;

impl Convolution<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        let geometry = &self.geometry;
        let divisible = self.groups == 0 || self.filters.is_multiple_of(self.groups);
        let causal = geometry.padding == Padding::Causal && geometry.at.count != 1;
        geometry
            .not_both(geometry.limits())
            .at_least_one("filters", self.filters)
            .at_least_one("groups", self.groups)
            .holds(
                divisible,
                "filters",
                self.filters,
                &format!("a multiple of groups = {}", self.groups),
            )
            .holds(!causal, "padding", "causal", "`valid` or `same`")
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
        if !at.accepts(s, x) {
            return at.placeholder(s, x, self.filters);
        }
        let last = at.data_format.to_last(x);
        let y = match self.check(&last) {
            Ok(()) => self.convolved(s, &last),
            Err(fault) => s.fault(
                at.class_name,
                fault,
                self.geometry.meant(&last, self.filters),
            ),
        };
        self.ending.output(s, &y, at.data_format)
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
        self.geometry.check(x)
    }

    fn convolved(&self, s: &mut Scope, x: &Var) -> Var {
        let groups = self.groups.max(1);
        let channels = vec![x.dim(-1) / groups, self.filters];
        let shape = [self.geometry.sizes().kernel, channels].concat();
        let w = self.kernel.weight(s, "kernel", &shape);
        let op = Op::Conv(self.geometry.conv(x, groups));
        let y = s.builder().apply(op, &[x, &w]).swap_remove(0);
        self.ending.with_bias(s, y)
    }
}
