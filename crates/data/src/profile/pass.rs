//! The pass over the training rows, and what it tells.

use regimen_run::profile::{Correlated, Correlation, FeatureProfile, Figures};

use super::MOST_LISTED;
use super::correlation::{self, Sides};
use super::figures::{Sums, round, rounded, together};
use super::id_columns::Distinct;
use super::indices::{Indexed, tells};
use super::labels::{Targets, class};
use super::view::{Kind, View};
use crate::array::{Array, Values};
use crate::dataset::{Dataset, Part};
use crate::error::DataErrors;

/// Elements that figures are taken of; of more, one row in so many is looked at.
const MOST_ELEMENTS: usize = 1 << 30;
/// The strongest correlations that are told.
const MOST_TOLD: usize = 10;
/// A correlation from which a feature is taken to tell the label.
const TELLING: f64 = 0.999;
/// Rows from which it can be.
const FEWEST: usize = 20;

/// The inputs of one row.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub block: &'a [Array],
    /// The row within the block.
    pub at: usize,
}

/// Visits every row of a part with its number: in order, or as they lie on the disk.
pub(super) fn rows(part: &Part, mut each: impl FnMut(usize, Row<'_>)) -> Result<(), DataErrors> {
    if let Some(stored) = &part.stored {
        stored.in_source_order(|places, block| {
            for (at, &row) in places.iter().enumerate() {
                each(row, Row { block, at });
            }
        })?;
        return Ok(());
    }
    for row in 0..part.rows() {
        let block = part.x.as_slice();
        each(row, Row { block, at: row });
    }
    Ok(())
}

/// What is summed over the rows of one input.
struct Input<'t> {
    index: usize,
    view: View,
    sums: Sums,
    sides: Sides<'t>,
    /// Columns that may be ids: place and what was seen.
    ids: Vec<(usize, Distinct)>,
    row: Vec<f64>,
}

/// What is summed over the rows.
pub(super) struct Pass<'t> {
    inputs: Vec<Input<'t>>,
    /// Number of inputs, those of ids included.
    all: usize,
    indexed: Vec<Indexed>,
    targets: &'t Targets<'t>,
    every: usize,
    rows: usize,
}

/// What one input is told to be.
#[derive(Debug, Clone, Default)]
pub(super) struct OfInput {
    pub features: usize,
    pub figures: Option<Figures>,
    pub each: Vec<FeatureProfile>,
    /// Features of one value that may have been meant to have several.
    pub constant: Vec<String>,
    /// Features of a wide range, as the model sees them.
    pub wide: Vec<String>,
    /// Columns that seem to be ids.
    pub ids: Vec<String>,
    /// Columns that tell the label, and how well.
    pub leaks: Vec<(String, String)>,
}

/// What the pass found.
pub(super) struct Told {
    pub inputs: Vec<OfInput>,
    pub correlation: Correlation,
}

impl<'t> Pass<'t> {
    pub fn new(data: &Dataset, targets: &'t Targets<'t>, rows: usize) -> Pass<'t> {
        let how = &data.preprocessing;
        let pairs = how.inputs.iter().zip(&data.inputs).enumerate();
        let views: Vec<(usize, View)> = pairs
            .filter_map(|(i, (recipe, input))| Some((i, View::new(recipe, &input.shape, how)?)))
            .collect();
        let features: usize = views.iter().map(|(_, view)| view.len()).sum();
        let step = correlation::step(features, targets);
        let input = |(index, view): (usize, View)| {
            let count = view.len();
            let number = |&i: &usize| view.feature(i).kind == Kind::Number;
            let listed = view.is_columns() && count <= MOST_LISTED;
            let ids = (0..count).filter(|i| listed && number(i));
            Input {
                index,
                sums: Sums::new(count),
                sides: Sides::new(count, step, targets),
                ids: ids.map(|i| (i, Distinct::default())).collect(),
                row: vec![0.0; count],
                view,
            }
        };
        Pass {
            inputs: views.into_iter().map(input).collect(),
            all: how.inputs.len(),
            indexed: match targets {
                Targets::Classes { .. } => Indexed::of(&how.inputs),
                Targets::Numbers { .. } => Vec::new(),
            },
            targets,
            every: rows.saturating_mul(features).div_ceil(MOST_ELEMENTS).max(1),
            rows: 0,
        }
    }

    /// Takes up a training row.
    pub fn take(&mut self, row: usize, inputs: Row<'_>) {
        if !row.is_multiple_of(self.every) {
            return;
        }
        self.rows += 1;
        if let Targets::Classes { y, count } = self.targets {
            for indexed in &mut self.indexed {
                indexed.take(inputs.block, inputs.at, class(y, row, *count));
            }
        }
        for input in &mut self.inputs {
            if let Some(array) = inputs.block.get(input.index) {
                input.take(row, array, inputs.at);
            }
        }
    }

    /// What was found.
    pub fn tell(self) -> Told {
        let features = self.inputs.iter().map(|input| input.view.len()).sum();
        let step = self.inputs.first().map_or(1, |input| input.sides.step);
        let looked = self.inputs.iter().map(|i| i.view.len().div_ceil(step));
        let mut correlation = Correlation {
            measure: match self.targets {
                Targets::Classes { .. } => "eta".to_owned(),
                Targets::Numbers { .. } => "pearson".to_owned(),
            },
            rows: self.rows,
            features: looked.sum(),
            of: features,
            top: Vec::new(),
        };
        let mut inputs = vec![OfInput::default(); self.all];
        let mut strongest: Vec<(f64, Correlated)> = Vec::new();
        for input in self.inputs {
            let index = input.index;
            let (told, some) = input.tell(self.targets, self.rows);
            inputs[index] = told;
            strongest.extend(some);
        }
        strongest.sort_by(|a, b| b.0.total_cmp(&a.0));
        strongest.truncate(MOST_TOLD);
        correlation.top = strongest.into_iter().map(|(_, c)| c).collect();
        let telling = self
            .indexed
            .iter()
            .filter(|i| self.rows >= FEWEST && i.tells(self.rows));
        if let Some(first) = inputs.first_mut() {
            first.leaks.extend(telling.map(|i| by_category(&i.column)));
        }
        Told {
            inputs,
            correlation,
        }
    }
}

