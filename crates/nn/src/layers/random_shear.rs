//! RandomShear: images whose rows and columns slide along each other while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i + b j, j + a i); a and b uniform, their sign one draw an image
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_shear.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, FillMode, LayerDef, Sampling, Scope,
    factors::{signs, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
    sampling::{Reading, check_fill_mode},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomShear",
    aliases: &[],
    about: "images sheared at random while training",
    options: RandomShear::options,
    read: image_layer::read::<RandomShear>,
};

keras_config! {
    /// Images sheared along both axes, to either side with equal chance; nothing in inference. As in Keras, one number f
    /// is the range from -f to f.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomShear};
    /// assert_eq!(RandomShear::new().x_factor([0.1, 0.2]).y_factor, Factor::One(0.0));
    /// ```
    pub struct RandomShear() {
        /// Columns that a row slides by, 0 to 1. Default 0.
        x_factor: Factor = Factor::One(0.0),
        /// Rows that a column slides by, 0 to 1. Default 0.
        y_factor: Factor = Factor::One(0.0),
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// What stands beyond the border. Default reflect.
        fill_mode: FillMode = FillMode::Reflect,
        /// The value beyond the border where `fill_mode` is constant. Default 0.
        fill_value: f64 = 0.0,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for RandomShear {
    fn limits(&self) -> Checks {
        let checks = check_fill_mode(Checks::new(), self.fill_mode);
        let checks = self.x_factor.check_each(checks, "x_factor", (0.0, 1.0));
        self.y_factor.check_each(checks, "y_factor", (0.0, 1.0))
    }
}

image_layer!(
    RandomShear,
    x_factor = |l| l.x_factor.symmetric(),
    y_factor = |l| l.y_factor.symmetric(),
);

impl ImageLayer for RandomShear {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let shape = [images.dim(0), 1];
        let sign = signs(s, self.seed, &shape);
        let y = uniform(s, self.seed, self.y_factor.symmetric(), &shape);
        let x = uniform(s, self.seed, self.x_factor.symmetric(), &shape);
        Drawn::new().with("shear_factor", Var::concat(&[&x, &y], 1) * sign)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let factors = drawn.get("shear_factor", images, &[images.dim(0), 1, 2]);
        let [x, y] = [0, 1].map(|i| factors.slice(2, i, i + 1));
        let (one, zero) = (images.builder().scalar(1.0), images.builder().scalar(0.0));
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: self.fill_mode,
            fill_value: self.fill_value,
        };
        reading.affine(images, [&one, &x, &zero, &y, &one, &zero])
    }
}
