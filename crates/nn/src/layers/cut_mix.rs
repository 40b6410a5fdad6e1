//! CutMix: a box of each image replaced by the same box of another one of its batch while training.
//!
//!   x (B, H, W, C) -> x[order] inside the box, x outside; the box has the part 1 - w of the image, w from Beta(α, α)
//!   α uniform of `factor` plus 1e-6, one draw a batch
//!
//! Images only: Keras's blending of labels needs its dict inputs.
//!
//! Yun et al. 2019.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/cut_mix.py.

use regimen_graph::{DType, Var};

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, boxes,
    factors::uniform,
    gamma_draws,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "CutMix",
    aliases: &[],
    about: "boxes of images taken from others of their batch while training",
    options: CutMix::options,
    read: image_layer::read::<CutMix>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// A box of each image taken from another one of its batch; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::CutMix};
    /// assert_eq!(CutMix::new().factor, Factor::One(1.0));
    /// ```
    pub struct CutMix() {
        /// How even the parts are is drawn from this range, 0 to 1; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for CutMix {
    fn limits(&self) -> Checks {
        self.factor.check(Checks::new(), "factor", BOUNDS)
    }
}

image_layer!(CutMix, factor = |l| l.factor.within(BOUNDS));

impl ImageLayer for CutMix {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let (batch, range) = (images.dim(0), self.factor.within(BOUNDS));
        let alpha = uniform(s, self.seed, range, &[]) + 1e-6;
        let weight = gamma_draws::beta(s, self.seed, &alpha, batch);
        let ratio = (1.0 - weight).sqrt();
        let boxes = boxes::draw(s, self.seed, images, [&ratio, &ratio]);
        Drawn::new()
            .with("batch_masks", boxes)
            .with("permutation_order", gamma_draws::order(s, self.seed, batch))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let [batch, h, w] = [0, 1, 2].map(|axis| images.dim(axis));
        let order = drawn.get("permutation_order", images, &[batch]);
        let boxes = drawn.get("batch_masks", images, &[batch, h, w, 1]);
        boxes.select(&images.gather(&order.cast(DType::I32)), images)
    }
}
