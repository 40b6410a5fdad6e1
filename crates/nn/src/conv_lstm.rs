//! What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share: an LSTM whose products are convolutions.
//!
//!   x (B, T, S.., C) -> h (B, S'.., F), or (B, T, S'.., F) with return_sequences
//!   i, f, o = sigmoid, g = tanh of x_t * W + b + h_{t-1} * R, gates in the order i, f, g, o
//!   c_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  W (K.., C, 4F), R (K.., F, 4F), b (4F)
//!
//! R keeps the size ("same", strides and dilation 1). Dropout chooses per gate, and every cell of the picture on its own.
//! Shi et al. 2015. Follows keras/src/layers/rnn/conv_lstm.py.

use regimen_graph::{Fault, Op, Var, ops::Conv};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Cell, DataFormat, Padding, Parts, Scope, Value, WeightOptions,
    activations::Activation,
    config::PerAxis,
    constraints::Constraint,
    dense_cell::{Dropping, dropped, gate_of},
    initializers::Initializer,
    limits::Checks,
    lstm_recurrence::{first_bias, gated},
    recurrent::Recurrent,
    regularizers::Regularizer,
    spatial::{per_axis, per_axis_limits, write_per_axis},
};

mod layer;
pub(crate) use layer::conv_lstm;

/// The options of the layer, borrowed, as its cell.
#[derive(Debug)]
pub(crate) struct ConvLstm<'a> {
    pub class_name: &'static str,
    pub spatial: usize,
    pub filters: usize,
    pub kernel_size: &'a PerAxis,
    pub strides: &'a PerAxis,
    pub padding: Padding,
    pub data_format: DataFormat,
    pub dilation_rate: &'a PerAxis,
    pub activation: &'a Activation,
    pub recurrent_activation: &'a Activation,
    pub use_bias: bool,
    pub kernel_initializer: &'a Initializer,
    pub recurrent_initializer: &'a Initializer,
    pub bias_initializer: &'a Initializer,
    pub unit_forget_bias: bool,
    pub kernel_regularizer: &'a Option<Regularizer>,
    pub recurrent_regularizer: &'a Option<Regularizer>,
    pub bias_regularizer: &'a Option<Regularizer>,
    pub kernel_constraint: &'a Option<Constraint>,
    pub recurrent_constraint: &'a Option<Constraint>,
    pub bias_constraint: &'a Option<Constraint>,
    pub dropout: Dropping,
    pub recurrent_dropout: Dropping,
}

/// Keras moves these along the last axis, whatever it means.
const ALONG_THE_LAST_AXIS: [&str; 4] = ["softmax", "log_softmax", "sparsemax", "glu"];

