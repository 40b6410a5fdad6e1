//! Missing cells of numeric columns: which cells count as missing, and what fills them.
//!
//! A fill is the mean or the median of a column's numbers in the training part (of an even number,
//! the mean of the middle two), or 0.

use regimen_run::spec::Missing;

use crate::array::Array;

/// The cells that count as missing: empty ones, and those named, whatever their case.
pub(crate) struct Marks<'a> {
    cells: &'a [String],
    /// Whether a mark reads as a number, such as -999.
    numbers: bool,
}

impl<'a> Marks<'a> {
    /// Marks as a run file lists them.
    pub fn new(cells: &'a [String]) -> Marks<'a> {
        let finite = |cell: &String| cell.trim().parse().is_ok_and(f32::is_finite);
        Marks {
            cells,
            numbers: cells.iter().any(finite),
        }
    }

    /// Whether a trimmed cell, which `is_number` tells to be a finite number or not, is missing.
    pub fn cover(&self, cell: &str, is_number: bool) -> bool {
        if is_number && !self.numbers {
            return false;
        }
        let same = |mark: &String| mark.trim().eq_ignore_ascii_case(cell);
        cell.is_empty() || self.cells.iter().any(same)
    }
}

/// What fills each column's missing cells, NaN in `array` (rows, columns); `None` for a column
/// without a number in `rows`.
pub(crate) fn fills(policy: Missing, array: &Array, rows: &[usize]) -> Vec<Option<f32>> {
    let width = array.row_len();
    let column = |c: usize| -> Vec<f32> {
        let cells = rows.iter().map(|&row| array.at(row * width + c) as f32);
        cells.filter(|x| !x.is_nan()).collect()
    };
    (0..width)
        .map(|c| match policy {
            Missing::Zero => Some(0.0),
            Missing::Median => median(column(c)),
            Missing::Mean | Missing::Error | Missing::Drop => mean(&column(c)),
        })
        .collect()
}

fn mean(values: &[f32]) -> Option<f32> {
    let sum: f64 = values.iter().map(|&x| f64::from(x)).sum();
    (!values.is_empty()).then(|| (sum / values.len() as f64) as f32)
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    match values.len() % 2 {
        1 => Some(upper),
        _ => {
            let lower = values[values.len() / 2 - 1];
            Some(((f64::from(lower) + f64::from(upper)) / 2.0) as f32)
        }
    }
}

/// Puts `fill` (one value per column) where there is NaN. Returns how many per column.
pub(crate) fn fill_in(data: &mut [f32], fill: &[f32]) -> Vec<usize> {
    let mut filled = vec![0; fill.len()];
    for row in data.chunks_mut(fill.len().max(1)) {
        for ((x, &value), count) in row.iter_mut().zip(fill).zip(&mut filled) {
            if x.is_nan() {
                *x = value;
                *count += 1;
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_whatever_their_case() {
        let cells = ["NA".to_owned(), "-999".to_owned()];
        let marks = Marks::new(&cells);
        assert!(marks.cover("na", false) && marks.cover("-999", true) && marks.cover("", false));
        assert!(!marks.cover("-99", true) && !marks.cover("nan", false));
        assert!(!Marks::new(&cells[..1]).cover("-999", true));
    }

    #[test]
    fn fills_are_the_training_rows() {
        let nan = f32::NAN;
        let x = Array::f32(
            vec![5, 2],
            vec![1., nan, 3., nan, nan, nan, 8., nan, 99., 5.],
        );
        let rows = [0, 1, 2, 3];
        assert_eq!(fills(Missing::Mean, &x, &rows), [Some(4.0), None]);
        assert_eq!(fills(Missing::Median, &x, &rows), [Some(3.0), None]);
        assert_eq!(fills(Missing::Median, &x, &[0, 1]), [Some(2.0), None]);
        assert_eq!(fills(Missing::Zero, &x, &rows), [Some(0.0); 2]);
        let mut data = vec![1.0, nan, nan, 2.0];
        assert_eq!(fill_in(&mut data, &[7.0, 8.0]), [1, 1]);
        assert_eq!(data, [1.0, 8.0, 7.0, 2.0]);
    }
}
