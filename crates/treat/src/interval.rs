//! How large an effect is: a two-level bootstrap over seeds and rows.
//!
//! A difference of two networks varies with the seed that both were trained from and with the rows that both were asked.
//! Each of 2,000 replicates draws the seeds anew, with return, and, where single rows are known, the rows: all seeds of a
//! replicate are asked the same rows. The interval holds the middle 95 % of the replicates' means, widened about the mean by
//!
//!   t(n - 1) / 1.96 sqrt(n / (n - 1))
//!
//! of n seeds: a plain bootstrap of six to twelve numbers covers the truth in 86 to 92 % of cases, not in 95.

/// Replicates.
const REPLICATES: usize = 2000;
/// State of the generator: the same data give the same interval.
const START: u64 = 0x5851_f42d_4c95_7f2d;

/// The differences (remedy less baseline) of one seed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pair {
    /// Of the whole part.
    pub difference: f64,
    /// Of each row, in the same order for every seed; empty where rows are not known, or differ between seeds.
    pub rows: Vec<f32>,
}

/// Mean and 95 % interval; `None` for fewer than two pairs.
pub fn interval(pairs: &[Pair]) -> Option<(f64, f64, f64)> {
    let n = pairs.len();
    if n < 2 {
        return None;
    }
    let mean = pairs.iter().map(|pair| pair.difference).sum::<f64>() / n as f64;
    let width = pairs[0].rows.len();
    let by_rows = width > 1 && pairs.iter().all(|pair| pair.rows.len() == width);
    let mut random = Random(START);
    let mut means: Vec<f64> = (0..REPLICATES)
        .map(|_| {
            let seeds: Vec<usize> = (0..n).map(|_| random.below(n)).collect();
            let of_seeds = seeds.iter().map(|s| pairs[*s].difference).sum::<f64>() / n as f64;
            match by_rows {
                false => of_seeds,
                // The part of the mean that the choice of rows makes is added to it.
                true => of_seeds + random.shift(pairs, &seeds, width),
            }
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((REPLICATES - 1) as f64 * share).round() as usize];
    let widened = |end: f64| mean + (end - mean) * widening(n);
    Some((mean, widened(at(0.025)), widened(at(0.975))))
}

/// What the bootstrap of n numbers lacks beside Student's interval.
fn widening(n: usize) -> f64 {
    let n_real = n as f64;
    crate::student::quantile(n - 1) / 1.96 * (n_real / (n_real - 1.0)).sqrt()
}

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let x = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((x * n as u64) >> 32) as usize
    }

    /// How far the mean over drawn rows lies from that over all rows, averaged over these seeds.
    fn shift(&mut self, pairs: &[Pair], seeds: &[usize], width: usize) -> f64 {
        let all: f64 = seeds
            .iter()
            .map(|s| pairs[*s].rows.iter().map(|d| f64::from(*d)).sum::<f64>())
            .sum();
        let drawn: f64 = (0..width)
            .map(|_| {
                let row = self.below(width);
                seeds
                    .iter()
                    .map(|s| f64::from(pairs[*s].rows[row]))
                    .sum::<f64>()
            })
            .sum();
        (drawn - all) / (width * seeds.len()) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(differences: &[f64]) -> Vec<Pair> {
        let pair = |d: &f64| Pair {
            difference: *d,
            rows: vec![],
        };
        differences.iter().map(pair).collect()
    }

    #[test]
    fn seeds_alone() {
        let (mean, low, high) = interval(&pairs(&[1.0, 2.0, 3.0, 4.0])).expect("pairs");
        assert_eq!(mean, 2.5);
        // Student's interval of these is 0.45 to 4.55.
        assert!(
            (0.2..0.9).contains(&low) && (4.1..4.8).contains(&high),
            "{low} {high}"
        );
        assert_eq!(interval(&pairs(&[1.0])), None);
        let (_, low, high) = interval(&pairs(&[0.5; 6])).expect("pairs");
        assert_eq!((low, high), (0.5, 0.5));
    }

    #[test]
    fn few_rows_widen_it() {
        let with_rows = |n: usize| {
            let rows = |s: usize| (0..n).map(|i| ((i + s) % 2) as f32 - 0.4).collect();
            let pair = |s: usize| Pair {
                difference: 0.1,
                rows: rows(s * 2),
            };
            let all: Vec<Pair> = (0..6).map(pair).collect();
            let (_, low, high) = interval(&all).expect("pairs");
            high - low
        };
        let (few, many) = (with_rows(50), with_rows(5000));
        // The standard error of a share of 50 rows is 0.07: an interval of some 0.28, 1.44 times as wide for six seeds.
        assert!((0.3..0.52).contains(&few), "{few}");
        assert!(many < few / 5.0, "{many}");
    }
}
