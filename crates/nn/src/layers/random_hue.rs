//! RandomHue: images whose colours turn around the colour wheel by a random part while training.
//!
//!   x (B, H, W, 3) in `value_range` -> hue + f / 2, f uniform of `factor` with a random sign, one an image
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_hue.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange, colours,
    factors::{BYTES, UNIT, signs, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomHue",
    aliases: &[],
    about: "images of other hues, at random, while training",
    options: RandomHue::options,
    read: image_layer::read::<RandomHue>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Hue turned by a random part, one an image, to either side; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandomHue;
    /// let layer = RandomHue::new(0.2).value_range([0.0, 1.0]);
    /// assert_eq!(layer.value_range.0, 0.0);
    /// ```
    pub struct RandomHue(
        /// Parts of half a turn, 0 to 1; one number f is 0 to f.
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

impl Limits for RandomHue {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

image_layer!(RandomHue, factor = |l| l.factor.within(BOUNDS));

impl ImageLayer for RandomHue {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let batch = [images.dim(0)];
        let sign = signs(s, self.seed, &batch);
        let part = uniform(s, self.seed, self.factor.within(BOUNDS), &batch);
        Drawn::new().with("factor", sign * part * 0.5)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let turn = drawn.get("factor", images, &[images.dim(0), 1, 1, 1]);
        let [hue, saturation, value] = colours::rgb_to_hsv(&self.value_range.to(UNIT, images));
        let (zero, one) = (images.scalar_like(0.0), images.scalar_like(1.0));
        let hue = hue + turn;
        let hue = hue.gt(&one).select(&(&hue - 1.0), &hue);
        let hue = hue.lt(&zero).select(&(&hue + 1.0), &hue);
        let colours = colours::hsv_to_rgb([&hue, &saturation, &value]);
        UNIT.to(self.value_range, &UNIT.clip(&colours))
    }

    fn channels(&self) -> &'static [usize] {
        &[3]
    }
}
