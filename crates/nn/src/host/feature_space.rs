//! FeatureSpace: the columns of a table, each preprocessed by its kind, as one row of numbers or one value per column.
//!
//!   columns (B) or (B, 1) -> (B, N): encoded features in order of their names, then crossed ones in order of theirs
//!
//! Follows keras/src/layers/preprocessing/feature_space.py. It works on the host; what it gives feeds a model.
//!
//! ```
//! use regimen_graph::Tensor;
//! use regimen_nn::host::{FeatureSpace, HostValue, Texts};
//! use serde_json::json;
//! let space = FeatureSpace::read(&json!({
//!     "features": {"age": "float_normalized", "city": "string_categorical"},
//! }), "")?;
//! let data = [
//!     ("age".to_string(), HostValue::from(Tensor::f32([2, 1], vec![20.0, 40.0]).unwrap())),
//!     ("city".to_string(), Texts::column(["Bonn", "Ulm"]).into()),
//! ].into();
//! let row = space.adapt(&data).unwrap().encode(&data).unwrap();
//! assert_eq!(row.to_f64(), [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
//! # Ok::<(), Vec<regimen_nn::OptionError>>(())
//! ```

use std::collections::BTreeMap;

use regimen_graph::{DType, Data, Tensor};
use serde_json::{Map, Value as Json, json};

use crate::Layer;
use crate::config::nearest;
use crate::host::{HostFault, HostLayer, HostValue, OutputMode, Texts, on_reference};
use crate::layers::HashedCrossing;

const NAME: &str = "FeatureSpace";
/// Rows that a feature learns from at a time, as in Keras: boundaries of bins depend on it, slightly.
const BATCH: usize = 32;

/// What becomes of a feature's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureMode {
    /// It stays an index.
    Int,
    /// One place per index.
    OneHot,
    /// It stays a number.
    Float,
}

pub(super) const MODES: [(&str, FeatureMode); 3] = [
    ("int", FeatureMode::Int),
    ("one_hot", FeatureMode::OneHot),
    ("float", FeatureMode::Float),
];

/// One column.
#[derive(Debug)]
pub struct Feature {
    /// `float32`, `int32` or `string`.
    pub dtype: String,
    /// What preprocesses it; `None` for a number that stays as it is.
    pub preprocessor: Option<Box<dyn Layer>>,
    /// What becomes of the result.
    pub mode: FeatureMode,
}

/// Features whose combinations are hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cross {
    /// The features.
    pub feature_names: Vec<String>,
    /// Number of bins.
    pub crossing_dim: usize,
    /// int or one_hot.
    pub mode: FeatureMode,
}

impl Cross {
    /// Keras's name: the features' with `_X_` between.
    pub fn name(&self) -> String {
        self.feature_names.join("_X_")
    }
}

/// The columns of a table and how each is encoded.
#[derive(Debug)]
pub struct FeatureSpace {
    /// Features by name.
    pub features: BTreeMap<String, Feature>,
    /// Crossed features.
    pub crosses: Vec<Cross>,
    /// Whether all features stand side by side in one row; else each has a value of its own.
    pub concat: bool,
    pub(super) config: Map<String, Json>,
}

impl FeatureSpace {
    /// Keras's `get_config`, with what was learnt.
    pub fn config(&self) -> Map<String, Json> {
        let mode = |mode: FeatureMode| {
            MODES
                .iter()
                .find(|(_, m)| *m == mode)
                .map_or("int", |(n, _)| n)
        };
        let feature = |(name, f): (&String, &Feature)| {
            let layer = f
                .preprocessor
                .as_ref()
                .map(|l| json!({"class_name": l.class_name(), "config": l.config()}));
            let config =
                json!({"dtype": f.dtype, "preprocessor": layer, "output_mode": mode(f.mode)});
            (
                name.clone(),
                json!({"class_name": "Feature", "config": config}),
            )
        };
        let cross = |c: &Cross| {
            let config = json!({"feature_names": c.feature_names, "crossing_dim": c.crossing_dim, "output_mode": mode(c.mode)});
            json!({"class_name": "Cross", "config": config})
        };
        let mut map = self.config.clone();
        map.insert(
            "features".to_string(),
            Json::Object(self.features.iter().map(feature).collect()),
        );
        map.insert(
            "crosses".to_string(),
            self.crosses.iter().map(cross).collect(),
        );
        map.insert(
            "output_mode".to_string(),
            if self.concat { "concat" } else { "dict" }.into(),
        );
        map
    }

