//! RandomInvert: images made negatives, at random, while training.
//!
//!   x (B, H, W, C) -> high - x with a chance, else x; high is the largest value of `value_range`
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_invert.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    factors::{BYTES, chance},
    image_layer::{self, Drawn, ImageLayer, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomInvert",
    aliases: &[],
    about: "images made negatives at random while training",
    options: RandomInvert::options,
    read: image_layer::read::<RandomInvert>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Images made negatives with a chance, each for itself; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomInvert};
    /// assert_eq!(RandomInvert::new().factor, Factor::One(1.0));
    /// ```
    pub struct RandomInvert() {
        /// The chance is drawn from this range; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomInvert {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

image_layer!(RandomInvert, factor = |l| l.factor.within(BOUNDS));

impl ImageLayer for RandomInvert {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let factor = self.factor.within(BOUNDS);
        Drawn::new().with(
            "apply_inversion",
            chance(s, self.seed, factor, images.dim(0)),
        )
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let chosen = drawn.get("apply_inversion", images, &[images.dim(0)]);
        per_image(&chosen, &(self.value_range.1 - images), images)
    }
}
