//! What the doctor may know of arrays: classes and their shares, ranges.

use regimen::graph::{Data, Tensor};
use regimen::run::facts::DataProfile;
use regimen::train::Arrays;

use crate::rows;

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
        feature_range: range(&train.x),
        ..DataProfile::default()
    };
    if let Some(stored) = &train.stored {
        rows::with_range(&mut profile, stored);
    }
    let [y] = train.y.as_slice() else {
        return profile;
    };
    let Some(labels) = labels(y) else {
        profile.label_encoding = Some("number".to_owned());
        profile.target_range = range(std::slice::from_ref(y));
        return profile;
    };
    profile.label_encoding = Some(labels.encoding.to_owned());
    let others = validation.and_then(|v| v.y.first()).and_then(self::labels);
    let classes = labels
        .counts
        .len()
        .max(others.as_ref().map_or(0, |o| o.counts.len()));
    profile.classes = (0..classes).map(|class| class.to_string()).collect();
    profile.train_shares = shares(labels.counts, classes);
    if let Some(others) = others.filter(|o| o.encoding == labels.encoding) {
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
fn labels(y: &Tensor) -> Option<Labels> {
    let columns: usize = y.shape.iter().skip(1).product();
    match (&y.data, columns) {
        (Data::I32(all), 1) => indices(all.iter().map(|&n| f64::from(n)), CLASSES),
        (Data::Bool(all), 1) => indices(all.iter().map(|&n| f64::from(n)), 2),
        (Data::F32(all), 1) => indices(all.iter().map(|&n| f64::from(n)), 2),
        (_, columns) if columns > 1 && y.shape.len() == 2 => {
            let mut counts = vec![0; columns];
            for row in y.to_f64().chunks_exact(columns) {
                let ones = row.iter().filter(|&&v| v == 1.0).count();
                let zeros = row.iter().filter(|&&v| v == 0.0).count();
                if ones != 1 || zeros + 1 != columns {
                    return None;
                }
                counts[row.iter().position(|&v| v == 1.0)?] += 1;
            }
            Some(Labels {
                encoding: "one_hot",
                counts,
            })
        }
        _ => None,
    }
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
fn range(tensors: &[Tensor]) -> Option<(f64, f64)> {
    let all = tensors.iter().filter_map(Tensor::as_f32).flatten();
    let finite = all.copied().filter(|v| v.is_finite());
    let ends = finite.fold(None, |ends: Option<(f32, f32)>, v| {
        Some(ends.map_or((v, v), |(low, high)| (low.min(v), high.max(v))))
    });
    ends.map(|(low, high)| (f64::from(low), f64::from(high)))
}
