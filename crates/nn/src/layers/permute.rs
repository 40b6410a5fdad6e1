//! Permute: the axes of each row in another order.
//!
//!   x (B, d1, ..., dn) -> y (B, d_dims[0], ..., d_dims[n-1])
//!
//! Follows keras/src/layers/reshaping/permute.py.

use regimen_graph::{Fault, Type};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Permute",
    aliases: &[],
    about: "the axes of each row in another order",
    options: Permute::options,
    read: limits::read::<Permute>,
};

keras_config! {
    /// Puts the axes of each row of the batch in another order. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::Permute;
    /// assert_eq!(Permute::new([2usize, 1]).dims, [2, 1]);
    /// ```
    pub struct Permute(
        /// Axes of the input in the output's order, counted from 1; the batch stays.
        dims: Vec<usize>,
    ) {}
}

impl Permute {
    /// Whether each axis from 1 to the last stands once.
    fn is_order(&self) -> bool {
        let mut sorted = self.dims.clone();
        sorted.sort_unstable();
        sorted.into_iter().eq(1..=self.dims.len())
    }
}

impl Limits for Permute {
    fn limits(&self) -> Checks {
        let found = format!("{:?}", self.dims);
        let n = self.dims.len();
        let expected = format!("each of 1 to {n} once: the axes after the batch in another order");
        Checks::new().holds(self.is_order(), "dims", found, &expected)
    }
}

impl Layer for Permute {
    fn class_name(&self) -> &'static str {
        "Permute"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &call.inputs[0].x;
        if x.rank() != self.dims.len() + 1 || !self.is_order() {
            let meant = self.dims.iter().map(|&d| x.dim(d.min(x.rank()) as isize));
            let meant = Type::new(x.dtype(), [vec![x.dim(0)], meant.collect()].concat());
            if !self.is_order() || x.is_broken() {
                return vec![s.builder().placeholder(meant).into()];
            }
            let fault = Fault::new(
                format!("input {} of {} axes", x.ty(), x.rank()),
                format!(
                    "{} axes, the batch and the {} of `dims`",
                    self.dims.len() + 1,
                    self.dims.len()
                ),
                "Name in `dims` every axis after the batch, counted from 1.",
            );
            return vec![s.fault("Permute", fault, meant).into()];
        }
        vec![x.transpose(&[&[0], self.dims.as_slice()].concat()).into()]
    }
}
