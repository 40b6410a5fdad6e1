//! Concatenate: its inputs joined along an axis.
//!
//!   [x1 (B, ..., n1, ...), x2 (B, ..., n2, ...), ...] -> (B, ..., n1 + n2 + ..., ...)
//!
//! Follows keras/src/layers/merging/concatenate.py.

use regimen_graph::{Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging,
    option_kinds::resolve_axis,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Concatenate",
    aliases: &[],
    about: "its inputs joined along an axis",
    options: Concatenate::options,
    read: |o| Concatenate::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Joins its inputs along an axis. All other sizes have to be equal.
    ///
    /// ```
    /// use regimen_nn::layers::Concatenate;
    /// assert_eq!(Concatenate::new().axis, -1);
    /// ```
    pub struct Concatenate() {
        /// The axis, negative from the end. Default the last.
        axis: i64 = -1,
    }
}

impl Concatenate {
    /// The axis, or what is wrong with the inputs.
    fn check(&self, inputs: &[Value]) -> Result<usize, Fault> {
        let shapes: Vec<Vec<usize>> = inputs.iter().map(|v| v.x.shape()).collect();
        let first = &shapes[0];
        let found = format!("inputs of shapes {}", merging::list(&shapes));
        let Some(axis) = resolve_axis(self.axis, first.len()) else {
            let expected = format!("an axis {} in each", self.axis);
            return Err(Fault::new(
                found,
                expected,
                "Choose an `axis` that the inputs have.",
            ));
        };
        let others = |shape: &Vec<usize>| {
            let mut shape = shape.clone();
            if axis < shape.len() {
                shape.remove(axis);
            }
            shape
        };
        let same =
            |shape: &Vec<usize>| shape.len() == first.len() && others(shape) == others(first);
        if !shapes.iter().all(same) {
            let expected = format!("equal sizes but for axis {axis}");
            let mend = "Choose another `axis`, or bring the other sizes together before (Dense, Reshape, padding).";
            return Err(Fault::new(found, expected, mend));
        }
        if inputs.iter().any(|v| v.x.dtype() != inputs[0].x.dtype()) {
            let types: Vec<&str> = inputs.iter().map(|v| v.x.dtype().name()).collect();
            let found = format!("inputs of types {}", types.join(", "));
            return Err(Fault::new(
                found,
                "one type",
                "Bring them to one type before.",
            ));
        }
        Ok(axis)
    }

    /// The inputs' shape with their sizes along the axis added up.
    fn meant(&self, inputs: &[Value]) -> Type {
        let mut ty = inputs[0].x.ty();
        let size =
            |v: &Value| resolve_axis(self.axis, v.x.rank()).map_or(0, |a| v.x.dim(a as isize));
        if let Some(axis) = resolve_axis(self.axis, ty.rank()) {
            ty.shape[axis] = inputs.iter().map(size).fold(0, usize::saturating_add);
        }
        ty
    }

    /// Keras: an unmasked input counts as open everywhere; a step is open where any of its features is.
    fn mask(inputs: &[Value], axis: usize) -> Option<Var> {
        inputs.iter().find(|v| v.mask.is_some())?;
        let steps = |v: &Value| v.x.shape()[..v.x.rank() - 1].to_vec();
        let open = |v: &Value| match &v.mask {
            Some(mask) => merging::mask_of_shape(mask, &steps(v)),
            None => merging::all_open(v.x.builder(), &steps(v)),
        };
        let masks: Vec<Var> = inputs.iter().map(open).collect();
        if axis + 1 == inputs[0].x.rank() {
            return masks.into_iter().reduce(|a, b| a.or(&b));
        }
        Some(Var::concat(
            &masks.iter().collect::<Vec<_>>(),
            axis as isize,
        ))
    }
}

impl Layer for Concatenate {
    fn class_name(&self) -> &'static str {
        "Concatenate"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let inputs = &call.inputs;
        if inputs.iter().any(|v| v.x.is_broken()) {
            return vec![inputs[0].x.clone().into()];
        }
        match self.check(inputs) {
            Ok(axis) => {
                let values: Vec<&Var> = inputs.iter().map(|v| &v.x).collect();
                let x = Var::concat(&values, axis as isize);
                vec![Value {
                    x,
                    mask: Concatenate::mask(inputs, axis),
                }]
            }
            Err(fault) => vec![s.fault("Concatenate", fault, self.meant(inputs)).into()],
        }
    }
}
