//! Pooling windows: largest or sum over a sliding window of the spatial axes of (B, S.., C).
//!
//! Padding cells do not take part: they count as -inf for Max and 0 for Sum.

use crate::check::{Case, floats};
use crate::ops::{WindowMaxGrad, WindowSumGrad};
use crate::shape::{TOO_MANY, indices};
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
        let odd = size == 0 || stride == 0 || low >= size || high >= size;
        if odd || size >= TOO_MANY || input >= TOO_MANY {
            return Err(Fault::new(
                format!("window {size}, stride {stride}, padding {low} and {high}"),
                "a window and stride of 1 or more, less padding than window, fewer than 2^48 cells",
                "Set pool_size and strides to 1 or more.",
            ));
        }
        let padded = input + low + high;
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

/// Names, geometry and input shapes that all pooling ops are checked with.
pub(crate) fn geometries(kind: WindowKind) -> Vec<(&'static str, Window, Vec<usize>)> {
    let window = |size: &[usize], strides: &[usize], padding: &[(usize, usize)]| Window {
        kind,
        size: size.to_vec(),
        strides: strides.to_vec(),
        padding: padding.to_vec(),
    };
    vec![
        ("one axis", window(&[2], &[2], &[(0, 0)]), vec![2, 7, 3]),
        (
            "one axis, overlapping, padding",
            window(&[3], &[1], &[(1, 1)]),
            vec![2, 6, 2],
        ),
        (
            "two axes",
            window(&[2, 2], &[2, 2], &[(0, 0); 2]),
            vec![2, 4, 6, 3],
        ),
        (
            "two axes, overlapping",
            window(&[3, 2], &[1, 1], &[(0, 0); 2]),
            vec![1, 5, 4, 2],
        ),
        (
            "two axes, padding",
            window(&[3, 3], &[2, 2], &[(0, 1), (1, 1)]),
            vec![1, 6, 5, 2],
        ),
        (
            "gaps between windows",
            window(&[1, 2], &[2, 3], &[(0, 0); 2]),
            vec![1, 5, 6, 2],
        ),
        (
            "three axes",
            window(&[2, 2, 2], &[2, 1, 2], &[(0, 0), (1, 0), (0, 1)]),
            vec![1, 4, 3, 3, 2],
        ),
        (
            "three axes, overlapping",
            window(&[2, 3, 2], &[1, 2, 1], &[(0, 1), (1, 1), (0, 0)]),
            vec![2, 3, 4, 3, 3],
        ),
        (
            "everything",
            window(&[4, 5], &[4, 5], &[(0, 0); 2]),
            vec![2, 4, 5, 2],
        ),
    ]
}

/// Cases for gradients and engines.
pub fn cases() -> Vec<Case> {
    let case = |(name, window, x): (&str, Window, Vec<usize>)| {
        let name = format!(
            "{}/{name}",
            if window.kind == WindowKind::Max {
                "window_max"
            } else {
                "window_sum"
            }
        );
        Case::many(name, vec![floats(&x)], move |b, v| {
            b.apply(Op::Window(window.clone()), &[&v[0]])
        })
    };
    [WindowKind::Max, WindowKind::Sum]
        .into_iter()
        .flat_map(geometries)
        .map(case)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_geometry_is_a_fault() {
        let op = |size, stride, padding| Window {
            kind: WindowKind::Max,
            size: vec![size],
            strides: vec![stride],
            padding: vec![padding],
        };
        let x = [Type::new(DType::F32, [1, 5, 2])];
        let fault = op(8, 1, (0, 0)).types(&x).unwrap_err();
        assert_eq!(
            fault.found,
            "input of 5 steps is shorter than the window's 8"
        );
        assert_eq!(fault.meant.unwrap()[0].shape, [1, 1, 2]);
        assert!(op(2, 0, (0, 0)).types(&x).is_err());
        assert!(
            op(2, 1, (2, 0)).types(&x).is_err(),
            "a window of padding alone has no largest"
        );
        assert!(
            op(2, 1, (0, 0))
                .types(&[Type::new(DType::F32, [5, 2])])
                .is_err()
        );
    }
}
