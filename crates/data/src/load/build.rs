//! One block of raw rows to a recipe fitted to the training part, and the arrays of the parts.

use std::sync::Arc;

use regimen_run::profile::TextProfile;
use regimen_run::spec::{Categories, Missing, Scale};

use super::assemble::RawInput;
use crate::array::{Array, Values};
use crate::categories::{CategoryEncoding, Interned};
use crate::dates::{DateEncoding, DateTime};
use crate::error::{DataError, Fault};
use crate::missing::{fill_in, fills};
use crate::numbered::NumberedTexts;
use crate::preprocessing::{InputRecipe, hstack};
use crate::profile::TextCounts;
use crate::scaling::Scaling;
use crate::split::Parts;
use crate::text::TextEncoding;

/// More categories of one column than this need a word that they are meant.
const MOST_CATEGORIES: usize = 1000;

/// A block made: its arrays of train, validation and test.
pub(super) struct Built {
    pub recipe: InputRecipe,
    pub arrays: [Array; 3],
    pub notes: Vec<String>,
    /// Words of a text's parts.
    pub text: Option<TextProfile>,
}

/// Fits a block to the training rows and makes its arrays.
pub(super) fn build(input: RawInput, parts: &Parts) -> Result<Built, DataError> {
    match input {
        RawInput::Numbers { array, scale } => Ok(numbers(array, scale, parts)),
        RawInput::Columns(columns) => columns.build(parts),
        RawInput::Categories(categories) => categories.build(parts),
        RawInput::Dates(dates) => Ok(dates.build(parts)),
        RawInput::Raw {
            name,
            columns,
            texts,
            array,
        } => Ok(Built {
            arrays: each(parts, |rows| array.take(rows)),
            recipe: InputRecipe::Raw {
                name,
                columns,
                texts: Arc::new(texts),
            },
            notes: Vec::new(),
            text: None,
        }),
        RawInput::Text {
            name,
            column,
            texts,
            mut encoding,
            vocabulary: most,
        } => {
            let texts = NumberedTexts::new(texts.iter().map(String::as_str), encoding.lower);
            let most = most.map(|ids| ids.saturating_sub(encoding.special()));
            encoding.words = texts.vocabulary(&parts.train, most);
            let mut counts: [TextCounts; 3] = Default::default();
            let mut part = counts.iter_mut();
            let arrays = each(parts, |rows| {
                let mut spare = TextCounts::default();
                texts.encode(&encoding, rows, part.next().unwrap_or(&mut spare))
            });
            let text = Some(TextCounts::profile(&column, &encoding, counts));
            let recipe = InputRecipe::Text {
                name,
                column,
                encoding,
            };
            Ok(Built {
                recipe,
                arrays,
                notes: Vec::new(),
                text,
            })
        }
    }
}

fn each(parts: &Parts, mut make: impl FnMut(&[usize]) -> Array) -> [Array; 3] {
    [&parts.train, &parts.validation, &parts.test].map(|rows| make(rows))
}

fn scaled(scaling: &Option<Scaling>, array: Array) -> Array {
    match scaling {
        Some(scaling) => scaling.apply(array),
        None => array,
    }
}

fn numbers(array: Array, scale: Option<Scale>, parts: &Parts) -> Built {
    let scaling = scale.map(|kind| Scaling::measure(kind, &array, &parts.train));
    let arrays = each(parts, |rows| scaled(&scaling, array.take(rows)));
    let shape = array.row_shape().to_vec();
    let recipe = InputRecipe::Array { shape, scaling };
    Built {
        recipe,
        arrays,
        notes: Vec::new(),
        text: None,
    }
}

/// Columns of numbers; NaN where a cell is missing.
pub(super) struct RawColumns {
    pub name: Option<String>,
    pub at: String,
    pub columns: Vec<String>,
    pub array: Array,
    pub scale: Option<Scale>,
    pub missing: Missing,
    pub marks: Vec<String>,
}

