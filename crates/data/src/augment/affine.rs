//! Images moved, turned and zoomed: each target pixel is read from where an affine map says.
//!
//!   x' = a0 x + a1 y + a2        y' = b0 x + b1 y + b2        pixels stand at whole coordinates
//!   shift     x' = x - dx, y' = y - dy
//!   rotation  [cos -sin; sin cos] about the centre ((width - 1) / 2, (height - 1) / 2)
//!   zoom      [zx 0; 0 zy] about the centre
//!
//! keras/src/layers/preprocessing/image_preprocessing/random_translation.py, random_rotation.py,
//! random_zoom.py; keras/src/backend/jax/image.py `affine_transform`, with the fill modes of
//! jax.scipy.ndimage.map_coordinates. Coordinates are f64 here, float32 there.

use regimen_run::spec::{Fill, FillMode, Interpolation};

/// Sizes of an image, channels last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub height: usize,
    pub width: usize,
    pub channels: usize,
}

/// Where a target pixel is read: `[a0, a1, a2, b0, b1, b2]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Map([f64; 6]);

impl Map {
    /// Moves an image down and to the right by shares of its sizes.
    pub fn shift(size: Size, down: f64, right: f64) -> Map {
        let (dx, dy) = (right * size.width as f64, down * size.height as f64);
        Map([1.0, 0.0, -dx, 0.0, 1.0, -dy])
    }

    /// Turns an image counter-clockwise by a share of a full turn.
    pub fn rotation(size: Size, turns: f64) -> Map {
        let (sin, cos) = (turns * std::f64::consts::TAU).sin_cos();
        Map::about_centre(size, [cos, -sin, sin, cos])
    }

    /// Lets an image show `high` times its height and `wide` times its width.
    pub fn zoom(size: Size, high: f64, wide: f64) -> Map {
        Map::about_centre(size, [wide, 0.0, 0.0, high])
    }

    fn about_centre(size: Size, [a0, a1, b0, b1]: [f64; 4]) -> Map {
        let cx = (size.width as f64 - 1.0) / 2.0;
        let cy = (size.height as f64 - 1.0) / 2.0;
        let a2 = cx - cx * a0 - cy * a1;
        let b2 = cy - cx * b0 - cy * b1;
        Map([a0, a1, a2, b0, b1, b2])
    }

    /// Makes `out` the image `from` read through the map. Both have the elements of `size`.
    pub fn resample(self, size: Size, fill: &Fill, from: &[f32], out: &mut [f32]) {
        let Map([a0, a1, a2, b0, b1, b2]) = self;
        let source = Source { from, size, fill };
        let channels = size.channels.max(1);
        let lines = out.chunks_exact_mut((size.width * channels).max(1));
        for (line, y) in lines.zip(0..) {
            for (target, x) in line.chunks_exact_mut(channels).zip(0..) {
                let (x, y) = (f64::from(x), f64::from(y));
                let sx = a0 * x + a1 * y + a2;
                let sy = b0 * x + b1 * y + b2;
                match fill.interpolation {
                    Interpolation::Nearest => source.nearest(sx, sy, target),
                    Interpolation::Bilinear => source.bilinear(sx, sy, target),
                }
            }
        }
    }
}

/// The image that is read.
struct Source<'a> {
    from: &'a [f32],
    size: Size,
    fill: &'a Fill,
}

impl Source<'_> {
    /// Half-way between two pixels it is the one away from zero.
    fn nearest(&self, x: f64, y: f64, target: &mut [f32]) {
        match self.pixel(x.round() as i64, y.round() as i64) {
            Some(pixel) => target.copy_from_slice(pixel),
            None => target.fill(self.fill.fill_value as f32),
        }
    }

    fn bilinear(&self, x: f64, y: f64, target: &mut [f32]) {
        let (left, top) = (x.floor(), y.floor());
        let (right_share, bottom_share) = ((x - left) as f32, (y - top) as f32);
        let (left, top) = (left as i64, top as i64);
        target.fill(0.0);
        for (row, by_row) in [(top, 1.0 - bottom_share), (top + 1, bottom_share)] {
            for (column, by_column) in [(left, 1.0 - right_share), (left + 1, right_share)] {
                let share = by_row * by_column;
                match self.pixel(column, row) {
                    Some(pixel) => {
                        for (sum, value) in target.iter_mut().zip(pixel) {
                            *sum += share * value;
                        }
                    }
                    None => {
                        let value = share * self.fill.fill_value as f32;
                        target.iter_mut().for_each(|sum| *sum += value);
                    }
                }
            }
        }
    }

    /// The channels of a pixel, which may stand beyond the border; `None` is the fill value.
    fn pixel(&self, x: i64, y: i64) -> Option<&[f32]> {
        let mode = self.fill.fill_mode;
        let x = inside(x, self.size.width, mode)?;
        let y = inside(y, self.size.height, mode)?;
        let at = (y * self.size.width + x) * self.size.channels;
        self.from.get(at..at + self.size.channels)
    }
}

