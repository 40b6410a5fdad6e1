//! Bidirectional: a recurrent layer over a sequence from both ends.
//!
//!   x (B, T, D) -> y (B, 2U) or (B, T, 2U) for concat; (B, U) or (B, T, U) for sum, mul and ave
//!
//! The backward layer's outputs are turned back before they are merged step by step.
//! Schuster and Paliwal 1997. Follows keras/src/layers/rnn/bidirectional.py.

use regimen_graph::{Fault, Var};
use serde_json::{Map, Value as Json, json};

use crate::{
    Call, InnerLayer, Layer, LayerDef, OptionInfo, OptionValue, Options, Scope, Value,
    cell::given_states,
    directions::{check_pair, direction},
    inner_layer::described,
    limits,
    option_kinds::choice,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Bidirectional",
    aliases: &[],
    about: "a recurrent layer over a sequence from both ends",
    options: Bidirectional::options,
    read: |o| Bidirectional::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

/// How the outputs of both directions become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeMode {
    /// Side by side along the last axis.
    Concat,
    /// Their sum.
    Sum,
    /// Their product.
    Mul,
    /// Their mean.
    Ave,
}

const MODES: [(&str, MergeMode); 4] = [
    ("concat", MergeMode::Concat),
    ("sum", MergeMode::Sum),
    ("mul", MergeMode::Mul),
    ("ave", MergeMode::Ave),
];

impl OptionValue for MergeMode {
    const KIND: &'static str = "`concat`, `sum`, `mul`, `ave` or null";

    fn read(value: &Json) -> Result<MergeMode, String> {
        let find = |name: &str| MODES.iter().find(|(n, _)| *n == name).map(|(_, m)| *m);
        choice(value, &MODES.map(|(n, _)| n), find)
    }

    fn write(&self) -> Json {
        MODES
            .iter()
            .find(|(_, m)| m == self)
            .map_or(Json::Null, |(n, _)| (*n).into())
    }
}

/// Runs a recurrent layer forwards and a copy of it, or another one, backwards.
///
/// ```
/// use regimen_nn::layers::{Bidirectional, LSTM, MergeMode};
/// let layer = Bidirectional::new(&LSTM::new(32usize)).unwrap().merge_mode(MergeMode::Sum);
/// assert_eq!(layer.merge_mode, Some(MergeMode::Sum));
/// ```
#[derive(Debug, Clone)]
pub struct Bidirectional {
    forward: InnerLayer,
    backward: InnerLayer,
    /// How both outputs become one; `None` returns both. Default concat.
    pub merge_mode: Option<MergeMode>,
}

impl Bidirectional {
    /// Both directions from one recurrent layer; the errors when it is not recurrent.
    pub fn new(layer: &dyn Layer) -> Result<Bidirectional, Vec<crate::OptionError>> {
        Bidirectional::read_map(&json!({"layer": described(layer)}))
    }

    /// Another layer for the way back; it has to run backwards.
    pub fn backward_layer(
        self,
        layer: &dyn Layer,
    ) -> Result<Bidirectional, Vec<crate::OptionError>> {
        let mut map = self.config();
        map.insert("backward_layer".to_string(), described(layer));
        Bidirectional::read_map(&Json::Object(map))
    }

    /// Sets how both outputs become one.
    pub fn merge_mode(mut self, mode: impl Into<Option<MergeMode>>) -> Bidirectional {
        self.merge_mode = mode.into();
        self
    }

    fn read_map(config: &Json) -> Result<Bidirectional, Vec<crate::OptionError>> {
        let empty = Map::new();
        let mut options = Options::new("Bidirectional", config.as_object().unwrap_or(&empty), "");
        let made = Bidirectional::read(&mut options);
        made.ok_or(options.finish())
    }

    fn options() -> Vec<OptionInfo> {
        let option = |name, kind, default| OptionInfo {
            name,
            kind,
            default,
        };
        vec![
            option("layer", "recurrent layer", None),
            option("merge_mode", MergeMode::KIND, Some("concat".into())),
            option(
                "backward_layer",
                "recurrent layer that runs backwards",
                Some(Json::Null),
            ),
        ]
    }

