//! RandomGrayscale: images without their colours, at random, while training.
//!
//!   x (B, H, W, 3) -> the grey of each pixel in all three channels, with the chance `factor`, else x
//!
//! Integer images stay integers.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_grayscale.py and `rgb_to_grayscale` of keras/src/backend/jax/image.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, LayerDef, Scope, colours,
    factors::uniform,
    image_layer::{self, Drawn, ImageLayer, Integers, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomGrayscale",
    aliases: &[],
    about: "images made grey at random while training",
    options: RandomGrayscale::options,
    read: image_layer::read::<RandomGrayscale>,
};

keras_config! {
    /// Images made grey with a chance, each for itself; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandomGrayscale;
    /// assert_eq!(RandomGrayscale::new().factor, 0.5);
    /// ```
    pub struct RandomGrayscale() {
        /// The chance, 0 to 1. Default a half.
        factor: f64 = 0.5,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for RandomGrayscale {
    fn limits(&self) -> Checks {
        Checks::new().fraction("factor", self.factor)
    }
}

image_layer!(RandomGrayscale);

impl ImageLayer for RandomGrayscale {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let draw = uniform(s, self.seed, (0.0, 1.0), &[images.dim(0)]);
        Drawn::new().with("should_apply", draw.lt(&draw.scalar_like(self.factor)))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let chosen = drawn.get("should_apply", images, &[images.dim(0)]);
        per_image(&chosen, &colours::grey(images), images)
    }

    fn channels(&self) -> &'static [usize] {
        &[1, 3]
    }

    fn integers(&self) -> Integers {
        Integers::Truncated
    }
}
