//! MeanMetricWrapper: a running weighted mean of a function of targets and predictions, named by `fn`.
//!
//! A function that a metric class stands for is read as that class; what is left are losses without one, such as
//! `huber`: a name of a loss among the metrics means this. Follows keras/src/metrics/reduction_metrics.py.

use regimen_graph::Var;
use serde_json::Value as Json;

use crate::losses::{self, Loss};
use crate::metrics::{Averaged, Direction, Metric, MetricDef};
use crate::{Object, OptionError, OptionInfo, OptionValue, Options};

/// The registered class.
pub const DEF: MetricDef = MetricDef {
    class_name: "MeanMetricWrapper",
    aliases: &[],
    about: "running mean of a loss, named by `fn`",
    options: || {
        vec![OptionInfo {
            name: "fn",
            kind: "name of a loss",
            default: None,
        }]
    },
    read,
};

/// The running mean of a loss.
///
/// ```
/// use regimen_nn::{Object, metrics};
/// let object = Object::named("huber").with("delta", 0.5);
/// let named = metrics::read(&object, "compile.metrics[0]", &[8, 1], &[8, 1]).unwrap();
/// assert_eq!((named.name.as_str(), named.metric.class_name()), ("huber", "MeanMetricWrapper"));
/// ```
#[derive(Debug)]
pub struct MeanMetricWrapper {
    function: Box<dyn Loss>,
}

/// A function by its name, or as Keras writes it.
struct Function(Object);

impl OptionValue for Function {
    const KIND: &'static str = "name of a loss, such as \"huber\"";

    fn read(value: &Json) -> Result<Function, String> {
        Object::read(value).map(Function)
    }

    fn write(&self) -> Json {
        self.0.class_name.as_str().into()
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Metric>> {
    let Function(mut object) = options.get("fn", None)?;
    // The other arguments are those of the function.
    for (key, value) in options.take_rest(&["name", "dtype"]) {
        object.config.insert(key, value);
    }
    match losses::read(&object, "") {
        Ok(function) => Some(Box::new(MeanMetricWrapper { function })),
        Err(errors) => {
            for OptionError { path, message } in errors {
                let at = if path.is_empty() { "fn" } else { &path };
                options.error(at, message);
            }
            None
        }
    }
}

impl Averaged for MeanMetricWrapper {
    const CLASS_NAME: &'static str = "MeanMetricWrapper";
    const DIRECTION: Direction = Direction::Down;

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        self.function.values(y_true, y_pred)
    }

    fn valid(&self, y_true: &Var, values: &Var) -> Option<Var> {
        self.function.valid(y_true, values)
    }
}
