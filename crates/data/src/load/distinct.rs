//! Rows that repeat another one in all that a model sees: label and features.

use std::collections::BTreeSet;

use super::inputs::Input;
use crate::label_groups::LabelGroups;
use crate::table::Table;

/// Keeps the first of equal rows, and tells how many others there were. Cells count as text, without
/// the spaces around them, and labels by their class.
pub(super) fn keep(
    table: &Table,
    rows: &mut Vec<usize>,
    labels: &[usize],
    inputs: &[Input],
    groups: &LabelGroups<'_>,
) -> Option<String> {
    let features = inputs.iter().flat_map(|input| &input.columns).copied();
    let features: BTreeSet<usize> = features.filter(|c| !labels.contains(c)).collect();
    let cells = |row: usize| {
        let cell = move |&column: &usize| table.cell(row, column).trim();
        let labels = labels.iter().map(move |column| groups.class(cell(column)));
        labels.chain(features.iter().map(cell))
    };
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
    (dropped > 0).then(|| {
        format!(
            "{dropped} of {} rows dropped: they repeat another row",
            table.rows()
        )
    })
}

/// FNV-1a of the cells, each closed by a byte that UTF-8 lacks.
fn hash<'a>(cells: impl Iterator<Item = &'a str>) -> u64 {
    let bytes = cells.flat_map(|cell| cell.bytes().chain([0xFF]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
