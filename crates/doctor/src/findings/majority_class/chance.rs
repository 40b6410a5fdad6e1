//! How likely a network that does tell classes apart would look as if it did not.

use std::f64::consts::PI;

/// Accuracies in logs are often rounded to four digits.
pub(super) const ROUNDING: f64 = 5e-5;
/// From one epoch to the next a share counts again only as far as an accuracy is free to move. With
/// few rows it often stays where it is; this many rows and more, it stays in half the cases at most.
const FREE_ROWS: f64 = 100.0;

/// All of `rows` rows get one answer, from a network that gives its favourite the share `share`.
///
/// Epochs do not multiply: the rows are the same ones every time.
pub(super) fn same_answer(rows: usize, share: f64) -> f64 {
    share.clamp(0.0, 1.0).powf(rows as f64)
}

/// An accuracy equals `share`, which one of `rows` rows and the log's rounding allow, in `epochs`
/// epochs: the peak of the binomial law, then the chance of staying there.
pub(super) fn same_share(rows: usize, share: f64, epochs: usize) -> f64 {
    let stays = (1.0 - 0.5 * rows as f64 / FREE_ROWS).max(0.5);
    at_share(rows, share) * stays.powf(epochs.saturating_sub(1) as f64)
}

/// The same for a single epoch.
pub(super) fn at_share(rows: usize, share: f64) -> f64 {
    let rows = rows.max(1) as f64;
    let values = (2.0 * near(rows as usize) * rows).max(1.0);
    (values / (2.0 * PI * rows * share * (1.0 - share)).sqrt()).min(1.0)
}

/// How far an accuracy may lie off a share and still be the same: half a row, or the rounding.
pub(super) fn near(rows: usize) -> f64 {
    (0.5 / rows.max(1) as f64).max(ROUNDING)
}

/// The fewest rows of which a part can be this share, for logs that do not tell how many there are.
pub(super) fn least_rows(share: f64) -> usize {
    let fits = |rows: &usize| {
        let rows = *rows as f64;
        ((share * rows).round() / rows - share).abs() <= ROUNDING
    };
    (2..10_000).find(fits).unwrap_or(10_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rows_and_epochs_leave_less_to_chance() {
        assert!(same_answer(5, 0.6) > 0.05 && same_answer(20, 0.6) < 1e-4);
        assert!(same_answer(20, 0.99) > 0.5);
        assert!(same_share(10, 0.5, 6) > 0.1);
        assert!(same_share(1000, 0.65, 3) < 0.01);
        assert!(same_share(1000, 0.65, 5) < same_share(1000, 0.65, 4));
    }

    #[test]
    fn a_share_tells_how_many_rows_it_takes() {
        assert_eq!(least_rows(0.5), 2);
        assert_eq!(least_rows(0.3539), 178);
        assert_eq!(least_rows(1.0 / 3.0), 3);
    }
}
