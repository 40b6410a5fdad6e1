//! Equalization: each channel's values spread so that all are about equally frequent, while training.
//!
//!   x (B, H, W, C) as bytes -> 255 (n(x) - n(least)) / (n(largest) - n(least)), rounded; n counts the pixels of the
//!   channel, in the whole batch, that lie in the bin of x or below
//!
//! As in Keras, the counts are those of the whole batch, and inference leaves images as they are.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/equalization.py.

use regimen_graph::{DType, Var};

use crate::{
    Configured, DataFormat, LayerDef, Scope, ValueRange,
    factors::BYTES,
    histogram::counts,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Equalization",
    aliases: &[],
    about: "values spread to be equally frequent, while training",
    options: Equalization::options,
    read: image_layer::read::<Equalization>,
};

keras_config! {
    /// Values of each channel spread over the value range; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::Equalization;
    /// assert_eq!(Equalization::new().bins, 256);
    /// ```
    pub struct Equalization() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// How many bins values are counted in. Default 256.
        bins: usize = 256,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for Equalization {
    fn limits(&self) -> Checks {
        self.value_range
            .check(Checks::new())
            .at_least_one("bins", self.bins)
    }
}

image_layer!(
    Equalization,
    value_range = |l| (l.value_range.sorted().0, l.value_range.sorted().1)
);

impl ImageLayer for Equalization {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        let range = self.value_range.sorted();
        let bytes = range.to(BYTES, images);
        let places = &bytes / 255.0 * (self.bins - 1) as f64;
        let ids = places.clip(0.0, (self.bins - 1) as f64).cast(DType::I32);
        let (batch, channels) = (images.dim(0) * images.dim(1) * images.dim(2), images.dim(3));
        let of_channel = images.builder().iota(DType::I32, &[1, channels], 1);
        let ids = ids.reshape(&[batch, channels]) + of_channel * self.bins as f64;
        let counts = counts(&ids, channels * self.bins).reshape(&[channels, self.bins]);
        let (zero, one) = (counts.scalar_like(0.0), counts.scalar_like(1.0));
        let filled = counts.gt(&zero).cast(DType::F32).sum(&[1], false);
        let below = counts.cumsum(1, false, false);
        let all = counts.scalar_like(batch as f64);
        let least = below.gt(&zero).select(&below, &all).min(&[1], true);
        let rest = all - &least;
        let rest = rest.gt(&zero).select(&rest, &one);
        let table = ((below - least) * 255.0 / rest).round().clip(0.0, 255.0);
        let found = table.reshape(&[channels * self.bins]).gather(&ids);
        let spread = found.reshape(&images.shape());
        let flat = filled.le(&one).reshape(&[1, 1, 1, channels]);
        BYTES.to(range, &flat.select(&bytes, &spread))
    }
}
