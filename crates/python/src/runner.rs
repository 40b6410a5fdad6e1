//! A model on the engine: compiled for training, or only asked.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyList};
use regimen::graph::Tensor;
use regimen::train::{Arrays, TrainError, Trainer, Weights};

use crate::arguments::{Data, compiled, data, fit_options, streamed};
use crate::callback::{self, Raised};
use crate::engine::{self, engine};
use crate::outcome::{Course, Told, dict};
use crate::{arrays, describe, doctor, fault, files, foreign, model_files, profile, rows, values};

/// A model with its weights and the state of its training.
#[pyclass(frozen, module = "regimen._regimen")]
pub(crate) struct Runner {
    trainer: Mutex<Trainer<'static>>,
    /// The thread that has it.
    owner: Mutex<Option<ThreadId>>,
}

/// The trainer of a runner, for one thread at a time.
struct Held<'r> {
    trainer: MutexGuard<'r, Trainer<'static>>,
    owner: &'r Mutex<Option<ThreadId>>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        *self.owner.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl std::ops::Deref for Held<'_> {
    type Target = Trainer<'static>;

    fn deref(&self) -> &Trainer<'static> {
        &self.trainer
    }
}

impl std::ops::DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Trainer<'static> {
        &mut self.trainer
    }
}

#[pymethods]
impl Runner {
    /// A model from its config, for inputs (and, where it is compiled, targets) of these sizes and types. `compile` is
    /// Keras's compile config.
    #[new]
    #[pyo3(signature = (config, inputs, targets, compile, seed, version=None))]
    fn new(
        py: Python<'_>,
        config: &str,
        inputs: &str,
        targets: &str,
        compile: Option<&str>,
        seed: u64,
        version: Option<&str>,
    ) -> PyResult<Runner> {
        let model = describe::model(config)?;
        let inputs = describe::infos(inputs)?;
        let made = match compile {
            None => py.detach(|| Trainer::for_prediction(engine(), model, inputs, Weights::new())),
            Some(compile) => {
                let options = compiled(compile, version, &model.output_names())?;
                let targets = describe::infos(targets)?;
                py.detach(|| Trainer::for_shapes(engine(), model, &options, inputs, targets, seed))
            }
        };
        let mut trainer = made.map_err(fault::train)?;
        trainer.ask_between_batches(Box::new(signals()));
        Ok(Runner {
            trainer: Mutex::new(trainer),
            owner: Mutex::new(None),
        })
    }

    /// Paths of the weights, in order.
    fn paths(&self) -> PyResult<Vec<String>> {
        let trainer = self.lock()?;
        let infos = trainer.weight_infos().iter();
        Ok(infos.map(|info| info.path.clone()).collect())
    }

