//! Weights as TensorBoard shows them: as histograms and as pictures.
//!
//! Follows tensorboard/plugins/histogram/summary.py (`histogram_pb`) and `_log_weight_as_image` of
//! keras/src/callbacks/tensorboard.py.

use regimen_graph::Tensor;

use crate::png::Picture;

/// Buckets of a histogram.
const BUCKETS: usize = 30;

/// Pictures of one weight that are written at most.
const PICTURES: usize = 3;

/// Buckets of equal width as [left, right, count]. Values that are not finite are left out.
pub(crate) fn histogram(values: &[f64]) -> Vec<[f64; 3]> {
    let finite: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let low = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let high = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if finite.is_empty() {
        return vec![[0.0; 3]; BUCKETS];
    }
    if low == high {
        let mut buckets = vec![[low, high, 0.0]; BUCKETS];
        buckets[BUCKETS - 1][2] = finite.len() as f64;
        return buckets;
    }
    let width = (high - low) / BUCKETS as f64;
    let edge = |i: usize| {
        if i == BUCKETS {
            high
        } else {
            low + i as f64 * width
        }
    };
    let mut buckets: Vec<[f64; 3]> = (0..BUCKETS).map(|i| [edge(i), edge(i + 1), 0.0]).collect();
    for x in finite {
        let i = ((x - low) / width).floor() as usize;
        buckets[i.min(BUCKETS - 1)][2] += 1.0;
    }
    buckets
}

/// A weight laid out as pictures: sizes (pictures, height, width, channels) and the values. None where there is no way to.
pub(crate) fn laid_out(weight: &Tensor) -> Option<([usize; 4], Vec<f64>)> {
    let sizes: Vec<usize> = weight.shape.iter().copied().filter(|n| *n != 1).collect();
    let values = weight.to_f64();
    match sizes[..] {
        // A bias is a column.
        [n] => Some(([1, n, 1, 1], values)),
        // The longer side lies.
        [rows, columns] if rows > columns => {
            let turned = (0..columns).flat_map(|c| (0..rows).map(move |r| r * columns + c));
            Some(([1, columns, rows, 1], turned.map(|i| values[i]).collect()))
        }
        [rows, columns] => Some(([1, rows, columns, 1], values)),
        // A picture for each of the last axis.
        [height, width, count] => {
            let of = |k: usize| (0..height * width).map(move |i| i * count + k);
            let turned = (0..count).flat_map(of).map(|i| values[i]).collect();
            Some(([count, height, width, 1], turned))
        }
        [count, height, width, channels] if [1, 3, 4].contains(&channels) => {
            Some(([count, height, width, channels], values))
        }
        _ => None,
    }
}

/// The first pictures of a weight; 0 is black and 1 white, as `tf.image.convert_image_dtype` has it.
pub(crate) fn pictures(weight: &Tensor) -> Vec<Picture> {
    let Some(([_, height, width, channels], values)) = laid_out(weight) else {
        return vec![];
    };
    let byte = |x: &f64| (x * 255.5).clamp(0.0, 255.0) as u8;
    let parts = values.chunks((height * width * channels).max(1));
    let picture = |part: &[f64]| Picture {
        width,
        height,
        channels,
        bytes: part.iter().map(byte).collect(),
    };
    parts.take(PICTURES).map(picture).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: &[usize]) -> Tensor {
        let count: usize = shape.iter().product();
        Tensor::f32(shape.to_vec(), (0..count).map(|i| i as f32 / 8.0).collect()).unwrap()
    }

    #[test]
    fn buckets_hold_every_finite_value() {
        let buckets = histogram(&[0.0, 1.0, 0.5, 0.5, f64::NAN, f64::INFINITY]);
        assert_eq!(buckets.len(), BUCKETS);
        assert_eq!((buckets[0][0], buckets[29][1]), (0.0, 1.0));
        assert_eq!(
            (buckets[0][2], buckets[15][2], buckets[29][2]),
            (1.0, 2.0, 1.0)
        );
        assert_eq!(histogram(&[2.0, 2.0])[29], [2.0, 2.0, 2.0]);
        assert_eq!(histogram(&[f64::NAN])[0], [0.0; 3]);
    }

    #[test]
    fn pictures_are_grey_unless_the_last_axis_is_of_colours() {
        let sizes = |shape: &[usize]| laid_out(&tensor(shape)).map(|(sizes, _)| sizes);
        assert_eq!(sizes(&[4]), Some([1, 4, 1, 1]));
        assert_eq!(sizes(&[2, 3]), Some([1, 2, 3, 1]));
        assert_eq!(sizes(&[3, 1, 2]), Some([1, 2, 3, 1]));
        assert_eq!(sizes(&[2, 3, 5]), Some([5, 2, 3, 1]));
        assert_eq!(sizes(&[2, 2, 2, 3]), Some([2, 2, 2, 3]));
        assert_eq!(sizes(&[2, 2, 2, 5]), None);
        assert_eq!(sizes(&[1]), None);
        let all = pictures(&tensor(&[2, 3, 5]));
        assert_eq!(all.len(), PICTURES);
        // 0, 5/8, 10/8, ...: the first of the last axis.
        assert_eq!(all[0].bytes, [0, 159, 255, 255, 255, 255]);
    }
}
