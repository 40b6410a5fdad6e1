//! Orthogonal: orthonormal columns, or rows when there are fewer rows, drawn uniformly from all such matrices.
//!
//! Keras takes Q of the QR decomposition of a normal matrix, with the signs of R's diagonal. Stewart, "The efficient
//! generation of random orthogonal matrices", 1980: the Householder reflections of that decomposition belong to
//! independent normal vectors of falling length, so that neither the matrix nor R need be computed.
//! Saxe et al., 2014. Follows keras/src/initializers/random_initializers.py.

use regimen_graph::{DType, Tensor};

use crate::initializers::{Init, InitializerDef, draw};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "Orthogonal",
    aliases: &["OrthogonalInitializer"],
    about: "orthonormal rows or columns, times gain",
    options: Orthogonal::options,
    read: |o| Orthogonal::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// Orthonormal rows or columns, times gain; axes before the last count as rows.
    pub struct Orthogonal() {
        /// Factor. Default 1.
        gain: f64 = 1.0,
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
    }
}

impl Init for Orthogonal {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        if shape.len() >= 2 {
            return Ok(());
        }
        Err(format!(
            "Orthogonal fills matrices: found a weight of shape {shape:?}, expected two axes or more"
        ))
    }

    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        let columns = shape.last().copied().unwrap_or(1);
        let rows: usize = shape.iter().rev().skip(1).product();
        let (long, short) = (rows.max(columns), rows.min(columns));
        let q = orthonormal(long, short, key);
        let at = |i: usize| {
            let (row, column) = (i / columns, i % columns);
            let q = if rows < columns {
                q[row * long + column]
            } else {
                q[column * long + row]
            };
            self.gain * q
        };
        let values: Vec<f64> = (0..rows * columns).map(at).collect();
        Tensor::from_f64(DType::F32, shape, &values)
    }
}

/// Columns that are taken through all reflections together, side by side: each reflection is read once for all of them,
/// and a row of them is a vector instruction or two.
const TOGETHER: usize = 8;

/// `count` orthonormal vectors of length `long` one after another.
fn orthonormal(long: usize, count: usize, key: u64) -> Vec<f64> {
    let (reflections, signs) = reflections(long, count, key);
    let mut q = Vec::with_capacity(long * count);
    for first in (0..count).step_by(TOGETHER) {
        let last = (first + TOGETHER).min(count);
        let mut rows = vec![[0.0; TOGETHER]; long];
        for (i, sign) in signs[first..last].iter().enumerate() {
            rows[first + i][i] = *sign;
        }
        // A unit vector is not moved by reflections of the rows behind its 1.
        for (k, v) in reflections[..last].iter().enumerate().rev() {
            reflect(&mut rows[k..], v);
        }
        for i in 0..last - first {
            q.extend(rows.iter().map(|row| row[i]));
        }
    }
    q
}

/// Vectors v of I - v vᵀ, the k-th for the rows from k on, and the signs of R's diagonal.
fn reflections(long: usize, count: usize, key: u64) -> (Vec<Vec<f64>>, Vec<f64>) {
    let sizes = (0..count).map(|k| long - k);
    let normals = draw::standard(sizes.clone().sum(), key);
    let mut rest = normals.as_slice();
    let mut signs = Vec::with_capacity(count);
    let vectors = sizes.map(|size| {
        let (x, behind) = rest.split_at(size);
        rest = behind;
        let norm = dot(x, x).sqrt();
        let sign = if x[0] < 0.0 { -1.0 } else { 1.0 };
        signs.push(-sign);
        let mut v = x.to_vec();
        v[0] += sign * norm;
        let scale = (2.0 / dot(&v, &v).max(f64::MIN_POSITIVE)).sqrt();
        v.iter_mut().for_each(|v| *v *= scale);
        v
    });
    let vectors = vectors.collect();
    (vectors, signs)
}

/// x - v (v · x) for every column x.
fn reflect(rows: &mut [[f64; TOGETHER]], v: &[f64]) {
    let mut along = [0.0; TOGETHER];
    for (row, v) in rows.iter().zip(v) {
        along.iter_mut().zip(row).for_each(|(sum, x)| *sum += x * v);
    }
    for (row, v) in rows.iter_mut().zip(v) {
        row.iter_mut()
            .zip(&along)
            .for_each(|(x, along)| *x -= along * v);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
