//! From `data.augment` of a run spec to steps that know their inputs; every fault at once.

use std::sync::Arc;

use regimen_run::nearest::nearest_three;
use regimen_run::spec::{AugmentSpec, Change, DataSpec};

use super::affine::Size;
use super::words::Words;
use super::{Augmentation, Rows, Step};
use crate::dataset::NamedInput;
use crate::error::{DataError, DataErrors, Fault, did_you_mean, tuple};
use crate::preprocessing::InputRecipe;
use crate::stored::Augment;

/// The augmentation that a spec asks of these inputs, if it asks for one.
pub(crate) fn augmentation(
    spec: &DataSpec,
    inputs: &[NamedInput],
    recipes: &[InputRecipe],
    seed: u64,
) -> Result<Option<Arc<dyn Augment>>, DataErrors> {
    let known = Inputs {
        inputs,
        recipes,
        windows: spec.windows.is_some(),
    };
    let mut steps = Vec::new();
    let mut errors = Vec::new();
    for (i, step) in spec.augment.iter().enumerate() {
        let at = format!("data.augment[{i}]");
        for fault in step.change.out_of_range() {
            let reason = format!("is {}; expected {}", fault.found, fault.expected);
            let option = fault.key.to_owned();
            let fault_at = format!("{at}.{}", fault.key);
            errors.push(DataError::new(fault_at, Fault::Option { option, reason }));
        }
        match known.rows_of(step) {
            Ok((input, rows)) => steps.push(Step {
                input,
                change: step.change.clone(),
                rows,
            }),
            Err((key, reason)) => {
                let kind = step.change.kind();
                let fault = Fault::Augment { kind, reason };
                errors.push(DataError::new(format!("{at}.{key}"), fault));
            }
        }
    }
    match (errors.is_empty(), steps.is_empty()) {
        (false, _) => Err(DataErrors(errors)),
        (true, true) => Ok(None),
        (true, false) => Ok(Some(Arc::new(Augmentation { seed, steps }))),
    }
}

struct Inputs<'a> {
    inputs: &'a [NamedInput],
    recipes: &'a [InputRecipe],
    windows: bool,
}

impl Inputs<'_> {
    /// The input that a step changes, and what its rows are; else the key at fault and why.
    fn rows_of(&self, step: &AugmentSpec) -> Result<(usize, Rows), (&'static str, String)> {
        let change = &step.change;
        let input = match &step.input {
            Some(name) => self.named(name).map_err(|reason| ("input", reason))?,
            None => self.only(change).map_err(|reason| ("kind", reason))?,
        };
        match self.rows(input, change) {
            Some(rows) => Ok((input, rows)),
            None => {
                let key = if step.input.is_some() {
                    "input"
                } else {
                    "kind"
                };
                Err((key, self.unfit(input, change)))
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        self.inputs
            .iter()
            .filter_map(|input| input.name.as_deref())
            .collect()
    }

    fn named(&self, name: &str) -> Result<usize, String> {
        let found = |input: &NamedInput| input.name.as_deref() == Some(name);
        if let Some(i) = self.inputs.iter().position(found) {
            return Ok(i);
        }
        let names = self.names();
        Err(match names.is_empty() {
            true => format!(
                "there is no input `{name}`: the inputs of the data have no names; leave `input` out"
            ),
            false => format!(
                "there is no input `{name}`; the inputs: {}{}",
                names.join(", "),
                did_you_mean(&nearest_three(name, names.iter().copied()))
            ),
        })
    }

    /// The only input that a step can change.
    fn only(&self, change: &Change) -> Result<usize, String> {
        let all = 0..self.inputs.len();
        let fitting: Vec<usize> = all.filter(|&i| self.rows(i, change).is_some()).collect();
        match fitting.as_slice() {
            [one] => Ok(*one),
            [] if self.inputs.len() == 1 => Err(self.unfit(0, change)),
            [] => Err(format!(
                "none of the {} inputs of the data is {}",
                self.inputs.len(),
                wanted(change)
            )),
            several => Err(format!(
                "{} inputs of the data are {}; say which with `input = \"...\"` ({})",
                several.len(),
                wanted(change),
                match self.names() {
                    names if names.is_empty() => "give them a `name` in data.inputs".to_owned(),
                    names => names.join(", "),
                }
            )),
        }
    }

    /// What the rows of an input are, where the change is for them.
    fn rows(&self, input: usize, change: &Change) -> Option<Rows> {
        match self.recipes.get(input)? {
            InputRecipe::Text { encoding, .. } if change.of_text() => {
                Some(Rows::Texts(Words::of(encoding)))
            }
            InputRecipe::Array { .. } if !change.of_text() && !self.windows => {
                let (height, width, channels) = match self.inputs.get(input)?.shape[..] {
                    [height, width] => (height, width, 1),
                    [height, width, channels] => (height, width, channels),
                    _ => return None,
                };
                Some(Rows::Images(Size {
                    height,
                    width,
                    channels,
                }))
            }
            _ => None,
        }
    }

    fn unfit(&self, input: usize, change: &Change) -> String {
        let found = match self.recipes.get(input) {
            Some(InputRecipe::Text { .. }) => "is a text".to_owned(),
            Some(InputRecipe::Raw { .. }) => {
                "is texts as they are, which layers make numbers of".to_owned()
            }
            Some(InputRecipe::Array { .. }) if self.windows => "is cut into windows".to_owned(),
            Some(InputRecipe::Array { .. }) => {
                let shape = self.inputs.get(input).map_or(&[][..], |i| &i.shape);
                format!("has rows of shape {}", tuple(shape))
            }
            _ => "is made of columns of a table".to_owned(),
        };
        let name = self.inputs.get(input).and_then(|i| i.name.as_ref());
        let name = name.map_or(String::new(), |name| format!(" `{name}`"));
        format!(
            "the input{name} {found}, not {}; leave the step out",
            wanted(change)
        )
    }
}

/// What a change is for.
fn wanted(change: &Change) -> &'static str {
    match change.of_text() {
        true => "text (kind = \"text\" in data.inputs)",
        false => "images of (height, width, channels)",
    }
}
