//! RandomRotation: images turned by a random angle while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C); about the centre, counter-clockwise by a uniform part of a full turn
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_rotation.py.

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
    class_name: "RandomRotation",
    aliases: &[],
    about: "images turned at random while training",
    options: RandomRotation::options,
    read: image_layer::read::<RandomRotation>,
};

const BOUNDS: (f64, f64) = (-1.0, 1.0);

keras_config! {
    /// Images turned about their centre by a random angle; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomRotation};
    /// assert_eq!(RandomRotation::new(0.1).factor, Factor::One(0.1));
    /// ```
    pub struct RandomRotation(
        /// Parts of a full turn, from -1 to 1, positive counter-clockwise; one number f is -f to f.
        factor: Factor,
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

impl Limits for RandomRotation {
    fn limits(&self) -> Checks {
        let checks = check_fill_mode(Checks::new(), self.fill_mode);
        self.factor.check(checks, "factor", BOUNDS)
    }
}

image_layer!(RandomRotation, factor = |l| l.factor.within(BOUNDS));

impl ImageLayer for RandomRotation {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let (low, high) = self.factor.within(BOUNDS);
        let range = (low * 360.0, high * 360.0);
        Drawn::new().with("angle", uniform(s, self.seed, range, &[images.dim(0)]))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let angle = drawn.get("angle", images, &[images.dim(0), 1, 1]);
        let angle = angle * (std::f64::consts::PI / 180.0);
        let (cos, sin) = (angle.cos(), angle.sin());
        let [cy, cx] = [1, 2].map(|axis| (images.dim(axis) as f64 - 1.0) / 2.0);
        let minus = -&sin;
        let (to_x, to_y) = (cx - cx * &cos + cy * &sin, cy - cx * &sin - cy * &cos);
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: self.fill_mode,
            fill_value: self.fill_value,
        };
        reading.affine(images, [&cos, &minus, &to_x, &sin, &cos, &to_y])
    }
}
