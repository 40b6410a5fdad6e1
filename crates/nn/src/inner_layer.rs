//! A layer inside another one: how it is read, written, named, run, and tried out beforehand.
//!
//! Follows keras/src/layers/core/wrapper.py.

use std::sync::Arc;

use regimen_graph::{Builder, DType, Fault, InputKind, ModelFault, Type, Var};
use serde_json::{Map, Value as Json, json};

use crate::lora::Lora;
use crate::model::{LayerNode, read_layer, to_keras};
use crate::object::snake_case;
use crate::policy::{self, Policy};
use crate::{Call, Layer, Object, OptionError, OptionValue, Scope, Value, WeightInfo};

/// A layer with the name and trainability that it has inside another one.
///
/// ```
/// use regimen_nn::{InnerLayer, layers::Dense};
/// let inner = InnerLayer::from(Dense::new(3usize)).named("head");
/// assert_eq!(inner.name, "head");
/// ```
#[derive(Debug, Clone)]
pub struct InnerLayer {
    /// Its name in weight paths.
    pub name: String,
    /// Whether its weights are trained.
    pub trainable: bool,
    /// The layer.
    pub layer: Arc<dyn Layer>,
    /// Its precision; float32 stands for that of the layer around.
    pub policy: Policy,
    /// A low-rank term beside its kernel.
    pub lora: Option<Lora>,
}

impl<L: Layer + 'static> From<L> for InnerLayer {
    fn from(layer: L) -> InnerLayer {
        let name = match layer.model() {
            Some(model) => model.name.clone(),
            None => snake_case(layer.class_name()),
        };
        InnerLayer {
            name,
            trainable: true,
            layer: Arc::new(layer),
            policy: Policy::default(),
            lora: None,
        }
    }
}

impl PartialEq for InnerLayer {
    fn eq(&self, other: &InnerLayer) -> bool {
        self.write() == other.write()
    }
}

/// A layer made in Rust, as a config describes it.
pub(crate) fn described(layer: &dyn Layer) -> Json {
    json!({"class_name": layer.class_name(), "config": layer.config()})
}

impl InnerLayer {
    /// The same under another name.
    pub fn named(mut self, name: &str) -> InnerLayer {
        self.name = name.to_string();
        self
    }

    /// The same with its weights frozen or not.
    pub fn trainable(mut self, trainable: bool) -> InnerLayer {
        self.trainable = trainable;
        self
    }

    /// From a Keras object; faults have their paths below it.
    pub(crate) fn of(object: &Object) -> Result<InnerLayer, Vec<OptionError>> {
        let below = |faults: Vec<OptionError>| {
            let path = |fault: OptionError| OptionError {
                path: fault.path.trim_start_matches('.').to_string(),
                ..fault
            };
            faults.into_iter().map(path).collect::<Vec<_>>()
        };
        let read = read_layer(object, "").map_err(below)?;
        let name = read.name.unwrap_or_else(|| match read.layer.model() {
            Some(model) => model.name.clone(),
            None => snake_case(read.layer.class_name()),
        });
        Ok(InnerLayer {
            name,
            trainable: read.trainable,
            layer: Arc::from(read.layer),
            policy: read.policy,
            lora: read.lora,
        })
    }

    /// Runs it at its own path below the current one; float32 comes out, as the layer around works in it.
    pub(crate) fn run(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let policy = match self.policy {
            Policy::Float32 => s.policy(),
            own => own,
        };
        let placed = Placed {
            name: &self.name,
            trainable: self.trainable,
            layer: self.layer.as_ref(),
            policy,
            lora: &self.lora,
        };
        let outputs = placed.run(s, call.clone()).into_iter();
        outputs.map(policy::widened).collect()
    }

    /// Runs it in another graph, on inputs of these types, for what that tells.
    pub(crate) fn try_out(&self, s: &Scope, inputs: &[Type], fixed_batch: usize) -> Trial {
        let builder = Builder::new();
        let mut scope = s.aside(&builder);
        scope.fix_batch(fixed_batch);
        let place = |(i, ty): (usize, &Type)| {
            let x = builder.input(&format!("x{i}"), ty.clone(), InputKind::Feed);
            Value::from(x)
        };
        let call = Call {
            inputs: inputs.iter().enumerate().map(place).collect(),
            ..Call::default()
        };
        let outputs = self.run(&mut scope, &call);
        Trial {
            outputs: outputs.iter().map(|v| v.x.ty()).collect(),
            faults: builder.faults(),
            weights: scope.weights().to_vec(),
            drawn: scope.run.drawn.clone(),
            couples: !scope.updates().is_empty() || !scope.losses().is_empty(),
        }
    }

    /// Where its weights and states are.
    pub(crate) fn path(&self, s: &Scope) -> String {
        match s.path().as_str() {
            "" => self.name.clone(),
            path => format!("{path}/{}", self.name),
        }
    }
}

/// What a run in another graph told.
pub(crate) struct Trial {
    pub outputs: Vec<Type>,
    /// Faults, with paths below the scope's.
    pub faults: Vec<ModelFault>,
    pub weights: Vec<WeightInfo>,
    /// Shapes of random draws.
    pub drawn: Vec<Vec<usize>>,
    /// Whether it moves state or adds to the loss: then the rows of a batch are not alone.
    pub couples: bool,
}

