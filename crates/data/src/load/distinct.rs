//! Rows that repeat another one in all that a model sees: label and features.

use std::collections::BTreeSet;

use super::inputs::Input;
use super::roles::Roles;
use crate::table::Table;

/// Keeps the first of equal rows, and tells how many others there were. Cells count as text, without
/// the spaces around them, and labels by their class.
pub(super) fn keep(
    table: &Table,
    rows: &mut Vec<usize>,
    roles: &Roles,
    inputs: &[Input],
) -> Option<String> {
    let features = feature_columns(roles, inputs);
    let cells = |row: usize| row_cells(table, row, roles, &features);
    // Equal rows have equal hashes, and stand together in their order.
    let mut order: Vec<(u64, usize)> = rows.iter().map(|&row| (hash(cells(row)), row)).collect();
    order.sort_unstable();
    let mut kept = Vec::new();
    for same_hash in order.chunk_by(|a, b| a.0 == b.0) {
        let before = kept.len();
        for &(_, row) in same_hash {
            let known = |&other: &usize| cells(other).eq(cells(row));
            if !kept[before..].iter().any(known) {
                kept.push(row);
            }
        }
    }
    kept.sort_unstable();
    let dropped = rows.len() - kept.len();
    *rows = kept;
    note(dropped, table.rows())
}

/// A hash of what a model sees of a row: FNV-1a of 128 bits. Rows that are streamed are told apart by it alone. Two different
/// ones among n meet by chance with a likelihood of about n^2 / 2^129; rows made on purpose to meet can be made, for the hash is
/// no cryptographic one, and one of them would be left out.
pub(super) fn row_hash(
    table: &Table,
    row: usize,
    roles: &Roles,
    features: &BTreeSet<usize>,
) -> u128 {
    let cells = row_cells(table, row, roles, features);
    let bytes = cells.flat_map(|cell| cell.bytes().chain([0xFF]));
    bytes.fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    })
}

/// All that a model sees of a row: the classes of its labels, then its features.
fn row_cells<'t>(
    table: &'t Table,
    row: usize,
    roles: &'t Roles,
    features: &'t BTreeSet<usize>,
) -> impl Iterator<Item = &'t str> {
    let cell = move |&column: &usize| table.cell(row, column).trim();
    let labels = roles.targets.iter().flat_map(move |target| {
        let class = move |column| target.groups.class(cell(column));
        target.columns.iter().map(class)
    });
    labels.chain(features.iter().map(cell))
}

/// Columns of features that are no labels.
pub(super) fn feature_columns(roles: &Roles, inputs: &[Input]) -> BTreeSet<usize> {
    let mut features: BTreeSet<usize> = inputs.iter().flat_map(|i| i.columns.clone()).collect();
    roles.labels().for_each(|label| _ = features.remove(&label));
    features
}

/// A note on rows left out.
pub(super) fn note(dropped: usize, rows: usize) -> Option<String> {
    (dropped > 0).then(|| format!("{dropped} of {rows} rows dropped: they repeat another row"))
}

/// FNV-1a of the cells, each closed by a byte that UTF-8 lacks.
fn hash<'a>(cells: impl Iterator<Item = &'a str>) -> u64 {
    let bytes = cells.flat_map(|cell| cell.bytes().chain([0xFF]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
