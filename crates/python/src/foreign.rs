//! Layers, losses, metrics, regularizers, constraints and activations written in Python.
//!
//! The library asks for an object by its number; `regimen._keras.foreign.find(number)` of Python gives it. While an object
//! writes graph, the scope it writes in lies in [`SCOPE`], so that layers which it calls write there, too.

use std::cell::Cell;

use pyo3::prelude::*;
use pyo3::types::{PyAny, PyList};
use regimen::graph::{Builder, Fault, Type, Var};
use regimen::nn::constraints::Constrain;
use regimen::nn::foreign::Foreign;
use regimen::nn::initializers::Initializer;
use regimen::nn::losses::{self, Loss, Reduction};
use regimen::nn::metrics::{Direction, Metric, MetricState};
use regimen::nn::regularizers::{Regularize, Regularizer};
use regimen::nn::schedules::LearningRateSchedule;
use regimen::nn::{Call, Layer, Mode, OptionValue, Scope, Value, WeightOptions};
use serde_json::{Map, Value as Json};

use crate::trace::Traced;
use crate::{arrays, fault, values};

thread_local! {
    static SCOPE: Cell<Option<*mut Scope>> = const { Cell::new(None) };
    /// The exception that tracing ended with, for whoever asked for the graph.
    static RAISED: Cell<Option<PyErr>> = const { Cell::new(None) };
}

/// Lets Python code write in `scope` while `f` runs.
fn within<R>(scope: &mut Scope, f: impl FnOnce() -> R) -> R {
    struct Before(Option<*mut Scope>);
    impl Drop for Before {
        fn drop(&mut self) {
            SCOPE.set(self.0);
        }
    }
    let _before = Before(SCOPE.replace(Some(std::ptr::from_mut(scope))));
    f()
}

/// The scope that is written in.
#[allow(unsafe_code)]
pub(crate) fn with_scope<R>(f: impl FnOnce(&mut Scope) -> PyResult<R>) -> PyResult<R> {
    // Taken out while it is used, so that there is one reference at a time.
    let Some(pointer) = SCOPE.take() else {
        return Err(fault::value(
            "belongs inside of a layer's `call`, while it is traced",
        ));
    };
    // SAFETY: `within` sets the pointer from a reference that lives longer than the call within which it is set and is not
    // used meanwhile, and takes it away before that call returns; the cell is this thread's own and empty while `f` runs.
    let result = f(unsafe { &mut *pointer });
    SCOPE.set(Some(pointer));
    result
}

/// Keeps an exception that a fault stands for.
pub(crate) fn keep(error: PyErr) {
    RAISED.set(Some(error));
}

/// The exception of Python that a fault stands for, if one was raised while tracing on this thread.
pub(crate) fn raised() -> Option<PyErr> {
    RAISED.take()
}

fn find<'py>(py: Python<'py>, id: u64) -> PyResult<Bound<'py, PyAny>> {
    let module = py.import("regimen._keras.foreign")?;
    module.call_method1("find", (id,))
}

/// Gives objects of Python by their numbers.
pub(crate) struct Objects;

/// An object of Python with the name of its class.
#[derive(Debug)]
struct Held {
    id: u64,
    /// None for a layer: its model keeps it, and the model keeps what has this. Python does not see through to it, and would never
    /// free the circle.
    kept: Option<Py<PyAny>>,
    class_name: &'static str,
}

impl Held {
    fn of(id: u64) -> Option<Held> {
        Python::attach(|py| {
            let object = find(py, id).ok()?;
            let name: String = object.getattr("_foreign_name").ok()?.extract().ok()?;
            Some(Held {
                id,
                kept: Some(object.unbind()),
                class_name: kept(name),
            })
        })
    }

    /// The same of an object that lives as long as its model does.
    fn of_layer(id: u64) -> Option<Held> {
        Held::of(id).map(|held| Held { kept: None, ..held })
    }

