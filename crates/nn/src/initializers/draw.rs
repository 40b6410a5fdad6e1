//! Random arrays as pure functions of shape and key.
//!
//! Element i of a normal or uniform array comes from word i mod 4 of Philox block i / 4. Element i of a truncated
//! array has blocks of its own, numbered by attempts, so that no element depends on the fate of another.

use regimen_graph::philox::{normal_pair, philox4x32, uniform as unit};
use regimen_graph::{DType, Tensor, elements};

use crate::Options;

/// Whether an option is 0 or more; notes a fault if not.
pub(crate) fn not_negative(options: &mut Options<'_>, name: &str, value: f64) -> bool {
    if value >= 0.0 && value.is_finite() {
        return true;
    }
    options.error(name, format!("`{name}`: found {value}, expected 0 or more"));
    false
}

/// Uniform in [low, high).
pub(crate) fn uniform(shape: &[usize], key: u64, low: f64, high: f64) -> Tensor {
    let values = blocks(elements(shape), key, |w| w.map(unit));
    tensor(shape, values.into_iter().map(|u| low + (high - low) * u))
}

/// Normal.
pub(crate) fn normal(shape: &[usize], key: u64, mean: f64, stddev: f64) -> Tensor {
    tensor(
        shape,
        standard(elements(shape), key)
            .into_iter()
            .map(|z| mean + stddev * z),
    )
}

/// Standard normal numbers.
pub(crate) fn standard(n: usize, key: u64) -> Vec<f64> {
    blocks(n, key, four_normals)
}

/// Normal, drawn again until within two stddev of the mean.
pub(crate) fn truncated_normal(shape: &[usize], key: u64, mean: f64, stddev: f64) -> Tensor {
    let draw = |i: usize| {
        (0..u32::MAX).find_map(|attempt| {
            four_normals(block(i, attempt, key))
                .into_iter()
                .find(|z| z.abs() <= 2.0)
        })
    };
    tensor(
        shape,
        (0..elements(shape)).map(|i| mean + stddev * draw(i).unwrap_or_default()),
    )
}

/// The first `n` of what each block gives.
fn blocks(n: usize, key: u64, four: impl Fn([u32; 4]) -> [f64; 4]) -> Vec<f64> {
    let mut values: Vec<f64> = (0..n.div_ceil(4))
        .flat_map(|i| four(block(i, 0, key)))
        .collect();
    values.truncate(n);
    values
}

fn block(i: usize, attempt: u32, key: u64) -> [u32; 4] {
    let i = i as u64;
    philox4x32(
        [i as u32, (i >> 32) as u32, attempt, 0],
        [key as u32, (key >> 32) as u32],
    )
}

fn four_normals(w: [u32; 4]) -> [f64; 4] {
    let (a, b) = normal_pair(w[0], w[1]);
    let (c, d) = normal_pair(w[2], w[3]);
    [a, b, c, d]
}

fn tensor(shape: &[usize], values: impl Iterator<Item = f64>) -> Tensor {
    Tensor::from_f64(DType::F32, shape, &values.collect::<Vec<f64>>())
}
