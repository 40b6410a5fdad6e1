//! RandomSharpness: images made sharper or smoother by a random factor while training.
//!
//!   x (B, H, W, C) -> clip(x + (1 - 2 f) (s - x), value_range), f uniform, one an image
//!   s is x filtered by the kernel of 1/13, and 5/13 in the middle, zeros beyond the border
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_sharpness.py.

use regimen_graph::{DType, Tensor, Var};

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    factors::{BYTES, uniform},
    filtering,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomSharpness",
    aliases: &[],
    about: "images made sharper or smoother at random while training",
    options: RandomSharpness::options,
    read: image_layer::read::<RandomSharpness>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Sharpness changed by a random factor, one an image: 0 is smooth, 0.5 leaves it, 1 is sharp. Nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomSharpness};
    /// assert_eq!(RandomSharpness::new(0.5).factor, Factor::One(0.5));
    /// ```
    pub struct RandomSharpness(
        /// Factors, 0 to 1; one number f is 0 to f.
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

impl Limits for RandomSharpness {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        self.factor.check(checks, "factor", BOUNDS)
    }
}

impl RandomSharpness {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    RandomSharpness,
    factor = |l| l.factor.within(BOUNDS),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for RandomSharpness {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let range = self.factor.within(BOUNDS);
        Drawn::new().with("factor", uniform(s, self.seed, range, &[images.dim(0)]))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let factor = drawn.get("factor", images, &[images.dim(0), 1, 1, 1]);
        let mut kernel = [1.0 / 13.0; 9];
        kernel[4] = 5.0 / 13.0;
        let kernel = Tensor::from_f64(DType::F32, vec![3, 3], &kernel);
        let kernel = images.builder().constant(kernel).cast(images.dtype());
        let smooth = filtering::filter(images, &kernel);
        let y = images + (1.0 - factor * 2.0) * (smooth - images);
        self.range().clip(&y)
    }
}
