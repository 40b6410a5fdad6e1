//! The facts of loaded data that the doctor reads.

use regimen_run::facts::DataProfile;
use regimen_run::spec::LabelEncoding;

use super::assemble::classes_of;
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
    /// Labels of all rows, of which `train_rows` are the training part.
    pub labels: &'a Labels,
    pub train_rows: &'a [usize],
    pub validation_classes: Vec<u32>,
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
        train_shares: class_shares(&classes_of(labels, measured.train_rows), classes),
        val_shares: class_shares(&measured.validation_classes, classes),
        label_encoding: Some(encoding.to_owned()),
        target_range: match classes {
            0 => range(std::iter::once(&measured.train.y)),
            _ => None,
        },
        feature_range: range(numbers),
        notes: measured.notes.clone(),
    }
}

/// Share of each class; none without rows or classes.
fn class_shares(class_of: &[u32], classes: usize) -> Vec<f64> {
    if class_of.is_empty() {
        return Vec::new();
    }
    let mut counts = vec![0usize; classes];
    for &class in class_of {
        counts[class as usize] += 1;
    }
    let total = class_of.len() as f64;
    counts.into_iter().map(|n| n as f64 / total).collect()
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
