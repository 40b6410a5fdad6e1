//! What `compile` makes: optimizer, losses and metrics, made for the shapes of a model and its targets.

use regimen_graph::Var;
use regimen_nn::losses::{self, Loss};
use regimen_nn::metrics::{self, NamedMetric};
use regimen_nn::model::InputInfo;
use regimen_nn::optimizers::{self, Optimizer};
use regimen_nn::{Object, OptionError};
use regimen_run::spec::PerOutput;
use serde_json::{Map, Value as Json};

use crate::outputs::{Outputs, each_its_own};
use crate::{CompileOptions, TrainError};

/// The loss of one output.
#[derive(Debug)]
pub(crate) struct OutputLoss {
    pub(crate) output: usize,
    /// Which of the data's targets.
    pub(crate) target: usize,
    pub(crate) loss: Box<dyn Loss>,
    /// How much it counts in the whole.
    weight: Option<f64>,
    /// The output's name where several have a loss: then each has a `<name>_loss` in the logs.
    pub(crate) name: Option<String>,
}

impl OutputLoss {
    /// The part of the loss in the whole.
    pub(crate) fn weigh(&self, loss: Var) -> Var {
        match self.weight {
            Some(weight) => loss * weight,
            None => loss,
        }
    }
}

/// A metric of one output.
#[derive(Debug)]
pub(crate) struct OutputMetric {
    pub(crate) name: String,
    pub(crate) output: usize,
    /// Which of the data's targets.
    pub(crate) target: usize,
    pub(crate) weighted: bool,
    pub(crate) metric: NamedMetric,
    /// The options as given.
    pub(crate) config: Map<String, Json>,
}

/// What `compile` made.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) optimizer: Box<dyn Optimizer>,
    pub(crate) losses: Vec<OutputLoss>,
    pub(crate) metrics: Vec<OutputMetric>,
}

impl Compiled {
    /// Resolves names for a model with these outputs and targets (batch axis left out of the latter).
    pub(crate) fn new(
        options: &CompileOptions,
        output_names: &[&str],
        outputs: &[Vec<Option<usize>>],
        targets: &[InputInfo],
    ) -> Result<Compiled, TrainError> {
        let mut errors: Vec<OptionError> = vec![];
        let optimizer = optimizers::read(&options.optimizer, "compile.optimizer")
            .map_err(|e| errors.extend(e))
            .ok();
        let outputs_by_name = Outputs(output_names);
        let given = outputs_by_name.losses(&options.loss, &mut errors);
        let trained: Vec<bool> = given.iter().map(|(loss, _)| loss.is_some()).collect();
        let shapes = Shapes {
            names: outputs_by_name,
            predictions: outputs.iter().map(|dims| known(dims)).collect(),
            targets: targets
                .iter()
                .map(|t| [vec![2], known(&t.shape)].concat())
                .collect(),
            target_of: target_of(&trained, targets.len(), &mut errors),
        };
        let weights = match &options.loss_weights {
            None => vec![None; output_names.len()],
            Some(weights) => outputs_by_name
                .each("loss_weights", weights, &mut errors)
                .into_iter()
                .map(|w| w.map(|(w, _)| *w))
                .collect(),
        };
        let losses = shapes.losses(&given, &weights, &mut errors);
        let mut metrics = vec![];
        for (key, list, weighted) in [
            ("metrics", &options.metrics, false),
            ("weighted_metrics", &options.weighted_metrics, true),
        ] {
            shapes.metrics(key, list, weighted, &mut metrics, &mut errors);
        }
        match optimizer {
            Some(optimizer) if errors.is_empty() => Ok(Compiled {
                optimizer,
                losses,
                metrics,
            }),
            _ => Err(TrainError::Options(errors)),
        }
    }

    /// No losses and no metrics.
    pub(crate) fn nothing() -> Result<Compiled, TrainError> {
        let optimizer = optimizers::read(&Object::named("SGD"), "compile.optimizer");
        Ok(Compiled {
            optimizer: optimizer.map_err(TrainError::Options)?,
            losses: vec![],
            metrics: vec![],
        })
    }

    /// The loss of an output.
    pub(crate) fn loss_of(&self, output: usize) -> Option<&dyn Loss> {
        let found = self.losses.iter().find(|l| l.output == output);
        found.map(|l| l.loss.as_ref())
    }

    /// The metric that a name in the logs belongs to; `name[2]` is a number of a list.
    pub(crate) fn metric_of(&self, log: &str) -> Option<&OutputMetric> {
        let in_list = |m: &OutputMetric| {
            log.strip_prefix(&m.name)
                .is_some_and(|rest| rest.starts_with('['))
        };
        let same = self.metrics.iter().find(|m| m.name == log);
        same.or_else(|| self.metrics.iter().find(|m| in_list(m)))
    }
}

