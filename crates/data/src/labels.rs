//! Labels: from cells or array elements to what the loss takes.
//!
//! Classes of a table's column are sorted by value when all of its labels are numbers ("1.0" and "1"
//! are one class, named 1), else as text. Labels of an array are class indices already: classes are
//! 0 to the largest.

use std::collections::{BTreeMap, BTreeSet};

use regimen_run::spec::{LabelEncoding, TargetSpec};

use crate::array::{Array, Values};
use crate::categories::Interned;
use crate::error::{DataError, Fault};
use crate::label_groups::LabelGroups;
use crate::numbers::{Rows, read_numbers, shorten};

/// The largest class index that an array may hold.
const MOST_CLASSES: usize = 1 << 20;

/// Labels of some rows.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    pub encoding: LabelEncoding,
    /// As the loss takes them.
    pub y: Array,
    /// Class index of each row; without elements when labels are numbers or several per row.
    pub class_of: Vec<u32>,
    /// Names by class index.
    pub classes: Vec<String>,
}

impl Labels {
    pub fn of_classes(class_of: Vec<u32>, classes: Vec<String>, encoding: LabelEncoding) -> Labels {
        let y = encode(&class_of, classes.len(), encoding);
        Labels {
            encoding,
            y,
            class_of,
            classes,
        }
    }

    /// Labels of consecutive parts, which share their classes.
    pub fn join(parts: Vec<Labels>) -> Labels {
        let (mut y, mut class_of) = (Vec::new(), Vec::new());
        let (mut encoding, mut classes) = (LabelEncoding::Number, Vec::new());
        for part in parts {
            y.push(part.y);
            class_of.extend(part.class_of);
            (encoding, classes) = (part.encoding, part.classes);
        }
        Labels {
            encoding,
            y: Array::join(y),
            class_of,
            classes,
        }
    }

    fn of_numbers(y: Array) -> Labels {
        Labels {
            encoding: LabelEncoding::Number,
            y: y.into_f32(),
            class_of: Vec::new(),
            classes: Vec::new(),
        }
    }
}

/// Class indices as one-hot rows, or as they are.
pub(crate) fn encode(class_of: &[u32], classes: usize, encoding: LabelEncoding) -> Array {
    let rows = class_of.len();
    match encoding {
        LabelEncoding::OneHot => {
            let mut data = vec![0.0; rows * classes];
            for (row, &class) in class_of.iter().enumerate() {
                data[row * classes + class as usize] = 1.0;
            }
            Array::f32(vec![rows, classes], data)
        }
        LabelEncoding::Index => {
            Array::i32(vec![rows], class_of.iter().map(|&c| c as i32).collect())
        }
        LabelEncoding::Number | LabelEncoding::MultiHot => {
            Array::f32(vec![rows], class_of.iter().map(|&c| c as f32).collect())
        }
    }
}

/// How the labels of a target are read from a table.
pub(crate) struct LabelColumns {
    /// Where the run file says so.
    pub at: String,
    /// What it says; a label column goes by the name that the table gives it.
    pub spec: TargetSpec,
    /// One column; several hold numbers.
    pub columns: Vec<usize>,
    pub encoding: LabelEncoding,
    /// Labels under a common name.
    pub groups: LabelGroups,
}

impl LabelColumns {
    /// Between the labels of a cell.
    pub fn separator(&self) -> Option<&str> {
        self.spec.label_separator.as_deref()
    }
}

/// The class names of a label column, and the class index of each row.
pub(crate) fn table_classes(
    from: Rows<'_>,
    column: usize,
    groups: &LabelGroups,
) -> (Vec<String>, Vec<u32>) {
    let class_of = |row: usize| groups.class(from.table.cell(row, column).trim());
    let cells = Interned::new(from.rows.iter().map(|&row| class_of(row)));
    let number = |text: &String| text.parse::<f64>().ok().filter(|v| v.is_finite());
    let numbers: Option<Vec<f64>> = cells.names.iter().map(number).collect();
    // -0 is 0.
    let numbers = numbers.map(|values| values.into_iter().map(|v| v + 0.0).collect::<Vec<f64>>());
    let (classes, class): (Vec<String>, Vec<u32>) = match numbers {
        Some(values) => {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.dedup();
            let class = |value: &f64| sorted.partition_point(|v| v < value) as u32;
            let classes = sorted.iter().map(f64::to_string).collect();
            (classes, values.iter().map(class).collect())
        }
        None => {
            let mut sorted = cells.names.clone();
            sorted.sort();
            let class = |name: &String| sorted.partition_point(|n| n < name) as u32;
            let class = cells.names.iter().map(class).collect();
            (sorted, class)
        }
    };
    let class_of = cells.ids.iter().map(|&id| class[id as usize]).collect();
    (classes, class_of)
}

