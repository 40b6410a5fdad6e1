//! The operations that are read: class, module, options, and what each does.

use regimen_graph::Var;

use super::elementwise::{
    activation, arithmetic, cast, choose, clip, compare, divide, elu, floor_divide, full_like,
    gelu, leaky_relu, logic, matmul, modulo, power, same_type, unary,
};
use super::given::{Given, Made, truth};
use super::indexing::{get_item, take};
use super::joining::{concatenate, split, stack};
use super::reductions::{
    arg, cumsum, logsumexp, norm, normalize, of_floats, of_numbers, of_truths, softmax, variance,
};
use super::shapes::{expand_dims, flip, pad, repeat, reshape, squeeze, swapaxes, tile, transpose};

/// An operation of Keras.
#[derive(Debug)]
pub(super) struct Known {
    pub class: &'static str,
    pub module: &'static str,
    /// Most tensors that it takes.
    pub most: usize,
    pub options: &'static [&'static str],
    pub apply: fn(&Given<'_>) -> Made,
}

const NUMPY: &str = "keras.src.ops.numpy";
const NN: &str = "keras.src.ops.nn";
const MATH: &str = "keras.src.ops.math";
const CORE: &str = "keras.src.ops.core";
const LINALG: &str = "keras.src.ops.linalg";

const fn of(
    module: &'static str,
    class: &'static str,
    most: usize,
    options: &'static [&'static str],
    apply: fn(&Given<'_>) -> Made,
) -> Known {
    Known {
        class,
        module,
        most,
        options,
        apply,
    }
}

const AXIS: &[&str] = &["axis"];
const REDUCED: &[&str] = &["axis", "keepdims"];
const MANY: usize = usize::MAX;

