//! The facts of loaded data that the doctor reads.

use regimen_run::facts::DataProfile;
use regimen_run::spec::LabelEncoding;

use crate::array::Array;
use crate::dataset::Part;
use crate::error::DataError;
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
/// of words and categories have no range, nor have texts that the model itself takes.
pub(super) fn profile(measured: &Measured<'_>) -> Result<DataProfile, DataError> {
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
    let recipes = measured.recipes.iter();
    let raw = |r: &InputRecipe| matches!(r, InputRecipe::Raw { .. });
    let numbers = recipes.map(|r| super::build::ids(r).is_none() && !raw(r));
    let numbers: Vec<bool> = numbers.collect();
    Ok(DataProfile {
        train_rows: Some(measured.train.rows()),
        val_rows: Some(measured.validation.rows()),
        test_rows: Some(measured.test.rows()),
        classes: labels.classes.clone(),
        train_shares: shares(measured.train),
        val_shares: shares(measured.validation),
        label_encoding: Some(encoding.to_owned()),
        target_range: match classes {
            0 => range(None, &measured.train.y),
            _ => None,
        },
        feature_range: feature_range(measured.train, &numbers)?,
        notes: measured.notes.clone(),
    })
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

/// The range of the inputs that are `numbers`.
fn feature_range(part: &Part, numbers: &[bool]) -> Result<Option<(f64, f64)>, DataError> {
    let all = |found, x: &[Array]| {
        let counted = x.iter().zip(numbers).filter(|(_, number)| **number);
        counted.fold(found, |found, (x, _)| range(found, x))
    };
    let Some(stored) = &part.stored else {
        return Ok(all(None, &part.x));
    };
    let mut found = None;
    if numbers.contains(&true) {
        stored.in_source_order(|_, x| found = all(found, x))?;
    }
    Ok(found)
}

/// The range of an array's elements and what was `found` before.
fn range(found: Option<(f64, f64)>, array: &Array) -> Option<(f64, f64)> {
    (0..array.data.len())
        .map(|i| array.at(i))
        .fold(found, |found, x| {
            let (low, high) = found.unwrap_or((x, x));
            Some((low.min(x), high.max(x)))
        })
}
