//! CenterCrop: the middle of images, in training and inference.
//!
//!   x (B, H, W, C) -> y (B, height, width, C)
//!
//! Images that are smaller in one direction are resized: their largest centred part of the target's aspect ratio.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/center_crop.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, Interpolation, LayerDef, Scope, aspect_ratio,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "CenterCrop",
    aliases: &[],
    about: "the middle of images",
    options: CenterCrop::options,
    read: image_layer::read::<CenterCrop>,
};

keras_config! {
    /// The middle of images, in training and inference.
    ///
    /// ```
    /// use regimen_nn::layers::CenterCrop;
    /// assert_eq!(CenterCrop::new(24usize, 32usize).width, 32);
    /// ```
    pub struct CenterCrop(
        /// Rows of the result.
        height: usize,
        /// Columns of the result.
        width: usize,
    ) {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for CenterCrop {
    fn limits(&self) -> Checks {
        Checks::new()
            .at_least_one("height", self.height)
            .at_least_one("width", self.width)
    }
}

image_layer!(CenterCrop);

impl ImageLayer for CenterCrop {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        let [height, width] = [self.height, self.width];
        let (h, w) = (images.dim(1), images.dim(2));
        if h < height || w < width {
            return aspect_ratio::cropped(images, [height, width], Interpolation::Bilinear);
        }
        let rows = ((h - height) / 2, height);
        aspect_ratio::cut(images, [rows, ((w - width) / 2, width)])
    }

    fn in_inference(&self) -> bool {
        true
    }
}
