//! The CPU engine: planning, kernels, SIMD mathematics and the thread team
