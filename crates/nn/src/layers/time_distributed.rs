//! TimeDistributed: a layer on every step of a sequence, with the same weights.
//!
//!   x (B, T, ...) -> y (B, T, ...);  y_t = layer(x_t)
//!
//! Steps become rows of one large batch where the layer treats its rows alone. Where it does not (batch statistics,
//! carried states, penalties of its output, choices of dropout that rows share), it runs step by step, as in Keras.
//! Follows keras/src/layers/rnn/time_distributed.py.

use regimen_graph::{Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, InnerLayer, Layer, LayerDef, Scope, Value, inner_layer::Trial, keras_config,
    model::stand_in,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "TimeDistributed",
    aliases: &[],
    about: "a layer on every step of a sequence",
    options: TimeDistributed::options,
    read: |o| TimeDistributed::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Runs a layer on every step of a sequence.
    ///
    /// ```
    /// use regimen_nn::layers::{Dense, TimeDistributed};
    /// let layer = TimeDistributed::new(Dense::new(8usize).activation("relu"));
    /// assert_eq!(layer.layer.name, "dense");
    /// ```
    pub struct TimeDistributed(
        /// What runs on a step.
        layer: InnerLayer,
    ) {}
}

impl TimeDistributed {
    fn check(x: &Var, mask: Option<&Var>) -> Result<(), Fault> {
        if x.rank() < 3 || x.dim(1) == 0 {
            let mend =
                "The axis after the batch is time; the layer inside sees what comes after it.";
            let found = format!("input {}", x.ty());
            return Err(Fault::new(found, "an input (B, T, ...), T above 0", mend));
        }
        match mask {
            Some(mask) if mask.shape().get(..2) != Some(&x.shape()[..2]) => Err(Fault::new(
                format!("a mask {} for an input {}", mask.ty(), x.ty()),
                format!("a mask that begins with (B, T) = {:?}", &x.shape()[..2]),
                "Mask whole steps: the mask of (B, T, ...) is (B, T).",
            )),
            _ => Ok(()),
        }
    }

    /// Whether each row's output depends on this row alone: seen from a batch of another size.
    fn rows_are_alone(&self, s: &mut Scope, step: &Type) -> bool {
        let shape = [&[stand_in::BATCH], &step.shape[1..]].concat();
        let large = Type::new(step.dtype, shape);
        let trial = self.try_out(s, &large, stand_in::BATCH);
        !trial.couples && trial.drawn.iter().all(|d| d.contains(&stand_in::BATCH))
    }

    fn try_out(&self, s: &mut Scope, step: &Type, fixed_batch: usize) -> Trial {
        s.without_activity_loss(&self.layer.name, |s| {
            self.layer
                .try_out(s, std::slice::from_ref(step), fixed_batch)
        })
    }

    /// All steps as rows of one batch.
    fn at_once(&self, s: &mut Scope, x: &Var, mask: Option<&Var>) -> Var {
        let merged = |v: &Var| {
            let shape = v.shape();
            v.reshape(&[&[shape[0] * shape[1]], &shape[2..]].concat())
        };
        let call = Call::of(Value {
            x: merged(x),
            mask: mask.map(merged),
        });
        let y = self.one(s, &call);
        let shape = y.shape();
        let rest = shape.get(1..).unwrap_or_default();
        y.reshape(&[&[x.dim(0), x.dim(1)], rest].concat())
    }

    fn step_by_step(&self, s: &mut Scope, x: &Var, mask: Option<&Var>) -> Var {
        let at = |v: &Var, t: usize| v.slice(1, t, t + 1).squeeze(1);
        let steps: Vec<Var> = (0..x.dim(1))
            .map(|t| {
                let call = Call::of(Value {
                    x: at(x, t),
                    mask: mask.map(|m| at(m, t)),
                });
                self.one(s, &call).expand_dims(1)
            })
            .collect();
        Var::concat(&steps.iter().collect::<Vec<_>>(), 1)
    }

    /// The layer's one output. As in Keras, its own activity penalty does not count.
    fn one(&self, s: &mut Scope, call: &Call) -> Var {
        let run = |s: &mut Scope| self.layer.run(s, call);
        s.without_activity_loss(&self.layer.name, run)
            .swap_remove(0)
            .x
    }
}

impl Layer for TimeDistributed {
    fn class_name(&self) -> &'static str {
        "TimeDistributed"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        vec![(self.layer.name.clone(), self.layer.layer.as_ref())]
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        if x.is_broken() {
            return vec![x.into()];
        }
        if let Err(fault) = TimeDistributed::check(&x, mask.as_ref()) {
            return vec![s.fault("TimeDistributed", fault, x.ty()).into()];
        }
        let step = Type::new(x.dtype(), [&x.shape()[..1], &x.shape()[2..]].concat());
        let fixed = s.fixed_batch().unwrap_or(step.shape[0]);
        let trial = self.try_out(s, &step, fixed);
        let several = trial.outputs.len() != 1;
        if several {
            let found = format!("{} outputs of {}", trial.outputs.len(), self.layer.name);
            let mend = "Turn return_state off, or let the layer inside return one tensor.";
            s.builder()
                .fault("TimeDistributed", Fault::new(found, "one output", mend));
        }
        if let Some(meant) = trial.refused(s).or(several.then(Vec::new)) {
            let first = meant.first().map_or(x.clone(), |y| {
                let y = y.expand_dims(1);
                let mut shape = y.shape();
                shape[1] = x.dim(1);
                y.broadcast_to(&shape)
            });
            return vec![Value { x: first, mask }];
        }
        let y = if self.rows_are_alone(s, &step) {
            self.at_once(s, &x, mask.as_ref())
        } else {
            self.step_by_step(s, &x, mask.as_ref())
        };
        vec![Value { x: y, mask }]
    }
}
