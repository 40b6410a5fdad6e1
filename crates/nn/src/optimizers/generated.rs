//! Every optimizer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod adadelta;
pub(crate) mod adafactor;
pub(crate) mod adagrad;
pub(crate) mod adam;
pub(crate) mod adamax;
pub(crate) mod adamw;
pub(crate) mod clipping;
pub(crate) mod ftrl;
pub(crate) mod inner;
pub(crate) mod lamb;
pub(crate) mod learning_rate;
pub(crate) mod lion;
pub(crate) mod loss_scale_optimizer;
pub(crate) mod loss_scaling;
pub(crate) mod multi_optimizer;
pub(crate) mod muon;
pub(crate) mod nadam;
pub(crate) mod options;
pub(crate) mod pipeline;
pub(crate) mod rmsprop;
pub(crate) mod schedule_free_adamw;
pub(crate) mod sgd;
pub(crate) mod variables;

pub use adadelta::Adadelta;
pub use adafactor::Adafactor;
pub use adagrad::Adagrad;
pub use adam::Adam;
pub use adamax::Adamax;
pub use adamw::AdamW;
pub use ftrl::Ftrl;
pub use inner::InnerOptimizer;
pub use lamb::Lamb;
pub use learning_rate::LearningRate;
pub use lion::Lion;
pub use loss_scale_optimizer::LossScaleOptimizer;
pub use loss_scaling::scale_loss;
pub use multi_optimizer::{MultiOptimizer, OptimizerMap};
pub use muon::Muon;
pub use nadam::Nadam;
pub use pipeline::{Applied, Parameter, apply};
pub use rmsprop::RMSprop;
pub use schedule_free_adamw::ScheduleFreeAdamW;
pub use sgd::Sgd;
pub use variables::{Slot, Start, Variable, Weight, learning_rate, slot_name, variables};

use super::OptimizerDef;

/// Every optimizer, in order of file name.
pub const OPTIMIZERS: &[OptimizerDef] = &[
    adadelta::DEF,
    adafactor::DEF,
    adagrad::DEF,
    adam::DEF,
    adamax::DEF,
    adamw::DEF,
    ftrl::DEF,
    lamb::DEF,
    lion::DEF,
    loss_scale_optimizer::DEF,
    multi_optimizer::DEF,
    muon::DEF,
    nadam::DEF,
    rmsprop::DEF,
    schedule_free_adamw::DEF,
    sgd::DEF,
];
