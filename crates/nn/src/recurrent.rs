//! What recurrent layers share: masks, initial and carried states, and which values a call returns.
//!
//! Follows keras/src/layers/rnn/rnn.py and backend/jax/rnn.py.

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::Value as Json;

use crate::{
    Call, Cell, OptionValue, Options, Scope, Sequence, Value,
    cell::{Steps, given_states},
    input_spec::InputSpec,
    recurrence,
    regularizers::Regularizer,
};

/// A recurrent layer: a cell, and how it is run over a sequence.
pub(crate) struct Recurrent<'a> {
    pub class_name: &'static str,
    pub cell: &'a dyn Cell,
    /// Name and trainability of the cell inside the layer.
    pub place: (&'a str, bool),
    pub return_sequences: bool,
    pub return_state: bool,
    pub go_backwards: bool,
    pub stateful: bool,
    pub zero_output_for_mask: bool,
    pub activity_regularizer: &'a Option<Regularizer>,
    /// Axes of the input, for messages.
    pub axes: &'a str,
}

/// The [`Recurrent`] of a layer with the fields that Keras names.
macro_rules! recurrent {
    ($layer:expr, $class_name:expr, $cell:expr, $place:expr, $axes:expr) => {
        $crate::recurrent::Recurrent {
            class_name: $class_name,
            cell: $cell,
            place: $place,
            return_sequences: $layer.return_sequences,
            return_state: $layer.return_state,
            go_backwards: $layer.go_backwards,
            stateful: $layer.stateful,
            zero_output_for_mask: $layer.zero_output_for_mask,
            activity_regularizer: &$layer.activity_regularizer,
            axes: $axes,
        }
    };
}
pub(crate) use recurrent;

const MEND: &str = "Recurrent layers read sequences: set return_sequences=True in the recurrent \
                    layer before, or use Embedding for token ids.";

