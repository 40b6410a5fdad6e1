//! The weights of a model that is trained: read and replaced, by path, whole or some elements at a time.

use regimen_graph::{DType, Tensor, Type};

use crate::arrays::{LentArray, elements_part};
use crate::{TrainError, Trainer, Weights};

/// Elements that are copied at once.
const PART: usize = 1 << 16;

impl Trainer<'_> {
    /// Current weights by path.
    pub fn weights(&self) -> Weights {
        self.weights
            .iter()
            .filter_map(|w| Some((w.path.clone(), self.store.get(&w.path)?)))
            .collect()
    }

    /// The weight of this path.
    pub fn weight(&self, path: &str) -> Option<Tensor> {
        let known = self.weights.iter().any(|w| w.path == path);
        known.then(|| self.store.get(path)).flatten()
    }

    /// Gives a weight some elements at a time, in their order, without a copy of the whole; false where there is none.
    pub fn weight_parts(&self, path: &str, each: &mut dyn FnMut(&Tensor)) -> bool {
        let known = self.weights.iter().any(|w| w.path == path);
        known && self.store.parts(path, each)
    }

    /// Replaces weights by path. Unknown paths and other shapes are refused, and nothing changes then.
    pub fn set_weights(&mut self, weights: &Weights) -> Result<(), TrainError> {
        self.check_weights(weights)?;
        weights
            .iter()
            .for_each(|(path, value)| self.store.put(path, value));
        Ok(())
    }

    /// Replaces one weight by an array of somebody else's, without another copy of it.
    ///
    /// # Errors
    ///
    /// A path that there is not, and another shape.
    pub fn set_weight(&mut self, path: &str, value: &dyn LentArray) -> Result<(), TrainError> {
        let elements = value.elements();
        let ty = Type::new(elements.dtype(), value.shape().to_vec());
        self.check_weight(path, &ty)?;
        let count = ty.elements();
        for from in (0..count).step_by(PART) {
            let part = elements_part(elements, from..(from + PART).min(count));
            self.store.put_part(path, from, &part);
        }
        Ok(())
    }

    /// Refuses unknown paths and other shapes.
    pub(crate) fn check_weights(&self, weights: &Weights) -> Result<(), TrainError> {
        let mut each = weights.iter();
        each.try_for_each(|(path, value)| self.check_weight(path, &value.ty()))
    }

    /// Refuses a path that there is not, and another type.
    fn check_weight(&self, path: &str, ty: &Type) -> Result<(), TrainError> {
        let Some(info) = self.weights.iter().find(|w| w.path == *path) else {
            let known = self.weights.iter().map(|w| w.path.as_str());
            let hint = regimen_nn::config::nearest(path, known)
                .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            return Err(TrainError::Arguments(format!(
                "the model has no weight `{path}`{hint}"
            )));
        };
        match *ty == Type::new(DType::F32, info.shape.clone()) {
            true => Ok(()),
            false => Err(TrainError::Arguments(format!(
                "`{path}`: got {ty}, expected float32{:?}",
                info.shape
            ))),
        }
    }
}
