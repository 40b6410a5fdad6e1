//! Solarization: images whose light pixels are made negatives while training.
//!
//!   x (B, H, W, C) as bytes -> v = clip(x + a), then v below the threshold t, else 255 - v
//!
//! a and t are uniform, one of each an image. As in Keras, they are drawn from lower to 255 times upper: only the upper bound
//! of a range is a part of 255.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/solarization.py.

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
    class_name: "Solarization",
    aliases: &[],
    about: "light pixels made negatives while training",
    options: Solarization::options,
    read: image_layer::read::<Solarization>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Something added, and pixels at the threshold or above made negatives; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::Solarization};
    /// assert_eq!(Solarization::new().threshold_factor, Factor::One(0.0));
    /// ```
    pub struct Solarization() {
        /// What is added, 0 to 1 of the value range; one number f is 0 to f. Default 0.
        addition_factor: Factor = Factor::One(0.0),
        /// The threshold, 0 to 1 of the value range; one number f is 0 to f. Default 0: all pixels.
        threshold_factor: Factor = Factor::One(0.0),
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for Solarization {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        let checks = self
            .addition_factor
            .check_each(checks, "addition_factor", BOUNDS);
        self.threshold_factor
            .check_each(checks, "threshold_factor", BOUNDS)
    }
}

impl Solarization {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(
    Solarization,
    addition_factor = |l| l.addition_factor.from_zero(),
    threshold_factor = |l| l.threshold_factor.from_zero(),
    value_range = |l| (l.range().0, l.range().1)
);

impl ImageLayer for Solarization {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let mut draw = |factor: Factor| {
            let (low, high) = factor.from_zero();
            uniform(s, self.seed, (low, high * 255.0), &[images.dim(0), 1, 1, 1])
        };
        let additions = draw(self.addition_factor);
        Drawn::new()
            .with("additions", additions)
            .with("thresholds", draw(self.threshold_factor))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let get = |name| drawn.get(name, images, &[images.dim(0), 1, 1, 1]);
        let v = BYTES.clip(&(self.range().to(BYTES, images) + get("additions")));
        let v = v.lt(&get("thresholds")).select(&v, &(255.0 - &v));
        BYTES.to(self.range(), &v)
    }
}
