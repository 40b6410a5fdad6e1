//! Cases: small graphs with inputs, one or more per op, that check gradients and engines.
//!
//! Every op's file lists its own. [`check_gradient`] compares a case's gradient with differences of
//! the oracle; an engine's tests run [`Case::graph_with_grads`] on [`Case::inputs`] and compare with
//! [`crate::evaluate`].

mod differences;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::philox::{philox4x32, uniform};
use crate::{Builder, DType, Graph, InputKind, Plain, Tensor, Type, Var, grad, ops};

pub use differences::{CheckError, check_gradient};

/// Where the elements of an input are drawn from.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// Evenly from low to high.
    Range(f64, f64),
    /// From -2 to 2, but 0.1 or more away from points where the op is not smooth.
    AwayFrom(Vec<f64>),
    /// Whole numbers from 0 to below this.
    Ids(usize),
    /// Truth values.
    Bools,
}

/// One input of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// Type.
    pub ty: Type,
    /// Values.
    pub domain: Domain,
}

/// Floats from -1.5 to 1.5.
pub fn floats(shape: &[usize]) -> Feed {
    within(shape, -1.5, 1.5)
}

/// Floats from low to high.
pub fn within(shape: &[usize], low: f64, high: f64) -> Feed {
    Feed {
        ty: Type::new(DType::F32, shape),
        domain: Domain::Range(low, high),
    }
}

/// Floats away from kinks.
pub fn away(shape: &[usize], kinks: &[f64]) -> Feed {
    Feed {
        ty: Type::new(DType::F32, shape),
        domain: Domain::AwayFrom(kinks.to_vec()),
    }
}

/// int32 from 0 to below n.
pub fn ids(shape: &[usize], n: usize) -> Feed {
    Feed {
        ty: Type::new(DType::I32, shape),
        domain: Domain::Ids(n),
    }
}

/// Truth values.
pub fn bools(shape: &[usize]) -> Feed {
    Feed {
        ty: Type::new(DType::Bool, shape),
        domain: Domain::Bools,
    }
}

type Build = Box<dyn Fn(&Builder, &[Var]) -> Vec<Var>>;

/// A small graph with inputs.
pub struct Case {
    /// Unique, such as `conv/dilated`.
    pub name: String,
    /// Its inputs, named `in0`, `in1` and so on.
    pub feeds: Vec<Feed>,
    /// Float inputs on which no output depends smoothly: their gradient has to be zero.
    pub flat: Vec<usize>,
    /// Whether only values are compared, because the op rounds.
    pub rounds: bool,
    build: Build,
}

impl Case {
    /// A case with several outputs.
    pub fn many(
        name: impl Into<String>,
        feeds: Vec<Feed>,
        build: impl Fn(&Builder, &[Var]) -> Vec<Var> + 'static,
    ) -> Case {
        Case {
            name: name.into(),
            feeds,
            flat: vec![],
            rounds: false,
            build: Box::new(build),
        }
    }

    /// A case with one output.
    pub fn new(
        name: impl Into<String>,
        feeds: Vec<Feed>,
        build: impl Fn(&[Var]) -> Var + 'static,
    ) -> Case {
        Case::many(name, feeds, move |_, x| vec![build(x)])
    }

    /// States that the gradient by these inputs is zero.
    pub fn flat(mut self, inputs: &[usize]) -> Case {
        self.flat = inputs.to_vec();
        self
    }

    /// States that differences say nothing about this case.
    pub fn rounds(mut self) -> Case {
        self.rounds = true;
        self
    }

    /// The graph; its outputs are `out0`, `out1` and so on.
    pub fn graph(&self) -> Graph {
        let builder = Builder::new();
        let outputs = self.write(&builder).1;
        self.finished(&builder, named("out", outputs))
    }

    /// The same with `loss`, a weighted sum of the float outputs, and its gradient by each input `in3` as
    /// `grad3`, where it has one.
    pub fn graph_with_grads(&self) -> Graph {
        let builder = Builder::new();
        let (inputs, outputs) = self.write(&builder);
        let mut results = named("out", outputs.clone());
        if let Some(loss) = self.loss(&builder, &outputs) {
            results.push(("loss".into(), loss.clone()));
            match grad(&loss, &inputs) {
                Ok(grads) => {
                    let found = grads.into_iter().enumerate();
                    results.extend(found.filter_map(|(i, g)| Some((format!("grad{i}"), g?))));
                }
                Err(error) => panic!("case {}: {error}", self.name), // invariant: cases are fixed and tested here
            }
        }
        self.finished(&builder, results)
    }

    /// Inputs by name. The same on every machine; floats are float32 numbers.
    pub fn inputs(&self) -> BTreeMap<String, Tensor> {
        let tensor = |(i, feed): (usize, &Feed)| {
            let values = self.values(i, feed);
            (
                format!("in{i}"),
                Tensor::from_f64(feed.ty.dtype, feed.ty.shape.clone(), &values),
            )
        };
        self.feeds.iter().enumerate().map(tensor).collect()
    }

