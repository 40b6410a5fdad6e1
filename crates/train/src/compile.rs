//! `model.compile(...)`: optimizer, losses and metrics, made for the shapes of a model and its targets.

use regimen_nn::losses::{self, Loss};
use regimen_nn::metrics::{self, NamedMetric};
use regimen_nn::model::InputInfo;
use regimen_nn::optimizers::{self, Optimizer};
use regimen_nn::{Object, OptionError};

use crate::TrainError;

/// The arguments of `compile`, by Keras's names.
///
/// ```
/// use regimen_train::CompileOptions;
/// let options = CompileOptions::new("adam", "categorical_crossentropy").metrics(["accuracy"]);
/// assert_eq!(options.metrics.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CompileOptions {
    /// Such as `adam`.
    pub optimizer: Object,
    /// One for all outputs, or one each.
    pub loss: Vec<Object>,
    /// See no weights.
    pub metrics: Vec<Object>,
    /// See class and sample weights.
    pub weighted_metrics: Vec<Object>,
}

impl CompileOptions {
    /// Optimizer and loss by name.
    pub fn new(optimizer: impl Into<Object>, loss: impl Into<Object>) -> CompileOptions {
        CompileOptions {
            optimizer: optimizer.into(),
            loss: vec![loss.into()],
            metrics: vec![],
            weighted_metrics: vec![],
        }
    }

    /// The same with these metrics.
    pub fn metrics<T: Into<Object>>(
        mut self,
        metrics: impl IntoIterator<Item = T>,
    ) -> CompileOptions {
        self.metrics = metrics.into_iter().map(Into::into).collect();
        self
    }

    /// The same with these weighted metrics.
    pub fn weighted_metrics<T: Into<Object>>(
        mut self,
        metrics: impl IntoIterator<Item = T>,
    ) -> CompileOptions {
        self.weighted_metrics = metrics.into_iter().map(Into::into).collect();
        self
    }
}

/// A metric of one output.
#[derive(Debug)]
pub(crate) struct OutputMetric {
    pub(crate) name: String,
    pub(crate) output: usize,
    pub(crate) weighted: bool,
    pub(crate) metric: NamedMetric,
}

/// What `compile` made.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) optimizer: Box<dyn Optimizer>,
    pub(crate) losses: Vec<Box<dyn Loss>>,
    pub(crate) metrics: Vec<OutputMetric>,
    /// Names of the outputs when there are several: then each has a `<name>_loss` in the logs.
    pub(crate) output_names: Vec<String>,
}

impl Compiled {
    /// Resolves names for a model with these outputs (batch axis left out) and targets.
    pub(crate) fn new(
        options: &CompileOptions,
        output_names: &[&str],
        outputs: &[Vec<Option<usize>>],
        targets: &[InputInfo],
    ) -> Result<Compiled, TrainError> {
        let mut errors: Vec<OptionError> = vec![];
        let n = outputs.len();
        if targets.len() != n {
            let text = format!(
                "the model has {n} outputs, the data {} targets; give one target per output",
                targets.len()
            );
            return Err(TrainError::Arguments(text));
        }
        if options.loss.len() != 1 && options.loss.len() != n {
            let text = format!(
                "{} losses for {n} outputs; give one loss, or one per output",
                options.loss.len()
            );
            return Err(TrainError::Arguments(text));
        }
        let optimizer = optimizers::read(&options.optimizer, "compile.optimizer")
            .map_err(|e| errors.extend(e))
            .ok();
        let mut made = vec![];
        for i in 0..n {
            let (object, path) = match options.loss.as_slice() {
                [one] => (one, "compile.loss".to_string()),
                many => (&many[i], format!("compile.loss[{i}]")),
            };
            match losses::read(object, &path) {
                Ok(loss) => made.push(loss),
                Err(e) if i == 0 || options.loss.len() > 1 => errors.extend(e),
                Err(_) => {}
            }
        }
        let mut metrics: Vec<OutputMetric> = vec![];
        let both = [
            ("metrics", &options.metrics, false),
            ("weighted_metrics", &options.weighted_metrics, true),
        ];
        for (key, list, weighted) in both {
            for output in 0..n {
                for (i, object) in list.iter().enumerate() {
                    let path = format!("compile.{key}[{i}]");
                    let shape = |dims: &[Option<usize>]| -> Vec<usize> {
                        dims.iter().map(|d| d.unwrap_or(2)).collect()
                    };
                    let target: Vec<usize> = [2]
                        .into_iter()
                        .chain(shape(&targets[output].shape))
                        .collect();
                    match metrics::read(object, &path, &target, &shape(&outputs[output])) {
                        Ok(metric) => {
                            let name =
                                log_name(&metric.name, output_names, output, weighted, &metrics);
                            metrics.push(OutputMetric {
                                name,
                                output,
                                weighted,
                                metric,
                            });
                        }
                        Err(e) if output == 0 => errors.extend(e),
                        Err(_) => {}
                    }
                }
            }
        }
        match optimizer {
            Some(optimizer) if errors.is_empty() => {
                let names = if n > 1 {
                    output_names.iter().map(|s| s.to_string()).collect()
                } else {
                    vec![]
                };
                Ok(Compiled {
                    optimizer,
                    losses: made,
                    metrics,
                    output_names: names,
                })
            }
            _ => Err(TrainError::Options(errors)),
        }
    }
}

/// Keras's name in the logs: `<output>_<metric>` with several outputs; duplicates are numbered.
fn log_name(
    metric: &str,
    outputs: &[&str],
    output: usize,
    weighted: bool,
    taken: &[OutputMetric],
) -> String {
    let base = if outputs.len() > 1 {
        format!("{}_{metric}", outputs[output])
    } else {
        metric.to_string()
    };
    let free = |name: &str| taken.iter().all(|m| m.name != name);
    if free(&base) {
        return base;
    }
    let base = if weighted {
        format!("weighted_{base}")
    } else {
        base
    };
    if free(&base) {
        return base;
    }
    (1..)
        .map(|i| format!("{base}_{i}"))
        .find(|n| free(n))
        .unwrap_or(base)
}
