//! 95 % intervals of metrics that are no means of rows, from the scores of a single output.
//!
//!   precision, recall   Wilson's, hits of predicted or of true rows; with several columns the bootstrap of the rows
//!   AUC                 logit(A) ± z·s/(A(1 - A)), s² = var(V₁₀)/m + var(V₀₁)/n   (DeLong, DeLong and Clarke-Pearson 1988)
//!
//! V₁₀ is for each of the m true rows the share of false ones that score lower, V₀₁ for each of the n false rows the share
//! of true ones that score higher; equal scores count half. Where the data cannot tell the spread there is no interval.

use regimen_graph::Tensor;
use serde_json::{Map, Value};

use crate::run::intervals::{Interval, Z, bootstrap, wilson};

/// How far AUC over thresholds, as Keras takes it, may be from that of the ranks.
const NEAR: f64 = 0.01;

/// Targets and scores of an output with one number for each target.
pub(super) struct Counted {
    rows: usize,
    truth: Vec<bool>,
    scores: Vec<f64>,
}

impl Counted {
    pub(super) fn of(target: &Tensor, output: &Tensor) -> Option<Counted> {
        let rows = output.shape.first().copied().unwrap_or(0);
        (rows > 0 && target.len() == output.len()).then(|| Counted {
            rows,
            truth: target.to_f64().iter().map(|&t| t > 0.5).collect(),
            scores: output.to_f64(),
        })
    }

    /// Of the metric of this class and config, which has this value.
    pub(super) fn interval(
        &self,
        class: &str,
        config: &Map<String, Value>,
        value: f64,
    ) -> Option<Interval> {
        let plain = config.get("curve").is_none_or(|c| c == "ROC");
        match class {
            "AUC" if plain => self.auc(value),
            "Precision" | "Recall" => {
                let threshold = match config.get("thresholds") {
                    None | Some(Value::Null) => 0.5,
                    Some(given) => given.as_f64()?,
                };
                self.share(class == "Precision", threshold, value)
            }
            _ => None,
        }
    }

    /// Hits, and what they are a share of.
    fn counts(&self, rows: &[usize], precision: bool, threshold: f64) -> (f64, f64) {
        let width = self.truth.len() / self.rows;
        let (mut hits, mut all) = (0.0, 0.0);
        for at in rows.iter().flat_map(|r| r * width..(r + 1) * width) {
            let (truth, said) = (self.truth[at], self.scores[at] > threshold);
            all += f64::from(u8::from(if precision { said } else { truth }));
            hits += f64::from(u8::from(truth && said));
        }
        (hits, all)
    }

    fn share(&self, precision: bool, threshold: f64, value: f64) -> Option<Interval> {
        let rows: Vec<usize> = (0..self.rows).collect();
        let (hits, all) = self.counts(&rows, precision, threshold);
        // Weights, top_k and class_id give another value: their spread is not that of these counts.
        if all == 0.0 || (hits / all - value).abs() > 1e-4 {
            return None;
        }
        let width = self.truth.len() / self.rows;
        if width == 1 {
            return wilson(hits, all);
        }
        // The columns of a row depend on each other.
        let measure = |drawn: &[usize]| {
            let (hits, all) = self.counts(drawn, precision, threshold);
            vec![hits / all]
        };
        let found = bootstrap(self.rows, width, measure).into_iter().next()?;
        found.filter(|(low, high)| low < high)
    }

    fn auc(&self, value: f64) -> Option<Interval> {
        if self.truth.len() != self.rows || self.scores.iter().any(|s| s.is_nan()) {
            return None;
        }
        let side = |of: bool| {
            let rows = self.scores.iter().zip(&self.truth);
            let mut side: Vec<f64> = rows.filter(|(_, t)| **t == of).map(|(s, _)| *s).collect();
            side.sort_by(f64::total_cmp);
            side
        };
        let (high, low) = (side(true), side(false));
        if high.len() < 2 || low.len() < 2 {
            return None;
        }
        let v10: Vec<f64> = high.iter().map(|&s| below(&low, s)).collect();
        let v01: Vec<f64> = low.iter().map(|&s| 1.0 - below(&high, s)).collect();
        let (area, spread) = moments(&v10);
        let (_, other) = moments(&v01);
        let s = (spread / high.len() as f64 + other / low.len() as f64).sqrt();
        if s == 0.0 || (area - value).abs() > NEAR || value <= 0.0 || value >= 1.0 {
            return None;
        }
        let (middle, half) = (
            (value / (1.0 - value)).ln(),
            Z * s / (value * (1.0 - value)),
        );
        let back = |x: f64| 1.0 / (1.0 + (-x).exp());
        Some((back(middle - half), back(middle + half)))
    }
}

