//! RandomElasticTransform: images whose pixels are moved by smooth noise while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i + α n, j + α n), n = blur(σ noise, σ)
//!   α = 0.1 f max(H, W), σ = 0.05 f min(H, W), f uniform of `scale`, one draw a batch
//!
//! As in Keras on JAX and TensorFlow, one field of noise moves pixels down and to the right: both are drawn from
//! one seed there. The blur reaches as far as Keras's, whose kernel has (the whole part of 6 σ, made odd) cells.
//!
//! Simard et al. 2003. Follows keras/src/layers/preprocessing/image_preprocessing/random_elastic_transform.py and
//! `elastic_transform` of keras/src/backend/jax/image.py.

use regimen_graph::{Var, ops::Distribution};

use crate::{
    Configured, DataFormat, Factor, FillMode, LayerDef, Sampling, Scope, ValueRange,
    factors::{BYTES, chance, uniform},
    filtering,
    image_layer::{self, Drawn, ImageLayer, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
    sampling::{Reading, grid},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomElasticTransform",
    aliases: &[],
    about: "images distorted by smooth noise while training",
    options: RandomElasticTransform::options,
    read: image_layer::read::<RandomElasticTransform>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Images distorted by smooth noise, cut to `value_range`; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{FillMode, layers::RandomElasticTransform};
    /// assert_eq!(RandomElasticTransform::new().fill_mode, FillMode::Reflect);
    /// ```
    pub struct RandomElasticTransform() {
        /// The chance that an image is transformed is drawn from this range; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// How much the noise moves, 0 to 1; one number f is 0 to f. Default 1.
        scale: Factor = Factor::One(1.0),
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// What stands beyond the border; mirror, too. Default reflect.
        fill_mode: FillMode = FillMode::Reflect,
        /// The value beyond the border where `fill_mode` is constant. Default 0.
        fill_value: f64 = 0.0,
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomElasticTransform {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        let checks = self.factor.check(checks, "factor", BOUNDS);
        self.scale.check(checks, "scale", BOUNDS)
    }
}

image_layer!(
    RandomElasticTransform,
    factor = |l| l.factor.within(BOUNDS),
    scale = |l| l.scale.within(BOUNDS),
);

impl RandomElasticTransform {
    /// Where an end of the ranges is 0, nothing is drawn and nothing changes, not even what lies beyond `value_range`.
    fn idle(&self) -> bool {
        self.factor.within(BOUNDS).1 == 0.0 || self.scale.within(BOUNDS).1 == 0.0
    }
}

impl ImageLayer for RandomElasticTransform {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        if self.idle() {
            return Drawn::new();
        }
        let [batch, h, w] = [0, 1, 2].map(|axis| images.dim(axis));
        let applied = chance(s, self.seed, self.factor.within(BOUNDS), batch);
        let factor = uniform(s, self.seed, self.scale.within(BOUNDS), &[]);
        let noise = s.random_seeded(self.seed, Distribution::Normal, &[batch, h, w, 1]);
        Drawn::new()
            .with("apply_transform", applied)
            .with("distortion_factor", factor)
            .with("noise", noise)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        if self.idle() {
            return images.clone();
        }
        let [batch, h, w] = [0, 1, 2].map(|axis| images.dim(axis));
        let factor = drawn.get("distortion_factor", images, &[]);
        let noise = drawn.get("noise", images, &[batch, h, w, 1]);
        let alpha = &factor * (0.1 * h.max(w) as f64);
        let per_factor = 0.05 * h.min(w) as f64;
        let sigma = factor * per_factor;
        let largest = (6.0 * per_factor * self.scale.within(BOUNDS).1).floor() as usize | 1;
        let radius = ((&sigma * 6.0).floor() * 0.5).floor();
        let bell = filtering::gaussian(&sigma, largest, Some(&radius));
        let smooth = filtering::blur(&(noise * sigma), &bell, &bell).squeeze(-1);
        let shift = smooth * alpha;
        let [x, y] = grid(images);
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: self.fill_mode,
            fill_value: self.fill_value,
        };
        let moved = reading.at(images, &(&shift + y), &(shift + x));
        let applied = drawn.get("apply_transform", images, &[batch]);
        self.value_range.clip(&per_image(&applied, &moved, images))
    }
}
