//! Resizing of axes by interpolation: a product with one constant matrix per axis.
//!
//!   y[.., j, ..] = sum over i of x[.., i, ..] · w[j, i]
//!   w[j, i] = k(|s(j) - i| / r) / (sum over i' of k(|s(j) - i'| / r)),  s(j) = (j + 0.5) · m / n - 0.5
//!
//! for m cells made n; pixels have their centres at 0.5. k is the triangle (bilinear), Keys's cubic with a = -0.5
//! (bicubic; Keys 1981) or Lanczos's window; r = max(m / n, 1) with antialiasing, else 1. Nearest takes the cell
//! floor((j + 0.5) · m / n). Follows keras/src/backend/jax/image.py, that is `jax.image.resize`.

use std::f64::consts::PI;

use regimen_graph::{DType, Data, Fault, Tensor, Var, elements};
use serde_json::Value as Json;

use crate::{Call, OptionValue, Scope, Value, option_kinds::choice, spatial::Spatial};

/// How values between cells are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// The cell that holds the place.
    Nearest,
    /// Linear between the two neighbours of each axis.
    Bilinear,
    /// Cubic through four cells of each axis.
    Bicubic,
    /// Lanczos's window of radius 3.
    Lanczos3,
    /// Lanczos's window of radius 5.
    Lanczos5,
}

const NAMES: [&str; 5] = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"];

impl Interpolation {
    /// Keras's name.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The interpolation with this name, in any case.
    pub fn from_name(name: &str) -> Option<Interpolation> {
        use Interpolation::*;
        let all = [Nearest, Bilinear, Bicubic, Lanczos3, Lanczos5];
        all.into_iter()
            .find(|i| i.name().eq_ignore_ascii_case(name))
    }

    /// Weight of a cell `x >= 0` cells away; nothing for nearest, which has no kernel.
    fn kernel(self, x: f64) -> f64 {
        match self {
            Interpolation::Nearest => 0.0,
            Interpolation::Bilinear => (1.0 - x).max(0.0),
            Interpolation::Bicubic if x >= 2.0 => 0.0,
            Interpolation::Bicubic if x >= 1.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
            Interpolation::Bicubic => (1.5 * x - 2.5) * x * x + 1.0,
            Interpolation::Lanczos3 => lanczos(3.0, x),
            Interpolation::Lanczos5 => lanczos(5.0, x),
        }
    }
}

/// sinc(x) · sinc(x / radius) inside the radius.
fn lanczos(radius: f64, x: f64) -> f64 {
    if x > radius {
        0.0
    } else if x <= 1e-3 {
        1.0
    } else {
        radius * (PI * x).sin() * (PI * x / radius).sin() / (PI * PI * x * x)
    }
}

impl OptionValue for Interpolation {
    const KIND: &'static str = "`nearest`, `bilinear`, `bicubic`, `lanczos3` or `lanczos5`";

    fn read(value: &Json) -> Result<Interpolation, String> {
        choice(value, &NAMES, Interpolation::from_name)
    }

    fn write(&self) -> Json {
        self.name().into()
    }
}

/// `x` with each of `axes` brought to its size of `sizes`; sizes are 1 or more on both sides. Integers become
/// float32, except by nearest, which keeps every type and value. Antialiasing counts where an axis becomes smaller.
pub(crate) fn resize(
    x: &Var,
    axes: &[usize],
    sizes: &[usize],
    method: Interpolation,
    antialias: bool,
) -> Var {
    let x = match method {
        Interpolation::Nearest => x.clone(),
        _ if x.dtype().is_float() => x.clone(),
        _ => x.cast(DType::F32),
    };
    axes.iter().zip(sizes).fold(x, |x, (&axis, &to)| {
        let from = x.dim(axis as isize);
        match method {
            _ if from == to => x,
            Interpolation::Nearest if to.is_multiple_of(from.max(1)) => {
                repeat(&x, axis, to / from.max(1))
            }
            _ if from.saturating_mul(to) > LARGEST_MATRIX => too_large(&x, axis, to),
            Interpolation::Nearest => taken(&x, axis, &nearest(from, to)),
            _ => weighed(&x, axis, to, &weights(from, to, method, antialias)),
        }
    })
}

