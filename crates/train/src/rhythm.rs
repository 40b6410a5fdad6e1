//! How often a run saves itself: a rule on steps, computed once from sizes, never from the clock.
//!
//! Writing costs at most about 2 % of training: the interval is 50 times the estimated cost of a write
//! over the estimated cost of a step. Both estimates lean to the careful side: a slow disk (100 MB/s and
//! 30 ms to sync), a fast machine (1 TFLOP/s, at least 20 µs a step).

/// Seconds that a write of so many bytes may take.
fn write_seconds(bytes: u64) -> f64 {
    0.03 + bytes as f64 / 100e6
}

/// Seconds that a step takes at least: `weights` parameters each used in some 6 operations a row.
fn step_seconds(weights: u64, rows: usize) -> f64 {
    (6.0 * weights as f64 * rows as f64 / 1e12).max(20e-6)
}

/// Steps between checkpoints for a state of `bytes` bytes.
pub(crate) fn steps_between(bytes: u64, weights: u64, rows: usize) -> u64 {
    (50.0 * write_seconds(bytes) / step_seconds(weights, rows)).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_costs_two_percent_of_the_steps_between() {
        for (bytes, weights, rows) in [
            (10_000, 800, 32),
            (180_000_000, 15_000_000, 50),
            (4 << 30, 300_000_000, 128),
        ] {
            let n = steps_between(bytes, weights, rows) as f64;
            assert!(write_seconds(bytes) / (n * step_seconds(weights, rows)) <= 0.02);
        }
    }
}
