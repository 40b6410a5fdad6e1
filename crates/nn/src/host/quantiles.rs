//! Quantiles of a stream: a summary of values and their weights that stays small, and boundaries from it.
//!
//!   summary: values v_1 <= ... <= v_n with weights w_i;  boundary i is where the running sum of weights reaches i / bins
//!
//! Follows `summarize`, `merge_summaries` and `compress_summary` of keras/src/layers/preprocessing/discretization.py,
//! rounding to float32 where NumPy does.

/// Values with weights, in ascending order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Summary {
    values: Vec<f32>,
    weights: Vec<f32>,
}

impl Summary {
    /// A batch of values, about `1 / epsilon` of them kept.
    pub fn of(mut values: Vec<f32>, epsilon: f64) -> Summary {
        values.sort_by(f32::total_cmp);
        let step = (values.len() as f64 / (1.0 / epsilon)).max(1.0);
        let kept = values.iter().skip((step - 1.0) as usize);
        let values: Vec<f32> = kept.step_by(step as usize).copied().collect();
        Summary {
            weights: vec![step as f32; values.len()],
            values,
        }
    }

    /// Both summaries in one, within the tolerance.
    pub fn merged(self, before: Summary, epsilon: f64) -> Summary {
        let mut pairs: Vec<(f32, f32)> = (self.values.into_iter().zip(self.weights))
            .chain(before.values.into_iter().zip(before.weights))
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (values, weights) = pairs.into_iter().unzip();
        Summary { values, weights }.compressed(epsilon)
    }

    /// The boundaries between `bins` bins of equal weight.
    pub fn boundaries(self, bins: usize) -> Vec<f32> {
        let mut values = self.compressed(1.0 / bins as f64).values;
        values.pop();
        values
    }

    fn compressed(self, epsilon: f64) -> Summary {
        if (self.values.len() as f64) * epsilon < 1.0 {
            return self;
        }
        let mut running = 0.0f32;
        let sums: Vec<f32> = self
            .weights
            .iter()
            .map(|w| {
                running += w;
                running
            })
            .collect();
        let shares: Vec<f64> = sums.iter().map(|s| f64::from(s / running)).collect();
        let values: Vec<f64> = self.values.iter().map(|&v| f64::from(v)).collect();
        let sums: Vec<f64> = sums.iter().map(|&s| f64::from(s)).collect();
        let targets: Vec<f64> = (0..(1.0 / epsilon).ceil() as usize)
            .map(|i| epsilon + i as f64 * epsilon)
            .collect();
        let at = |known: &[f64]| -> Vec<f64> {
            let value = |&x: &f64| interpolated(x, &shares, known);
            targets.iter().map(value).collect()
        };
        let weights = at(&sums);
        let before = std::iter::once(&0.0).chain(&weights);
        Summary {
            values: at(&values).into_iter().map(|v| v as f32).collect(),
            weights: (weights.iter().zip(before))
                .map(|(w, b)| (w - b) as f32)
                .collect(),
        }
    }
}

/// The value at `x` of the line through the points (`xs`, `ys`), constant beyond its ends.
fn interpolated(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let after = xs.partition_point(|&known| known <= x);
    match (after, ys.last()) {
        (_, None) => f64::NAN,
        (0, _) => ys[0],
        (n, Some(&last)) if n == xs.len() => last,
        (n, _) => {
            let slope = (ys[n] - ys[n - 1]) / (xs[n] - xs[n - 1]);
            slope * (x - xs[n - 1]) + ys[n - 1]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_part_the_values_equally() {
        let values: Vec<f32> = (1..=1000).map(|v| v as f32).collect();
        let summary = Summary::of(values, 0.01).merged(Summary::default(), 0.01);
        let found = summary.boundaries(4);
        for (found, right) in found.iter().zip([250.0, 500.0, 750.0]) {
            assert!((found - right).abs() <= 10.0, "{found} {right}");
        }
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn few_values_and_one_bin() {
        let few = Summary::of(vec![3.0, 1.0], 0.01).merged(Summary::default(), 0.01);
        assert!(few.clone().boundaries(1).is_empty());
        assert_eq!(few.boundaries(4), [1.0]);
        assert!(Summary::default().boundaries(3).is_empty());
    }
}
