//! One block of raw rows to a recipe fitted to the training part, and the arrays of the parts.

use regimen_run::profile::TextProfile;
use regimen_run::spec::{Categories, Missing, Scale};

use super::assemble::RawInput;
use crate::array::{Array, Values};
use crate::categories::{CategoryEncoding, Interned};
use crate::dates::{DateEncoding, DateTime};
use crate::error::{DataError, Fault};
use crate::missing::{fill_in, fills};
use crate::preprocessing::{InputRecipe, hstack};
use crate::profile::TextCounts;
use crate::scaling::Scaling;
use crate::split::Parts;
use crate::text::{TextEncoding, vocabulary};

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
        RawInput::Text {
            name,
            column,
            texts,
            mut encoding,
            vocabulary: most,
        } => {
            let of =
                |rows: &[usize]| -> Vec<&str> { rows.iter().map(|&r| texts[r].as_str()).collect() };
            encoding.words = vocabulary(
                of(&parts.train).into_iter(),
                encoding.lower,
                most.map(|ids| ids.saturating_sub(encoding.special())),
            );
            let mut counts: [TextCounts; 3] = Default::default();
            let mut part = counts.iter_mut();
            let arrays = each(parts, |rows| {
                let mut spare = TextCounts::default();
                let counts = part.next().unwrap_or(&mut spare);
                encoding.encode_counting(of(rows).into_iter(), counts)
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
        let mut fill = Vec::with_capacity(found.len());
        for (value, column) in found.into_iter().zip(&self.columns) {
            fill.push(value.ok_or_else(|| {
                let option = format!("column `{column}`");
                let reason = "has no number in the training part, so nothing to fill its missing \
                              cells with; leave it out or set missing = \"zero\""
                    .to_owned();
                DataError::new(self.at.clone(), Fault::Option { option, reason })
            })?);
        }
        let filled = match &mut self.array.data {
            Values::F32(data) => fill_in(data, &fill),
            Values::I32(_) => Vec::new(),
        };
        let how = match self.missing {
            Missing::Mean => "the mean ",
            Missing::Median => "the median ",
            _ => "",
        };
        for ((count, value), column) in filled.into_iter().zip(&fill).zip(&self.columns) {
            if count > 0 {
                notes.push(format!(
                    "{count} missing cells of `{column}` filled with {how}{value}"
                ));
            }
        }
        Ok(fill)
    }
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
        for (column, known) in self.columns.iter().zip(&self.encoding.categories) {
            let one_hot = self.encoding.encoding == Categories::OneHot;
            if one_hot && self.most.is_none() && known.len() > MOST_CATEGORIES {
                let option = format!("column `{column}`");
                let reason = format!(
                    "has {} categories; set max_categories, or encoding = \"hash\" with buckets, \
                     or encoding = \"index\" for an Embedding",
                    known.len()
                );
                return Err(DataError::new(self.at, Fault::Option { option, reason }));
            }
        }
        let mut made = |part: &str, rows: &[usize]| {
            let cells: Vec<Interned> = self.cells.iter().map(|cells| cells.take(rows)).collect();
            let (array, unknown) = self.encoding.encode(&cells);
            for (column, count) in self.columns.iter().zip(unknown).filter(|(_, n)| *n > 0) {
                let rows = rows.len();
                notes.push(match part {
                    "training" => {
                        format!("{count} of {rows} training rows hold a rare `{column}`: unknown")
                    }
                    _ => format!("{count} of {rows} {part} rows hold an unknown `{column}`"),
                });
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
    let mut groups: Vec<Vec<Built>> = Vec::new();
    for block in blocks {
        let fits = |first: &Built| {
            first.recipe.joins()
                && block.recipe.joins()
                && first.recipe.name() == block.recipe.name()
        };
        match groups
            .iter_mut()
            .find(|group| group.first().is_some_and(fits))
        {
            Some(group) => group.push(block),
            None => groups.push(vec![block]),
        }
    }
    groups.into_iter().map(joined).collect()
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
