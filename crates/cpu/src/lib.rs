//! The CPU engine: planning, kernels, SIMD mathematics and the thread team
#![allow(
    unsafe_code,
    reason = "kernels work on raw vectors and share slices between threads"
)]

pub mod kernels;
pub mod simd;
pub mod team;