/// More weights than this, 64 MiB, are a slip, or a few lines of a file that mean to fill the memory.
pub(crate) const LARGEST_MATRIX: usize = 1 << 24;

fn too_large(x: &Var, axis: usize, to: usize) -> Var {
    let fault = Fault::new(
        format!("axis {axis} of {} resized to {to} cells", x.ty()),
        format!("at most {LARGEST_MATRIX} pairs of cells before and after"),
        "Resize to fewer cells.",
    );
    x.builder().fault("Resize", fault);
    x.clone()
}

/// Every cell of an axis `times` times in a row.
pub(crate) fn repeat(x: &Var, axis: usize, times: usize) -> Var {
    let mut shape = x.shape();
    let size = shape[axis];
    shape.insert(axis + 1, times);
    let wide = x.expand_dims(axis as isize + 1).broadcast_to(&shape);
    shape.remove(axis + 1);
    shape[axis] = size * times;
    wide.reshape(&shape)
}

/// The layer that makes each spatial axis `factors` times as long. A mask does not pass.
pub(crate) fn up_sampled(
    s: &mut Scope,
    call: &Call,
    at: Spatial,
    factors: &[usize],
    method: Interpolation,
) -> Vec<Value> {
    let x = &call.inputs[0].x;
    if !at.accepts(s, x) {
        return at.placeholder(s, x, at.channels(x));
    }
    let axes = at.spatial_axes();
    let sizes = axes.iter().zip(factors);
    let sizes = sizes.map(|(&axis, factor)| x.dim(axis as isize).saturating_mul(*factor));
    vec![resize(x, &axes, &sizes.collect::<Vec<_>>(), method, false).into()]
}

/// Elements before, along and after an axis.
fn around(x: &Var, axis: usize) -> [usize; 3] {
    let shape = x.shape();
    [
        elements(&shape[..axis]),
        shape[axis],
        elements(&shape[axis + 1..]),
    ]
}

/// `x` in the shape with another size along an axis.
fn with_size(x: &Var, like: &Var, axis: usize, size: usize) -> Var {
    let mut shape = like.shape();
    shape[axis] = size;
    x.reshape(&shape)
}

/// The cells `from` of an axis.
pub(crate) fn taken(x: &Var, axis: usize, from: &[i32]) -> Var {
    let rows = x.reshape(&around(x, axis)).transpose(&[1, 0, 2]);
    let ids = Tensor {
        shape: vec![from.len()],
        data: Data::I32(from.to_vec()),
    };
    let rows = rows.gather(&x.builder().constant(ids));
    with_size(&rows.transpose(&[1, 0, 2]), x, axis, from.len())
}

/// The sums of cells of an axis that `w`, `to` rows of weights, says.
pub(crate) fn weighed(x: &Var, axis: usize, to: usize, w: &[f64]) -> Var {
    let [before, size, after] = around(x, axis);
    let w = x
        .builder()
        .constant(Tensor::from_f64(x.dtype(), vec![to, size], w));
    let y = if after == 1 {
        x.reshape(&[before, size]).matmul_with(&w, false, true)
    } else {
        w.matmul(&x.reshape(&[before, size, after]))
    };
    with_size(&y, x, axis, to)
}

/// The nearest cell per place, in float32 as JAX finds it.
fn nearest(from: usize, to: usize) -> Vec<i32> {
    let place = |j: usize| (j as f32 + 0.5) * from as f32 / to as f32;
    (0..to).map(|j| place(j).floor() as i32).collect()
}