    /// Names of the features that have still to learn from data.
    pub fn unadapted(&self) -> Vec<&str> {
        let lacks = |f: &Feature| {
            f.preprocessor
                .as_ref()
                .and_then(|l| l.host()?.adapter())
                .is_some()
        };
        self.features
            .iter()
            .filter(|(_, f)| lacks(f))
            .map(|(n, _)| n.as_str())
            .collect()
    }

    /// The space whose features have learnt from columns by name.
    pub fn adapt(mut self, data: &BTreeMap<String, HostValue>) -> Result<FeatureSpace, HostFault> {
        for (name, feature) in &mut self.features {
            let adapter = feature
                .preprocessor
                .as_ref()
                .and_then(|l| l.host()?.adapter());
            let Some(mut adapter) = adapter else { continue };
            let column = column(data, name)?;
            let rows = column.shape()[0];
            for from in (0..rows).step_by(BATCH) {
                adapter.see(&rows_of(&column, from, rows.min(from + BATCH)))?;
            }
            feature.preprocessor = Some(adapter.finish()?);
        }
        Ok(self)
    }

    /// Every feature and cross by name, encoded.
    pub fn encode_each(
        &self,
        data: &BTreeMap<String, HostValue>,
    ) -> Result<Vec<(String, HostValue)>, HostFault> {
        let mut ready: BTreeMap<&String, HostValue> = BTreeMap::new();
        for (name, feature) in &self.features {
            let value = typed(column(data, name)?, &feature.dtype);
            let value = match &feature.preprocessor {
                None => value,
                Some(layer) => match layer.host() {
                    Some(host) => host.apply(&[value])?,
                    None => on_reference(layer.as_ref(), &[value])?,
                },
            };
            ready.insert(name, value);
        }
        let mut all = vec![];
        let mut crossed = BTreeMap::new();
        for cross in &self.crosses {
            let inputs: Vec<HostValue> = cross
                .feature_names
                .iter()
                .filter_map(|n| ready.get(n).cloned())
                .collect();
            let bins = HashedCrossing::new(cross.crossing_dim).apply(&inputs)?;
            crossed.insert(
                cross.name(),
                hot(&cross.name(), bins, cross.mode, Some(cross.crossing_dim))?,
            );
        }
        for (name, value) in ready {
            let feature = &self.features[name];
            let places = feature
                .preprocessor
                .as_ref()
                .and_then(|l| cardinality(l.as_ref()));
            all.push((name.clone(), hot(name, value, feature.mode, places)?));
        }
        all.extend(crossed);
        Ok(all)
    }

    /// All features side by side, float32 (B, N).
    pub fn encode(&self, data: &BTreeMap<String, HostValue>) -> Result<Tensor, HostFault> {
        let each = self.encode_each(data)?;
        let rows = each.first().map_or(0, |(_, v)| v.shape()[0]);
        let mut parts = vec![];
        for (name, value) in &each {
            let refused = |found: String| {
                HostFault::new(
                    NAME,
                    format!("`{name}`, which is {found}"),
                    "encoded features of one number of rows",
                    "Set its output_mode to one_hot, or that of the space to dict.",
                )
            };
            let numbers = value
                .numbers()
                .ok_or_else(|| refused("texts".to_string()))?;
            if numbers.dtype() != DType::F32 || numbers.shape.first() != Some(&rows) {
                return Err(refused(format!(
                    "{} of shape {:?}",
                    numbers.dtype(),
                    numbers.shape
                )));
            }
            parts.push((
                numbers.to_f64(),
                numbers.shape.iter().skip(1).product::<usize>(),
            ));
        }
        let width: usize = parts.iter().map(|(_, w)| w).sum();
        let row = |r: usize| {
            parts
                .iter()
                .flat_map(move |(data, w)| data[r * w..(r + 1) * w].iter().map(|&x| x as f32))
        };
        let data: Vec<f32> = (0..rows).flat_map(row).collect();
        Ok(Tensor {
            shape: vec![rows, width],
            data: Data::F32(data),
        })
    }
}

