//! ConvLSTM1D, ConvLSTM2D and ConvLSTM3D from one declaration: their options are the same.

/// Declares the layer for a number of spatial axes: its options are the same.
macro_rules! conv_lstm {
    ($(#[$meta:meta])* pub struct $name:ident, $class_name:literal, $spatial:literal, $axes:expr) => {
        use serde_json::{Map, Value as Json};

        use crate::{
            Call, Configured, DataFormat, Layer, Padding, Scope, Value,
            activations::Activation,
            config::PerAxis,
            conv_lstm::ConvLstm,
            constraints::Constraint,
            dense_cell::Dropping,
            initializers::Initializer,
            keras_config,
            limits::{self, Checks, Limits},
            recurrent::recurrent,
            regularizers::Regularizer,
        };

        keras_config! {
            $(#[$meta])*
            pub struct $name(
                /// Channels of the states and of the output.
                filters: usize,
                /// Size of both kernels: one number, or one per spatial axis.
                kernel_size: PerAxis,
            ) {
                /// Steps of the input's kernel. Default 1.
                strides: PerAxis = PerAxis(vec![1]),
                /// What stands beyond the edges for the input's kernel. Default valid.
                padding: Padding = Padding::Valid,
                /// Where the channels stand. Default last.
                data_format: DataFormat = DataFormat::ChannelsLast,
                /// Distance between cells of the input's kernel. Default 1.
                dilation_rate: PerAxis = PerAxis(vec![1]),
                /// Of the candidate and of the cell. Default tanh.
                activation: Activation = Activation::named("tanh"),
                /// Of the gates. Default sigmoid.
                recurrent_activation: Activation = Activation::named("sigmoid"),
                /// Whether a bias is added. Default true.
                use_bias: bool = true,
                /// How the input's kernel begins. Default Glorot uniform.
                kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
                /// How the state's kernel begins. Default orthogonal.
                recurrent_initializer: Initializer = Initializer::named("orthogonal"),
                /// How the bias begins. Default zeros.
                bias_initializer: Initializer = Initializer::named("zeros"),
                /// Whether the forget gate's bias begins with ones instead. Default true.
                unit_forget_bias: bool = true,
                /// Penalty of the input's kernel.
                kernel_regularizer: Option<Regularizer> = None,
                /// Penalty of the state's kernel.
                recurrent_regularizer: Option<Regularizer> = None,
                /// Penalty of the bias.
                bias_regularizer: Option<Regularizer> = None,
                /// Penalty of everything that is returned, divided by the batch size.
                activity_regularizer: Option<Regularizer> = None,
                /// Constraint of the input's kernel.
                kernel_constraint: Option<Constraint> = None,
                /// Constraint of the state's kernel.
                recurrent_constraint: Option<Constraint> = None,
                /// Constraint of the bias.
                bias_constraint: Option<Constraint> = None,
                /// Part of the input to drop while training, one choice for the whole sequence.
                dropout: f64 = 0.0,
                /// Part of the state to drop while training, one choice for the whole sequence.
                recurrent_dropout: f64 = 0.0,
                /// Seed of this layer's draws; without one they depend on the run's.
                seed: Option<i64> = None,
                /// Whether the outputs of all steps are returned. Default only the last one.
                return_sequences: bool = false,
                /// Whether the last states h and c are returned after the output.
                return_state: bool = false,
                /// Whether the sequence is read from its end; outputs come in that order.
                go_backwards: bool = false,
                /// Whether states pass from batch to batch; the input needs a fixed batch size then.
                stateful: bool = false,
                /// A hint to Keras's backends; the numbers are the same.
                unroll: bool = false,
                /// Whether masked steps return zeros instead of repeating the output.
                zero_output_for_mask: bool = false,
            }
        }

        impl $name {
            fn as_cell(&self) -> ConvLstm<'_> {
                let drop = |rate| Dropping {
                    rate,
                    choices: 4,
                    seed: self.seed,
                };
                ConvLstm {
                    class_name: $class_name,
                    spatial: $spatial,
                    filters: self.filters,
                    kernel_size: &self.kernel_size,
                    strides: &self.strides,
                    padding: self.padding,
                    data_format: self.data_format,
                    dilation_rate: &self.dilation_rate,
                    activation: &self.activation,
                    recurrent_activation: &self.recurrent_activation,
                    use_bias: self.use_bias,
                    kernel_initializer: &self.kernel_initializer,
                    recurrent_initializer: &self.recurrent_initializer,
                    bias_initializer: &self.bias_initializer,
                    unit_forget_bias: self.unit_forget_bias,
                    kernel_regularizer: &self.kernel_regularizer,
                    recurrent_regularizer: &self.recurrent_regularizer,
                    bias_regularizer: &self.bias_regularizer,
                    kernel_constraint: &self.kernel_constraint,
                    recurrent_constraint: &self.recurrent_constraint,
                    bias_constraint: &self.bias_constraint,
                    dropout: drop(self.dropout),
                    recurrent_dropout: drop(self.recurrent_dropout),
                }
            }
        }

        impl Limits for $name {
            fn limits(&self) -> Checks {
                self.as_cell().limits()
            }
        }

        impl Layer for $name {
            fn class_name(&self) -> &'static str {
                $class_name
            }

            fn config(&self) -> Map<String, Json> {
                self.as_cell().config(self.write())
            }

            fn activation(&self) -> Option<String> {
                Some(self.activation.name().to_string())
            }

            fn arity(&self) -> (usize, usize) {
                (1, 3)
            }

            fn masks(&self) -> crate::Masks {
                crate::Masks::Argument
            }

            fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
                limits::note(s, self);
                let cell = self.as_cell();
                let place = ("conv_lstm_cell", true);
                let layer = recurrent!(self, $class_name, &cell, place, $axes);
                cell.forward(s, call, &layer)
            }
        }
    };
}
pub(crate) use conv_lstm;
