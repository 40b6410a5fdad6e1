//! Scaling of features with statistics of the training part: x' = (x - shift) / divisor.
//!
//!   standard   shift = mean, divisor = standard deviation (over N, not N - 1)
//!   min_max    shift = smallest, divisor = largest - smallest
//!
//! A feature is one position of the last axis, as in Keras's Normalization; an array of one axis is
//! one feature. A constant feature has divisor 1, so that it becomes 0. Sums are in f64.

use std::convert::Infallible;

use regimen_run::spec::Scale;
use serde::{Deserialize, Serialize};

use crate::array::{Array, Values};

/// Statistics of each feature. They are f32, so that writing and reading them changes no bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Which statistics.
    pub kind: Scale,
    /// Subtracted.
    pub shift: Vec<f32>,
    /// Divided by afterwards.
    pub divisor: Vec<f32>,
}

/// Takes some rows of an array.
pub(crate) type Each<'e> = &'e mut dyn FnMut(&Array, &[usize]);

impl Scaling {
    /// Measures the given rows of `array`, in rising order: statistics do not depend on how rows were shuffled.
    pub(crate) fn measure(kind: Scale, array: &Array, rows: &[usize]) -> Scaling {
        let mut rows = rows.to_vec();
        rows.sort_unstable();
        let visit = |each: Each<'_>| {
            each(array, &rows);
            Ok::<(), Infallible>(())
        };
        match Scaling::measure_blocks(kind, array.row_shape(), rows.len(), visit) {
            Ok(scaling) => scaling,
            Err(never) => match never {},
        }
    }

    /// The same of `rows` rows of a shape that come in blocks: `visit` hands over, in rising order of the rows, arrays and
    /// which of their rows count. It is called once for each pass.
    pub(crate) fn measure_blocks<E>(
        kind: Scale,
        row_shape: &[usize],
        rows: usize,
        visit: impl FnMut(Each<'_>) -> Result<(), E>,
    ) -> Result<Scaling, E> {
        let width = row_shape.last().copied().unwrap_or(1);
        let statistics = match kind {
            Scale::Standard => {
                let elements = rows * row_shape.iter().product::<usize>();
                moments(width, (elements / width.max(1)).max(1) as f64, visit)?
            }
            Scale::MinMax => ranges(width, visit)?,
        };
        let divisor = |&(_, d): &(f64, f64)| match d as f32 {
            d if d > 0.0 && d.is_finite() => d,
            _ => 1.0,
        };
        Ok(Scaling {
            kind,
            shift: statistics.iter().map(|&(s, _)| s as f32).collect(),
            divisor: statistics.iter().map(divisor).collect(),
        })
    }

    /// Scales every row. The last axis must be the one measured.
    pub fn apply(&self, array: Array) -> Array {
        let mut array = array.into_f32();
        if let Values::F32(data) = &mut array.data {
            for row in data.chunks_mut(self.shift.len().max(1)) {
                for (x, (shift, divisor)) in
                    row.iter_mut().zip(self.shift.iter().zip(&self.divisor))
                {
                    *x = (*x - shift) / divisor;
                }
            }
        }
        array
    }
}

/// Calls `each` with (feature, value) of every element of the rows.
fn for_each(array: &Array, rows: &[usize], width: usize, mut each: impl FnMut(usize, f64)) {
    let length = array.row_len();
    for &row in rows {
        for i in 0..length {
            each(i % width, array.at(row * length + i));
        }
    }
}

/// Mean and deviation of each feature, in two passes over `count` values of each.
fn moments<E>(
    width: usize,
    count: f64,
    mut visit: impl FnMut(Each<'_>) -> Result<(), E>,
) -> Result<Vec<(f64, f64)>, E> {
    let mut mean = vec![0.0; width];
    visit(&mut |array, rows| for_each(array, rows, width, |f, x| mean[f] += x / count))?;
    let mut variance = vec![0.0; width];
    visit(&mut |array, rows| {
        for_each(array, rows, width, |f, x| {
            variance[f] += (x - mean[f]).powi(2) / count;
        });
    })?;
    let pair = |(m, v): (f64, f64)| {
        // Rounding leaves a constant column a deviation near 1e-16 of its size.
        let noise = v.sqrt() <= m.abs() * 1e-12;
        (m, if noise { 0.0 } else { v.sqrt() })
    };
    Ok(mean.into_iter().zip(variance).map(pair).collect())
}

/// Smallest value and range of each feature.
fn ranges<E>(
    width: usize,
    mut visit: impl FnMut(Each<'_>) -> Result<(), E>,
) -> Result<Vec<(f64, f64)>, E> {
    let mut range = vec![(f64::INFINITY, f64::NEG_INFINITY); width];
    visit(&mut |array, rows| {
        for_each(array, rows, width, |f, x| {
            range[f] = (range[f].0.min(x), range[f].1.max(x));
        });
    })?;
    let pair = |(low, high): (f64, f64)| (low, high - low);
    Ok(range.into_iter().map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_and_min_max_per_feature() {
        let x = Array::f32(vec![3, 3], vec![0., 5., 1., 2., 5., 3., 99., 5., 99.]);
        let standard = Scaling::measure(Scale::Standard, &x, &[0, 1]);
        assert_eq!(standard.shift, [1.0, 5.0, 2.0]);
        assert_eq!(standard.divisor, [1.0, 1.0, 1.0]);
        let scaled = standard.apply(x.clone());
        assert_eq!(scaled.as_f32().unwrap()[..3], [-1.0, 0.0, -1.0]);
        let min_max = Scaling::measure(Scale::MinMax, &x, &[0, 1]);
        assert_eq!(min_max.divisor, [2.0, 1.0, 2.0]);
        assert_eq!(min_max.apply(x).as_f32().unwrap()[3..6], [1.0, 0.0, 1.0]);
    }

    #[test]
    fn the_last_axis_counts_and_integers_become_floats() {
        let x = Array::i32(vec![2, 2, 1], vec![0, 10, 20, 30]);
        let scaling = Scaling::measure(Scale::MinMax, &x, &[0, 1]);
        assert_eq!(scaling.shift, [0.0]);
        let scaled = scaling.apply(x);
        assert_eq!(scaled.shape, [2, 2, 1]);
        assert_eq!(scaled.as_f32().unwrap()[3], 1.0);
    }

    #[test]
    fn a_constant_that_is_no_binary_fraction_becomes_zero() {
        let x = Array::f32(vec![3], vec![0.1; 3]);
        let scaled = Scaling::measure(Scale::Standard, &x, &[0, 1, 2]).apply(x);
        assert_eq!(scaled.as_f32().unwrap(), [0.0; 3]);
    }
}
