//! From a run spec to what training takes: objects, model, arrays, and checks between them.

use std::path::Path;
use std::sync::Arc;

use regimen_data::{Array, Augment, DataErrors, Dataset, InputRecipe, LoadContext, Part, RowMut};
use regimen_graph::{Data, EngineError, Tensor, elements};
use regimen_nn::model::{self, Draft, Feed, HostPart, InputInfo, LayerEntry, Model};
use regimen_nn::policy::Policy;
use regimen_nn::{Object, OptionError, WeightInfo, optimizers};
use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, LayerSpec, ModelSpec};

use crate::arrays::{info_of_row, tensor};
use crate::run::{RunOptions, host, targets};
use crate::step::optimized;
use crate::{Arrays, CompileOptions, Execution, TrainError, Trainer};

pub(super) fn object(k: &KerasObject) -> Object {
    Object {
        class_name: k.class_name.clone(),
        config: k.config.clone(),
    }
}

fn objects(list: &[KerasObject]) -> Vec<Object> {
    list.iter().map(object).collect()
}

pub(super) fn compile(spec: &RunSpec) -> CompileOptions {
    CompileOptions {
        optimizer: object(&spec.compile.optimizer),
        loss: spec.compile.loss.map(|loss| loss.as_ref().map(object)),
        loss_weights: spec.compile.loss_weights.clone(),
        metrics: spec.compile.metrics.map(|list| objects(list)),
        weighted_metrics: spec.compile.weighted_metrics.map(|list| objects(list)),
        execution: Execution::default(),
    }
}

/// The model of a spec.
pub(super) fn model(spec: &RunSpec) -> Result<Model, TrainError> {
    draft(spec).finish().map_err(TrainError::Options)
}

/// The model of a spec as far as it can be read.
pub(super) fn draft(spec: &RunSpec) -> Draft {
    let list = match &spec.model {
        ModelSpec::Keras(k) => return model::draft_keras(&object(k), "model"),
        ModelSpec::Layers(list) => list,
    };
    let (mut policy, mut errors) = (list.dtype_policy.as_deref(), vec![]);
    if let Some(Err(message)) = policy.map(Policy::from_name) {
        policy = None;
        errors.push(OptionError {
            path: "model.dtype_policy".to_string(),
            message: format!("`dtype_policy`: {message}"),
        });
    }
    let entry = |l: &LayerSpec| {
        let mut object = object(&l.object);
        if let Some(policy) = policy
            && !object.config.contains_key("dtype")
            && !matches!(object.class_name.as_str(), "InputLayer" | "Input")
        {
            object.config.insert("dtype".to_string(), policy.into());
        }
        LayerEntry {
            object,
            inbound: l.inbound.clone(),
        }
    };
    let entries: Vec<LayerEntry> = list.layers.iter().map(entry).collect();
    let name = match spec.name.as_str() {
        "" => "sequential",
        name => name,
    };
    model::draft_entries(name, &entries, &list.outputs, "model.layers").with_errors(errors)
}

pub(super) fn load_dataset(
    spec: &RunSpec,
    file: &Path,
    options: &RunOptions,
) -> Result<Dataset, TrainError> {
    let (default_encoding, encodings) = targets::encodings(spec)?;
    let cx = LoadContext {
        base_dir: file
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
        data_dir: options.data_dir.clone(),
        seed: spec.seed,
        default_encoding,
        encodings,
        sample_weight_column: spec.fit.sample_weight.as_deref(),
        max_memory: options.max_memory,
    };
    Ok(regimen_data::load(&spec.data, &cx)?)
}

pub(super) fn load(
    spec: &RunSpec,
    file: &Path,
    options: &RunOptions,
) -> Result<Shapes, TrainError> {
    let dataset = load_dataset(spec, file, options)?;
    Ok(Shapes {
        rows: dataset
            .train
            .input_types()
            .iter()
            .map(info_of_row)
            .collect(),
        names: dataset.inputs.iter().map(|i| i.name.clone()).collect(),
    })
}

/// One row of each of the data's inputs, and their names.
pub(super) struct Shapes {
    rows: Vec<InputInfo>,
    names: Vec<Option<String>>,
}

impl Shapes {
    /// The same in the order of the model's inputs.
    pub(super) fn infos(&self, model: &Model) -> Result<Vec<InputInfo>, TrainError> {
        Ok(order(&self.names, model)?
            .iter()
            .map(|&i| self.rows[i].clone())
            .collect())
    }
}

/// The parts of a data set, inputs in the model's order.
pub(super) struct Samples {
    pub(super) train: Arrays,
    pub(super) validation: Arrays,
    pub(super) test: Arrays,
    /// Ids that a text input may hold, per input.
    pub(super) vocabulary: Vec<Option<usize>>,
    /// Class names of each target in the model's order; none where labels are numbers.
    pub(super) classes: Vec<Vec<String>>,
    /// Changes training rows.
    pub(super) augment: Option<Arc<dyn Augment>>,
}

