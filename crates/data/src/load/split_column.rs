//! The column of a table that decides the split.

use regimen_run::spec::{SplitBy, SplitSpec};

use super::given::{Given, Place};
use super::table::{intern, read_dates};
use crate::error::{DataError, Fault};
use crate::numbers::{Rows, read_numbers, shorten};
use crate::split_by::SplitKey;

const AT: &str = "data.split.column";

/// What a column says of the rows.
#[derive(Default)]
pub(super) struct Said {
    pub key: Option<SplitKey>,
    pub given: Option<Given>,
}

/// Reads the column that `split` names, whose index is `column`.
pub(super) fn read(
    from: Rows<'_>,
    split: &SplitSpec,
    column: Option<usize>,
) -> Result<Said, Vec<DataError>> {
    let Some(column) = column else {
        return Ok(Said::default());
    };
    let key = |key| Said {
        key: Some(key),
        given: None,
    };
    match split.by {
        SplitBy::Stratified | SplitBy::Group => Ok(key(SplitKey::Groups(intern(from, column).ids))),
        SplitBy::Time => times(from, column).map(|times| key(SplitKey::Times(times))),
        SplitBy::Column => Ok(Said {
            key: None,
            given: Some(places(from, column)?),
        }),
        SplitBy::Random | SplitBy::Folder => Err(vec![DataError::new(
            AT,
            Fault::Option {
                option: "column".to_owned(),
                reason: "is not looked at by this split; leave it out, or set `by`".to_owned(),
            },
        )]),
    }
}

/// Numbers, or else dates in days.
pub(crate) fn times(from: Rows<'_>, column: usize) -> Result<Vec<f64>, Vec<DataError>> {
    let first = from
        .rows
        .first()
        .map_or("", |&row| from.table.cell(row, column).trim());
    if first.parse::<f64>().is_ok() {
        // Times such as 1,388,534,400 s do not fit float32: the check reports faults, no more.
        read_numbers(from, &[column], AT)?;
        let number = |&row: &usize| {
            from.table
                .cell(row, column)
                .trim()
                .parse()
                .unwrap_or(f64::NAN)
        };
        return Ok(from.rows.iter().map(number).collect());
    }
    let (_, dates) = read_dates(from, column, "", AT)?;
    Ok(dates.iter().map(|date| date.days()).collect())
}

fn places(from: Rows<'_>, column: usize) -> Result<Given, Vec<DataError>> {
    let mut places = Vec::with_capacity(from.rows.len());
    let mut bad: Option<(usize, usize)> = None;
    for &row in from.rows {
        match from.table.cell(row, column).trim().to_lowercase().as_str() {
            "train" | "training" => places.push(Place::Train),
            "validation" | "valid" | "val" | "dev" => places.push(Place::Validation),
            "test" | "testing" => places.push(Place::Test),
            _ => bad = Some(bad.map_or((row, 0), |(row, more)| (row, more + 1))),
        }
    }
    let name = &from.table.columns()[column];
    let reason = match bad {
        Some((row, more)) => format!(
            "{}, line {}, column `{name}`: `{}` names no part ({more} more rows like it); write train, \
             validation or test",
            from.file,
            from.table.line(row, column),
            shorten(from.table.cell(row, column).trim())
        ),
        None if !places.contains(&Place::Train) => {
            format!(
                "column `{name}` of {} gives no row to the train part",
                from.file
            )
        }
        None => return Ok(Given(places)),
    };
    Err(vec![DataError::new(AT, Fault::Split { reason })])
}
