//! ContrastLimitedAdaptiveHistogramEqualization: values spread by their frequency near by, in training and inference.
//!
//!   x (B, H, W, C) as bytes -> y of the same shape
//!
//! The image is cut in tiles. In each tile and channel values are counted; counts above limit = clip_limit · pixels / 256
//! are cut, and what was cut goes to all 256 values alike. The running sums n make the tile's table 255 (n(v) - n(0)) / (pixels -
//! n(0)). A pixel is the blend of its value in the tables of the four tiles whose centres are nearest. Images that tiles do not
//! divide go on reflected.
//!
//! Zuiderveld 1994. Follows keras/src/layers/preprocessing/image_preprocessing/clahe.py.

use regimen_graph::{DType, Tensor, Var};

use crate::{
    Configured, DataFormat, LayerDef, Scope, ValueRange,
    config::PerAxis,
    factors::BYTES,
    histogram::counts,
    image_layer::{self, Drawn, ImageLayer, Integers, image_layer},
    keras_config,
    limits::{Checks, Limits},
    sampling::take,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ContrastLimitedAdaptiveHistogramEqualization",
    aliases: &[],
    about: "values of images spread by their frequency near by",
    options: ContrastLimitedAdaptiveHistogramEqualization::options,
    read: image_layer::read::<ContrastLimitedAdaptiveHistogramEqualization>,
};