    fn object<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.kept {
            Some(object) => Ok(object.bind(py).clone()),
            None => find(py, self.id).map_err(|_| {
                fault::value(format!(
                    "the {} that this model was made of is gone",
                    self.class_name
                ))
            }),
        }
    }

    /// Calls a method with values and gives the value that it returns.
    fn ask(&self, method: &str, args: &[&Var]) -> PyResult<Var> {
        Python::attach(|py| {
            let args: Vec<Bound<'_, Traced>> = args
                .iter()
                .map(|var| Bound::new(py, Traced::of((*var).clone())))
                .collect::<PyResult<_>>()?;
            let args = pyo3::types::PyTuple::new(py, args)?;
            let told = self.object(py)?.call_method1(method, args)?;
            let traced = told
                .cast::<Traced>()
                .map_err(|e| fault::value(e.to_string()))?;
            Ok(traced.borrow().var.clone())
        })
    }

    /// The same; an exception is kept, noted as a fault of the graph, and `meant` stands for the result.
    fn value(&self, method: &str, args: &[&Var], meant: impl FnOnce() -> Type) -> Var {
        self.ask(method, args).unwrap_or_else(|error| {
            let builder = args[0].builder();
            note(builder, self.class_name, error);
            builder.placeholder(meant())
        })
    }
}

fn note(builder: &regimen::graph::Builder, class_name: &str, error: PyErr) {
    let fault = Fault::new(
        error.to_string(),
        "a function that can be traced",
        "See the exception.",
    );
    builder.fault(class_name, fault);
    RAISED.set(Some(error));
}

/// Names of classes live as long as the process; there are as many as a program has.
fn kept(name: String) -> &'static str {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    match names.get(name.as_str()) {
        Some(known) => known,
        None => {
            let leaked: &'static str = Box::leak(name.into_boxed_str());
            names.insert(leaked);
            leaked
        }
    }
}

impl Foreign for Objects {
    fn layer(&self, id: u64) -> Option<Box<dyn Layer>> {
        Some(Box::new(PythonLayer(Held::of_layer(id)?)))
    }

    fn loss(&self, id: u64) -> Option<Box<dyn Loss>> {
        Some(Box::new(PythonLoss(Held::of(id)?)))
    }

    fn metric(&self, id: u64) -> Option<Box<dyn Metric>> {
        Some(Box::new(PythonMetric(Held::of(id)?)))
    }

    fn regularizer(&self, id: u64) -> Option<Box<dyn Regularize>> {
        Some(Box::new(PythonRegularizer(Held::of(id)?)))
    }

    fn constraint(&self, id: u64) -> Option<Box<dyn Constrain>> {
        Some(Box::new(PythonConstraint(Held::of(id)?)))
    }

    fn schedule(&self, id: u64) -> Option<Box<dyn LearningRateSchedule>> {
        Some(Box::new(PythonSchedule(Held::of(id)?)))
    }

    fn activation(&self, id: u64, x: &Var) -> Option<Var> {
        let held = Held::of(id)?;
        Some(held.value("_trace", &[x], || x.ty()))
    }
}

#[derive(Debug)]
struct PythonSchedule(Held);

impl LearningRateSchedule for PythonSchedule {
    fn rate(&self, step: &Var) -> Var {
        self.0.value("_trace", &[step], || step.ty())
    }
}

#[derive(Debug)]
struct PythonLoss(Held);

impl Loss for PythonLoss {
    fn class_name(&self) -> &'static str {
        self.0.class_name
    }

    fn values(&self, y_true: &Var, y_pred: &Var) -> Var {
        let rows = y_pred.shape().into_iter().take(1).collect::<Vec<_>>();
        let (y_true, y_pred) = losses::same_rank(y_true, y_pred);
        self.0.value("_trace", &[&y_true, &y_pred], || {
            Type::new(y_pred.dtype(), rows)
        })
    }

    fn reduction(&self) -> Reduction {
        let told = Python::attach(|py| {
            let name = self.0.object(py).ok()?.getattr("_reduction").ok()?;
            let name: Option<String> = name.extract().ok()?;
            Reduction::read(&name.into()).ok()
        });
        told.unwrap_or(Reduction::SumOverBatchSize)
    }
}

/// A metric with a state of its own: variables that begin at zero, `update_state`, `result`.
#[derive(Debug)]
struct PythonMetric(Held);