    fn read(o: &mut Options<'_>) -> Option<Bidirectional> {
        limits::absent(o, "weights", "set the weights after the model is built");
        let merge_mode = o.get("merge_mode", Some(Some(MergeMode::Concat)));
        let back = o.raw("backward_layer").filter(|v| !v.is_null()).cloned();
        let Some(layer) = o.raw("layer").cloned() else {
            o.error(
                "",
                "Bidirectional needs `layer`, a recurrent layer such as LSTM",
            );
            return None;
        };
        let own_backward = back.is_some();
        let forward = direction(o, "layer", layer.clone(), |config, name| {
            let plain = name.strip_prefix("forward_").unwrap_or(name);
            config.insert("name".to_string(), format!("forward_{plain}").into());
        });
        if forward.is_none() && !own_backward {
            return None;
        }
        let option = if own_backward {
            "backward_layer"
        } else {
            "layer"
        };
        let backward = direction(o, option, back.unwrap_or(layer), |config, name| {
            if !own_backward {
                let plain = name.strip_prefix("backward_").unwrap_or(name);
                config.insert("name".to_string(), format!("backward_{plain}").into());
                config.insert("go_backwards".to_string(), true.into());
            }
        });
        let (forward, backward) = (forward?, backward?);
        check_pair(o, option, &forward.layer.config(), &backward.layer.config()).then_some(
            Bidirectional {
                forward,
                backward,
                merge_mode: merge_mode?,
            },
        )
    }

    /// The call of one direction: its half of the initial states.
    fn half(call: &Call, second: bool) -> Call {
        let mut states = given_states(call, "initial_state");
        let middle = states.len() / 2;
        let own = if second {
            states.split_off(middle)
        } else {
            states[..middle].to_vec()
        };
        let named = |(i, v)| (format!("initial_state.{i}"), Value::from(v));
        Call {
            inputs: call.inputs[..1].to_vec(),
            tensors: own.into_iter().enumerate().map(named).collect(),
            ..Call::default()
        }
    }

    fn merged(&self, s: &mut Scope, ahead: &Value, back: &Var) -> Vec<Value> {
        let (x, mask) = (&ahead.x, ahead.mask.clone());
        let Some(mode) = self.merge_mode else {
            return vec![
                ahead.clone(),
                Value {
                    x: back.clone(),
                    mask,
                },
            ];
        };
        if mode != MergeMode::Concat
            && x.shape() != back.shape()
            && !x.is_broken()
            && !back.is_broken()
        {
            let found = format!("outputs {} ahead and {} back", x.ty(), back.ty());
            let mend = "Give both layers the same units, or use merge_mode=\"concat\".";
            s.builder().fault(
                "Bidirectional",
                Fault::new(found, "outputs of one shape", mend),
            );
            return vec![ahead.clone()];
        }
        let y = match mode {
            MergeMode::Concat => Var::concat(&[x, back], -1),
            MergeMode::Sum => x + back,
            MergeMode::Mul => x * back,
            MergeMode::Ave => (x + back) * 0.5,
        };
        vec![Value { x: y, mask }]
    }
}

impl Layer for Bidirectional {
    fn class_name(&self) -> &'static str {
        "Bidirectional"
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = Map::new();
        map.insert("merge_mode".to_string(), self.merge_mode.write());
        map.insert("layer".to_string(), self.forward.write());
        map.insert("backward_layer".to_string(), self.backward.write());
        map
    }

    fn arity(&self) -> (usize, usize) {
        let (_, most) = self.forward.layer.arity();
        (1, 2 * most.max(1) - 1)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let ahead = self.forward.run(s, &Bidirectional::half(call, false));
        let back = self.backward.run(s, &Bidirectional::half(call, true));
        let sequences = self.forward.layer.config().get("return_sequences") == Some(&true.into());
        let turned = if sequences {
            back[0].x.reverse(&[1])
        } else {
            back[0].x.clone()
        };
        let mut values = self.merged(s, &ahead[0], &turned);
        values.extend(ahead.into_iter().skip(1).chain(back.into_iter().skip(1)));
        values
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        [&self.forward, &self.backward]
            .map(|d| (d.name.clone(), d.layer.as_ref()))
            .to_vec()
    }
}

#[cfg(test)]
#[path = "bidirectional_tests.rs"]
mod tests;
