//! What the doctor may know of arrays: classes and their shares, ranges.

use regimen::run::facts::DataProfile;
use regimen::train::{ArrayView, Arrays, Elements};

/// Most classes that whole numbers are taken for.
const CLASSES: usize = 1000;

/// How labels reach the loss, and how often each class is there.
struct Labels {
    encoding: &'static str,
    counts: Vec<u64>,
}

/// What rows of training and validation show.
pub(crate) fn of(train: &Arrays, validation: Option<&Arrays>) -> DataProfile {
    let mut profile = DataProfile {
        train_rows: Some(train.rows()),
        val_rows: validation.map(Arrays::rows),
        feature_range: range(train.x_views()),
        ..DataProfile::default()
    };
    let mut targets = train.y_views();
    let (Some(y), None) = (targets.next(), targets.next()) else {
        return profile;
    };
    let Some(labels) = labels(y) else {
        profile.label_encoding = Some("number".to_owned());
        profile.target_range = range(std::iter::once(y));
        return profile;
    };
    profile.label_encoding = Some(labels.encoding.to_owned());
    let others = validation
        .and_then(|v| v.y_views().next())
        .and_then(self::labels);
    let classes = labels
        .counts
        .len()
        .max(others.as_ref().map_or(0, |o| o.counts.len()));
    profile.classes = (0..classes).map(|class| class.to_string()).collect();
    profile.train_shares = shares(labels.counts, classes);
    // A loss of weighted rows is not one of shares that count rows.
    let weighted = validation.is_some_and(Arrays::is_weighted);
    if let Some(others) = others.filter(|o| o.encoding == labels.encoding && !weighted) {
        profile.val_shares = shares(others.counts, classes);
    }
    profile
}

fn shares(mut counts: Vec<u64>, classes: usize) -> Vec<f64> {
    counts.resize(classes, 0);
    let all = counts.iter().sum::<u64>().max(1);
    counts.iter().map(|&n| n as f64 / all as f64).collect()
}

/// Classes as indices (whole numbers, or zeros and ones), or as rows with a single one.
fn labels(y: ArrayView<'_>) -> Option<Labels> {
    let columns = y.row_len();
    match (y.elements, columns) {
        (Elements::I32(all), 1) => indices(all.iter().map(|&n| f64::from(n)), CLASSES),
        (Elements::Bool(all), 1) => indices(all.iter().map(|&n| f64::from(n)), 2),
        (Elements::F32(all), 1) => indices(all.iter().map(|&n| f64::from(n)), 2),
        (_, columns) if columns < 2 || y.row.len() != 1 => None,
        (Elements::F32(all), columns) => one_hot(all, columns, 0.0, 1.0),
        (Elements::I32(all), columns) => one_hot(all, columns, 0, 1),
        (Elements::Bool(all), columns) => one_hot(all, columns, 0, 1),
        _ => None,
    }
}

/// Rows with a single one among zeros.
fn one_hot<T: PartialEq>(all: &[T], columns: usize, zero: T, one: T) -> Option<Labels> {
    let mut counts = vec![0; columns];
    for row in all.chunks_exact(columns) {
        let class = row.iter().position(|v| *v == one)?;
        let others = row.iter().filter(|v| **v == zero).count();
        if others + 1 != columns {
            return None;
        }
        counts[class] += 1;
    }
    Some(Labels {
        encoding: "one_hot",
        counts,
    })
}

fn indices(all: impl Iterator<Item = f64>, most: usize) -> Option<Labels> {
    let mut counts: Vec<u64> = vec![];
    for value in all {
        if value < 0.0 || value.fract() != 0.0 || value >= most as f64 {
            return None;
        }
        let class = value as usize;
        if counts.len() <= class {
            counts.resize(class + 1, 0);
        }
        counts[class] += 1;
    }
    (counts.len() > 1).then_some(Labels {
        encoding: "index",
        counts,
    })
}

/// Smallest and largest of numbers that are no indices.
fn range<'a>(arrays: impl Iterator<Item = ArrayView<'a>>) -> Option<(f64, f64)> {
    let all = arrays.filter_map(|view| match view.elements {
        Elements::F32(all) => Some(all),
        _ => None,
    });
    let all = all.flatten();
    let finite = all.copied().filter(|v| v.is_finite());
    let ends = finite.fold(None, |ends: Option<(f32, f32)>, v| {
        Some(ends.map_or((v, v), |(low, high)| (low.min(v), high.max(v))))
    });
    ends.map(|(low, high)| (f64::from(low), f64::from(high)))
}
