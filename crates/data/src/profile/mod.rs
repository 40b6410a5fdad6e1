//! The data profile: rows, classes, features, repeated rows and what of them is likely wrong.
//!
//! One pass over each part, block by block, so that rows may stay on disk: what is kept is a few numbers
//! per feature (and class), and 24 bytes per training row. Labels are in memory anyway. Every sum is
//! taken in the order of rows, or of their places on disk, so that a profile has the same bits on every machine.

mod correlation;
mod figures;
mod id_columns;
mod indices;
mod labels;
mod matrix;
mod neighbours;
mod pass;
mod repeats;
mod shift;
mod source;
#[cfg(test)]
mod tests;
mod view;
mod warnings;

use regimen_run::profile::{ColumnProfile, InputProfile, Profile};

use crate::dataset::{Dataset, Part};
use crate::error::DataErrors;
use crate::preprocessing::InputRecipe;

use self::labels::Targets;
use self::matrix::Matrix;
use self::pass::{Pass, Told};
use self::repeats::Repeats;
use self::view::View;

pub use self::source::SourceFacts;
pub(crate) use self::source::TextCounts;

/// Inputs of more features than this are told as a whole, not feature by feature.
const MOST_LISTED: usize = 200;
/// Elements of rows on disk beyond which [`Reading::Sampled`] skips rows.
const MOST_STORED: usize = 1 << 28;

/// Which rows of data on disk are read. Rows in memory are all looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All.
    All,
    /// One row in k of each part, where all of them are more than 2^28 numbers.
    Sampled,
}

/// Measures loaded data.
pub fn profile(data: &Dataset, reading: Reading) -> Result<Profile, DataErrors> {
    let one_row_in = match reading {
        Reading::All => None,
        Reading::Sampled => sampling(data),
    };
    let parts = [&data.train, &data.validation, &data.test];
    match one_row_in {
        None => measure(data, parts, None),
        Some(k) => {
            let sample = |part: &Part| {
                let rows: Vec<usize> = (0..part.rows()).step_by(k).collect();
                part.take(&rows)
            };
            let some = parts.map(sample);
            measure(data, some.each_ref(), Some(k))
        }
    }
}

/// One row in how many is read; `None` for all.
fn sampling(data: &Dataset) -> Option<usize> {
    let parts = [&data.train, &data.validation, &data.test];
    let elements = |part: &&Part| match &part.stored {
        None => 0,
        Some(stored) => {
            let widths = stored.inputs().iter().map(|i| i.shape.iter().product());
            let width: usize = widths.fold(0, usize::saturating_add);
            width.saturating_mul(part.rows())
        }
    };
    let all = parts.iter().map(elements).fold(0, usize::saturating_add);
    (all > MOST_STORED).then(|| all.div_ceil(MOST_STORED))
}

fn measure(
    data: &Dataset,
    parts: [&Part; 3],
    one_row_in: Option<usize>,
) -> Result<Profile, DataErrors> {
    let recipes = &data.preprocessing.inputs;
    let [train, validation, test] = parts;
    let targets = Targets::new(&train.y, &data.preprocessing.targets.first);
    let mut pass = Pass::new(data, &targets, train.rows());
    let mut repeats = Repeats::default();
    pass::rows(train, |row, inputs| {
        repeats.learn(train, row, inputs);
        pass.take(row, inputs);
    })?;
    repeats.close();
    let mut duplicates = repeats.within();
    (duplicates.validation, duplicates.validation_other_label) = repeats.across(validation)?;
    (duplicates.test, duplicates.test_other_label) = repeats.across(test)?;

    let labels = labels::profiles(data);
    let told = pass.tell();
    let columns = columns(recipes, &data.source);
    let inputs = inputs(data, &told);
    let mut profile = Profile {
        rows: [&data.train, &data.validation, &data.test].map(Part::rows),
        one_row_in,
        label: labels.first,
        more_labels: labels.more,
        columns,
        inputs,
        balanced: false,
        duplicates,
        correlation: told.correlation.clone(),
        neighbours: None,
        shift: None,
        warnings: Vec::new(),
        notes: data.profile.notes.clone(),
    };
    compare(data, [train, validation], &mut profile)?;
    let read = parts.map(Part::rows);
    profile.warnings = warnings::of(&profile, read, &told, &data.preprocessing);
    Ok(profile)
}

