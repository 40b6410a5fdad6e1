//! The metrics, one file each: running state, updated and read in ops, so that they run on the device.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::{Fault, Var};

use serde_json::{Map, Value as Json};

use crate::every_fault::every_fault;
use crate::foreign;
use crate::losses::{self, numerics::divide_no_nan};

use crate::object::snake_case;
use crate::registry::{self, Def};
use crate::{Object, OptionError, Options};

/// A float32 accumulator of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricState {
    /// Name within the metric: `total`, `count`.
    pub name: String,
    /// Shape.
    pub shape: Vec<usize>,
}

impl MetricState {
    /// An accumulator with this name and shape.
    pub fn new(name: &str, shape: &[usize]) -> MetricState {
        MetricState {
            name: name.to_string(),
            shape: shape.to_vec(),
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Larger.
    Up,
    /// Smaller.
    Down,
    /// Not known.
    Unknown,
}

/// What a metric states. Accumulators begin at zero at each epoch and at each evaluation.
pub trait Metric: std::fmt::Debug + Send + Sync {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// Accumulators for targets and predictions of these shapes (with the batch axis).
    fn states(&self, y_true: &[usize], y_pred: &[usize]) -> Vec<MetricState>;
    /// The accumulators after a batch. `weight` is (B,) or shaped like the per-sample values.
    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var>;
    /// The metric: a scalar, or a list of numbers where options ask for several.
    fn result(&self, states: &[Var]) -> Var;
    /// Which way is better.
    fn direction(&self) -> Direction;
    /// Whether a mask of the predictions weighs positions, as in Keras's metrics that are means; counts of hits and misses
    /// (AUC, precision, recall) take no mask there.
    fn takes_mask(&self) -> bool {
        false
    }
    /// Whether it is a mean over rows; counts, sums and areas are none.
    fn averages(&self) -> bool {
        false
    }
}

/// A registered metric class.
pub type MetricDef = Def<dyn Metric>;

/// The metric with this name.
pub fn find(name: &str) -> Option<&'static MetricDef> {
    registry::find(METRICS, name)
}

/// Names of the classes.
pub fn names() -> impl Iterator<Item = &'static str> {
    METRICS.iter().map(|def| def.class_name)
}

/// A metric and the name it has in logs.
#[derive(Debug)]
pub struct NamedMetric {
    /// As Keras logs it: `name`, or the text that stands alone, or the class's snake-case name where it has options.
    pub name: String,
    /// The metric.
    pub metric: Box<dyn Metric>,
}

/// A metric from its config. `accuracy` (`acc`) and `crossentropy` (`ce`) are chosen by the shapes of
/// targets and predictions (batch axis included) as Keras does.
pub fn read(
    object: &Object,
    path: &str,
    y_true: &[usize],
    y_pred: &[usize],
) -> Result<NamedMetric, Vec<OptionError>> {
    if let Some(metric) = foreign::made::<dyn Metric>(object) {
        let given = object.config.get("name").and_then(Json::as_str);
        let name = given.unwrap_or(metric.class_name()).to_owned();
        return Ok(NamedMetric { name, metric });
    }
    let unwrapped = of_known_class(object);
    let object = unwrapped.as_ref().unwrap_or(object);
    let typed = object.class_name.as_str();
    // Keras writes the class with its config; the bare text is a wish, in any case of letters.
    let is_class = typed == "Accuracy" && !object.config.is_empty();
    let class = by_shapes(typed, y_true, y_pred)
        .filter(|_| !is_class)
        .unwrap_or(typed);
    let Some(def) = find(class) else {
        if losses::find(class).is_some() {
            return read_loss(object, path, y_true, y_pred);
        }
        let message = registry::unknown(METRICS, "metric", "metrics", typed);
        return Err(vec![OptionError {
            path: path.to_string(),
            message,
        }]);
    };
    let infos = (def.options)();
    let once = |config: &Map<String, Json>| {
        let mut options = Options::new(def.class_name, config, path);
        if !infos.iter().any(|o| o.name == "dtype") {
            registry::check_dtype(&mut options, def.class_name);
        }
        options.skip("name");
        let metric = (def.read)(&mut options);
        (metric, options.finish())
    };
    let given = object.config.get("name").and_then(|v| v.as_str());
    // A text keeps what was typed, an object of a class has its snake-case name, as in Keras.
    let plain = match typed {
        typed if object.config.is_empty() => typed.to_string(),
        "LogCoshError" => "logcosh".to_string(),
        "FBetaScore" => "fbeta_score".to_string(),
        typed if typed == def.class_name => snake_case(typed),
        typed => typed.to_string(),
    };
    let name = given.map_or(plain, str::to_string);
    match once(&object.config) {
        (Some(metric), errors) if errors.is_empty() => Ok(NamedMetric { name, metric }),
        (_, errors) => Err(every_fault(
            &infos,
            &object.config,
            path,
            errors,
            |config| once(config).1,
        )),
    }
}

