//! RandomPerspective: images as seen from a random side while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(h4 i / n, h0 j / n), n = h6 j + h7 i + 1
//!
//! The corners of the image, less one, move outward or inward by random parts of their coordinates, and the
//! map takes each moved corner to its old place. Since the corner (0, 0) stays and coordinates that are 0 do,
//! too, the eight equations of the map have the closed solution that `transform_images` writes:
//! with the moved corners (a, 0), (0, b), (c, d) of an image whose last pixel is (X, Y)
//!
//!   h7 = (c / a - 1) / d,  h6 = (d / b - 1) / c,  h0 = X (1 / a + h6),  h4 = Y (1 / b + h7)
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_perspective.py and `perspective_transform` of
//! keras/src/backend/jax/image.py.

use regimen_graph::{DType, Tensor, Var};

use crate::{
    Configured, DataFormat, Factor, FillMode, LayerDef, Sampling, Scope,
    factors::{chance, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
    sampling::{Reading, grid},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomPerspective",
    aliases: &[],
    about: "images seen from a random side while training",
    options: RandomPerspective::options,
    read: image_layer::read::<RandomPerspective>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

keras_config! {
    /// Images whose corners move at random, beyond the border one value; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandomPerspective;
    /// assert_eq!(RandomPerspective::new().scale(0.2).fill_value, 0.0);
    /// ```
    pub struct RandomPerspective() {
        /// The chance that an image is transformed is drawn from this range; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// How far corners move, 0 to 1: by up to half of this part of their coordinates. Default 1.
        scale: f64 = 1.0,
        /// How places between pixels are read. Default bilinear.
        interpolation: Sampling = Sampling::Bilinear,
        /// The value beyond the border. Default 0.
        fill_value: f64 = 0.0,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomPerspective {
    fn limits(&self) -> Checks {
        let checks = Checks::new().fraction("scale", self.scale);
        self.factor.check(checks, "factor", BOUNDS)
    }
}

image_layer!(RandomPerspective, factor = |l| l.factor.within(BOUNDS));

/// The coordinates of an image's last pixel; 1 where there is but one, so that nothing is divided by 0.
fn last_pixel(images: &Var) -> [f64; 2] {
    [2, 1].map(|axis| (images.dim(axis) as f64 - 1.0).max(1.0))
}

impl ImageLayer for RandomPerspective {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let batch = images.dim(0);
        let applied = chance(s, self.seed, self.factor.within(BOUNDS), batch);
        let half = self.scale / 2.0;
        let parts = uniform(s, self.seed, (-half, half), &[batch, 4, 2]);
        let [x, y] = last_pixel(images);
        let corners = [0.0, 0.0, x, 0.0, 0.0, y, x, y];
        let corners = Tensor::from_f64(DType::F32, vec![1, 4, 2], &corners);
        let corners = images.builder().constant(corners);
        Drawn::new()
            .with("apply_perspective", applied)
            .with("end_points", (parts + 1.0) * corners)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let batch = images.dim(0);
        let corners = drawn.get("end_points", images, &[batch, 1, 8]);
        let [a, b, c, d] = [2, 5, 6, 7].map(|i| corners.slice(2, i, i + 1));
        let [last_x, last_y] = last_pixel(images);
        let h7 = (&c / &a - 1.0) / &d;
        let h6 = (&d / &b - 1.0) / &c;
        let h0 = (1.0 / a + &h6) * last_x;
        let h4 = (1.0 / b + &h7) * last_y;
        let [x, y] = grid(images);
        let n = h6 * &x + h7 * &y + 1.0;
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: FillMode::Constant,
            fill_value: self.fill_value,
        };
        let seen = reading.at(images, &(h4 * y / &n), &(h0 * x / n));
        per_image(
            &drawn.get("apply_perspective", images, &[batch]),
            &seen,
            images,
        )
    }
}
