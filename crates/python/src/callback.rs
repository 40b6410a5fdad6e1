//! Callbacks: those of the library for Python, and those of Python for the loop.
//!
//! The loop asks a callback inside [`Callback::on`]. For as long as that lasts, what it may read lies in [`CONTEXT`], so that
//! Python code which runs there can look into the model; what it asks for is collected in [`ANSWERS`].

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyTuple};
use regimen::run::event::Logs;
use regimen::train::callbacks::{self, Callback, Context, Flow, Moment, Place};
use serde_json::Value as Json;

use crate::{arrays, fault, values};

thread_local! {
    static CONTEXT: Cell<Option<*const Context<'static>>> = const { Cell::new(None) };
    static ANSWERS: RefCell<Vec<Flow>> = const { RefCell::new(vec![]) };
}

/// Callbacks of a program write where it says.
pub(crate) fn anywhere() -> Place {
    Place {
        anywhere: true,
        ..Place::default()
    }
}

/// An exception that a callback raised, kept until the loop has ended.
pub(crate) type Raised = Arc<Mutex<Option<PyErr>>>;

/// What the loop lets a callback read, where this is inside of one.
#[allow(unsafe_code)]
pub(crate) fn with_context<R>(f: impl FnOnce(&Context<'_>) -> R) -> Option<R> {
    let context = CONTEXT.get()?;
    // SAFETY: `inside` sets the pointer from a reference that lives longer than the call within which it is set, and takes
    // it away again before that call returns; the cell is this thread's own.
    let context = unsafe { &*context };
    Some(f(context))
}

/// Lets Python code look at `context` while `f` runs.
fn inside<R>(context: &Context<'_>, f: impl FnOnce() -> R) -> R {
    struct Before(Option<*const Context<'static>>);
    impl Drop for Before {
        fn drop(&mut self) {
            CONTEXT.set(self.0);
        }
    }
    let pointer = std::ptr::from_ref(context).cast::<Context<'static>>();
    let _before = Before(CONTEXT.replace(Some(pointer)));
    f()
}

/// Asks the loop for something from inside a callback.
pub(crate) fn answer(flow: Flow) {
    ANSWERS.with_borrow_mut(|all| all.push(flow));
}

/// A callback of the library, shared by the loop and its Python object.
#[pyclass(frozen, module = "regimen._regimen")]
pub(crate) struct Native {
    shared: Arc<Mutex<Box<dyn Callback>>>,
    class_name: &'static str,
}

#[pymethods]
impl Native {
    /// From its config, `{class_name, config}`.
    #[new]
    fn new(object: &str) -> PyResult<Native> {
        let object = values::object(object)?;
        let path = object.class_name.clone();
        let made = callbacks::read(&object, &path, &anywhere()).map_err(fault::options)?;
        Ok(Native {
            class_name: made.class_name(),
            shared: Arc::new(Mutex::new(made)),
        })
    }

    /// Its state as JSON.
    fn state(&self) -> String {
        self.lock().state().to_string()
    }

    /// Whether it wants to be asked at single batches.
    fn wants_batches(&self) -> bool {
        self.lock().wants_batches()
    }

    /// Takes saved state back.
    fn restore(&self, state: &str) -> PyResult<()> {
        let state = values::json(state)?;
        self.lock().restore(&state).map_err(fault::value)
    }

    /// Drives it from Python, from inside a callback of Python.
    #[pyo3(signature = (moment, index, step, logs))]
    fn on(
        &self,
        moment: &str,
        index: usize,
        step: u64,
        logs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let mut known = Logs::new();
        for (name, value) in logs.into_iter().flatten() {
            if let Ok(value) = value.extract::<f64>() {
                known.insert(name.extract()?, value);
            }
        }
        let moment = match moment {
            "train_begin" => Moment::TrainBegin,
            "train_end" => Moment::TrainEnd,
            "epoch_begin" => Moment::EpochBegin { epoch: index },
            "epoch_end" => Moment::EpochEnd {
                epoch: index,
                step,
                logs: &known,
            },
            "batch_begin" => Moment::BatchBegin {
                epoch: 0,
                batch: index,
                step,
            },
            "batch_end" => Moment::BatchEnd {
                epoch: 0,
                batch: index,
                step,
                logs: &known,
            },
            _ => return Ok(()),
        };
        let flows = with_context(|context| self.lock().on(&moment, context));
        let flows = flows.ok_or_else(|| {
            fault::value(format!(
                "{}: can be asked from inside fit() alone",
                self.class_name
            ))
        })?;
        flows.map_err(fault::value)?.into_iter().for_each(answer);
        Ok(())
    }
}

impl Native {
    fn lock(&self) -> std::sync::MutexGuard<'_, Box<dyn Callback>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same callback for the loop.
    pub(crate) fn for_loop(&self) -> Box<dyn Callback> {
        Box::new(Shared {
            shared: Arc::clone(&self.shared),
            class_name: self.class_name,
        })
    }
}

struct Shared {
    shared: Arc<Mutex<Box<dyn Callback>>>,
    class_name: &'static str,
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Box<dyn Callback>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callback for Shared {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        self.lock().on(moment, cx)
    }

    fn state(&self) -> Json {
        self.lock().state()
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        self.lock().restore(state)
    }

    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.lock().check(cx)
    }

    fn files(&self) -> Vec<String> {
        self.lock().files()
    }

    fn wants_batches(&self) -> bool {
        self.lock().wants_batches()
    }

    fn backups(&self) -> Vec<std::path::PathBuf> {
        self.lock().backups()
    }
}

/// A callback of Python: an object with `_on(moment, index, logs)`, which asks by [`ask`], and `_batches`, whether it wants those of
/// batches.
pub(crate) struct Bridge {
    object: Py<PyAny>,
    batches: bool,
    raised: Raised,
}

impl Bridge {
    pub(crate) fn new(object: &Bound<'_, PyAny>, raised: &Raised) -> PyResult<Bridge> {
        Ok(Bridge {
            object: object.clone().unbind(),
            batches: object.getattr("_batches")?.extract()?,
            raised: Arc::clone(raised),
        })
    }

    fn ask(&self, py: Python<'_>, name: &str, index: usize, logs: Option<&Logs>) -> PyResult<()> {
        let logs = match logs {
            Some(logs) => {
                let dict = PyDict::new(py);
                for (name, value) in logs {
                    dict.set_item(name, value)?;
                }
                Some(dict)
            }
            None => None,
        };
        self.object
            .bind(py)
            .call_method1("_on", (name, index, logs))?;
        Ok(())
    }
}

impl Callback for Bridge {
    fn class_name(&self) -> &'static str {
        "Callback"
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        let Some((name, index, logs)) = named(moment) else {
            return Ok(vec![]);
        };
        ANSWERS.take();
        let asked = inside(cx, || Python::attach(|py| self.ask(py, name, index, logs)));
        let answers = ANSWERS.take();
        match asked {
            Ok(()) => Ok(answers),
            Err(error) => {
                let text = error.to_string();
                *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Err(text)
            }
        }
    }

    fn wants_batches(&self) -> bool {
        self.batches
    }
}

