//! Columns that number rows: whole numbers, another one in every row, from no wide range.
//!
//! If n numbers were drawn from a range of R whole ones, n^2 / 2R pairs of them would be alike. Where that is 5 or more
//! and none are, which chance does once in 150 times, the column is taken for an id.

/// A column with fewer rows tells nothing.
const FEWEST: usize = 20;
/// How far a whole number may be off, and how large it may be.
const PLAIN: (f64, f64) = (0.0, 16_777_216.0);
/// Scaling and back leaves a few units of the last place of float32.
const SCALED: (f64, f64) = (0.05, 200_000.0);

/// The numbers of a column, as long as they may be ids.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    seen: Vec<u32>,
    dropped: bool,
}

impl Distinct {
    /// Takes up a number that the source has as `source`, and that the model sees as `seen`.
    pub fn take(&mut self, seen: f32, source: f64, scaled: bool) {
        if self.dropped {
            return;
        }
        let (near, most) = if scaled { SCALED } else { PLAIN };
        if (source - source.round()).abs() > near || source.abs() > most {
            return self.give_up();
        }
        self.seen.push(seen.to_bits());
        let count = self.seen.len();
        if count >= 64 && count.is_power_of_two() && !self.all_differ() {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        self.dropped = true;
        self.seen = Vec::new();
    }

    fn all_differ(&mut self) -> bool {
        self.seen.sort_unstable();
        self.seen.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Whether the column, which spans `range`, numbers its rows.
    pub fn are_ids(mut self, range: f64) -> bool {
        let count = self.seen.len();
        let alike = (count * count) as f64 / (2.0 * (range + 1.0));
        !self.dropped && count >= FEWEST && alike >= 5.0 && self.all_differ()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: impl Iterator<Item = f64> + Clone) -> bool {
        let mut distinct = Distinct::default();
        numbers
            .clone()
            .for_each(|x| distinct.take(x as f32, x, false));
        let range = numbers.clone().fold(0.0, f64::max) - numbers.fold(f64::INFINITY, f64::min);
        distinct.are_ids(range)
    }

    #[test]
    fn row_numbers_are_ids_and_measurements_are_not() {
        assert!(ids((0..100).map(f64::from)));
        assert!(ids((0..100).map(|i| f64::from(i * 37 % 101 + 5000))));
        assert!(!ids((0..100).map(|i| f64::from(i % 99))));
        assert!(!ids((0..100).map(|i| f64::from(i) + 0.5)));
        assert!(!ids((0..10).map(f64::from)));
        // Wide apart: no two need be alike.
        assert!(!ids((0..100).map(|i| f64::from(i * i * 17))));
    }
}