impl RawColumns {
    fn build(mut self, parts: &Parts) -> Result<Built, DataError> {
        let mut notes = Vec::new();
        let fill = match self.missing {
            Missing::Error | Missing::Drop => None,
            _ => Some(self.fill(parts, &mut notes)?),
        };
        let scaling = self
            .scale
            .map(|kind| Scaling::measure(kind, &self.array, &parts.train));
        let arrays = each(parts, |rows| scaled(&scaling, self.array.take(rows)));
        let recipe = InputRecipe::Numeric {
            name: self.name,
            columns: self.columns,
            scaling,
            missing_values: self.marks,
            fill,
            drop: self.missing == Missing::Drop,
        };
        Ok(Built {
            recipe,
            arrays,
            notes,
            text: None,
        })
    }

    fn fill(&mut self, parts: &Parts, notes: &mut Vec<String>) -> Result<Vec<f32>, DataError> {
        let found = fills(self.missing, &self.array, &parts.train);
        let fill = checked_fill(found, &self.columns, &self.at)?;
        let filled = match &mut self.array.data {
            Values::F32(data) => fill_in(data, &fill),
            Values::I32(_) => Vec::new(),
        };
        notes.extend(fill_notes(self.missing, &filled, &fill, &self.columns));
        Ok(fill)
    }
}

/// What fills the missing cells of every column. `at` is the input's place in the run file.
pub(super) fn checked_fill(
    found: Vec<Option<f32>>,
    columns: &[String],
    at: &str,
) -> Result<Vec<f32>, DataError> {
    let checked = |(value, column): (Option<f32>, &String)| {
        value.ok_or_else(|| {
            let option = format!("column `{column}`");
            let reason = "has no number in the training part, so nothing to fill its missing \
                          cells with; leave it out or set missing = \"zero\""
                .to_owned();
            DataError::new(at, Fault::Option { option, reason })
        })
    };
    found.into_iter().zip(columns).map(checked).collect()
}

/// Notes on the cells `filled` in each column.
pub(super) fn fill_notes(
    missing: Missing,
    filled: &[usize],
    fill: &[f32],
    columns: &[String],
) -> Vec<String> {
    let how = match missing {
        Missing::Mean => "the mean ",
        Missing::Median => "the median ",
        _ => "",
    };
    let all = filled.iter().zip(fill).zip(columns);
    all.filter(|((count, _), _)| **count > 0)
        .map(|((count, value), column)| {
            format!("{count} missing cells of `{column}` filled with {how}{value}")
        })
        .collect()
}

/// Columns of categories.
pub(super) struct RawCategories {
    pub name: Option<String>,
    pub at: String,
    pub columns: Vec<String>,
    pub cells: Vec<Interned>,
    pub encoding: CategoryEncoding,
    pub most: Option<usize>,
}

impl RawCategories {
    fn build(mut self, parts: &Parts) -> Result<Built, DataError> {
        let mut notes = Vec::new();
        if self.encoding.encoding == Categories::Hash {
            self.encoding.categories = vec![Vec::new(); self.columns.len()];
        } else {
            let known = |cells: &Interned| cells.known(&parts.train, self.most);
            self.encoding.categories = self.cells.iter().map(known).collect();
        }
        check_known(&self.at, &self.columns, &self.encoding, self.most)?;
        let mut made = |part: &str, rows: &[usize]| {
            let cells: Vec<Interned> = self.cells.iter().map(|cells| cells.take(rows)).collect();
            let (array, unknown) = self.encoding.encode(&cells);
            for (column, count) in self.columns.iter().zip(unknown) {
                notes.extend(unknown_note(part, count, rows.len(), column));
            }
            array
        };
        let arrays = [
            made("training", &parts.train),
            made("validation", &parts.validation),
            made("test", &parts.test),
        ];
        let (name, columns, encoding) = (self.name, self.columns, self.encoding);
        let recipe = InputRecipe::Categorical {
            name,
            columns,
            encoding,
        };
        Ok(Built {
            recipe,
            arrays,
            notes,
            text: None,
        })
    }
}

/// Refuses one number per category where there are very many, and nobody said so.
pub(super) fn check_known(
    at: &str,
    columns: &[String],
    encoding: &CategoryEncoding,
    most: Option<usize>,
) -> Result<(), DataError> {
    let one_hot = encoding.encoding == Categories::OneHot;
    for (column, known) in columns.iter().zip(&encoding.categories) {
        if one_hot && most.is_none() && known.len() > MOST_CATEGORIES {
            let option = format!("column `{column}`");
            let reason = format!(
                "has {} categories; set max_categories, or encoding = \"hash\" with buckets, \
                 or encoding = \"index\" for an Embedding",
                known.len()
            );
            return Err(DataError::new(at, Fault::Option { option, reason }));
        }
    }
    Ok(())
}

