//! RandomBrightness: images made lighter or darker by a random amount while training.
//!
//!   x (B, H, W, C) -> clip(x + f (high - low), [low, high]), f uniform, one an image
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_brightness.py.

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
    class_name: "RandomBrightness",
    aliases: &[],
    about: "images made lighter or darker at random while training",
    options: RandomBrightness::options,
    read: image_layer::read::<RandomBrightness>,
};

const BOUNDS: (f64, f64) = (-1.0, 1.0);

keras_config! {
    /// Brightness changed by a random part of the value range, one an image; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandomBrightness;
    /// let layer = RandomBrightness::new(0.2).value_range([0.0, 1.0]);
    /// assert_eq!(layer.value_range.1, 1.0);
    /// ```
    pub struct RandomBrightness(
        /// Parts of the value range, -1 (black) to 1 (white); one number f is -f to f.
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

impl Limits for RandomBrightness {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

impl RandomBrightness {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    RandomBrightness,
    factor = |l| l.factor.within(BOUNDS),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for RandomBrightness {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let ValueRange(low, high) = self.range();
        let shape = [images.dim(0), 1, 1, 1];
        let part = uniform(s, self.seed, self.factor.within(BOUNDS), &shape);
        Drawn::new().with("rgb_delta", part * (high - low))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let delta = drawn.get("rgb_delta", images, &[images.dim(0), 1, 1, 1]);
        self.range().clip(&(images + delta))
    }
}
