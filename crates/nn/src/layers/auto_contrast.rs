//! AutoContrast: images stretched so that each channel reaches from one end of the value range to the other.
//!
//!   x (B, H, W, C) -> clip((x - low) 255 / (high - low)) of each channel of each image, in training and inference
//!
//! As in Keras, low and high are those of the second and third axis, whatever `data_format`: with the channels first they are
//! those of each column over channels and rows. Where high = low, nothing changes.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/auto_contrast.py.

use regimen_graph::Var;

use crate::{
    Configured, DataFormat, LayerDef, Scope, ValueRange,
    factors::BYTES,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AutoContrast",
    aliases: &[],
    about: "images stretched to the whole value range",
    options: AutoContrast::options,
    read: image_layer::read::<AutoContrast>,
};

keras_config! {
    /// The smallest value of each channel becomes the least of the value range, the largest one its largest, in training and
    /// inference.
    ///
    /// ```
    /// use regimen_nn::layers::AutoContrast;
    /// assert_eq!(AutoContrast::new().value_range.1, 255.0);
    /// ```
    pub struct AutoContrast() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for AutoContrast {
    fn limits(&self) -> Checks {
        self.value_range.check(Checks::new())
    }
}

impl AutoContrast {
    /// The value range with the smaller number first.
    fn range(&self) -> ValueRange {
        self.value_range.sorted()
    }
}

image_layer!(AutoContrast, value_range = |l| (l.range().0, l.range().1));

impl ImageLayer for AutoContrast {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        let axes = match self.data_format {
            DataFormat::ChannelsLast => [1, 2],
            DataFormat::ChannelsFirst => [3, 1],
        };
        let x = self.range().to(BYTES, images);
        let (low, high) = (x.min(&axes, true), x.max(&axes, true));
        let reach = &high - &low;
        let (zero, one) = (x.scalar_like(0.0), x.scalar_like(1.0));
        let varies = reach.ne_to(&zero);
        let scale = 255.0 / varies.select(&reach, &one);
        let stretched = BYTES.clip(&(&x * &scale - low * scale));
        varies.select(&BYTES.to(self.range(), &stretched), images)
    }

    fn in_inference(&self) -> bool {
        true
    }
}
