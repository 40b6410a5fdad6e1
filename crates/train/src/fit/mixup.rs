//! Mixup (Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018): rows of a batch blended with others of it.
//!
//!   x' = l x + (1 - l) x_other,   y' = l y + (1 - l) y_other,   l ~ Beta(alpha, alpha), drawn for each row
//!
//! As keras/src/layers/preprocessing/image_preprocessing/mix_up.py does it, except that the other row of row i is row
//! n - 1 - i: batches are shuffled already. A draw is a function of seed, pass, batch and row.

use regimen_graph::{DType, Data, Tensor};
use regimen_nn::model::InputInfo;

use crate::{Arrays, TrainError};

/// Whether rows can be blended: inputs and targets are numbers, not places in a table.
pub(super) fn check(alpha: f64, train: &Arrays) -> Result<(), TrainError> {
    if !(alpha > 0.0 && alpha <= 1.0) {
        return Err(TrainError::Arguments(format!(
            "mixup is {alpha}; it lies above 0, up to 1 (0.2 is usual)"
        )));
    }
    let real = |kinds: &[InputInfo]| kinds.iter().all(|info| info.dtype == DType::F32);
    if !real(&train.inputs()) {
        let text = "mixup blends inputs: ids of words or categories cannot be; take fit.mixup out";
        return Err(TrainError::Arguments(text.to_owned()));
    }
    if !real(&train.targets()) {
        let text = "mixup blends labels, which class numbers do not bear; take a categorical loss, with data.label_encoding = \"one_hot\"";
        return Err(TrainError::Arguments(text.to_owned()));
    }
    Ok(())
}

/// Blends the rows of the first `mixed` feeds: inputs and targets, not weights.
pub(super) fn blend(feeds: &mut [Tensor], mixed: usize, alpha: f64, place: [u64; 3]) {
    let rows = feeds
        .first()
        .map_or(0, |t| t.shape.first().copied().unwrap_or(0));
    let shares: Vec<f32> = (0..rows)
        .map(|row| share(alpha, place, row as u64))
        .collect();
    for feed in feeds.iter_mut().take(mixed) {
        let Data::F32(values) = &mut feed.data else {
            continue;
        };
        let width = values.len() / rows.max(1);
        let before = values.clone();
        for (row, l) in shares.iter().enumerate() {
            let other = (rows - 1 - row) * width;
            let own = &mut values[row * width..(row + 1) * width];
            for (x, y) in own.iter_mut().zip(&before[other..other + width]) {
                *x = l * *x + (1.0 - l) * y;
            }
        }
    }
}

/// A draw of Beta(alpha, alpha) by Jöhnk's method: u^(1/alpha) of the sum of two such, where that is 1 at most.
fn share(alpha: f64, [seed, pass, batch]: [u64; 3], row: u64) -> f32 {
    let mut state = [pass, batch, row]
        .iter()
        .fold(mix(seed), |key, x| mix(key ^ x));
    loop {
        let mut draw = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let unit = ((mix(state) >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
            unit.powf(1.0 / alpha)
        };
        let (x, y) = (draw(), draw());
        if x + y > 0.0 && x + y <= 1.0 {
            return (x / (x + y)) as f32;
        }
    }
}

/// The finalizer of SplitMix64.
fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
        Tensor {
            shape: shape.to_vec(),
            data: Data::F32(values.to_vec()),
        }
    }

    #[test]
    fn rows_and_labels_are_blended_alike() {
        let mut feeds = [
            tensor(&[3, 1], &[0.0, 5.0, 1.0]),
            tensor(&[3, 2], &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0]),
            tensor(&[3], &[1.0, 2.0, 3.0]),
        ];
        blend(&mut feeds, 2, 0.4, [1, 2, 3]);
        let [x, y, w] = feeds.map(|t| t.to_f64());
        let (l, m) = (share(0.4, [1, 2, 3], 0), share(0.4, [1, 2, 3], 2));
        assert!((x[0] - f64::from(1.0 - l)).abs() < 1e-6 && (x[2] - f64::from(m)).abs() < 1e-6);
        assert!((y[0] - f64::from(l)).abs() < 1e-6 && (y[1] - f64::from(1.0 - l)).abs() < 1e-6);
        // The middle one has itself for its other.
        assert!((x[1] - 5.0).abs() < 1e-6 && w == [1.0, 2.0, 3.0]);
    }

    #[test]
    fn shares_have_the_moments_of_beta() {
        for alpha in [0.2, 1.0] {
            let n = 20_000u64;
            let all: Vec<f64> = (0..n)
                .map(|i| f64::from(share(alpha, [7, 0, 0], i)))
                .collect();
            let mean = all.iter().sum::<f64>() / n as f64;
            let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
            assert!((mean - 0.5).abs() < 0.01, "{alpha}: {mean}");
            assert!(
                (variance - 0.25 / (2.0 * alpha + 1.0)).abs() < 0.005,
                "{alpha}: {variance}"
            );
        }
    }
}
