//! LoRA: a layer's kernel is frozen, and a product of low rank learnt beside it.
//!
//!   W' = W + (alpha / rank) · A · B,  W (..., U) frozen, A (..., R), B (R, U)
//!
//! No layer knows of it: where one asks for its kernel it gets the sum, whose products are written by the factors
//! ([`regimen_graph::Builder::low_rank`]). Hu et al. 2021. Follows `enable_lora` in keras/src/layers/core/dense.py, einsum_dense.py,
//! embedding.py and convolutional/base_conv.py.

use serde_json::{Map, Value as Json};

use crate::{OptionError, OptionValue, Options, initializers::Initializer, limits, model::Model};

/// The classes that Keras adapts, each with its kernel and the options that stand in the way.
const TARGETS: [(&str, &str, &str); 6] = [
    ("Dense", "kernel", "kernel_constraint"),
    ("EinsumDense", "kernel", "kernel_constraint"),
    ("Embedding", "embeddings", "embeddings_constraint"),
    ("Conv1D", "kernel", "kernel_constraint"),
    ("Conv2D", "kernel", "kernel_constraint"),
    ("Conv3D", "kernel", "kernel_constraint"),
];

/// A low-rank adaptation of a layer's kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Lora {
    /// Columns of A and rows of B.
    pub rank: usize,
    /// A · B counts alpha / rank. Default the rank.
    pub alpha: f64,
    /// How A begins. Default He uniform.
    pub a_initializer: Initializer,
    /// How B begins. Default zeros, so that training begins at the kernel.
    pub b_initializer: Initializer,
    /// The weight that it adapts.
    pub weight: &'static str,
}

impl Lora {
    /// Of a layer of this class with these arguments; else why there is none.
    pub fn of(
        class_name: &str,
        config: &Map<String, Json>,
        rank: usize,
        alpha: Option<f64>,
    ) -> Result<Lora, String> {
        let Some((_, weight, constraint)) = TARGETS.iter().find(|t| t.0 == class_name) else {
            let names: Vec<&str> = TARGETS.iter().map(|t| t.0).collect();
            return Err(format!(
                "{class_name} takes no LoRA; {} do",
                names.join(", ")
            ));
        };
        if config.get(*constraint).is_some_and(|c| !c.is_null()) {
            return Err(format!(
                "LoRA and `{constraint}` exclude each other; take one out"
            ));
        }
        if rank == 0 {
            return Err("`lora_rank`: found 0, expected a whole number, 1 or more".to_string());
        }
        let alpha = alpha.unwrap_or(rank as f64);
        if !alpha.is_finite() {
            return Err(format!(
                "`lora_alpha`: found {alpha}, expected a finite number"
            ));
        }
        Ok(Lora {
            rank,
            alpha,
            a_initializer: Initializer::named("he_uniform"),
            b_initializer: Initializer::named("zeros"),
            weight,
        })
    }

    /// Takes `lora_rank` and `lora_alpha` out of a layer's arguments.
    pub(crate) fn take(
        class_name: &str,
        config: &mut Map<String, Json>,
        path: &str,
    ) -> Result<Option<Lora>, Vec<OptionError>> {
        if !adapts(class_name) {
            return Ok(None);
        }
        let (rank, alpha) = (
            config.shift_remove("lora_rank"),
            config.shift_remove("lora_alpha"),
        );
        let error = |key: &str, message: String| {
            vec![OptionError {
                path: format!("{path}.{key}"),
                message,
            }]
        };
        let alpha = alpha.filter(|a| !a.is_null());
        let Some(rank) = rank.filter(|r| !r.is_null()) else {
            return match alpha {
                None => Ok(None),
                Some(_) => Err(error(
                    "lora_alpha",
                    "`lora_alpha` counts beside `lora_rank`; give that, too".to_string(),
                )),
            };
        };
        let rank = usize::read(&rank).map_err(|e| {
            error(
                "lora_rank",
                format!("`lora_rank` of {class_name}: found {rank}, {e}"),
            )
        })?;
        let alpha = match alpha {
            None => None,
            Some(alpha) => Some(f64::read(&alpha).map_err(|e| {
                error(
                    "lora_alpha",
                    format!("`lora_alpha` of {class_name}: found {alpha}, {e}"),
                )
            })?),
        };
        Lora::of(class_name, config, rank, alpha)
            .map(Some)
            .map_err(|message| error("lora_rank", message))
    }

    /// Keras's config keys.
    pub(crate) fn write(&self, config: &mut Map<String, Json>) {
        config.insert("lora_rank".to_string(), self.rank.into());
        config.insert("lora_alpha".to_string(), self.alpha.into());
    }

    /// Name and shape of A and B for a kernel of this shape.
    pub(crate) fn factors(&self, shape: &[usize]) -> [(String, Vec<usize>); 2] {
        let mut a = shape.to_vec();
        let units = a.pop().unwrap_or(1);
        a.push(self.rank);
        let name = |part: &str| format!("lora_{}_{part}", self.weight);
        [(name("a"), a), (name("b"), vec![self.rank, units])]
    }

    /// What A · B counts.
    pub(crate) fn scale(&self) -> f64 {
        self.alpha / self.rank as f64
    }
}

/// Whether Keras adapts this class.
pub(crate) fn adapts(class_name: &str) -> bool {
    TARGETS.iter().any(|t| t.0 == class_name)
}

/// Refuses LoRA of a layer inside another one; the model's own layers have theirs taken out before.
pub(crate) fn refuse(options: &mut Options<'_>, class_name: &str, key: &str) {
    // Keras's ReversibleEmbedding has the options of the Embedding that it is made from.
    if class_name == "ReversibleEmbedding" {
        limits::absent(options, key, "train the full table");
    } else if adapts(class_name) {
        limits::absent(
            options,
            key,
            "LoRA is for layers that stand in a model themselves",
        );
    }
}

impl Model {
    /// Keras's `layer.enable_lora(rank, lora_alpha)`: freezes the kernel of the layer of this name and learns A and B beside it.
    ///
    /// ```
    /// use regimen_nn::{layers::Dense, model::Sequential};
    /// let mut model = Sequential::new().input([64]).add_named("wide", Dense::new(16usize)).build();
    /// model.enable_lora("wide", 4, None).unwrap();
    /// assert_eq!(model.describe(&[]).unwrap().params("wide"), (64 * 16 + 16 + 64 * 4 + 4 * 16, 16 + 64 * 4 + 4 * 16));
    /// assert!(model.enable_lora("wide", 4, None).is_err());
    /// ```
    pub fn enable_lora(
        &mut self,
        layer: &str,
        rank: usize,
        alpha: Option<f64>,
    ) -> Result<(), String> {
        let Some(node) = self.layers.iter_mut().find(|l| l.name == layer) else {
            return Err(format!("there is no layer called `{layer}`"));
        };
        if node.lora.is_some() {
            return Err(format!(
                "`{layer}` has LoRA already; it can be enabled once"
            ));
        }
        node.lora = Some(Lora::of(
            node.layer.class_name(),
            &node.layer.config(),
            rank,
            alpha,
        )?);
        Ok(())
    }
}
