//! The language of Regimen: tensors, ops, gradients and rewriting, as plain graphs
