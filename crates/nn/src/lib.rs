//! Layers, losses, metrics and optimizers, with the names and semantics of Keras
