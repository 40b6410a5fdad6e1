//! Windows over a series: samples of so many steps, with a target each.
//!
//! Follows keras/src/utils/timeseries_dataset_utils.py, and `TimeseriesGenerator` of keras/src/legacy/preprocessing/sequence.py.

use crate::arguments::WrongArgument;
use crate::array::Array;
use crate::random::{Draws, Stream, shuffle};

/// How windows are cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Steps of a window.
    pub sequence_length: usize,
    /// Steps from the start of a window to that of the next. Default 1.
    pub sequence_stride: usize,
    /// Steps between those of a window. Default 1.
    pub sampling_rate: usize,
    /// Whether windows are in an order by `seed` instead of that of time. Default false.
    pub shuffle: bool,
    /// Decides the order of shuffled windows. Default 0.
    pub seed: u64,
    /// First step that is used. Default the first.
    pub start_index: Option<usize>,
    /// Step before which the last window ends. Default the end.
    pub end_index: Option<usize>,
}

impl Series {
    /// Windows of so many steps, one for each step that can begin one.
    pub fn new(sequence_length: usize) -> Series {
        Series {
            sequence_length,
            sequence_stride: 1,
            sampling_rate: 1,
            shuffle: false,
            seed: 0,
            start_index: None,
            end_index: None,
        }
    }
}

/// Keras's `timeseries_dataset_from_array`, all windows at once: (windows, steps, ...), and the target of each: that of its first
/// step. Batches are rows of it.
///
/// ```
/// use regimen_data::{Array, Series, timeseries_dataset_from_array};
/// let x = Array::i32(vec![5], vec![0, 1, 2, 3, 4]);
/// let (windows, targets) = timeseries_dataset_from_array(&x, Some(&x), &Series::new(3))?;
/// assert_eq!(windows, Array::i32(vec![3, 3], vec![0, 1, 2, 1, 2, 3, 2, 3, 4]));
/// assert_eq!(targets, Some(Array::i32(vec![3], vec![0, 1, 2])));
/// # Ok::<(), regimen_data::WrongArgument>(())
/// ```
pub fn timeseries_dataset_from_array(
    data: &Array,
    targets: Option<&Array>,
    how: &Series,
) -> Result<(Array, Option<Array>), WrongArgument> {
    check(data.rows(), how)?;
    let start = how.start_index.unwrap_or(0);
    let end = how.end_index.filter(|&e| e > 0).unwrap_or(data.rows());
    let reach = how.sequence_length.saturating_sub(1) * how.sampling_rate;
    let mut count = (end - start).saturating_sub(reach);
    if let Some(targets) = targets {
        count = count.min(targets.rows());
    }
    let mut starts: Vec<usize> = (0..count).step_by(how.sequence_stride).collect();
    if how.shuffle {
        shuffle(&mut starts, how.seed, Stream::Split);
    }
    let steps =
        |&s: &usize| (0..how.sequence_length).map(move |i| start + s + i * how.sampling_rate);
    let rows: Vec<usize> = starts.iter().flat_map(steps).collect();
    let mut windows = data.take(&rows);
    windows.shape = [starts.len(), how.sequence_length]
        .into_iter()
        .chain(data.row_shape().iter().copied())
        .collect();
    let targets = targets.map(|t| {
        let rows: Vec<usize> = starts
            .iter()
            .map(|s| s + start)
            .filter(|&r| r < t.rows())
            .collect();
        t.take(&rows)
    });
    Ok((windows, targets))
}

const NAME: &str = "timeseries_dataset_from_array";

fn check(rows: usize, how: &Series) -> Result<(), WrongArgument> {
    let wrong = |argument, found: usize, expected: String| {
        Err(WrongArgument::new((NAME, argument), found, expected))
    };
    let below = || format!("at least 1, and less than the {rows} steps of the data");
    match (how.start_index, how.end_index) {
        (Some(start), _) if start >= rows && start > 0 => {
            return wrong(
                "start_index",
                start,
                format!("less than the {rows} steps of the data"),
            );
        }
        (Some(start), Some(end)) if end <= start => {
            return wrong("end_index", end, format!("more than start_index, {start}"));
        }
        (_, Some(end)) if end >= rows && end > 0 => {
            return wrong(
                "end_index",
                end,
                format!("less than the {rows} steps of the data"),
            );
        }
        _ => {}
    }
    match how {
        _ if how.sequence_length == 0 => wrong("sequence_length", 0, "at least 1".to_string()),
        _ if how.sampling_rate == 0 || how.sampling_rate >= rows => {
            wrong("sampling_rate", how.sampling_rate, below())
        }
        _ if how.sequence_stride == 0 || how.sequence_stride >= rows => {
            wrong("sequence_stride", how.sequence_stride, below())
        }
        _ => Ok(()),
    }
}

