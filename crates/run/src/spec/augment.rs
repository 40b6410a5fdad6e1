//! Augmentation: random changes of training rows, step by step, as plain data.
//!
//! Kinds, options and defaults of images are those of Keras's RandomFlip, RandomTranslation,
//! RandomRotation, RandomZoom and RandomContrast (keras/src/layers/preprocessing/image_preprocessing).

use serde::{Deserialize, Serialize};

use super::Interpolation;

/// One step of `data.augment`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AugmentSpec {
    /// Name of the input that is changed. Default: the only one of images, or of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// What is done to a row.
    #[serde(flatten)]
    pub change: Change,
}

/// A random change of one row. A range is drawn from evenly, for each row and pass anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// An image mirrored, or not, with equal chances.
    Flip {
        /// Default `horizontal_and_vertical`.
        #[serde(default)]
        mode: FlipMode,
    },
    /// An image moved.
    Shift {
        /// Share of the height, downwards: within -1 to 1.
        height_factor: [f64; 2],
        /// Share of the width, to the right: within -1 to 1.
        width_factor: [f64; 2],
        /// What comes into the image.
        #[serde(flatten)]
        fill: Fill,
    },
    /// An image turned about its centre.
    Rotate {
        /// Share of a full turn, counter-clockwise: within -1 to 1.
        factor: [f64; 2],
        /// What comes into the image.
        #[serde(flatten)]
        fill: Fill,
    },
    /// An image made smaller (above 0) or larger (below 0) about its centre.
    Zoom {
        /// The view grows by this share of the height: above -1, up to 1.
        height_factor: [f64; 2],
        /// The same of the width. Default: what is drawn for the height, which keeps proportions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        width_factor: Option<[f64; 2]>,
        /// What comes into the image.
        #[serde(flatten)]
        fill: Fill,
    },
    /// Differences from the mean of an image's channel multiplied.
    Contrast {
        /// The multiplier lies from 1 minus the first to 1 plus the second, each 0 to 1.
        factor: [f64; 2],
        /// What the result is clipped to. Default: nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_range: Option<[f64; 2]>,
    },
    /// Words of a text taken away.
    TokenDropout {
        /// Chance of each word.
        rate: f64,
        /// Default `unknown`.
        #[serde(default)]
        mode: DropMode,
    },
    /// Neighbouring words of a text exchanged.
    Swap {
        /// Chance of each pair; a word moves by one place at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rate: Option<f64>,
        /// How often a pair, drawn from all, is exchanged.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        count: Option<usize>,
    },
}

/// How an image is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlipMode {
    /// Left and right.
    Horizontal,
    /// Top and bottom.
    Vertical,
    /// Both at once, by one draw as in Keras.
    #[default]
    HorizontalAndVertical,
}

/// What stands beyond the border of an image, and between its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Fill {
    /// Default `reflect`.
    #[serde(default)]
    pub fill_mode: FillMode,
    /// For `constant`. Default 0.
    #[serde(default)]
    pub fill_value: f64,
    /// Default `bilinear`.
    #[serde(default)]
    pub interpolation: Interpolation,
}

/// What stands beyond the border of an image `a b c d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillMode {
    /// `d c b a | a b c d | d c b a`
    #[default]
    Reflect,
    /// `a b c d | a b c d | a b c d`
    Wrap,
    /// `k k k k | a b c d | k k k k` with `fill_value` for k.
    Constant,
    /// `a a a a | a b c d | d d d d`
    Nearest,
}

/// What becomes of a word that is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DropMode {
    /// The unknown word stands in its place.
    #[default]
    Unknown,
    /// The text closes up, as if written without it; its last word stays.
    Remove,
}

/// An option out of range: its key, what was found, what is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfRange {
    /// The option.
    pub key: &'static str,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub expected: &'static str,
}

