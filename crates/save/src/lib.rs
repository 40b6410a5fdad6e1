//! File formats of models: the checkpoint
