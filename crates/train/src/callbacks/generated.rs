//! Every callback of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod backup_and_restore;
pub(crate) mod count;
pub(crate) mod csv_logger;
pub(crate) mod early_stopping;
pub(crate) mod event_file;
pub(crate) mod file_name;
pub(crate) mod format_spec;
pub(crate) mod growing_file;
pub(crate) mod history;
pub(crate) mod inside_run;
pub(crate) mod lambda_callback;
pub(crate) mod learning_rate_scheduler;
pub(crate) mod log_names;
pub(crate) mod model_checkpoint;
pub(crate) mod monitor;
pub(crate) mod orbax_checkpoint;
pub(crate) mod prior_correction;
pub(crate) mod progbar_logger;
pub(crate) mod python_text;
pub(crate) mod reduce_lr_on_plateau;
pub(crate) mod refused;
pub(crate) mod remote_monitor;
pub(crate) mod save_freq;
pub(crate) mod saved_state;
pub(crate) mod schedule;
pub(crate) mod swap_ema_weights;
pub(crate) mod tensor_board;
pub(crate) mod terminate_on_nan;
pub(crate) mod weight_summaries;

pub use backup_and_restore::BackupAndRestore;
pub use count::Count;
pub use csv_logger::CSVLogger;
pub use early_stopping::EarlyStopping;
pub use history::History;
pub use lambda_callback::{Answer, LambdaCallback};
pub use learning_rate_scheduler::LearningRateScheduler;
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::{Direction, Mode, Monitor};
pub use orbax_checkpoint::OrbaxCheckpoint;
pub use prior_correction::PriorCorrection;
pub use progbar_logger::ProgbarLogger;
pub use reduce_lr_on_plateau::ReduceLROnPlateau;
pub use remote_monitor::{Headers, RemoteMonitor};
pub use save_freq::SaveFreq;
pub use swap_ema_weights::SwapEMAWeights;
pub use tensor_board::{TensorBoard, UpdateFreq};
pub use terminate_on_nan::TerminateOnNaN;

use super::CallbackDef;

/// Every callback, in order of file name.
pub const CALLBACKS: &[CallbackDef] = &[
    backup_and_restore::DEF,
    csv_logger::DEF,
    early_stopping::DEF,
    history::DEF,
    learning_rate_scheduler::DEF,
    model_checkpoint::DEF,
    orbax_checkpoint::DEF,
    prior_correction::DEF,
    progbar_logger::DEF,
    reduce_lr_on_plateau::DEF,
    remote_monitor::DEF,
    swap_ema_weights::DEF,
    tensor_board::DEF,
    terminate_on_nan::DEF,
];
