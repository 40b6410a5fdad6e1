//! Values of a graph under construction, as Python code sees them while it is traced.
//!
//! A function of Python runs once for each graph that needs it, on [`Traced`] values instead of arrays; what it does with
//! them becomes nodes. Sizes are known while it runs.

use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::graph::ops::Distribution;
use regimen::graph::{DType, Var};
use regimen::nn::{Call, Object, OptionValue, Value, layers};
use serde_json::Value as Json;

use crate::foreign::with_scope;
use crate::{arrays, eager, fault, values};

/// A value of the graph. It belongs to the thread that traces.
#[pyclass(frozen, unsendable, module = "regimen._regimen")]
pub(crate) struct Traced {
    pub(crate) var: Var,
    /// The mask that it carries.
    pub(crate) mask: Option<Var>,
}

impl Traced {
    pub(crate) fn of(var: Var) -> Traced {
        Traced { var, mask: None }
    }

    pub(crate) fn value(&self) -> Value {
        Value {
            x: self.var.clone(),
            mask: self.mask.clone(),
        }
    }
}

impl From<Value> for Traced {
    fn from(value: Value) -> Traced {
        Traced {
            var: value.x,
            mask: value.mask,
        }
    }
}

type Ref<'py> = PyRef<'py, Traced>;

#[pymethods]
impl Traced {
    #[getter]
    fn shape(&self) -> Vec<usize> {
        self.var.shape()
    }

