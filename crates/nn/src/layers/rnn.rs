//! RNN: any recurrent cell over a sequence.
//!
//!   x (B, T, D) -> the cell's output (B, U), or (B, T, U) with return_sequences
//!
//! A masked step keeps all states and repeats the output. Follows keras/src/layers/rnn/rnn.py.

use serde_json::{Map, Value as Json, json};

use crate::{
    Call, Cell, Configured, InnerLayer, Layer, LayerDef, Object, OptionError, OptionValue, Scope,
    Value, keras_config,
    limits::{self, Checks, Limits},
    recurrent::recurrent,
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RNN",
    aliases: &[],
    about: "any recurrent cell over a sequence",
    options: RNN::options,
    read: limits::read::<RNN>,
};

/// The cell of an `RNN`: one, or a list of them on top of each other.
#[derive(Debug, Clone, PartialEq)]
pub struct RepeatedCell(pub InnerLayer);

impl<T: Into<InnerLayer>> From<T> for RepeatedCell {
    fn from(cell: T) -> RepeatedCell {
        RepeatedCell(cell.into())
    }
}

impl OptionValue for RepeatedCell {
    const KIND: &'static str = "recurrent cell, or list of them";

    fn read(_: &Json) -> Result<RepeatedCell, String> {
        Err("expected a recurrent cell such as LSTMCell, or a list of them".to_string())
    }

    fn read_nested(value: &Json) -> Option<Result<RepeatedCell, Vec<OptionError>>> {
        let object = match value {
            Json::Array(cells) => Object::named("StackedRNNCells").with("cells", json!(cells)),
            one => Object::read(one).ok()?,
        };
        Some(InnerLayer::of(&object).map(RepeatedCell))
    }

    fn write(&self) -> Json {
        self.0.write()
    }
}

keras_config! {
    /// Runs a recurrent cell over a sequence.
    ///
    /// ```
    /// use regimen_nn::layers::{GRUCell, RNN};
    /// let layer = RNN::new(GRUCell::new(16usize)).return_sequences(true);
    /// assert_eq!(layer.cell.0.name, "gru_cell");
    /// ```
    pub struct RNN(
        /// The cell, or a list of cells on top of each other.
        cell: RepeatedCell,
    ) {
        /// Whether the outputs of all steps are returned. Default only the last one.
        return_sequences: bool = false,
        /// Whether the last states are returned after the output.
        return_state: bool = false,
        /// Whether the sequence is read from its end; outputs come in that order.
        go_backwards: bool = false,
        /// Whether states pass from batch to batch; the input needs a fixed batch size then.
        stateful: bool = false,
        /// A hint to Keras's backends; the numbers are the same.
        unroll: bool = false,
        /// Whether masked steps return zeros instead of repeating the output.
        zero_output_for_mask: bool = false,
        /// Penalty of everything that is returned, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
    }
}

impl Limits for RNN {
    fn limits(&self) -> Checks {
        let layer = &self.cell.0.layer;
        let expected = "a recurrent cell such as LSTMCell, or a list of them";
        Checks::new().holds(layer.cell().is_some(), "cell", layer.class_name(), expected)
    }
}

impl Layer for RNN {
    fn class_name(&self) -> &'static str {
        "RNN"
    }

    fn config(&self) -> Map<String, Json> {
        let mut config = self.write();
        if self.activity_regularizer.is_none() {
            config.shift_remove("activity_regularizer");
        }
        config
    }

    fn arity(&self) -> (usize, usize) {
        let states = |cell: &dyn Cell| cell.state_shapes(&[1, 1]).len();
        (1, 1 + self.cell.0.layer.cell().map_or(0, states))
    }

    fn children(&self) -> Vec<(String, &dyn Layer)> {
        vec![(self.cell.0.name.clone(), self.cell.0.layer.as_ref())]
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let inner = &self.cell.0;
        match inner.layer.cell() {
            Some(cell) => {
                let place = (inner.name.as_str(), inner.trainable);
                recurrent!(self, "RNN", cell, place, "(B, T, D)").forward(s, call)
            }
            None => vec![call.inputs[0].clone()],
        }
    }
}
