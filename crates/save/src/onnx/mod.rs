//! ONNX: a model's inference graph as a file for other runtimes. Written, never read.
//!
//! A model is not translated layer by layer: its graph is written as for prediction, several times with other numbers for
//! what it leaves open (`trace`, `size`), and each op becomes one or a few ONNX nodes (`lower`). So every layer that is
//! built of ops is covered, and what is no op (texts, random numbers, states between batches) is refused by name.
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>

mod attention;
mod constants;
mod elementwise;
mod emit;
mod error;
mod host;
mod layout;
mod lower;
mod message;
mod products;
mod proto;
mod recurrent;
mod reductions;
mod rows;
mod scan;
mod size;
mod trace;
mod write;

pub use error::OnnxError;
pub use write::{write, write_graph};

#[cfg(test)]
mod tests;
