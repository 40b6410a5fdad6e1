//! Missing cells by column, counted before anything fills them.
//!
//! Of numbers, the cells that count as missing; of categories, the empty ones (each column's are a category like any
//! other). Rows that were dropped are in the notes.

use super::assemble::{Inputs, RawInput};

/// Columns and how many of their cells are missing.
pub(super) fn missing(inputs: &Inputs) -> Vec<(String, usize)> {
    let inputs = match inputs {
        Inputs::InMemory(inputs) => inputs,
        Inputs::OnDisk(rows) => return rows.missing(),
    };
    let mut found = Vec::new();
    for input in inputs {
        match input {
            RawInput::Columns(columns) => {
                let width = columns.columns.len();
                let mut counts = vec![0; width];
                for row in columns
                    .array
                    .as_f32()
                    .unwrap_or_default()
                    .chunks(width.max(1))
                {
                    for (count, x) in counts.iter_mut().zip(row) {
                        *count += usize::from(x.is_nan());
                    }
                }
                found.extend(columns.columns.iter().cloned().zip(counts));
            }
            RawInput::Categories(categories) => {
                for (name, cells) in categories.columns.iter().zip(&categories.cells) {
                    let empty = cells.names.iter().position(|name| name.is_empty());
                    let empty = |&&id: &&u32| Some(id as usize) == empty;
                    found.push((name.clone(), cells.ids.iter().filter(empty).count()));
                }
            }
            RawInput::Numbers { .. }
            | RawInput::Dates(_)
            | RawInput::Raw { .. }
            | RawInput::Text { .. } => {}
        }
    }
    found
}
