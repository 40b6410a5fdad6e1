//! The language of Regimen: tensors, ops, gradients and rewriting, as plain graphs.
//!
//! A model writes its forward pass into a [`Builder`] through [`Var`]s. [`grad`] extends that graph
//! by its own derivative, [`Builder::finish`] freezes the part that the outputs need into a
//! [`Graph`], and an [`Engine`] turns that into a program. This crate does no I/O, starts no thread,
//! reads no clock and holds no `unsafe`.
//!
//! Letters in shapes: B batch, T time, C channels, D features, H W height and width, K kernel,
//! O output channels, U units, V vocabulary.
#![forbid(unsafe_code)]

mod builder;
pub mod check;
mod dtype;
mod engine;
mod fault;
mod grad;
mod graph;
mod op;
pub mod ops;
mod oracle;
pub mod philox;
mod scan_grad;
mod shape;
mod tensor;
mod var;

pub use builder::Builder;
pub use dtype::{DType, bf16_to_f32, f32_to_bf16};
pub use engine::{Engine, EngineError, Program, Store};
pub use fault::{Fault, ModelFault, ModelFaults};
pub use grad::{GradError, grad, vjp};
pub use graph::{Edge, Graph, InputDecl, InputKind, Node};
pub use op::{GradContext, Gradient, Op, Rule};
pub use oracle::{OracleError, Plain, evaluate};
pub use shape::{Type, broadcast, elements, row_major_strides};
pub use tensor::{Data, Tensor};
pub use var::Var;