fn by_category(column: &str) -> (String, String) {
    let how = "each of its values goes with one class".to_owned();
    (column.to_owned(), how)
}

impl Input<'_> {
    fn take(&mut self, row: usize, array: &Array, at: usize) {
        let of = at * self.row.len()..(at + 1) * self.row.len();
        match &array.data {
            Values::F32(data) => {
                for (x, from) in self.row.iter_mut().zip(&data[of]) {
                    *x = f64::from(*from);
                }
            }
            Values::I32(data) => {
                for (x, from) in self.row.iter_mut().zip(&data[of]) {
                    *x = f64::from(*from);
                }
            }
        }
        for (place, distinct) in &mut self.ids {
            let seen = self.row[*place];
            let figures = Figures {
                min: seen,
                ..Figures::default()
            };
            let scaled = self.view.is_scaled(*place);
            distinct.take(seen as f32, self.view.unscaled(*place, figures).min, scaled);
        }
        self.sums.take(&mut self.row);
        self.sides.take(row, &self.row);
    }

    /// What the input is, and its strongest correlations by strength.
    fn tell(mut self, targets: &Targets<'_>, rows: usize) -> (OfInput, Vec<(f64, Correlated)>) {
        let view = &self.view;
        let count = view.len();
        let mut told = OfInput {
            features: count,
            ..OfInput::default()
        };
        let figures = |i: usize| view.unscaled(i, self.sums.figures(i));
        if rows > 0 {
            told.figures = together((0..count).map(figures)).map(rounded);
        }
        let mut strongest: Vec<(f64, usize, usize)> = Vec::new();
        for i in 0..count {
            let seen = self.sums.figures(i);
            if rows > 0 && seen.min == seen.max && view.feature(i).kind != Kind::Spare {
                told.constant.push(view.name(i));
            }
            if seen.max - seen.min > 1000.0 {
                told.wide.push(view.name(i));
            }
            let with = self.sides.with(i, &self.sums);
            if let Some((value, k)) = with {
                strongest.push((value, k, i));
            }
            if count <= MOST_LISTED {
                told.each.push(FeatureProfile {
                    name: view.name(i),
                    figures: rounded(figures(i)),
                    scaled: view.is_scaled(i),
                    correlation: with.map(|(value, _)| round(value)),
                });
            }
        }
        strongest.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.2.cmp(&b.2)));
        if rows >= FEWEST {
            told.leaks = self.leaks(&strongest, rows);
        }
        let correlated = |&(value, k, i): &(f64, usize, usize)| {
            let label = match targets {
                Targets::Numbers {
                    count: 2.., names, ..
                } => Some(names.get(k).cloned().unwrap_or_else(|| format!("y[{k}]"))),
                _ => None,
            };
            let (feature, value) = (view.name(i), round(value));
            (
                value.abs(),
                Correlated {
                    feature,
                    value,
                    label,
                },
            )
        };
        let top = strongest.iter().take(MOST_TOLD).map(correlated).collect();
        for (place, distinct) in std::mem::take(&mut self.ids) {
            let found = view.unscaled(place, self.sums.figures(place));
            if distinct.are_ids(found.max - found.min) {
                told.ids.push(view.name(place));
            }
        }
        (told, top)
    }

    /// Columns that tell the label, once each.
    fn leaks(&self, strongest: &[(f64, usize, usize)], rows: usize) -> Vec<(String, String)> {
        let view = &self.view;
        let mut found: Vec<(String, String)> = Vec::new();
        let mut add = |leak: (String, String)| {
            if found.iter().all(|(known, _)| *known != leak.0) {
                found.push(leak);
            }
        };
        let categories = (0..view.len()).filter(|&i| view.feature(i).kind == Kind::Category);
        let categories: Vec<usize> = categories.collect();
        let of_one = |a: &usize, b: &usize| view.feature(*a).column == view.feature(*b).column;
        for column in categories.chunk_by(of_one) {
            let met = |&i: &usize| self.sides.met(i, self.sums.first[i]);
            let met: Option<Vec<_>> = column.iter().map(met).collect();
            if let (Some(met), Some(name)) = (met, &view.feature(column[0]).column)
                && tells(met.into_iter(), rows)
            {
                add(by_category(name));
            }
        }
        for &(value, _, i) in strongest.iter().filter(|s| s.0.abs() >= TELLING) {
            let feature = view.feature(i);
            let name = match (&feature.column, feature.kind) {
                (Some(column), Kind::Category) => column.clone(),
                _ => view.name(i),
            };
            add((
                name,
                format!("its correlation with the label is {value:.4}"),
            ));
        }
        found
    }
}
