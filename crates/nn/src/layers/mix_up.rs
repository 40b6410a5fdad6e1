//! MixUp: each image blended with another one of its batch while training.
//!
//!   x (B, H, W, C) -> w x + (1 - w) x[order], w (B) from Beta(α, α), order a random order of the batch
//!
//! Images only: Keras's blending of labels needs its dict inputs.
//!
//! Zhang et al. 2018.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/mix_up.py.

use regimen_graph::{DType, Var};

use crate::{
    Configured, DataFormat, LayerDef, Scope, gamma_draws,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "MixUp",
    aliases: &[],
    about: "images blended with others of their batch while training",
    options: MixUp::options,
    read: image_layer::read::<MixUp>,
};

keras_config! {
    /// Each image blended with another one of its batch; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::MixUp;
    /// assert_eq!(MixUp::new().alpha, 0.2);
    /// ```
    pub struct MixUp() {
        /// How even blends are, above 0: towards 0 one of both wins, 1 is uniform. Default 0.2.
        alpha: f64 = 0.2,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for MixUp {
    fn limits(&self) -> Checks {
        let ok = self.alpha > 0.0 && self.alpha.is_finite();
        Checks::new().holds(ok, "alpha", self.alpha, "a number above 0")
    }
}

image_layer!(MixUp);

impl ImageLayer for MixUp {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let batch = images.dim(0);
        let order = gamma_draws::order(s, self.seed, batch);
        let alpha = images.builder().scalar(self.alpha);
        Drawn::new()
            .with("permutation_order", order)
            .with("mix_weight", gamma_draws::beta(s, self.seed, &alpha, batch))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let batch = images.dim(0);
        let weight = drawn.get("mix_weight", images, &[batch, 1, 1, 1]);
        let order = drawn.get("permutation_order", images, &[batch]);
        let others = images.gather(&order.cast(DType::I32));
        &weight * images + (1.0 - &weight) * others
    }
}
