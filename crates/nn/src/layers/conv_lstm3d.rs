//! ConvLSTM3D: an LSTM over a sequence of volumes whose products are convolutions.
//!
//!   x (B, T, H, W, Z, C) -> h (B, H', W', Z', F), or (B, T, H', W', Z', F) with return_sequences; with channels_first C and F stand after T;
//!   formulas in conv_lstm.rs
//!
//! Follows keras/src/layers/rnn/conv_lstm3d.py.

use crate::{LayerDef, conv_lstm::conv_lstm};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ConvLSTM3D",
    aliases: &[],
    about: "LSTM with convolutions over a sequence of volumes",
    options: ConvLSTM3D::options,
    read: limits::read::<ConvLSTM3D>,
};

conv_lstm! {
    /// Long short-term memory over a sequence of volumes, with convolutions of 3 spatial axes.
    ///
    /// ```
    /// use regimen_nn::layers::ConvLSTM3D;
    /// let layer = ConvLSTM3D::new(8usize, 3usize).return_sequences(true).dropout(0.2);
    /// assert_eq!(layer.filters, 8);
    /// ```
    pub struct ConvLSTM3D, "ConvLSTM3D", 3, "(B, T, S1, S2, S3, C)"
}