impl Change {
    /// The name in a run file.
    pub fn kind(&self) -> &'static str {
        match self {
            Change::Flip { .. } => "flip",
            Change::Shift { .. } => "shift",
            Change::Rotate { .. } => "rotate",
            Change::Zoom { .. } => "zoom",
            Change::Contrast { .. } => "contrast",
            Change::TokenDropout { .. } => "token_dropout",
            Change::Swap { .. } => "swap",
        }
    }

    /// Whether it changes texts; else images.
    pub fn of_text(&self) -> bool {
        matches!(self, Change::TokenDropout { .. } | Change::Swap { .. })
    }

    /// Options that are out of range.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        const CHANCE: &str = "a chance from 0 to 1";
        let mut all = match self {
            Change::Flip { .. } => vec![],
            Change::Shift {
                height_factor,
                width_factor,
                ..
            } => vec![
                turn("height_factor", height_factor),
                turn("width_factor", width_factor),
            ],
            Change::Rotate { factor, .. } => vec![turn("factor", factor)],
            Change::Zoom {
                height_factor,
                width_factor,
                ..
            } => vec![
                view("height_factor", height_factor),
                width_factor.and_then(|width| view("width_factor", &width)),
            ],
            Change::Contrast {
                factor,
                value_range,
            } => {
                let expected = "shares from 0 to 1, such as 0.2 or [0.2, 0.5]";
                let good = factor.iter().all(|&x| share(x));
                let range = value_range.and_then(|range| {
                    let expected = "the least value and the largest, such as [0, 255]";
                    let good = ordered(&range) && range[0] < range[1];
                    check(good, "value_range", &range, expected)
                });
                vec![check(good, "factor", factor, expected), range]
            }
            Change::TokenDropout { rate, .. } => {
                vec![check(share(*rate), "rate", &[*rate], CHANCE)]
            }
            Change::Swap { rate, count } => {
                let both = (rate.is_some() == count.is_some()).then(|| OutOfRange {
                    key: "rate",
                    found: if rate.is_some() { "both" } else { "none" }.to_owned(),
                    expected: "one of `rate` and `count`",
                });
                let chance = rate.and_then(|rate| check(share(rate), "rate", &[rate], CHANCE));
                vec![both, chance]
            }
        };
        if let Some(fill) = self.fill() {
            let value = fill.fill_value;
            let good = (value as f32).is_finite();
            all.push(check(good, "fill_value", &[value], "a number of float32"));
        }
        all.into_iter().flatten().collect()
    }

    fn fill(&self) -> Option<&Fill> {
        match self {
            Change::Shift { fill, .. }
            | Change::Rotate { fill, .. }
            | Change::Zoom { fill, .. } => Some(fill),
            _ => None,
        }
    }
}

fn check(
    good: bool,
    key: &'static str,
    found: &[f64],
    expected: &'static str,
) -> Option<OutOfRange> {
    (!good).then(|| OutOfRange {
        key,
        found: shown(found),
        expected,
    })
}

fn turn(key: &'static str, range: &[f64; 2]) -> Option<OutOfRange> {
    let good = ordered(range) && range[0] >= -1.0 && range[1] <= 1.0;
    check(
        good,
        key,
        range,
        "shares from -1 to 1, such as 0.1 or [-0.1, 0.2]",
    )
}

fn view(key: &'static str, range: &[f64; 2]) -> Option<OutOfRange> {
    let good = ordered(range) && range[0] > -1.0 && range[1] <= 1.0;
    let expected = "shares above -1 and up to 1, such as 0.2 or [-0.3, 0.1]";
    check(good, key, range, expected)
}

fn share(x: f64) -> bool {
    (0.0..=1.0).contains(&x)
}

fn ordered(range: &[f64; 2]) -> bool {
    range.iter().all(|x| (*x as f32).is_finite()) && range[0] <= range[1]
}

/// `0.5`, or `[-2.0, 0.5]`.
fn shown(numbers: &[f64]) -> String {
    match numbers {
        [one] => format!("{one:?}"),
        [low, high] if low == high => format!("{low:?}"),
        many => format!("{many:?}"),
    }
}
