//! Tests of the crate as a whole: building, shape rules under odd inputs, derivatives of derivatives,
//! the LSTM as a scan of its cell.

mod building;
mod lstm_is_a_scan;
mod odd_shapes;
mod second_order;