/// A note on the `count` of a part's `rows` that hold an unknown category.
pub(super) fn unknown_note(part: &str, count: usize, rows: usize, column: &str) -> Option<String> {
    (count > 0).then(|| match part {
        "training" => format!("{count} of {rows} training rows hold a rare `{column}`: unknown"),
        _ => format!("{count} of {rows} {part} rows hold an unknown `{column}`"),
    })
}

/// A column of dates.
pub(super) struct RawDates {
    pub name: Option<String>,
    pub column: String,
    pub dates: Vec<DateTime>,
    pub encoding: DateEncoding,
    pub scale: Option<Scale>,
}

impl RawDates {
    fn build(mut self, parts: &Parts) -> Built {
        let days = parts.train.iter().map(|&row| self.dates[row].days());
        let first = days.fold(f64::INFINITY, f64::min);
        self.encoding.origin = if first.is_finite() { first } else { 0.0 };
        let array = self.encoding.encode(self.dates.iter());
        self.encoding.scaling = self
            .scale
            .map(|kind| Scaling::measure(kind, &array, &parts.train));
        let arrays = each(parts, |rows| {
            scaled(&self.encoding.scaling, array.take(rows))
        });
        let (name, column, encoding) = (self.name, self.column, self.encoding);
        let recipe = InputRecipe::Date {
            name,
            column,
            encoding,
        };
        Built {
            recipe,
            arrays,
            notes: Vec::new(),
            text: None,
        }
    }
}

/// Joins the blocks that feed one model input: those of one name, and those without one. Text and
/// arrays from files stay on their own.
pub(super) fn join(blocks: Vec<Built>) -> Vec<Built> {
    let groups = groups(blocks.iter().map(|block| &block.recipe));
    let mut blocks: Vec<Option<Built>> = blocks.into_iter().map(Some).collect();
    let take = |group: Vec<usize>| group.into_iter().filter_map(|i| blocks[i].take()).collect();
    groups.into_iter().map(take).map(joined).collect()
}

/// Which blocks stand side by side in one model input.
pub(super) fn groups<'a>(recipes: impl Iterator<Item = &'a InputRecipe>) -> Vec<Vec<usize>> {
    let mut groups: Vec<(&InputRecipe, Vec<usize>)> = Vec::new();
    for (i, recipe) in recipes.enumerate() {
        let fits =
            |first: &InputRecipe| first.joins() && recipe.joins() && first.name() == recipe.name();
        match groups.iter_mut().find(|(first, _)| fits(first)) {
            Some((_, group)) => group.push(i),
            None => groups.push((recipe, vec![i])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn joined(mut group: Vec<Built>) -> Built {
    if group.len() == 1 {
        return group.remove(0);
    }
    let array = |part: usize| hstack(group.iter().map(|block| &block.arrays[part]));
    let arrays = [array(0), array(1), array(2)];
    let name = group.first().and_then(|block| block.recipe.name().cloned());
    let mut notes = Vec::new();
    let mut parts = Vec::new();
    for block in group {
        notes.extend(block.notes);
        parts.push(block.recipe);
    }
    let recipe = InputRecipe::Joined { name, parts };
    Built {
        recipe,
        arrays,
        notes,
        text: None,
    }
}

/// The encoding of text, by its recipe.
pub(crate) fn ids(recipe: &InputRecipe) -> Option<usize> {
    match recipe {
        InputRecipe::Text { encoding, .. } => Some(TextEncoding::vocabulary(encoding)),
        InputRecipe::Categorical { encoding, .. } if encoding.encoding == Categories::Index => {
            Some(encoding.ids())
        }
        InputRecipe::Joined { parts, .. } => {
            let ids: Option<Vec<usize>> = parts.iter().map(ids).collect();
            ids.and_then(|ids| ids.into_iter().max())
        }
        _ => None,
    }
}