impl PythonMetric {
    fn values(&self, method: &str, args: Vec<Option<&Var>>) -> PyResult<Vec<Var>> {
        Python::attach(|py| {
            let one = |var: Option<&Var>| var.map(|v| Bound::new(py, Traced::of(v.clone())));
            let args: Vec<Option<Bound<'_, Traced>>> = args
                .into_iter()
                .map(|v| one(v).transpose())
                .collect::<PyResult<_>>()?;
            let told = self.0.object(py)?.call_method1(method, (args,))?;
            let list = told
                .cast::<PyList>()
                .map_err(|e| fault::value(e.to_string()))?;
            let var = |item: Bound<'_, PyAny>| -> PyResult<Var> {
                let traced = item
                    .cast::<Traced>()
                    .map_err(|e| fault::value(e.to_string()))?;
                Ok(traced.borrow().var.clone())
            };
            list.iter().map(var).collect()
        })
    }
}

impl Metric for PythonMetric {
    fn class_name(&self) -> &'static str {
        self.0.class_name
    }

    fn states(&self, _: &[usize], _: &[usize]) -> Vec<MetricState> {
        let known = Python::attach(|py| {
            let told = self.0.object(py).ok()?.call_method0("_states").ok()?;
            told.extract::<Vec<(String, Vec<usize>)>>().ok()
        });
        let all = known.unwrap_or_default();
        all.iter()
            .map(|(name, shape)| MetricState::new(name, shape))
            .collect()
    }

    fn update(&self, states: &[Var], y_true: &Var, y_pred: &Var, weight: Option<&Var>) -> Vec<Var> {
        let mut args = vec![Some(y_true), Some(y_pred), weight];
        args.extend(states.iter().map(Some));
        self.values("_trace_update", args).unwrap_or_else(|error| {
            note(y_true.builder(), self.0.class_name, error);
            states.to_vec()
        })
    }

    fn result(&self, states: &[Var]) -> Var {
        let builder = states.first().map(|s| s.builder().clone());
        let told = self.values("_trace_result", states.iter().map(Some).collect());
        match (told, builder) {
            (Ok(mut values), _) if values.len() == 1 => values.remove(0),
            (Err(error), Some(builder)) => {
                note(&builder, self.0.class_name, error);
                builder.scalar(0.0)
            }
            (_, Some(builder)) => builder.scalar(0.0),
            (_, None) => Builder::new().scalar(0.0),
        }
    }

    fn direction(&self) -> Direction {
        Direction::Unknown
    }
}

struct PythonRegularizer(Held);

impl Regularize for PythonRegularizer {
    fn penalty(&self, x: &Var) -> Var {
        let penalty = self
            .0
            .value("_trace", &[x], || Type::new(x.dtype(), vec![]));
        match penalty.rank() {
            0 => penalty,
            _ => penalty.sum_all(),
        }
    }
}

struct PythonConstraint(Held);

impl Constrain for PythonConstraint {
    fn project(&self, w: &Var) -> Var {
        self.0.value("_trace", &[w], || w.ty())
    }
}

#[derive(Debug)]
struct PythonLayer(Held);

impl PythonLayer {
    fn traced(&self, call: &Call, training: bool) -> PyResult<Vec<Value>> {
        Python::attach(|py| {
            let inputs: Vec<Bound<'_, Traced>> = call
                .inputs
                .iter()
                .map(|value| Bound::new(py, Traced::from(value.clone())))
                .collect::<PyResult<_>>()?;
            let place = call.kwargs.get("python_call").and_then(Json::as_u64);
            let object = self.0.object(py)?;
            let told = object.call_method1("_trace", (inputs, place, training))?;
            let list = told
                .cast::<PyList>()
                .map_err(|e| fault::value(e.to_string()))?;
            let one = |item: Bound<'_, PyAny>| -> PyResult<Value> {
                let traced = item
                    .cast::<Traced>()
                    .map_err(|e| fault::value(e.to_string()))?;
                Ok(traced.borrow().value())
            };
            list.iter().map(one).collect()
        })
    }
}