impl Recurrent<'_> {
    /// Writes the layer.
    pub fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        let x = crate::input_spec::float(x);
        if !self.accepts(s, &x) {
            return self.meant(s, &x);
        }
        let mask = step_mask(s, self.class_name, &x, mask);
        let entry = [&x.shape()[..1], &x.shape()[2..]].concat();
        let states = self.first_states(s, call, &entry);
        let (name, trainable) = self.place;
        let parts = s.within(name, trainable, |s| self.cell.parts(s, &entry));
        let steps = Steps {
            z: &self.cell.projected(&x, &parts),
            states: &states,
            mask: mask.as_ref(),
            backwards: self.go_backwards,
        };
        let ran = recurrence::run(s, self.cell, &parts, steps);
        if self.stateful {
            for (i, state) in ran.states.iter().enumerate() {
                s.update(&state_name(i), state.clone());
            }
        }
        let values = self.values(ran, mask);
        for value in &values {
            s.add_activity_loss(self.activity_regularizer, &value.x);
        }
        values
    }

    /// Whether the input is a sequence of one step or more; if not, a fault is noted.
    fn accepts(&self, s: &Scope, x: &Var) -> bool {
        let spec = InputSpec {
            class_name: self.class_name,
            axes: self.axes,
            mend: MEND,
        };
        if !spec.accepts(s, x) {
            return false;
        }
        if x.dim(1) > 0 {
            return true;
        }
        let fault = Fault::new(
            format!("input {} without steps", x.ty()),
            "one step or more",
            "Feed longer sequences.",
        );
        s.builder().fault(self.class_name, fault);
        false
    }

    /// The values that were most likely meant, after a fault.
    pub fn meant(&self, s: &Scope, x: &Var) -> Vec<Value> {
        let rank = self.axes.matches(',').count() + 1;
        let steps = if x.rank() > 1 { x.dim(1) } else { 1 };
        let entry = if x.rank() == rank {
            [&x.shape()[..1], &x.shape()[2..]].concat()
        } else {
            [vec![x.dim(0)], vec![1; rank - 2]].concat()
        };
        let states = self.cell.state_shapes(&entry);
        let mut first = states[self.cell.shown()].clone();
        if self.return_sequences {
            first.insert(1, steps);
        }
        let states = if self.return_state { states } else { vec![] };
        std::iter::once(first)
            .chain(states)
            .map(|shape| s.builder().placeholder(Type::new(DType::F32, shape)).into())
            .collect()
    }

    /// States before the first step: given by keyword or after the input, else carried or zeros.
    fn first_states(&self, s: &mut Scope, call: &Call, entry: &[usize]) -> Vec<Var> {
        let shapes = self.cell.state_shapes(entry);
        let batch_fits = !self.stateful || self.batch_is_fixed(s, entry[0]);
        let zeros = |s: &Scope| -> Vec<Var> {
            let zero = |shape: &Vec<usize>| s.builder().scalar(0.0).broadcast_to(shape);
            shapes.iter().map(zero).collect()
        };
        // Also where other states are given: those after this batch are carried on.
        let carried = (self.stateful && batch_fits).then(|| {
            let carried = |(i, shape): (usize, &Vec<usize>)| s.carried(&state_name(i), shape);
            shapes.iter().enumerate().map(carried).collect()
        });
        let given = given_states(call, "initial_state");
        if given.is_empty() {
            return carried.unwrap_or_else(|| zeros(s));
        }
        match expected_states(&given, &shapes) {
            Ok(states) => states,
            Err(found) => {
                let expected = Type::new(DType::F32, shapes[0].clone());
                let same = shapes.iter().all(|shape| *shape == shapes[0]);
                let expected = match same {
                    true => format!("{} of {expected}", shapes.len()),
                    false => format!("states of shapes {shapes:?}"),
                };
                let mend = "Give one state per state of the layer, (batch, units) each.";
                let fault = Fault::new(format!("initial states {found}"), expected, mend);
                s.builder().fault(self.class_name, fault);
                zeros(s)
            }
        }
    }

    /// States that pass from batch to batch belong to its rows: their number may not change.
    fn batch_is_fixed(&self, s: &Scope, rows: usize) -> bool {
        let (found, expected, mend) = match s.fixed_batch() {
            Some(fixed) if fixed == rows => return true,
            Some(fixed) => (
                format!("stateful=True and a batch of {rows} rows"),
                format!("{fixed} rows, the batch size that the input fixes"),
                "Let batch_size be that of the Input, and the number of rows a multiple of it.",
            ),
            None => (
                "stateful=True and batches of any size".to_string(),
                "a fixed batch size".to_string(),
                "Give the Input one: Input(shape=..., batch_size=32), or batch_shape=(32, ...).",
            ),
        };
        s.builder()
            .fault(self.class_name, Fault::new(found, expected, mend));
        false
    }

    /// The values of a call. Outputs stand in the order in which they were computed: from the last step
    /// to the first for layers that run backwards, as in Keras.
    fn values(&self, ran: Sequence, mask: Option<Var>) -> Vec<Value> {
        let Sequence { outputs, states } = ran;
        let shown = match &mask {
            Some(mask) if self.zero_output_for_mask => {
                let open = (2..outputs.rank()).fold(mask.clone(), |m, _| m.expand_dims(-1));
                open.select(&outputs, &outputs.scalar_like(0.0))
            }
            _ => outputs,
        };
        let first = if self.return_sequences && self.go_backwards {
            Value {
                x: shown.reverse(&[1]),
                mask,
            }
        } else if self.return_sequences {
            Value { x: shown, mask }
        } else if self.zero_output_for_mask && mask.is_some() {
            let last = match self.go_backwards {
                true => 0,
                false => shown.dim(1).saturating_sub(1),
            };
            shown.slice(1, last, last + 1).squeeze(1).into()
        } else {
            states[self.cell.shown()].clone().into()
        };
        let states = if self.return_state { states } else { vec![] };
        std::iter::once(first)
            .chain(states.into_iter().map(Value::from))
            .collect()
    }
}

/// Keras calls all of them `rnn_state`; names here are unique.
fn state_name(i: usize) -> String {
    match i {
        0 => "rnn_state".to_string(),
        _ => format!("rnn_state_{i}"),
    }
}

/// The given states where they are of these shapes; else what they are.
pub(crate) fn expected_states(given: &[Var], shapes: &[Vec<usize>]) -> Result<Vec<Var>, String> {
    let fits = |(v, shape): (&Var, &Vec<usize>)| v.ty() == Type::new(DType::F32, shape.clone());
    if given.len() == shapes.len() && given.iter().zip(shapes).all(fits) {
        return Ok(given.to_vec());
    }
    let found: Vec<String> = given.iter().map(|g| g.ty().to_string()).collect();
    Err(match found.is_empty() {
        true => "missing".to_string(),
        false => found.join(", "),
    })
}

/// The mask of the steps (B, T), if there is one and it fits.
fn step_mask(s: &Scope, class_name: &str, x: &Var, mask: Option<Var>) -> Option<Var> {
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

/// Arguments that say how Keras computes, not what: `use_cudnn`, and the `time_major=False` of old configs.
pub(crate) fn read_hints(o: &mut Options<'_>) {
    let takes = |v: &Json| *v == "auto" || bool::read(v).is_ok();
    crate::limits::hint(o, "use_cudnn", takes, "\"auto\", true or false");
    let instead = "put the batch axis first, then the steps";
    crate::limits::absent(o, "time_major", instead);
}