/// A column as (B, 1).
fn column(data: &BTreeMap<String, HostValue>, name: &str) -> Result<HostValue, HostFault> {
    let Some(value) = data.get(name) else {
        let near = nearest(name, data.keys().map(String::as_str))
            .map_or(String::new(), |n| format!(", but `{n}`"));
        return Err(HostFault::new(
            NAME,
            format!("no column `{name}`{near}"),
            "a column for each feature",
            "Give it, or rename it.",
        ));
    };
    let mut value = value.clone();
    let shape = match &mut value {
        HostValue::Texts(t) => &mut t.shape,
        HostValue::Numbers(t) => &mut t.shape,
    };
    match shape.len() {
        0 => Err(HostFault::new(
            NAME,
            format!("a single value for `{name}`"),
            "a column of rows",
            "Give a list.",
        )),
        1 => {
            shape.push(1);
            Ok(value)
        }
        _ => Ok(value),
    }
}

/// Numbers in the type of their feature.
fn typed(value: HostValue, dtype: &str) -> HostValue {
    match (value, DType::from_name(dtype)) {
        (HostValue::Numbers(t), Some(dtype)) if t.dtype() != dtype => {
            Tensor::from_f64(dtype, t.shape.clone(), &t.to_f64()).into()
        }
        (value, _) => value,
    }
}

fn rows_of(value: &HostValue, from: usize, to: usize) -> HostValue {
    let length = crate::host::row_length(value.shape());
    let shape: Vec<usize> = [to - from]
        .into_iter()
        .chain(value.shape().iter().skip(1).copied())
        .collect();
    let (from, to) = (from * length, to * length);
    match value {
        HostValue::Texts(t) => Texts {
            shape,
            data: t.data[from..to].to_vec(),
        }
        .into(),
        HostValue::Numbers(t) => {
            let data = t.to_f64();
            Tensor::from_f64(t.dtype(), shape, &data[from..to]).into()
        }
    }
}

/// How many indices a standard layer gives.
fn cardinality(layer: &dyn Layer) -> Option<usize> {
    let config = layer.config();
    let number = |key: &str| config.get(key).and_then(Json::as_u64).map(|n| n as usize);
    match layer.class_name() {
        "Hashing" | "HashedCrossing" => number("num_bins"),
        "CategoryEncoding" => number("num_tokens"),
        "Discretization" => {
            number("num_bins").or_else(|| Some(config.get("bin_boundaries")?.as_array()?.len() + 1))
        }
        "StringLookup" | "IntegerLookup" => {
            let tokens = config.get("vocabulary")?.as_array()?.len();
            let mask = usize::from(config.get("mask_token").is_some_and(|m| !m.is_null()));
            Some(tokens + number("num_oov_indices")? + mask)
        }
        _ => None,
    }
}

fn hot(
    name: &str,
    value: HostValue,
    mode: FeatureMode,
    places: Option<usize>,
) -> Result<HostValue, HostFault> {
    if mode != FeatureMode::OneHot {
        return Ok(value);
    }
    let indices = value.need_numbers(NAME)?;
    match places.filter(|_| !indices.dtype().is_float()) {
        Some(places) => {
            let found = crate::host::integers(indices);
            Ok(OutputMode::MultiHot
                .encode(&indices.shape, &found, places, &[])
                .into())
        }
        None => Err(HostFault::new(
            NAME,
            format!(
                "`{name}`, {} whose number of places is not known, with output_mode one_hot",
                indices.dtype()
            ),
            "indices of a standard layer",
            "Set its output_mode to int or float.",
        )),
    }
}
