//! What `compile` says of each output: by order or by name, with the place of each in the run file.

use regimen_nn::{Object, OptionError};
use regimen_run::nearest::nearest;
use regimen_run::spec::PerOutput;

/// The names of a model's outputs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outputs<'a>(pub(crate) &'a [&'a str]);

impl Outputs<'_> {
    /// The value of each output with its path; `None` where a table does not name the output.
    pub(crate) fn each<'t, T>(
        &self,
        key: &str,
        given: &'t PerOutput<T>,
        errors: &mut Vec<OptionError>,
    ) -> Vec<Option<(&'t T, String)>> {
        let (n, path) = (self.0.len(), format!("compile.{key}"));
        match given {
            PerOutput::All(one) => vec![Some((one, path)); n],
            PerOutput::InOrder(list) if list.len() == n => list
                .iter()
                .enumerate()
                .map(|(i, value)| Some((value, format!("{path}[{i}]"))))
                .collect(),
            PerOutput::InOrder(list) => {
                let message = format!(
                    "outputs of the model: {n} ({}), but {} in `{key}`; give one per output, or a table by their names",
                    self.0.join(", "),
                    list.len()
                );
                errors.push(OptionError { path, message });
                (0..n).map(|_| None).collect()
            }
            PerOutput::Named(map) => {
                let unknown = map.keys().filter(|name| !self.0.contains(&name.as_str()));
                errors.extend(unknown.map(|name| self.unknown(&path, name)));
                let value = |name: &&str| {
                    map.get(*name)
                        .map(|value| (value, format!("{path}.{name}")))
                };
                self.0.iter().map(value).collect()
            }
        }
    }

    /// The loss of each output with its path. A table has to name every output, as in Keras, so that none is forgotten.
    pub(crate) fn losses<'t>(
        &self,
        given: &'t PerOutput<Option<Object>>,
        errors: &mut Vec<OptionError>,
    ) -> Vec<(Option<&'t Object>, String)> {
        let before = errors.len();
        let each = self.each("loss", given, errors);
        if matches!(given, PerOutput::Named(_)) && errors.len() == before {
            for (name, _) in self
                .0
                .iter()
                .zip(&each)
                .filter(|(_, value)| value.is_none())
            {
                errors.push(OptionError {
                    path: "compile.loss".to_string(),
                    message: format!(
                        "the output `{name}` is missing; give it a loss, or write {name} = \"None\""
                    ),
                });
            }
        }
        if errors.len() == before && given.iter().all(Option::is_none) {
            errors.push(OptionError {
                path: "compile.loss".to_string(),
                message: "no output has a loss; give one at least".to_string(),
            });
        }
        let missing = || (None, "compile.loss".to_string());
        let plain = |value: Option<(&'t Option<Object>, String)>| match value {
            Some((loss, path)) => (loss.as_ref(), path),
            None => missing(),
        };
        each.into_iter().map(plain).collect()
    }

    /// What to say of metrics for an output that the data have no target for.
    pub(crate) fn without_target(&self, output: usize, path: &str) -> OptionError {
        let message = format!(
            "the output `{}` has metrics, but no target in the data; take them out, or give one target for each output",
            self.0[output]
        );
        OptionError {
            path: path.to_string(),
            message,
        }
    }

    pub(crate) fn unknown(&self, path: &str, name: &str) -> OptionError {
        let message = match nearest(name, self.0.iter().copied()) {
            Some(near) => format!("the model has no output `{name}`: did you mean `{near}`?"),
            None => format!(
                "the model has no output `{name}`: its outputs are {}",
                self.0.join(", ")
            ),
        };
        let class = match ["class", "type", "kind"].contains(&name) {
            true => "; a class is given by `class_name`",
            false => "",
        };
        OptionError {
            path: format!("{path}.{name}"),
            message: message + class,
        }
    }
}

/// Metrics in a plain list for several outputs: as many as outputs are one each, as in Keras. One goes to every output
/// as it is; any other number is refused, as a list of the wrong length.
pub(crate) fn each_its_own(
    given: &PerOutput<Vec<Object>>,
    outputs: usize,
) -> Option<PerOutput<Vec<Object>>> {
    match given {
        PerOutput::All(list) if outputs > 1 && list.len() > 1 => Some(PerOutput::InOrder(
            list.iter().map(|one| vec![one.clone()]).collect(),
        )),
        _ => None,
    }
}
