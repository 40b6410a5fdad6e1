//! Resizing: images of another height and width, in training and inference.
//!
//!   x (B, H, W, C) -> y (B, height, width, C)
//!
//! Integer images stay integers: the result is rounded and kept within the type. As Keras on JAX, it has no
//! interpolation `area`.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/resizing.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, FillMode, Interpolation, LayerDef, Scope, aspect_ratio,
    image_layer::{self, Drawn, ImageLayer, Integers, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Resizing",
    aliases: &[],
    about: "images of another height and width",
    options: Resizing::options,
    read: image_layer::read::<Resizing>,
};

keras_config! {
    /// Images brought to one size, in training and inference.
    ///
    /// ```
    /// use regimen_nn::{Interpolation, layers::Resizing};
    /// let layer = Resizing::new(24usize, 32usize).interpolation(Interpolation::Nearest);
    /// assert_eq!((layer.height, layer.width), (24, 32));
    /// ```
    pub struct Resizing(
        /// Rows of the result.
        height: usize,
        /// Columns of the result.
        width: usize,
    ) {
        /// How values between pixels are found. Default bilinear.
        interpolation: Interpolation = Interpolation::Bilinear,
        /// Whether a centred part of the target's aspect ratio is resized, without distortion. Default false.
        crop_to_aspect_ratio: bool = false,
        /// Whether a border is put around first, without distortion. Default false.
        pad_to_aspect_ratio: bool = false,
        /// How the border is filled: constant is all that Keras has.
        fill_mode: FillMode = FillMode::Constant,
        /// The value of the border. Default 0.
        fill_value: f64 = 0.0,
        /// Whether pixels are averaged where images become smaller. Default false.
        antialias: bool = false,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for Resizing {
    fn limits(&self) -> Checks {
        let both = self.crop_to_aspect_ratio && self.pad_to_aspect_ratio;
        let constant = self.fill_mode == FillMode::Constant;
        Checks::new()
            .at_least_one("height", self.height)
            .at_least_one("width", self.width)
            .holds(
                !both,
                "pad_to_aspect_ratio",
                true,
                "false where `crop_to_aspect_ratio` is true",
            )
            .holds(constant, "fill_mode", self.fill_mode.name(), "`constant`")
    }
}

image_layer!(Resizing);

impl ImageLayer for Resizing {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        let size = [self.height, self.width];
        let part = if self.crop_to_aspect_ratio {
            aspect_ratio::cut(images, aspect_ratio::centred_box(images, size))
        } else if self.pad_to_aspect_ratio {
            aspect_ratio::padded(images, size, self.fill_value)
        } else {
            images.clone()
        };
        aspect_ratio::resized(&part, size, self.interpolation, self.antialias)
    }

    fn in_inference(&self) -> bool {
        true
    }

    fn integers(&self) -> Integers {
        Integers::Rounded
    }
}
