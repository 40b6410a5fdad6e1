//! Windows over rows in time order: `length` rows go in, the `horizon` rows after them are learnt.
//!
//!   window w   inputs   rows w * stride      .. w * stride + length
//!              targets  rows w * stride + length .. w * stride + length + horizon
//!
//! Windows are cut from each part alone, so that none crosses a border between parts.

use regimen_run::spec::WindowsSpec;

use crate::array::Array;
use crate::dataset::Part;
use crate::error::Fault;

/// How many windows with `after` rows behind them fit into `rows`.
fn count(windows: &WindowsSpec, rows: usize, after: usize) -> usize {
    let whole = windows.length.saturating_add(after);
    match rows.checked_sub(whole) {
        Some(left) => left / windows.stride.max(1) + 1,
        None => 0,
    }
}

/// Elements of all windows' inputs of a part, for an estimate of memory.
pub(crate) fn elements(windows: &WindowsSpec, part: &Part) -> usize {
    let rows: usize = part.x.iter().map(Array::row_len).sum();
    let windows_of = count(windows, part.rows(), windows.horizon);
    windows_of
        .saturating_mul(windows.length)
        .saturating_mul(rows)
}

/// The windows of a part that follow its rows in time. `name` is the part's; new rows have none.
pub(crate) fn cut(windows: &WindowsSpec, part: &Part, name: Option<&str>) -> Result<Part, Fault> {
    let rows = part.rows();
    let many = count(windows, rows, windows.horizon);
    if rows > 0 && many == 0 {
        let takes = windows.length + windows.horizon;
        let reason = match name {
            Some(name) => format!(
                "the {name} part has {rows} rows, and a window with its targets takes {takes}; lower \
                 length or horizon, or give the part a larger share"
            ),
            None => format!(
                "{rows} rows are fewer than the {takes} of a window with its targets; give at least {takes}"
            ),
        };
        return Err(Fault::Windows { reason });
    }
    let at = |w: usize| w * windows.stride + windows.length;
    Ok(Part {
        x: part.x.iter().map(|x| inputs(windows, x, 0, many)).collect(),
        y: targets(windows, &part.y, many),
        more: (part.more.iter())
            .map(|y| targets(windows, y, many))
            .collect(),
        stored: None,
        sample_weight: part
            .sample_weight
            .as_ref()
            .map(|weights| (0..many).map(|w| weights[at(w)]).collect()),
    })
}

/// The windows of new rows, without targets: the last one ends with the last row.
pub(crate) fn cut_inputs(windows: &WindowsSpec, x: &Array) -> Result<Array, Fault> {
    match count(windows, x.rows(), 0) {
        0 => Err(Fault::Windows {
            reason: format!(
                "{} rows are fewer than the {} of a window; give more rows",
                x.rows(),
                windows.length
            ),
        }),
        many => Ok(inputs(windows, x, skipped(windows, x.rows()), many)),
    }
}

/// Rows before the first window of new ones, so that the last window ends with the last row.
fn skipped(windows: &WindowsSpec, rows: usize) -> usize {
    rows.saturating_sub(windows.length) % windows.stride.max(1)
}

/// The last row of each window that [`cut_inputs`] makes of so many rows.
pub(crate) fn last_rows(windows: &WindowsSpec, rows: usize) -> Vec<usize> {
    let first = skipped(windows, rows) + windows.length;
    let ends = (0..count(windows, rows, 0)).map(|w| first + w * windows.stride);
    ends.map(|end| end.saturating_sub(1)).collect()
}

/// `many` windows from row `from` on.
fn inputs(windows: &WindowsSpec, x: &Array, from: usize, many: usize) -> Array {
    let rows: Vec<usize> = (0..many)
        .flat_map(|w| {
            let first = from + w * windows.stride;
            first..first + windows.length
        })
        .collect();
    let mut taken = x.take(&rows);
    taken.shape.splice(..1, [many, windows.length]);
    taken
}

