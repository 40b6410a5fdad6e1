//! Labels: classes by part, numbers by part, and what features are correlated with.

use regimen_run::profile::{ClassProfile, LabelProfile};
use regimen_run::spec::LabelEncoding;

use super::figures::{Sums, rounded, together};
use crate::array::Array;
use crate::dataset::Dataset;
use crate::per_target::PerTarget;
use crate::target::Target;

/// The most numbers of a row's label that features are correlated with.
const MOST_NUMBERS: usize = 16;

/// What a row's label is to a correlation.
pub(super) enum Targets<'a> {
    /// One of so many classes.
    Classes { y: &'a Array, count: usize },
    /// So many numbers, and the names of those that have one.
    Numbers {
        y: &'a Array,
        count: usize,
        names: Vec<String>,
    },
}

impl<'a> Targets<'a> {
    pub fn new(y: &'a Array, how: &Target) -> Targets<'a> {
        let names = match how.label_encoding {
            LabelEncoding::OneHot | LabelEncoding::Index => {
                let count = how.classes.len();
                return Targets::Classes { y, count };
            }
            LabelEncoding::MultiHot => how.classes.clone(),
            LabelEncoding::Number => how.labels.clone(),
        };
        let count = y.row_len().min(MOST_NUMBERS);
        Targets::Numbers { y, count, names }
    }
}

/// The class of a row: its index, or the largest of its shares.
pub(super) fn class(y: &Array, row: usize, classes: usize) -> usize {
    let width = y.row_len();
    let at = |i: usize| y.at(row * width + i);
    let class = match width {
        1 => at(0) as usize,
        _ => (1..width).fold(0, |best, i| if at(i) > at(best) { i } else { best }),
    };
    class.min(classes.saturating_sub(1))
}

/// The labels of all parts, target by target.
pub(super) fn profiles(data: &Dataset) -> PerTarget<LabelProfile> {
    let mut place = 0..;
    data.preprocessing.targets.map(|how| {
        let target = place.next().unwrap_or_default();
        let parts = [&data.train, &data.validation, &data.test];
        let y = parts.map(|part| part.targets().nth(target).unwrap_or(&part.y));
        profile(how, y)
    })
}

/// Labels of three parts.
fn profile(how: &Target, parts: [&Array; 3]) -> LabelProfile {
    let encoding = match how.label_encoding {
        LabelEncoding::OneHot => "one_hot",
        LabelEncoding::Index => "index",
        LabelEncoding::Number => "number",
        LabelEncoding::MultiHot => "multi_hot",
    };
    let numbers = how.label_encoding == LabelEncoding::Number;
    let counts = parts.map(|y| counts(y, how));
    let class = |(i, name): (usize, &String)| {
        let rows = counts.each_ref().map(|of| of[i]);
        let share = |p: usize| match parts[p].rows() {
            0 => 0.0,
            all => super::figures::round(rows[p] as f64 / all as f64),
        };
        ClassProfile {
            name: name.clone(),
            rows,
            shares: [share(0), share(1), share(2)],
        }
    };
    LabelProfile {
        output: how.name.clone(),
        columns: how.label.iter().chain(&how.labels).cloned().collect(),
        encoding: encoding.to_owned(),
        classes: match numbers {
            true => Vec::new(),
            false => how.classes.iter().enumerate().map(class).collect(),
        },
        numbers: match numbers {
            true => parts.map(figures).to_vec(),
            false => Vec::new(),
        },
    }
}

/// Rows of each class, or rows that hold each label.
fn counts(y: &Array, how: &Target) -> Vec<usize> {
    let classes = how.classes.len();
    let mut counts = vec![0; classes];
    for row in 0..y.rows() {
        match how.label_encoding {
            LabelEncoding::Number => {}
            LabelEncoding::MultiHot => {
                for (label, count) in counts.iter_mut().enumerate() {
                    *count += usize::from(y.at(row * classes + label) != 0.0);
                }
            }
            LabelEncoding::OneHot | LabelEncoding::Index if classes > 0 => {
                counts[class(y, row, classes)] += 1;
            }
            LabelEncoding::OneHot | LabelEncoding::Index => {}
        }
    }
    counts
}

fn figures(y: &Array) -> Option<regimen_run::profile::Figures> {
    let width = y.row_len();
    let mut sums = Sums::new(width);
    let mut numbers = vec![0.0; width];
    for row in 0..y.rows() {
        for (i, x) in numbers.iter_mut().enumerate() {
            *x = y.at(row * width + i);
        }
        sums.take(&mut numbers);
    }
    let all = together((0..width).map(|i| sums.figures(i)))?;
    (y.rows() > 0).then(|| rounded(all))
}
