//! ConvLSTM2D: an LSTM over a sequence of pictures whose products are convolutions.
//!
//!   x (B, T, H, W, C) -> h (B, H', W', F), or (B, T, H', W', F) with return_sequences; with channels_first C and F stand after T;
//!   formulas in conv_lstm.rs
//!
//! Follows keras/src/layers/rnn/conv_lstm2d.py.

use crate::{LayerDef, conv_lstm::conv_lstm};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ConvLSTM2D",
    aliases: &[],
    about: "LSTM with convolutions over a sequence of pictures",
    options: ConvLSTM2D::options,
    read: limits::read::<ConvLSTM2D>,
};

conv_lstm! {
    /// Long short-term memory over a sequence of pictures, with convolutions of 2 spatial axes.
    ///
    /// ```
    /// use regimen_nn::layers::ConvLSTM2D;
    /// let layer = ConvLSTM2D::new(8usize, 3usize).return_sequences(true).dropout(0.2);
    /// assert_eq!(layer.filters, 8);
    /// ```
    pub struct ConvLSTM2D, "ConvLSTM2D", 2, "(B, T, H, W, C)"
}
