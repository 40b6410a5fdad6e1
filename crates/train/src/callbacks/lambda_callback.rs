//! LambdaCallback: functions at the moments of training, without a type of one's own.
//!
//! Follows keras/src/callbacks/lambda_callback.py.

use regimen_run::event::Logs;

use crate::callbacks::{Callback, Context, Flow, Moment};

/// What a function of a [`LambdaCallback`] answers: nothing, one [`Flow`], or several.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer(pub Vec<Flow>);

impl From<()> for Answer {
    fn from((): ()) -> Answer {
        Answer(vec![])
    }
}

impl From<Flow> for Answer {
    fn from(flow: Flow) -> Answer {
        Answer(vec![flow])
    }
}

impl From<Option<Flow>> for Answer {
    fn from(flow: Option<Flow>) -> Answer {
        Answer(flow.into_iter().collect())
    }
}

impl From<Vec<Flow>> for Answer {
    fn from(flows: Vec<Flow>) -> Answer {
        Answer(flows)
    }
}

type Function = Box<dyn FnMut(usize, &Logs) -> Answer + Send>;

/// Calls functions at the moments of training, by Keras's names. A function gets what Keras gives it and may answer what
/// the loop shall do. A resumed run calls them for what is still to come, so they should not count their calls.
///
/// ```
/// use regimen_train::callbacks::{Callback, Flow, LambdaCallback};
///
/// let callback: Box<dyn Callback> = LambdaCallback::new()
///     .on_epoch_begin(|epoch, _logs| (epoch == 5).then_some(Flow::SetLearningRate(1e-4)))
///     .on_epoch_end(|epoch, logs| {
///         let text = format!("{epoch}: {}", logs["loss"]);
///         Flow::Message(text)
///     })
///     .into();
/// assert!(!callback.wants_batches());
/// ```
#[derive(Default)]
pub struct LambdaCallback {
    functions: Vec<(&'static str, Function)>,
    /// Logs of the last epoch, which the end of training is told with.
    last: Logs,
}

/// Setters of functions that get an epoch or a batch, and of those that do not.
macro_rules! setters {
    ($($with_index:ident)*; $($without:ident)*) => {
        impl LambdaCallback {
            $(
                /// Calls the function with the epoch or batch (0-based) and the logs.
                pub fn $with_index<A: Into<Answer>>(
                    mut self,
                    mut function: impl FnMut(usize, &Logs) -> A + Send + 'static,
                ) -> LambdaCallback {
                    let function = move |i: usize, logs: &Logs| function(i, logs).into();
                    self.functions.push((stringify!($with_index), Box::new(function)));
                    self
                }
            )*
            $(
                /// Calls the function with the logs.
                pub fn $without<A: Into<Answer>>(
                    mut self,
                    mut function: impl FnMut(&Logs) -> A + Send + 'static,
                ) -> LambdaCallback {
                    let function = move |_: usize, logs: &Logs| function(logs).into();
                    self.functions.push((stringify!($without), Box::new(function)));
                    self
                }
            )*
        }
    };
}

setters! {
    on_epoch_begin on_epoch_end
    on_train_batch_begin on_train_batch_end
    on_test_batch_begin on_test_batch_end
    on_predict_batch_begin on_predict_batch_end;
    on_train_begin on_train_end
    on_test_begin on_test_end
    on_predict_begin on_predict_end
}

impl LambdaCallback {
    /// One that calls nothing yet.
    pub fn new() -> LambdaCallback {
        LambdaCallback::default()
    }
}

impl From<LambdaCallback> for Box<dyn Callback> {
    fn from(callback: LambdaCallback) -> Box<dyn Callback> {
        Box::new(callback)
    }
}

/// Keras's name of a moment, with the epoch or batch and the logs that go with it.
fn named<'a>(moment: &Moment<'a>) -> (&'static str, usize, Option<&'a Logs>) {
    match *moment {
        Moment::TrainBegin => ("on_train_begin", 0, None),
        Moment::EpochBegin { epoch } => ("on_epoch_begin", epoch, None),
        Moment::BatchBegin { batch, .. } => ("on_train_batch_begin", batch, None),
        Moment::BatchEnd { batch, logs, .. } => ("on_train_batch_end", batch, Some(logs)),
        Moment::EpochEnd { epoch, logs, .. } => ("on_epoch_end", epoch, Some(logs)),
        Moment::TrainEnd => ("on_train_end", 0, None),
        Moment::TestBegin { .. } => ("on_test_begin", 0, None),
        Moment::TestBatchBegin { batch } => ("on_test_batch_begin", batch, None),
        Moment::TestBatchEnd { batch, logs } => ("on_test_batch_end", batch, Some(logs)),
        Moment::TestEnd { logs, .. } => ("on_test_end", 0, Some(logs)),
        Moment::PredictBegin => ("on_predict_begin", 0, None),
        Moment::PredictBatchBegin { batch } => ("on_predict_batch_begin", batch, None),
        Moment::PredictBatchEnd { batch } => ("on_predict_batch_end", batch, None),
        Moment::PredictEnd => ("on_predict_end", 0, None),
    }
}

impl Callback for LambdaCallback {
    fn class_name(&self) -> &'static str {
        "LambdaCallback"
    }

    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        let (name, index, logs) = named(moment);
        let none = Logs::new();
        let logs = match (moment, logs) {
            (Moment::TrainEnd, _) => &self.last,
            (_, logs) => logs.unwrap_or(&none),
        };
        let wanted = self.functions.iter_mut().filter(|f| f.0 == name);
        let flows = wanted.flat_map(|(_, f)| f(index, logs).0).collect();
        if let Moment::EpochEnd { logs, .. } = moment {
            self.last = (*logs).clone();
        }
        Ok(flows)
    }

    fn wants_batches(&self) -> bool {
        self.functions.iter().any(|f| f.0.contains("_batch_"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, of_losses, trace};

    #[test]
    fn functions_are_called_and_their_answers_given() {
        let mut callback: Box<dyn Callback> = LambdaCallback::new()
            .on_train_begin(|logs| assert!(logs.is_empty()))
            .on_epoch_end(|epoch, _| (epoch == 1).then_some(Flow::Stop))
            .on_epoch_end(|_, logs| vec![Flow::AddLog("twice".into(), 2.0 * logs["loss"])])
            .on_train_end(|logs| Flow::Message(logs["loss"].to_string()))
            .into();
        let trace = trace(&mut callback, &of_losses(&[1.0, 0.5, 0.25]));
        let twice = |x| Flow::AddLog("twice".into(), x);
        assert_eq!(
            trace,
            [
                vec![],
                vec![twice(2.0)],
                vec![Flow::Stop, twice(1.0)],
                vec![Flow::Message("0.5".into())]
            ]
        );
    }

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let make = || {
            let new = LambdaCallback::new();
            new.on_train_batch_end(|batch, _| (batch == 2).then_some(Flow::SetLearningRate(0.5)))
                .into()
        };
        assert_resumes(make, &of_losses(&[1.0; 10]), 5);
    }
}
