//! Reshape: the same elements in another shape, row by row of the batch.
//!
//!   x (B, ...) -> y (B, target...); one -1 in the target stands for what is left
//!
//! Follows keras/src/layers/reshaping/reshape.py.

use regimen_graph::{Fault, Type, elements};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Reshape",
    aliases: &[],
    about: "the same elements in another shape",
    options: Reshape::options,
    read: limits::read::<Reshape>,
};

keras_config! {
    /// Gives each row of the batch another shape. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::Reshape;
    /// assert_eq!(Reshape::new([-1, 4]).target_shape, [-1, 4]);
    /// ```
    pub struct Reshape(
        /// Sizes without the batch; one may be -1.
        target_shape: Vec<i64>,
    ) {}
}

impl Limits for Reshape {
    fn limits(&self) -> Checks {
        let unknown = self.target_shape.iter().filter(|&&n| n == -1).count();
        let fine = unknown <= 1 && self.target_shape.iter().all(|&n| n >= -1);
        let found = format!("{:?}", self.target_shape);
        Checks::new().holds(fine, "target_shape", found, "sizes, and at most one -1")
    }
}

impl Reshape {
    /// The target for rows of `features` elements, and whether it has as many.
    fn target(&self, features: usize) -> (Vec<usize>, bool) {
        let known = self
            .target_shape
            .iter()
            .filter_map(|&n| usize::try_from(n).ok());
        let known = elements(&known.collect::<Vec<_>>());
        let rest = features.checked_div(known).unwrap_or(0);
        let sizes = self
            .target_shape
            .iter()
            .map(|&n| usize::try_from(n).unwrap_or(rest.max(1)));
        let sizes: Vec<usize> = sizes.collect();
        let fits = elements(&sizes) == features;
        (sizes, fits)
    }
}

impl Layer for Reshape {
    fn class_name(&self) -> &'static str {
        "Reshape"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &call.inputs[0].x;
        let features = elements(x.shape().get(1..).unwrap_or_default());
        let (target, fits) = self.target(features);
        let shape = [vec![x.dim(0)], target].concat();
        if !fits || x.rank() == 0 {
            let found = format!(
                "rows of shape {:?} ({features} elements)",
                x.shape().get(1..).unwrap_or_default()
            );
            let expected = format!(
                "as many elements as target_shape {:?} has",
                self.target_shape
            );
            let mend =
                "Choose sizes whose product is the number of elements, or put -1 for one of them.";
            let meant = Type::new(x.dtype(), shape);
            return vec![
                s.fault("Reshape", Fault::new(found, expected, mend), meant)
                    .into(),
            ];
        }
        vec![x.reshape(&shape).into()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        assert_eq!(Reshape::new([-1, 2]).target(6), (vec![3, 2], true));
        assert!(!Reshape::new([-1, 4]).target(6).1);
        assert!(!Reshape::new([0, -1]).target(6).1);
        assert!(!Reshape::new([i64::MAX, i64::MAX, -1]).target(6).1);
        assert_eq!(Reshape::new(Vec::<i64>::new()).target(1), (vec![], true));
    }
}
