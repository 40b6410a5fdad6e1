//! Pooling windows: largest or sum over a sliding window of the spatial axes of (B, S.., C).
//!
//! Padding cells do not take part: they count as -inf for Max and 0 for Sum.

use crate::ops::{WindowMaxGrad, WindowSumGrad};
use crate::shape::indices;
use crate::{DType, Fault, GradContext, Gradient, Op, Plain, Rule, Type, row_major_strides};

/// Which pooling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum WindowKind {
    Max,
    Sum,
}

/// A pooling window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Which pooling.
    pub kind: WindowKind,
    /// Cells per spatial axis.
    pub size: Vec<usize>,
    /// Step per spatial axis.
    pub strides: Vec<usize>,
    /// Cells before and after each spatial axis.
    pub padding: Vec<(usize, usize)>,
}

impl Window {
    /// Spatial sizes of the result for spatial sizes of the input.
    pub fn output_sizes(&self, input: &[usize]) -> Result<Vec<usize>, Fault> {
        let lengths = [self.size.len(), self.strides.len(), self.padding.len()];
        if !(1..=3).contains(&input.len()) || lengths != [input.len(); 3] {
            return Err(Fault::new(
                format!(
                    "{} spatial axes, and window, strides, padding of {lengths:?}",
                    input.len()
                ),
                "1, 2 or 3 spatial axes, and one number of each per axis",
                "Use the layer for the input's number of axes: (batch, spatial axes, channels).",
            ));
        }
        (0..input.len())
            .map(|i| self.output_size(i, input[i]))
            .collect()
    }

    fn output_size(&self, axis: usize, input: usize) -> Result<usize, Fault> {
        let (size, stride, (low, high)) = (self.size[axis], self.strides[axis], self.padding[axis]);
        if size == 0 || stride == 0 || low >= size || high >= size {
            return Err(Fault::new(
                format!("window {size}, stride {stride}, padding {low} and {high}"),
                "a window and stride of 1 or more, and less padding than window",
                "Set pool_size and strides to 1 or more.",
            ));
        }
        let padded = input.saturating_add(low).saturating_add(high);
        if padded < size || input == 0 {
            return Err(Fault::new(
                format!("input of {input} steps is shorter than the window's {size}"),
                format!("{size} steps or more"),
                "Choose a smaller pool_size, padding=\"same\", or pool less often.",
            ));
        }
        Ok((padded - size) / stride + 1)
    }

    /// Visits each window: its flat place in the result and the flat places of its cells, in order.
    pub(crate) fn windows(&self, x: &[usize], y: &[usize], mut visit: impl FnMut(usize, &[usize])) {
        let n = x.len() - 2;
        let strides = row_major_strides(x);
        for (flat, index) in indices(y).enumerate() {
            let start = index[0] * strides[0] + index[n + 1];
            let cell = |tap: Vec<usize>| -> Option<usize> {
                let at = |i: usize| {
                    (index[i + 1] * self.strides[i] + tap[i]).checked_sub(self.padding[i].0)
                };
                (0..n).try_fold(start, |sum, i| {
                    at(i)
                        .filter(|&a| a < x[i + 1])
                        .map(|a| sum + a * strides[i + 1])
                })
            };
            let cells: Vec<usize> = indices(&self.size).filter_map(cell).collect();
            visit(flat, &cells);
        }
    }

    /// The cell of each window that wins: the first NaN, or else the first largest.
    pub(crate) fn winner(x: &[f64], cells: &[usize]) -> Option<usize> {
        let better =
            |best: usize, at: usize| !x[best].is_nan() && (x[at] > x[best] || x[at].is_nan());
        cells
            .iter()
            .copied()
            .reduce(|best, at| if better(best, at) { at } else { best })
    }
}

impl Rule for Window {
    fn name(&self) -> &'static str {
        match self.kind {
            WindowKind::Max => "WindowMax",
            WindowKind::Sum => "WindowSum",
        }
    }

    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault> {
        let x = &inputs[0];
        if !(3..=5).contains(&x.rank()) || x.dtype == DType::Bool {
            return Err(Fault::new(
                format!("{x}"),
                "numbers with batch, 1 to 3 spatial axes, channels",
                "Add the missing axis.",
            ));
        }
        let n = x.rank() - 2;
        let (batch, spatial, channels) = (&x.shape[..1], &x.shape[1..=n], &x.shape[n + 1..]);
        let ty = |sizes: &[usize]| Type::new(x.dtype, [batch, sizes, channels].concat());
        let mean = |fault: Fault| {
            if [self.size.len(), self.strides.len(), self.padding.len()] != [n; 3] {
                return fault;
            }
            let likely: Vec<usize> = (0..n)
                .map(|i| self.output_size(i, spatial[i]).unwrap_or(1))
                .collect();
            fault.meaning(ty(&likely))
        };
        self.output_sizes(spatial)
            .map(|sizes| vec![ty(&sizes)])
            .map_err(mean)
    }

    fn grad(&self, cx: &GradContext<'_>) -> Gradient {
        let (x, g) = (&cx.inputs[0], cx.grad(0));
        let window = self.clone();
        let dx = match self.kind {
            WindowKind::Max => x
                .builder()
                .apply(Op::WindowMaxGrad(WindowMaxGrad { window }), &[x, &g]),
            WindowKind::Sum => {
                let input = x.shape()[1..=self.size.len()].to_vec();
                x.builder()
                    .apply(Op::WindowSumGrad(WindowSumGrad { window, input }), &[&g])
            }
        };
        Gradient::Of(dx.into_iter().map(Some).collect())
    }

    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain> {
        let x = inputs[0];
        let shape = self
            .types(types)
            .map(|t| t[0].shape.clone())
            .unwrap_or_default();
        let mut y = Plain::full(&shape, f64::NEG_INFINITY);
        self.windows(&x.shape, &shape, |at, cells| match self.kind {
            WindowKind::Max => {
                y.data[at] =
                    Window::winner(&x.data, cells).map_or(f64::NEG_INFINITY, |i| x.data[i]);
            }
            WindowKind::Sum => y.data[at] = cells.iter().map(|&i| x.data[i]).sum(),
        });
        vec![y]
    }
}
