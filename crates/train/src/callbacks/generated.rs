//! Every callback of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod count;
pub(crate) mod csv_logger;
pub(crate) mod early_stopping;
pub(crate) mod event_file;
pub(crate) mod file_name;
pub(crate) mod format_spec;
pub(crate) mod growing_file;
pub(crate) mod inside_run;
pub(crate) mod learning_rate_scheduler;
pub(crate) mod log_names;
pub(crate) mod model_checkpoint;
pub(crate) mod monitor;
pub(crate) mod python_text;
pub(crate) mod reduce_lr_on_plateau;
pub(crate) mod saved_state;
pub(crate) mod schedule;
pub(crate) mod tensor_board;
pub(crate) mod terminate_on_nan;

pub use count::Count;
pub use csv_logger::CSVLogger;
pub use early_stopping::EarlyStopping;
pub use learning_rate_scheduler::LearningRateScheduler;
pub use model_checkpoint::{ModelCheckpoint, SaveFreq};
pub use monitor::{Direction, Mode, Monitor};
pub use reduce_lr_on_plateau::ReduceLROnPlateau;
pub use tensor_board::{TensorBoard, UpdateFreq};
pub use terminate_on_nan::TerminateOnNaN;

use super::CallbackDef;

/// Every callback, in order of file name.
pub const CALLBACKS: &[CallbackDef] = &[
    csv_logger::DEF,
    early_stopping::DEF,
    learning_rate_scheduler::DEF,
    model_checkpoint::DEF,
    reduce_lr_on_plateau::DEF,
    tensor_board::DEF,
    terminate_on_nan::DEF,
];