/// Keras's old `TimeseriesGenerator`: batches of windows that end before a step, with the target of that step.
///
/// ```
/// use regimen_data::{Array, TimeseriesGenerator};
/// let x = Array::i32(vec![6], vec![0, 1, 2, 3, 4, 5]);
/// let batches = TimeseriesGenerator::new(x.clone(), x, 2)?;
/// assert_eq!(batches.len(), 1);
/// let (x, y) = batches.get(0);
/// assert_eq!((x.as_i32().unwrap(), y.as_i32().unwrap()), (&[0, 1, 1, 2, 2, 3, 3, 4][..], &[2, 3, 4, 5][..]));
/// # Ok::<(), regimen_data::WrongArgument>(())
/// ```
#[derive(Debug, Clone)]
pub struct TimeseriesGenerator {
    data: Array,
    targets: Array,
    /// Steps that a window reaches back.
    pub length: usize,
    /// Steps between those of a window. Default 1.
    pub sampling_rate: usize,
    /// Steps between windows. Default 1.
    pub stride: usize,
    /// First step with a target.
    start: usize,
    /// Last step with a target.
    end: usize,
    /// Whether windows are drawn at random, by this seed and the batch's number. Default none.
    pub shuffle: Option<u64>,
    /// Whether the steps of a window run backwards. Default false.
    pub reverse: bool,
    /// Windows of a batch. Default 128.
    pub batch_size: usize,
}

impl TimeseriesGenerator {
    /// Windows of `length` steps over all of the data.
    pub fn new(
        data: Array,
        targets: Array,
        length: usize,
    ) -> Result<TimeseriesGenerator, WrongArgument> {
        if data.rows() != targets.rows() {
            let expected = format!("{} rows, as the data has", data.rows());
            return Err(WrongArgument::new(
                ("TimeseriesGenerator", "targets"),
                targets.rows(),
                expected,
            ));
        }
        let end = data.rows().saturating_sub(1);
        let made = TimeseriesGenerator {
            data,
            targets,
            length,
            sampling_rate: 1,
            stride: 1,
            start: length,
            end,
            shuffle: None,
            reverse: false,
            batch_size: 128,
        };
        made.checked()
    }

    /// Uses the steps from `start` to `end`, which counts.
    pub fn between(
        mut self,
        start: usize,
        end: Option<usize>,
    ) -> Result<TimeseriesGenerator, WrongArgument> {
        self.start = start + self.length;
        self.end = end.unwrap_or(self.data.rows().saturating_sub(1));
        self.checked()
    }

    fn checked(self) -> Result<TimeseriesGenerator, WrongArgument> {
        if self.start > self.end || self.end >= self.data.rows() {
            let found = format!("{} with a last step {}", self.start, self.end);
            let expected = format!(
                "a first target at or before the last step, below {}",
                self.data.rows()
            );
            return Err(WrongArgument::new(
                ("TimeseriesGenerator", "start_index + length"),
                found,
                expected,
            ));
        }
        Ok(self)
    }

    /// Number of batches.
    #[allow(clippy::len_without_is_empty)] // there is always one
    pub fn len(&self) -> usize {
        let step = self.batch_size.max(1) * self.stride.max(1);
        (self.end + step - self.start) / step
    }

    /// A batch: windows (rows, steps, ...) and targets.
    pub fn get(&self, index: usize) -> (Array, Array) {
        let rows: Vec<usize> = match self.shuffle {
            Some(seed) => {
                let mut draws = Draws::new(seed, Stream::Epoch(index as u64));
                let span = self.end + 1 - self.start;
                (0..self.batch_size)
                    .map(|_| self.start + draws.below(span))
                    .collect()
            }
            None => {
                let step = self.batch_size.max(1) * self.stride.max(1);
                let from = self.start + step * index;
                (from..(from + step).min(self.end + 1))
                    .step_by(self.stride.max(1))
                    .collect()
            }
        };
        let steps = |&row: &usize| {
            let mut steps: Vec<usize> = (row - self.length..row)
                .step_by(self.sampling_rate.max(1))
                .collect();
            if self.reverse {
                steps.reverse();
            }
            steps
        };
        let all: Vec<usize> = rows.iter().flat_map(steps).collect();
        let mut windows = self.data.take(&all);
        let steps = self.length.div_ceil(self.sampling_rate.max(1));
        windows.shape = [rows.len(), steps]
            .into_iter()
            .chain(self.data.row_shape().iter().copied())
            .collect();
        (windows, self.targets.take(&rows))
    }
}