impl Samples {
    /// `order`: which data input feeds each input of the whole model; `targets`: which data target each output with a loss
    /// learns; `graph` is the model behind the host's part.
    pub(super) fn from(
        dataset: Dataset,
        order: &[usize],
        targets: &[usize],
        host: Option<&Arc<HostPart>>,
        graph: &Model,
    ) -> Result<Samples, TrainError> {
        let texts = host::texts_of(&dataset, order);
        let types = dataset.train.input_types();
        let rows = order.iter().map(|&i| info_of_row(&types[i])).collect();
        let infos = host::infos(host, graph, rows);
        let ready = |part: Part| {
            let rows = arrays(part, order, targets);
            match host {
                Some(host) => host::ready(host, rows, &texts, &infos),
                None => Ok(rows),
            }
        };
        // The data input that each input of the graph is, as it is.
        let input_of: Vec<Option<usize>> = match host {
            None => order.iter().map(|&i| Some(i)).collect(),
            Some(host) => host
                .feeds()
                .iter()
                .map(|feed| match feed {
                    Feed::Input(i) => order.get(*i).copied(),
                    Feed::Made(_) => None,
                })
                .collect(),
        };
        Ok(Samples {
            vocabulary: input_of
                .iter()
                .map(|i| i.and_then(|i| dataset.inputs[i].vocabulary))
                .collect(),
            train: ready(dataset.train)?,
            validation: ready(dataset.validation)?,
            test: ready(dataset.test)?,
            classes: (targets.iter())
                .filter_map(|&t| dataset.preprocessing.targets.get(t))
                .map(|target| target.classes.clone())
                .collect(),
            augment: dataset
                .augment
                .map(|augment| Arc::new(InOrder { augment, input_of }) as Arc<dyn Augment>),
        })
    }
}

/// Which input of a data set feeds each model input.
pub(super) fn data_order(dataset: &Dataset, model: &Model) -> Result<Vec<usize>, TrainError> {
    let names: Vec<Option<String>> = dataset.inputs.iter().map(|i| i.name.clone()).collect();
    order(&names, model)
}

/// [`host::declare`] by what a data set has.
pub(super) fn declare(
    model: &mut Model,
    dataset: &Dataset,
    order: &[usize],
) -> Result<(), TrainError> {
    let recipes = &dataset.preprocessing.inputs;
    let recipes: Vec<&InputRecipe> = order.iter().map(|&i| &recipes[i]).collect();
    let types = dataset.train.input_types();
    let rows: Vec<InputInfo> = order.iter().map(|&i| info_of_row(&types[i])).collect();
    host::declare(model, &recipes, &rows)
}

/// Which data input feeds each model input: by name where inputs are named, else in order.
pub(super) fn order(names: &[Option<String>], model: &Model) -> Result<Vec<usize>, TrainError> {
    let wanted = model.input_names();
    let refused = |message: String| {
        TrainError::Options(vec![OptionError {
            path: "data.inputs".to_string(),
            message,
        }])
    };
    if names.len() != wanted.len() {
        return Err(refused(format!(
            "inputs of the model: {} ({}), inputs of the data: {}; give `data.inputs` one entry per model input",
            wanted.len(),
            wanted.join(", "),
            names.len()
        )));
    }
    if names.iter().all(Option::is_none) {
        return Ok((0..names.len()).collect());
    }
    let find = |want: &&str| {
        names.iter().position(|n| n.as_deref() == Some(want)).ok_or_else(|| {
            let known: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
            refused(format!(
                "no data input is called `{want}` as the model's input is; the data has {}; set `name` in `data.inputs`",
                known.join(", ")
            ))
        })
    };
    wanted.iter().map(find).collect()
}

/// An augmentation that knows inputs by their order in the data.
#[derive(Debug)]
struct InOrder {
    augment: Arc<dyn Augment>,
    /// The data's input of each model input; `None` for what layers on the host make.
    input_of: Vec<Option<usize>>,
}

impl Augment for InOrder {
    fn apply(&self, pass: u64, row: usize, input: usize, values: RowMut<'_>) {
        if let Some(input) = self.input_of[input] {
            self.augment.apply(pass, row, input, values);
        }
    }
}

fn arrays(part: Part, order: &[usize], targets: &[usize]) -> Arrays {
    let y = std::iter::once(part.y).chain(part.more).collect();
    Arrays {
        x: in_order(part.x, order).into_iter().map(tensor).collect(),
        stored: part.stored.map(|stored| stored.in_order(order)),
        y: in_order(y, targets).into_iter().map(tensor).collect(),
        sample_weight: part.sample_weight,
        ..Arrays::default()
    }
}

/// Some arrays of the data in the order of the model.
pub(super) fn in_order(arrays: Vec<Array>, order: &[usize]) -> Vec<Array> {
    let mut arrays: Vec<Option<Array>> = arrays.into_iter().map(Some).collect();
    let mut take = |&i: &usize| arrays.get_mut(i).and_then(Option::take);
    order.iter().filter_map(&mut take).collect()
}

