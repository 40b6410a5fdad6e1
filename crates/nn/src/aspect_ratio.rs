//! Images brought to another size without distortion: a centred crop, or a border, of the target's aspect ratio.
//!
//!   images (B, H, W, C)
//!
//! Follows `resize` of keras/src/backend/jax/image.py and `smart_resize` of keras/src/utils/image_utils.py.

use regimen_graph::Var;

use crate::{DataFormat, Interpolation, resizing::resize};

/// The whole part of a · b / c.
fn scaled(a: usize, b: usize, c: usize) -> usize {
    (a as f64 * b as f64 / c.max(1) as f64) as usize
}

/// Rows and columns of the largest centred box of the aspect ratio of `size`: start and length of each.
pub(crate) fn centred_box(images: &Var, [height, width]: [usize; 2]) -> [(usize, usize); 2] {
    let (h, w) = (images.dim(1), images.dim(2));
    let rows = scaled(w, height, width).min(h).max(1);
    let columns = scaled(h, width, height).min(w).max(1);
    [
        (h.saturating_sub(rows) / 2, rows),
        (w.saturating_sub(columns) / 2, columns),
    ]
}

/// Rows and columns of images from a start to an end, at most the image's.
pub(crate) fn cut(images: &Var, [(top, rows), (left, columns)]: [(usize, usize); 2]) -> Var {
    let [h, w] = [1, 2].map(|axis| images.dim(axis));
    let end = |start: usize, length: usize, size: usize| start.saturating_add(length).min(size);
    images
        .slice(1, top, end(top, rows, h))
        .slice(2, left, end(left, columns, w))
}

/// A border of one value above and below, or else at both sides, so that the image has the aspect ratio of `size`, up
/// to one row or column.
pub(crate) fn padded(images: &Var, [height, width]: [usize; 2], value: f64) -> Var {
    let (h, w) = (images.dim(1), images.dim(2));
    let rows = (scaled(w, height, width).max(h) - h) / 2;
    let columns = (scaled(h, width, height).max(w) - w) / 2;
    let cells = match (rows, columns) {
        (0, columns) => [0, 0, columns, 0],
        (rows, _) => [0, rows, 0, 0],
    };
    images.pad(&cells, &cells, value)
}

/// Rows and columns resized.
pub(crate) fn resized(
    images: &Var,
    size: [usize; 2],
    method: Interpolation,
    antialias: bool,
) -> Var {
    resize(images, &[1, 2], &size, method, antialias)
}

/// Keras's `keras.utils.image.smart_resize`: the largest centred crop of the target's aspect ratio, resized. Images are
/// (H, W, C), (B, H, W, C), or with the channels first; sizes are 1 or more.
///
/// ```
/// use regimen_graph::{Builder, DType, InputKind, Type};
/// use regimen_nn::{DataFormat, Interpolation, smart_resize};
/// let builder = Builder::new();
/// let images = builder.input("x", Type::new(DType::F32, [2, 34, 50, 3]), InputKind::Feed);
/// let square = smart_resize(&images, [20, 20], Interpolation::Bilinear, DataFormat::ChannelsLast);
/// assert_eq!(square.shape(), [2, 20, 20, 3]);
/// ```
pub fn smart_resize(
    images: &Var,
    size: [usize; 2],
    interpolation: Interpolation,
    data_format: DataFormat,
) -> Var {
    let single = images.rank() == 3;
    let batch = if single {
        images.expand_dims(0)
    } else {
        images.clone()
    };
    if batch.rank() != 4 || batch.shape()[1..].contains(&0) || size.contains(&0) {
        let fault = regimen_graph::Fault::new(
            format!("images {} resized to {size:?}", images.ty()),
            "images (H, W, C) or (B, H, W, C) of one pixel or more, and sizes of 1 or more",
            "Change the images or the size.",
        );
        images.builder().fault("smart_resize", fault);
        return images.clone();
    }
    let y = cropped(&data_format.to_last(&batch), size, interpolation);
    let y = data_format.restored(&y);
    if single { y.squeeze(0) } else { y }
}

/// [`smart_resize`] for images (B, H, W, C) and sizes that are known to fit.
pub(crate) fn cropped(images: &Var, size: [usize; 2], method: Interpolation) -> Var {
    let part = cut(images, centred_box(images, size));
    resized(&part, size, method, false)
}
