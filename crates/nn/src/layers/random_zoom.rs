//! RandomZoom: images that show more or less of their height and width while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C); about the centre, y shows (1 + h) H rows and (1 + w) W columns
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_zoom.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Factor, FillMode, LayerDef, OptionValue, Sampling, Scope,
    factors::uniform,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
    sampling::{Reading, check_fill_mode},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomZoom",
    aliases: &[],
    about: "images zoomed at random while training",
    options: RandomZoom::options,
    read: image_layer::read::<RandomZoom>,
};

keras_config! {
    /// Images zoomed about their centre; positive factors show more, negative ones less. Nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::RandomZoom;
    /// assert_eq!(RandomZoom::new([-0.2, -0.1]).width_factor, None);
    /// ```
    pub struct RandomZoom(
        /// What of the height is shown more, above -1 and at most 1; one number f is -f to f.
        height_factor: Factor,
    ) {
        /// What of the width is shown more. Default as much as of the height.
        width_factor: Option<Factor> = None,
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

impl Limits for RandomZoom {
    fn limits(&self) -> Checks {
        let mut checks = check_fill_mode(Checks::new(), self.fill_mode);
        let both = [
            ("height_factor", Some(self.height_factor)),
            ("width_factor", self.width_factor),
        ];
        for (name, factor) in both {
            let Some(factor) = factor else { continue };
            let (low, high) = match factor {
                Factor::One(f) => (f, f),
                Factor::Range(..) => factor.symmetric(),
            };
            let expected = "a number above -1 and at most 1, or a list of two of them";
            checks = checks.holds(low > -1.0 && high <= 1.0, name, factor.write(), expected);
        }
        checks
    }
}

image_layer!(RandomZoom);

impl ImageLayer for RandomZoom {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let shape = [images.dim(0), 1];
        let mut zoom = |factor: Factor| {
            let (low, high) = factor.symmetric();
            uniform(s, self.seed, (1.0 + low, 1.0 + high), &shape)
        };
        let high = zoom(self.height_factor);
        let wide = self.width_factor.map_or_else(|| high.clone(), zoom);
        Drawn::new()
            .with("height_zoom", high)
            .with("width_zoom", wide)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let zoom = |name| drawn.get(name, images, &[images.dim(0), 1, 1]);
        let (high, wide) = (zoom("height_zoom"), zoom("width_zoom"));
        let [cy, cx] = [1, 2].map(|axis| (images.dim(axis) as f64 - 1.0) / 2.0);
        let (to_x, to_y) = ((1.0 - &wide) * cx, (1.0 - &high) * cy);
        let zero = images.builder().scalar(0.0);
        let reading = Reading {
            sampling: self.interpolation,
            fill_mode: self.fill_mode,
            fill_value: self.fill_value,
        };
        reading.affine(images, [&wide, &zero, &to_x, &zero, &high, &to_y])
    }
}
