//! What recurrent layers share: masks, initial states, and which values a call returns.
//!
//! Follows keras/src/layers/rnn/rnn.py and backend/jax/rnn.py.

use regimen_graph::{DType, Fault, Type, Var};

use crate::{Call, Scope, Value};

/// What a recurrent layer computed.
pub(crate) struct Sequence {
    /// The output of each step (B, T, U), at its step's place in the input; a masked step repeats the one
    /// that was computed before it.
    pub outputs: Var,
    /// The states after the step that ran last; the first is the output.
    pub states: Vec<Var>,
}

/// Which of these a call returns.
pub(crate) struct Returns {
    pub sequences: bool,
    pub state: bool,
    pub backwards: bool,
    pub zero_where_masked: bool,
}

impl Returns {
    /// The values of a call. Outputs stand in the order in which they were computed: from the last step
    /// to the first for layers that run backwards, as in Keras.
    pub fn values(&self, ran: Sequence, mask: Option<Var>) -> Vec<Value> {
        let shown = match &mask {
            Some(mask) if self.zero_where_masked => {
                let zero = ran.outputs.scalar_like(0.0);
                mask.expand_dims(-1).select(&ran.outputs, &zero)
            }
            _ => ran.outputs.clone(),
        };
        let first = if self.sequences {
            let ordered = if self.backwards {
                shown.reverse(&[1])
            } else {
                shown
            };
            Value { x: ordered, mask }
        } else if self.zero_where_masked && mask.is_some() {
            let last = if self.backwards {
                0
            } else {
                shown.dim(1).saturating_sub(1)
            };
            shown.slice(1, last, last + 1).squeeze(1).into()
        } else {
            ran.states[0].clone().into()
        };
        let states = if self.state { ran.states } else { vec![] };
        std::iter::once(first)
            .chain(states.into_iter().map(Value::from))
            .collect()
    }

    /// The types that were most likely meant, after a fault.
    pub fn meant(&self, (batch, steps, units): (usize, usize, usize), states: usize) -> Vec<Type> {
        let state = Type::new(DType::F32, vec![batch, units]);
        let first = match self.sequences {
            true => Type::new(DType::F32, vec![batch, steps, units]),
            false => state.clone(),
        };
        let states = if self.state { states } else { 0 };
        std::iter::once(first)
            .chain(std::iter::repeat_n(state, states))
            .collect()
    }
}

/// The mask of the steps (B, T), if there is one and it fits.
pub(crate) fn step_mask(s: &Scope, class_name: &str, x: &Var, mask: Option<Var>) -> Option<Var> {
    let mask = mask?;
    let steps = [x.dim(0), x.dim(1)];
    if mask.shape() == steps && mask.dtype() == DType::Bool {
        return Some(mask);
    }
    let fault = Fault::new(
        format!("a mask {} for an input {}", mask.ty(), x.ty()),
        format!("a mask bool{steps:?} of one value per step"),
        "Mask whole steps: the mask of (B, T, D) is (B, T).",
    );
    s.builder().fault(class_name, fault);
    None
}

/// States before the first step, (B, U) each: given by keyword or after the input, else zeros.
pub(crate) fn initial_states(
    s: &Scope,
    class_name: &str,
    call: &Call,
    want: &[usize],
    n: usize,
) -> Vec<Var> {
    let keyword = (0..n).map_while(|i| call.tensor(&format!("initial_state.{i}")));
    let mut given: Vec<Var> = keyword.map(|v| v.x.clone()).collect();
    if given.is_empty() {
        given = call
            .tensor("initial_state")
            .into_iter()
            .chain(call.inputs.iter().skip(1))
            .map(|v| v.x.clone())
            .collect();
    }
    let zeros = || s.builder().scalar(0.0).broadcast_to(want);
    if given.is_empty() {
        return vec![zeros(); n];
    }
    let expected = Type::new(DType::F32, want);
    if given.len() == n && given.iter().all(|g| g.ty() == expected) {
        return given;
    }
    let found: Vec<String> = given.iter().map(|g| g.ty().to_string()).collect();
    let fault = Fault::new(
        format!("initial states {}", found.join(", ")),
        format!("{n} of {expected}"),
        "Give one state per state of the layer, (batch, units) each.",
    );
    s.builder().fault(class_name, fault);
    vec![zeros(); n]
}
