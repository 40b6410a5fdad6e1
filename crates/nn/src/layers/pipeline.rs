//! Pipeline: layers one after the other as one layer.
//!
//!   x -> layer_n(... layer_1(x))
//!
//! Follows keras/src/layers/preprocessing/pipeline.py.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::host::{HostFault, HostInfo, HostLayer, HostValue, on_reference};
use crate::inner_layer::described;
use crate::model::free_name;
use crate::{Call, Layer, LayerDef, Object, OptionInfo, Options, Scope, Value, layers};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Pipeline",
    aliases: &[],
    about: "layers one after the other as one layer",
    options,
    read: |o| Pipeline::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

/// A layer of a pipeline.
#[derive(Debug, Clone)]
struct Stage {
    name: String,
    trainable: bool,
    layer: Arc<dyn Layer>,
}

/// Runs layers one after the other, such as steps of preprocessing. Layers that learn from data come with what they learnt.
///
/// ```
/// use regimen_nn::{Layer, layers::{Normalization, Numbers, Pipeline, Rescaling}};
/// let known = Normalization::new().mean(Numbers::from(1.0)).variance(Numbers::from(4.0));
/// let steps = Pipeline::new().add(Rescaling::new(0.5)).add(known);
/// assert_eq!(steps.children().len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Pipeline {
    stages: Vec<Stage>,
}

fn options() -> Vec<OptionInfo> {
    vec![OptionInfo {
        name: "layers",
        kind: "list of layers",
        default: None,
    }]
}

impl Pipeline {
    /// Without layers yet.
    pub fn new() -> Pipeline {
        Pipeline::default()
    }

    /// Appends a layer.
    #[allow(clippy::should_implement_trait)] // as Sequential's
    pub fn add(mut self, layer: impl Layer + 'static) -> Pipeline {
        self.push(None, true, Arc::new(layer));
        self
    }

    fn push(&mut self, name: Option<&str>, trainable: bool, layer: Arc<dyn Layer>) {
        let taken = |n: &str| self.stages.iter().any(|s| s.name == n);
        let name = name.map_or_else(|| free_name(layer.class_name(), &taken), str::to_string);
        self.stages.push(Stage {
            name,
            trainable,
            layer,
        });
    }

    fn read(o: &mut Options<'_>) -> Option<Pipeline> {
        let Some(Json::Array(list)) = o.raw("layers") else {
            o.error("", "Pipeline needs `layers`, a list of layers");
            return None;
        };
        let (mut made, mut whole) = (Pipeline::new(), true);
        for (i, value) in list.iter().enumerate() {
            let at = format!("layers[{i}]");
            let object = match Object::read(value) {
                Ok(object) => object,
                Err(expected) => {
                    o.error(&at, format!("`{at}` of Pipeline: {expected}"));
                    whole = false;
                    continue;
                }
            };
            match layers::read(&object, &at) {
                Ok(layer) => {
                    let name = object.config.get("name").and_then(Json::as_str);
                    let trainable = object.config.get("trainable").and_then(Json::as_bool);
                    made.push(name, trainable.unwrap_or(true), Arc::from(layer));
                }
                Err(errors) => {
                    whole = false;
                    errors.into_iter().for_each(|e| o.error(&e.path, e.message));
                }
            }
        }
        whole.then_some(made)
    }

    fn host_form<'a>(stage: &'a Stage, value: &HostValue) -> Option<&'a dyn HostLayer> {
        let host = stage.layer.host()?;
        (host.host_only() || value.texts().is_some()).then_some(host)
    }
}

impl Layer for Pipeline {
    fn class_name(&self) -> &'static str {
        "Pipeline"
    }

    fn config(&self) -> Map<String, Json> {
        let stage = |s: &Stage| {
            let mut value = described(s.layer.as_ref());
            value["config"]["name"] = s.name.as_str().into();
            if crate::model::says_trainable(s.layer.class_name()) {
                value["config"]["trainable"] = s.trainable.into();
            }
            value
        };
        let list: Vec<Json> = self.stages.iter().map(stage).collect();
        Map::from_iter([("layers".to_string(), json!(list))])
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let mut values = call.inputs.clone();
        for stage in &self.stages {
            let call = Call {
                inputs: values,
                ..Call::default()
            };
            values = s.within(&stage.name, stage.trainable, |s| {
                let outputs = stage.layer.forward(s, &call);
                s.note_shapes(&outputs);
                outputs
            });
        }
        values
    }

    fn arity(&self) -> (usize, usize) {
        self.stages.first().map_or((1, 1), |s| s.layer.arity())
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        let any = self
            .stages
            .iter()
            .any(|s| s.layer.host().is_some_and(HostLayer::host_only));
        any.then_some(self)
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        self.stages
            .iter()
            .map(|s| (s.name.clone(), s.layer.as_ref()))
            .collect()
    }
}

/// Where a layer has no form but that on the host, all of the pipeline is before the graph.
impl HostLayer for Pipeline {
    fn host_only(&self) -> bool {
        true
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let mut values = inputs.to_vec();
        for stage in &self.stages {
            let value = match values.first().and_then(|v| Pipeline::host_form(stage, v)) {
                Some(host) => host.apply(&values)?,
                None => on_reference(stage.layer.as_ref(), &values)?,
            };
            values = vec![value];
        }
        values.pop().ok_or_else(empty)
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let mut infos = inputs.to_vec();
        for stage in &self.stages {
            infos = vec![crate::host::info_of(stage.layer.as_ref(), &infos)?];
        }
        infos.pop().ok_or_else(empty)
    }
}

fn empty() -> HostFault {
    HostFault::new("Pipeline", "no input", "one", "Feed the layer.")
}