/// The pixel of a line that stands at `i`.
fn inside(i: i64, count: usize, mode: FillMode) -> Option<usize> {
    let n = count as i64;
    let found = match mode {
        _ if (0..n).contains(&i) => i,
        FillMode::Constant => return None,
        FillMode::Nearest => i.clamp(0, n - 1),
        FillMode::Wrap => i.rem_euclid(n),
        FillMode::Reflect => {
            let i = i.rem_euclid(2 * n);
            i.min(2 * n - 1 - i)
        }
    };
    Some(found as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_as_their_mode_says() {
        let line = |mode| -> Vec<Option<usize>> { (-5..9).map(|i| inside(i, 4, mode)).collect() };
        let some = |all: [usize; 14]| all.map(Some).to_vec();
        assert_eq!(
            line(FillMode::Reflect),
            some([3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0, 0])
        );
        assert_eq!(
            line(FillMode::Wrap),
            some([3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0])
        );
        assert_eq!(
            line(FillMode::Nearest),
            some([0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3])
        );
        assert_eq!(
            line(FillMode::Constant)[..6],
            [None, None, None, None, None, Some(0)]
        );
        for mode in [FillMode::Reflect, FillMode::Wrap, FillMode::Nearest] {
            assert_eq!(inside(-7, 1, mode), Some(0));
        }
    }

    fn through(map: impl Fn(Size) -> Map, fill_mode: FillMode, from: &[f32; 9]) -> [f32; 9] {
        let size = Size {
            height: 3,
            width: 3,
            channels: 1,
        };
        let fill = Fill {
            fill_mode,
            fill_value: 9.0,
            interpolation: Interpolation::Bilinear,
        };
        let mut out = [0.0; 9];
        map(size).resample(size, &fill, from, &mut out);
        out.map(|x| (x * 1e4).round() / 1e4)
    }

    const IMAGE: [f32; 9] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 0.0];

    #[test]
    fn positive_shifts_go_down_and_to_the_right() {
        let down = |size| Map::shift(size, 1.0 / 3.0, 0.0);
        let [constant, nearest, wrap] = [FillMode::Constant, FillMode::Nearest, FillMode::Wrap];
        assert_eq!(
            through(down, constant, &IMAGE),
            [9.0, 9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        );
        let right = |size| Map::shift(size, 0.0, 1.0 / 3.0);
        assert_eq!(
            through(right, nearest, &IMAGE),
            [1.0, 1.0, 2.0, 4.0, 4.0, 5.0, 7.0, 7.0, 8.0]
        );
        let half = |size| Map::shift(size, 0.0, -0.5 / 3.0);
        assert_eq!(
            through(half, wrap, &IMAGE),
            [1.5, 2.5, 2.0, 4.5, 5.5, 5.0, 7.5, 4.0, 3.5]
        );
    }

    #[test]
    fn positive_rotations_are_counter_clockwise() {
        let quarter = |size| Map::rotation(size, 0.25);
        let turned = [3.0, 6.0, 0.0, 2.0, 5.0, 8.0, 1.0, 4.0, 7.0];
        assert_eq!(through(quarter, FillMode::Constant, &IMAGE), turned);
        let half = |size| Map::rotation(size, -0.5);
        let turned = [0.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        assert_eq!(through(half, FillMode::Constant, &IMAGE), turned);
    }

    #[test]
    fn zooms_out_above_one() {
        let out = |size| Map::zoom(size, 2.0, 2.0);
        let k = 9.0;
        assert_eq!(
            through(out, FillMode::Constant, &IMAGE),
            [k, k, k, k, 5.0, k, k, k, k]
        );
        let closer = |size| Map::zoom(size, 0.5, 1.0);
        assert_eq!(
            through(closer, FillMode::Constant, &IMAGE),
            [2.5, 3.5, 4.5, 4.0, 5.0, 6.0, 5.5, 6.5, 3.0]
        );
    }

    #[test]
    fn nothing_moves_at_the_identity() {
        let maps: [fn(Size) -> Map; 3] = [
            |size| Map::shift(size, 0.0, 0.0),
            |size| Map::rotation(size, 0.0),
            |size| Map::zoom(size, 1.0, 1.0),
        ];
        for map in maps {
            assert_eq!(through(map, FillMode::Constant, &IMAGE), IMAGE);
        }
    }
}
