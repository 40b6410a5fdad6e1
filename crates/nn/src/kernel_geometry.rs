//! Where the kernel of a convolution layer goes: sizes, strides, dilation and padding along the spatial axes.
//!
//!   S' = floor((S + padding - reach) / stride) + 1,  reach = (K - 1) · dilation + 1

use regimen_graph::{Fault, Type, Var, ops::Conv};
use serde_json::{Map, Value as Json};

use crate::{
    Padding,
    config::PerAxis,
    limits::Checks,
    spatial::{Spatial, per_axis, per_axis_limits, write_per_axis},
};

/// The geometry options of a convolution layer, borrowed.
pub(crate) struct KernelGeometry<'a> {
    pub at: Spatial,
    pub kernel_size: &'a PerAxis,
    pub strides: &'a PerAxis,
    pub padding: Padding,
    pub dilation_rate: &'a PerAxis,
}

/// The [`KernelGeometry`] of a layer with the fields that Keras names.
macro_rules! kernel_geometry {
    ($layer:expr, $class_name:expr, $spatial:expr) => {
        $crate::kernel_geometry::KernelGeometry {
            at: $crate::spatial::Spatial {
                class_name: $class_name,
                count: $spatial,
                data_format: $layer.data_format,
            },
            kernel_size: &$layer.kernel_size,
            strides: &$layer.strides,
            padding: $layer.padding,
            dilation_rate: &$layer.dilation_rate,
        }
    };
}
pub(crate) use kernel_geometry;

/// Numbers per spatial axis.
pub(crate) struct Sizes {
    pub kernel: Vec<usize>,
    pub strides: Vec<usize>,
    pub dilation: Vec<usize>,
    /// Cells that the dilated kernel covers.
    pub reach: Vec<usize>,
}

impl KernelGeometry<'_> {
    /// Limits of the options by themselves.
    pub fn limits(&self) -> Checks {
        let n = self.at.count;
        let checks = per_axis_limits(Checks::new(), "kernel_size", self.kernel_size, n);
        let checks = per_axis_limits(checks, "strides", self.strides, n);
        per_axis_limits(checks, "dilation_rate", self.dilation_rate, n)
    }

    /// Either strides or dilation, as Keras has it for kernels that mix channels.
    pub fn not_both(&self, checks: Checks) -> Checks {
        let beyond_one = |list: &PerAxis| list.0.iter().any(|&v| v > 1);
        let both = beyond_one(self.strides) && beyond_one(self.dilation_rate);
        let found = format!("{:?}", self.dilation_rate.0);
        checks.holds(!both, "dilation_rate", found, "1 where strides are above 1")
    }

    /// No causal padding.
    pub fn not_causal(&self, checks: Checks) -> Checks {
        let causal = self.padding == Padding::Causal;
        checks.holds(!causal, "padding", "causal", "`valid` or `same`")
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, mut map: Map<String, Json>) -> Map<String, Json> {
        let n = self.at.count;
        write_per_axis(&mut map, "kernel_size", self.kernel_size, n);
        write_per_axis(&mut map, "strides", self.strides, n);
        write_per_axis(&mut map, "dilation_rate", self.dilation_rate, n);
        map
    }

    /// The numbers of each axis.
    pub fn sizes(&self) -> Sizes {
        let [kernel, strides, dilation] = [self.kernel_size, self.strides, self.dilation_rate]
            .map(|list| per_axis(list, self.at.count));
        let reach = |(k, d): (&usize, &usize)| (k - 1).saturating_mul(*d).saturating_add(1);
        let reach = kernel.iter().zip(&dilation).map(reach).collect();
        Sizes {
            kernel,
            strides,
            dilation,
            reach,
        }
    }

    /// Whether the kernel fits into `x`, whose channels are last.
    pub fn check(&self, x: &Var) -> Result<(), Fault> {
        let Sizes { kernel, reach, .. } = self.sizes();
        let Some(i) = (0..self.at.count).find(|&i| self.output_size(x, i).is_none()) else {
            return Ok(());
        };
        let dilated = if reach[i] > kernel[i] {
            " (dilated)"
        } else {
            ""
        };
        let steps = x.dim(i as isize + 1);
        Err(Fault::new(
            format!("input {}: {steps} steps along spatial axis {i}", x.ty()),
            format!(
                "at least the {} steps that the kernel{dilated} covers",
                reach[i]
            ),
            "Use a smaller `kernel_size`, padding=\"same\", less pooling before, or longer inputs.",
        ))
    }

    fn output_size(&self, x: &Var, axis: usize) -> Option<usize> {
        let Sizes { strides, reach, .. } = self.sizes();
        self.padding
            .output_size(x.dim(axis as isize + 1), reach[axis], strides[axis])
    }

    /// The type of a result of `channels`, with size 1 where the kernel does not fit.
    pub fn meant(&self, x: &Var, channels: usize) -> Type {
        let sizes = (0..self.at.count).map(|i| self.output_size(x, i).unwrap_or(1));
        let shape = [vec![x.dim(0)], sizes.collect(), vec![channels]].concat();
        Type::new(x.dtype(), shape)
    }

    /// The op's geometry for `x`, whose channels are last.
    pub fn conv(&self, x: &Var, groups: usize) -> Conv {
        let Sizes {
            strides,
            dilation,
            reach,
            ..
        } = self.sizes();
        let pad = |i: usize| {
            self.padding
                .cells(x.dim(i as isize + 1), reach[i], strides[i])
        };
        Conv {
            padding: (0..self.at.count).map(pad).collect(),
            strides,
            dilation,
            groups,
        }
    }
}
