//! The arguments of `model.compile(...)`.

use regimen_nn::Object;
use regimen_run::spec::PerOutput;

/// The arguments of `compile`, by Keras's names.
///
/// ```
/// use regimen_train::{CompileOptions, PerOutput};
/// let options = CompileOptions::new("adam", "categorical_crossentropy").metrics(["accuracy"]);
/// assert_eq!(options.metrics.iter().count(), 1);
/// let two = options.losses([("kind", Some("mse")), ("mask", None)]).loss_weights([("kind", 0.5)]);
/// assert!(matches!(two.loss, PerOutput::Named(_)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CompileOptions {
    /// Such as `adam`.
    pub optimizer: Object,
    /// One for all outputs, or one each; an output without one does not train.
    pub loss: PerOutput<Option<Object>>,
    /// How much the loss of each output counts in the whole; `None` for 1 each.
    pub loss_weights: Option<PerOutput<f64>>,
    /// See no weights. With several outputs a list of as many metrics gives each its own, as in Keras; one metric goes to
    /// every output.
    pub metrics: PerOutput<Vec<Object>>,
    /// See class and sample weights.
    pub weighted_metrics: PerOutput<Vec<Object>>,
    /// How Keras runs a step.
    pub execution: Execution,
}

/// How Keras runs a step of the model: kept for files, of no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// Without a compiled graph.
    pub run_eagerly: bool,
    /// Steps between two calls of Python.
    pub steps_per_execution: u64,
    /// Compiled for the device; `None` where Keras finds out whether it can.
    pub jit_compile: Option<bool>,
}

impl Default for Execution {
    fn default() -> Execution {
        Execution {
            run_eagerly: false,
            steps_per_execution: 1,
            jit_compile: None,
        }
    }
}

impl CompileOptions {
    /// Optimizer and loss by name.
    pub fn new(optimizer: impl Into<Object>, loss: impl Into<Object>) -> CompileOptions {
        CompileOptions {
            optimizer: optimizer.into(),
            loss: PerOutput::All(Some(loss.into())),
            loss_weights: None,
            metrics: PerOutput::default(),
            weighted_metrics: PerOutput::default(),
            execution: Execution::default(),
        }
    }

    /// The same with a loss for each output, by its name.
    pub fn losses<T: Into<Object>, const N: usize>(
        mut self,
        losses: [(&str, Option<T>); N],
    ) -> CompileOptions {
        let losses = losses.map(|(name, loss)| (name, loss.map(Into::into)));
        self.loss = PerOutput::from(losses);
        self
    }

    /// The same with weights of the outputs' losses, by name.
    pub fn loss_weights<const N: usize>(mut self, weights: [(&str, f64); N]) -> CompileOptions {
        self.loss_weights = Some(PerOutput::from(weights));
        self
    }

    /// The same with these metrics.
    pub fn metrics<T: Into<Object>>(
        mut self,
        metrics: impl IntoIterator<Item = T>,
    ) -> CompileOptions {
        self.metrics = PerOutput::All(metrics.into_iter().map(Into::into).collect());
        self
    }

    /// The same with these weighted metrics.
    pub fn weighted_metrics<T: Into<Object>>(
        mut self,
        metrics: impl IntoIterator<Item = T>,
    ) -> CompileOptions {
        self.weighted_metrics = PerOutput::All(metrics.into_iter().map(Into::into).collect());
        self
    }
}
