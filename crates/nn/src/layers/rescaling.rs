//! Rescaling: another scale and zero for all numbers, such as pixels 0 to 255 made 0 to 1, or a last
//! layer that speaks in the units of the labels.
//!
//!   x (B, ...) -> x · scale + offset (B, ...)
//!
//! Scale and offset are one number each, or one for each place of the last axes, such as for each channel.
//!
//! Follows keras/src/layers/preprocessing/rescaling.py.

use regimen_graph::{DType, Fault, Tensor, Var};
use serde_json::{Map, Value as Json};

use crate::layers::Numbers;
use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Rescaling",
    aliases: &[],
    about: "multiplies by a scale and adds an offset",
    options: Rescaling::options,
    read: limits::read::<Rescaling>,
};

keras_config! {
    /// Multiplies by `scale` and adds `offset`, in training and after; integers become floats. Passes the
    /// mask on.
    ///
    /// ```
    /// use regimen_nn::layers::Rescaling;
    /// assert_eq!(Rescaling::new(1.0 / 255.0).offset, 0.0.into());
    /// let channels = Rescaling::new(vec![2.0, 3.0]).offset(vec![0.0, 1.0]);
    /// assert_eq!(channels.scale.shape, [2]);
    /// ```
    pub struct Rescaling(
        /// Factor of all numbers, or one for each place of the last axis.
        scale: Numbers,
    ) {
        /// Added after, likewise.
        offset: Numbers = 0.0.into(),
    }
}

impl Limits for Rescaling {
    fn limits(&self) -> Checks {
        let all = [("scale", &self.scale), ("offset", &self.offset)];
        let each = all.into_iter().flat_map(|(name, numbers)| {
            let numbers = numbers.data.iter();
            numbers.map(move |number| (name, *number))
        });
        each.fold(Checks::new(), |checks, (name, number)| {
            checks.finite(name, number)
        })
    }
}

impl Rescaling {
    /// Numbers as a constant that goes with the last axes of `x`; none where they do not fit.
    fn constant(x: &Var, numbers: &Numbers) -> Option<Var> {
        let shape = x.shape();
        let behind = shape.len().checked_sub(numbers.shape.len())?;
        let fits = |(own, size): (&usize, &usize)| own == size || *own == 1;
        if !numbers.shape.iter().zip(&shape[behind..]).all(fits) {
            return None;
        }
        let layout = [vec![1; behind], numbers.shape.clone()].concat();
        let tensor = Tensor::from_f64(DType::F32, layout, &numbers.data);
        Some(x.builder().constant(tensor))
    }
}

impl Layer for Rescaling {
    fn class_name(&self) -> &'static str {
        "Rescaling"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        let x = match x.dtype() {
            DType::I32 => x.cast(DType::F32),
            _ => x,
        };
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let x = match (self.scale.data.as_slice(), self.offset.data.as_slice()) {
            ([scale], [offset]) => x * *scale + *offset,
            _ => {
                let both = Rescaling::constant(&x, &self.scale);
                let Some((scale, offset)) = both.zip(Rescaling::constant(&x, &self.offset)) else {
                    let fault = Fault::new(
                        format!(
                            "input {}, scale of shape {:?}, offset of shape {:?}",
                            x.ty(),
                            self.scale.shape,
                            self.offset.shape
                        ),
                        "one number, or one for each place of the last axes",
                        "Change `scale` and `offset`.",
                    );
                    return vec![s.fault("Rescaling", fault, x.ty()).into()];
                };
                x * scale + offset
            }
        };
        vec![Value { x, mask }]
    }
}
