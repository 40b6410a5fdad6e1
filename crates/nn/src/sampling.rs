//! Images read at computed places: nearest or bilinear, with a rule for what lies beyond the border.
//!
//!   images (B, H, W, C), y and x (B, H', W') -> (B, H', W', C); pixels stand at whole coordinates
//!   affine  x' = a0 x + a1 y + a2,  y' = b0 x + b1 y + b2
//!
//! Follows `affine_transform` of keras/src/backend/jax/image.py and jax.scipy.ndimage.map_coordinates.

use regimen_graph::{DType, Var};
use serde_json::Value as Json;

use crate::{OptionValue, limits::Checks, option_kinds::choice};

/// What stands beyond the border of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillMode {
    /// One value: k k k k | a b c d | k k k k.
    Constant,
    /// The pixel of the border: a a a a | a b c d | d d d d.
    Nearest,
    /// The image again: a b c d | a b c d | a b c d.
    Wrap,
    /// The image reflected at the edge of its last pixel: d c b a | a b c d | d c b a.
    Reflect,
    /// The image reflected at the centre of its last pixel: d c b | a b c d | c b a.
    Mirror,
}

impl FillMode {
    const ALL: [FillMode; 5] = [
        FillMode::Reflect,
        FillMode::Wrap,
        FillMode::Constant,
        FillMode::Nearest,
        FillMode::Mirror,
    ];

    /// Keras's name.
    pub fn name(self) -> &'static str {
        match self {
            FillMode::Constant => "constant",
            FillMode::Nearest => "nearest",
            FillMode::Wrap => "wrap",
            FillMode::Reflect => "reflect",
            FillMode::Mirror => "mirror",
        }
    }

    /// The mode with this name.
    pub fn from_name(name: &str) -> Option<FillMode> {
        FillMode::ALL.into_iter().find(|m| m.name() == name)
    }
}

impl OptionValue for FillMode {
    const KIND: &'static str = "`reflect`, `wrap`, `constant` or `nearest`";

    fn read(value: &Json) -> Result<FillMode, String> {
        choice(
            value,
            &FillMode::ALL.map(FillMode::name),
            FillMode::from_name,
        )
    }

    fn write(&self) -> Json {
        self.name().into()
    }
}

/// How a place between pixels is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// The nearest pixel, half-way the one away from zero.
    Nearest,
    /// The four pixels around, by their nearness.
    Bilinear,
}

impl OptionValue for Sampling {
    const KIND: &'static str = "`nearest` or `bilinear`";

    fn read(value: &Json) -> Result<Sampling, String> {
        choice(value, &["nearest", "bilinear"], |name| match name {
            "nearest" => Some(Sampling::Nearest),
            "bilinear" => Some(Sampling::Bilinear),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            Sampling::Nearest => "nearest",
            Sampling::Bilinear => "bilinear",
        }
        .into()
    }
}

/// How images are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub sampling: Sampling,
    pub fill_mode: FillMode,
    pub fill_value: f64,
}

impl Reading {
    /// Images (B, H, W, C) through an affine map per image: `[a0, a1, a2, b0, b1, b2]`, each (B, 1, 1).
    pub fn affine(&self, images: &Var, map: [&Var; 6]) -> Var {
        let [x, y] = grid(images);
        let [a0, a1, a2, b0, b1, b2] = map;
        let to_x = a0 * &x + a1 * &y + a2;
        let to_y = b0 * &x + b1 * &y + b2;
        self.at(images, &to_y, &to_x)
    }

    /// Images (B, H, W, C) read at rows `y` and columns `x`, each (B, H', W').
    pub fn at(&self, images: &Var, y: &Var, x: &Var) -> Var {
        let source = Source {
            images,
            reading: self,
        };
        if self.sampling == Sampling::Nearest {
            return source.pixel(&round_away(y), &round_away(x));
        }
        let (top, left) = (y.floor(), x.floor());
        let (down, right) = (y - &top, x - &left);
        let mut sum: Option<Var> = None;
        for (row, by_row) in [(top.clone(), 1.0 - &down), (top + 1.0, down)] {
            for (column, by_column) in [(left.clone(), 1.0 - &right), (&left + 1.0, right.clone())]
            {
                let share = (&by_row * by_column).expand_dims(-1);
                let part = source.pixel(&row, &column) * share;
                sum = Some(sum.map_or(part.clone(), |s| s + part));
            }
        }
        sum.unwrap_or_else(|| images.clone())
    }
}

