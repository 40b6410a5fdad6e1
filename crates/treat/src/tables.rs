//! Inputs of tables: written out, and their texts changed at random.

use regimen_run::RunSpec;
use regimen_run::spec::{AugmentSpec, Change, DataSpec, InputSpec, Missing, missing_values};

/// Writes out the input of a table that names none, which is all its other columns as numbers. Refuses what is no table.
pub(crate) fn inputs(data: &mut DataSpec) -> Result<&mut Vec<InputSpec>, String> {
    if data.csv.is_none() && data.parquet.is_none() && data.texts.is_none() {
        return Err("the data are no table".to_owned());
    }
    if data.inputs.is_empty() {
        data.inputs.push(InputSpec::Numeric {
            name: None,
            columns: vec![],
            scale: None,
            missing: Missing::Error,
            missing_values: missing_values(),
        });
    }
    Ok(&mut data.inputs)
}

/// Names of the inputs of texts.
fn texts(data: &DataSpec) -> Vec<Option<String>> {
    let name = |input: &InputSpec| match input {
        InputSpec::Text { name, .. } => Some(name.clone()),
        _ => None,
    };
    data.inputs.iter().filter_map(name).collect()
}

/// The run with a random change of every text.
pub(crate) fn changed_texts(spec: &RunSpec, change: &Change) -> Result<RunSpec, String> {
    let mut spec = spec.clone();
    let texts = texts(&spec.data);
    let known = spec.data.augment.iter();
    if known
        .map(|step| step.change.kind())
        .any(|kind| kind == change.kind())
    {
        return Err(format!("there is {} already", change.kind()));
    }
    let several = texts.len() > 1;
    if several && texts.iter().any(Option::is_none) {
        return Err("the inputs of texts have no names".to_owned());
    }
    let steps: Vec<AugmentSpec> = texts
        .into_iter()
        .map(|name| AugmentSpec {
            input: name.filter(|_| several),
            change: change.clone(),
        })
        .collect();
    if steps.is_empty() {
        return Err("no input is a text that data.inputs describes".to_owned());
    }
    spec.data.augment.extend(steps);
    Ok(spec)
}