    /// Current values of weights, in the order asked for.
    fn get<'py>(&self, py: Python<'py>, paths: Vec<String>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let unknown = |path: &str| fault::value(format!("there is no weight `{path}`"));
        let all: Vec<Tensor> = match callback::with_context(|c| c.trainer.map(|t| of(t, &paths))) {
            // Inside of this model's training, which holds it.
            Some(Some(inside)) if self.is_held() => inside.map_err(|p| unknown(&p))?,
            _ => {
                let trainer = self.lock()?;
                of(&trainer, &paths).map_err(|p| unknown(&p))?
            }
        };
        all.into_iter().map(|t| arrays::array(py, t)).collect()
    }

    /// Sets weights by path.
    fn put(&self, weights: Vec<(String, Bound<'_, PyAny>)>) -> PyResult<()> {
        let mut trainer = self.lock()?;
        for (path, value) in weights {
            let value = rows::lent(&value, &path)?;
            let set = trainer.set_weight(&path, value.as_ref());
            set.map_err(fault::train)?;
        }
        Ok(())
    }

    /// All other state by name: the optimizer's, and what layers carry.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let state = self.seen(|t| t.state())?;
        let dict = PyDict::new(py);
        for (name, value) in state {
            dict.set_item(name, arrays::array(py, value)?)?;
        }
        Ok(dict)
    }

    /// Takes over what another runner of the same model has of its training: the optimizer's state and the count of steps.
    fn go_on_from(&self, other: &Runner) -> PyResult<()> {
        let state = other.lock()?.state();
        let mut own = self.lock()?;
        let known = own.state();
        let same =
            |name: &String, value: &Tensor| known.get(name).is_some_and(|k| k.ty() == value.ty());
        let kept: Weights = state
            .into_iter()
            .filter(|(name, value)| same(name, value))
            .collect();
        own.set_state(&kept);
        Ok(())
    }

    /// Trains. Gives `(history, findings as JSON, what happened)`. Where there is a `stream`, a function of epoch and batch that
    /// gives batches, the rows are its first batch.
    #[pyo3(signature = (train, validation, options, callbacks, observer, stream=None))]
    #[allow(clippy::too_many_arguments)]
    fn fit<'py>(
        &self,
        py: Python<'py>,
        train: Data<'py>,
        validation: Option<Data<'py>>,
        options: &Bound<'py, PyDict>,
        callbacks: Vec<Bound<'py, PyAny>>,
        observer: Bound<'py, PyAny>,
        stream: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyList>, String, Course)> {
        let train = data(&train)?;
        let validation = validation.as_ref().map(data).transpose()?;
        let mut options = fit_options(options)?;
        let raised = Raised::default();
        let mut asked = callback::for_loop(&callbacks, &raised)?;
        let batches = observer.getattr("_batches")?.extract()?;
        let mut told = Told::new(observer.unbind(), batches, &raised);
        match stream {
            Some(give) => options.stream = Some(streamed(give.unbind(), Raised::clone(&raised))),
            None => options.profile = profile::of(&train, validation.as_ref()),
        }
        let done = self.with(py, |trainer| {
            trainer.fit(&train, validation.as_ref(), &options, &mut asked, &mut told)
        })?;
        let done = finished(done, &raised)?;
        let history = PyList::empty(py);
        for logs in &done.history {
            history.append(dict(py, logs)?)?;
        }
        let findings = py.detach(|| told.findings());
        Ok((history, doctor::told(&findings).to_string(), told.course()))
    }

    /// Loss and metrics over all rows.
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        rows: Data<'py>,
        batch_size: usize,
        steps: Option<usize>,
        callbacks: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let rows = data(&rows)?;
        let raised = Raised::default();
        let mut asked = callback::for_loop(&callbacks, &raised)?;
        let done = self.with(py, |trainer| {
            trainer.evaluate_with(&rows, batch_size, steps, &mut asked, &mut ())
        })?;
        dict(py, &finished(done, &raised)?)
    }

    /// The model's outputs.
    fn predict<'py>(
        &self,
        py: Python<'py>,
        x: Vec<Bound<'py, PyAny>>,
        batch_size: usize,
        steps: Option<usize>,
        callbacks: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let rows = Arrays {
            lent: rows::rows(&x, &[], &[])?,
            ..Arrays::default()
        };
        let raised = Raised::default();
        let mut asked = callback::for_loop(&callbacks, &raised)?;
        let done = self.with(py, |trainer| {
            trainer.predict_with(&rows, batch_size, steps, &mut asked, &mut ())
        })?;
        let outputs = finished(done, &raised)?;
        outputs.into_iter().map(|t| arrays::array(py, t)).collect()
    }

    /// One step of training on these rows, or (`train` false) none: loss and metrics of the batch.
    fn on_batch<'py>(
        &self,
        py: Python<'py>,
        rows: Data<'py>,
        class_weight: Option<Vec<f32>>,
        train: bool,
    ) -> PyResult<Bound<'py, PyDict>> {
        let mut rows = data(&rows)?;
        if let Some(weights) = class_weight {
            rows = rows.class_weighted(&weights).map_err(fault::train)?;
        }
        let done = self.with(py, |trainer| match train {
            true => trainer.train_on_batch(&rows),
            false => trainer.test_on_batch(&rows),
        })?;
        dict(py, &done.map_err(fault::train)?)
    }

    /// Names of the logs of every step.
    fn log_names(&self) -> PyResult<Vec<String>> {
        Ok(self.lock()?.log_names().to_vec())
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> PyResult<f64> {
        Ok(self.lock()?.learning_rate())
    }

    /// Sets the learning rate from the next step on.
    fn set_learning_rate(&self, rate: f64) -> PyResult<()> {
        self.lock()?.set_learning_rate(rate).map_err(fault::train)
    }

    /// Optimizer steps so far.
    fn iterations(&self) -> PyResult<u64> {
        self.seen(|t| t.step())
    }

    /// Names of what the optimizer keeps, in Keras's order.
    fn optimizer_names(&self) -> PyResult<Vec<String>> {
        let variables = self.seen(|t| t.optimizer_variables())?;
        Ok(variables.into_iter().map(|v| v.name).collect())
    }

    /// Sets what the optimizer keeps, in Keras's order. Gives false, and nothing is set, where it is not of this optimizer.
    fn set_optimizer(&self, values: Vec<Bound<'_, PyAny>>) -> PyResult<bool> {
        let mut trainer = self.lock()?;
        let variables = trainer.optimizer_variables_of_file();
        let values = arrays::tensors(&values, "optimizer")?;
        // Keras keeps numbers that nothing reads: two for each weight of one axis (Adafactor), one at the end (Nadam).
        let mut left = values.iter().peekable();
        let mut state = Weights::new();
        for (v, kept) in variables {
            while left
                .next_if(|t| t.shape != v.shape && t.shape.is_empty())
                .is_some()
            {}
            match left.next_if(|t| t.shape == v.shape) {
                Some(_) if !kept => None,
                Some(t) => state.insert(v.name, Tensor::from_f64(v.dtype, v.shape, &t.to_f64())),
                // Until Keras 3 it was none of the variables.
                None if v.name.ends_with("/learning_rate") => None,
                None => return Ok(false),
            };
        }
        if left.any(|t| !t.shape.is_empty()) {
            return Ok(false);
        }
        trainer.set_state(&state);
        Ok(true)
    }

    /// Numbers in the optimizer's state.
    fn optimizer_params(&self) -> PyResult<u64> {
        let trainer = self.lock()?;
        let variables = trainer.optimizer_variables();
        Ok(variables
            .iter()
            .map(|v| v.shape.iter().product::<usize>() as u64)
            .sum())
    }

    /// Paths of the states that pass from batch to batch.
    fn carried_paths(&self) -> PyResult<Vec<String>> {
        self.seen(|t| t.state_infos().iter().map(|s| s.path.clone()).collect())
    }

    /// Sets such states back to zeros.
    fn reset_states(&self, paths: Vec<String>) -> PyResult<()> {
        self.lock()?.reset_states_at(&paths);
        Ok(())
    }

    /// A state as it is now.
    fn carried<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyAny>> {
        let state = self.seen(|t| t.carried(path))?;
        let state = state.ok_or_else(|| fault::value(format!("there is no state `{path}`")))?;
        arrays::array(py, state)
    }

    /// Sets a state.
    fn set_carried(&self, path: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = arrays::tensor(value, path)?;
        self.lock()?.set_carried(path, &value).map_err(fault::train)
    }

    /// What the optimizer keeps as files have it; empty where Keras would have something else.
    fn optimizer_of_file<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let kept = self.seen(|t| t.optimizer_of_file())?.into_iter();
        kept.map(|t| arrays::array(py, files::narrow(t))).collect()
    }

    /// Writes the model, or its weights, in the format that the name says. `config` is that of the file where the library
    /// does not know the model's; an empty one leaves it out.
    #[pyo3(signature = (path, config=None))]
    fn save(&self, py: Python<'_>, path: PathBuf, config: Option<&str>) -> PyResult<()> {
        let given = model_files::given(config)?;
        let config = model_files::file_config(config, given.as_ref());
        let inside = callback::with_context(|c| c.trainer.map(|t| t.save_with(&path, config)));
        let saved = match inside.flatten() {
            Some(saved) if self.is_held() => saved,
            _ => self.with(py, |trainer| trainer.save_with(&path, config))?,
        };
        saved.map_err(fault::train)
    }

    /// The config of files that are written while it is trained, where the library does not know the model's.
    #[pyo3(signature = (config=None))]
    fn set_file_config(&self, config: Option<&str>) -> PyResult<()> {
        let config = config.map(values::json).transpose()?;
        self.lock()?.set_file_config(config);
        Ok(())
    }

    /// What files say that it was compiled with, in Keras's form, where only the program can say it; null leaves it out.
    #[pyo3(signature = (compile=None))]
    fn set_file_compile(&self, compile: Option<&str>) -> PyResult<()> {
        let compile = compile.map(values::json).transpose()?;
        self.lock()?.set_file_compile(compile);
        Ok(())
    }
}

