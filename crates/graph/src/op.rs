//! The closed set of ops. Each op's file holds its shape rule, gradient, oracle and cases.
//!
//! Engines match on [`Op`] without a wildcard, so a new op cannot be forgotten anywhere.

use crate::{Fault, Plain, Type, Var, ops::*};

/// Everything a graph can compute.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // each variant is documented by the struct it holds
pub enum Op {
    Input(Input),
    Constant(Constant),
    Iota(Iota),
    Unary(Unary),
    Binary(Binary),
    Compare(Compare),
    Select(Select),
    Cast(Cast),
    MatMul(MatMul),
    Conv(Conv),
    ConvInputGrad(ConvInputGrad),
    ConvKernelGrad(ConvKernelGrad),
    Window(Window),
    WindowMaxGrad(WindowMaxGrad),
    WindowSumGrad(WindowSumGrad),
    Reduce(Reduce),
    ArgReduce(ArgReduce),
    Reshape(Reshape),
    Transpose(Transpose),
    Broadcast(Broadcast),
    Slice(Slice),
    Pad(Pad),
    Concat(Concat),
    Reverse(Reverse),
    Gather(Gather),
    ScatterAdd(ScatterAdd),
    CumSum(CumSum),
    Sort(Sort),
    Random(Random),
    Scan(Scan),
    Lstm(Lstm),
    LstmGrad(LstmGrad),
    Gru(Gru),
    GruGrad(GruGrad),
    Attention(Attention),
    AttentionGrad(AttentionGrad),
    LayerNorm(LayerNorm),
    LayerNormGrad(LayerNormGrad),
}

/// What differentiation asks of an op.
pub struct GradContext<'a> {
    /// The op's inputs.
    pub inputs: &'a [Var],
    /// The op's outputs.
    pub outputs: &'a [Var],
    /// Gradient of the loss by each output; `None` where the loss does not depend on it.
    pub grads: &'a [Option<Var>],
    /// Which inputs somebody wants a gradient for.
    pub needs: &'a [bool],
}

impl GradContext<'_> {
    /// The gradient by an output, zeros where the loss does not depend on it.
    pub fn grad(&self, out: usize) -> Var {
        match &self.grads[out] {
            Some(g) => g.clone(),
            None => self.outputs[out].zeros_like(),
        }
    }
}

/// An op's answer to differentiation.
pub enum Gradient {
    /// Per input: its gradient, or `None` where it is zero everywhere or not needed.
    Of(Vec<Option<Var>>),
    /// The true gradient is zero wherever it exists (comparisons, rounding).
    Zero,
    /// There is none; training through the op is an error that gives this reason.
    Missing(String),
}

/// What every op states about itself.
pub trait Rule {
    /// Name for messages and profiles.
    fn name(&self) -> &'static str;
    /// Number of outputs.
    fn outputs(&self) -> usize {
        1
    }
    /// Output types from input types.
    fn types(&self, inputs: &[Type]) -> Result<Vec<Type>, Fault>;
    /// Gradients by the inputs, written in ops.
    fn grad(&self, cx: &GradContext<'_>) -> Gradient;
    /// The op by plain f64 loops: the meaning that engines are tested against.
    fn oracle(&self, inputs: &[&Plain], types: &[Type]) -> Vec<Plain>;
}

impl Op {
    /// The rule of this op.
    pub fn rule(&self) -> &dyn Rule {
        match self {
            Op::Input(op) => op,
            Op::Constant(op) => op,
            Op::Iota(op) => op,
            Op::Unary(op) => op,
            Op::Binary(op) => op,
            Op::Compare(op) => op,
            Op::Select(op) => op,
            Op::Cast(op) => op,
            Op::MatMul(op) => op,
            Op::Conv(op) => op,
            Op::ConvInputGrad(op) => op,
            Op::ConvKernelGrad(op) => op,
            Op::Window(op) => op,
            Op::WindowMaxGrad(op) => op,
            Op::WindowSumGrad(op) => op,
            Op::Reduce(op) => op,
            Op::ArgReduce(op) => op,
            Op::Reshape(op) => op,
            Op::Transpose(op) => op,
            Op::Broadcast(op) => op,
            Op::Slice(op) => op,
            Op::Pad(op) => op,
            Op::Concat(op) => op,
            Op::Reverse(op) => op,
            Op::Gather(op) => op,
            Op::ScatterAdd(op) => op,
            Op::CumSum(op) => op,
            Op::Sort(op) => op,
            Op::Random(op) => op,
            Op::Scan(op) => op,
            Op::Lstm(op) => op,
            Op::LstmGrad(op) => op,
            Op::Gru(op) => op,
            Op::GruGrad(op) => op,
            Op::Attention(op) => op,
            Op::AttentionGrad(op) => op,
            Op::LayerNorm(op) => op,
            Op::LayerNormGrad(op) => op,
        }
    }
}
