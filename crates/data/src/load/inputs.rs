//! The `inputs` of a table: which columns feed which model input.

use regimen_run::spec::{Categories, DataSpec, InputSpec, Missing, Scale, missing_values};

use super::columns::{Layout, check_distinct, feature, find_column, named, option};
use crate::categories::CategoryEncoding;
use crate::dates::{DateEncoding, check_format};
use crate::error::{DataError, Fault};
use crate::text::TextEncoding;

/// A block of columns, found in the table.
#[derive(Clone)]
pub(crate) struct Input {
    /// Name of the model input it feeds.
    pub name: Option<String>,
    /// Place in the run file.
    pub at: String,
    pub columns: Vec<usize>,
    pub kind: Kind,
}

/// How a block becomes numbers; what the training part decides is still to be found.
#[derive(Clone)]
pub(crate) enum Kind {
    Numeric {
        scale: Option<Scale>,
        missing: Missing,
        /// Cells that count as missing.
        marks: Vec<String>,
    },
    Categorical {
        encoding: CategoryEncoding,
        most: Option<usize>,
    },
    Date {
        encoding: DateEncoding,
        scale: Option<Scale>,
    },
    Text {
        encoding: TextEncoding,
        vocabulary: Option<usize>,
    },
    /// Texts as they are.
    Raw,
}