/// Refuses a model whose weights, gradients and optimizer state alone do not fit in memory.
pub(super) fn check_memory(
    model: &Model,
    x: &[InputInfo],
    optimizer: &Object,
    limit: Option<u64>,
) -> Result<(), TrainError> {
    let (Some(available), Ok(optimizer)) = (limit, optimizers::read(optimizer, "")) else {
        return Ok(());
    };
    let bytes = |shape: &[usize]| (elements(shape) as u64).saturating_mul(4);
    let own = |w: &WeightInfo| bytes(&w.shape).saturating_mul(if w.trainable { 2 } else { 1 });
    let weights = model.describe(x)?.weights;
    let trained = weights.iter().filter(|w| w.trainable);
    let trained: Vec<_> = trained.map(|w| optimized(model, w)).collect();
    let kept = optimizers::variables(optimizer.as_ref(), &trained);
    let needed = weights
        .iter()
        .map(own)
        .chain(kept.iter().map(|v| bytes(&v.shape)))
        .fold(0, |sum: u64, n| sum.saturating_add(n));
    match needed > available {
        true => Err(EngineError::OutOfMemory { needed, available }.into()),
        false => Ok(()),
    }
}

/// Refuses ids that an Embedding right after an input has no row for.
pub(super) fn check_ids(model: &Model, samples: &Samples) -> Result<(), TrainError> {
    for (l, node) in model
        .layers
        .iter()
        .enumerate()
        .filter(|(_, n)| ["Embedding", "ReversibleEmbedding"].contains(&n.layer.class_name()))
    {
        let Some(rows) = node
            .layer
            .config()
            .get("input_dim")
            .and_then(serde_json::Value::as_u64)
        else {
            continue;
        };
        let feeds = node.calls.iter().flat_map(|c| &c.inputs);
        let fed = feeds.filter_map(|t| model.inputs.iter().position(|i| i == t));
        for input in fed {
            let needed = match samples.vocabulary[input] {
                Some(ids) => ids,
                None => largest_id(samples, input)?.map_or(0, |m| m as usize + 1),
            };
            if needed as u64 > rows {
                let message = format!(
                    "{}: the data has ids up to {}, the Embedding rows for 0 to {}; set `input_dim = {needed}` or more, or `vocabulary = {rows}` in the text input",
                    node.name,
                    needed - 1,
                    rows.saturating_sub(1)
                );
                let path = format!(
                    "model.layers[{}]",
                    l.saturating_sub(usize::from(model.layers[0].input.is_none()))
                );
                return Err(TrainError::Options(vec![OptionError { path, message }]));
            }
        }
    }
    Ok(())
}

/// The largest id of an input of any part; a pass over rows on disk.
fn largest_id(samples: &Samples, input: usize) -> Result<Option<i64>, TrainError> {
    let mut largest = None;
    for part in [&samples.train, &samples.validation, &samples.test] {
        largest = largest.max(part.x.get(input).and_then(max_id));
        if let Some(stored) = &part.stored {
            stored
                .in_source_order(|_, x| largest = largest.max(max_id(&tensor(x[input].clone()))))
                .map_err(DataErrors::from)?;
        }
    }
    Ok(largest)
}

/// The largest value as an id; floats count as the integers that an Embedding makes of them.
fn max_id(t: &Tensor) -> Option<i64> {
    match &t.data {
        Data::I32(v) => v.iter().max().map(|&m| i64::from(m)),
        Data::F32(v) => v.iter().map(|&x| x as i64).max(),
        _ => None,
    }
}

/// Refuses class indices that an output has no unit for.
pub(super) fn check_labels(trainer: &Trainer<'_>, samples: &Samples) -> Result<(), TrainError> {
    let sparse = [
        "SparseCategoricalCrossentropy",
        "CategoricalGeneralizedCrossEntropy",
    ];
    let losses = trainer.compiled.losses.iter();
    let sparse: Vec<_> = losses
        .filter(|l| sparse.contains(&l.loss.class_name()))
        .collect();
    if sparse.is_empty() {
        return Ok(());
    }
    let facts = trainer.facts()?;
    let mut errors = vec![];
    for of in sparse {
        let shape = facts.outputs.get(of.output).map(|o| o.shape.as_slice());
        let Some(&[.., Some(units)]) = shape else {
            continue;
        };
        let parts = [&samples.train, &samples.validation, &samples.test];
        let labels = parts.iter().filter_map(|a| max_id(a.y.get(of.target)?));
        let largest = labels.max().unwrap_or(0);
        if largest < units as i64 {
            continue;
        }
        let classes = samples.classes.get(of.target).map_or(0, Vec::len);
        let n = classes.max(largest as usize + 1);
        let name = trainer.model.output_names()[of.output];
        let its = match trainer.model.outputs.len() {
            1 => "the last",
            _ => "its",
        };
        let message = format!(
            "{name}: the labels go up to {largest}, the output has {units} units for 0 to {}; give {its} layer {n} units",
            units - 1
        );
        let layer = trainer.model.outputs[of.output].layer;
        let first = usize::from(trainer.model.layers[0].input.is_none());
        let path = format!("model.layers[{}]", layer.saturating_sub(first));
        errors.push(OptionError { path, message });
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(TrainError::Options(errors)),
    }
}
