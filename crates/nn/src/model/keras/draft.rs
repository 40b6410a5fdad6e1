//! A model as far as it could be read, and all that is wrong with it.

use super::{Model, OptionError};

/// What came of reading a model. Where layers have faults, others hold their places, so that the wiring is checked too and
/// the names of the outputs are known.
///
/// ```
/// use regimen_nn::{Object, model::{LayerEntry, draft_entries}};
/// let entry = LayerEntry { object: Object::named("Dense").with("unit", 3), inbound: vec![] };
/// let draft = draft_entries("m", &[entry], &[], "model.layers");
/// assert_eq!(draft.output_names(), Some(vec!["dense"]));
/// assert!(draft.finish().unwrap_err()[0].to_string().contains("unit"));
/// ```
#[derive(Debug)]
pub struct Draft {
    /// Nothing where not even the outputs are known.
    pub(super) model: Option<Model>,
    pub(super) errors: Vec<OptionError>,
}

impl Draft {
    /// Nothing but one fault.
    pub(super) fn fault(path: &str, message: String) -> Draft {
        Draft {
            model: None,
            errors: vec![fault(path, message)],
        }
    }

    /// Names of the output layers in order, where they are known.
    pub fn output_names(&self) -> Option<Vec<&str>> {
        self.model.as_ref().map(Model::output_names)
    }

    /// The same with faults that were found around it.
    pub fn with_errors(mut self, more: Vec<OptionError>) -> Draft {
        self.errors.extend(more);
        self
    }

    /// The model, or every fault of it.
    pub fn finish(self) -> Result<Model, Vec<OptionError>> {
        match self.model {
            Some(model) if self.errors.is_empty() => Ok(model),
            _ => Err(self.errors),
        }
    }
}

pub(super) fn fault(path: &str, message: String) -> OptionError {
    OptionError {
        path: path.to_string(),
        message,
    }
}
