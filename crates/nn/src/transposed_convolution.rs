//! What the transposed convolutions share: each step of the input spreads the kernel over the output.
//!
//!   x (B, S.., C) -> y (B, S'.., F);  y = act(the gradient of a convolution by its input, at x, + b), W (K.., F, C)
//!
//!   reach = (K - 1) · dilation + 1, p = output_padding (none given: -)
//!   valid  S' = (S - 1) · stride + max(reach, stride), or (S - 1) · stride + reach + p
//!   same   S' = S · stride, or (S - 1) · stride + reach mod 2 + p
//!
//! Dumoulin & Visin 2016. Follows keras/src/layers/convolutional/base_conv_transpose.py and, for what `same` cuts off at
//! each end, keras/src/backend/common/backend_utils.py as the JAX backend uses it.

use regimen_graph::{
    Fault, Op, Type, Var,
    ops::{Conv, ConvInputGrad},
};
use serde_json::{Map, Value as Json};

use crate::{
    Call, OptionValue, Padding, Scope, Value,
    convolution_weights::{Ending, WeightSpec},
    kernel_geometry::{KernelGeometry, Sizes},
    limits::Checks,
};

/// Cells that a transposed convolution adds at the end of each spatial axis: one number or one per axis, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPadding(pub Vec<usize>);

impl OutputPadding {
    /// One number per axis; `None` when the count does not fit.
    fn expand(&self, axes: usize) -> Option<Vec<usize>> {
        match self.0.as_slice() {
            [n] => Some(vec![*n; axes]),
            list => (list.len() == axes).then(|| list.to_vec()),
        }
    }
}

impl OptionValue for OutputPadding {
    const KIND: &'static str = "integer or one per axis, from 0";

    fn read(value: &Json) -> Result<OutputPadding, String> {
        let read = match value {
            Json::Array(_) => Vec::<i64>::read(value),
            one => i64::read(one).map(|n| vec![n]),
        };
        let sizes = |list: Vec<i64>| list.into_iter().map(usize::try_from).collect();
        match read.map(sizes) {
            Ok(Ok(list)) => Ok(OutputPadding(list)),
            _ => Err("expected a whole number, 0 or more, or a list of them".to_string()),
        }
    }

    fn write(&self) -> Json {
        self.0.clone().into()
    }
}

impl From<usize> for OutputPadding {
    fn from(n: usize) -> OutputPadding {
        OutputPadding(vec![n])
    }
}

impl<const N: usize> From<[usize; N]> for OutputPadding {
    fn from(list: [usize; N]) -> OutputPadding {
        OutputPadding(list.to_vec())
    }
}

/// The options of a transposed convolution layer, borrowed.
pub(crate) struct TransposedConvolution<'a> {
    pub geometry: KernelGeometry<'a>,
    pub output_padding: &'a Option<OutputPadding>,
    pub filters: usize,
    pub kernel: WeightSpec<'a>,
    pub ending: Ending<'a>,
}

