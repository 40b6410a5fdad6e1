//! What a table tells of its rows beside their features: labels, weights, and what decides the split.

use std::collections::BTreeSet;

use regimen_run::spec::DataSpec;

use super::assemble::{Inputs, Raw, RawTarget};
use super::roles::Roles;
use super::split_column::{self, Said};
use crate::error::DataError;
use crate::labels::{LabelColumns, cell_labels, table_labels};
use crate::numbers::{Rows, read_weights};
use crate::per_target::PerTarget;

/// What was read.
pub(super) struct Told {
    targets: PerTarget<RawTarget>,
    weights: Option<Vec<f32>>,
    said: Said,
}

/// Reads it. Everything wrong is added to `errors`.
pub(super) fn told(
    from: Rows<'_>,
    roles: &Roles,
    spec: &DataSpec,
    errors: &mut Vec<DataError>,
) -> Option<Told> {
    let targets = roles.targets.iter().filter_map(|how| {
        let labels = table_labels(from, how).map_err(|e| errors.extend(e));
        let spec = how.spec.clone();
        Some(RawTarget {
            spec,
            labels: labels.ok()?,
        })
    });
    let targets = PerTarget::of(targets);
    let weights = roles
        .weight
        .map(|column| read_weights(from, column, "fit.sample_weight"))
        .transpose()
        .map_err(|e| errors.extend(e));
    let said = split_column::read(from, &spec.split, roles.split).map_err(|e| errors.extend(e));
    Some(Told {
        targets: targets?,
        weights: weights.ok()?,
        said: said.ok()?,
    })
}

impl Told {
    /// The rows, with their features.
    pub fn raw(self, inputs: Inputs, from: Rows<'_>, notes: Vec<String>) -> Raw {
        Raw {
            inputs,
            targets: self.targets,
            weights: self.weights,
            given: self.said.given,
            key: self.said.key,
            file: from.file.to_owned(),
            notes,
        }
    }
}

/// A note on labels of `label_groups` that no row holds.
pub(super) fn unused_groups(from: Rows<'_>, labels: &LabelColumns) -> Option<String> {
    let [column] = labels.columns[..] else {
        return None;
    };
    let cells = from.rows.iter().map(|&row| from.table.cell(row, column));
    let seen: BTreeSet<&str> = match labels.separator() {
        Some(separator) => cells
            .flat_map(|cell| cell_labels(cell, separator))
            .collect(),
        None => cells.map(str::trim).collect(),
    };
    labels.groups.unused(&seen)
}
