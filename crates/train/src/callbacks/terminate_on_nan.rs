//! TerminateOnNaN: ends training at the first loss that is not finite.
//!
//! Follows keras/src/callbacks/terminate_on_nan.py.

use regimen_nn::{Configured, keras_config};

use crate::callbacks::python_text::repr;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "TerminateOnNaN",
    aliases: &[],
    about: "ends training at the first loss that is not finite",
    options: TerminateOnNaN::options,
    read: |options, _| Some(TerminateOnNaN::read(options)?.into()),
};

keras_config! {
    /// Ends training at the first loss that is not finite.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, TerminateOnNaN};
    ///
    /// let callback: Box<dyn Callback> = TerminateOnNaN::new().into();
    /// assert!(callback.wants_batches());
    /// ```
    pub struct TerminateOnNaN() {
        /// Whether training ends with an error instead.
        raise_error: bool = false,
    }
}

impl From<TerminateOnNaN> for Box<dyn Callback> {
    fn from(options: TerminateOnNaN) -> Box<dyn Callback> {
        Box::new(options)
    }
}

impl Callback for TerminateOnNaN {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        let Moment::BatchEnd { batch, logs, .. } = moment else {
            return Ok(vec![]);
        };
        match logs.get("loss") {
            Some(loss) if !loss.is_finite() && self.raise_error => {
                let loss = repr(*loss);
                Err(format!(
                    "NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating training immediately."
                ))
            }
            Some(loss) if !loss.is_finite() => Ok(vec![
                Flow::Message(format!("Batch {batch}: Invalid loss, terminating training")),
                Flow::Stop,
            ]),
            _ => Ok(vec![]),
        }
    }

    fn wants_batches(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses};

    #[test]
    fn it_keeps_no_state() {
        let losses = of_losses(&[1.0; 10]);
        assert_resumes(|| TerminateOnNaN::new().into(), &losses, 5);
    }

    #[test]
    fn bad_options_are_told() {
        assert!(errors("TerminateOnNaN", json!({"raise_error": 1})).contains("true or false"));
    }
}
