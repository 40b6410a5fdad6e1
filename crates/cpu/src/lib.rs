//! The CPU engine: planning, kernels, SIMD mathematics and the thread team.
//!
//! [`CpuEngine`] compiles a graph into a [`CpuProgram`]: elementwise chains fused (`fuse`), everything laid out in one
//! arena (`plan`), a flat list of launches (`work`) over the kernels.
#![allow(
    unsafe_code,
    reason = "kernels work on raw vectors and share slices between threads"
)]

mod buffer;
mod bytes;
mod engine;
mod fuse;
pub mod kernels;
mod large_pages;
mod launch;
mod memory;
mod peak;
mod plan;
mod program;
mod rows;
pub mod simd;
mod store;
pub mod team;
mod work;

pub use engine::{CpuEngine, CpuOptions};
pub use large_pages::LargePages;
pub use launch::{LaunchInfo, Together};
pub use program::CpuProgram;
pub use store::CpuStore;
