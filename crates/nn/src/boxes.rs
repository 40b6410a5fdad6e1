//! Boxes of random places in images, for layers that cut or erase them.
//!
//!   sides as parts of width and height (B) -> (B, H, W, 1), true inside; a pixel is inside by its whole coordinates
//!
//! Follows `_compute_crop_bounds` and `_generate_batch_mask` of
//! keras/src/layers/preprocessing/image_preprocessing/random_erasing.py.

use regimen_graph::Var;

use crate::{Scope, factors::uniform, sampling::grid};

/// One box an image, of a width and a height that are parts of the image's.
pub(crate) fn draw(s: &mut Scope, seed: Option<i64>, images: &Var, sides: [&Var; 2]) -> Var {
    let [batch, h, w] = [0, 1, 2].map(|axis| images.dim(axis));
    let places = grid(images);
    let [across, down] = [0, 1].map(|i| {
        let length = if i == 0 { w } else { h } as f64;
        let side = sides[i] * length;
        let start = uniform(s, seed, (0.0, 1.0), &[batch]) * (length - &side);
        let end = (&start + side).reshape(&[batch, 1, 1]);
        places[i]
            .ge(&start.reshape(&[batch, 1, 1]))
            .and(&places[i].lt(&end))
    });
    across.and(&down).expand_dims(-1)
}
