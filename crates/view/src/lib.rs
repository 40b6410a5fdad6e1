//! Pictures and pages made from run folders.
//!
//! Everything here is a function of events and findings; nothing asks the trainer. [`curves_svg`] draws losses and metrics
//! over epochs as one self-contained SVG; [`run_page`] and [`treatment_page`] make pages of HTML that need nothing else; [`treatment_text`] is for terminals.

mod chart;
mod curves;
mod page;
mod panels;
mod short;
mod table;
mod treatment_text;

pub use curves::curves_svg;
pub use page::{RunPage, TreatmentPage, run_page, treatment_page};
pub use table::aligned;
pub use treatment_text::treatment_text;