impl Runner {
    /// Gives a weight some elements at a time; false where there is none.
    pub(crate) fn weight_parts(&self, path: &str, each: &mut dyn FnMut(&Tensor)) -> PyResult<bool> {
        Ok(self.lock()?.weight_parts(path, each))
    }

    /// What `f` sees in the trainer, also inside of this model's training, which holds it.
    fn seen<R>(&self, f: impl Fn(&Trainer<'_>) -> R) -> PyResult<R> {
        if self.is_held()
            && let Some(Some(inside)) = callback::with_context(|c| c.trainer.map(&f))
        {
            return Ok(inside);
        }
        Ok(f(&*self.lock()?))
    }

    /// Whether this thread is inside of a call that has the trainer.
    fn is_held(&self) -> bool {
        let owner = self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        *owner == Some(std::thread::current().id())
    }

    /// Lets other threads of Python go on while `f` computes.
    fn with<R: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&mut Trainer<'static>) -> R + Send,
    ) -> PyResult<R> {
        py.detach(|| Ok(f(&mut *self.lock()?)))
    }

    /// Waits for other threads that compute with the model; refuses where this thread does already, inside of `fit`.
    fn lock(&self) -> PyResult<Held<'_>> {
        engine::check()?;
        let here = std::thread::current().id();
        let owner = || self.owner.lock().unwrap_or_else(PoisonError::into_inner);
        if *owner() == Some(here) {
            return Err(PyRuntimeError::new_err(
                "this model is being trained by a call of fit() that has not ended",
            ));
        }
        let trainer = loop {
            match self.trainer.try_lock() {
                Ok(trainer) => break trainer,
                Err(TryLockError::Poisoned(broken)) => break broken.into_inner(),
                // The other thread may need Python to go on.
                Err(TryLockError::WouldBlock) => {
                    let pause = || std::thread::sleep(Duration::from_micros(200));
                    Python::attach(|py| py.detach(pause));
                }
            }
        };
        *owner() = Some(here);
        Ok(Held {
            trainer,
            owner: &self.owner,
        })
    }
}

/// Lets Ctrl-C through, now and then.
fn signals() -> impl FnMut() -> Result<(), String> + Send {
    let mut last = Instant::now();
    move || {
        if last.elapsed() < Duration::from_millis(50) {
            return Ok(());
        }
        last = Instant::now();
        Python::attach(|py| py.check_signals()).map_err(|error| {
            let text = error.to_string();
            foreign::keep(error);
            text
        })
    }
}

fn of(trainer: &Trainer<'_>, paths: &[String]) -> Result<Vec<Tensor>, String> {
    let one = |path: &String| trainer.weight(path).ok_or_else(|| path.clone());
    paths.iter().map(one).collect()
}

/// What came out; an exception of a callback goes before the error that it led to.
fn finished<T>(done: Result<T, TrainError>, raised: &Raised) -> PyResult<T> {
    let mut raised = raised.lock().unwrap_or_else(PoisonError::into_inner);
    match (done, raised.take()) {
        (Ok(done), None) => Ok(done),
        (_, Some(exception)) => Err(exception),
        (Err(error), None) => Err(fault::train(error)),
    }
}
