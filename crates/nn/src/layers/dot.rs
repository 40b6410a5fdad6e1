//! Dot: the scalar products of two inputs along an axis of each.
//!
//!   x1 (B, ..., D, ...), x2 (B, ..., D, ...) -> y (B, rest of x1, rest of x2);  (B, 1) where nothing is left
//!
//! With `normalize` the inputs are divided by their length along the axis first: cosines.
//! Follows keras/src/layers/merging/dot.py.

use regimen_graph::{Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Scope, Value,
    einsum::einsum,
    keras_config,
    limits::{self, Checks, Limits},
    merging,
    normalization::unit_length,
    option_kinds::resolve_axis,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Dot",
    aliases: &[],
    about: "scalar products of two inputs along an axis of each",
    options: Dot::options,
    read: limits::read::<Dot>,
};

keras_config! {
    /// Scalar products of two inputs. Passes no mask on.
    ///
    /// ```
    /// use regimen_nn::layers::Dot;
    /// let cosine = Dot::new(-1i64).normalize(true);
    /// let scores = Dot::new((2i64, 1i64));
    /// assert!(cosine.normalize && !scores.normalize);
    /// ```
    pub struct Dot(
        /// The axis to multiply along: one for both inputs, or one each. Never the batch, 0.
        axes: DotAxes,
    ) {
        /// Whether both inputs get length 1 along their axis before.
        normalize: bool = false,
    }
}

/// One axis for both inputs, or one for each; negative ones count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DotAxes {
    /// The same axis of both.
    Both(i64),
    /// An axis of the first and one of the second.
    Each(i64, i64),
}

impl From<i64> for DotAxes {
    fn from(axis: i64) -> DotAxes {
        DotAxes::Both(axis)
    }
}

impl From<(i64, i64)> for DotAxes {
    fn from((first, second): (i64, i64)) -> DotAxes {
        DotAxes::Each(first, second)
    }
}

impl OptionValue for DotAxes {
    const KIND: &'static str = "integer or two integers";

    fn read(value: &Json) -> Result<DotAxes, String> {
        let expected = |_| "expected a whole number or two of them".to_string();
        match value {
            Json::Array(_) => match Vec::<i64>::read(value).map_err(expected)?[..] {
                [first, second] => Ok(DotAxes::Each(first, second)),
                _ => Err("expected two axes, one of each input".to_string()),
            },
            one => i64::read(one).map(DotAxes::Both).map_err(expected),
        }
    }

    fn write(&self) -> Json {
        match self {
            DotAxes::Both(axis) => (*axis).into(),
            DotAxes::Each(first, second) => vec![*first, *second].into(),
        }
    }
}

impl DotAxes {
    fn pair(self) -> (i64, i64) {
        match self {
            DotAxes::Both(axis) => (axis, axis),
            DotAxes::Each(first, second) => (first, second),
        }
    }
}

impl Limits for Dot {
    fn limits(&self) -> Checks {
        let (first, second) = self.axes.pair();
        let inner = first != 0 && second != 0;
        let expected = "axes other than the batch, 0";
        Checks::new().holds(inner, "axes", self.axes.write(), expected)
    }
}

impl Dot {
    /// The axes from the front, or what is wrong with the inputs.
    fn check(&self, a: &Var, b: &Var) -> Result<(usize, usize), Fault> {
        let (first, second) = self.axes.pair();
        let found = || {
            let shapes = merging::list(&[a.shape(), b.shape()]);
            format!("inputs of shapes {shapes}, axes {first} and {second}")
        };
        if !a.dtype().is_float() || a.dtype() != b.dtype() {
            let found = format!("inputs {} and {}", a.ty(), b.ty());
            return Err(Fault::new(
                found,
                "two float inputs",
                crate::input_spec::TOKENS,
            ));
        }
        let axis = |axis, x: &Var| resolve_axis(axis, x.rank()).filter(|&i| i > 0);
        let (Some(i), Some(j)) = (axis(first, a), axis(second, b)) else {
            let mend = "Choose `axes` that the inputs have, without the batch.";
            return Err(Fault::new(
                found(),
                "an axis of each input behind the batch",
                mend,
            ));
        };
        if a.dim(i as isize) != b.dim(j as isize) || a.dim(0) != b.dim(0) {
            let mend = "Choose other `axes`, or bring the sizes together before, for instance by a Dense layer.";
            return Err(Fault::new(
                found(),
                "equal sizes along the axes, and one batch size",
                mend,
            ));
        }
        Ok((i, j))
    }

    /// Sizes of the result.
    fn sizes(&self, a: &Var, b: &Var) -> Vec<usize> {
        let (first, second) = self.axes.pair();
        let rest = |x: &Var, axis| {
            let mut shape = x.shape();
            if let Some(at) = resolve_axis(axis, x.rank()) {
                shape.remove(at);
            }
            shape
        };
        let behind = rest(b, second).get(1..).unwrap_or_default().to_vec();
        let mut shape = [rest(a, first), behind].concat();
        if shape.len() == 1 {
            shape.push(1);
        }
        shape
    }

    fn product(&self, a: &Var, b: &Var, (i, j): (usize, usize)) -> Var {
        let unit = |x: &Var, axis: usize| match self.normalize {
            true => unit_length(x, &[axis as isize], 1e-7),
            false => x.clone(),
        };
        // Numbers of axes as letters: those of the second behind those of the first, but for batch and the shared one.
        let letter = |n: usize| char::from_u32(n as u32).unwrap_or_default();
        let first: Vec<char> = (0..a.rank()).map(letter).collect();
        let second: Vec<char> = (0..b.rank())
            .map(|n| match n {
                0 => letter(0),
                n if n == j => letter(i),
                n => letter(a.rank() + n),
            })
            .collect();
        let all = first.iter().chain(second.iter().skip(1));
        let out: Vec<char> = all.copied().filter(|&c| c != letter(i)).collect();
        einsum(&unit(a, i), &first, &unit(b, j), &second, &out)
    }
}

impl Layer for Dot {
    fn class_name(&self) -> &'static str {
        "Dot"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (2, 2)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let [a, b] = [&call.inputs[0].x, &call.inputs[1].x];
        if a.is_broken() || b.is_broken() {
            return vec![a.clone().into()];
        }
        let sizes = self.sizes(a, b);
        match self.check(a, b) {
            Ok(axes) => vec![self.product(a, b, axes).reshape(&sizes).into()],
            Err(fault) => {
                let meant = Type::new(regimen_graph::DType::F32, sizes);
                vec![s.fault("Dot", fault, meant).into()]
            }
        }
    }
}
