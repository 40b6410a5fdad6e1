//! RandomColorDegeneration: images that lose a random part of their colours while training.
//!
//!   x (B, H, W, 3) -> clip(x + f (grey(x) - x), value_range), f uniform, one an image
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_color_degeneration.py.

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
    class_name: "RandomColorDegeneration",
    aliases: &[],
    about: "images that lose colours at random while training",
    options: RandomColorDegeneration::options,
    read: image_layer::read::<RandomColorDegeneration>,
};

const BOUNDS: (f64, f64) = (-1.0, 1.0);

keras_config! {
    /// Images blended with their grey by a random factor, one an image: 0 leaves them, 1 is grey. Nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomColorDegeneration};
    /// assert_eq!(RandomColorDegeneration::new(0.5).factor, Factor::One(0.5));
    /// ```
    pub struct RandomColorDegeneration(
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

impl Limits for RandomColorDegeneration {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

impl RandomColorDegeneration {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    RandomColorDegeneration,
    factor = |l| l.factor.within(BOUNDS),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for RandomColorDegeneration {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let shape = [images.dim(0), 1, 1, 1];
        Drawn::new().with(
            "factor",
            uniform(s, self.seed, self.factor.within(BOUNDS), &shape),
        )
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let factor = drawn.get("factor", images, &[images.dim(0), 1, 1, 1]);
        let y = images + factor * (colours::grey(images) - images);
        self.range().clip(&y)
    }

    fn channels(&self) -> &'static [usize] {
        &[1, 3]
    }
}