/// Rows beside their neighbours, and features of one part beside those of the other.
fn compare(
    data: &Dataset,
    [train, validation]: [&Part; 2],
    profile: &mut Profile,
) -> Result<(), DataErrors> {
    let how = &data.preprocessing;
    let target = &how.targets.first;
    let views: Vec<(usize, View)> = (how.inputs.iter().zip(&data.inputs).enumerate())
        .filter_map(|(i, (recipe, input))| Some((i, View::new(recipe, &input.shape, how)?)))
        .collect();
    let width: usize = views.iter().map(|(_, view)| view.len()).sum();
    let all = views.len() == how.inputs.len();
    // Windows that overlap are each other's neighbours.
    if all && how.windows.is_none() && !profile.label.classes.is_empty() {
        let asked = neighbours::asked(train.rows(), width);
        profile.neighbours = neighbours::vote(&Matrix::of(train, &views, target, asked)?);
    }
    if validation.rows() > 0 && width > 0 {
        let most = shift::asked(width);
        let [train, validation] =
            [train, validation].map(|part| Matrix::of(part, &views, target, most));
        let name = |feature: usize| {
            let mut place = feature;
            let of = views.iter().find_map(|(_, view)| match place < view.len() {
                true => Some(view.name(place)),
                false => {
                    place -= view.len();
                    None
                }
            });
            of.unwrap_or_else(|| format!("x[{feature}]"))
        };
        profile.shift = shift::between(&train?, &validation?, name);
    }
    Ok(())
}

fn columns(recipes: &[InputRecipe], source: &SourceFacts) -> Vec<ColumnProfile> {
    let missing = |name: &str| {
        let counted = source.missing.iter().find(|(column, _)| column == name);
        counted.map(|&(_, count)| count)
    };
    let column = |name: &String, kind: &str, categories: Option<usize>| ColumnProfile {
        name: name.clone(),
        kind: kind.to_owned(),
        missing: missing(name),
        categories,
    };
    let mut columns = Vec::new();
    for recipe in recipes.iter().flat_map(view::blocks) {
        match recipe {
            InputRecipe::Numeric { columns: names, .. } => {
                columns.extend(names.iter().map(|name| column(name, "numeric", None)));
            }
            InputRecipe::Categorical {
                columns: names,
                encoding,
                ..
            } => {
                for (name, known) in names.iter().zip(&encoding.categories) {
                    let hashed = encoding.buckets > 0;
                    let known = (!hashed).then_some(known.len());
                    columns.push(column(name, "categorical", known));
                }
            }
            InputRecipe::Raw {
                columns: names,
                texts,
                ..
            } => {
                let known = Some(texts.len());
                columns.extend(names.iter().map(|name| column(name, "raw", known)));
            }
            InputRecipe::Date { column: name, .. } => columns.push(column(name, "date", None)),
            InputRecipe::Text { column: name, .. } => columns.push(column(name, "text", None)),
            InputRecipe::Array { .. } | InputRecipe::Joined { .. } => {}
        }
    }
    columns
}

fn inputs(data: &Dataset, told: &Told) -> Vec<InputProfile> {
    let recipes = &data.preprocessing.inputs;
    let of = |((input, recipe), told): ((&crate::NamedInput, &InputRecipe), &pass::OfInput)| {
        let text = match recipe {
            InputRecipe::Text { column, .. } => {
                let texts = data.source.texts.iter();
                texts.into_iter().find(|t| t.column == *column).cloned()
            }
            _ => None,
        };
        InputProfile {
            name: input.name.clone(),
            shape: input.shape.clone(),
            features: told.features,
            figures: told.figures,
            each: told.each.clone(),
            constant: told.constant.len(),
            text,
        }
    };
    let pairs = data.inputs.iter().zip(recipes).zip(&told.inputs);
    pairs.map(of).collect()
}