impl Layer for PythonLayer {
    fn class_name(&self) -> &'static str {
        self.0.class_name
    }

    fn module(&self) -> &'static str {
        regimen::nn::foreign::MODULE
    }

    fn held(&self, path: &str) -> Option<(String, String)> {
        Python::attach(|py| {
            let object = self.0.object(py).ok()?;
            let told = object.call_method1("_held_as", (path,)).ok()?;
            told.extract::<Option<(String, String)>>().ok().flatten()
        })
    }

    fn config(&self) -> Map<String, Json> {
        let text = Python::attach(|py| {
            let told = self.0.object(py).ok()?.call_method0("_config_json").ok()?;
            told.extract::<String>().ok()
        });
        match text.and_then(|text| serde_json::from_str(&text).ok()) {
            Some(Json::Object(map)) => map,
            _ => Map::new(),
        }
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let training = s.training();
        match within(s, || self.traced(call, training)) {
            Ok(outputs) => outputs,
            Err(error) => {
                note(s.builder(), self.0.class_name, error);
                let meant = call.inputs.first().map(|v| v.x.ty());
                let meant = meant.unwrap_or(Type::new(regimen::graph::DType::F32, vec![1]));
                vec![s.builder().placeholder(meant).into()]
            }
        }
    }

    fn arity(&self) -> (usize, usize) {
        // Merging layers have no bound; this one only has none that is known.
        (0, usize::MAX - 1)
    }
}

/// A weight of the layer that is being traced.
#[pyfunction]
pub(crate) fn traced_weight(
    name: &str,
    shape: Vec<usize>,
    trainable: bool,
    regularizer: Option<&str>,
    constraint: Option<&str>,
) -> PyResult<Traced> {
    let read = |text: Option<&str>| text.map(values::json).transpose();
    let regularizer = read(regularizer)?.map(|json| Regularizer::read(&json));
    let constraint =
        read(constraint)?.map(|json| regimen::nn::constraints::Constraint::read(&json));
    let options = WeightOptions {
        regularizer: regularizer.transpose().map_err(fault::value)?,
        constraint: constraint.transpose().map_err(fault::value)?,
        non_trainable: !trainable,
    };
    with_scope(|scope| {
        // Python draws the first value.
        let zeros = Initializer::named("zeros");
        Ok(Traced::of(scope.weight(name, &shape, &zeros, options)))
    })
}

/// What a weight of the layer that is being traced becomes with this step.
#[pyfunction]
pub(crate) fn traced_update(name: &str, value: PyRef<'_, Traced>) -> PyResult<()> {
    with_scope(|scope| {
        scope.update(name, value.var.clone());
        Ok(())
    })
}

/// A penalty of the layer that is being traced.
#[pyfunction]
pub(crate) fn traced_loss(value: PyRef<'_, Traced>) -> PyResult<()> {
    with_scope(|scope| {
        let value = match value.var.rank() {
            0 => value.var.clone(),
            _ => value.var.sum_all(),
        };
        scope.add_loss(value);
        Ok(())
    })
}

/// Goes one level deeper while a function of Python runs: into the layer of this name, in training or not where that is said.
#[pyfunction]
pub(crate) fn traced_within<'py>(
    name: &str,
    trainable: bool,
    run: &Bound<'py, PyAny>,
    training: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    with_scope(|scope| {
        scope.in_mode(training, |scope| {
            scope.within(name, trainable, |scope| within(scope, || run.call0()))
        })
    })
}

/// Runs a function of Python in a scope of its own, in the graph of `near`, for losses and metrics, which have none: layers that it calls
/// are in inference and have these constants for weights.
#[pyfunction]
pub(crate) fn traced_aside<'py>(
    near: PyRef<'_, Traced>,
    weights: Vec<(String, Bound<'py, PyAny>)>,
    run: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let builder = near.var.builder();
    let mut scope = Scope::new(builder, Mode::Inference);
    for (path, value) in &weights {
        let value = builder.constant(arrays::tensor(value, path)?);
        scope.stand_in(path, value);
    }
    within(&mut scope, || run.call0())
}