/// `to` rows of weights over `from` cells; a row whose weights cancel is zero.
fn weights(from: usize, to: usize, method: Interpolation, antialias: bool) -> Vec<f64> {
    const CANCELLED: f64 = 1000.0 * f32::EPSILON as f64;
    let step = from as f64 / to as f64;
    let reach = if antialias { step.max(1.0) } else { 1.0 };
    let row = |j: usize| {
        let centre = (j as f64 + 0.5) * step - 0.5;
        let weight = |i: usize| method.kernel((centre - i as f64).abs() / reach);
        let row: Vec<f64> = (0..from).map(weight).collect();
        let total: f64 = row.iter().sum();
        let share = if total.abs() > CANCELLED {
            1.0 / total
        } else {
            0.0
        };
        row.into_iter().map(move |w| w * share)
    };
    (0..to).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use regimen_graph::{Builder, InputKind, Plain, Type, evaluate};

    use super::*;

    /// 0, 1, 4, 9, 16 and so on resized along the only axis.
    fn squares(from: usize, to: usize, method: Interpolation, antialias: bool) -> Vec<f64> {
        let builder = Builder::default();
        let x = builder.input("x", Type::new(DType::F32, [from]), InputKind::Feed);
        let y = resize(&x, &[0], &[to], method, antialias);
        let graph = builder.finish(&[("y", y)], &[]).unwrap();
        let x = Plain::new(vec![from], (0..from).map(|i| (i * i) as f64).collect());
        let feeds = [("x".to_string(), x)].into_iter().collect();
        evaluate(&graph, &feeds).unwrap()["y"].data.clone()
    }

    /// Numbers of `jax.image.resize`, which Keras calls.
    #[test]
    fn as_jax() {
        use Interpolation::*;
        let cases: [(usize, usize, Interpolation, bool, &[f64]); 12] = [
            (
                5,
                8,
                Nearest,
                false,
                &[0.0, 0.0, 1.0, 4.0, 4.0, 9.0, 16.0, 16.0],
            ),
            (7, 3, Nearest, false, &[1.0, 9.0, 25.0]),
            (3, 5, Bilinear, false, &[0.0, 0.4, 1.0, 2.8, 4.0]),
            (7, 3, Bilinear, false, &[0.666667, 9.0, 28.666664]),
            (7, 3, Bilinear, true, &[1.285714, 9.941177, 26.999998]),
            (
                4,
                6,
                Bicubic,
                false,
                &[-0.065789, 0.294118, 1.36111, 3.361111, 6.82353, 9.328948],
            ),
            (
                7,
                4,
                Bicubic,
                true,
                &[0.225721, 4.422199, 15.444339, 31.427324],
            ),
            (7, 2, Bicubic, false, &[1.5625, 22.5625]),
            (
                4,
                6,
                Lanczos3,
                false,
                &[-0.006579, 0.259169, 1.276151, 3.116149, 7.02934, 9.374989],
            ),
            (8, 3, Lanczos3, true, &[0.657459, 12.249999, 38.301464]),
            (
                4,
                7,
                Lanczos5,
                false,
                &[
                    -0.175545, 0.381773, 0.948317, 1.679553, 4.430694, 7.613578, 9.592979,
                ],
            ),
            (
                9,
                4,
                Lanczos5,
                true,
                &[0.670957, 8.008354, 26.473572, 54.287605],
            ),
        ];
        for (from, to, method, antialias, want) in cases {
            let found = squares(from, to, method, antialias);
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-5 * b.abs().max(1.0);
            assert!(
                found.len() == want.len() && found.iter().zip(want).all(near),
                "{method:?} {from} -> {to} antialias {antialias}: {found:?}, JAX has {want:?}"
            );
        }
    }

    #[test]
    fn integers_stay_by_nearest_alone() {
        let builder = Builder::default();
        let x = builder.input("x", Type::new(DType::U8, [2, 4, 3]), InputKind::Feed);
        let kept = resize(&x, &[1], &[6], Interpolation::Nearest, false);
        assert_eq!(kept.ty(), Type::new(DType::U8, [2, 6, 3]));
        let mixed = resize(&x, &[0, 1], &[4, 3], Interpolation::Bicubic, true);
        assert_eq!(mixed.ty(), Type::new(DType::F32, [4, 3, 3]));
    }

    #[test]
    fn names_are_offered() {
        assert_eq!(
            Interpolation::read(&"BiLinear".into()),
            Ok(Interpolation::Bilinear)
        );
        let error = Interpolation::read(&"bilinaer".into()).unwrap_err();
        assert!(error.contains("did you mean `bilinear`?"), "{error}");
    }
}
