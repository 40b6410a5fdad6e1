//! Features of an input by name, and in the units of the source.

use regimen_run::profile::Figures;
use regimen_run::spec::{Categories, Unknown};

use crate::preprocessing::{InputRecipe, Preprocessing};
use crate::scaling::Scaling;

/// What a feature is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// 0 or 1 for a category of a column.
    Category,
    /// A category's number, beside features that are none.
    Id,
    /// A place that may well be empty: unknown categories, buckets of a hash.
    Spare,
    Date,
}

/// One place of the last axis.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    pub name: String,
    /// Column of the table.
    pub column: Option<String>,
    pub kind: Kind,
    /// Subtracted, and divided by afterwards.
    scale: Option<(f64, f64)>,
}

/// The features of an input.
#[derive(Debug)]
pub(super) struct View {
    shape: Vec<usize>,
    last: Vec<Feature>,
    windows: bool,
    array: bool,
}

/// The blocks that stand side by side in an input.
pub(super) fn blocks(recipe: &InputRecipe) -> Vec<&InputRecipe> {
    match recipe {
        InputRecipe::Joined { parts, .. } => parts.iter().flat_map(blocks).collect(),
        other => vec![other],
    }
}

impl View {
    /// `None` for ids of words and categories, which have no size.
    pub fn new(recipe: &InputRecipe, shape: &[usize], how: &Preprocessing) -> Option<View> {
        if crate::load::ids(recipe).is_some() {
            return None;
        }
        let mut last = Vec::new();
        for block in blocks(recipe) {
            of_block(block, &mut last);
        }
        let shape = shape.to_vec();
        let array = matches!(recipe, InputRecipe::Array { .. });
        let windows = how.windows.is_some();
        (!last.is_empty()).then_some(View {
            shape,
            last,
            windows,
            array,
        })
    }

    /// Number of features.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether each feature is a column of a table, row by row.
    pub fn is_columns(&self) -> bool {
        !self.array && !self.windows
    }

    pub fn feature(&self, i: usize) -> &Feature {
        &self.last[i % self.last.len()]
    }

    /// Column, category or part of a date; of windows with the row before the end; of arrays the place in the row.
    pub fn name(&self, i: usize) -> String {
        if self.array {
            return format!("x[{}]", self.place(i));
        }
        let name = &self.feature(i).name;
        match (self.windows, self.shape.first()) {
            (true, Some(&length)) => {
                format!("{name}[{}]", (i / self.last.len()) as i64 - length as i64)
            }
            _ => name.clone(),
        }
    }

    fn place(&self, i: usize) -> String {
        let mut rest = i;
        let mut places = Vec::new();
        for &size in self.shape.iter().rev() {
            places.push((rest % size.max(1)).to_string());
            rest /= size.max(1);
        }
        places.reverse();
        match places.is_empty() {
            true => "0".to_owned(),
            false => places.join(", "),
        }
    }

    /// Figures in the units of the source; `found` are those that the model sees.
    pub fn unscaled(&self, i: usize, found: Figures) -> Figures {
        match self.feature(i).scale {
            None => found,
            Some((shift, divisor)) => {
                let (min, max) = (found.min * divisor + shift, found.max * divisor + shift);
                // Back from float32, a 0 is off by its last places.
                let least = 5e-7 * min.abs().max(max.abs()).max(shift.abs());
                let back = |x: f64| if x.abs() < least { 0.0 } else { x };
                Figures {
                    min: back(min),
                    mean: back(found.mean * divisor + shift),
                    max: back(max),
                    deviation: found.deviation * divisor,
                }
            }
        }
    }

    /// Whether the model sees other numbers than the source holds.
    pub fn is_scaled(&self, i: usize) -> bool {
        self.feature(i).scale.is_some()
    }
}

fn of_block(block: &InputRecipe, out: &mut Vec<Feature>) {
    let scale = |scaling: &Option<Scaling>, i: usize| {
        let scaling = scaling.as_ref()?;
        let (shift, divisor) = (scaling.shift.get(i)?, scaling.divisor.get(i)?);
        Some((f64::from(*shift), f64::from(*divisor)))
    };
    match block {
        InputRecipe::Numeric {
            columns, scaling, ..
        } => out.extend(columns.iter().enumerate().map(|(i, column)| Feature {
            name: column.clone(),
            column: Some(column.clone()),
            kind: Kind::Number,
            scale: scale(scaling, i),
        })),
        InputRecipe::Categorical {
            columns, encoding, ..
        } => {
            for (c, column) in columns.iter().enumerate() {
                let names = encoding.column_names(c, column);
                let spare = usize::from(encoding.unknown == Unknown::Slot);
                let kind = |i: usize| match encoding.encoding {
                    Categories::Index => Kind::Id,
                    Categories::OneHot if i >= spare => Kind::Category,
                    Categories::OneHot | Categories::Hash => Kind::Spare,
                };
                out.extend(names.into_iter().enumerate().map(|(i, name)| Feature {
                    name,
                    column: Some(column.clone()),
                    kind: kind(i),
                    scale: None,
                }));
            }
        }
        InputRecipe::Date {
            column, encoding, ..
        } => {
            let names = encoding.feature_names(column).into_iter().enumerate();
            out.extend(names.map(|(i, name)| Feature {
                name,
                column: Some(column.clone()),
                kind: Kind::Date,
                scale: scale(&encoding.scaling, i),
            }));
        }
        InputRecipe::Array { shape, scaling } => {
            let last = shape.last().copied().unwrap_or(1);
            out.extend((0..last).map(|i| Feature {
                name: String::new(),
                column: None,
                kind: Kind::Number,
                scale: scale(scaling, i),
            }));
        }
        InputRecipe::Text { .. } | InputRecipe::Raw { .. } | InputRecipe::Joined { .. } => {}
    }
}
