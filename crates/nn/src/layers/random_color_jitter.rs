//! RandomColorJitter: brightness, contrast, saturation and hue changed at random, in this order, while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C); each of the four where its factor is given
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_color_jitter.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    factors::BYTES,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    layers::{RandomBrightness, RandomContrast, RandomHue, RandomSaturation},
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomColorJitter",
    aliases: &[],
    about: "brightness, contrast, saturation and hue changed at random while training",
    options: RandomColorJitter::options,
    read: image_layer::read::<RandomColorJitter>,
};

keras_config! {
    /// Each change whose factor is given, one after the other; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomColorJitter};
    /// let layer = RandomColorJitter::new().brightness_factor(Factor::One(0.2));
    /// assert_eq!(layer.hue_factor, None);
    /// ```
    pub struct RandomColorJitter() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// As of [`RandomBrightness`].
        brightness_factor: Option<Factor> = None,
        /// As of [`RandomContrast`].
        contrast_factor: Option<Factor> = None,
        /// As of [`RandomSaturation`].
        saturation_factor: Option<Factor> = None,
        /// As of [`RandomHue`].
        hue_factor: Option<Factor> = None,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomColorJitter {
    fn limits(&self) -> Checks {
        let mut checks = self.value_range.check(Checks::new());
        let factors = [
            ("brightness_factor", self.brightness_factor, (-1.0, 1.0)),
            ("contrast_factor", self.contrast_factor, (0.0, 1.0)),
            ("saturation_factor", self.saturation_factor, (-1.0, 1.0)),
            ("hue_factor", self.hue_factor, (0.0, 1.0)),
        ];
        for (name, factor, bounds) in factors {
            if let Some(factor) = factor {
                checks = factor.check(checks, name, bounds);
            }
        }
        checks
    }
}

impl RandomColorJitter {
    /// The changes in order, with the names that they have in a transformation.
    fn changes(&self) -> Vec<(&'static str, Box<dyn ImageLayer>)> {
        let (range, seed) = (self.value_range, self.seed);
        let mut all: Vec<(&'static str, Box<dyn ImageLayer>)> = vec![];
        if let Some(f) = self.brightness_factor {
            let layer = RandomBrightness::new(f).value_range(range).seed(seed);
            all.push(("random_brightness", Box::new(layer)));
        }
        if let Some(f) = self.contrast_factor {
            let layer = RandomContrast::new(f).value_range(range).seed(seed);
            all.push(("random_contrast", Box::new(layer)));
        }
        if let Some(f) = self.saturation_factor {
            let layer = RandomSaturation::new(f).value_range(range).seed(seed);
            all.push(("random_saturation", Box::new(layer)));
        }
        if let Some(f) = self.hue_factor {
            let layer = RandomHue::new(f).value_range(range).seed(seed);
            all.push(("random_hue", Box::new(layer)));
        }
        all
    }
}

image_layer!(RandomColorJitter);

impl ImageLayer for RandomColorJitter {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let mut drawn = Drawn::new();
        for (name, layer) in self.changes() {
            drawn.add(name, layer.draw(s, images));
        }
        drawn
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        self.changes()
            .iter()
            .fold(images.clone(), |x, (name, layer)| {
                layer.transform_images(&x, &drawn.under(name))
            })
    }

    fn channels(&self) -> &'static [usize] {
        let colours = self.saturation_factor.is_some() || self.hue_factor.is_some();
        if colours { &[3] } else { &[] }
    }
}