/// (windows, ...) for a horizon of one row, else (windows, horizon, ...).
fn targets(windows: &WindowsSpec, y: &Array, many: usize) -> Array {
    let rows: Vec<usize> = (0..many)
        .flat_map(|w| {
            let first = w * windows.stride + windows.length;
            first..first + windows.horizon
        })
        .collect();
    let mut taken = y.take(&rows);
    if windows.horizon > 1 {
        taken.shape.splice(..1, [many, windows.horizon]);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(rows: usize) -> Part {
        let numbers = |by: i32| (0..rows as i32).map(|i| (i * by) as f32).collect();
        Part {
            x: vec![Array::f32(vec![rows, 1], numbers(1))],
            y: Array::f32(vec![rows], numbers(10)),
            more: vec![Array::f32(vec![rows], numbers(100))],
            stored: None,
            sample_weight: Some(numbers(2)),
        }
    }

    fn spec(length: usize, horizon: usize, stride: usize) -> WindowsSpec {
        WindowsSpec {
            length,
            horizon,
            stride,
        }
    }

    #[test]
    fn windows_end_before_their_targets() {
        let part = cut(&spec(3, 1, 1), &series(6), Some("training")).unwrap();
        assert_eq!(part.x[0].shape, [3, 3, 1]);
        let x = part.x[0].as_f32().unwrap();
        assert_eq!(x, [0.0, 1.0, 2.0, 1.0, 2.0, 3.0, 2.0, 3.0, 4.0]);
        assert_eq!(part.y, Array::f32(vec![3], vec![30.0, 40.0, 50.0]));
        assert_eq!(part.more[0].as_f32().unwrap(), [300.0, 400.0, 500.0]);
        assert_eq!(part.sample_weight.unwrap(), [6.0, 8.0, 10.0]);
    }

    #[test]
    fn horizon_and_stride() {
        let part = cut(&spec(2, 2, 3), &series(8), Some("training")).unwrap();
        assert_eq!(part.x[0].as_f32().unwrap(), [0.0, 1.0, 3.0, 4.0]);
        let y = Array::f32(vec![2, 2], vec![20.0, 30.0, 50.0, 60.0]);
        assert_eq!(part.y, y);
        assert_eq!(elements(&spec(2, 2, 3), &series(8)), 4);
    }

    #[test]
    fn new_rows_use_their_last_row() {
        let x = &series(4).x[0];
        let made = cut_inputs(&spec(3, 1, 1), x).unwrap();
        assert_eq!(made.shape, [2, 3, 1]);
        assert_eq!(made.as_f32().unwrap()[3..], [1.0, 2.0, 3.0]);
        let words = cut_inputs(&spec(5, 1, 1), x).unwrap_err().to_string();
        assert!(words.contains("4 rows are fewer than the 5"), "{words}");
    }

    #[test]
    fn the_last_window_of_new_rows_ends_with_the_last_row() {
        let spec = spec(2, 1, 3);
        let made = cut_inputs(&spec, &series(7).x[0]).unwrap();
        assert_eq!(made.as_f32().unwrap(), [2.0, 3.0, 5.0, 6.0]);
        assert_eq!(last_rows(&spec, 7), [3, 6]);
        assert!(last_rows(&spec, 1).is_empty());
        let words = cut(&spec, &series(2), None).unwrap_err().to_string();
        assert!(words.contains("give at least 3"), "{words}");
    }

    #[test]
    fn parts_too_short_are_named() {
        let fault = cut(&spec(5, 2, 1), &series(6), Some("validation")).unwrap_err();
        let words = fault.to_string();
        assert!(words.contains("the validation part has 6 rows"), "{words}");
        assert!(words.contains("takes 7"), "{words}");
        assert!(
            cut(&spec(5, 1, 1), &series(0), Some("test"))
                .unwrap()
                .is_empty()
        );
    }
}
