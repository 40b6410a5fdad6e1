//! A table with a heavy head, as rich draws it for Keras.
//!
//! Follows rich/table.py: fixed columns, made narrower evenly until the borders fit in the line.

use super::cells::{self, Side};

/// A column: its head, its side, its width as asked for.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) head: &'static str,
    pub(super) side: Side,
    pub(super) width: usize,
}

/// The table as text, a line end after every line.
pub(super) fn draw(columns: &[Column], rows: &[Vec<String>], line_length: usize) -> String {
    let widths = fit(columns, line_length);
    let rule = |ends: [&str; 3], dash: &str| {
        let parts: Vec<String> = widths.iter().map(|w| dash.repeat(*w)).collect();
        format!("{}{}{}\n", ends[0], parts.join(ends[1]), ends[2])
    };
    let head: Vec<String> = columns.iter().map(|c| c.head.to_string()).collect();
    let mut out = rule(["┏", "┳", "┓"], "━");
    out += &row(columns, &widths, &head, "┃");
    out += &rule(["┡", "╇", "┩"], "━");
    for (i, fields) in rows.iter().enumerate() {
        if i > 0 {
            out += &rule(["├", "┼", "┤"], "─");
        }
        out += &row(columns, &widths, fields, "│");
    }
    out + &rule(["└", "┴", "┘"], "─")
}

/// Widths with one space on each side, so that with the borders they fit in the line.
fn fit(columns: &[Column], line_length: usize) -> Vec<usize> {
    let most = line_length.saturating_sub(columns.len() + 1);
    let mut widths: Vec<usize> = columns.iter().map(|c| c.width + 2).collect();
    let mut excess = widths.iter().sum::<usize>().saturating_sub(most);
    let n = widths.len();
    for (i, width) in widths.iter_mut().enumerate() {
        // Python's `round`: a half goes to the even number.
        let share = (excess as f64 / (n - i) as f64).round_ties_even() as usize;
        let share = share.min(*width);
        *width -= share;
        excess -= share;
    }
    widths
}

fn row(columns: &[Column], widths: &[usize], fields: &[String], border: &str) -> String {
    let cells: Vec<Vec<String>> = columns
        .iter()
        .zip(widths)
        .zip(fields)
        .map(|((column, width), field)| cells::lines(field, width.saturating_sub(2), column.side))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut out = String::new();
    for i in 0..height {
        let line = cells.iter().zip(widths).map(|(cell, width)| {
            let blank = " ".repeat(width.saturating_sub(2));
            format!(" {} ", cell.get(i).unwrap_or(&blank))
        });
        out += &format!(
            "{border}{}{border}\n",
            line.collect::<Vec<_>>().join(border)
        );
    }
    out
}
