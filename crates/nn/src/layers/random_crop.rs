//! RandomCrop: parts of images from a random place while training.
//!
//!   x (B, H, W, C) -> y (B, height, width, C); one place for all images of a batch
//!
//! Where an image is not larger than the target in both directions, a centred part is cut and, if its size is another,
//! resized. As Keras 3.15.1 really has it, inference leaves images as they are, of their own size.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_crop.py.

use regimen_graph::{DType, Var};

use crate::{
    Configured, DataFormat, Interpolation, LayerDef, Scope, aspect_ratio,
    factors::uniform,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
    sampling::take,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomCrop",
    aliases: &[],
    about: "parts of images from a random place while training",
    options: RandomCrop::options,
    read: image_layer::read::<RandomCrop>,
};

keras_config! {
    /// Parts of images from one random place a batch; inference leaves images as they are, as in Keras: put a CenterCrop or
    /// Resizing behind where a model needs one size.
    ///
    /// ```
    /// use regimen_nn::layers::RandomCrop;
    /// assert_eq!(RandomCrop::new(24usize, 32usize).height, 24);
    /// ```
    pub struct RandomCrop(
        /// Rows of the result.
        height: usize,
        /// Columns of the result.
        width: usize,
    ) {
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomCrop {
    fn limits(&self) -> Checks {
        Checks::new()
            .at_least_one("height", self.height)
            .at_least_one("width", self.width)
    }
}

image_layer!(RandomCrop);

impl RandomCrop {
    /// Whether there is a choice: the image is larger in both directions.
    fn chooses(&self, images: &Var) -> bool {
        images.dim(1) > self.height && images.dim(2) > self.width
    }
}

impl ImageLayer for RandomCrop {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        if !self.chooses(images) {
            return Drawn::new();
        }
        let mut start = |size: usize, part: usize| {
            let places = (size - part + 1) as f64;
            uniform(s, self.seed, (0.0, places), &[]).floor()
        };
        let top = start(images.dim(1), self.height);
        let left = start(images.dim(2), self.width);
        Drawn::new().with("h_start", top).with("w_start", left)
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let size = [self.height, self.width];
        if self.chooses(images) {
            let rows = |name: &str, n: usize| {
                let start = drawn.get(name, images, &[]).cast(DType::I32);
                start + images.builder().iota(DType::I32, &[n], 0)
            };
            let part = take(images, 1, &rows("h_start", self.height));
            return take(&part, 2, &rows("w_start", self.width));
        }
        let [(top, _), (left, _)] = aspect_ratio::centred_box(images, size);
        let part = aspect_ratio::cut(images, [(top, self.height), (left, self.width)]);
        aspect_ratio::resized(&part, size, Interpolation::Bilinear, false)
    }
}
