//! LoRA in the files of Keras 3: the kernel there is the whole sum, and its parts are left out; where such a file is read,
//! the parts begin at zero, as they do in Keras.
//!
//!   kernel of the file = W + (alpha / rank) · A · B,  A (..., R), B (R, U)
//!
//! Follows `save_own_variables` and `load_own_variables` of keras/src/layers/core/dense.py.

use std::collections::BTreeMap;
use std::io;

use regimen_graph::{DType, Tensor, Type};
use regimen_nn::{Model, WeightInfo};

use crate::source::WeightSource;

/// Whether a weight is A or B of a kernel.
pub(crate) fn is_part(weight: &WeightInfo) -> bool {
    let name = weight.path.rsplit('/').next().unwrap_or_default();
    let parts = [
        "lora_kernel_a",
        "lora_kernel_b",
        "lora_embeddings_a",
        "lora_embeddings_b",
    ];
    parts.contains(&name)
}

/// The parts as they begin behind a kernel that was read.
pub(crate) fn beginnings(weights: &[WeightInfo]) -> impl Iterator<Item = (String, Tensor)> {
    let parts = weights.iter().filter(|w| is_part(w));
    parts.map(|w| {
        let ty = Type::new(DType::F32, w.shape.clone());
        (w.path.clone(), Tensor::zeros(&ty))
    })
}

/// What the kernel of a path is summed with: the paths of A and B, and what their product counts.
pub(crate) struct Sums(BTreeMap<String, (String, String, f64)>);

impl Sums {
    pub(crate) fn of(model: &Model) -> Sums {
        let mut sums = Sums(BTreeMap::new());
        sums.add(model, "");
        sums
    }

    fn add(&mut self, model: &Model, scope: &str) {
        for node in &model.layers {
            let path = match scope {
                "" => node.name.clone(),
                scope => format!("{scope}/{}", node.name),
            };
            if let Some(lora) = &node.lora {
                let part = |part: &str| format!("{path}/lora_{}_{part}", lora.weight);
                let scale = lora.alpha / lora.rank as f64;
                self.0.insert(
                    format!("{path}/{}", lora.weight),
                    (part("a"), part("b"), scale),
                );
            }
            if let Some(inner) = node.layer.model() {
                self.add(inner, &path);
            }
        }
    }

    /// Weights as Keras keeps them.
    pub(crate) fn over<'a>(&'a self, weights: &'a dyn WeightSource) -> Whole<'a> {
        Whole {
            sums: self,
            weights,
        }
    }
}

/// Weights, kernels with the sum of their parts.
pub(crate) struct Whole<'a> {
    sums: &'a Sums,
    weights: &'a dyn WeightSource,
}

impl WeightSource for Whole<'_> {
    fn weight(&self, path: &str) -> Option<Tensor> {
        let kernel = self.weights.weight(path)?;
        let Some((a, b, scale)) = self.sums.0.get(path) else {
            return Some(kernel);
        };
        let (a, b) = (self.weights.weight(a)?, self.weights.weight(b)?);
        let units = b.shape.get(1).copied().unwrap_or(1).max(1);
        let (mut sum, a, b) = (kernel.to_f64(), a.to_f64(), b.to_f64());
        let rank = (b.len() / units).max(1);
        for (row, factors) in sum.chunks_exact_mut(units).zip(a.chunks_exact(rank)) {
            for (factor, column) in factors.iter().zip(b.chunks_exact(units)) {
                for (to, value) in row.iter_mut().zip(column) {
                    *to += scale * factor * value;
                }
            }
        }
        Some(Tensor::from_f64(DType::F32, kernel.shape, &sum))
    }

    fn parts(
        &self,
        path: &str,
        each: &mut dyn FnMut(&Tensor) -> io::Result<()>,
    ) -> io::Result<bool> {
        if !self.sums.0.contains_key(path) {
            return self.weights.parts(path, each);
        }
        match self.weight(path) {
            Some(sum) => each(&sum).map(|()| true),
            None => Ok(false),
        }
    }
}
