//! Shapes and weights of a model, with unknown sizes shown as unknown.
//!
//! The model is written twice with different stand-ins for the unknown sizes (batch, variable lengths);
//! a size that differs between the two depends on them and is shown as `None`, as Keras shows it.

use regimen_graph::{Builder, DType, InputKind, ModelFaults, Type, elements};

use crate::model::{InputInfo, Model};
use crate::{Mode, Scope, Value, WeightInfo};

/// A layer's row in a summary.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerShape {
    /// Index into the model's layers.
    pub layer: usize,
    /// Output shapes of its last call; `None` where a size is unknown.
    pub outputs: Vec<Vec<Option<usize>>>,
}

/// Shapes and weights of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Layers in order of the model.
    pub layers: Vec<LayerShape>,
    /// Weights in order of creation.
    pub weights: Vec<WeightInfo>,
    /// Output shapes.
    pub outputs: Vec<Vec<Option<usize>>>,
}

impl Description {
    /// (all, trainable) parameters of a layer, those inside it included.
    pub fn params(&self, layer: &str) -> (u64, u64) {
        let inside = |w: &&WeightInfo| w.layer == layer || w.layer.starts_with(&format!("{layer}/"));
        let add = |sum: u64, w: &WeightInfo| sum.saturating_add(elements(&w.shape) as u64);
        let all = self.weights.iter().filter(inside).fold(0, add);
        let trainable = self.weights.iter().filter(inside).filter(|w| w.trainable).fold(0, add);
        (all, trainable)
    }
}

/// Stand-ins for unknown sizes: large enough for usual windows, and unlikely to appear by themselves.
const STAND_INS: [(usize, usize); 2] = [(2, 1009), (3, 1013)];

impl Model {
    /// Shapes and weights. `inputs` say what data will come, where the model itself does not declare it.
    pub fn describe(&self, inputs: &[InputInfo]) -> Result<Description, ModelFaults> {
        let mut first: Option<Description> = None;
        for (batch, unknown) in STAND_INS {
            let next = self.describe_with(inputs, batch, unknown)?;
            match &mut first {
                None => first = Some(next),
                Some(known) => forget_differences(known, &next),
            }
        }
        Ok(first.unwrap_or(Description { layers: vec![], weights: vec![], outputs: vec![] }))
    }

    fn describe_with(&self, inputs: &[InputInfo], batch: usize, unknown: usize) -> Result<Description, ModelFaults> {
        let builder = Builder::new();
        let mut scope = Scope::new(&builder, Mode::Inference);
        let feeds: Vec<Value> = self
            .input_infos()
            .iter()
            .enumerate()
            .filter_map(|(i, declared)| inputs.get(i).or(*declared).map(|info| (i, info)))
            .map(|(i, info)| {
                let sizes = info.shape.iter().map(|d| d.unwrap_or(unknown));
                let shape: Vec<usize> = [batch].into_iter().chain(sizes).collect();
                builder.input(&format!("feed/{i}"), Type::new(info.dtype, shape), InputKind::Feed).into()
            })
            .collect();
        let mut shapes: Vec<Vec<Vec<Option<usize>>>> = vec![vec![]; self.layers.len()];
        let outputs = self.apply_watching(&mut scope, &feeds, &mut |layer, _, values| {
            shapes[layer] = values.iter().map(|v| known(&v.x.shape())).collect();
        });
        let faults = builder.faults();
        if !faults.is_empty() {
            return Err(ModelFaults(faults));
        }
        Ok(Description {
            layers: shapes.into_iter().enumerate().map(|(layer, outputs)| LayerShape { layer, outputs }).collect(),
            weights: scope.weights().to_vec(),
            outputs: outputs.iter().map(|v| known(&v.x.shape())).collect(),
        })
    }

    /// What data the model declares; float32 of unknown shape is not assumed for inputs without one.
    pub fn declared_inputs(&self) -> Option<Vec<InputInfo>> {
        self.input_infos().into_iter().map(|i| i.cloned()).collect()
    }
}

impl InputInfo {
    /// A declaration with every size known.
    pub fn of(dtype: DType, shape: &[usize]) -> InputInfo {
        InputInfo { shape: shape.iter().map(|&d| Some(d)).collect(), dtype }
    }
}

fn known(shape: &[usize]) -> Vec<Option<usize>> {
    shape.iter().map(|&d| Some(d)).collect()
}

fn forget_differences(known: &mut Description, other: &Description) {
    let merge = |a: &mut Vec<Option<usize>>, b: &Vec<Option<usize>>| {
        for (x, y) in a.iter_mut().zip(b) {
            if x != y {
                *x = None;
            }
        }
    };
    for (a, b) in known.layers.iter_mut().zip(&other.layers) {
        a.outputs.iter_mut().zip(&b.outputs).for_each(|(a, b)| merge(a, b));
    }
    known.outputs.iter_mut().zip(&other.outputs).for_each(|(a, b)| merge(a, b));
}
