//! Finding the common format that all dates of a column follow, cell by cell.

use super::{find_format, parse_date};
use crate::error::Fault;
use crate::numbers::shorten;

/// What is known after some cells.
#[derive(Debug, Default)]
pub(crate) struct DateSearch {
    /// The first cell.
    first: Option<String>,
    /// Formats that all cells so far follow.
    formats: Vec<String>,
}

impl DateSearch {
    /// Looks at more cells.
    pub fn add<'a>(&mut self, cells: impl Iterator<Item = &'a str> + Clone) {
        match (&self.first, cells.clone().next()) {
            (None, Some(first)) => {
                self.first = Some(first.to_owned());
                self.formats = find_format(cells);
            }
            _ => {
                let follow = |format: &String| {
                    let mut cells = cells.clone();
                    cells.all(|cell| parse_date(format, cell).is_some())
                };
                self.formats.retain(follow);
            }
        }
    }

    /// The common format that all cells follow, or else the first one that the first cell follows.
    pub fn decide(mut self, column: &str) -> Result<String, Fault> {
        let fault = |reason: String| Fault::Option {
            option: format!("column `{column}`"),
            reason,
        };
        let first = self.first.unwrap_or_default();
        match self.formats.len() {
            0 => find_format(std::iter::once(first.as_str()))
                .into_iter()
                .next()
                .ok_or_else(|| {
                    let first = shorten(first.trim());
                    fault(format!(
                        "follows no common format of dates (`{first}`); set `format`, such as \"%Y-%m-%d\""
                    ))
                }),
            1 => Ok(self.formats.remove(0)),
            _ => {
                let formats = self.formats.join(" and as ");
                Err(fault(format!("reads as {formats}; set `format` to the one meant")))
            }
        }
    }
}