/// Columns (1, 1, W) and rows (1, H, 1) of images (B, H, W, C), as floats.
pub(crate) fn grid(images: &Var) -> [Var; 2] {
    let (b, f32) = (images.builder(), DType::F32);
    [
        b.iota(f32, &[1, 1, images.dim(2)], 2),
        b.iota(f32, &[1, images.dim(1), 1], 1),
    ]
}

/// The nearest whole number, half-way the one away from zero.
fn round_away(x: &Var) -> Var {
    x.sign() * (x.abs() + 0.5).floor()
}

struct Source<'a> {
    images: &'a Var,
    reading: &'a Reading,
}

impl Source<'_> {
    /// The pixels at whole rows and columns, (B, H', W') as floats; they may lie beyond the border.
    fn pixel(&self, row: &Var, column: &Var) -> Var {
        let [b, h, w, c] = [0, 1, 2, 3].map(|a| self.images.dim(a));
        let mode = self.reading.fill_mode;
        let [r, q] = [(row, h), (column, w)].map(|(i, n)| inside(i, n, mode).cast(DType::I32));
        let of_image = self.images.builder().iota(DType::I32, &[b, 1, 1], 0) * (h * w) as f64;
        let ids = of_image + r * w as f64 + q;
        let found = self.images.reshape(&[b * h * w, c]).gather(&ids);
        if mode != FillMode::Constant {
            return found;
        }
        let [rows, columns] = [(row, h), (column, w)].map(|(i, n)| {
            let last = i.scalar_like(n as f64 - 1.0);
            i.ge(&i.scalar_like(0.0)).and(&i.le(&last))
        });
        let value = found.scalar_like(self.reading.fill_value);
        rows.and(&columns).expand_dims(-1).select(&found, &value)
    }
}

/// The pixel of a line of `n` that stands at the whole number `i`, both as floats.
fn inside(i: &Var, n: usize, mode: FillMode) -> Var {
    let (last, i) = (n as f64 - 1.0, i.stop_gradient());
    match mode {
        FillMode::Constant | FillMode::Nearest => i.clip(0.0, last),
        FillMode::Wrap => i.rem(&i.scalar_like(n as f64)),
        FillMode::Reflect => {
            let i = i.rem(&i.scalar_like(2.0 * n as f64));
            i.minimum(&(2.0 * n as f64 - 1.0 - &i))
        }
        FillMode::Mirror if n == 1 => i.zeros_like(),
        FillMode::Mirror => {
            let i = (&i + last).rem(&i.scalar_like(2.0 * last));
            (i - last).abs()
        }
    }
}

/// The fill modes of layers that have no mirror.
pub(crate) fn check_fill_mode(checks: Checks, mode: FillMode) -> Checks {
    let ok = mode != FillMode::Mirror;
    checks.holds(ok, "fill_mode", mode.name(), FillMode::KIND)
}

/// Slices of `x` along an axis, by integer ids (N).
pub(crate) fn take(x: &Var, axis: usize, ids: &Var) -> Var {
    let mut perm: Vec<usize> = (0..x.rank()).collect();
    perm.swap(0, axis);
    x.transpose(&perm).gather(ids).transpose(&perm)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_graph::{Builder, Tensor, evaluate};

    fn line(mode: FillMode, n: usize) -> Vec<f64> {
        let builder = Builder::new();
        let at: Vec<f64> = (-5..9).map(f64::from).collect();
        let i = builder.constant(Tensor::from_f64(DType::F32, vec![14], &at));
        let graph = builder.finish(&[("i", inside(&i, n, mode))], &[]);
        let values = evaluate(&graph.unwrap(), &Default::default()).unwrap();
        values["i"].data.clone()
    }

    #[test]
    fn lines_go_on_as_their_mode_says() {
        let says = |mode, wanted: [u8; 14]| assert_eq!(line(mode, 4), wanted.map(f64::from));
        says(
            FillMode::Reflect,
            [3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0],
        );
        says(FillMode::Wrap, [3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0]);
        says(
            FillMode::Nearest,
            [0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3],
        );
        says(FillMode::Mirror, [1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2]);
        for mode in FillMode::ALL {
            assert_eq!(line(mode, 1), [0.0; 14]);
        }
    }
}
