//! RandAugment: some of eleven changes, each drawn anew, one after the other, while training.
//!
//!   x (B, H, W, 3) -> `num_ops` times one of shear, translation, rotation, brightness, colour degeneration, contrast,
//!   sharpness, posterization, solarization, auto contrast, equalization; the choice is one a batch, the
//!   parameters are one an image, and equal where a change comes twice
//!
//! Cubuk et al. 2020. Follows keras/src/layers/preprocessing/image_preprocessing/rand_augment.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, LayerDef, Sampling, Scope, ValueRange,
    augmenters::Augmenters,
    factors::{BYTES, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandAugment",
    aliases: &[],
    about: "some of eleven changes of images, drawn anew, while training",
    options: RandAugment::options,
    read: image_layer::read::<RandAugment>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Some of eleven changes, drawn anew for each batch; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandAugment;
    /// assert_eq!(RandAugment::new().num_ops, 2);
    /// ```
    pub struct RandAugment() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// How many changes. Default 2.
        num_ops: i64 = 2,
        /// The range of every change's factor, 0 to 1; one number f is 0 to f. Default a half.
        factor: Factor = Factor::One(0.5),
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandAugment {
    fn limits(&self) -> Checks {
        let (low, high) = self.factor.within(BOUNDS);
        let checks = self.value_range.check(Checks::new());
        let checks = self.factor.check(checks, "factor", BOUNDS);
        // The shear takes no less and no more.
        Factor::Range(low, high)
            .check_each(checks, "factor", BOUNDS)
            .holds(
                (0..=64).contains(&self.num_ops),
                "num_ops",
                self.num_ops,
                "a whole number, 0 to 64",
            )
    }
}

image_layer!(RandAugment, factor = |l| l.factor.within(BOUNDS));

impl RandAugment {
    fn augmenters(&self) -> Augmenters {
        Augmenters {
            factor: self.factor.within(BOUNDS),
            value_range: self.value_range,
            interpolation: self.interpolation,
            seed: self.seed,
            data_format: self.data_format,
        }
    }
}

impl ImageLayer for RandAugment {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let all = self.augmenters().all();
        let count = self.num_ops.max(0) as usize;
        let choices = uniform(s, self.seed, (0.0, all.len() as f64), &[count]).floor();
        let mut drawn = Drawn::new().with("layer_idxes", choices);
        for (name, layer) in all {
            drawn.add(name, layer.draw(s, images));
        }
        drawn
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let all = self.augmenters().all();
        let count = self.num_ops.max(0) as usize;
        let choices = drawn.get("layer_idxes", images, &[count]);
        let mut images = images.clone();
        for step in 0..count {
            let choice = choices.slice(0, step, step + 1).reshape(&[1, 1, 1, 1]);
            let before = images.clone();
            for (i, (name, layer)) in all.iter().enumerate() {
                let changed = layer.transform_images(&before, &drawn.under(name));
                let chosen = choice.eq_to(&choice.scalar_like(i as f64));
                images = chosen.select(&changed, &images);
            }
        }
        images
    }

    fn channels(&self) -> &'static [usize] {
        &[1, 3]
    }
}
