//! RandomContrast: images whose pixels move away from their mean, or toward it, by a random factor while training.
//!
//!   x (B, H, W, C) -> clip((x - m) f + m, value_range), m the mean of each channel of each image
//!
//! f is uniform from 1 - lower to 1 + upper. As Keras 3.15.1 has it, one number `factor` is the range from lower = 0 to
//! upper = factor, so that f is never below 1, against what its documentation says; give [factor, factor]
//! for f on both sides of 1.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_contrast.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    factors::{BYTES, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomContrast",
    aliases: &[],
    about: "images of more or less contrast, at random, while training",
    options: RandomContrast::options,
    read: image_layer::read::<RandomContrast>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Contrast changed by a factor from `1 - lower` to `1 + upper`, one an image; nothing in inference. One number is lower 0
    /// and that upper, as in Keras.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomContrast};
    /// assert_eq!(RandomContrast::new([0.2, 0.3]).factor, Factor::Range(0.2, 0.3));
    /// ```
    pub struct RandomContrast(
        /// Lower and upper, 0 to 1.
        factor: Factor,
    ) {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomContrast {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

image_layer!(RandomContrast, factor = |l| l.factor.within(BOUNDS));

impl ImageLayer for RandomContrast {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let (lower, upper) = self.factor.within(BOUNDS);
        let range = (1.0 - lower, 1.0 + upper);
        let factor = uniform(s, self.seed, range, &[images.dim(0), 1, 1, 1]);
        Drawn::new().with("contrast_factor", factor)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let factor = drawn.get("contrast_factor", images, &[images.dim(0), 1, 1, 1]);
        let mean = images.mean(&[1, 2], true);
        self.value_range.clip(&((images - &mean) * factor + mean))
    }
}
