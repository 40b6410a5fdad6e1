//! Kernels on raw slices: matrix product, convolution, pooling, reductions, LSTM, GRU, attention, layer normalization, moving of data, randomness.
//!
//! Every kernel takes a [`Cpu`], cuts its work into tasks by shape alone, and adds partial sums in a fixed order, so
//! that its bits depend on the SIMD level but never on the number of threads. Shapes are the caller's duty: a slice
//! that is too short for them is a bug and panics before anything is written.
//!
//! What a kernel is worth stands in its header: how many times as fast as the plain way it was on one thread of an AMD EPYC
//! (Zen 3, AVX2, a virtual machine). `benches/kernels` has the plain ways and measures them again; no machine with AVX-512 has.
//! The plain way that numbers are tested against is the op's oracle in `regimen_graph`, or loops in the kernel's tests.

pub mod attention;
pub mod conv;
pub mod gather;
pub mod gemm;
pub mod gru;
pub mod layer_norm;
pub mod lstm;
pub mod pool;
pub mod random;
pub mod recurrent;
pub mod reduce;
pub mod scan;
pub mod scratch;
mod short_rows;
pub mod strided;
pub mod window;

use crate::simd::Level;
use crate::team::Team;

/// What a kernel runs on.
#[derive(Clone, Copy, Debug)]
pub struct Cpu<'a> {
    /// The instruction set.
    pub level: Level,
    /// The threads.
    pub team: &'a Team,
}

/// A pointer that tasks share to write disjoint parts of one slice.
pub(crate) struct Shared<T>(*mut T);

// SAFETY: each use states which part of the slice its task owns.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Shared<T> {}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(slice: &mut [T]) -> Self {
        Shared(slice.as_mut_ptr())
    }

    /// The element's address.
    pub(crate) fn at(self, offset: usize) -> *mut T {
        self.0.wrapping_add(offset)
    }

    /// A part of the slice.
    ///
    /// # Safety
    /// The part lies within the slice, which outlives `'a`, and nothing else touches it meanwhile.
    pub(crate) unsafe fn part<'a>(self, offset: usize, len: usize) -> &'a mut [T] {
        // SAFETY: the caller's.
        unsafe { std::slice::from_raw_parts_mut(self.0.add(offset), len) }
    }
}

/// The range of part `i` when `len` is cut into blocks of `block`.
pub(crate) fn block_range(i: usize, block: usize, len: usize) -> std::ops::Range<usize> {
    let start = (i * block).min(len);
    start..(start + block).min(len)
}

/// The level and three team sizes, for tests: every level the machine has, with one, two and three threads.
#[cfg(test)]
pub(crate) fn on_every_cpu<T: PartialEq + std::fmt::Debug>(
    run: impl Fn(Cpu<'_>) -> T,
    check: impl Fn(Level, &T),
) {
    let teams = [Team::new(1), Team::new(2), Team::new(3)];
    for level in Level::available() {
        let results: Vec<T> = teams.iter().map(|team| run(Cpu { level, team })).collect();
        check(level, &results[0]);
        assert!(
            results[1] == results[0],
            "{level:?}: two threads differ from one"
        );
        assert!(
            results[2] == results[0],
            "{level:?}: three threads differ from one"
        );
    }
}

/// Numbers in [-1, 1) that look random, for tests.
#[cfg(test)]
pub(crate) fn noise(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / 2_147_483_648.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// Asserts |a - b| <= tol x max(|b|, rms(b)), the project's measure.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_close(got: &[f32], exact: &[f64], tol: f64, what: &str) {
    assert_eq!(got.len(), exact.len(), "{what}: length");
    let rms = (exact.iter().map(|x| x * x).sum::<f64>() / exact.len().max(1) as f64).sqrt();
    for (i, (&a, &b)) in got.iter().zip(exact).enumerate() {
        let ok = (f64::from(a) - b).abs() <= tol * b.abs().max(rms);
        assert!(ok, "{what}: element {i} is {a}, expected {b}");
    }
}
