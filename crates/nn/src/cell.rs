//! What a recurrent cell is: one step of a recurrence, written once, for every layer that repeats it.
//!
//!   z = projected(x);  states' = step(z_t, states);  the output is one of states'
//!
//! The input's share z is written for all steps at once where it can be. Follows the cells of keras/src/layers/rnn.

use std::fmt::Debug;

use regimen_graph::{Fault, Type, Var};

use crate::{Call, Scope, Value, input_spec::InputSpec, recurrent::expected_states};

/// What a recurrence computed.
#[derive(Debug, Clone)]
pub struct Sequence {
    /// The output of each step (B, T, ...), at its step's place in the input; a masked step repeats the one
    /// that was computed before it.
    pub outputs: Var,
    /// The states after the step that ran last.
    pub states: Vec<Var>,
}

/// Weights and this call's choices of dropout, as a cell reads them.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Of the input.
    pub kernel: Option<Var>,
    /// Of the state.
    pub recurrent_kernel: Option<Var>,
    /// Added to the input's share.
    pub bias: Option<Var>,
    /// Added to the state's share.
    pub recurrent_bias: Option<Var>,
    /// Factors on the input: one choice, or one per gate, along the first axis.
    pub input_factors: Option<Var>,
    /// Factors on the state that is the output.
    pub state_factors: Option<Var>,
    /// Those of the cells inside.
    pub cells: Vec<Parts>,
}

impl Parts {
    /// The same as the body of a scan sees them: `feed` gives the body's value of an outer one. What only
    /// the first input's share needs stays outside unless `whole`.
    pub(crate) fn inside(&self, whole: bool, feed: &mut dyn FnMut(&Var) -> Var) -> Parts {
        let mut outer = |v: &Option<Var>, taken: bool| match v {
            Some(v) if taken => Some(feed(v)),
            other => other.clone(),
        };
        let mut inner = Parts {
            kernel: outer(&self.kernel, whole),
            recurrent_kernel: outer(&self.recurrent_kernel, true),
            bias: outer(&self.bias, whole),
            recurrent_bias: outer(&self.recurrent_bias, true),
            input_factors: outer(&self.input_factors, whole),
            state_factors: outer(&self.state_factors, true),
            cells: vec![],
        };
        for (i, cell) in self.cells.iter().enumerate() {
            inner.cells.push(cell.inside(whole || i > 0, feed));
        }
        inner
    }
}

/// A recurrence over the steps of a sequence.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    /// The input's share in each step (B, T, ...).
    pub z: &'a Var,
    /// The states before the first step.
    pub states: &'a [Var],
    /// True where a step counts (B, T).
    pub mask: Option<&'a Var>,
    /// From the last step to the first.
    pub backwards: bool,
}

/// A recurrent cell.
pub trait Cell: Debug + Send + Sync {
    /// Shapes of the states (B, ...) for one step's input of shape `entry` (B, ...).
    fn state_shapes(&self, entry: &[usize]) -> Vec<Vec<usize>>;

    /// Which of the states is the output.
    fn shown(&self) -> usize {
        0
    }

    /// Weights at the scope's current path, and one choice of dropout for all steps.
    fn parts(&self, s: &mut Scope, entry: &[usize]) -> Parts;

    /// The input's share: x (B, T, ...) to z (B, T, ...).
    fn projected(&self, x: &Var, parts: &Parts) -> Var;

    /// The states after a step, from its share of the input (B, ...) and the states before it.
    fn step(&self, s: &Scope, z: &Var, states: &[Var], parts: &Parts) -> Vec<Var>;

    /// All steps by a faster form that gives the same numbers, where there is one.
    fn fused(&self, _steps: Steps<'_>, _parts: &Parts) -> Option<Sequence> {
        None
    }
}

/// A share of one entry (B, ...), by way of a sequence of one step.
pub(crate) fn projected_entry(cell: &dyn Cell, x: &Var, parts: &Parts) -> Var {
    cell.projected(&x.expand_dims(1), parts).squeeze(1)
}

/// A cell called as a layer: one step. Inputs: x (B, D), then the states, or the states by the keyword
/// `states`; outputs: the output, then the states.
///
/// As in Keras, every call of a batch makes the same choices of dropout.
pub(crate) fn call_alone(
    s: &mut Scope,
    class_name: &'static str,
    cell: &dyn Cell,
    call: &Call,
) -> Vec<Value> {
    let x = &crate::input_spec::float(call.inputs[0].x.clone());
    let spec = InputSpec {
        class_name,
        axes: "(B, D)",
        mend: "A cell takes one step; wrap it in RNN for sequences (B, T, D).",
    };
    let fits = spec.accepts(s, x);
    let entry = match fits {
        true => x.shape(),
        false => vec![x.dim(0), 1],
    };
    let shapes = cell.state_shapes(&entry);
    let given = given_states(call, "states");
    let states = match expected_states(&given, &shapes) {
        Ok(states) => states,
        Err(_) if !fits => vec![],
        Err(found) => {
            let want: Vec<String> = shapes.iter().map(|d| float(d).to_string()).collect();
            let mend = "Call the cell with its states: cell(x, [state, ...]).";
            let fault = Fault::new(
                format!("states {found}"),
                format!("{} of {}", shapes.len(), want.join(", ")),
                mend,
            );
            s.builder().fault(class_name, fault);
            vec![]
        }
    };
    if states.is_empty() {
        let meant = |shape: &Vec<usize>| Value::from(s.builder().placeholder(float(shape)));
        let all: Vec<Value> = shapes.iter().map(meant).collect();
        return std::iter::once(all[cell.shown()].clone())
            .chain(all)
            .collect();
    }
    s.restart_draws();
    let parts = cell.parts(s, &entry);
    let z = projected_entry(cell, x, &parts);
    let next = cell.step(s, &z, &states, &parts);
    std::iter::once(next[cell.shown()].clone())
        .chain(next)
        .map(Value::from)
        .collect()
}

fn float(shape: &[usize]) -> Type {
    Type::new(regimen_graph::DType::F32, shape)
}

/// The states of a call: by keyword, numbered or alone, or after the input.
pub(crate) fn given_states(call: &Call, keyword: &str) -> Vec<Var> {
    let numbered = (0..).map_while(|i| call.tensor(&format!("{keyword}.{i}")));
    let numbered: Vec<Var> = numbered.map(|v| v.x.clone()).collect();
    if !numbered.is_empty() {
        return numbered;
    }
    let alone = call.tensor(keyword).into_iter();
    alone
        .chain(call.inputs.iter().skip(1))
        .map(|v| v.x.clone())
        .collect()
}