impl Trial {
    /// Notes its faults in the graph of `s`; the values that were most likely meant, if there are any faults.
    pub fn refused(&self, s: &Scope) -> Option<Vec<Var>> {
        for ModelFault { path, op, fault } in &self.faults {
            s.builder()
                .within(path, || s.builder().fault(op, fault.clone()));
        }
        let meant = || {
            let outputs = self.outputs.iter().cloned();
            outputs.map(|ty| s.builder().placeholder(ty)).collect()
        };
        (!self.faults.is_empty()).then(meant)
    }
}

/// Most calls of layers that a model is written out to. The largest architectures have some hundred, a model of 1,000 layers in
/// both modes some thousand; a few lines of a file can ask for 2 to the power of their number.
const MOST_CALLS: usize = 50_000;

/// The `training` of a call in a model of Keras 1 or 2, which goes before the mode of the whole: `base(x, training=False)`. Keras 3
/// leaves `training` of such a call out of account in `fit` and `predict` (`operation_fn` of keras/src/models/functional.py).
pub(crate) const OWN_MODE: &str = "own_mode";

/// A layer at its place in another one or in a model.
pub(crate) struct Placed<'a> {
    name: &'a str,
    trainable: bool,
    layer: &'a dyn Layer,
    policy: Policy,
    lora: &'a Option<Lora>,
}

impl<'a> Placed<'a> {
    /// A layer of a model.
    pub fn of(node: &'a LayerNode) -> Placed<'a> {
        Placed {
            name: &node.name,
            trainable: node.trainable,
            layer: node.layer.as_ref(),
            policy: node.policy,
            lora: &node.lora,
        }
    }

    /// Runs it at its own path, or notes that it takes another number of inputs.
    pub fn run(&self, s: &mut Scope, mut call: Call) -> Vec<Value> {
        let calls = s.run.calls.get() + 1;
        s.run.calls.set(calls);
        if calls > MOST_CALLS {
            return self.too_many(s, call, calls == MOST_CALLS + 1);
        }
        let training = call.kwargs.remove(OWN_MODE);
        let training = training.and_then(|given| given.as_bool());
        s.in_mode(training, |s| self.run_as_it_is(s, call))
    }

    /// Hands an input on, so that a model whose calls double at each level comes to an end; says so at the first.
    fn too_many(&self, s: &mut Scope, call: Call, first: bool) -> Vec<Value> {
        let Some(value) = call.inputs.into_iter().next() else {
            return vec![
                s.builder()
                    .placeholder(Type::new(DType::F32, vec![1, 1]))
                    .into(),
            ];
        };
        if first {
            let fault = Fault::new(
                format!(
                    "more than {MOST_CALLS} calls of layers, those inside of others counted at each call"
                ),
                "a model that is written out to fewer",
                "Call models inside of models less often, or put fewer wrappers around each other.",
            );
            s.builder().fault(self.layer.class_name(), fault);
        }
        vec![value]
    }

    fn run_as_it_is(&self, s: &mut Scope, call: Call) -> Vec<Value> {
        let (class, (least, most)) = (self.layer.class_name(), self.layer.arity());
        let n = call.inputs.len();
        s.within(self.name, self.trainable, |s| {
            if n < least || n > most {
                let want = if least == most {
                    format!("{least}")
                } else {
                    format!("{least} to {most}")
                };
                let fault = Fault::new(
                    format!("{n} inputs"),
                    format!("{want} for {class}"),
                    "Check what feeds the layer.",
                );
                let meant = call
                    .inputs
                    .first()
                    .map_or(Type::new(DType::F32, vec![1, 1]), |v| v.x.ty());
                return vec![s.fault(class, fault, meant).into()];
            }
            let call = self.policy.admit(class, call);
            let laid_over = (self.policy, self.lora);
            let outputs = s.adapted(class, laid_over, |s| self.layer.forward(s, &call));
            s.note_shapes(&outputs);
            self.policy.emit(outputs)
        })
    }
}

impl OptionValue for InnerLayer {
    const KIND: &'static str = "layer";

    fn read(value: &Json) -> Result<InnerLayer, String> {
        let object = Object::read(value)?;
        InnerLayer::of(&object).map_err(|faults| match faults.into_iter().next() {
            Some(fault) => fault.message,
            None => "expected a layer".to_string(),
        })
    }

    /// A value that is no object at all is left to `read`, which says what was found.
    fn read_nested(value: &Json) -> Option<Result<InnerLayer, Vec<OptionError>>> {
        let object = Object::read(value).ok()?;
        Some(InnerLayer::of(&object))
    }

    fn write(&self) -> Json {
        let mut written = match self.layer.model() {
            Some(model) => to_keras(model),
            None => json!({"module": "keras.layers", "class_name": self.layer.class_name(),
                           "config": self.layer.config(), "registered_name": null}),
        };
        let mut config = Map::new();
        config.insert("name".to_string(), self.name.as_str().into());
        if crate::model::says_trainable(self.layer.class_name()) {
            config.insert("trainable".to_string(), self.trainable.into());
        }
        let own = written.get("config").and_then(Json::as_object);
        for (key, value) in own.into_iter().flatten() {
            config.entry(key).or_insert(value.clone());
        }
        if self.policy != Policy::default() {
            config.insert("dtype".to_string(), self.policy.write());
        }
        if let Some(lora) = &self.lora {
            lora.write(&mut config);
        }
        written["config"] = Json::Object(config);
        written
    }
}
