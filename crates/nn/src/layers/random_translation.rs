//! RandomTranslation: images moved by random parts of their height and width while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i - h H, j - w W), h and w uniform, one of each an image
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_translation.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, FillMode, LayerDef, Sampling, Scope,
    factors::uniform,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
    sampling::{Reading, check_fill_mode},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomTranslation",
    aliases: &[],
    about: "images moved at random while training",
    options: RandomTranslation::options,
    read: image_layer::read::<RandomTranslation>,
};

keras_config! {
    /// Images moved down and to the right by random parts of their sizes; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{FillMode, layers::RandomTranslation};
    /// assert_eq!(RandomTranslation::new(0.1, 0.2).fill_mode, FillMode::Reflect);
    /// ```
    pub struct RandomTranslation(
        /// Parts of the height, from -1 (up) to 1 (down); one number f is -f to f.
        height_factor: Factor,
        /// Parts of the width, from -1 (left) to 1 (right); one number f is -f to f.
        width_factor: Factor,
    ) {
        /// What stands beyond the border. Default reflect.
        fill_mode: FillMode = FillMode::Reflect,
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// The value beyond the border where `fill_mode` is constant. Default 0.
        fill_value: f64 = 0.0,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomTranslation {
    fn limits(&self) -> Checks {
        let checks = check_fill_mode(Checks::new(), self.fill_mode);
        let checks = self
            .height_factor
            .check_each(checks, "height_factor", (-1.0, 1.0));
        self.width_factor
            .check_each(checks, "width_factor", (-1.0, 1.0))
    }
}

image_layer!(RandomTranslation);

impl ImageLayer for RandomTranslation {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let shape = [images.dim(0), 1];
        let down = uniform(s, self.seed, self.height_factor.symmetric(), &shape);
        let right = uniform(s, self.seed, self.width_factor.symmetric(), &shape);
        let (down, right) = (down * images.dim(1) as f64, right * images.dim(2) as f64);
        Drawn::new().with("translations", Var::concat(&[&right, &down], 1))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let moves = drawn.get("translations", images, &[images.dim(0), 1, 2]);
        let [right, down] = [0, 1].map(|i| -moves.slice(2, i, i + 1));
        let (one, zero) = (images.builder().scalar(1.0), images.builder().scalar(0.0));
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: self.fill_mode,
            fill_value: self.fill_value,
        };
        reading.affine(images, [&one, &zero, &right, &zero, &one, &down])
    }
}
