//! RandomPosterization: images of fewer shades, at random, while training.
//!
//!   x (B, H, W, C) as bytes -> its highest n bits, n a whole number of `factor`, one an image
//!
//! As in Keras, n is drawn below the upper bound, unless both bounds are equal; one number f is the range from 1 to f.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_posterization.py.

use regimen_graph::{DType, Tensor, Var};

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    factors::{BYTES, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomPosterization",
    aliases: &[],
    about: "images of fewer shades, at random, while training",
    options: RandomPosterization::options,
    read: image_layer::read::<RandomPosterization>,
};

const BOUNDS: (f64, f64) = (1.0, 8.0);

keras_config! {
    /// Shades cut to their highest bits, as many as are drawn, for each image; nothing in inference. Values beyond
    /// `value_range` become its ends.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomPosterization};
    /// assert_eq!(RandomPosterization::new([3.0, 6.0]).factor, Factor::Range(3.0, 6.0));
    /// ```
    pub struct RandomPosterization(
        /// Bits, 1 to 8; one number f is 1 to f.
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

impl Limits for RandomPosterization {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

impl RandomPosterization {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    RandomPosterization,
    factor = |l| l.factor.within(BOUNDS),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for RandomPosterization {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let (low, high) = self.factor.within(BOUNDS);
        let bits = uniform(s, self.seed, (low.floor(), high.floor()), &[images.dim(0)]).floor();
        Drawn::new().with("shift_factor", 8.0 - bits)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let shift = drawn.get("shift_factor", images, &[images.dim(0), 1, 1, 1]);
        let powers: Vec<f64> = (0..8).map(|i| f64::from(1 << i)).collect();
        let powers = Tensor::from_f64(DType::F32, vec![8], &powers);
        let step = images
            .builder()
            .constant(powers)
            .gather(&shift.cast(DType::I32));
        let bytes = BYTES.clip(&self.range().to(BYTES, images)).floor();
        BYTES.to(self.range(), &((bytes / &step).floor() * step))
    }
}