/// The [`TransposedConvolution`] of a layer with the fields that Keras names.
macro_rules! transposed_convolution {
    ($layer:expr, $class_name:expr, $spatial:expr) => {
        $crate::transposed_convolution::TransposedConvolution {
            geometry: $crate::kernel_geometry::kernel_geometry!($layer, $class_name, $spatial),
            output_padding: &$layer.output_padding,
            filters: $layer.filters,
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
pub(crate) use transposed_convolution;

/// One axis of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Axis {
    size: usize,
    /// Cells that the kernels reach beyond the result, before and after.
    beyond: (usize, usize),
}

/// The result along an axis of `size` steps; `None` where it has none, or too many to count.
fn axis(
    size: usize,
    (reach, stride): (usize, usize),
    padding: Padding,
    extra: Option<usize>,
) -> Option<Axis> {
    // Cells of the result, of which an input of one step would give `first`, and those cut off before it.
    let (first, before) = match (padding, extra) {
        (Padding::Same, None) => (stride, None),
        (Padding::Same, Some(extra)) => (reach % 2 + extra, None),
        (_, None) => (reach.max(stride), Some(0)),
        (_, Some(extra)) => (reach + extra, Some(0)),
    };
    let whole = size.checked_sub(1)?.checked_mul(stride)?;
    let result = whole.checked_add(first)?;
    // `same` keeps the middle, the odd cell before it, and begins with the first step at the latest.
    let kept = (first + reach).saturating_sub(2);
    let before = before.unwrap_or((reach - 1).saturating_sub(kept.div_ceil(2)));
    let end = whole.checked_add(reach)?.saturating_sub(before);
    (result > 0).then_some(Axis {
        size: result,
        beyond: (before, end.saturating_sub(result)),
    })
}

impl TransposedConvolution<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        let geometry = &self.geometry;
        let checks = geometry.not_both(geometry.not_causal(geometry.limits()));
        let checks = checks.at_least_one("filters", self.filters);
        let Some(extra) = self.output_padding else {
            return checks;
        };
        let n = geometry.at.count;
        let strides = geometry.sizes().strides;
        let below = |list: Vec<usize>| list.iter().zip(&strides).all(|(e, s)| e < s);
        let found = format!("{:?}", extra.0);
        let expected = format!("one whole number or {n} of them, each below `strides` {strides:?}");
        let ok = extra.expand(n).is_some_and(below);
        checks.holds(ok, "output_padding", found, &expected)
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, map: Map<String, Json>) -> Map<String, Json> {
        let mut map = self.geometry.config(map);
        let extra = self.output_padding.as_ref();
        if let Some(list) = extra.and_then(|e| e.expand(self.geometry.at.count)) {
            map.insert("output_padding".to_string(), list.into());
        }
        map
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
        let axes: Vec<Option<Axis>> = (0..at.count).map(|i| self.axis(&last, i)).collect();
        let y = match axes.iter().copied().collect::<Option<Vec<Axis>>>() {
            Some(axes) if last.dim(-1) > 0 => self.spread(s, &last, &axes),
            _ => {
                let sizes = axes.iter().map(|a| a.map_or(1, |a| a.size)).collect();
                let shape = [vec![x.dim(0)], sizes, vec![self.filters]].concat();
                let fault = Fault::new(
                    format!("input {}", x.ty()),
                    "steps and channels that give a result of one step or more",
                    "Feed longer inputs, or change `output_padding` or `padding`.",
                );
                s.fault(at.class_name, fault, Type::new(x.dtype(), shape))
            }
        };
        self.ending.output(s, &y, at.data_format)
    }

    fn axis(&self, x: &Var, i: usize) -> Option<Axis> {
        let Sizes { strides, reach, .. } = self.geometry.sizes();
        let extra = self.output_padding.as_ref();
        let extra = extra.map(|e| e.expand(self.geometry.at.count).map_or(0, |e| e[i]));
        let lengths = (reach[i], strides[i]);
        axis(x.dim(i as isize + 1), lengths, self.geometry.padding, extra)
    }

    /// The gradient of the convolution from a value of the result's sizes to `x`.
    fn spread(&self, s: &mut Scope, x: &Var, axes: &[Axis]) -> Var {
        let Sizes {
            kernel,
            strides,
            dilation,
            ..
        } = self.geometry.sizes();
        let shape = [kernel, vec![self.filters, x.dim(-1)]].concat();
        let w = self.kernel.weight(s, "kernel", &shape);
        let op = Op::ConvInputGrad(ConvInputGrad {
            conv: Conv {
                strides,
                dilation,
                padding: axes.iter().map(|a| a.beyond).collect(),
                groups: 1,
            },
            input: axes.iter().map(|a| a.size).collect(),
        });
        let y = s.builder().apply(op, &[&w, x]).swap_remove(0);
        self.ending.with_bias(s, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(padding: Padding, extra: Option<usize>) -> Vec<(usize, (usize, usize))> {
        let lengths = [(3, 2), (2, 3), (4, 2), (1, 1), (5, 1)];
        let axes = lengths.map(|l| axis(4, l, padding, extra).unwrap());
        axes.into_iter().map(|a| (a.size, a.beyond)).collect()
    }

    #[test]
    fn valid_reaches_nowhere_beyond() {
        let found = sizes(Padding::Valid, None);
        assert_eq!(
            found.iter().map(|a| a.0).collect::<Vec<_>>(),
            [9, 12, 10, 4, 8]
        );
        assert!(found.iter().all(|a| a.1 == (0, 0)), "{found:?}");
    }

    #[test]
    fn same_multiplies_the_size() {
        let found = sizes(Padding::Same, None);
        assert_eq!(
            found.iter().map(|a| a.0).collect::<Vec<_>>(),
            [8, 12, 8, 4, 4]
        );
        assert_eq!(found[0].1, (0, 1));
        assert_eq!(found[4].1, (2, 2));
    }

    #[test]
    fn nothing_left_is_no_axis() {
        assert_eq!(axis(1, (2, 1), Padding::Same, Some(0)), None);
        assert_eq!(axis(0, (2, 1), Padding::Valid, None), None);
        assert_eq!(axis(usize::MAX, (2, 3), Padding::Same, None), None);
    }
}
