//! Features of every row, fitted to the training part and cut into parts.

use std::sync::Arc;

use regimen_run::profile::TextProfile;

use super::assemble::Inputs;
use super::build::{build, join};
use crate::array::Array;
use crate::error::DataErrors;
use crate::preprocessing::InputRecipe;
use crate::split::Parts;
use crate::stored::StoredRows;

/// The inputs of a part: arrays, or rows on disk.
#[derive(Default)]
pub(super) struct Features {
    pub x: Vec<Array>,
    pub stored: Option<StoredRows>,
}

/// Inputs of train, validation and test.
pub(super) struct Fitted {
    pub recipes: Vec<InputRecipe>,
    pub parts: [Features; 3],
    pub notes: Vec<String>,
    /// What is known of texts.
    pub texts: Vec<TextProfile>,
}

/// Fits every input to the training rows and makes the parts.
pub(super) fn fit(inputs: Inputs, parts: &Parts) -> Result<Fitted, DataErrors> {
    let inputs = match inputs {
        Inputs::InMemory(inputs) => inputs,
        Inputs::OnDisk(rows) => {
            let fitted = rows.fit(parts)?;
            let stored = |rows: &Vec<usize>| Features {
                x: Vec::new(),
                stored: Some(StoredRows::new(Arc::clone(&fitted.rows), rows.clone())),
            };
            return Ok(Fitted {
                parts: [&parts.train, &parts.validation, &parts.test].map(stored),
                recipes: fitted.recipes,
                notes: fitted.notes,
                texts: fitted.texts,
            });
        }
    };
    let (mut blocks, mut errors) = (Vec::new(), Vec::new());
    for input in inputs {
        match build(input, parts) {
            Ok(block) => blocks.push(block),
            Err(error) => errors.push(error),
        }
    }
    if !errors.is_empty() {
        return Err(DataErrors(errors));
    }
    let mut fitted = Fitted {
        recipes: Vec::new(),
        parts: Default::default(),
        notes: Vec::new(),
        texts: Vec::new(),
    };
    for block in join(blocks) {
        fitted.recipes.push(block.recipe);
        fitted.notes.extend(block.notes);
        fitted.texts.extend(block.text);
        for (part, array) in fitted.parts.iter_mut().zip(block.arrays) {
            part.x.push(array);
        }
    }
    Ok(fitted)
}