/// Reads the label column of a table.
pub(crate) fn table_labels(from: Rows<'_>, label: &LabelColumns) -> Result<Labels, Vec<DataError>> {
    let at = format!("{}.label", label.at);
    let [column] = label.columns[..] else {
        let at = format!("{}.labels", label.at);
        return read_numbers(from, &label.columns, &at).map(Labels::of_numbers);
    };
    if let Some(separator) = label.separator() {
        let labels = multi_hot(from, column, separator, &label.groups);
        if labels.classes.is_empty() {
            let reason = format!("in {} no row holds a label", from.file);
            return Err(vec![DataError::new(at, Fault::NoRows { reason })]);
        }
        return Ok(labels);
    }
    if label.encoding == LabelEncoding::Number {
        if !label.groups.is_empty() {
            let reason = "makes classes of labels, but the loss takes numbers; leave it out, or set \
                          label_encoding = \"index\"";
            let fault = Fault::Option {
                option: "label_groups".to_owned(),
                reason: reason.to_owned(),
            };
            let at = format!("{}.label_groups", label.at);
            return Err(vec![DataError::new(at, fault)]);
        }
        let y = read_numbers(from, &[column], &at)?;
        let rows = y.rows();
        return Ok(Labels::of_numbers(Array {
            shape: vec![rows],
            data: y.data,
        }));
    }
    let (classes, class_of) = table_classes(from, column, &label.groups);
    let name = &from.table.columns()[column];
    check_several(&classes, &format!("{}, column `{name}`", from.file), &at)?;
    if classes.len() == from.rows.len() && classes.len() > 20 {
        let reason = "has another value in every row, so it names no classes; name the label \
                      column, or predict the number with a loss such as mse";
        return Err(vec![DataError::new(
            at,
            Fault::Option {
                option: format!("column `{name}`"),
                reason: reason.to_owned(),
            },
        )]);
    }
    Ok(Labels::of_classes(class_of, classes, label.encoding))
}

/// The labels of a cell that holds several.
pub(crate) fn cell_labels<'a>(
    cell: &'a str,
    separator: &'a str,
) -> impl Iterator<Item = &'a str> + 'a {
    cell.split(separator)
        .map(str::trim)
        .filter(|label| !label.is_empty())
}

/// 0 or 1 for each label that a cell may hold; labels are sorted as text.
fn multi_hot(from: Rows<'_>, column: usize, separator: &str, groups: &LabelGroups) -> Labels {
    let labels = |&row: &usize| {
        cell_labels(from.table.cell(row, column), separator).map(|label| groups.class(label))
    };
    let names: BTreeSet<&str> = from.rows.iter().flat_map(labels).collect();
    let index: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let mut data = vec![0.0; from.rows.len() * names.len()];
    for (row, data) in from.rows.iter().zip(data.chunks_mut(names.len().max(1))) {
        for label in labels(row) {
            data[index[label]] = 1.0;
        }
    }
    Labels {
        encoding: LabelEncoding::MultiHot,
        y: Array::f32(vec![from.rows.len(), names.len()], data),
        class_of: Vec::new(),
        classes: names.into_iter().map(str::to_owned).collect(),
    }
}

fn check_several(classes: &[String], place: &str, at: &str) -> Result<(), Vec<DataError>> {
    match classes {
        [class] => Err(vec![DataError::new(
            at,
            Fault::OneClass {
                place: place.to_owned(),
                class: shorten(class),
                mend: String::new(),
            },
        )]),
        _ => Ok(()),
    }
}

/// An array of labels, its name in errors, and where the run file names it.
pub(crate) struct LabelArray<'a> {
    pub array: Array,
    pub file: &'a str,
    pub at: &'a str,
}