/// A moment's name, what it counts, and its logs.
fn named<'a>(moment: &Moment<'a>) -> Option<(&'static str, usize, Option<&'a Logs>)> {
    Some(match *moment {
        Moment::TrainBegin => ("train_begin", 0, None),
        Moment::EpochBegin { epoch } => ("epoch_begin", epoch, None),
        Moment::BatchBegin { batch, .. } => ("batch_begin", batch, None),
        Moment::BatchEnd { batch, logs, .. } => ("batch_end", batch, Some(logs)),
        Moment::EpochEnd { epoch, logs, .. } => ("epoch_end", epoch, Some(logs)),
        Moment::TrainEnd => ("train_end", 0, None),
        Moment::TestBegin { .. } => ("test_begin", 0, None),
        Moment::TestBatchBegin { batch } => ("test_batch_begin", batch, None),
        Moment::TestBatchEnd { batch, logs } => ("test_batch_end", batch, Some(logs)),
        Moment::TestEnd { logs, .. } => ("test_end", 0, Some(logs)),
        Moment::PredictBegin => ("predict_begin", 0, None),
        Moment::PredictBatchBegin { batch } => ("predict_batch_begin", batch, None),
        Moment::PredictBatchEnd { batch } => ("predict_batch_end", batch, None),
        Moment::PredictEnd => ("predict_end", 0, None),
    })
}

/// Callbacks for the loop, in order: the library's as they are, others behind a bridge.
pub(crate) fn for_loop(
    all: &[Bound<'_, PyAny>],
    raised: &Raised,
) -> PyResult<Vec<Box<dyn Callback>>> {
    let one = |object: &Bound<'_, PyAny>| -> PyResult<Box<dyn Callback>> {
        match object.cast::<Native>() {
            Ok(native) => Ok(native.get().for_loop()),
            Err(_) => Ok(Box::new(Bridge::new(object, raised)?)),
        }
    };
    all.iter().map(one).collect()
}

/// What a callback of Python asks of the loop while it is asked: `stop`, `learning_rate`, `log`, `message`, `weight`,
/// `reset_states`.
#[pyfunction]
pub(crate) fn ask(what: &str, args: &Bound<'_, PyTuple>) -> PyResult<()> {
    let flow = match what {
        "stop" => Flow::Stop,
        "learning_rate" => Flow::SetLearningRate(args.get_item(0)?.extract()?),
        "log" => Flow::AddLog(args.get_item(0)?.extract()?, args.get_item(1)?.extract()?),
        "message" => Flow::Message(args.get_item(0)?.extract()?),
        "weight" => Flow::SetWeight(
            args.get_item(0)?.extract()?,
            arrays::tensor(&args.get_item(1)?, "weight")?,
        ),
        "reset_states" => Flow::ResetStates(args.get_item(0)?.extract()?),
        _ => {
            return Err(fault::value(format!(
                "{what}: nothing that can be asked of training"
            )));
        }
    };
    answer(flow);
    Ok(())
}

/// The learning rate of the next step, from inside a callback.
#[pyfunction]
pub(crate) fn learning_rate_now() -> Option<f64> {
    with_context(|context| context.learning_rate)
}
