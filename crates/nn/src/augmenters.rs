//! The eleven changes that RandAugment and AugMix choose from, by Keras's names.
//!
//! Follows keras/src/layers/preprocessing/image_preprocessing/rand_augment.py and aug_mix.py.

use crate::{
    DataFormat, Factor, Sampling, ValueRange,
    image_layer::ImageLayer,
    layers::{
        AutoContrast, Equalization, RandomBrightness, RandomColorDegeneration, RandomContrast,
        RandomPosterization, RandomRotation, RandomSharpness, RandomShear, RandomTranslation,
        Solarization,
    },
};

/// What the changes have in common.
pub(crate) struct Augmenters {
    pub factor: (f64, f64),
    pub value_range: ValueRange,
    pub interpolation: Sampling,
    pub seed: Option<i64>,
    pub data_format: DataFormat,
}

/// A change with its name in transformations.
pub(crate) type Named = (&'static str, Box<dyn ImageLayer>);

impl Augmenters {
    /// All, in the order of RandAugment.
    pub fn all(&self) -> Vec<Named> {
        let [mut geometry, colours, last] = [self.geometry(), self.colours(), self.last()];
        geometry.extend(colours);
        geometry.push(("random_posterization", self.posterization()));
        geometry.extend(last);
        geometry
    }

    /// All in the order of AugMix, or those of them that leave brightness, colours, contrast and sharpness alone.
    pub fn mixed(&self, all_ops: bool) -> Vec<Named> {
        let mut list = self.geometry();
        list.push(("random_posterization", self.posterization()));
        list.extend(self.last());
        if all_ops {
            list.extend(self.colours());
        }
        list
    }

    fn geometry(&self) -> Vec<Named> {
        let (f, mode) = (Factor::from(self.factor), self.interpolation);
        let shear = RandomShear::new().x_factor(f).y_factor(f);
        vec![
            (
                "random_shear",
                Box::new(shear.interpolation(mode).seed(self.seed)),
            ),
            (
                "random_translation",
                Box::new(
                    RandomTranslation::new(f, f)
                        .interpolation(mode)
                        .seed(self.seed),
                ),
            ),
            (
                "random_rotation",
                Box::new(RandomRotation::new(f).interpolation(mode).seed(self.seed)),
            ),
        ]
    }

    fn colours(&self) -> Vec<Named> {
        let (f, range, seed) = (Factor::from(self.factor), self.value_range, self.seed);
        vec![
            (
                "random_brightness",
                Box::new(RandomBrightness::new(f).value_range(range).seed(seed)),
            ),
            (
                "random_color_degeneration",
                Box::new(
                    RandomColorDegeneration::new(f)
                        .value_range(range)
                        .seed(seed),
                ),
            ),
            (
                "random_contrast",
                Box::new(RandomContrast::new(f).value_range(range).seed(seed)),
            ),
            (
                "random_sharpness",
                Box::new(RandomSharpness::new(f).value_range(range).seed(seed)),
            ),
        ]
    }

    fn posterization(&self) -> Box<dyn ImageLayer> {
        let bits = (8.0 * self.factor.1).trunc().max(1.0);
        let layer = RandomPosterization::new(bits).value_range(self.value_range);
        Box::new(layer.seed(self.seed))
    }

    fn last(&self) -> Vec<Named> {
        let (f, range) = (Factor::from(self.factor), self.value_range);
        let solarization = Solarization::new().addition_factor(f).threshold_factor(f);
        let contrast = AutoContrast::new().value_range(range);
        vec![
            (
                "solarization",
                Box::new(solarization.value_range(range).seed(self.seed)),
            ),
            // The one layer whose axes depend on the order of the input's.
            (
                "auto_contrast",
                Box::new(contrast.data_format(self.data_format)),
            ),
            (
                "equalization",
                Box::new(Equalization::new().value_range(range)),
            ),
        ]
    }
}
