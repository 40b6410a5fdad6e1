//! Losses, metrics, activations and the like on arrays, outside of any model: a small graph each, run at once.

use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::graph::{Builder, Engine, InputKind, Tensor, Var};
use regimen::nn::activations::Activation;
use regimen::nn::constraints::Constraint;
use regimen::nn::losses::{self, Reduction};
use regimen::nn::metrics::{self, NamedMetric};
use regimen::nn::regularizers::Regularizer;
use regimen::nn::{Mode, OptionValue, Scope, schedules};

use crate::engine::{self, engine};
use crate::{arrays, fault, values};

type Array<'py> = Bound<'py, PyAny>;

/// Runs what `write` makes of the inputs.
pub(crate) fn run(
    inputs: &[Tensor],
    write: impl FnOnce(&Builder, &[Var]) -> PyResult<Vec<Var>>,
) -> PyResult<Vec<Tensor>> {
    engine::check()?;
    let builder = Builder::new();
    let declared = inputs.iter().enumerate();
    let vars: Vec<Var> = declared
        .map(|(i, t)| builder.input(&format!("x/{i}"), t.ty(), InputKind::Feed))
        .collect();
    let outputs = write(&builder, &vars)?;
    let named: Vec<(String, Var)> = outputs
        .into_iter()
        .enumerate()
        .map(|(i, var)| (format!("y/{i}"), var))
        .collect();
    let pairs: Vec<(&str, Var)> = named.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let graph = builder.finish(&pairs, &[]);
    let graph = graph.map_err(|e| fault::traced(e.to_string()))?;
    let ran = || -> Result<Vec<Tensor>, regimen::graph::EngineError> {
        let mut program = engine().compile(&graph)?;
        program.run(
            engine().store().as_mut(),
            &inputs.iter().collect::<Vec<_>>(),
        )?;
        Ok((0..pairs.len()).map(|i| program.output(i)).collect())
    };
    ran().map_err(|e| fault::value(e.to_string()))
}

fn one<'py>(py: Python<'py>, mut all: Vec<Tensor>) -> PyResult<Array<'py>> {
    arrays::array(py, all.remove(0))
}

/// A loss of predictions: a number, or values as they are where its reduction is none.
#[pyfunction]
#[pyo3(signature = (object, y_true, y_pred, weight=None))]
pub(crate) fn eager_loss<'py>(
    py: Python<'py>,
    object: &str,
    y_true: Array<'py>,
    y_pred: Array<'py>,
    weight: Option<Array<'py>>,
) -> PyResult<Array<'py>> {
    let object = values::object(object)?;
    let loss = losses::read(&object, "").map_err(fault::options)?;
    let mut inputs = vec![
        arrays::tensor(&y_true, "y_true")?,
        arrays::tensor(&y_pred, "y_pred")?,
    ];
    inputs.extend(
        weight
            .map(|w| arrays::tensor(&w, "sample_weight"))
            .transpose()?,
    );
    let all = run(&inputs, |_, vars| {
        let found = loss.values(&vars[0], &vars[1]);
        let (mask, weight) = (loss.valid(&vars[0], &found), vars.get(2));
        Ok(vec![match loss.reduction() {
            Reduction::None => losses::weigh(&found, weight, mask.as_ref(), Reduction::None).0,
            reduction => losses::reduce(&found, weight, mask.as_ref(), reduction),
        }])
    })?;
    one(py, all)
}

pub(crate) fn metric(object: &str, y_true: &[usize], y_pred: &[usize]) -> PyResult<NamedMetric> {
    let object = values::object(object)?;
    metrics::read(&object, "", y_true, y_pred).map_err(fault::options)
}

/// Names and sizes of the accumulators of a metric for targets and predictions of these shapes; all begin at zero.
#[pyfunction]
pub(crate) fn eager_metric_states(
    object: &str,
    y_true: Vec<usize>,
    y_pred: Vec<usize>,
) -> PyResult<Vec<(String, Vec<usize>)>> {
    let states = metric(object, &y_true, &y_pred)?
        .metric
        .states(&y_true, &y_pred);
    Ok(states.into_iter().map(|s| (s.name, s.shape)).collect())
}

/// The accumulators after a batch.
#[pyfunction]
#[pyo3(signature = (object, states, y_true, y_pred, weight=None))]
pub(crate) fn eager_metric_update<'py>(
    py: Python<'py>,
    object: &str,
    states: Vec<Array<'py>>,
    y_true: Array<'py>,
    y_pred: Array<'py>,
    weight: Option<Array<'py>>,
) -> PyResult<Vec<Array<'py>>> {
    let mut inputs = vec![
        arrays::tensor(&y_true, "y_true")?,
        arrays::tensor(&y_pred, "y_pred")?,
    ];
    let known = metric(object, &inputs[0].shape, &inputs[1].shape)?;
    inputs.extend(
        weight
            .map(|w| arrays::tensor(&w, "sample_weight"))
            .transpose()?,
    );
    let first = inputs.len();
    inputs.extend(arrays::tensors(&states, "states")?);
    let all = run(&inputs, |_, vars| {
        let weight = (first > 2).then(|| &vars[2]);
        Ok(known
            .metric
            .update(&vars[first..], &vars[0], &vars[1], weight))
    })?;
    all.into_iter().map(|t| arrays::array(py, t)).collect()
}

/// A metric's value, from its accumulators.
#[pyfunction]
pub(crate) fn eager_metric_result<'py>(
    py: Python<'py>,
    object: &str,
    states: Vec<Array<'py>>,
    y_true: Vec<usize>,
    y_pred: Vec<usize>,
) -> PyResult<Array<'py>> {
    let known = metric(object, &y_true, &y_pred)?;
    let inputs = arrays::tensors(&states, "states")?;
    one(
        py,
        run(&inputs, |_, vars| Ok(vec![known.metric.result(vars)]))?,
    )
}

/// An activation, the penalty of a regularizer, or what a constraint makes of a value.
#[pyfunction]
pub(crate) fn eager_apply<'py>(
    py: Python<'py>,
    kind: &str,
    object: &str,
    x: Array<'py>,
) -> PyResult<Array<'py>> {
    let json = values::json(object)?;
    let inputs = [arrays::tensor(&x, "x")?];
    let all = run(&inputs, |builder, vars| {
        let x = &vars[0];
        Ok(vec![match kind {
            "activations" => {
                let known = Activation::read(&json).map_err(fault::value)?;
                known.apply(&Scope::new(builder, Mode::Inference), x)
            }
            "regularizers" => Regularizer::read(&json)
                .map_err(fault::value)?
                .penalty(builder, x),
            "constraints" => {
                let known = Constraint::read(&json).map_err(fault::value)?;
                known.resolve().map_err(fault::value)?.project(x)
            }
            kind => {
                return Err(fault::value(format!(
                    "nothing of the kind {kind} is a function of one value"
                )));
            }
        }])
    })?;
    one(py, all)
}

/// The learning rate that a schedule gives for a step.
#[pyfunction]
pub(crate) fn eager_schedule(object: &str, step: u64) -> PyResult<f64> {
    let object = values::object(object)?;
    let schedule = schedules::read(&object, "").map_err(fault::options)?;
    let all = run(&[Tensor::scalar(step as f32)], |_, vars| {
        Ok(vec![schedule.rate(&vars[0])])
    })?;
    Ok(all[0].to_f64()[0])
}
