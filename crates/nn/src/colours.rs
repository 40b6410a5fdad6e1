//! Colours of pixels: grey, and hue with saturation and value. Channels stand at the end.
//!
//!   grey = 0.2989 R + 0.587 G + 0.114 B
//!
//! Follows `rgb_to_grayscale`, `rgb_to_hsv` and `hsv_to_rgb` of keras/src/backend/jax/image.py.

use regimen_graph::{DType, Tensor, Var};

/// Images (.., 3) as (.., 1) of grey; images of one channel as they are.
pub(crate) fn grey(images: &Var) -> Var {
    if images.dim(-1) == 1 {
        return images.clone();
    }
    let weights = Tensor::from_f64(DType::F32, vec![3], &[0.2989, 0.587, 0.114]);
    let weights = images.builder().constant(weights).cast(images.dtype());
    (images * weights).sum(&[-1], true)
}

/// The three channels, each (.., 1).
fn channels(images: &Var) -> [Var; 3] {
    [0, 1, 2].map(|i| images.slice(-1, i, i + 1))
}

/// Red, green and blue (.., 3) as hue, saturation and value, each (.., 1).
pub(crate) fn rgb_to_hsv(images: &Var) -> [Var; 3] {
    let tiny = images
        .abs()
        .lt(&images.scalar_like(f64::from(f32::EPSILON)));
    let (zero, one) = (images.scalar_like(0.0), images.scalar_like(1.0));
    let [r, g, b] = channels(&tiny.select(&zero, images));
    let value = r.maximum(&g).maximum(&b);
    let range = &value - r.minimum(&g).minimum(&b);
    let (bright, coloured) = (value.gt(&zero), range.gt(&zero));
    let share = &range / bright.select(&value, &one);
    let saturation = bright.select(&share, &zero);
    let norm = 1.0 / (6.0 * coloured.select(&range, &one));
    let of_green = &norm * (&b - &r) + 2.0 / 6.0;
    let of_blue = &norm * (&r - &g) + 4.0 / 6.0;
    let hue = value.eq_to(&g).select(&of_green, &of_blue);
    let hue = value.eq_to(&r).select(&(norm * (g - b)), &hue);
    let turn = hue.lt(&zero).cast(images.dtype());
    let hue = coloured.select(&hue, &zero) + turn;
    [hue, saturation, value]
}

/// Hue, saturation and value, each (.., 1), as red, green and blue (.., 3).
pub(crate) fn hsv_to_rgb([hue, saturation, value]: [&Var; 3]) -> Var {
    let d = hue.rem(&hue.scalar_like(1.0)) * 6.0;
    let parts = [
        (&d - 3.0).abs() - 1.0,
        2.0 - (&d - 2.0).abs(),
        2.0 - (&d - 4.0).abs(),
    ];
    let planes = parts.map(|p| value * (1.0 - saturation + saturation * p.clip(0.0, 1.0)));
    Var::concat(&[&planes[0], &planes[1], &planes[2]], -1)
}
