//! Some rows of a part as numbers in memory: evenly spread, all features side by side, as the model sees them.

use super::labels::{Targets, class};
use super::pass;
use super::view::View;
use crate::array::Values;
use crate::dataset::Part;
use crate::error::DataErrors;
use crate::target::Target;

/// The most numbers that a matrix holds.
const MOST: usize = 8_000_000;

/// Rows by features.
pub(super) struct Matrix {
    pub rows: usize,
    pub width: usize,
    pub values: Vec<f32>,
    /// The class of each row; empty where labels are no classes.
    pub classes: Vec<usize>,
}

impl Matrix {
    /// `most` rows of a part at most, of the features of `views` (place of the input, its features).
    pub fn of(
        part: &Part,
        views: &[(usize, View)],
        how: &Target,
        most: usize,
    ) -> Result<Matrix, DataErrors> {
        let width: usize = views.iter().map(|(_, view)| view.len()).sum();
        let n = part.rows();
        let rows = n.min(most).min(MOST / width.max(1));
        let places: Vec<usize> = (0..rows).map(|i| i * n / rows).collect();
        let some = part.take(&places);
        let mut values = vec![0.0; rows * width];
        pass::rows(&some, |row, inputs| {
            let mut to = row * width;
            for (input, view) in views {
                let len = view.len();
                let (of, out) = (inputs.at * len, &mut values[to..to + len]);
                match inputs.block.get(*input).map(|array| &array.data) {
                    Some(Values::F32(data)) => out.copy_from_slice(&data[of..of + len]),
                    Some(Values::I32(data)) => {
                        let pairs = out.iter_mut().zip(&data[of..of + len]);
                        pairs.for_each(|(out, x)| *out = *x as f32);
                    }
                    None => {}
                }
                to += len;
            }
        })?;
        let classes = match Targets::new(&some.y, how) {
            Targets::Classes { y, count } if count > 0 => {
                (0..rows).map(|row| class(y, row, count)).collect()
            }
            _ => vec![],
        };
        Ok(Matrix {
            rows,
            width,
            values,
            classes,
        })
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// The numbers of one feature.
    pub fn feature(&self, feature: usize) -> Vec<f32> {
        let from_feature = self.values.iter().skip(feature);
        from_feature.step_by(self.width).copied().collect()
    }
}
