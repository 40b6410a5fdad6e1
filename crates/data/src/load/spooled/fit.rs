//! Fitting spooled features to the training rows, in passes over the file from front to back.

use std::sync::Arc;

use regimen_run::profile::TextProfile;

use super::super::build::{check_known, checked_fill, fill_notes, groups, unknown_note};
use super::super::inputs::Kind;
use super::super::streaming::{FitRows, FittedRows};
use super::passes::{Passes, WordCounts};
use super::read::{Decode, Input as Made, Reader};
use super::{Block, Found, Spooled};
use crate::categories::{CategoryEncoding, known as known_categories};
use crate::dates::{DateEncoding, DateTime};
use crate::error::{DataError, DataErrors};
use crate::interner::Interner;
use crate::missing::{fills_of, is_filled};
use crate::preprocessing::InputRecipe;
use crate::scaling::{Each, Scaling};
use crate::split::Parts;
use crate::spool::Words;
use crate::text::by_frequency;

/// An input fitted.
struct Fit {
    recipe: InputRecipe,
    decode: Decode,
    notes: Vec<String>,
    text: Option<TextProfile>,
}

impl FitRows for Spooled {
    fn missing(&self) -> Vec<(String, usize)> {
        let counted = |block: &&Block| {
            matches!(
                block.input.kind,
                Kind::Numeric { .. } | Kind::Categorical { .. }
            )
        };
        let blocks = self.blocks.iter().filter(counted);
        blocks
            .flat_map(|block| {
                block
                    .columns
                    .iter()
                    .cloned()
                    .zip(block.missing.iter().copied())
            })
            .collect()
    }

    fn fit(self: Box<Self>, parts: &Parts) -> Result<FittedRows, DataErrors> {
        let passes = Passes::new(&self.rows, self.width, &self.order, parts);
        let mut errors = Vec::new();
        let mut texts: Vec<Option<Words>> = self.texts.into_iter().map(Some).collect();
        let mut fits = Vec::new();
        for block in self.blocks {
            let (start, width) = (block.start, block.width);
            match fit(block, &passes, &mut texts) {
                Ok(fit) => fits.push(Some((fit, start, width))),
                Err(error) => errors.push(error),
            }
        }
        if !errors.is_empty() {
            return Err(DataErrors(errors));
        }
        let recipes = fits.iter().flatten().map(|(fit, ..)| &fit.recipe);
        let groups = groups(recipes);
        let (mut recipes, mut notes, mut inputs) = (Vec::new(), Vec::new(), Vec::new());
        let mut texts = Vec::new();
        for group in groups {
            let mut of_group = Vec::new();
            let mut made = Vec::new();
            for i in group {
                if let Some((fit, start, width)) = fits[i].take() {
                    notes.extend(fit.notes);
                    texts.extend(fit.text);
                    of_group.push(fit.recipe);
                    made.push((start, width, fit.decode));
                }
            }
            let name = of_group.first().and_then(|recipe| recipe.name().cloned());
            recipes.push(match of_group.len() {
                1 => of_group.remove(0),
                _ => InputRecipe::Joined {
                    name,
                    parts: of_group,
                },
            });
            inputs.push(Made(made));
        }
        let count = passes.part_of.len();
        let reader = Reader::new(self.rows, self.width, count, inputs, self.order)?;
        Ok(FittedRows {
            rows: Arc::new(reader),
            recipes,
            notes,
            texts,
        })
    }
}