/// The inputs of a spec, all faults reported.
pub(crate) fn resolve(spec: &DataSpec, layout: &Layout<'_>) -> Result<Vec<Input>, Vec<DataError>> {
    let default = [InputSpec::Numeric {
        name: None,
        columns: Vec::new(),
        scale: spec.scale,
        missing: Missing::Error,
        missing_values: missing_values(),
    }];
    let specs = match spec.inputs.as_slice() {
        [] => &default[..],
        given => given,
    };
    let mut errors = Vec::new();
    if spec.scale.is_some() && !spec.inputs.is_empty() {
        errors.push(option(
            "data.scale",
            "scale",
            "of a table with inputs is stated per input; move it into the numeric input",
        ));
    }
    let mut inputs: Vec<Input> = Vec::new();
    for (i, input) in specs.iter().enumerate() {
        let at = format!("data.inputs[{i}]");
        match resolve_one(input, specs, layout, &at) {
            Ok(input) => {
                errors.extend(text_joined(&inputs, &input));
                inputs.push(input);
            }
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(inputs)
    } else {
        Err(errors)
    }
}

/// Blocks of one name are joined into one model input, but word ids cannot be.
fn text_joined(before: &[Input], input: &Input) -> Option<DataError> {
    let is_text = |input: &Input| matches!(input.kind, Kind::Text { .. } | Kind::Raw);
    let name = input.name.as_deref()?;
    let same = before.iter().find(|b| b.name.as_deref() == Some(name))?;
    (is_text(input) || is_text(same)).then(|| {
        let reason = "is shared with another input, but text feeds a model input of its own";
        option(
            format!("{}.name", input.at),
            &format!("name `{name}`"),
            reason,
        )
    })
}

fn resolve_one(
    input: &InputSpec,
    all: &[InputSpec],
    layout: &Layout<'_>,
    at: &str,
) -> Result<Input, Vec<DataError>> {
    let mut errors = Vec::new();
    let (name, columns, kind) = match input {
        InputSpec::Numeric {
            name,
            columns,
            scale,
            missing,
            missing_values,
        } => {
            let columns = match columns.as_slice() {
                [] => remaining(all, layout, at),
                names => named(names, layout, at),
            };
            let (scale, missing, marks) = (*scale, *missing, missing_values.clone());
            (
                name,
                columns,
                Kind::Numeric {
                    scale,
                    missing,
                    marks,
                },
            )
        }
        InputSpec::Categorical {
            name,
            columns,
            encoding,
            buckets,
            unknown,
            max_categories,
        } => {
            let hash = *encoding == Categories::Hash;
            if hash && buckets.is_none_or(|b| b == 0) {
                let reason = "is missing: `hash` needs it, such as 64";
                errors.push(option(format!("{at}.buckets"), "buckets", reason));
            }
            let columns = match columns.as_slice() {
                [] => Err(vec![option(
                    at,
                    "columns",
                    "is empty; name the columns of categories",
                )]),
                names => named(names, layout, at),
            };
            let encoding = CategoryEncoding {
                encoding: *encoding,
                unknown: *unknown,
                buckets: buckets.unwrap_or(0),
                categories: Vec::new(),
            };
            (
                name,
                columns,
                Kind::Categorical {
                    encoding,
                    most: *max_categories,
                },
            )
        }
        InputSpec::Raw { name, columns } => {
            let columns = match columns.as_slice() {
                [] => Err(vec![option(
                    at,
                    "columns",
                    "is empty; name the columns of texts",
                )]),
                names => named(names, layout, at),
            };
            (name, columns, Kind::Raw)
        }
        InputSpec::Date {
            name,
            column,
            format,
            parts,
            cyclic,
            scale,
        } => {
            if let Some(reason) = format.as_deref().and_then(check_format) {
                let reason = format!("is no format of dates: {reason}");
                errors.push(option(format!("{at}.format"), "format", &reason));
            }
            let encoding = DateEncoding {
                format: format.clone().unwrap_or_default(),
                parts: parts.clone(),
                cyclic: *cyclic,
                origin: 0.0,
                scaling: None,
            };
            (
                name,
                one(column, layout, at),
                Kind::Date {
                    encoding,
                    scale: *scale,
                },
            )
        }
        InputSpec::Text {
            name,
            column,
            vocabulary,
            length,
            padding,
            truncating,
            lower,
            start,
        } => {
            if *length == 0 {
                let reason = "is 0; keep at least one word per text";
                errors.push(option(format!("{at}.length"), "length", reason));
            }
            let encoding = TextEncoding {
                lower: *lower,
                length: *length,
                padding: *padding,
                truncating: *truncating,
                start: *start,
                words: Vec::new(),
            };
            let special = encoding.special();
            if vocabulary.is_some_and(|v| v <= special) {
                let reason = format!(
                    "is too small: {special} ids are no words (padding, unknown words, a start); \
                     give {} or more",
                    special + 1
                );
                errors.push(option(format!("{at}.vocabulary"), "vocabulary", &reason));
            }
            let vocabulary = *vocabulary;
            (
                name,
                one(column, layout, at),
                Kind::Text {
                    encoding,
                    vocabulary,
                },
            )
        }
    };
    match columns {
        Ok(columns) if errors.is_empty() => Ok(Input {
            name: name.clone(),
            at: at.to_owned(),
            columns,
            kind,
        }),
        columns => {
            errors.extend(columns.err().into_iter().flatten());
            Err(errors)
        }
    }
}

fn one(column: &str, layout: &Layout<'_>, at: &str) -> Result<Vec<usize>, Vec<DataError>> {
    match feature(column, layout, &format!("{at}.column")) {
        Ok(column) => Ok(vec![column]),
        Err(error) => Err(vec![error]),
    }
}

/// The columns that a block names.
fn names(input: &InputSpec) -> &[String] {
    match input {
        InputSpec::Numeric { columns, .. }
        | InputSpec::Categorical { columns, .. }
        | InputSpec::Raw { columns, .. } => columns,
        InputSpec::Date { column, .. } | InputSpec::Text { column, .. } => {
            std::slice::from_ref(column)
        }
    }
}

/// Every column that is neither taken nor named by another input.
fn remaining(
    all: &[InputSpec],
    layout: &Layout<'_>,
    at: &str,
) -> Result<Vec<usize>, Vec<DataError>> {
    let mut taken: Vec<usize> = layout.taken.iter().map(|&(column, _)| column).collect();
    taken.extend(&layout.aside);
    let mut open = 0;
    for input in all {
        let names = names(input);
        open += usize::from(names.is_empty());
        // An unknown name is reported where it is resolved.
        taken.extend(
            names
                .iter()
                .filter_map(|n| find_column(layout.table, layout.file, n).ok()),
        );
    }
    if open > 1 {
        let reason = "is missing in several inputs; only one can take all remaining columns";
        return Err(vec![option(at, "columns", reason)]);
    }
    let columns: Vec<usize> = (0..layout.table.columns().len())
        .filter(|column| !taken.contains(column))
        .collect();
    match columns.is_empty() {
        true => Err(vec![DataError::new(at, Fault::NoFeatures)]),
        false => check_distinct(&columns, layout, at).map(|()| columns),
    }
}