impl ConvLstm<'_> {
    /// Limits of the options.
    pub fn limits(&self) -> Checks {
        let n = self.spatial;
        let checks = Checks::new()
            .at_least_one("filters", self.filters)
            .fraction("dropout", self.dropout.rate)
            .fraction("recurrent_dropout", self.recurrent_dropout.rate);
        let checks = per_axis_limits(checks, "kernel_size", self.kernel_size, n);
        let checks = per_axis_limits(checks, "strides", self.strides, n);
        let checks = per_axis_limits(checks, "dilation_rate", self.dilation_rate, n);
        let beyond_one = |list: &PerAxis| list.0.iter().any(|&v| v > 1);
        let both = beyond_one(self.strides) && beyond_one(self.dilation_rate);
        let rates = format!("{:?}", self.dilation_rate.0);
        let causal = self.padding == Padding::Causal;
        checks
            .holds(!both, "dilation_rate", rates, "1 where strides are above 1")
            .holds(!causal, "padding", "causal", "`valid` or `same`")
    }

    /// Keras's config from the layer's own.
    pub fn config(&self, mut map: Map<String, Json>) -> Map<String, Json> {
        write_per_axis(&mut map, "kernel_size", self.kernel_size, self.spatial);
        write_per_axis(&mut map, "strides", self.strides, self.spatial);
        write_per_axis(&mut map, "dilation_rate", self.dilation_rate, self.spatial);
        map
    }

    /// Writes the layer: with the channels at the end inside, in the layer's own order outside.
    pub fn forward(&self, s: &mut Scope, call: &Call, layer: &Recurrent<'_>) -> Vec<Value> {
        let mut call = call.clone();
        let sequence = call.inputs[0].x.rank() == self.spatial + 3;
        if sequence && self.data_format == DataFormat::ChannelsFirst {
            call.inputs[0].x = self.moved(&call.inputs[0].x, DataFormat::to_last);
        }
        for state in call.inputs.iter_mut().skip(1) {
            state.x = self.data_format.to_last(&state.x);
        }
        for (_, state) in &mut call.tensors {
            state.x = self.data_format.to_last(&state.x);
        }
        let x = call.inputs[0].x.clone();
        let values = match self.check(&x).filter(|_| sequence) {
            Some(fault) => {
                s.builder().fault(self.class_name, fault);
                layer.meant(s, &x)
            }
            None => layer.forward(s, &call),
        };
        let restored = |v: Value| Value {
            x: match v.x.rank() == self.spatial + 3 {
                true => self.moved(&v.x, DataFormat::restored),
                false => self.data_format.restored(&v.x),
            },
            mask: v.mask,
        };
        values.into_iter().map(restored).collect()
    }

    /// A sequence (B, T, ...) whose steps are moved.
    fn moved(&self, x: &Var, order: impl Fn(DataFormat, &Var) -> Var) -> Var {
        if self.data_format == DataFormat::ChannelsLast {
            return x.clone();
        }
        let shape = x.shape();
        let steps = x.reshape(&[&[shape[0] * shape[1]], &shape[2..]].concat());
        let steps = order(self.data_format, &steps);
        steps.reshape(&[&shape[..2], &steps.shape()[1..]].concat())
    }

    /// What is wrong with the sizes of a sequence (B, T, S.., C).
    fn check(&self, x: &Var) -> Option<Fault> {
        let shape = x.shape();
        let sizes = shape.get(2..shape.len().saturating_sub(1))?;
        let geometry = self.geometry();
        for (i, &size) in sizes.iter().enumerate().take(self.spatial) {
            let (reach, stride) = (geometry.reach[i], geometry.strides[i]);
            if self.padding.output_size(size, reach, stride).is_none() {
                return Some(Fault::new(
                    format!("input {}: {size} cells along spatial axis {i}", x.ty()),
                    format!("at least the {reach} that the kernel covers"),
                    "Use a smaller `kernel_size`, padding=\"same\", or larger inputs.",
                ));
            }
        }
        let channels = shape.last().copied().unwrap_or(0);
        (channels == 0).then(|| {
            let mend = "Give the input a channel axis.";
            Fault::new(
                format!("input {} without channels", x.ty()),
                "channels",
                mend,
            )
        })
    }

    fn geometry(&self) -> Geometry {
        let [kernel, strides, dilation] =
            [self.kernel_size, self.strides, self.dilation_rate].map(|l| per_axis(l, self.spatial));
        let reach = kernel
            .iter()
            .zip(&dilation)
            .map(|(k, d)| (k - 1).saturating_mul(*d).saturating_add(1))
            .collect();
        Geometry {
            kernel,
            strides,
            dilation,
            reach,
        }
    }

    /// x (N, S.., C) with a kernel of some of the gates.
    fn input_conv(&self, x: &Var, kernel: &Var) -> Var {
        let Geometry {
            strides,
            dilation,
            reach,
            ..
        } = self.geometry();
        let pad = |i: usize| {
            self.padding
                .cells(x.dim(i as isize + 1), reach[i], strides[i])
        };
        let padding = (0..self.spatial).map(pad).collect();
        conv(x, kernel, strides, dilation, padding)
    }

    /// h (B, S'.., F) with a kernel of some of the gates; the size stays.
    fn recurrent_conv(&self, h: &Var, kernel: &Var) -> Var {
        let pad = |i: usize| Padding::Same.cells(h.dim(i as isize + 1), kernel.dim(i as isize), 1);
        let padding = (0..self.spatial).map(pad).collect();
        conv(
            h,
            kernel,
            vec![1; self.spatial],
            vec![1; self.spatial],
            padding,
        )
    }

    /// Activations along an axis see the order of axes that the layer has.
    fn activated(&self, s: &Scope, activation: &Activation, x: &Var) -> Var {
        if !ALONG_THE_LAST_AXIS.contains(&activation.name()) {
            return activation.apply(s, x);
        }
        let y = activation.apply(s, &self.data_format.restored(x));
        self.data_format.to_last(&y)
    }
}

