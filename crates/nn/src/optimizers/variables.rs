//! What an optimizer keeps between steps: names, shapes, order and first values.
//!
//! ```text
//!   optimizer/step_counter, optimizer/dynamic_scale   of a dynamic loss scale
//!   optimizer/iterations                              steps so far, int64
//!   optimizer/learning_rate                           where it is no schedule's; optimizer/<i>/learning_rate of several rules
//!   optimizer/<weight>/average                        moving averages (`use_ema`)
//!   optimizer/<weight>/gradient_accumulator           sums of gradients (`gradient_accumulation_steps`)
//!   optimizer/<weight>/<slot>                         what the rule keeps
//! ```
//!
//! That is Keras's order, too; see `build` in keras/src/optimizers/base_optimizer.py.

use regimen_graph::{DType, Tensor};

use crate::optimizers::{LearningRate, LossScale, Optimizer, Rule};

/// Steps so far.
pub const ITERATIONS: &str = "optimizer/iterations";

/// A weight as an optimizer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Its path without the model: `dense_1/kernel`.
    pub path: String,
    /// Name of the Sequential model that Keras writes before the path.
    pub model: Option<String>,
    /// Its sizes.
    pub shape: Vec<usize>,
}

impl Weight {
    /// Its own name: `kernel`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether a test holds for its path, with or without the model's name.
    pub(crate) fn any_path(&self, test: impl Fn(&str) -> bool) -> bool {
        let whole = self
            .model
            .as_ref()
            .map(|model| format!("{model}/{}", self.path));
        test(&self.path) || whole.is_some_and(|path| test(&path))
    }
}

/// What a variable begins with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start {
    /// A number.
    Number(f64),
    /// The value that the weight has at the first step.
    Weight,
}

/// What a rule keeps for a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    /// Its name.
    pub name: &'static str,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// What it begins with.
    pub start: Start,
    /// Its place among the slots of all weights: those of one round stand together by weight, as Keras adds them.
    pub round: usize,
}

impl Slot {
    /// Of the weight's shape, zeros at first.
    pub fn like(weight: &Weight, name: &'static str) -> Slot {
        Slot {
            name,
            shape: weight.shape.clone(),
            start: Start::Number(0.0),
            round: 0,
        }
    }

    /// The same after the slots of the rounds before, of all weights.
    pub fn in_round(self, round: usize) -> Slot {
        Slot { round, ..self }
    }

    /// The same with another start.
    pub fn starting(self, start: Start) -> Slot {
        Slot { start, ..self }
    }
}

/// A variable of an optimizer.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name in the run's state.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its type.
    pub dtype: DType,
    /// What it begins with.
    pub start: Start,
    /// Path of the weight that it belongs to.
    pub weight: Option<String>,
}

impl Variable {
    fn scalar(name: &str, dtype: DType, start: f64) -> Variable {
        Variable {
            name: name.to_string(),
            shape: vec![],
            dtype,
            start: Start::Number(start),
            weight: None,
        }
    }

    pub(crate) fn of(weight: &Weight, slot: &Slot) -> Variable {
        Variable {
            name: slot_name(&weight.path, slot.name),
            shape: slot.shape.clone(),
            dtype: DType::F32,
            start: slot.start,
            weight: Some(weight.path.clone()),
        }
    }

    /// Its first value; `weight` gives that of the weight it belongs to.
    pub fn first(&self, weight: impl Fn(&str) -> Option<Tensor>) -> Tensor {
        let fill = |x: f64| {
            let n = self.shape.iter().product();
            Tensor::from_f64(self.dtype, self.shape.clone(), &vec![x; n])
        };
        match (self.start, &self.weight) {
            (Start::Weight, Some(path)) => weight(path).unwrap_or_else(|| fill(0.0)),
            (Start::Weight, None) => fill(0.0),
            (Start::Number(x), _) => fill(x),
        }
    }
}

/// The state name of a slot.
pub fn slot_name(weight: &str, slot: &str) -> String {
    format!("optimizer/{weight}/{slot}")
}

pub(crate) fn average(weight: &Weight) -> Variable {
    Variable::of(weight, &Slot::like(weight, "average"))
}

pub(crate) fn accumulator(weight: &Weight) -> Variable {
    Variable::of(weight, &Slot::like(weight, "gradient_accumulator"))
}

pub(crate) fn iterations() -> Variable {
    Variable::scalar(ITERATIONS, DType::I64, 0.0)
}

/// Counter and scale of a dynamic loss scale.
pub(crate) fn scale(initial: f64) -> [Variable; 2] {
    [
        Variable::scalar("optimizer/step_counter", DType::I64, 0.0),
        Variable::scalar("optimizer/dynamic_scale", DType::F32, initial),
    ]
}

/// The learning rate of a rule, where a number and no schedule sets it.
pub fn learning_rate(optimizer: &dyn Optimizer, rule: usize) -> Option<Variable> {
    let rules = optimizer.rules();
    let LearningRate::Fixed(rate) = rules.get(rule)?.common().learning_rate else {
        return None;
    };
    let name = match optimizer.names().len() {
        0 => "optimizer/learning_rate".to_string(),
        _ => format!("optimizer/{rule}/learning_rate"),
    };
    Some(Variable::scalar(&name, DType::F32, rate))
}

/// Everything that an optimizer keeps for these weights, in Keras's order.
pub fn variables(optimizer: &dyn Optimizer, weights: &[Weight]) -> Vec<Variable> {
    let mut all = vec![];
    if let LossScale::Dynamic { initial, .. } = optimizer.loss_scale() {
        all.extend(scale(initial));
    }
    all.push(iterations());
    for (i, rule) in optimizer.rules().into_iter().enumerate() {
        // A weight of which it is not clear whose it is was refused when the step was written.
        let own: Vec<&Weight> = weights
            .iter()
            .filter(|w| optimizer.rule_of(w) == Ok(i))
            .collect();
        all.extend(learning_rate(optimizer, i));
        all.extend(of_rule(rule, &own));
    }
    all
}

fn of_rule(rule: &dyn Rule, weights: &[&Weight]) -> Vec<Variable> {
    let common = rule.common();
    let mut all = vec![];
    if common.average.is_some() {
        all.extend(weights.iter().map(|w| average(w)));
    }
    if common.accumulation.is_some() {
        all.extend(weights.iter().map(|w| accumulator(w)));
    }
    let slots = weights
        .iter()
        .flat_map(|w| rule.slots(w).into_iter().map(move |s| (w, s)));
    let mut slots: Vec<_> = slots.collect();
    slots.sort_by_key(|(_, slot)| slot.round); // stable: weights stay in their order
    all.extend(slots.iter().map(|(w, slot)| Variable::of(w, slot)));
    all
}
