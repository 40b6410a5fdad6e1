//! Every optimizer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod adadelta;
pub(crate) mod adagrad;
pub(crate) mod adam;
pub(crate) mod adamax;
pub(crate) mod adamw;
pub(crate) mod lion;
pub(crate) mod nadam;
pub(crate) mod options;
pub(crate) mod pipeline;
pub(crate) mod rmsprop;
pub(crate) mod sgd;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamax::Adamax;
pub use adamw::AdamW;
pub use lion::Lion;
pub use nadam::Nadam;
pub use options::LearningRate;
pub use pipeline::{Applied, Parameter, apply};
pub use rmsprop::RMSprop;
pub use sgd::Sgd;

use super::OptimizerDef;

/// Every optimizer, in order of file name.
pub const OPTIMIZERS: &[OptimizerDef] = &[
    adadelta::DEF,
    adagrad::DEF,
    adam::DEF,
    adamax::DEF,
    adamw::DEF,
    lion::DEF,
    nadam::DEF,
    rmsprop::DEF,
    sgd::DEF,
];
