//! The language of Regimen: tensors, ops, gradients and rewriting, as plain graphs.
//!
//! A model writes its forward pass into a [`Builder`] through [`Var`]s. [`grad`] extends that graph
//! by its own derivative, [`Builder::finish`] freezes the part that the outputs need into a
//! [`Graph`], and an [`Engine`] turns that into a program. This crate does no I/O, starts no thread,
//! reads no clock and holds no `unsafe`.
//!
//! ```
//! use std::collections::BTreeMap;
//! use regimen_graph::{Builder, DType, InputKind, Plain, Type, evaluate, grad};
//!
//! let b = Builder::new();
//! let x = b.input("x", Type::new(DType::F32, [2, 3]), InputKind::Feed);
//! let w = b.input("w", Type::new(DType::F32, [3, 1]), InputKind::State);
//! let loss = b.within("dense", || x.matmul(&w).tanh().square().mean_all());
//! let dw = grad(&loss, std::slice::from_ref(&w)).unwrap().swap_remove(0).unwrap();
//! let graph = b.finish(&[("loss", loss)], &[(w.clone(), &w - dw * 0.1)]).unwrap();
//!
//! let inputs = BTreeMap::from([
//!     ("x".to_string(), Plain::new([2, 3], vec![1.0, 2.0, 0.5, -1.0, 0.0, 1.0])),
//!     ("w".to_string(), Plain::new([3, 1], vec![0.1, -0.2, 0.3])),
//! ]);
//! let results = evaluate(&graph, &inputs).unwrap();
//! assert!(results["loss"].data[0] > 0.0);
//! assert_eq!(results["w"].shape, [3, 1]);
//! ```
//!
//! A graph that does not fit together says so, with every fault and its place:
//!
//! ```
//! use regimen_graph::{Builder, DType, InputKind, Type};
//!
//! let b = Builder::new();
//! let x = b.input("x", Type::new(DType::F32, [2, 3]), InputKind::Feed);
//! let y = b.within("dense", || x.matmul(&x));
//! let faults = b.finish(&[("y", y)], &[]).unwrap_err();
//! assert_eq!(faults.0[0].path, "dense");
//! ```
//!
//! A value reached only through integers (a cast, a comparison, an argmax) does not depend on what
//! came before: its gradient is `None`.
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
mod low_rank;
mod op;
mod operators;
pub mod ops;
mod oracle;
pub mod philox;
mod recurrence;
mod reference;
mod scan_grad;
mod shape;
mod tensor;
#[cfg(test)]
mod tests;
mod var;

pub use builder::Builder;
pub use dtype::{DType, bf16_to_f32, f32_to_bf16};
pub use engine::{Engine, EngineError, Program, Store};
pub use fault::{Fault, ModelFault, ModelFaults};
pub use grad::{GradError, grad, vjp};
pub use graph::{Edge, Graph, InputDecl, InputKind, Node};
pub use op::{GradContext, Gradient, Op, Rule};
pub use oracle::{OracleError, Plain, evaluate};
pub use reference::Reference;
pub use shape::{Type, broadcast, elements, row_major_strides};
pub use tensor::{Data, Tensor};
pub use var::Var;