/// The share of sorted numbers below this one; equal ones count half.
fn below(sorted: &[f64], x: f64) -> f64 {
    let less = sorted.partition_point(|&s| s < x);
    let same = sorted.partition_point(|&s| s <= x) - less;
    (less as f64 + 0.5 * same as f64) / sorted.len() as f64
}

/// Mean, and variance of a sample.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean).powi(2)).sum();
    (mean, squares / (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(width: usize, truth: Vec<f32>, scores: Vec<f32>) -> Counted {
        let shape = [truth.len() / width, width];
        let target = Tensor::f32(shape, truth).unwrap();
        Counted::of(&target, &Tensor::f32(shape, scores).unwrap()).unwrap()
    }

    fn found(c: &Counted, class: &str, config: Value, value: f64) -> Option<Interval> {
        c.interval(class, config.as_object().unwrap(), value)
    }

    #[test]
    fn precision_and_recall_stay_within_their_range() {
        let c = of(
            1,
            vec![1.0, 1.0, 1.0, 0.0, 1.0],
            vec![0.9, 0.8, 0.7, 0.2, 0.4],
        );
        assert_eq!(found(&c, "Precision", json!({}), 1.0), wilson(3.0, 3.0));
        assert_eq!(found(&c, "Recall", json!({}), 0.75), wilson(3.0, 4.0));
        let config = json!({"thresholds": 0.3});
        assert_eq!(found(&c, "Recall", config, 1.0), wilson(4.0, 4.0));
        let several = json!({"thresholds": [0.3, 0.5]});
        assert_eq!(found(&c, "Recall", several, 1.0), None);
        // A value that these counts do not give, and a share of nothing.
        assert_eq!(found(&c, "Recall", json!({}), 0.5), None);
        let none = of(1, vec![0.0; 3], vec![0.1; 3]);
        assert_eq!(found(&none, "Precision", json!({}), 0.0), None);
    }

    #[test]
    fn several_columns_take_whole_rows() {
        let truth: Vec<f32> = (0..80).map(|i| (i % 2) as f32).collect();
        let scores: Vec<f32> = (0..80).map(|i| (i % 3) as f32 / 2.0).collect();
        let c = of(2, truth, scores);
        let rows: Vec<usize> = (0..40).collect();
        let (hits, all) = c.counts(&rows, true, 0.5);
        let (low, high) = found(&c, "Precision", json!({}), hits / all).unwrap();
        assert!(0.0 <= low && low < hits / all && hits / all < high && high <= 1.0);
        let right = of(2, vec![1.0; 80], vec![0.9; 80]);
        assert_eq!(found(&right, "Recall", json!({}), 1.0), None);
    }

    #[test]
    fn auc_as_delong_has_it() {
        // V10 = 1, 1, 2/3, 2/3; V01 = 1, 1, 1/2: A = 5/6, s² = (1/27)/4 + (1/12)/3 = 1/27.
        let c = of(
            1,
            vec![1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0],
            vec![0.9, 0.8, 0.5, 0.4, 0.6, 0.2, 0.1],
        );
        let (low, high) = found(&c, "AUC", json!({}), 5.0 / 6.0).unwrap();
        let half = Z * (1.0_f64 / 27.0).sqrt() * 7.2;
        let logit = |p: f64| (p / (1.0 - p)).ln();
        assert!((logit(high) - 5.0_f64.ln() - half).abs() < 1e-9);
        assert!((logit(low) - 5.0_f64.ln() + half).abs() < 1e-9);
        assert_eq!(found(&c, "AUC", json!({"curve": "PR"}), 5.0 / 6.0), None);
        assert_eq!(found(&c, "AUC", json!({}), 0.5), None);
    }

    #[test]
    fn auc_that_cannot_be_estimated_has_no_interval() {
        let one = of(1, vec![1.0; 60], vec![0.7; 60]);
        assert_eq!(found(&one, "AUC", json!({}), 0.0), None);
        let apart = of(1, vec![0.0, 0.0, 1.0, 1.0], vec![0.1, 0.2, 0.8, 0.9]);
        assert_eq!(found(&apart, "AUC", json!({}), 1.0), None);
        let lost = of(1, vec![0.0, 0.0, 1.0, 1.0], vec![0.1, f32::NAN, 0.8, 0.9]);
        assert_eq!(found(&lost, "AUC", json!({}), 0.5), None);
    }
}
