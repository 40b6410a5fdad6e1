//! Missing cells of numeric columns: which cells count as missing, and what fills them.
//!
//! A fill is the mean or the median of a column's numbers in the training part (of an even number,
//! the mean of the middle two), or 0.

use std::convert::Infallible;

use regimen_run::spec::Missing;

use crate::array::Array;
use crate::scaling::Each;

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

/// Whether a policy puts numbers where there are none.
pub(crate) fn is_filled(policy: Missing) -> bool {
    !matches!(policy, Missing::Error | Missing::Drop)
}

/// What fills each column's missing cells, NaN in `array` (rows, columns), by the rows named; `None` for a column
/// without a number in them.
pub(crate) fn fills(policy: Missing, array: &Array, rows: &[usize]) -> Vec<Option<f32>> {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let visit = |each: Each<'_>| {
        each(array, &rows);
        Ok::<(), Infallible>(())
    };
    match fills_of(policy, array.row_len(), visit) {
        Ok(fills) => fills,
        Err(never) => match never {},
    }
}

/// The same of `width` columns whose rows come in blocks: `visit` hands over, in rising order of the rows, arrays and
/// which of their rows count. It is called once for each pass.
pub(crate) fn fills_of<E>(
    policy: Missing,
    width: usize,
    mut visit: impl FnMut(Each<'_>) -> Result<(), E>,
) -> Result<Vec<Option<f32>>, E> {
    match policy {
        Missing::Zero => return Ok(vec![Some(0.0); width]),
        Missing::Median => return medians(width, visit),
        Missing::Mean | Missing::Error | Missing::Drop => {}
    }
    let mut sums = vec![(0.0, 0usize); width];
    visit(&mut |array, rows| {
        for_each(array, rows, |column, x| {
            sums[column].0 += f64::from(x);
            sums[column].1 += 1;
        });
    })?;
    let mean = |(sum, count): (f64, usize)| (count > 0).then(|| (sum / count as f64) as f32);
    Ok(sums.into_iter().map(mean).collect())
}

/// Calls `each` with (column, number) of every number in the rows.
fn for_each(array: &Array, rows: &[usize], mut each: impl FnMut(usize, f32)) {
    let width = array.row_len();
    let Some(data) = array.as_f32() else {
        return;
    };
    for &row in rows {
        let cells = &data[row * width..(row + 1) * width];
        for (column, &x) in cells.iter().enumerate().filter(|(_, x)| !x.is_nan()) {
            each(column, x);
        }
    }
}

/// Bits of a number that a pass looks at: how far from the right, and how many.
const DIGITS: [(u32, u32); 3] = [(21, 11), (10, 11), (0, 10)];

/// Unsigned integers in the order of the numbers.
fn key(x: f32) -> u32 {
    let bits = x.to_bits();
    if bits >> 31 == 1 {
        !bits
    } else {
        bits | 1 << 31
    }
}

fn number(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 {
        key & !(1 << 31)
    } else {
        !key
    })
}

/// The middle number of each column, or the mean of the middle two, by radix selection: each pass counts the next digit of those
/// numbers that agree with the middle one so far.
fn medians<E>(
    width: usize,
    mut visit: impl FnMut(Each<'_>) -> Result<(), E>,
) -> Result<Vec<Option<f32>>, E> {
    // Of the lower and the upper middle of each column: digits so far, and how many smaller ones among those that agree.
    let mut found = vec![(0u64, 0usize); 2 * width];
    let mut empty = vec![false; width];
    for (pass, (shift, bits)) in DIGITS.into_iter().enumerate() {
        let mut counts = vec![0usize; found.len() << bits];
        visit(&mut |array, rows| {
            for_each(array, rows, |column, x| {
                let digits = u64::from(key(x)) >> shift;
                for (i, (known, _)) in found[2 * column..2 * column + 2].iter().enumerate() {
                    if digits >> bits == *known {
                        let digit = digits as usize & ((1 << bits) - 1);
                        counts[((2 * column + i) << bits) + digit] += 1;
                    }
                }
            });
        })?;
        for (i, ((known, before), counts)) in
            found.iter_mut().zip(counts.chunks(1 << bits)).enumerate()
        {
            if pass == 0 {
                let count: usize = counts.iter().sum();
                empty[i / 2] = count == 0;
                *before = (count + i % 2).saturating_sub(1) / 2;
            }
            let mut digit = 0;
            while digit + 1 < counts.len() && *before >= counts[digit] {
                *before -= counts[digit];
                digit += 1;
            }
            *known = *known << bits | digit as u64;
        }
    }
    let median = |(pair, empty): (&[(u64, usize)], &bool)| {
        let [lower, upper] = [0, 1].map(|i| f64::from(number(pair[i].0 as u32)));
        (!empty).then_some(((lower + upper) / 2.0) as f32)
    };
    Ok(found.chunks(2).zip(&empty).map(median).collect())
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
    #[test]
    fn medians_are_those_of_sorted_numbers() {
        for count in [1, 2, 3, 10, 1001] {
            let of = |i: usize| ((i * 7919 + 13) % 4001) as f32 * 0.37 - 700.0;
            let data: Vec<f32> = (0..count).map(of).collect();
            let mut sorted = data.clone();
            sorted.sort_by(f32::total_cmp);
            let (lower, upper) = (sorted[(count - 1) / 2], sorted[count / 2]);
            let middle = ((f64::from(lower) + f64::from(upper)) / 2.0) as f32;
            let rows: Vec<usize> = (0..count).collect();
            let x = Array::f32(vec![count, 1], data);
            assert_eq!(fills(Missing::Median, &x, &rows), [Some(middle)]);
        }
        for x in [0.0, -0.0, 1.5, -1.5, f32::MAX, f32::MIN] {
            assert_eq!(number(key(x)).to_bits(), x.to_bits());
        }
    }
}
