//! Any layer with a penalty of its outputs: the option `activity_regularizer`, which in Keras every layer takes.
//!
//!   loss + Σ over outputs of penalty(y) / B
//!
//! Layers that name the option among their own see to it themselves. Follows keras/src/layers/layer.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Layer, LayerDef, Model, Object, OptionError, OptionValue, Scope, Value,
    regularizers::Regularizer,
};

const KEY: &str = "activity_regularizer";

/// A layer and the penalty of its outputs.
#[derive(Debug)]
struct Regularized {
    layer: Box<dyn Layer>,
    regularizer: Regularizer,
}

/// Whether the option is not one of the class's own, and can be laid around it.
fn wraps(def: &LayerDef) -> bool {
    let own = (def.options)().iter().any(|o| o.name == KEY);
    !own && !["InputLayer", "ActivityRegularization"].contains(&def.class_name)
}

/// Takes the option out of a layer's arguments where the class has none of that name: the arguments that are left, and
/// the penalty.
pub(crate) fn take(
    def: &LayerDef,
    object: &Object,
    path: &str,
) -> Result<Option<(Object, Option<Regularizer>)>, Vec<OptionError>> {
    if !object.config.contains_key(KEY) || !wraps(def) {
        return Ok(None);
    }
    let mut object = object.clone();
    let value = object.config.shift_remove(KEY).unwrap_or_default();
    match Option::<Regularizer>::read(&value) {
        Ok(regularizer) => Ok(Some((object, regularizer))),
        Err(expected) => {
            let class_name = def.class_name;
            Err(vec![OptionError {
                path: format!("{path}.{KEY}"),
                message: format!("`{KEY}` of {class_name}: found {value}, {expected}"),
            }])
        }
    }
}

/// The layer with the penalty, if there is one.
pub(crate) fn laid_around(
    layer: Box<dyn Layer>,
    regularizer: Option<Regularizer>,
) -> Box<dyn Layer> {
    match regularizer {
        Some(regularizer) => Box::new(Regularized { layer, regularizer }),
        None => layer,
    }
}

impl Layer for Regularized {
    fn class_name(&self) -> &'static str {
        self.layer.class_name()
    }

    fn config(&self) -> Map<String, Json> {
        let mut config = self.layer.config();
        config.insert(KEY.to_string(), self.regularizer.write());
        config
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let outputs = self.layer.forward(s, call);
        let regularizer = Some(self.regularizer.clone());
        for output in outputs.iter().filter(|v| v.x.dtype().is_float()) {
            s.add_activity_loss(&regularizer, &output.x);
        }
        outputs
    }

    fn arity(&self) -> (usize, usize) {
        self.layer.arity()
    }

    fn activation(&self) -> Option<String> {
        self.layer.activation()
    }

    // A function has no penalty: with one, the layer is none.
    fn function(&self, _: &Var) -> Option<Var> {
        None
    }

    fn model(&self) -> Option<&Model> {
        self.layer.model()
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        self.layer.children()
    }
}
