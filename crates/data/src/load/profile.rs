//! The facts of loaded data that the doctor reads.

use regimen_run::facts::DataProfile;
use regimen_run::spec::LabelEncoding;

use crate::array::Array;
use crate::dataset::Part;
use crate::labels::Labels;
use crate::preprocessing::InputRecipe;

/// What is measured.
pub(super) struct Measured<'a> {
    pub train: &'a Part,
    pub validation: &'a Part,
    pub test: &'a Part,
    pub recipes: &'a [InputRecipe],
    pub labels: &'a Labels,
    pub notes: Vec<String>,
}

/// Rows, classes, shares and ranges. Features count as the model sees them, after scaling; ids
/// of words and categories have no range.
pub(super) fn profile(measured: &Measured<'_>) -> DataProfile {
    let labels = measured.labels;
    let classes = labels.classes.len();
    let encoding = match labels.encoding {
        LabelEncoding::OneHot => "one_hot",
        LabelEncoding::Index => "index",
        LabelEncoding::Number => "number",
        LabelEncoding::MultiHot => "multi_hot",
    };
    let shares = |part: &Part| match labels.encoding {
        LabelEncoding::Number => Vec::new(),
        LabelEncoding::MultiHot => label_shares(&part.y),
        _ => class_shares(part, classes),
    };
    let numbers = measured
        .recipes
        .iter()
        .zip(&measured.train.x)
        .filter(|(recipe, _)| super::build::ids(recipe).is_none())
        .map(|(_, x)| x);
    DataProfile {
        train_rows: Some(measured.train.rows()),
        val_rows: Some(measured.validation.rows()),
        test_rows: Some(measured.test.rows()),
        classes: labels.classes.clone(),
        train_shares: shares(measured.train),
        val_shares: shares(measured.validation),
        label_encoding: Some(encoding.to_owned()),
        target_range: match classes {
            0 => range(std::iter::once(&measured.train.y)),
            _ => None,
        },
        feature_range: range(numbers),
        notes: measured.notes.clone(),
    }
}

/// Share of each class; none without rows or classes. A row of shares counts for its largest.
fn class_shares(part: &Part, classes: usize) -> Vec<f64> {
    let rows = part.rows();
    if rows == 0 || classes == 0 {
        return Vec::new();
    }
    let mut counts = vec![0usize; classes];
    let width = part.y.row_len();
    for row in 0..rows {
        let at = |i: usize| part.y.at(row * width + i);
        let class = match width {
            1 => at(0) as usize,
            _ => (1..width).fold(0, |best, i| if at(i) > at(best) { i } else { best }),
        };
        counts[class.min(classes - 1)] += 1;
    }
    counts.into_iter().map(|n| n as f64 / rows as f64).collect()
}

/// Share of rows that hold each label.
fn label_shares(y: &Array) -> Vec<f64> {
    let mut sums = vec![0.0; if y.rows() == 0 { 0 } else { y.row_len() }];
    for i in 0..y.data.len() {
        sums[i % y.row_len()] += y.at(i);
    }
    sums.into_iter().map(|sum| sum / y.rows() as f64).collect()
}

fn range<'a>(arrays: impl Iterator<Item = &'a Array>) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for array in arrays {
        for i in 0..array.data.len() {
            let x = array.at(i);
            let (low, high) = range.unwrap_or((x, x));
            range = Some((low.min(x), high.max(x)));
        }
    }
    range
}