fn fit(block: Block, passes: &Passes<'_>, texts: &mut [Option<Words>]) -> Result<Fit, DataError> {
    let (start, width, columns) = (block.start, block.width, block.columns);
    let (name, at) = (block.input.name, block.input.at);
    let gaps = block.missing;
    match (block.input.kind, block.found) {
        (Kind::Raw, _) => Err(super::raw_needs_memory(&at)),
        (Kind::Categorical { encoding, most }, found) => {
            let known = match found {
                Found::Categories(known) => known,
                _ => Vec::new(),
            };
            let place = Place { at, columns, start };
            categories(name, place, encoding, most, &known, passes)
        }
        (
            Kind::Date {
                mut encoding,
                scale,
            },
            _,
        ) => {
            let column = columns.first().cloned().unwrap_or_default();
            let date = |words: &[u32]| DateTime::unpacked([words[start], words[start + 1]]);
            let dates = |words: &[u32]| words.chunks_exact(passes.width).map(date).collect();
            let mut first = f64::INFINITY;
            passes.pass(|row, words| {
                for (i, words) in words.chunks_exact(passes.width).enumerate() {
                    if passes.part_of[row + i] == 0 {
                        first = first.min(date(words).days());
                    }
                }
            })?;
            encoding.origin = if first.is_finite() { first } else { 0.0 };
            let encoded = |encoding: &DateEncoding, words: &[u32]| {
                let dates: Vec<DateTime> = dates(words);
                encoding.encode(dates.iter())
            };
            if let Some(kind) = scale {
                let visit = |each: Each<'_>| passes.arrays(|words| encoded(&encoding, words), each);
                let shape = [encoding.width()];
                let scaling = Scaling::measure_blocks(kind, &shape, passes.train.len(), visit)?;
                encoding.scaling = Some(scaling);
            }
            Ok(Fit {
                decode: Decode::Dates(encoding.clone()),
                recipe: InputRecipe::Date {
                    name,
                    column,
                    encoding,
                },
                notes: Vec::new(),
                text: None,
            })
        }
        (
            Kind::Numeric {
                scale,
                missing,
                marks,
            },
            _,
        ) => {
            let mut notes = Vec::new();
            let numbers = |words: &[u32]| super::read::numbers(words, passes.width, start, width);
            let fill = if is_filled(missing) {
                let visit = |each: Each<'_>| passes.arrays(numbers, each);
                let fill = checked_fill(fills_of(missing, width, visit)?, &columns, &at)?;
                notes.extend(fill_notes(missing, &gaps, &fill, &columns));
                Some(fill)
            } else {
                None
            };
            let filled = |words: &[u32]| super::read::filled(numbers(words), fill.as_deref());
            let scaling = match scale {
                Some(kind) => {
                    let visit = |each: Each<'_>| passes.arrays(filled, each);
                    let rows = passes.train.len();
                    Some(Scaling::measure_blocks(kind, &[width], rows, visit)?)
                }
                None => None,
            };
            Ok(Fit {
                decode: Decode::Numbers {
                    fill: fill.clone(),
                    scaling: scaling.clone(),
                },
                recipe: InputRecipe::Numeric {
                    name,
                    columns,
                    scaling,
                    missing_values: marks,
                    fill,
                    drop: missing == regimen_run::spec::Missing::Drop,
                },
                notes,
                text: None,
            })
        }
        (
            Kind::Text {
                mut encoding,
                vocabulary,
            },
            found,
        ) => {
            let (words, file) = match found {
                Found::Text { words, file } => (words, texts.get_mut(file).and_then(Option::take)),
                _ => (Interner::default(), None),
            };
            let Some(file) = file else {
                let reason = "its words were not written".to_owned();
                let fault = crate::Fault::Unreadable {
                    file: at.clone(),
                    reason,
                };
                return Err(DataError::new(at, fault));
            };
            let most = vocabulary.map(|ids| ids.saturating_sub(encoding.special()));
            let seen = WordCounts::new(passes, start, &file, words.len(), &encoding)?;
            let order = by_frequency(&seen.counts[0], |word| seen.first[word], most);
            let mut ids = vec![encoding.unknown(); words.len()];
            for (&word, id) in order.iter().zip(encoding.unknown() + 1..) {
                ids[word] = id;
            }
            encoding.words = order
                .iter()
                .map(|&word| words.text(word).to_owned())
                .collect();
            let column = columns.first().cloned().unwrap_or_default();
            let text = Some(seen.profile(&column, &encoding, &ids));
            Ok(Fit {
                decode: Decode::Text {
                    encoding: encoding.clone(),
                    ids,
                    words: file,
                },
                recipe: InputRecipe::Text {
                    name,
                    column,
                    encoding,
                },
                notes: Vec::new(),
                text,
            })
        }
    }
}

/// Where an input is: in the run file, in the table, in a row's words.
struct Place {
    at: String,
    columns: Vec<String>,
    start: usize,
}

fn categories(
    name: Option<String>,
    place: Place,
    mut encoding: CategoryEncoding,
    most: Option<usize>,
    known: &[Interner],
    passes: &Passes<'_>,
) -> Result<Fit, DataError> {
    let Place { at, columns, start } = place;
    let mut counts = Vec::new();
    for (i, names) in known.iter().enumerate() {
        counts.push(passes.counts(start + i, names.len())?);
    }
    let names: Vec<Vec<String>> = known
        .iter()
        .map(|names| names.texts().map(str::to_owned).collect())
        .collect();
    encoding.categories = match known.is_empty() {
        true => vec![Vec::new(); columns.len()],
        false => names
            .iter()
            .zip(&counts)
            .map(|(names, counts)| known_categories(names, &counts[0], most))
            .collect(),
    };
    check_known(&at, &columns, &encoding, most)?;
    let places: Vec<Vec<Option<usize>>> = names
        .iter()
        .enumerate()
        .map(|(c, names)| encoding.places(c, names))
        .collect();
    let mut notes = Vec::new();
    for (part, label) in ["training", "validation", "test"].into_iter().enumerate() {
        for ((column, counts), places) in columns.iter().zip(&counts).zip(&places) {
            let of_unknown = counts[part].iter().zip(places).filter(|(_, p)| p.is_none());
            let unknown: usize = of_unknown.map(|(count, _)| count).sum();
            notes.extend(unknown_note(label, unknown, passes.sizes[part], column));
        }
    }
    Ok(Fit {
        decode: Decode::Categories {
            encoding: encoding.clone(),
            places,
        },
        recipe: InputRecipe::Categorical {
            name,
            columns,
            encoding,
        },
        notes,
        text: None,
    })
}
