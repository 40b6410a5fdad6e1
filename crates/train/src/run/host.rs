//! What happens to a run's rows before the graph: layers of the model that take texts, hash, or learn from data.
//!
//! Layers that lack a vocabulary, boundaries, or mean and variance learn them from the training part alone, before training, as
//! `adapt` does in Keras; rows that `validation_split` cuts from the training part are part of it. What they learnt is kept with
//! the run, so that new rows are treated alike. Then the model is split: every row passes the host's layers once, when it is
//! loaded (rows on disk: when they are read), and the graph begins behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use regimen_data::{
    Array, DataError, DataErrors, Dataset, Fault, InputRecipe, RawTexts, ReadRows, RowType,
    StoredRows,
};
use regimen_graph::{DType, Data, ModelFaults, Tensor};
use regimen_nn::host::{HostValue, Texts};
use regimen_nn::model::{Feed, HostPart, InputInfo, Model};
use regimen_nn::{Object, OptionError, layers};
use serde_json::{Value as Json, json};

use crate::arrays::{array, tensor};
use crate::{Arrays, TrainError};

/// Rows that learning sees at a time; quantiles depend, slightly, on where rows are cut.
const BLOCK: usize = 65_536;

/// Layers that have learnt, by name: `{ class_name, config }`.
pub(crate) type Learnt = BTreeMap<String, Json>;

/// The texts that the numbers of each input stand for, where it is one of texts.
pub(super) type InputTexts = Vec<Option<Arc<RawTexts>>>;

/// The texts of a data set's inputs, in the order of the model's.
pub(super) fn texts_of(dataset: &Dataset, order: &[usize]) -> InputTexts {
    let recipes = &dataset.preprocessing.inputs;
    order
        .iter()
        .map(|&i| recipes[i].raw_texts().cloned())
        .collect()
}

/// Lets inputs of a model that declare nothing take what the data has, where layers on the host have to know it; refuses texts
/// for numbers and the reverse. `rows`: one row of each input.
pub(super) fn declare(
    model: &mut Model,
    recipes: &[&InputRecipe],
    rows: &[InputInfo],
) -> Result<(), TrainError> {
    let raw = |recipe: &InputRecipe| match recipe {
        InputRecipe::Raw { columns, .. } => Some(columns.len()),
        _ => None,
    };
    for (i, recipe) in recipes.iter().enumerate() {
        if let Some(columns) = raw(recipe) {
            model.take_texts(i, &[columns]);
        }
    }
    if model.has_host_part() || !model.unadapted().is_empty() {
        for (i, row) in rows.iter().enumerate() {
            model.take_numbers(i, row);
        }
    }
    for (i, recipe) in recipes.iter().enumerate() {
        let name = model.input_names()[i].to_string();
        let takes_texts = model.text_inputs().contains(&name.as_str());
        let message = match (raw(recipe).is_some(), takes_texts) {
            (true, false) => format!(
                "the data has texts for the model's input `{name}`, which takes numbers; declare it with dtype = \"string\" and \
                 put a TextVectorization, StringLookup or Hashing behind"
            ),
            (false, true) => format!(
                "the model's input `{name}` takes texts, and the data has numbers for it; set `kind = \"raw\"` in data.inputs"
            ),
            _ => continue,
        };
        let path = "data.inputs".to_string();
        return Err(TrainError::Options(vec![OptionError { path, message }]));
    }
    Ok(())
}

/// Lets the layers of a model that lack something learn it from the training part.
pub(super) fn learn(
    model: Model,
    dataset: &Dataset,
    order: &[usize],
) -> Result<(Model, Learnt), TrainError> {
    let names = model.unadapted();
    let texts = texts_of(dataset, order);
    let model = model.adapt(|see| {
        let mut wrong: Option<ModelFaults> = None;
        let visit = |_: usize, block: &[Array]| {
            if wrong.is_none() {
                let block = order.iter().map(|&i| tensor(block[i].clone())).collect();
                wrong = see(&values(block, &texts)).err();
            }
        };
        dataset
            .train
            .blocks(BLOCK, visit)
            .map_err(DataErrors::from)?;
        wrong.map_or(Ok(()), |faults| Err(TrainError::from(faults)))
    })?;
    let learnt = |name: &String| {
        let layer = &model.layer(name)?.layer;
        let object = json!({"class_name": layer.class_name(), "config": layer.config()});
        Some((name.clone(), object))
    };
    let learnt = names.iter().filter_map(learnt).collect();
    Ok((model, learnt))
}

/// Gives the layers of a model what they learnt before.
pub(super) fn restore(model: &mut Model, learnt: &Learnt) -> Result<(), TrainError> {
    for (name, value) in learnt {
        let object = Object::read(value).map_err(|message| {
            let path = name.clone();
            TrainError::Options(vec![OptionError { path, message }])
        })?;
        let layer = layers::read(&object, name).map_err(TrainError::Options)?;
        model.replace_layer(name, layer);
    }
    Ok(())
}

