//! `summary()`: a model's layers, shapes and parameters, as Keras prints them.
//!
//! Follows keras/src/utils/summary_utils.py.

mod cells;
mod rows;
mod table;

use crate::model::{Description, Model, ModelKind};
use cells::Side;
use rows::Rows;
use table::Column;

/// What a summary shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SummaryOptions {
    /// Characters of a line. Default 88, 108 for models that are no plain chain of layers; 12 more for `show_trainable`.
    pub line_length: Option<usize>,
    /// Columns of the terminal; lines of default length end 4 before it. Default: wide enough.
    pub terminal_width: Option<usize>,
    /// Where columns end, as shares of the line: one per column, less the one of `show_trainable`.
    pub positions: Option<Vec<f64>>,
    /// Shows the layers inside nested models.
    pub expand_nested: bool,
    /// Shows which layers are trained.
    pub show_trainable: bool,
    /// First and last layer to show, by their names or the beginnings of them.
    pub layer_range: Option<(String, String)>,
    /// Numbers in the state of the optimizer, once it has one: slots, the learning rate and the count of steps.
    pub optimizer_params: Option<u64>,
}

/// Why a summary cannot be printed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SummaryError {
    /// Too little room for a column.
    #[error(
        "a line of {line_length} characters leaves fewer than 4 for a column; give a longer `line_length`"
    )]
    Narrow {
        /// The length.
        line_length: usize,
    },
    /// Another number of columns.
    #[error("`positions` has {found} numbers, expected {expected}: one per column")]
    Positions {
        /// Given.
        found: usize,
        /// Columns of this model.
        expected: usize,
    },
    /// Names that no layer has.
    #[error("`layer_range`: no layer's name begins with `{name}`; `summary` shows the names")]
    LayerRange {
        /// The name.
        name: String,
    },
}

/// The text of `model.summary()` for a model that fits its data. `optimizer_params` as in [`SummaryOptions`].
///
/// ```
/// use regimen_nn::{layers::Dense, model::Sequential, summary::summary};
/// let model = Sequential::new().input([4]).add(Dense::new(2usize)).build();
/// let text = summary(&model, &model.describe(&[]).unwrap(), None);
/// assert!(text.contains("│ dense (Dense)                        │ (None, 2)                   │              10 │"));
/// ```
pub fn summary(model: &Model, description: &Description, optimizer_params: Option<u64>) -> String {
    let options = SummaryOptions {
        optimizer_params,
        ..SummaryOptions::default()
    };
    let rows = Rows::new(model, Some(description), &options);
    let length = default_length(&rows, &options);
    let columns = columns(&rows, &default_positions(&rows), length);
    text(&rows, &columns, length, optimizer_params)
}

/// The same with options; a model without a description is one whose input shape is not known yet.
pub fn summary_with(
    model: &Model,
    description: Option<&Description>,
    options: &SummaryOptions,
) -> Result<String, SummaryError> {
    let mut rows = Rows::new(model, description, options);
    if let Some((first, last)) = &options.layer_range {
        rows.keep_range(first, last)?;
    }
    let length = options
        .line_length
        .unwrap_or_else(|| default_length(&rows, options));
    let positions = match &options.positions {
        None => default_positions(&rows),
        Some(given) => {
            let expected = default_positions(&rows).len();
            if given.len() != expected {
                return Err(SummaryError::Positions {
                    found: given.len(),
                    expected,
                });
            }
            given.clone()
        }
    };
    let columns = columns(&rows, &positions, length);
    if columns.iter().any(|c| c.width < 4) {
        return Err(SummaryError::Narrow {
            line_length: length,
        });
    }
    Ok(text(&rows, &columns, length, options.optimizer_params))
}

fn default_length(rows: &Rows<'_>, options: &SummaryOptions) -> usize {
    let length = if rows.chain { 88 } else { 108 } + if rows.show_trainable { 12 } else { 0 };
    options
        .terminal_width
        .map_or(length, |t| length.min(t.saturating_sub(4)))
}

fn default_positions(rows: &Rows<'_>) -> Vec<f64> {
    if rows.chain {
        vec![0.45, 0.80, 1.0]
    } else {
        vec![0.3, 0.56, 0.74, 1.0]
    }
}

fn columns(rows: &Rows<'_>, positions: &[f64], length: usize) -> Vec<Column> {
    let mut heads = vec![
        ("Layer (type)", Side::Left),
        ("Output Shape", Side::Left),
        ("Param #", Side::Right),
    ];
    let mut positions = positions.to_vec();
    if !rows.chain {
        heads.push(("Connected to", Side::Left));
    }
    if rows.show_trainable {
        positions.iter_mut().for_each(|p| *p *= 0.90);
        positions.push(1.0);
        heads.push(("Trainable", Side::Center));
    }
    let mut begun = 0;
    let column = |((head, side), position): ((&'static str, Side), f64)| {
        let end = (position * length as f64) as usize;
        let width = end.saturating_sub(begun);
        begun += width;
        Column { head, side, width }
    };
    heads.into_iter().zip(positions).map(column).collect()
}

fn text(rows: &Rows<'_>, columns: &[Column], length: usize, optimizer: Option<u64>) -> String {
    let (trainable, fixed) = rows.totals();
    let mut out = format!("Model: \"{}\"\n", rows.model.name);
    out += &table::draw(columns, &rows.fields(), length);
    let counts = [
        (
            " Total params: ",
            Some(trainable + fixed + optimizer.unwrap_or(0)),
        ),
        (" Trainable params: ", Some(trainable)),
        (" Non-trainable params: ", Some(fixed)),
        (" Optimizer params: ", optimizer),
    ];
    for (label, count) in counts {
        if let Some(count) = count {
            // Every number of a model takes four bytes.
            out += &format!(
                "{label}{} ({})\n",
                with_commas(count),
                readable_size(count as f64 * 4.0)
            );
        }
    }
    out
}

/// `14951700` as `14,951,700`.
fn with_commas(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes as `57.14 MB`.
fn readable_size(bytes: f64) -> String {
    let mut size = bytes;
    for unit in ["B", "KB", "MB", "GB", "TB", "PB"] {
        if size / 1024.0 < 1.0 {
            return format!("{size:.2} {unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.2} PB")
}

/// Whether Keras prints the model as a plain chain.
fn is_chain(model: &Model) -> bool {
    model.kind == ModelKind::Sequential || model.traversal().chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_and_counts_grouped() {
        assert_eq!(
            (with_commas(0), with_commas(999), with_commas(1000)),
            ("0".into(), "999".into(), "1,000".into())
        );
        assert_eq!(readable_size(14_977_717.0 * 4.0), "57.14 MB");
        assert_eq!(readable_size(1023.0), "1023.00 B");
        assert_eq!(readable_size(2f64.powi(70)), "1024.00 PB");
    }
}
