//! History: a name that Keras adds by itself.
//!
//! Keras adds it by itself. Here the history is what `Trainer::fit` returns ([`Outcome::history`](crate::Outcome)), and the run folder holds it.
//! So this does nothing. Follows keras/src/callbacks/history.py.

use regimen_nn::{Configured, keras_config};

use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "History",
    aliases: &[],
    about: "keeps the logs of every epoch, which is done anyway",
    options: History::options,
    read: |options, _| Some(History::read(options)?.into()),
};

keras_config! {
    /// Does nothing: what it stands for happens anyway.
    ///
    /// Keras adds it by itself. Here the history is what `Trainer::fit` returns ([`Outcome::history`](crate::Outcome)), and the run folder holds it.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, History};
    ///
    /// let callback: Box<dyn Callback> = History::new().into();
    /// assert!(!callback.wants_batches());
    /// ```
    pub struct History() {}
}

impl From<History> for Box<dyn Callback> {
    fn from(options: History) -> Box<dyn Callback> {
        Box::new(options)
    }
}

impl Callback for History {
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
        let mut callback = made("History", json!({}));
        let answers = trace(&mut callback, &of_losses(&[1.0, 0.5]));
        assert!(answers.iter().all(Vec::is_empty), "{answers:?}");
        assert!(errors("History", json!({"verbose": 1})).contains("verbose"));
    }
}
