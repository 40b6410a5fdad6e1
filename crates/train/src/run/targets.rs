//! Which target of the data each output of the model learns, and how its labels reach its loss.

use std::collections::BTreeMap;

use regimen_nn::losses;
use regimen_nn::model::Model;
use regimen_nn::{Object, OptionError};
use regimen_run::RunSpec;
use regimen_run::spec::{DataSpec, LabelEncoding, PerOutput};

use crate::TrainError;
use crate::outputs::Outputs;
use crate::run::inputs;

/// The data's target of each output that has a loss, in the order of the outputs. Where targets have names, every such output
/// has one, and no other output.
pub(super) fn order(spec: &RunSpec, names: &[&str], errors: &mut Vec<OptionError>) -> Vec<usize> {
    let (compile, before) = (inputs::compile(spec), errors.len());
    let outputs = Outputs(names);
    let losses = outputs.losses(&compile.loss, errors);
    let known = errors.len() == before;
    let trained = names
        .iter()
        .zip(&losses)
        .filter(|(_, (loss, _))| loss.is_some());
    let trained: Vec<&str> = trained.map(|(name, _)| *name).collect();
    let targets = target_names(&spec.data);
    if targets.iter().all(Option::is_none) {
        if known && trained.len() > 1 {
            errors.push(one_for_several(&spec.data, &trained));
        }
        return vec![0];
    }
    for (i, name) in targets.iter().enumerate() {
        let name = name.as_deref().unwrap_or_default();
        let path = place(&spec.data, i, name);
        if !names.contains(&name) {
            let message = outputs.unknown("", name).message;
            errors.push(OptionError { path, message });
        } else if known && !trained.contains(&name) {
            let message = format!(
                "the output `{name}` has no loss, so that nothing learns from its target; give it one in `compile.loss`, or take the target out"
            );
            errors.push(OptionError { path, message });
        }
    }
    let target = |name: &str| targets.iter().position(|t| t.as_deref() == Some(name));
    let missing = trained.iter().filter(|name| target(name).is_none());
    errors.extend(missing.map(|name| OptionError {
        path: "data".to_string(),
        message: format!(
            "the output `{name}` has a loss, but no target; {}, or write {name} = \"None\" in `compile.loss`",
            give_one(&spec.data, name)
        ),
    }));
    trained.iter().filter_map(|name| target(name)).collect()
}

/// Refuses weights of classes where there are several targets, as Keras does.
pub(super) fn check_class_weight(spec: &RunSpec, errors: &mut Vec<OptionError>) {
    if spec.fit.class_weight.is_none() || spec.data.all_targets().len() < 2 {
        return;
    }
    let message = "`class_weight` is only supported for Models with a single output; weigh rows by a column \
                   (`fit.sample_weight`), or outputs by `compile.loss_weights`";
    errors.push(OptionError {
        path: "fit.class_weight".to_string(),
        message: message.to_string(),
    });
}

/// How labels reach the loss where the spec does not say, and the same by the names of targets. `"None"` and unknown names
/// are told by [`order`].
pub(super) fn encodings(
    spec: &RunSpec,
) -> Result<(LabelEncoding, BTreeMap<String, LabelEncoding>), TrainError> {
    let loss = inputs::compile(spec).loss;
    let first = encoding(loss.iter().flatten().next());
    let names: Vec<String> = target_names(&spec.data).into_iter().flatten().collect();
    let listed = matches!(loss, PerOutput::InOrder(_)) && !names.is_empty();
    let model = match listed {
        true => Some(inputs::model(spec)?),
        false => None,
    };
    let outputs = model.as_ref().map_or(vec![], Model::output_names);
    let of = |name: &str| match &loss {
        PerOutput::All(one) => one.as_ref(),
        PerOutput::Named(map) => map.get(name)?.as_ref(),
        PerOutput::InOrder(list) => list.get(outputs.iter().position(|o| *o == name)?)?.as_ref(),
    };
    let named = names.into_iter().map(|name| {
        let encoding = encoding(of(&name));
        (name, encoding)
    });
    Ok((first, named.collect()))
}

/// Labels as a loss wants them.
fn encoding(loss: Option<&Object>) -> LabelEncoding {
    let name = loss.map_or("", |loss| loss.class_name.as_str());
    let class = losses::find(name).map_or(name, |d| d.class_name);
    match class {
        "CategoricalCrossentropy"
        | "KLDivergence"
        | "CategoricalHinge"
        | "CategoricalFocalCrossentropy" => LabelEncoding::OneHot,
        // Integer labels, of classes or of whom an embedding shows.
        "CategoricalGeneralizedCrossEntropy" | "Circle" => LabelEncoding::Index,
        name if name.to_ascii_lowercase().contains("crossentropy") || name == "ce" => {
            LabelEncoding::Index
        }
        _ => LabelEncoding::Number,
    }
}

fn target_names(data: &DataSpec) -> Vec<Option<String>> {
    data.all_targets().into_iter().map(|t| t.name).collect()
}

/// Where the run file names the target of an output.
fn place(data: &DataSpec, target: usize, name: &str) -> String {
    match arrays_of(data) {
        Some(key) => format!("data.{key}.y.{name}"),
        None => format!("data.targets[{target}].name"),
    }
}

/// The key of the arrays that the data are.
fn arrays_of(data: &DataSpec) -> Option<&'static str> {
    let keys = [("npy", &data.npy), ("npz", &data.npz), ("idx", &data.idx)];
    keys.into_iter()
        .find(|(_, arrays)| arrays.is_some())
        .map(|(key, _)| key)
}

/// How a target is given to an output.
fn give_one(data: &DataSpec, name: &str) -> String {
    match arrays_of(data) {
        Some(key) => format!("write {name} = \"...\" in `data.{key}.y`"),
        None => format!("write `[[data.targets]]` with `name = \"{name}\"`"),
    }
}

fn one_for_several(data: &DataSpec, trained: &[&str]) -> OptionError {
    let mend = match (
        arrays_of(data),
        data.csv.is_some() || data.parquet.is_some(),
    ) {
        (Some(key), _) => format!("name an array for each in `data.{key}.y`, by the output's name"),
        (None, true) => "write `[[data.targets]]` for each, with the output's `name`".to_string(),
        (None, false) => {
            "such data have one; write \"None\" in `compile.loss` for all outputs but one"
                .to_string()
        }
    };
    OptionError {
        path: "data".to_string(),
        message: format!(
            "outputs of the model with a loss: {} ({}), and the data have one target; {mend}",
            trained.len(),
            trained.join(", ")
        ),
    }
}
