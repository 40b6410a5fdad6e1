//! `model.compile(...)`: optimizer, losses and metrics, made for the shapes of a model and its targets.

use regimen_graph::Var;
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
    /// How much the loss of each output counts in the whole; empty for 1 each.
    pub loss_weights: Vec<f64>,
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
            loss_weights: vec![],
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

impl Compiled {
    /// The part of an output's loss in the whole.
    pub(crate) fn weigh(&self, output: usize, loss: Var) -> Var {
        match self.loss_weights.get(output) {
            Some(&weight) => loss * weight,
            None => loss,
        }
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
    /// One per loss, or none.
    pub(crate) loss_weights: Vec<f64>,
    pub(crate) metrics: Vec<OutputMetric>,
    /// Names of the outputs when there are several: then each has a `<name>_loss` in the logs.
    pub(crate) output_names: Vec<String>,
}

impl Compiled {
    /// Resolves names for a model with these outputs and targets (batch axis left out of the latter).
    pub(crate) fn new(
        options: &CompileOptions,
        output_names: &[&str],
        outputs: &[Vec<Option<usize>>],
        targets: &[InputInfo],
    ) -> Result<Compiled, TrainError> {
        let n = outputs.len();
        let counts = [
            (
                targets.len() == n,
                targets.len(),
                "targets in the data; give one target per output",
            ),
            (
                options.loss.len() == 1 || options.loss.len() == n,
                options.loss.len(),
                "losses; give one loss, or one per output",
            ),
            (
                options.loss_weights.is_empty() || options.loss_weights.len() == n,
                options.loss_weights.len(),
                "loss_weights; give one per output, or none",
            ),
        ];
        if let Some((_, found, text)) = counts.iter().find(|c| !c.0) {
            let message = format!("outputs of the model: {n}, but {found} {text}");
            return Err(TrainError::Options(vec![OptionError {
                path: "model".to_string(),
                message,
            }]));
        }
        let shapes = Shapes {
            names: output_names,
            predictions: outputs.iter().map(|dims| known(dims)).collect(),
            targets: targets
                .iter()
                .map(|t| [vec![2], known(&t.shape)].concat())
                .collect(),
        };
        let mut errors: Vec<OptionError> = vec![];
        let optimizer = optimizers::read(&options.optimizer, "compile.optimizer")
            .map_err(|e| errors.extend(e))
            .ok();
        let losses = shapes.losses(&options.loss, &mut errors);
        let mut metrics = vec![];
        shapes.metrics(
            "metrics",
            &options.metrics,
            false,
            &mut metrics,
            &mut errors,
        );
        shapes.metrics(
            "weighted_metrics",
            &options.weighted_metrics,
            true,
            &mut metrics,
            &mut errors,
        );
        let names = if n > 1 {
            output_names.iter().map(ToString::to_string).collect()
        } else {
            vec![]
        };
        match optimizer {
            Some(optimizer) if errors.is_empty() => Ok(Compiled {
                optimizer,
                losses,
                loss_weights: options.loss_weights.clone(),
                metrics,
                output_names: names,
            }),
            _ => Err(TrainError::Options(errors)),
        }
    }
}

/// Names and shapes of outputs and targets, batch axis included.
struct Shapes<'a> {
    names: &'a [&'a str],
    predictions: Vec<Vec<usize>>,
    targets: Vec<Vec<usize>>,
}

impl Shapes<'_> {
    fn losses(&self, list: &[Object], errors: &mut Vec<OptionError>) -> Vec<Box<dyn Loss>> {
        let mut made = vec![];
        for (i, (target, prediction)) in self.targets.iter().zip(&self.predictions).enumerate() {
            let (object, path) = match list {
                [one] => (one, "compile.loss".to_string()),
                many => (&many[i], format!("compile.loss[{i}]")),
            };
            // `crossentropy` means one of three by the shapes, as in Keras.
            let by_shapes = losses::by_shapes(&object.class_name, target, prediction);
            let class_name = by_shapes.unwrap_or(&object.class_name).to_string();
            match losses::read(
                &Object {
                    class_name,
                    ..object.clone()
                },
                &path,
            ) {
                Ok(loss) => made.push(loss),
                Err(e) if i == 0 || list.len() > 1 => errors.extend(e),
                Err(_) => {}
            }
        }
        made
    }

    fn metrics(
        &self,
        key: &str,
        list: &[Object],
        weighted: bool,
        made: &mut Vec<OutputMetric>,
        errors: &mut Vec<OptionError>,
    ) {
        for (output, (target, prediction)) in self.targets.iter().zip(&self.predictions).enumerate()
        {
            for (i, object) in list.iter().enumerate() {
                match metrics::read(object, &format!("compile.{key}[{i}]"), target, prediction) {
                    Ok(metric) => {
                        let name = log_name(&metric.name, self.names, output, weighted, made);
                        made.push(OutputMetric {
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
}

/// A shape with a stand-in for unknown sizes.
fn known(dims: &[Option<usize>]) -> Vec<usize> {
    dims.iter().map(|d| d.unwrap_or(2)).collect()
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