/// The target of each output: data hold one for each, or one for each that has a loss.
fn target_of(
    trained: &[bool],
    targets: usize,
    errors: &mut Vec<OptionError>,
) -> Vec<Option<usize>> {
    let (outputs, losses) = (trained.len(), trained.iter().filter(|t| **t).count());
    if targets == outputs {
        return (0..outputs).map(Some).collect();
    }
    if targets == losses {
        let mut next = 0..losses;
        let mut place = |t: &bool| if *t { next.next() } else { None };
        return trained.iter().map(&mut place).collect();
    }
    let message = format!(
        "outputs of the model: {outputs}, but {targets} targets in the data; give one target per output that has a loss"
    );
    errors.push(OptionError {
        path: "model".to_string(),
        message,
    });
    vec![None; outputs]
}

/// Names and shapes of outputs and targets, batch axis included.
struct Shapes<'a> {
    names: Outputs<'a>,
    predictions: Vec<Vec<usize>>,
    targets: Vec<Vec<usize>>,
    /// Which target each output has.
    target_of: Vec<Option<usize>>,
}

impl Shapes<'_> {
    /// The number and shape of an output's target.
    fn target(&self, output: usize) -> Option<(usize, &[usize])> {
        let at = self.target_of.get(output).copied().flatten()?;
        Some((at, self.targets.get(at)?))
    }

    fn losses(
        &self,
        given: &[(Option<&Object>, String)],
        weights: &[Option<f64>],
        errors: &mut Vec<OptionError>,
    ) -> Vec<OutputLoss> {
        let several = given.iter().filter(|(loss, _)| loss.is_some()).count() > 1;
        let mut made = vec![];
        for (output, (object, path)) in given.iter().enumerate() {
            let (Some(object), Some((target, shape))) = (object, self.target(output)) else {
                continue;
            };
            // `crossentropy` means one of three by the shapes, as in Keras.
            let by_shapes = losses::by_shapes(&object.class_name, shape, &self.predictions[output]);
            let class_name = by_shapes.unwrap_or(&object.class_name).to_string();
            let object = Object {
                class_name,
                ..(*object).clone()
            };
            match losses::read(&object, path) {
                Ok(loss) => made.push(OutputLoss {
                    output,
                    target,
                    loss,
                    weight: weights.get(output).copied().flatten(),
                    name: several.then(|| self.names.0[output].to_string()),
                }),
                Err(more) => add(errors, more),
            }
        }
        made
    }

    fn metrics(
        &self,
        key: &str,
        given: &PerOutput<Vec<Object>>,
        weighted: bool,
        made: &mut Vec<OutputMetric>,
        errors: &mut Vec<OptionError>,
    ) {
        let own = each_its_own(given, self.names.0.len());
        let given = own.as_ref().unwrap_or(given);
        let single = own.is_some();
        for (output, entry) in self.names.each(key, given, errors).into_iter().enumerate() {
            let Some((list, path)) = entry.filter(|(list, _)| !list.is_empty()) else {
                continue;
            };
            let Some((target, shape)) = self.target(output) else {
                errors.push(self.names.without_target(output, &path));
                continue;
            };
            for (i, object) in list.iter().enumerate() {
                let path = if single {
                    path.clone()
                } else {
                    format!("{path}[{i}]")
                };
                match metrics::read(object, &path, shape, &self.predictions[output]) {
                    Ok(metric) => {
                        let name = log_name(&metric.name, self.names.0, output, weighted, made);
                        made.push(OutputMetric {
                            name,
                            output,
                            target,
                            weighted,
                            metric,
                            config: object.config.clone(),
                        });
                    }
                    Err(more) => add(errors, more),
                }
            }
        }
    }
}

/// Adds faults; one of an entry that several outputs share counts once.
fn add(errors: &mut Vec<OptionError>, more: Vec<OptionError>) {
    for error in more {
        if !errors.contains(&error) {
            errors.push(error);
        }
    }
}

/// A shape with a stand-in for unknown sizes.
fn known(dims: &[Option<usize>]) -> Vec<usize> {
    dims.iter().map(|d| d.unwrap_or(2)).collect()
}

/// Keras's name in the logs: `<output>_<metric>` with several outputs; duplicates are numbered, those of weighted
/// metrics after `<output>_weighted_<metric>`.
fn log_name(
    metric: &str,
    outputs: &[&str],
    output: usize,
    weighted: bool,
    taken: &[OutputMetric],
) -> String {
    let prefix = match outputs.len() {
        1 => String::new(),
        _ => format!("{}_", outputs[output]),
    };
    let free = |name: &str| taken.iter().all(|m| m.name != name);
    let mut base = format!("{prefix}{metric}");
    if free(&base) {
        return base;
    }
    if weighted {
        base = format!("{prefix}weighted_{metric}");
        if free(&base) {
            return base;
        }
    }
    (1..)
        .map(|i| format!("{base}_{i}"))
        .find(|n| free(n))
        .unwrap_or(base)
}