/// The host's part of a model, if it has one, and the graph's.
pub(super) fn split(model: Model) -> Result<(Option<Arc<HostPart>>, Model), TrainError> {
    let (host, graph) = model.split_host()?;
    if let Some(host) = &host {
        host.check_fixed()?;
    }
    Ok((host.map(Arc::new), graph))
}

/// Type and sizes of a row of each input of the graph, from those of the whole model.
pub(super) fn infos(
    host: Option<&Arc<HostPart>>,
    graph: &Model,
    rows: Vec<InputInfo>,
) -> Vec<InputInfo> {
    let Some(host) = host else { return rows };
    let declared = graph.input_infos();
    let info = |(feed, declared): (&Feed, &Option<&InputInfo>)| match feed {
        Feed::Input(i) => rows.get(*i).cloned(),
        Feed::Made(_) => declared.cloned(),
    };
    host.feeds()
        .iter()
        .zip(&declared)
        .filter_map(info)
        .collect()
}

/// What the layers on the host see of tensors whose numbers may stand for texts.
pub(super) fn values(x: Vec<Tensor>, texts: &[Option<Arc<RawTexts>>]) -> Vec<HostValue> {
    let value = |(i, t): (usize, Tensor)| match (texts.get(i), &t.data) {
        (Some(Some(known)), Data::I32(numbers)) => {
            let data = numbers.iter().map(|&n| known.text(n).to_string()).collect();
            HostValue::from(Texts {
                shape: t.shape,
                data,
            })
        }
        _ => t.into(),
    };
    x.into_iter().enumerate().map(value).collect()
}

/// The inputs of the graph from those of the whole model.
pub(super) fn apply(
    host: &HostPart,
    x: Vec<Tensor>,
    texts: &[Option<Arc<RawTexts>>],
) -> Result<Vec<Tensor>, ModelFaults> {
    let made = host.apply(&values(x, texts))?;
    Ok(made
        .into_iter()
        .filter_map(|v| v.numbers().cloned())
        .collect())
}

/// Rows of the whole model's inputs as rows of the graph's.
pub(super) fn ready(
    host: &Arc<HostPart>,
    mut rows: Arrays,
    texts: &InputTexts,
    graph: &[InputInfo],
) -> Result<Arrays, TrainError> {
    if let Some(stored) = rows.stored.take() {
        let count = stored.rows();
        let types = graph.iter().map(row_type).collect();
        let source = HostRows {
            stored,
            host: Arc::clone(host),
            types,
        };
        rows.stored = Some(StoredRows::new(Arc::new(source), (0..count).collect()));
        return Ok(rows);
    }
    let count = rows.rows();
    let whole = std::mem::take(&mut rows.x);
    for from in (0..count).step_by(BLOCK) {
        let some: Vec<usize> = (from..count.min(from + BLOCK)).collect();
        let block = whole
            .iter()
            .map(|t| crate::arrays::take(t, &some))
            .collect();
        append(&mut rows.x, apply(host, block, texts)?);
    }
    Ok(rows)
}

fn append(all: &mut Vec<Tensor>, block: Vec<Tensor>) {
    if all.is_empty() {
        *all = block;
        return;
    }
    for (to, from) in all.iter_mut().zip(block) {
        to.shape[0] += from.shape[0];
        match (&mut to.data, from.data) {
            (Data::F32(to), Data::F32(from)) => to.extend(from),
            (Data::I32(to), Data::I32(from)) => to.extend(from),
            // invariant: rows are float32 or int32, and blocks of one input have one type
            _ => unreachable!("blocks of two types"),
        }
    }
}

fn row_type(info: &InputInfo) -> RowType {
    RowType {
        integer: info.dtype != DType::F32,
        shape: info.shape.iter().map(|d| d.unwrap_or(1)).collect(),
    }
}

/// Rows on disk that pass the host's layers as they are read.
#[derive(Debug)]
struct HostRows {
    stored: StoredRows,
    host: Arc<HostPart>,
    types: Vec<RowType>,
}

impl ReadRows for HostRows {
    fn rows(&self) -> usize {
        self.stored.rows()
    }

    fn inputs(&self) -> &[RowType] {
        &self.types
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        let mut block = self.stored.empty();
        self.stored.read(rows, &mut block)?;
        let block = block.into_iter().map(tensor).collect();
        let made = apply(&self.host, block, &[]).map_err(|faults| {
            let reason = faults.to_string();
            DataError::new(
                "data",
                Fault::Option {
                    option: "a row".to_string(),
                    reason,
                },
            )
        })?;
        for (out, mut made) in out.iter_mut().zip(made) {
            if let Some(made) = array(&mut made) {
                *out = made;
            }
        }
        Ok(())
    }
}
