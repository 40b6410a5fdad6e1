//! Which columns of a table are labels, weights, what decides the split, and features.

use regimen_run::spec::{DataSpec, SplitBy, TargetSpec};

use super::LoadContext;
use super::columns::{Layout, find_column, shown};
use super::inputs::{Input, resolve};
use crate::error::{DataError, DataErrors, Fault};
use crate::label_groups::LabelGroups;
use crate::labels::LabelColumns;
use crate::per_target::PerTarget;
use crate::table::Table;

/// Columns that are no plain features.
pub(super) struct Roles {
    pub targets: PerTarget<LabelColumns>,
    pub weight: Option<usize>,
    /// The column that decides the split.
    pub split: Option<usize>,
}

impl Roles {
    /// One label, in the last column, and nothing else.
    pub fn last_column(table: &Table, spec: &DataSpec, cx: &LoadContext<'_>) -> Roles {
        let column = table.columns().len().saturating_sub(1);
        let plain = spec.all_targets().into_iter().next().unwrap_or_default();
        let place = ("data".to_owned(), plain);
        Roles {
            targets: PerTarget::one(label_columns(table, place, vec![column], cx)),
            weight: None,
            split: None,
        }
    }

    /// The same in a table of these columns alone: labels, weight, what decides the split.
    pub fn of_keys(self) -> Roles {
        let mut next = 0..;
        let mut key = |column: &mut usize| *column = next.next().unwrap_or_default();
        let mut roles = self;
        let targets = &mut roles.targets;
        for target in std::iter::once(&mut targets.first).chain(&mut targets.more) {
            target.columns.iter_mut().for_each(&mut key);
        }
        roles.weight.iter_mut().for_each(&mut key);
        roles.split.iter_mut().for_each(&mut key);
        roles
    }

    /// The columns of labels, target by target.
    pub fn labels(&self) -> impl Iterator<Item = usize> {
        self.targets.iter().flat_map(|t| t.columns.iter().copied())
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
    let targets = targets(table, file, spec, cx).map_err(|e| errors.extend(e));
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
    let (Ok(targets), Ok(weight), Ok(split)) = (targets, weight, split) else {
        return Err(DataErrors(errors));
    };
    let roles = Roles {
        targets,
        weight,
        split,
    };
    if let Some(weight) = weight.filter(|&weight| roles.labels().any(|label| label == weight)) {
        let fault = Fault::Option {
            option: format!("column `{}`", table.columns()[weight]),
            reason: "is the label and cannot be the sample weight too".to_owned(),
        };
        return Err(DataError::new("fit.sample_weight", fault).into());
    }
    Ok(roles)
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
        aside.extend(roles.labels());
    }
    let layout = Layout {
        table,
        file,
        taken,
        aside,
    };
    resolve(spec, &layout).map_err(DataErrors)
}

/// The label columns of each target. All faults are reported.
fn targets(
    table: &Table,
    file: &str,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<PerTarget<LabelColumns>, Vec<DataError>> {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (i, target) in spec.all_targets().into_iter().enumerate() {
        let at = match spec.targets.is_empty() {
            true => "data".to_owned(),
            false => format!("data.targets[{i}]"),
        };
        match find_labels(table, file, &at, &target) {
            Ok(columns) => found.push(label_columns(table, (at, target), columns, cx)),
            Err(more) => errors.extend(more),
        }
    }
    match PerTarget::of(found) {
        Some(found) if errors.is_empty() => Ok(found),
        _ => Err(errors),
    }
}

fn label_columns(
    table: &Table,
    (at, spec): (String, TargetSpec),
    columns: Vec<usize>,
    cx: &LoadContext<'_>,
) -> LabelColumns {
    let label = match columns[..] {
        [label] => Some(table.columns()[label].clone()),
        _ => None,
    };
    LabelColumns {
        at,
        columns,
        encoding: cx.encoding(&spec),
        groups: LabelGroups::new(&spec.label_groups),
        spec: TargetSpec { label, ..spec },
    }
}

fn find_labels(
    table: &Table,
    file: &str,
    at: &str,
    target: &TargetSpec,
) -> Result<Vec<usize>, Vec<DataError>> {
    let find = |at: String, name: &str| {
        find_column(table, file, name).map_err(|fault| DataError::new(at, fault))
    };
    let found: Vec<_> = match &target.label {
        Some(name) => vec![find(format!("{at}.label"), name)],
        None => {
            let names = target.labels.iter().enumerate();
            names
                .map(|(i, name)| find(format!("{at}.labels[{i}]"), name))
                .collect()
        }
    };
    if found.is_empty() {
        let columns = shown(table.columns());
        return Err(vec![DataError::new(
            format!("{at}.label"),
            Fault::NoLabel { columns },
        )]);
    }
    let (good, bad): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
    match bad.is_empty() {
        true => Ok(good.into_iter().flatten().collect()),
        false => Err(bad.into_iter().filter_map(Result::err).collect()),
    }
}