/// By module and kind.
pub(super) const KNOWN: &[Known] = &[
    of(NUMPY, "Add", 2, &[], |g| {
        arithmetic(g, |a, b| a + b, Some(Var::or))
    }),
    of(NUMPY, "Subtract", 2, &[], |g| {
        arithmetic(g, |a, b| a - b, None)
    }),
    of(NUMPY, "Multiply", 2, &[], |g| {
        arithmetic(g, |a, b| a * b, Some(Var::and))
    }),
    of(NUMPY, "Divide", 2, &[], divide),
    of(NUMPY, "TrueDivide", 2, &[], divide),
    of(NUMPY, "FloorDivide", 2, &[], floor_divide),
    of(NUMPY, "Mod", 2, &[], modulo),
    of(NUMPY, "Power", 2, &[], power),
    of(NUMPY, "Maximum", 2, &[], |g| {
        arithmetic(g, Var::maximum, Some(Var::or))
    }),
    of(NUMPY, "Minimum", 2, &[], |g| {
        arithmetic(g, Var::minimum, Some(Var::and))
    }),
    of(NUMPY, "Matmul", 2, &[], matmul),
    of(NUMPY, "Equal", 2, &[], |g| compare(g, Var::eq_to)),
    of(NUMPY, "NotEqual", 2, &[], |g| compare(g, Var::ne_to)),
    of(NUMPY, "Greater", 2, &[], |g| compare(g, Var::gt)),
    of(NUMPY, "GreaterEqual", 2, &[], |g| compare(g, Var::ge)),
    of(NUMPY, "Less", 2, &[], |g| compare(g, Var::lt)),
    of(NUMPY, "LessEqual", 2, &[], |g| compare(g, Var::le)),
    of(NUMPY, "LogicalAnd", 2, &[], |g| logic(g, Var::and)),
    of(NUMPY, "LogicalOr", 2, &[], |g| logic(g, Var::or)),
    of(NUMPY, "LogicalNot", 1, &[], |g| {
        Ok(vec![truth(&g.x()).not()])
    }),
    of(NUMPY, "Where", 3, &[], choose),
    of(NUMPY, "Negative", 1, &[], |g| same_type(g, |x| -x)),
    of(NUMPY, "Absolute", 1, &[], |g| same_type(g, Var::abs)),
    of(NUMPY, "Abs", 1, &[], |g| same_type(g, Var::abs)),
    of(NUMPY, "Square", 1, &[], |g| same_type(g, Var::square)),
    of(NUMPY, "Sign", 1, &[], |g| same_type(g, Var::sign)),
    of(NUMPY, "Exp", 1, &[], |g| unary(g, Var::exp)),
    of(NUMPY, "Expm1", 1, &[], |g| unary(g, Var::expm1)),
    of(NUMPY, "Log", 1, &[], |g| unary(g, Var::log)),
    of(NUMPY, "Log1p", 1, &[], |g| unary(g, Var::log1p)),
    of(NUMPY, "Log2", 1, &[], |g| {
        unary(g, |x| x.log() * std::f64::consts::LOG2_E)
    }),
    of(NUMPY, "Log10", 1, &[], |g| {
        unary(g, |x| x.log() * std::f64::consts::LOG10_E)
    }),
    of(NUMPY, "Sqrt", 1, &[], |g| unary(g, Var::sqrt)),
    of(NUMPY, "Reciprocal", 1, &[], |g| unary(g, Var::recip)),
    of(NUMPY, "Sin", 1, &[], |g| unary(g, Var::sin)),
    of(NUMPY, "Cos", 1, &[], |g| unary(g, Var::cos)),
    of(NUMPY, "Tanh", 1, &[], |g| unary(g, Var::tanh)),
    of(NUMPY, "Floor", 1, &[], |g| unary(g, Var::floor)),
    of(NUMPY, "Ceil", 1, &[], |g| unary(g, Var::ceil)),
    of(NUMPY, "Clip", 1, &["x_min", "x_max"], clip),
    of(NUMPY, "ZerosLike", 1, &["dtype"], |g| full_like(g, 0.0)),
    of(NUMPY, "OnesLike", 1, &["dtype"], |g| full_like(g, 1.0)),
    of(NUMPY, "Mean", 1, REDUCED, |g| of_floats(g, Var::mean)),
    of(NUMPY, "Var", 1, REDUCED, |g| of_floats(g, variance)),
    of(NUMPY, "Std", 1, REDUCED, |g| {
        of_floats(g, |x, axes, keep| variance(x, axes, keep).sqrt())
    }),
    of(NUMPY, "Sum", 1, REDUCED, |g| of_numbers(g, Var::sum)),
    of(NUMPY, "Prod", 1, REDUCED, |g| of_numbers(g, Var::prod)),
    of(NUMPY, "Max", 1, REDUCED, |g| of_numbers(g, Var::max)),
    of(NUMPY, "Min", 1, REDUCED, |g| of_numbers(g, Var::min)),
    of(NUMPY, "Any", 1, REDUCED, |g| of_truths(g, Var::max)),
    of(NUMPY, "All", 1, REDUCED, |g| of_truths(g, Var::min)),
    of(NUMPY, "Argmax", 1, REDUCED, |g| arg(g, true)),
    of(NUMPY, "Argmin", 1, REDUCED, |g| arg(g, false)),
    of(NUMPY, "Cumsum", 1, &["axis", "dtype"], cumsum),
    of(NUMPY, "Reshape", 1, &["newshape"], reshape),
    of(NUMPY, "Transpose", 1, &["axes"], transpose),
    of(NUMPY, "Swapaxes", 1, &["axis1", "axis2"], swapaxes),
    of(NUMPY, "ExpandDims", 1, AXIS, expand_dims),
    of(NUMPY, "Squeeze", 1, AXIS, squeeze),
    of(NUMPY, "Flip", 1, AXIS, flip),
    of(NUMPY, "Repeat", 1, &["repeats", "axis"], repeat),
    of(NUMPY, "Tile", 1, &["repeats"], tile),
    of(NUMPY, "Pad", 1, &["pad_width", "mode"], pad),
    of(NUMPY, "Concatenate", MANY, AXIS, concatenate),
    of(NUMPY, "Stack", MANY, AXIS, stack),
    of(NUMPY, "Split", 1, &["indices_or_sections", "axis"], split),
    of(NUMPY, "GetItem", 1, &[], get_item),
    of(NUMPY, "Take", 2, AXIS, take),
    of(CORE, "Cast", 1, &["dtype"], cast),
    of(CORE, "StopGradient", 1, &[], |g| {
        Ok(vec![g.x().stop_gradient()])
    }),
    of(MATH, "Rsqrt", 1, &[], |g| unary(g, Var::rsqrt)),
    of(MATH, "Erf", 1, &[], |g| unary(g, Var::erf)),
    of(MATH, "Logsumexp", 1, REDUCED, |g| of_floats(g, logsumexp)),
    of(LINALG, "Norm", 1, &["ord", "axis", "keepdims"], norm),
    of(NN, "Relu", 1, &[], |g| same_type(g, Var::relu)),
    of(NN, "Relu6", 1, &[], |g| activation(g, "relu6")),
    of(NN, "Sigmoid", 1, &[], |g| unary(g, Var::sigmoid)),
    of(NN, "LogSigmoid", 1, &[], |g| activation(g, "log_sigmoid")),
    of(NN, "HardSigmoid", 1, &[], |g| activation(g, "hard_sigmoid")),
    of(NN, "Softplus", 1, &[], |g| unary(g, Var::softplus)),
    of(NN, "Softsign", 1, &[], |g| activation(g, "softsign")),
    of(NN, "Silu", 1, &[], |g| activation(g, "silu")),
    of(NN, "HardSilu", 1, &[], |g| activation(g, "hard_silu")),
    of(NN, "Selu", 1, &[], |g| activation(g, "selu")),
    of(NN, "Elu", 1, &["alpha"], elu),
    of(NN, "LeakyRelu", 1, &["negative_slope"], leaky_relu),
    of(NN, "Gelu", 1, &["approximate"], gelu),
    of(NN, "Softmax", 1, AXIS, |g| softmax(g, false)),
    of(NN, "LogSoftmax", 1, AXIS, |g| softmax(g, true)),
    of(NN, "Normalize", 1, &["axis", "order", "epsilon"], normalize),
];
