//! RandomSaturation: images of paler or stronger colours, at random, while training.
//!
//!   x (B, H, W, 3) -> saturation times f / (1 - f + ε), f uniform of `factor`, one an image; ε is 1e-7
//!
//! As in Keras, the saturation, a number from 0 to 1, is cut to `value_range`, and pixels are not.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_saturation.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange, colours,
    factors::{BYTES, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomSaturation",
    aliases: &[],
    about: "images of paler or stronger colours, at random, while training",
    options: RandomSaturation::options,
    read: image_layer::read::<RandomSaturation>,
};

const BOUNDS: (f64, f64) = (-1.0, 1.0);

keras_config! {
    /// Saturation changed by a random factor, one an image: 0 is grey, 0.5 leaves it, towards 1 it grows without end. Nothing
    /// in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomSaturation};
    /// assert_eq!(RandomSaturation::new([0.4, 0.6]).factor, Factor::Range(0.4, 0.6));
    /// ```
    pub struct RandomSaturation(
        /// Parts, -1 to 1; one number f is -f to f.
        factor: Factor,
    ) {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for RandomSaturation {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

impl RandomSaturation {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    RandomSaturation,
    factor = |l| l.factor.within(BOUNDS),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for RandomSaturation {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let part = uniform(s, self.seed, self.factor.within(BOUNDS), &[images.dim(0)]);
        let rest = 1.0 - &part + 1e-7;
        Drawn::new().with("factor", part / rest)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let factor = drawn.get("factor", images, &[images.dim(0), 1, 1, 1]);
        let [hue, saturation, value] = colours::rgb_to_hsv(images);
        let saturation = self.range().clip(&(saturation * factor));
        colours::hsv_to_rgb([&hue, &saturation, &value])
    }

    fn channels(&self) -> &'static [usize] {
        &[3]
    }
}