    #[getter]
    fn dtype(&self) -> &'static str {
        self.var.dtype().name()
    }

    #[getter]
    fn mask(&self) -> Option<Traced> {
        self.mask.clone().map(Traced::of)
    }

    /// The same value with a mask, or without one.
    fn with_mask(&self, mask: Option<Ref<'_>>) -> Traced {
        Traced {
            var: self.var.clone(),
            mask: mask.map(|m| m.var.clone()),
        }
    }

    /// A constant of the same graph.
    fn constant(&self, array: &Bound<'_, PyAny>) -> PyResult<Traced> {
        let tensor = arrays::tensor(array, "constant")?;
        Ok(Traced::of(self.var.builder().constant(tensor)))
    }

    fn unary(&self, name: &str) -> PyResult<Traced> {
        let x = &self.var;
        Ok(Traced::of(match name {
            "exp" => x.exp(),
            "log" => x.log(),
            "log1p" => x.log1p(),
            "expm1" => x.expm1(),
            "tanh" => x.tanh(),
            "sigmoid" => x.sigmoid(),
            "relu" => x.relu(),
            "softplus" => x.softplus(),
            "sqrt" => x.sqrt(),
            "rsqrt" => x.rsqrt(),
            "reciprocal" => x.recip(),
            "square" => x.square(),
            "abs" => x.abs(),
            "sign" => x.sign(),
            "floor" => x.floor(),
            "ceil" => x.ceil(),
            "round" => x.round(),
            "erf" => x.erf(),
            "sin" => x.sin(),
            "cos" => x.cos(),
            "negative" => -x,
            "logical_not" => x.not(),
            "isfinite" => x.is_finite(),
            "stop_gradient" => x.stop_gradient(),
            name => return Err(fault::value(format!("no function of one value: {name}"))),
        }))
    }

    fn binary(&self, name: &str, other: Ref<'_>) -> PyResult<Traced> {
        let (a, b) = (&self.var, &other.var);
        Ok(Traced::of(match name {
            "add" => a + b,
            "subtract" => a - b,
            "multiply" => a * b,
            "divide" => a / b,
            "power" => a.pow(b),
            "mod" => a.rem(b),
            "maximum" => a.maximum(b),
            "minimum" => a.minimum(b),
            "logical_and" => a.and(b),
            "logical_or" => a.or(b),
            "equal" => a.eq_to(b),
            "not_equal" => a.ne_to(b),
            "less" => a.lt(b),
            "less_equal" => a.le(b),
            "greater" => a.gt(b),
            "greater_equal" => a.ge(b),
            "matmul" => a.matmul(b),
            "gather" => a.gather(b),
            name => return Err(fault::value(format!("no function of two values: {name}"))),
        }))
    }

    fn reduce(&self, name: &str, axes: Vec<isize>, keepdims: bool) -> PyResult<Traced> {
        let x = &self.var;
        Ok(Traced::of(match name {
            "sum" => x.sum(&axes, keepdims),
            "mean" => x.mean(&axes, keepdims),
            "max" => x.max(&axes, keepdims),
            "min" => x.min(&axes, keepdims),
            "prod" => x.prod(&axes, keepdims),
            name => return Err(fault::value(format!("no reduction: {name}"))),
        }))
    }

    fn argmax(&self, axis: isize) -> Traced {
        Traced::of(self.var.argmax(axis))
    }

    fn argmin(&self, axis: isize) -> Traced {
        Traced::of(self.var.argmin(axis))
    }

    fn cast(&self, dtype: &str) -> PyResult<Traced> {
        let dtype =
            DType::from_name(dtype).ok_or_else(|| fault::value(format!("no type: {dtype}")))?;
        Ok(Traced::of(self.var.cast(dtype)))
    }

    fn reshape(&self, shape: Vec<usize>) -> Traced {
        Traced::of(self.var.reshape(&shape))
    }

    fn transpose(&self, perm: Vec<usize>) -> Traced {
        Traced::of(self.var.transpose(&perm))
    }

    fn broadcast_to(&self, shape: Vec<usize>) -> Traced {
        Traced::of(self.var.broadcast_to(&shape))
    }

    fn slice(&self, start: Vec<usize>, stop: Vec<usize>, step: Vec<usize>) -> Traced {
        Traced::of(self.var.slice_axes(&start, &stop, &step))
    }

    fn pad(&self, low: Vec<usize>, high: Vec<usize>, value: f64) -> Traced {
        Traced::of(self.var.pad(&low, &high, value))
    }

    fn reverse(&self, axes: Vec<isize>) -> Traced {
        Traced::of(self.var.reverse(&axes))
    }

    fn cumsum(&self, axis: isize) -> Traced {
        Traced::of(self.var.cumsum(axis, false, false))
    }

    fn clip(&self, low: f64, high: f64) -> Traced {
        Traced::of(self.var.clip(low, high))
    }

    /// Where this is true the one, else the other.
    fn select(&self, a: Ref<'_>, b: Ref<'_>) -> Traced {
        Traced::of(self.var.select(&a.var, &b.var))
    }

    fn sort(&self, descending: bool) -> (Traced, Traced) {
        let (values, places) = self.var.sort(descending);
        (Traced::of(values), Traced::of(places))
    }

    fn top_k(&self, k: usize) -> (Traced, Traced) {
        let (values, places) = self.var.top_k(k);
        (Traced::of(values), Traced::of(places))
    }

    /// A function of the registry, by its name.
    fn activation(&self, name: &str) -> PyResult<Traced> {
        let def = regimen::nn::activations::find(name);
        let def = def.ok_or_else(|| fault::value(format!("no activation: {name}")))?;
        Ok(Traced::of((def.apply)(&self.var)))
    }

    fn __repr__(&self) -> String {
        format!(
            "<Traced shape={:?}, dtype={}>",
            self.var.shape(),
            self.var.dtype().name()
        )
    }
}

/// Values side by side.
#[pyfunction]
pub(crate) fn concatenate(values: Vec<Ref<'_>>, axis: isize) -> Traced {
    let all: Vec<&Var> = values.iter().map(|v| &v.var).collect();
    Traced::of(Var::concat(&all, axis))
}

/// A constant of the graph that is being traced.
#[pyfunction]
pub(crate) fn traced_constant(array: &Bound<'_, PyAny>) -> PyResult<Traced> {
    let tensor = arrays::tensor(array, "constant")?;
    with_scope(|scope| Ok(Traced::of(scope.builder().constant(tensor))))
}

/// A random draw: `uniform` or `normal`, or 1 with a probability.
#[pyfunction]
#[pyo3(signature = (kind, shape, probability=0.5))]
pub(crate) fn traced_random(kind: &str, shape: Vec<usize>, probability: f64) -> PyResult<Traced> {
    let distribution = match kind {
        "uniform" => Distribution::Uniform,
        "normal" => Distribution::Normal,
        _ => Distribution::Bernoulli { p: probability },
    };
    with_scope(|scope| Ok(Traced::of(scope.random(distribution, &shape))))
}

