//! What the pooling layers share: windows over the spatial axes, their geometry and faults.
//!
//!   x (B, S.., C) -> y (B, S'.., C)
//!
//! Cells beyond the edges do not take part: they are no candidates for the largest and not counted in an
//! average. Follows keras/src/layers/pooling/base_pooling.py and base_global_pooling.py.

use regimen_graph::{
    DType, Fault, Op, Tensor, Type, Var, elements,
    ops::{Window, WindowKind},
};
use serde_json::{Map, Value as Json};

use crate::{
    Call, DataFormat, Padding, Scope, Value,
    config::PerAxis,
    limits::Checks,
    spatial::{Spatial, per_axis, per_axis_limits, write_per_axis},
};

/// The options of a pooling layer, borrowed.
pub(crate) struct Pooling<'a> {
    pub class_name: &'static str,
    pub spatial: usize,
    pub kind: WindowKind,
    pub pool_size: &'a PerAxis,
    pub strides: &'a Option<PerAxis>,
    pub padding: Padding,
    pub data_format: DataFormat,
}

impl Pooling<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        let causal = self.padding == Padding::Causal;
        let checks = per_axis_limits(Checks::new(), "pool_size", self.pool_size, self.spatial);
        let checks = match self.strides {
            Some(strides) => per_axis_limits(checks, "strides", strides, self.spatial),
            None => checks,
        };
        checks.holds(!causal, "padding", "causal", "`valid` or `same`")
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, mut map: Map<String, Json>) -> Map<String, Json> {
        write_per_axis(&mut map, "pool_size", self.pool_size, self.spatial);
        let strides = self.strides.as_ref().unwrap_or(self.pool_size);
        write_per_axis(&mut map, "strides", strides, self.spatial);
        map
    }

    /// Writes the layer. A mask does not pass.
    pub fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &crate::input_spec::float(call.inputs[0].x.clone());
        let at = Spatial {
            class_name: self.class_name,
            count: self.spatial,
            data_format: self.data_format,
        };
        if !at.accepts(s, x) {
            return at.placeholder(s, x, x.dim(-1));
        }
        let last = self.data_format.to_last(x);
        let y = match self.check(&last) {
            Ok(()) => self.pooled(&last),
            Err(fault) => s.fault(self.class_name, fault, self.meant(&last)),
        };
        vec![self.data_format.restored(&y).into()]
    }

    fn window(&self, x: &Var) -> Window {
        let size = per_axis(self.pool_size, self.spatial);
        let strides = self
            .strides
            .as_ref()
            .map_or(size.clone(), |l| per_axis(l, self.spatial));
        let cells = |i: usize| {
            self.padding
                .cells(x.dim(i as isize + 1), size[i], strides[i])
        };
        let padding = (0..self.spatial).map(cells).collect();
        Window {
            kind: self.kind,
            size,
            strides,
            padding,
        }
    }

    /// Size of the result along a spatial axis, if the window fits.
    fn output_size(&self, x: &Var, window: &Window, axis: usize) -> Option<usize> {
        let size = x.dim(axis as isize + 1);
        self.padding
            .output_size(size, window.size[axis], window.strides[axis])
    }

    fn check(&self, x: &Var) -> Result<(), Fault> {
        let window = self.window(x);
        let misfit = (0..self.spatial).find(|&i| self.output_size(x, &window, i).is_none());
        misfit.map_or(Ok(()), |i| {
            Err(Fault::new(
                format!("input {}: {} steps along spatial axis {i}", x.ty(), x.dim(i as isize + 1)),
                format!("at least the {} steps of the window", window.size[i]),
                "Use a smaller `pool_size`, padding=\"same\", less pooling before, or longer inputs.",
            ))
        })
    }

    /// The type of the result, with size 1 where the window does not fit.
    fn meant(&self, x: &Var) -> Type {
        let window = self.window(x);
        let size = |i| self.output_size(x, &window, i).unwrap_or(1);
        let spatial: Vec<usize> = (0..self.spatial).map(size).collect();
        Type::new(
            x.dtype(),
            [vec![x.dim(0)], spatial, vec![x.dim(-1)]].concat(),
        )
    }

    fn pooled(&self, x: &Var) -> Var {
        let window = self.window(x);
        let y = x
            .builder()
            .apply(Op::Window(window.clone()), &[x])
            .swap_remove(0);
        match self.kind {
            WindowKind::Max => y,
            WindowKind::Sum if window.padding.iter().all(|p| *p == (0, 0)) => {
                y * (1.0 / elements(&window.size) as f64)
            }
            WindowKind::Sum => {
                let shares = shares(&window, &x.shape()[1..=self.spatial], &y.shape());
                y * x.builder().constant(shares)
            }
        }
    }
}

/// 1 / number of real cells per window: (1, S'.., 1) for a result of shape `out`.
fn shares(window: &Window, sizes: &[usize], out: &[usize]) -> Tensor {
    let n = sizes.len();
    let mut data = vec![1.0];
    for i in 0..n {
        let cells = |place: usize| {
            let start = place * window.strides[i];
            let end = (start + window.size[i]).min(window.padding[i].0 + sizes[i]);
            (end - start.max(window.padding[i].0).min(end)).max(1)
        };
        let counts: Vec<usize> = (0..out[i + 1]).map(cells).collect();
        data = data
            .iter()
            .flat_map(|d| counts.iter().map(move |c| d / *c as f64))
            .collect();
    }
    let shape = [&[1], &out[1..=n], &[1]].concat();
    Tensor::from_f64(DType::F32, shape, &data)
}

/// Pooling over all of the spatial axes: the largest or the mean, of the open steps where there is a mask.
pub(crate) fn global(
    s: &mut Scope,
    call: &Call,
    (class_name, spatial, kind): (&'static str, usize, WindowKind),
    (data_format, keepdims): (DataFormat, bool),
) -> Vec<Value> {
    let Value { x, mask } = call.inputs[0].clone();
    let x = crate::input_spec::float(x);
    let at = Spatial {
        class_name,
        count: spatial,
        data_format,
    };
    let channels_first = data_format == DataFormat::ChannelsFirst;
    if !at.accepts(s, &x) {
        let channels = at.channels(&x);
        let ones = vec![1; if keepdims { spatial } else { 0 }];
        let shape = [vec![x.dim(0)], ones, vec![channels]].concat();
        let meant = Type::new(DType::F32, data_format.move_to(&shape));
        return vec![s.builder().placeholder(meant).into()];
    }
    let spatial_axes = at.spatial_axes().into_iter().map(|a| a as isize);
    let spatial_axes: Vec<isize> = spatial_axes.collect();
    if spatial_axes.iter().any(|&a| x.dim(a) == 0) {
        let found = format!("input {} without steps", x.ty());
        s.builder().fault(
            class_name,
            Fault::new(
                found,
                "one or more steps",
                "Pool less before, or feed longer inputs.",
            ),
        );
    }
    // Only the pooling of sequences knows masks, as in Keras.
    let y = match (kind, mask.filter(|_| spatial == 1)) {
        (WindowKind::Max, _) => x.max(&spatial_axes, keepdims),
        (WindowKind::Sum, None) => x.mean(&spatial_axes, keepdims),
        (WindowKind::Sum, Some(mask)) => {
            let open = mask.expand_dims(if channels_first { 1 } else { 2 });
            let kept = open
                .select(&x, &x.scalar_like(0.0))
                .sum(&spatial_axes, keepdims);
            kept / open.cast(x.dtype()).sum(&spatial_axes, keepdims)
        }
    };
    vec![y.into()]
}
