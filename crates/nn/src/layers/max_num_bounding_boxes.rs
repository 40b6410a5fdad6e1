//! MaxNumBoundingBoxes: images as they are. Keras's layer cuts the boxes of dict inputs to one number; of arrays of images,
//! which are what comes here, it changes nothing, and so does this one.
//!
//!   x (B, H, W, C) -> x
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/max_num_bounding_box.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, LayerDef, Scope,
    image_layer::{self, Drawn, ImageLayer, Integers, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "MaxNumBoundingBoxes",
    aliases: &[],
    about: "images as they are; bounding boxes are not taken",
    options: MaxNumBoundingBoxes::options,
    read: image_layer::read::<MaxNumBoundingBoxes>,
};

keras_config! {
    /// Images as they are, so that Keras's configs with this layer load.
    ///
    /// ```
    /// use regimen_nn::layers::MaxNumBoundingBoxes;
    /// assert_eq!(MaxNumBoundingBoxes::new(10usize).fill_value, -1);
    /// ```
    pub struct MaxNumBoundingBoxes(
        /// How many boxes an image would keep; there are none here.
        max_number: usize,
    ) {
        /// What would stand for an absent box; there are none here.
        fill_value: i64 = -1,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for MaxNumBoundingBoxes {
    fn limits(&self) -> Checks {
        Checks::new()
    }
}

image_layer!(MaxNumBoundingBoxes);

impl ImageLayer for MaxNumBoundingBoxes {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        images.clone()
    }

    fn integers(&self) -> Integers {
        Integers::Truncated
    }
}
