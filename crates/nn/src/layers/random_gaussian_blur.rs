//! RandomGaussianBlur: images blurred by a Gaussian bell of random width while training.
//!
//!   x (B, H, W, C) -> clip(blur(x) with a chance, else x, value_range); one pair of σ a batch
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_gaussian_blur.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Scope, ValueRange,
    config::PerAxis,
    factors::{BYTES, chance, uniform},
    filtering,
    image_layer::{self, Drawn, ImageLayer, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomGaussianBlur",
    aliases: &[],
    about: "images blurred at random while training",
    options: RandomGaussianBlur::options,
    read: image_layer::read::<RandomGaussianBlur>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Images blurred with a chance, each for itself, by one bell for all of a batch; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::RandomGaussianBlur};
    /// assert_eq!(RandomGaussianBlur::new().kernel_size, PerAxis(vec![3, 3]));
    /// ```
    pub struct RandomGaussianBlur() {
        /// The chance that an image is blurred is drawn from this range; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// Odd sizes of the kernel, across and down; one number is both. Default 3.
        kernel_size: PerAxis = PerAxis(vec![3, 3]),
        /// Standard deviations in pixels, across and down, are drawn from this range, 0 to 1; one number f is 0 to f. Default 1.
        sigma: Factor = Factor::One(1.0),
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for RandomGaussianBlur {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        let checks = self.factor.check(checks, "factor", BOUNDS);
        let sizes = self.kernel_size.expand(2);
        let odd = sizes.is_some_and(|s| s.iter().all(|n| n % 2 == 1));
        let found = format!("{:?}", self.kernel_size.0);
        let checks = checks.holds(odd, "kernel_size", found, "an odd number, or a list of two");
        self.sigma.check(checks, "sigma", BOUNDS)
    }
}

image_layer!(
    RandomGaussianBlur,
    factor = |l| l.factor.within(BOUNDS),
    sigma = |l| l.sigma.within(BOUNDS)
);

impl ImageLayer for RandomGaussianBlur {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let blurred = chance(s, self.seed, self.factor.within(BOUNDS), images.dim(0));
        let sigmas = uniform(s, self.seed, self.sigma.within(BOUNDS), &[2]) + 1e-6;
        Drawn::new()
            .with("should_apply_blur", blurred)
            .with("blur_factor", sigmas)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let sizes = self.kernel_size.expand(2).unwrap_or(vec![1, 1]);
        let sigmas = drawn.get("blur_factor", images, &[2]);
        let [across, down] = [0, 1].map(|i| {
            let sigma = sigmas.slice(0, i, i + 1).reshape(&[]);
            filtering::gaussian(&sigma, sizes[i], None)
        });
        let blurred = filtering::blur(images, &down, &across);
        let chosen = drawn.get("should_apply_blur", images, &[images.dim(0)]);
        self.value_range.clip(&per_image(&chosen, &blurred, images))
    }
}
