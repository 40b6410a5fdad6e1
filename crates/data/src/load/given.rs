//! Rows whose part the source decides: arrays of validation and test rows, folders named by part,
//! windows that must not cross a border.

use crate::split::Parts;

/// The part in which a row came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Training rows; the split may cut parts from them that were not given.
    Train,
    Validation,
    Test,
}

/// The part of each row.
#[derive(Debug, Clone)]
pub(crate) struct Given(pub Vec<Place>);

impl Given {
    /// Rows of consecutive parts.
    pub fn runs(runs: &[(Place, usize)]) -> Given {
        let rows = runs
            .iter()
            .flat_map(|&(place, n)| std::iter::repeat_n(place, n));
        Given(rows.collect())
    }

    /// The rows that came in a part.
    pub fn rows(&self, place: Place) -> impl Iterator<Item = usize> + '_ {
        let all = self.0.iter().enumerate();
        all.filter(move |&(_, &p)| p == place).map(|(row, _)| row)
    }

    fn has(&self, place: Place) -> bool {
        self.0.contains(&place)
    }

    /// Whether validation rows and test rows are given.
    pub fn which(given: Option<&Given>) -> [bool; 2] {
        given.map_or([false; 2], |g| {
            [g.has(Place::Validation), g.has(Place::Test)]
        })
    }

    /// Adds the given rows to those cut from the training rows.
    pub fn add_to(&self, parts: &mut Parts) {
        parts.validation.extend(self.rows(Place::Validation));
        parts.test.extend(self.rows(Place::Test));
    }
}