keras_config! {
    /// Contrast-limited adaptive histogram equalization (CLAHE), in training and inference. Integer images stay integers.
    ///
    /// ```
    /// use regimen_nn::layers::ContrastLimitedAdaptiveHistogramEqualization as Clahe;
    /// assert_eq!(Clahe::new().clip_limit, 4.0);
    /// ```
    pub struct ContrastLimitedAdaptiveHistogramEqualization() {
        /// Least and largest value of pixels. Default 0 and 255.
        value_range: ValueRange = BYTES,
        /// How far counts may go, as a multiple of the even count; 0 or less is no limit. Default 4.
        clip_limit: f64 = 4.0,
        /// How many tiles down and across. Default 8 and 8.
        tile_grid_size: PerAxis = PerAxis(vec![8, 8]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for ContrastLimitedAdaptiveHistogramEqualization {
    fn limits(&self) -> Checks {
        let sizes = self.tile_grid_size.expand(2);
        let ok = sizes.is_some_and(|s| s.iter().all(|n| (1..=4096).contains(n)));
        let found = format!("{:?}", self.tile_grid_size.0);
        self.value_range
            .check(Checks::new())
            .finite("clip_limit", self.clip_limit)
            .holds(ok, "tile_grid_size", found, "two whole numbers, 1 to 4096")
    }
}

image_layer!(ContrastLimitedAdaptiveHistogramEqualization);

/// The tiles along one axis of an image.
struct Tiles {
    /// How many.
    count: usize,
    /// Pixels of one.
    length: usize,
}

impl Tiles {
    fn new(size: usize, count: usize) -> Tiles {
        let length = size.div_ceil(count.max(1)).max(1);
        Tiles { count, length }
    }

    fn pixels(&self) -> usize {
        self.count * self.length
    }

    /// The pixel that stands at each place of the axis, reflected beyond its end.
    fn reflected(&self, size: usize) -> Vec<f64> {
        let at = |i: usize| {
            let i = i % (2 * size.max(1));
            i.min((2 * size).saturating_sub(i + 1)) as f64
        };
        (0..self.pixels()).map(at).collect()
    }

    /// The tile of each pixel.
    fn own(&self) -> Vec<f64> {
        (0..self.pixels())
            .map(|i| (i / self.length) as f64)
            .collect()
    }

    /// The tiles whose centres are around each pixel, the one before, the one behind, and the share of the latter.
    fn around(&self) -> [Vec<f64>; 3] {
        let place = |i: usize| (i as f64 - self.length as f64 / 2.0) / self.length as f64;
        let last = self.count as f64 - 1.0;
        let places = || (0..self.pixels()).map(place);
        [
            places().map(|p| p.floor().clamp(0.0, last)).collect(),
            places()
                .map(|p| (p.floor() + 1.0).clamp(0.0, last))
                .collect(),
            places().map(|p| p - p.floor()).collect(),
        ]
    }
}

/// Numbers along axis 1 or 2 of images.
fn along(images: &Var, axis: usize, dtype: DType, values: &[f64]) -> Var {
    let mut shape = vec![1; 4];
    shape[axis] = values.len();
    images
        .builder()
        .constant(Tensor::from_f64(dtype, shape, values))
}

impl ImageLayer for ContrastLimitedAdaptiveHistogramEqualization {
    fn data_format(&self) -> DataFormat {
        self.data_format
    }

    fn draw(&self, _: &mut Scope, _: &Var) -> Drawn {
        Drawn::new()
    }

    fn transform_images(&self, images: &Var, _: &Drawn) -> Var {
        let [_, h, w, channels] = [0, 1, 2, 3].map(|axis| images.dim(axis));
        let grid = self.tile_grid_size.expand(2).unwrap_or(vec![1, 1]);
        let tiles = [Tiles::new(h, grid[0]), Tiles::new(w, grid[1])];
        let ids = |list: Vec<f64>| {
            let tensor = Tensor::from_f64(DType::I32, vec![list.len()], &list);
            images.builder().constant(tensor)
        };
        let whole = take(images, 1, &ids(tiles[0].reflected(h)));
        let whole = take(&whole, 2, &ids(tiles[1].reflected(w)));
        let bytes = BYTES
            .clip(&self.value_range.to(BYTES, &whole))
            .cast(DType::I32);
        let integers = |axis, list: &[f64]| along(images, axis, DType::I32, list);
        let b = images
            .builder()
            .iota(DType::I32, &[images.dim(0), 1, 1, 1], 0);
        let c = images.builder().iota(DType::I32, &[1, 1, 1, channels], 3);
        // The place of a pixel's value in the tables, for tiles by their row and column.
        let place = |row: &[f64], column: &[f64]| {
            let row = &b * grid[0] as f64 + integers(1, row);
            let tile = row * grid[1] as f64 + integers(2, column);
            (tile * channels as f64 + &c) * 256.0 + &bytes
        };
        let number = images.dim(0) * grid[0] * grid[1] * channels * 256;
        let counted = counts(&place(&tiles[0].own(), &tiles[1].own()), number);
        let pixels = (tiles[0].length * tiles[1].length) as f64;
        let table = self.table(&counted, pixels);
        let [above, below, down] = tiles[0].around();
        let [left, right, across] = tiles[1].around();
        let down = along(images, 1, DType::F32, &down);
        let across = along(images, 2, DType::F32, &across);
        let blend = |row: &[f64]| {
            let [a, b] = [&left, &right].map(|column| table.gather(&place(row, column)));
            a * (1.0 - &across) + b * &across
        };
        let y = blend(&above) * (1.0 - &down) + blend(&below) * &down;
        BYTES.to(self.value_range, &y.slice(1, 0, h).slice(2, 0, w))
    }

    fn in_inference(&self) -> bool {
        true
    }

    fn integers(&self) -> Integers {
        Integers::Truncated
    }
}

impl ContrastLimitedAdaptiveHistogramEqualization {
    /// The tables of all tiles, one after the other, from their counts.
    fn table(&self, counted: &Var, pixels: f64) -> Var {
        let rows = counted.reshape(&[counted.dim(0) / 256, 256]);
        let rows = if self.clip_limit > 0.0 {
            let cut = rows.clip(0.0, self.clip_limit * pixels / 256.0);
            let excess = (rows - &cut).sum(&[1], true);
            cut + excess / 256.0
        } else {
            rows
        };
        let below = rows.cumsum(1, false, false);
        let least = below.min(&[1], true);
        let rest = pixels - &least;
        let (zero, one) = (rest.scalar_like(0.0), rest.scalar_like(1.0));
        let rest = rest.eq_to(&zero).select(&one, &rest);
        let table = ((below - least) * 255.0 / rest).clip(0.0, 255.0);
        table.reshape(&[counted.dim(0)])
    }
}