/// Numbers per spatial axis.
struct Geometry {
    kernel: Vec<usize>,
    strides: Vec<usize>,
    dilation: Vec<usize>,
    /// Cells that the dilated kernel covers.
    reach: Vec<usize>,
}

fn conv(
    x: &Var,
    kernel: &Var,
    strides: Vec<usize>,
    dilation: Vec<usize>,
    padding: Vec<(usize, usize)>,
) -> Var {
    let op = Op::Conv(Conv {
        strides,
        dilation,
        padding,
        groups: 1,
    });
    x.builder().apply(op, &[x, kernel]).swap_remove(0)
}

impl Cell for ConvLstm<'_> {
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>> {
        let Geometry { strides, reach, .. } = self.geometry();
        let mut shape = vec![entry[0]];
        for (i, &size) in entry[1..entry.len() - 1].iter().enumerate() {
            let size = self.padding.output_size(size, reach[i], strides[i]);
            shape.push(size.unwrap_or(1));
        }
        shape.push(self.filters);
        vec![shape; 2]
    }

    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts {
        let columns = self.filters.saturating_mul(4);
        let size = self.geometry().kernel;
        let shape = |channels: usize| [&size[..], &[channels, columns]].concat();
        let options = WeightOptions::of(self.kernel_regularizer, self.kernel_constraint);
        let channels = entry[entry.len() - 1];
        let kernel = s.weight("kernel", &shape(channels), self.kernel_initializer, options);
        let options = WeightOptions::of(self.recurrent_regularizer, self.recurrent_constraint);
        let recurrent_kernel = s.weight(
            "recurrent_kernel",
            &shape(self.filters),
            self.recurrent_initializer,
            options,
        );
        let bias = self.use_bias.then(|| {
            let options = WeightOptions::of(self.bias_regularizer, self.bias_constraint);
            let initializer = first_bias(self.bias_initializer, self.unit_forget_bias);
            s.weight("bias", &[columns], &initializer, options)
        });
        let input = [&entry[..1], &[1], &entry[1..]].concat();
        let state = self.state_shapes(entry).swap_remove(0);
        Parts {
            kernel: Some(kernel),
            recurrent_kernel: Some(recurrent_kernel),
            bias,
            input_factors: self.dropout.factors(s, &input, false),
            state_factors: self.recurrent_dropout.factors(s, &state, false),
            ..Parts::default()
        }
    }

    fn projected(&self, x: &Var, parts: &Parts) -> Var {
        let Some(kernel) = &parts.kernel else {
            return x.clone();
        };
        let shape = x.shape();
        let rows = |x: &Var| x.reshape(&[&[shape[0] * shape[1]], &shape[2..]].concat());
        let z = match &parts.input_factors {
            None => self.input_conv(&rows(x), kernel),
            Some(factors) => {
                let gate = |g: usize| {
                    let kept = x * factors.slice(0, g, g + 1).squeeze(0);
                    self.input_conv(&rows(&kept), &gate_of(kernel, g, self.filters))
                };
                let gates = [0, 1, 2, 3].map(gate);
                Var::concat(&gates.iter().collect::<Vec<_>>(), -1)
            }
        };
        let z = match &parts.bias {
            Some(bias) => z + bias,
            None => z,
        };
        z.reshape(&[&shape[..2], &z.shape()[1..]].concat())
    }

    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var> {
        let (h, f) = (&states[0], self.filters);
        let Some(kernel) = &parts.recurrent_kernel else {
            return states.to_vec();
        };
        let sums = match &parts.state_factors {
            None => {
                let all = z + self.recurrent_conv(h, kernel);
                [0, 1, 2, 3].map(|g| gate_of(&all, g, f))
            }
            Some(_) => [0, 1, 2, 3].map(|g| {
                let share = self.recurrent_conv(&dropped(h, parts, g), &gate_of(kernel, g, f));
                gate_of(z, g, f) + share
            }),
        };
        let act = |x: &Var| self.activated(s, self.activation, x);
        gated(sums, &states[1], act, |x| {
            self.activated(s, self.recurrent_activation, x)
        })
    }
}
