//! Raw rows of texts in a folder per class whose words go to a temporary file: the files are visited once for their names, which
//! decide the order of rows, and once for their texts. Packed ones come in the order of their archive.

use std::collections::BTreeSet;

use regimen_run::spec::{DataSpec, SplitBy, TextsSpec};

use super::assemble::Raw;
use super::roles::Roles;
use super::stream_table::{CHUNK, Reading};
use super::texts::{COLUMNS, TextFiles, check_inputs, notes};
use super::{LoadContext, Place};
use crate::error::{DataError, DataErrors, Fault};
use crate::table::Table;

pub(super) fn stream_texts(
    texts: &TextsSpec,
    spec: &DataSpec,
    cx: &LoadContext<'_>,
) -> Result<Raw, DataErrors> {
    check_inputs(spec)?;
    let at_path = |fault| DataErrors::from(DataError::new("data.texts.path", fault));
    let files = TextFiles::find(texts, cx).map_err(at_path)?;
    let mut names = Vec::new();
    let folders = files
        .visit(&mut |name, _| {
            names.push(name.to_owned());
            Ok(())
        })
        .map_err(at_path)?;
    let sorted = files.sort(&names, &folders, spec).map_err(at_path)?;
    let mut rank_of = vec![None; names.len()];
    for (rank, &(file, ..)) in sorted.files.iter().enumerate() {
        rank_of[file] = Some(rank);
    }

    let header = Table::named(&COLUMNS);
    let roles = Roles::last_column(&header, spec, cx);
    let mut reading = Reading::begin(&header, &texts.path, roles, spec)?;
    reading.choose_late();
    loop {
        let searches = reading.searches();
        let mut chunk = Table::named(&COLUMNS);
        let (mut file, mut bytes) = (0, 0);
        let mut done = Ok(());
        let visited = files.visit(&mut |name, text| {
            file += 1;
            let Some(rank) = rank_of.get(file - 1).copied().flatten() else {
                return Ok(());
            };
            if done.is_err() {
                return Ok(()); // what is wrong with the archive comes first, so it is read to its end
            }
            bytes += name.len() + text.len();
            // Rows count as lines.
            let cells = [name, &text, sorted.files[rank].1.as_str()];
            chunk
                .add_on(cells, rank + 1)
                .map_err(|fault| Fault::Table {
                    file: texts.path.clone(),
                    fault,
                })?;
            if bytes >= CHUNK {
                let full = std::mem::replace(&mut chunk, Table::named(&COLUMNS));
                (bytes, done) = (0, reading.take(&full));
            }
            Ok(())
        });
        visited.map_err(at_path)?;
        done?;
        reading.take(&chunk)?;
        if !searches {
            break;
        }
        reading.end_search();
    }

    let order = in_order(&mut reading);
    let place = |&row: &usize| sorted.files[reading.keys().row_line(row) - 1].2;
    let by_folder = spec.split.by == SplitBy::Folder;
    let places: Option<Vec<Place>> = by_folder.then(|| order.iter().map(place).collect());
    let mut raw = reading.finish(order, places, spec, cx)?;
    raw.targets.first.spec.label = None; // new rows come without a folder
    raw.notes.extend(notes(&sorted));
    Ok(raw)
}

/// The rows read, by their places among all; of those that repeat others the first alone, where that is asked for.
fn in_order(reading: &mut Reading<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..reading.keys().rows()).collect();
    order.sort_by_key(|&row| reading.keys().row_line(row));
    if let Some(hashes) = reading.take_hashes() {
        let mut seen = BTreeSet::new();
        let before = order.len();
        order.retain(|&row| seen.insert(hashes[row]));
        reading.count_repeated(before - order.len());
    }
    order
}