/// A layer of the library at the place of the layer that is being traced.
#[pyfunction]
pub(crate) fn traced_call(
    object: &str,
    name: &str,
    trainable: bool,
    inputs: Vec<Ref<'_>>,
    tensors: Vec<(String, Ref<'_>)>,
    kwargs: &str,
) -> PyResult<Vec<Traced>> {
    let mut object: Object = values::object(object)?;
    let layer = match object.class_name.as_str() {
        "Sequential" | "Functional" => {
            let model = regimen::nn::model::from_keras(&object, "").map_err(fault::options)?;
            Box::new(model)
        }
        _ => {
            object
                .config
                .retain(|key, _| !["name", "trainable", "dtype"].contains(&key.as_str()));
            layers::read(&object, "").map_err(fault::options)?
        }
    };
    let mut kwargs = match values::json(kwargs)? {
        Json::Object(map) => map,
        _ => serde_json::Map::new(),
    };
    let ((least, most), n) = (layer.arity(), inputs.len());
    if n < least || n > most {
        let class = layer.class_name();
        return Err(fault::value(format!(
            "{name}: {class} takes {least} to {most} tensors, found {n}"
        )));
    }
    let training = kwargs.remove("training").and_then(|given| given.as_bool());
    let call = Call {
        inputs: inputs.iter().map(|t| t.value()).collect(),
        kwargs,
        tensors: tensors
            .iter()
            .map(|(name, t)| (name.clone(), t.value()))
            .collect(),
        ..Call::default()
    };
    with_scope(|scope| {
        let outputs = scope.in_mode(training, |scope| {
            scope.within(name, trainable, |scope| layer.forward(scope, &call))
        });
        Ok(outputs.into_iter().map(Traced::from).collect())
    })
}

/// Values of a loss of the library, one for each row.
#[pyfunction]
pub(crate) fn traced_loss_of(object: &str, y_true: Ref<'_>, y_pred: Ref<'_>) -> PyResult<Traced> {
    let loss = regimen::nn::losses::read(&values::object(object)?, "").map_err(fault::options)?;
    let found = loss.values(&y_true.var, &y_pred.var);
    Ok(Traced::of(match loss.reduction() {
        regimen::nn::losses::Reduction::None => found,
        reduction => {
            let mask = loss.valid(&y_true.var, &found);
            regimen::nn::losses::reduce(&found, None, mask.as_ref(), reduction)
        }
    }))
}

/// The accumulators of a metric of the library after a batch of the graph.
#[pyfunction]
#[pyo3(signature = (object, states, y_true, y_pred, weight=None))]
pub(crate) fn traced_metric_update(
    object: &str,
    states: Vec<Ref<'_>>,
    y_true: Ref<'_>,
    y_pred: Ref<'_>,
    weight: Option<Ref<'_>>,
) -> PyResult<Vec<Traced>> {
    let known = eager::metric(object, &y_true.var.shape(), &y_pred.var.shape())?;
    let states: Vec<Var> = states.iter().map(|state| state.var.clone()).collect();
    let weight = weight.as_ref().map(|weight| &weight.var);
    let found = known
        .metric
        .update(&states, &y_true.var, &y_pred.var, weight);
    Ok(found.into_iter().map(Traced::of).collect())
}

/// The value of a metric of the library, from accumulators of the graph that were made for targets and predictions of these shapes.
#[pyfunction]
pub(crate) fn traced_metric_result(
    object: &str,
    states: Vec<Ref<'_>>,
    y_true: Vec<usize>,
    y_pred: Vec<usize>,
) -> PyResult<Traced> {
    let known = eager::metric(object, &y_true, &y_pred)?;
    let states: Vec<Var> = states.iter().map(|state| state.var.clone()).collect();
    Ok(Traced::of(known.metric.result(&states)))
}

/// The penalty of a regularizer, or what a constraint makes of a value.
#[pyfunction]
pub(crate) fn traced_apply(kind: &str, object: &str, x: Ref<'_>) -> PyResult<Traced> {
    let json = values::json(object)?;
    Ok(Traced::of(match kind {
        "regularizers" => {
            let known =
                regimen::nn::regularizers::Regularizer::read(&json).map_err(fault::value)?;
            known.penalty(x.var.builder(), &x.var)
        }
        _ => {
            let known = regimen::nn::constraints::Constraint::read(&json).map_err(fault::value)?;
            known.resolve().map_err(fault::value)?.project(&x.var)
        }
    }))
}
