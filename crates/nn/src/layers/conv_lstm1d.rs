//! ConvLSTM1D: an LSTM over a sequence of sequences whose products are convolutions.
//!
//!   x (B, T, S, C) -> h (B, S', F), or (B, T, S', F) with return_sequences; with channels_first C and F stand after T;
//!   formulas in conv_lstm.rs
//!
//! Follows keras/src/layers/rnn/conv_lstm1d.py.

use crate::{LayerDef, conv_lstm::conv_lstm};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ConvLSTM1D",
    aliases: &[],
    about: "LSTM with convolutions over a sequence of sequences",
    options: ConvLSTM1D::options,
    read: limits::read::<ConvLSTM1D>,
};

conv_lstm! {
    /// Long short-term memory over a sequence of sequences, with convolutions of 1 spatial axis.
    ///
    /// ```
    /// use regimen_nn::layers::ConvLSTM1D;
    /// let layer = ConvLSTM1D::new(8usize, 3usize).return_sequences(true).dropout(0.2);
    /// assert_eq!(layer.filters, 8);
    /// ```
    pub struct ConvLSTM1D, "ConvLSTM1D", 1, "(B, T, S, C)"
}