/// Reads labels of arrays: those to be split, and those of given validation rows, which share their
/// classes. `stated` tells that the run file itself names the encoding.
pub(crate) fn array_labels(
    mut all: Vec<LabelArray<'_>>,
    encoding: LabelEncoding,
    stated: bool,
) -> Result<Vec<Labels>, Vec<DataError>> {
    let mut errors = Vec::new();
    for labels in &mut all {
        if let [rows, 1] = labels.array.shape[..] {
            labels.array.shape = vec![rows];
        }
        if let Err(found) = crate::load::check_finite(&labels.array, labels.file, labels.at) {
            errors.extend(found.0);
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let width = all.first().map_or(1, |l| l.array.row_len());
    let single = all.iter().all(|l| l.array.shape.len() == 1);
    match encoding {
        LabelEncoding::Number => Ok(all
            .into_iter()
            .map(|l| Labels::of_numbers(l.array))
            .collect()),
        _ if single => indices(&all, encoding),
        LabelEncoding::OneHot if all.iter().all(|l| l.array.shape.len() == 2) => Ok(all
            .into_iter()
            .map(|l| given_shares(l.array, width))
            .collect()),
        // Several labels per row under a default for one: the loss will judge the shape.
        LabelEncoding::Index if !stated => Ok(all
            .into_iter()
            .map(|l| Labels::of_numbers(l.array))
            .collect()),
        _ => Err(all.iter().map(|l| wrong_shape(l, encoding)).collect()),
    }
}

fn wrong_shape(labels: &LabelArray<'_>, encoding: LabelEncoding) -> DataError {
    let expected = match encoding {
        LabelEncoding::OneHot => "(N,) class indices or (N, classes) one-hot rows",
        _ => "(N,) class indices; for one-hot rows set label_encoding = \"one_hot\"",
    };
    DataError::new(
        labels.at,
        Fault::Shape {
            file: labels.file.to_owned(),
            found: labels.array.shape.clone(),
            expected: expected.to_owned(),
        },
    )
}

/// (N, classes) rows as given, with each row's largest as its class.
fn given_shares(y: Array, classes: usize) -> Labels {
    let y = y.into_f32();
    let largest = |row: &[f32]| {
        let mut best = 0;
        for (i, x) in row.iter().enumerate() {
            if *x > row[best] {
                best = i;
            }
        }
        best as u32
    };
    let class_of = match &y.data {
        Values::F32(data) => data.chunks(classes.max(1)).map(largest).collect(),
        Values::I32(_) => Vec::new(),
    };
    Labels {
        encoding: LabelEncoding::OneHot,
        y,
        class_of,
        classes: (0..classes).map(|c| c.to_string()).collect(),
    }
}

/// (N) class indices.
fn indices(all: &[LabelArray<'_>], encoding: LabelEncoding) -> Result<Vec<Labels>, Vec<DataError>> {
    let mut errors = Vec::new();
    let mut found = Vec::new();
    for labels in all {
        match class_indices(labels) {
            Ok(class_of) => found.push(class_of),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let most = found.iter().flatten().max().map_or(0, |&m| m as usize);
    if let (Some(labels), Some(class_of)) = (all.first(), found.first())
        && class_of.iter().all(|c| Some(c) == class_of.first())
        && let Some(class) = class_of.first()
    {
        check_several(&[class.to_string()], labels.file, labels.at)?;
    }
    let classes: Vec<String> = (0..=most).map(|c| c.to_string()).collect();
    let of = |class_of| Labels::of_classes(class_of, classes.clone(), encoding);
    Ok(found.into_iter().map(of).collect())
}

pub(crate) fn class_indices(labels: &LabelArray<'_>) -> Result<Vec<u32>, DataError> {
    let rows = labels.array.rows();
    let good = |v: f64| v >= 0.0 && v <= MOST_CLASSES as f64 && v.fract() == 0.0;
    let values = || (0..rows).map(|row| labels.array.at(row));
    let bad = values().enumerate().filter(|&(_, v)| !good(v));
    let mut bad = bad.fuse();
    match bad.next() {
        None => Ok(values().map(|v| v as u32).collect()),
        Some((row, found)) => Err(DataError::new(
            labels.at,
            Fault::LabelRange {
                file: labels.file.to_owned(),
                row,
                found,
                most: MOST_CLASSES,
                more: bad.count(),
            },
        )),
    }
}
