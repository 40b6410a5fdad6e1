//! RandomErasing: a box of each image filled with a value or with noise while training.
//!
//!   x (B, H, W, C) -> the fill value inside the box with a chance, x outside
//!   sides of the box: the square roots of two uniform parts of `scale`, of the width and of the height
//!
//! Zhong et al. 2020.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/random_erasing.py.

use regimen_graph::{DType, Tensor, Var, ops::Distribution};
use serde_json::Value as Json;

use crate::{
    Configured, DataFormat, Factor, LayerDef, OptionValue, Scope, ValueRange, boxes,
    factors::{BYTES, chance, uniform},
    image_layer::{self, Drawn, ImageLayer, image_layer, per_image},
    keras_config,
    limits::{Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RandomErasing",
    aliases: &[],
    about: "boxes of images erased at random while training",
    options: RandomErasing::options,
    read: image_layer::read::<RandomErasing>,
};

const BOUNDS: (f64, f64) = (0.0, 1.0);

/// What stands in a box: one value, or one for each of three channels.
#[derive(Debug, Clone, PartialEq)]
pub struct FillValue(pub Vec<f64>);

impl OptionValue for FillValue {
    const KIND: &'static str = "number or three of them";

    fn read(value: &Json) -> Result<FillValue, String> {
        let three = || Vec::<f64>::read(value).ok().filter(|list| list.len() == 3);
        let one = value.as_f64().map(|v| vec![v]);
        one.or_else(three)
            .map(FillValue)
            .ok_or_else(|| "expected a number or a list of three".to_string())
    }

    fn write(&self) -> Json {
        match self.0.as_slice() {
            [one] => (*one).into(),
            list => list.into(),
        }
    }
}

keras_config! {
    /// A box of each image erased with a chance; nothing in inference.
    ///
    /// ```
    /// use regimen_nn::{Factor, layers::RandomErasing};
    /// assert_eq!(RandomErasing::new().scale, Factor::Range(0.02, 0.33));
    /// ```
    pub struct RandomErasing() {
        /// The chance that an image is erased is drawn from this range; one number f is 0 to f. Default 1.
        factor: Factor = Factor::One(1.0),
        /// Squares of the parts of width and height are drawn from this range, 0 to 1; one number f is 0 to f.
        scale: Factor = Factor::Range(0.02, 0.33),
        /// One value, or one for each of three channels. Default noise: normal, its deviation the largest value of pixels.
        fill_value: Option<FillValue> = None,
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for RandomErasing {
    fn limits(&self) -> Checks {
        let checks = self.value_range.check(Checks::new());
        let checks = self.factor.check(checks, "factor", BOUNDS);
        self.scale.check(checks, "scale", BOUNDS)
    }
}

image_layer!(
    RandomErasing,
    factor = |l| l.factor.within(BOUNDS),
    scale = |l| l.scale.within(BOUNDS)
);

impl ImageLayer for RandomErasing {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, s: &mut Scope, images: &Var) -> Drawn {
        let batch = images.dim(0);
        let parts = uniform(s, self.seed, self.scale.within(BOUNDS), &[batch, 2]).sqrt();
        let sides = [0, 1].map(|i| parts.slice(1, i, i + 1).reshape(&[batch]));
        let boxes = boxes::draw(s, self.seed, images, [&sides[0], &sides[1]]);
        let erased = chance(s, self.seed, self.factor.within(BOUNDS), batch);
        let fill = match &self.fill_value {
            None => {
                let noise = s.random_seeded(self.seed, Distribution::Normal, &images.shape());
                noise * self.value_range.1
            }
            Some(FillValue(values)) => {
                let fill = Tensor::from_f64(DType::F32, vec![values.len()], values);
                let fill = images.builder().constant(fill);
                fill.broadcast_to(&images.shape())
            }
        };
        Drawn::new()
            .with("batch_masks", boxes)
            .with("apply_erasing", erased)
            .with("fill_value", self.value_range.clip(&fill))
    }

    fn transform_images(&self, images: &Var, drawn: &Drawn) -> Var {
        let [batch, h, w] = [0, 1, 2].map(|axis| images.dim(axis));
        let boxes = drawn.get("batch_masks", images, &[batch, h, w, 1]);
        let fill = drawn.get("fill_value", images, &images.shape());
        let chosen = drawn.get("apply_erasing", images, &[batch]);
        per_image(&chosen, &boxes.select(&fill, images), images)
    }

    fn channels(&self) -> &'static [usize] {
        match &self.fill_value {
            Some(FillValue(values)) if values.len() == 3 => &[3],
            _ => &[],
        }
    }
}