/// What Keras's MeanMetricWrapper around a function means, where a metric class stands for the function.
fn of_known_class(object: &Object) -> Option<Object> {
    let mut known = object.of_wrapped("MeanMetricWrapper");
    if known == *object || find(&known.class_name).is_none() {
        return None;
    }
    let name = || snake_case(&object.class_name).into();
    known.config.entry("name").or_insert_with(name);
    Some(known)
}

/// The running mean of a loss that no metric class stands for, under the name typed.
fn read_loss(
    object: &Object,
    path: &str,
    y_true: &[usize],
    y_pred: &[usize],
) -> Result<NamedMetric, Vec<OptionError>> {
    let mut wrapped = Object {
        class_name: "MeanMetricWrapper".to_string(),
        config: object.config.clone(),
    };
    wrapped = wrapped.with("fn", object.class_name.as_str());
    if !wrapped.config.contains_key("name") {
        wrapped = wrapped.with("name", object.class_name.as_str());
    }
    read(&wrapped, path, y_true, y_pred)
}

/// What `accuracy` and `crossentropy` mean for these shapes.
pub fn by_shapes(typed: &str, y_true: &[usize], y_pred: &[usize]) -> Option<&'static str> {
    let kind = crate::losses::kind_by_shapes(y_true, y_pred);
    match typed.to_ascii_lowercase().as_str() {
        "accuracy" | "acc" => Some(
            [
                "BinaryAccuracy",
                "CategoricalAccuracy",
                "SparseCategoricalAccuracy",
            ][kind],
        ),
        "crossentropy" | "ce" => Some(
            [
                "BinaryCrossentropy",
                "CategoricalCrossentropy",
                "SparseCategoricalCrossentropy",
            ][kind],
        ),
        _ => None,
    }
}

/// A metric that is a running weighted mean of values of samples, as Keras's `MeanMetricWrapper`.
pub(crate) trait Averaged: std::fmt::Debug + Send + Sync {
    const CLASS_NAME: &'static str;
    const DIRECTION: Direction;
    /// Whether a mask of the predictions weighs positions.
    const TAKES_MASK: bool = true;

    /// Values (B, ...).
    fn values(&self, y_true: &Var, y_pred: &Var) -> Var;

    /// Positions that count where there are weights.
    fn valid(&self, _y_true: &Var, _values: &Var) -> Option<Var> {
        None
    }

    /// The metric from the mean.
    fn finish(&self, mean: Var) -> Var {
        mean
    }
}

impl<T: Averaged> Metric for T {
    fn class_name(&self) -> &'static str {
        T::CLASS_NAME
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        vec![
            MetricState::new("total", &[]),
            MetricState::new("count", &[]),
        ]
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let values = self.values(y_true, y_pred);
        let weight = match (weight, self.valid(y_true, &values)) {
            (Some(w), Some(valid)) => {
                let valid = valid.cast(values.dtype());
                Some(crate::losses::align(w, &values) * crate::losses::align(&valid, &values))
            }
            (weight, _) => weight.cloned(),
        };
        mean_update(states, &values, weight.as_ref())
    }

    fn result(&self, states: &[Var]) -> Var {
        self.finish(divide_no_nan(&states[0], &states[1]))
    }

    fn direction(&self) -> Direction {
        T::DIRECTION
    }

    fn takes_mask(&self) -> bool {
        T::TAKES_MASK
    }

    fn averages(&self) -> bool {
        true
    }
}

/// Total and count of a weighted mean after values (B, ...): each sample's values are averaged first, and so are its
/// weights (B,) or (B, ...), as in Keras's `Mean`.
pub(crate) fn mean_update(states: &[Var], values: &Var, weight: Option<&Var>) -> Vec<Var> {
    let over = |x: &Var, from: usize| {
        x.mean(
            &(from as isize..x.rank() as isize).collect::<Vec<_>>(),
            false,
        )
    };
    let Some(w) = weight else {
        let rows = values.shape().first().map_or(1.0, |&rows| rows as f64);
        return vec![&states[0] + over(values, 1).sum_all(), &states[1] + rows];
    };
    let mut w = w.cast(values.dtype());
    while w.rank() > values.rank() && w.dim(-1) == 1 {
        w = w.squeeze(-1);
    }
    let values = over(values, w.rank());
    if regimen_graph::broadcast(&w.shape(), &values.shape()) != Some(values.shape()) {
        let found = format!("sample weights of shape {:?}", w.shape());
        let expected = format!("one weight for each sample of {:?}", values.shape());
        values.builder().fault(
            "sample_weight",
            Fault::new(found, expected, "Give one weight for each sample."),
        );
        return states.to_vec();
    }
    let w = w.broadcast_to(&values.shape());
    let (total, count) = (over(&(values * &w), 1).sum_all(), over(&w, 1).sum_all());
    vec![&states[0] + total, &states[1] + count]
}
