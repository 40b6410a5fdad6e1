//! Which columns of a table are labels, weights, what decides the split, and features.

use regimen_run::spec::{DataSpec, SplitBy};

use super::LoadContext;
use super::columns::{Layout, find_column, shown};
use super::inputs::{Input, resolve};
use crate::error::{DataError, DataErrors, Fault};
use crate::table::Table;

/// Columns that are no plain features.
pub(super) struct Roles {
    pub labels: Vec<usize>,
    pub weight: Option<usize>,
    /// The column that decides the split.
    pub split: Option<usize>,
}

impl Roles {
    /// One label and nothing else.
    pub fn label(column: usize) -> Roles {
        Roles {
            labels: vec![column],
            weight: None,
            split: None,
        }
    }
}

/// The columns that the spec names. All faults are reported.
pub(super) fn roles(
    table: &Table,
    file: &str,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Roles, DataErrors> {
    let mut errors = Vec::new();
    let labels = label_columns(table, file, spec).map_err(|e| errors.extend(e));
    let weight = cx
        .sample_weight_column
        .map(|name| find_column(table, file, name))
        .transpose()
        .map_err(|fault| errors.push(DataError::new("fit.sample_weight", fault)));
    let split = spec.split.column.as_ref();
    let split = split
        .map(|name| find_column(table, file, name))
        .transpose()
        .map_err(|fault| errors.push(DataError::new("data.split.column", fault)));
    let (Ok(labels), Ok(weight), Ok(split)) = (labels, weight, split) else {
        return Err(DataErrors(errors));
    };
    if let Some(weight) = weight.filter(|weight| labels.contains(weight)) {
        let fault = Fault::Option {
            option: format!("column `{}`", table.columns()[weight]),
            reason: "is the label and cannot be the sample weight too".to_owned(),
        };
        return Err(DataError::new("fit.sample_weight", fault).into());
    }
    Ok(Roles {
        labels,
        weight,
        split,
    })
}

/// The inputs that the spec names.
pub(super) fn features(
    table: &Table,
    file: &str,
    roles: &Roles,
    spec: &DataSpec,
) -> Result<Vec<Input>, DataErrors> {
    let weight = roles.weight.map(|column| (column, "the sample weight"));
    let taken = weight.into_iter().collect();
    let split = roles.split.filter(|_| spec.split.by != SplitBy::Stratified);
    let mut aside: Vec<usize> = split.into_iter().collect();
    // The past of a label may tell of its future, so windows take it with the other columns. Elsewhere an input has to
    // name it, and the data profile warns.
    if spec.windows.is_none() {
        aside.extend(&roles.labels);
    }
    let layout = Layout {
        table,
        file,
        taken,
        aside,
    };
    resolve(spec, &layout).map_err(DataErrors)
}

fn label_columns(table: &Table, file: &str, spec: &DataSpec) -> Result<Vec<usize>, Vec<DataError>> {
    let find = |at: String, name: &str| {
        find_column(table, file, name).map_err(|fault| DataError::new(at, fault))
    };
    let found: Vec<_> = match &spec.label {
        Some(name) => vec![find("data.label".to_owned(), name)],
        None => {
            let names = spec.labels.iter().enumerate();
            names
                .map(|(i, name)| find(format!("data.labels[{i}]"), name))
                .collect()
        }
    };
    if found.is_empty() {
        let columns = shown(table.columns());
        return Err(vec![DataError::new(
            "data.label",
            Fault::NoLabel { columns },
        )]);
    }
    let (good, bad): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    match bad.is_empty() {
        true => Ok(good.into_iter().flatten().collect()),
        false => Err(bad.into_iter().filter_map(Result::err).collect()),
    }
}
