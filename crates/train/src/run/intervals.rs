//! 95 % intervals: Wilson for shares, Student's t over groups of rows, and the bootstrap. All are deterministic.
//!
//!   Wilson   (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)           (Wilson 1927)
//!   groups   v ± t₁₉·s/sqrt(20), s the deviation of the values of 20 groups of rows drawn at random; cut to the range of v
//!   boot     2.5 % and 97.5 % points over samples of the rows with replacement  (Efron 1979)

use regimen_graph::philox::philox4x32;

/// Lower and upper end.
pub type Interval = (f64, f64);

/// 97.5 % point of the normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;
/// Groups of rows, and the 97.5 % point of Student's t with one degree of freedom less.
pub(super) const GROUPS: usize = 20;
const T: f64 = 2.093_024_054_408_263;
/// Draws in all that a bootstrap may take, and bounds of its samples.
const DRAWS: usize = 20_000_000;
const SAMPLES: (usize, usize) = (100, 1000);

/// Of a share of `hits` in `n` independent rows.
pub(super) fn wilson(hits: f64, n: f64) -> Option<Interval> {
    if n <= 0.0 {
        return None;
    }
    let (p, z2) = (hits / n, Z * Z);
    let middle = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    let scale = 1.0 + z2 / n;
    // The ends belong to 0..1; rounding may carry them out by a last bit.
    Some((
        ((middle - half) / scale).max(0.0),
        ((middle + half) / scale).min(1.0),
    ))
}

/// Of a mean over rows whose groups gave these, within the range that it can have.
pub(super) fn of_groups(value: f64, groups: &[f64], range: Interval) -> Option<Interval> {
    let finite = groups.iter().all(|v| v.is_finite()) && value.is_finite();
    if groups.len() != GROUPS || !finite {
        return None;
    }
    let n = GROUPS as f64;
    let mean = groups.iter().sum::<f64>() / n;
    let variance = groups.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let half = T * (variance / n).sqrt();
    // Groups that agree in full say nothing of the spread: there may be what they have not met.
    let ends = (value - half).max(range.0)..=(value + half).min(range.1);
    (half > 0.0 && ends.contains(&value)).then(|| ends.into_inner())
}

/// Of each statistic that `measure` takes of rows drawn with replacement; `size` is the work of one row.
pub(super) fn bootstrap(
    rows: usize,
    size: usize,
    mut measure: impl FnMut(&[usize]) -> Vec<f64>,
) -> Vec<Option<Interval>> {
    if rows < 2 {
        return measure(&(0..rows).collect::<Vec<_>>())
            .iter()
            .map(|_| None)
            .collect();
    }
    let samples = (DRAWS / rows.saturating_mul(size.max(1))).clamp(SAMPLES.0, SAMPLES.1);
    let mut found: Vec<Vec<f64>> = vec![];
    let mut drawn = vec![0; rows];
    for sample in 0..samples {
        draw(sample, &mut drawn);
        let values = measure(&drawn);
        found.resize_with(values.len(), Vec::new);
        for (list, value) in found.iter_mut().zip(values) {
            list.push(value);
        }
    }
    found.into_iter().map(ends).collect()
}

/// Rows with replacement: a function of the sample's number alone.
fn draw(sample: usize, drawn: &mut [usize]) {
    let rows = drawn.len() as u64;
    for (block, four) in drawn.chunks_mut(4).enumerate() {
        let words = philox4x32(
            [block as u32, (block >> 32) as u32, sample as u32, 0],
            [95, 0],
        );
        for (row, word) in four.iter_mut().zip(words) {
            *row = ((u64::from(word) * rows) >> 32) as usize;
        }
    }
}

fn ends(mut values: Vec<f64>) -> Option<Interval> {
    values.retain(|v| !v.is_nan());
    if values.is_empty() {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    Some((at(0.025), at(0.975)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<Interval>, low: f64, high: f64) {
        let (a, b) = found.unwrap();
        assert!((a - low).abs() < 5e-4 && (b - high).abs() < 5e-4, "{a} {b}");
    }

    #[test]
    fn wilson_as_in_tables() {
        near(wilson(9.0, 10.0), 0.5958, 0.9821);
        near(wilson(0.0, 10.0), 0.0, 0.2775);
        near(wilson(500.0, 1000.0), 0.4691, 0.5309);
        assert_eq!(wilson(0.0, 0.0), None);
    }

    #[test]
    fn groups_give_an_interval_within_the_range() {
        let any = (f64::NEG_INFINITY, f64::INFINITY);
        assert_eq!(of_groups(1.0, &[1.0; GROUPS], any), None);
        assert_eq!(of_groups(1.0, &[1.0; 3], any), None);
        assert_eq!(of_groups(f64::NAN, &[1.0; GROUPS], any), None);
        let spread: Vec<f64> = (0..GROUPS).map(|i| (i % 2) as f64).collect();
        near(of_groups(0.5, &spread, any), 0.2599, 0.7401);
        near(of_groups(0.9, &spread, (0.0, 1.0)), 0.6599, 1.0);
    }

    #[test]
    fn the_bootstrap_of_a_mean_is_that_of_the_normal_distribution() {
        let rows: Vec<f64> = (0..400).map(|i| (i % 2) as f64).collect();
        let mean = |drawn: &[usize]| {
            vec![drawn.iter().map(|&i| rows[i]).sum::<f64>() / drawn.len() as f64]
        };
        let (low, high) = bootstrap(rows.len(), 1, mean)[0].unwrap();
        assert!((low - 0.451).abs() < 0.01 && (high - 0.549).abs() < 0.01);
        assert_eq!(
            bootstrap(rows.len(), 1, mean),
            bootstrap(rows.len(), 1, mean)
        );
        assert_eq!(bootstrap(1, 1, |_| vec![1.0]), [None]);
    }
}
