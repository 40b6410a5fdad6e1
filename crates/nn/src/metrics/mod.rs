//! The metrics, one file each: running state, updated and read in ops, so that they run on the device.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

use regimen_graph::Var;

use crate::{
    Object, OptionError, OptionInfo, Options, config::nearest,
    object::{same_name, snake_case},
};

/// A float32 accumulator of a metric.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricState {
    /// Name within the metric: `total`, `count`.
    pub name: String,
    /// Shape.
    pub shape: Vec<usize>,
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
    /// The metric, a scalar.
    fn result(&self, states: &[Var]) -> Var;
    /// Which way is better.
    fn direction(&self) -> Direction;
}

/// A registered metric class.
pub struct MetricDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Function names and short forms.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>) -> Option<Box<dyn Metric>>,
}

/// The metric with this name.
pub fn find(name: &str) -> Option<&'static MetricDef> {
    METRICS.iter().find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A metric and the name it has in logs.
#[derive(Debug)]
pub struct NamedMetric {
    /// As Keras logs it: the text the user typed, or the class's snake-case name, or `name`.
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
    let typed = object.class_name.as_str();
    let class = by_shapes(typed, y_true, y_pred).unwrap_or(typed);
    let Some(def) = find(class) else {
        let names = METRICS.iter().flat_map(|d| std::iter::once(d.class_name).chain(d.aliases.iter().copied()));
        let hint = match nearest(typed, names.chain(["accuracy"])) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`regimen list metrics` prints all".to_string(),
        };
        let message = format!("there is no metric `{typed}`: {hint}");
        return Err(vec![OptionError { path: path.to_string(), message }]);
    };
    let mut options = Options::new(def.class_name, &object.config, path);
    options.skip("dtype");
    let given = options.raw("name").and_then(|v| v.as_str());
    // A class keeps its snake-case name, anything else the text typed, as in Keras.
    let plain = if typed == def.class_name { snake_case(typed) } else { typed.to_string() };
    let name = given.map_or(plain, str::to_string);
    let metric = (def.read)(&mut options);
    let errors = options.finish();
    match metric {
        Some(metric) if errors.is_empty() => Ok(NamedMetric { name, metric }),
        _ => Err(errors),
    }
}

/// What `accuracy` and `crossentropy` mean for these shapes.
fn by_shapes(typed: &str, y_true: &[usize], y_pred: &[usize]) -> Option<&'static str> {
    let kind = crate::losses::kind_by_shapes(y_true, y_pred);
    match typed.to_ascii_lowercase().as_str() {
        "accuracy" | "acc" => Some(["BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"][kind]),
        "crossentropy" | "ce" => {
            Some(["BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"][kind])
        }
        _ => None,
    }
}

/// Accumulators of a weighted mean.
pub(crate) fn mean_states() -> Vec<MetricState> {
    let state = |name: &str| MetricState { name: name.to_string(), shape: vec![] };
    vec![state("total"), state("count")]
}

/// Adds per-sample values (B, ...) to a weighted mean: values are first averaged over all axes but the
/// batch's when weights are given for whole samples.
pub(crate) fn mean_update(states: &[Var], values: &Var, weight: Option<&Var>) -> Vec<Var> {
    let (mut values, mut sum_of_weights) = (values.clone(), None);
    if let Some(w) = weight {
        let rank = w.rank().min(values.rank());
        if values.rank() > rank {
            let axes: Vec<isize> = (rank..values.rank()).map(|a| a as isize).collect();
            values = values.mean(&axes, false);
        }
        let w = crate::losses::align(w, &values).broadcast_to(&values.shape());
        values = values * &w;
        sum_of_weights = Some(w.sum_all());
    }
    let n = values.ty().elements() as f64;
    let count = sum_of_weights.unwrap_or_else(|| values.builder().scalar(n));
    vec![&states[0] + values.sum_all(), &states[1] + count]
}

/// Total over count, 0 without samples, as Keras's `divide_no_nan`.
pub(crate) fn mean_result(states: &[Var]) -> Var {
    let none = states[1].eq_to(&states[1].scalar_like(0.0));
    let safe = none.select(&states[1].scalar_like(1.0), &states[1]);
    none.select(&states[0].scalar_like(0.0), &(&states[0] / safe))
}
