//! Pictures and pages made from run folders.
//!
//! Everything here is a function of events; nothing asks the trainer. [`curves_svg`] draws losses
//! and metrics over epochs as one self-contained SVG.

mod curves;
mod panels;
mod scale;

pub use curves::curves_svg;
