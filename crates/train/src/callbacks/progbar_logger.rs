//! ProgbarLogger: a name that Keras adds by itself.
//!
//! Keras adds it by itself. Here the command line shows progress, with or without it; in Rust the `Output` of a run sees every event.
//! So this does nothing. Follows keras/src/callbacks/progbar_logger.py.

use regimen_nn::{Configured, keras_config};

use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "ProgbarLogger",
    aliases: &[],
    about: "shows progress, which is done anyway",
    options: ProgbarLogger::options,
    read: |options, _| Some(ProgbarLogger::read(options)?.into()),
};

keras_config! {
    /// Does nothing: what it stands for happens anyway.
    ///
    /// Keras adds it by itself. Here the command line shows progress, with or without it; in Rust the `Output` of a run sees every event.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, ProgbarLogger};
    ///
    /// let callback: Box<dyn Callback> = ProgbarLogger::new().into();
    /// assert!(!callback.wants_batches());
    /// ```
    pub struct ProgbarLogger() {}
}

impl From<ProgbarLogger> for Box<dyn Callback> {
    fn from(options: ProgbarLogger) -> Box<dyn Callback> {
        Box::new(options)
    }
}

impl Callback for ProgbarLogger {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, _: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        Ok(vec![])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::callbacks::drive_tests::{errors, made, of_losses, trace};

    #[test]
    fn the_name_is_taken_and_asks_for_nothing() {
        let mut callback = made("ProgbarLogger", json!({}));
        let answers = trace(&mut callback, &of_losses(&[1.0, 0.5]));
        assert!(answers.iter().all(Vec::is_empty), "{answers:?}");
        assert!(errors("ProgbarLogger", json!({"verbose": 1})).contains("verbose"));
    }
}
