//! Images filtered by one small kernel, each channel for itself.
//!
//!   x (B, H, W, C), kernel (K, L) -> y (B, H, W, C); zeros beyond the border
//!   Gauss  k(i) = exp(-(i / σ)² / 2) / Σ, over i = -(K - 1) / 2 .. (K - 1) / 2
//!
//! Follows `gaussian_blur` of keras/src/backend/jax/image.py.

use regimen_graph::{DType, Op, Var, ops::Conv};

/// Every channel of `images` (B, H, W, C) convolved with `kernel` (K, L) of odd sizes.
pub(crate) fn filter(images: &Var, kernel: &Var) -> Var {
    let (channels, [k, l]) = (images.dim(3), [kernel.dim(0), kernel.dim(1)]);
    let kernels = kernel
        .reshape(&[k, l, 1, 1])
        .broadcast_to(&[k, l, 1, channels]);
    let op = Op::Conv(Conv {
        strides: vec![1, 1],
        dilation: vec![1, 1],
        padding: vec![(k / 2, k / 2), (l / 2, l / 2)],
        groups: channels,
    });
    images
        .builder()
        .apply(op, &[images, &kernels])
        .swap_remove(0)
}

/// Gauss's bell at `size` whole numbers around 0, their sum 1; sigma is a scalar. With a `radius`, a scalar, numbers
/// beyond it do not count. A sigma of 0 is a bell of one cell.
pub(crate) fn gaussian(sigma: &Var, size: usize, radius: Option<&Var>) -> Var {
    let places = sigma.builder().iota(DType::F32, &[size], 0) - (size as f64 - 1.0) / 2.0;
    let sigma = sigma.maximum(&sigma.scalar_like(1e-6));
    let bell = ((&places / sigma).square() * -0.5).exp();
    let bell = match radius {
        Some(radius) => places
            .abs()
            .le(radius)
            .select(&bell, &bell.scalar_like(0.0)),
        None => bell,
    };
    let sum = bell.sum(&[0], true);
    bell / sum
}

/// Images blurred along both axes by bells down (K) and across (L).
pub(crate) fn blur(images: &Var, down: &Var, across: &Var) -> Var {
    let rows = filter(images, &down.expand_dims(1));
    filter(&rows, &across.expand_dims(0))
}