    /// Inputs for the oracle.
    pub fn plain_inputs(&self) -> BTreeMap<String, Plain> {
        self.inputs()
            .into_iter()
            .map(|(name, tensor)| (name, Plain::of(&tensor)))
            .collect()
    }

    fn write(&self, builder: &Builder) -> (Vec<Var>, Vec<Var>) {
        let feed = |(i, feed): (usize, &Feed)| {
            builder.input(&format!("in{i}"), feed.ty.clone(), InputKind::Feed)
        };
        let inputs: Vec<Var> = self.feeds.iter().enumerate().map(feed).collect();
        let outputs = builder.within(&self.name, || (self.build)(builder, &inputs));
        (inputs, outputs)
    }

    /// Sum over the float outputs of output times fixed weights of either sign.
    fn loss(&self, builder: &Builder, outputs: &[Var]) -> Option<Var> {
        let weigh = |(i, out): (usize, &Var)| {
            let ty = out.ty();
            let draws = self.draws(1000 + i, ty.elements());
            let weights: Vec<f64> = draws.map(|u| if u < 0.5 { u - 1.0 } else { u }).collect();
            (out * builder.constant(Tensor::from_f64(ty.dtype, ty.shape, &weights)))
                .sum_all()
                .cast(DType::F32)
        };
        let floats = outputs
            .iter()
            .enumerate()
            .filter(|(_, out)| out.dtype().is_float());
        floats.map(weigh).reduce(|a, b| a + b)
    }

    fn values(&self, index: usize, feed: &Feed) -> Vec<f64> {
        let value = |u: f64| match &feed.domain {
            Domain::Range(low, high) => f64::from((low + u * (high - low)) as f32),
            Domain::AwayFrom(kinks) => {
                let x = 4.0 * u - 2.0;
                let near = kinks.iter().find(|&&kink| (x - kink).abs() < 0.1);
                f64::from(near.map_or(x, |kink| kink + 0.1 + (x - kink).abs()) as f32)
            }
            Domain::Ids(n) => (u * *n as f64).floor(),
            Domain::Bools => f64::from(u < 0.5),
        };
        self.draws(index, feed.ty.elements()).map(value).collect()
    }

    /// Numbers in [0, 1) that depend on the case's name and `stream` alone.
    fn draws(&self, stream: usize, n: usize) -> impl Iterator<Item = f64> {
        let hash = |h: u32, byte: u8| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let key = [self.name.bytes().fold(0x811c_9dc5, hash), stream as u32];
        (0..n).map(move |i| uniform(philox4x32([i as u32, 0, 0, 0], key)[0]))
    }

    fn finished(&self, builder: &Builder, outputs: Vec<(String, Var)>) -> Graph {
        let outputs: Vec<(&str, Var)> = outputs
            .iter()
            .map(|(name, v)| (name.as_str(), v.clone()))
            .collect();
        match builder.finish(&outputs, &[]) {
            Ok(graph) => graph,
            Err(faults) => panic!("case {}: {faults}", self.name), // invariant: cases are fixed and tested here
        }
    }
}

fn named(stem: &str, values: Vec<Var>) -> Vec<(String, Var)> {
    values
        .into_iter()
        .enumerate()
        .map(|(i, v)| (format!("{stem}{i}"), v))
        .collect()
}

/// The cases of every op.
pub fn all_cases() -> Vec<Case> {
    let lists = [
        ops::input::cases(),
        ops::constant::cases(),
        ops::iota::cases(),
        ops::unary::cases(),
        ops::binary::cases(),
        ops::compare::cases(),
        ops::select::cases(),
        ops::cast::cases(),
        ops::matmul::cases(),
        ops::conv::cases(),
        ops::conv_input_grad::cases(),
        ops::conv_kernel_grad::cases(),
        ops::window::cases(),
        ops::window_max_grad::cases(),
        ops::window_sum_grad::cases(),
        ops::reduce::cases(),
        ops::arg_reduce::cases(),
        ops::reshape::cases(),
        ops::transpose::cases(),
        ops::broadcast::cases(),
        ops::slice::cases(),
        ops::pad::cases(),
        ops::concat::cases(),
        ops::reverse::cases(),
        ops::gather::cases(),
        ops::scatter_add::cases(),
        ops::cumsum::cases(),
        ops::sort::cases(),
        ops::random::cases(),
        ops::scan::cases(),
        ops::lstm::cases(),
        ops::lstm_grad::cases(),
        ops::gru::cases(),
        ops::gru_grad::cases(),
        ops::attention::cases(),
        ops::attention_grad::cases(),
        ops::layer_norm::cases(),
        ops::layer_norm_grad::cases(),
    ];
    lists.into_iter().flatten().collect()
}
