//! Columns of categories, and whether each category goes with one class alone.
//!
//! Of a one-hot column the counts per category and class are sums of the correlation; of an index they are kept here.

use std::collections::BTreeMap;

use regimen_run::spec::Categories;

use super::view::blocks;
use crate::Array;
use crate::preprocessing::InputRecipe;

/// The classes that a category was met with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Met {
    #[default]
    None,
    One(usize),
    Several,
}

/// A column of categories by number.
#[derive(Debug)]
pub(super) struct Indexed {
    pub column: String,
    input: usize,
    place: usize,
    met: Vec<Met>,
}

impl Indexed {
    /// The columns of inputs that hold numbers of categories and nothing else.
    pub fn of(recipes: &[InputRecipe]) -> Vec<Indexed> {
        let mut found = Vec::new();
        for (input, recipe) in recipes.iter().enumerate() {
            let mut place = 0;
            for block in blocks(recipe) {
                let InputRecipe::Categorical {
                    columns, encoding, ..
                } = block
                else {
                    break;
                };
                if encoding.encoding != Categories::Index {
                    break;
                }
                for column in columns {
                    found.push(Indexed {
                        column: column.clone(),
                        input,
                        place,
                        met: vec![Met::None; encoding.ids()],
                    });
                    place += 1;
                }
            }
        }
        found
    }

    pub fn take(&mut self, inputs: &[Array], row: usize, class: usize) {
        let Some(array) = inputs.get(self.input) else {
            return;
        };
        let id = array.at(row * array.row_len() + self.place) as usize;
        if let Some(met) = self.met.get_mut(id) {
            *met = match *met {
                Met::None => Met::One(class),
                Met::One(known) if known == class => Met::One(class),
                Met::One(_) | Met::Several => Met::Several,
            };
        }
    }

    /// Whether the category alone tells the class in `rows` rows.
    pub fn tells(&self, rows: usize) -> bool {
        tells(self.met.iter().copied(), rows)
    }
}

/// Whether each category goes with one class, two classes are met, and categories have five rows on average.
pub(super) fn tells(met: impl Iterator<Item = Met>, rows: usize) -> bool {
    let mut classes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut categories = 0;
    for met in met {
        match met {
            Met::None => {}
            Met::One(class) => {
                categories += 1;
                *classes.entry(class).or_default() += 1;
            }
            Met::Several => return false,
        }
    }
    classes.len() >= 2 && rows >= 5 * categories
}
