//! Tables of classes for the suite.

use std::path::Path;
use std::process::Command;

use crate::shell;

/// Rows of numbers, each with a class.
pub struct Table {
    pub name: &'static str,
    pub rows: Vec<Vec<f64>>,
    pub labels: Vec<usize>,
    pub classes: usize,
}

/// The digits, and with a data folder four tables of the UCI repository.
pub fn all(data: Option<&Path>) -> Result<Vec<Table>, String> {
    let mut unzip = Command::new("gzip");
    unzip
        .args(["-dc", "crates/data/samples/digits.csv.gz"])
        .current_dir(shell::root());
    let mut tables = vec![table("digits", &shell::output(unzip)?)?];
    if let Some(data) = data {
        for name in ["pima-indians-diabetes", "ionosphere", "sonar", "iris"] {
            let file = data.join(format!("uci-small/{name}.csv"));
            let text =
                std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            tables.push(table(name, &text)?);
        }
    }
    Ok(tables)
}

/// The last column is the class; classes are numbered as they come.
fn table(name: &'static str, text: &str) -> Result<Table, String> {
    let mut known: Vec<String> = vec![];
    let (mut rows, mut labels) = (vec![], vec![]);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let Some((class, numbers)) = cells.split_last() else {
            continue;
        };
        let number = |cell: &&str| {
            cell.parse()
                .map_err(|_| format!("{name}: `{cell}` is no number"))
        };
        rows.push(
            numbers
                .iter()
                .map(number)
                .collect::<Result<Vec<f64>, String>>()?,
        );
        let place = known.iter().position(|k| k == class);
        labels.push(place.unwrap_or_else(|| {
            known.push((*class).to_owned());
            known.len() - 1
        }));
    }
    Ok(Table {
        name,
        rows,
        labels,
        classes: known.len(),
    })
}
