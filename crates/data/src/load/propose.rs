//! A table without `inputs` whose columns are not all numbers: what to write for them.
//!
//! A column is no numbers when more than half of its cells that are not missing are none; fewer are
//! slips, which reading the numbers reports by line.

use std::collections::BTreeSet;
use std::fmt::Write;

use regimen_run::spec::missing_values;

use super::inputs::{Input, Kind};
use crate::dates::find_format;
use crate::error::{DataError, Fault};
use crate::missing::Marks;
use crate::numbers::Rows;

/// More categories than this are better hashed.
const MANY: usize = 200;

/// What a column seems to hold.
enum Guess {
    Numbers {
        missing: bool,
    },
    Categories {
        many: bool,
    },
    Dates,
    Text,
    /// Another short text in every row.
    Identifier,
}

/// The error of a default input that is not all numbers, with the inputs that would do.
pub(super) fn propose(from: Rows<'_>, inputs: &[Input]) -> Result<(), Vec<DataError>> {
    let [
        Input {
            columns,
            kind: Kind::Numeric { scale, .. },
            ..
        },
    ] = inputs
    else {
        return Ok(());
    };
    let guesses: Vec<(usize, Guess)> = columns.iter().map(|&c| (c, guess(from, c))).collect();
    let is_number = |g: &Guess| matches!(g, Guess::Numbers { .. });
    let names = |wanted: &dyn Fn(&Guess) -> bool| -> Vec<String> {
        let of = guesses.iter().filter(|(_, g)| wanted(g));
        of.map(|(c, _)| from.table.columns()[*c].clone()).collect()
    };
    let others = names(&|g| !is_number(g));
    if others.is_empty() {
        return Ok(());
    }
    let mut toml = String::new();
    let mut block = |kind: &str, lines: String| {
        let _ = write!(toml, "\n\n  [[data.inputs]]\n  kind = \"{kind}\"\n{lines}");
    };
    let gaps = guesses
        .iter()
        .any(|(_, g)| matches!(g, Guess::Numbers { missing: true }));
    let missing = if gaps { "\n  missing = \"median\"" } else { "" };
    let scale = if scale.is_none() {
        "\n  scale = \"standard\""
    } else {
        ""
    };
    let numbers = names(&is_number);
    if !numbers.is_empty() {
        block(
            "numeric",
            format!("  columns = {numbers:?}{scale}{missing}"),
        );
    }
    let few = names(&|g| matches!(g, Guess::Categories { many: false }));
    if !few.is_empty() {
        block("categorical", format!("  columns = {few:?}"));
    }
    let many = names(&|g| matches!(g, Guess::Categories { many: true }));
    if !many.is_empty() {
        let lines = format!("  columns = {many:?}\n  encoding = \"hash\"\n  buckets = 64");
        block("categorical", lines);
    }
    for column in names(&|g| matches!(g, Guess::Dates)) {
        block("date", format!("  column = {column:?}"));
    }
    for column in names(&|g| matches!(g, Guess::Text)) {
        block(
            "text",
            format!("  name = {column:?}\n  column = {column:?}\n  length = 100"),
        );
    }
    let left = names(&|g| matches!(g, Guess::Identifier));
    if !left.is_empty() {
        let _ = write!(
            toml,
            "\n\n  # left out, another value in every row: {}",
            left.join(", ")
        );
    }
    Err(vec![DataError::new(
        "data",
        Fault::NotNumeric {
            file: from.file.to_owned(),
            columns: others,
            toml,
        },
    )])
}

fn guess(from: Rows<'_>, column: usize) -> Guess {
    let marks = missing_values();
    let marks = Marks::new(&marks);
    let all = || {
        from.rows
            .iter()
            .map(|&row| from.table.cell(row, column).trim())
    };
    let is_number = |cell: &str| cell.parse().is_ok_and(f32::is_finite);
    let (mut count, mut numbers) = (0, 0);
    for cell in all() {
        let number = is_number(cell);
        if !marks.cover(cell, number) {
            count += 1;
            numbers += usize::from(number);
        }
    }
    if numbers * 2 >= count {
        let missing = count < from.rows.len();
        return Guess::Numbers { missing };
    }
    let there = || all().filter(|cell| !marks.cover(cell, is_number(cell)));
    if !find_format(there()).is_empty() {
        return Guess::Dates;
    }
    let words: usize = there().map(|cell| cell.split_whitespace().count()).sum();
    let distinct = there().collect::<BTreeSet<&str>>().len();
    if words >= 4 * count && distinct * 2 > count {
        Guess::Text
    } else if distinct == count && count > 20 {
        Guess::Identifier
    } else {
        Guess::Categories {
            many: distinct > MANY,
        }
    }
}
