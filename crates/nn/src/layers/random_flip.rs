//! RandomFlip: images mirrored with a chance of one half while training.
//!
//!   x (B, H, W, C) -> y (B, H, W, C); with both directions, an image is turned in both or in none
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_flip.py.

use regimen_graph::Var;
use serde_json::Value as Json;

use crate::{
    Configured, DataFormat, LayerDef, OptionValue, Scope,
    factors::uniform,
    image_layer::{self, Drawn, ImageLayer, image_layer},
    keras_config,
    limits::{Checks, Limits},
    option_kinds::choice,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomFlip",
    aliases: &[],
    about: "images mirrored at random while training",
    options: RandomFlip::options,
    read: image_layer::read::<RandomFlip>,
};

/// In which direction images are flipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlipMode {
    /// Left and right change places.
    Horizontal,
    /// Top and bottom change places.
    Vertical,
    /// Both at once.
    HorizontalAndVertical,
}

impl OptionValue for FlipMode {
    const KIND: &'static str = "`horizontal`, `vertical` or `horizontal_and_vertical`";

    fn read(value: &Json) -> Result<FlipMode, String> {
        let names = ["horizontal", "vertical", "horizontal_and_vertical"];
        choice(value, &names, |name| match name {
            "horizontal" => Some(FlipMode::Horizontal),
            "vertical" => Some(FlipMode::Vertical),
            "horizontal_and_vertical" => Some(FlipMode::HorizontalAndVertical),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            FlipMode::Horizontal => "horizontal",
            FlipMode::Vertical => "vertical",
            FlipMode::HorizontalAndVertical => "horizontal_and_vertical",
        }
        .into()
    }
}

keras_config! {
    /// Images mirrored with a chance of one half, each for itself; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::{FlipMode, RandomFlip};
    /// assert_eq!(RandomFlip::new().mode(FlipMode::Horizontal).mode, FlipMode::Horizontal);
    /// ```
    pub struct RandomFlip() {
        /// The direction. Default both.
        mode: FlipMode = FlipMode::HorizontalAndVertical,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomFlip {
    fn limits(&self) -> Checks {
        Checks::new()
    }
}

image_layer!(RandomFlip);

impl ImageLayer for RandomFlip {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let draw = uniform(s, self.seed, (0.0, 1.0), &[images.dim(0), 1, 1, 1]);
        Drawn::new().with("flips", draw.le(&draw.scalar_like(0.5)))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let flips = drawn.get("flips", images, &[images.dim(0), 1, 1, 1]);
        let axes: &[isize] = match self.mode {
            FlipMode::Horizontal => &[2],
            FlipMode::Vertical => &[1],
            FlipMode::HorizontalAndVertical => &[1, 2],
        };
        flips.select(&images.reverse(axes), images)
    }
}
