//! A model on an engine: weights and all other state, planned programs, evaluation and prediction.

use std::collections::BTreeMap;

use regimen_graph::{DType, Engine, Graph, Program, Store, Tensor, Type};
use regimen_nn::model::{Description, InputInfo, Model, stand_in};
use regimen_nn::optimizers::{self, ITERATIONS};
use regimen_nn::{SEED, STEP, StateInfo, WeightInfo};
use regimen_run::event::Logs;
use serde_json::Value as Json;

use crate::arrays::weighing;
use crate::compile::Compiled;
use crate::compile_config::compile_config;
use crate::rows::Places;
use crate::step::{Accumulator, Recipe, StepGraph};
use crate::{Arrays, CompileOptions, TrainError};

/// Weights by path.
pub type Weights = BTreeMap<String, Tensor>;

/// A compiled model and the state of its training.
///
/// ```
/// use regimen_graph::{Reference, Tensor};
/// use regimen_nn::{layers::Dense, model::Sequential};
/// use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer};
///
/// let x: Vec<f32> = (0..32).map(|i| i as f32 / 32.0).collect();
/// let y: Vec<f32> = x.iter().map(|x| 2.0 * x + 1.0).collect();
/// let data = Arrays::new(Tensor::f32([32, 1], x).unwrap(), Tensor::f32([32, 1], y).unwrap());
/// let model = Sequential::new().add(Dense::new(1usize)).build();
/// let options = CompileOptions::new("sgd", "mse").metrics(["mae"]);
/// let mut trainer = Trainer::new(&Reference, model, &options, &data, 7)?;
/// trainer.set_learning_rate(0.1)?;
/// let fit = FitOptions { epochs: 20, batch_size: 8, ..FitOptions::default() };
/// let outcome = trainer.fit(&data, None, &fit, &mut [], &mut ())?;
/// assert!(outcome.history[19]["loss"] < outcome.history[0]["loss"] / 10.0);
/// # Ok::<(), regimen_train::TrainError>(())
/// ```
pub struct Trainer<'e> {
    pub(crate) engine: &'e dyn Engine,
    pub(crate) model: Model,
    pub(crate) compiled: Compiled,
    pub(crate) inputs: Vec<InputInfo>,
    pub(crate) targets: Vec<InputInfo>,
    pub(crate) weights: Vec<WeightInfo>,
    pub(crate) states: Vec<StateInfo>,
    pub(crate) store: Box<dyn Store>,
    pub(crate) seed: u64,
    /// Predicted class counts of the last evaluation, where the model classifies.
    pub(crate) predicted: Vec<f64>,
    pub(crate) programs: BTreeMap<Kind, Planned>,
    /// Sizes of the weights of a row in training and in evaluation: see [`Arrays`].
    weighing: [Vec<Vec<usize>>; 2],
    /// Plans in order of last use, for the bound on their number.
    recent: Vec<Kind>,
    pub(crate) unreached: Vec<String>,
    /// Names of the logs of every step.
    pub(crate) log_names: Vec<String>,
    /// The model with layers on words and categories, which `model` begins behind, and its inputs; `None` where it has none.
    pub(crate) whole: Option<(Model, Vec<InputInfo>)>,
    /// What it was compiled with, as Keras keeps it in files; null for a model that is only asked.
    pub(crate) compile: Json,
    /// Class of the optimizer; empty for a model that is only asked.
    pub(crate) optimizer_class: String,
    /// The optimizer's variables where they are those of a file, not those of this trainer.
    pub(crate) slots_of_file: Option<Vec<Tensor>>,
    between: Option<Between>,
    /// The config that files of the whole model get, where the library does not know it.
    pub(crate) file_config: Option<Json>,
    /// What it was compiled with as files have it, where only the program that defines a part of it can say; null for nothing.
    pub(crate) file_compile: Option<Json>,
}

/// Asked between the batches of evaluations and predictions; an error ends them.
pub type Between = Box<dyn FnMut() -> Result<(), String> + Send>;

/// Which graph, for how many rows, with or without sample weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Train { rows: usize, weighted: bool },
    Test { rows: usize, weighted: bool },
    Predict { rows: usize },
}

/// A planned step.
pub(crate) struct Planned {
    pub(crate) program: Box<dyn Program>,
    pub(crate) logs: Vec<String>,
    pub(crate) accumulators: Vec<Accumulator>,
    counts_classes: bool,
    /// Where an evaluation has what single rows got.
    pub(crate) rows: Places,
}

/// Plans kept at once; more shapes than this are planned again when they come back.
const PLANS: usize = 16;

impl std::fmt::Debug for Trainer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths: Vec<&str> = self.weights.iter().map(|w| w.path.as_str()).collect();
        f.debug_struct("Trainer")
            .field("step", &self.step())
            .field("weights", &paths)
            .finish_non_exhaustive()
    }
}

impl<'e> Trainer<'e> {
    /// Compiles `model` for data shaped as `data`, with fresh weights drawn from `seed`.
    pub fn new(
        engine: &'e dyn Engine,
        model: Model,
        options: &CompileOptions,
        data: &Arrays,
        seed: u64,
    ) -> Result<Trainer<'e>, TrainError> {
        Trainer::for_shapes(engine, model, options, data.inputs(), data.targets(), seed)
    }

    /// The same from the sizes and types of one row of each input and target.
    pub fn for_shapes(
        engine: &'e dyn Engine,
        model: Model,
        options: &CompileOptions,
        inputs: Vec<InputInfo>,
        targets: Vec<InputInfo>,
        seed: u64,
    ) -> Result<Trainer<'e>, TrainError> {
        if inputs.len() != model.inputs.len() {
            let (want, got) = (model.inputs.len(), inputs.len());
            return Err(TrainError::Arguments(format!(
                "the model has {want} inputs, the data {got}; give one array per input"
            )));
        }
        let description = model.describe(&inputs)?;
        let compiled = Compiled::new(
            options,
            &model.output_names(),
            &description.outputs,
            &targets,
        )?;
        let mut trainer = Trainer::assembled(engine, model, description, compiled, seed);
        (trainer.inputs, trainer.targets) = (inputs, targets);
        trainer.compile = compile_config(options);
        let class = optimizers::find(&options.optimizer.class_name).map(|d| d.class_name);
        trainer.optimizer_class = class.unwrap_or_default().to_owned();
        // Every fault of the step shows now, before any data is touched.
        let rows = trainer.model.batch_size().unwrap_or(stand_in::BATCH);
        let checked = trainer.recipe().train(rows, false);
        let checked = checked.map_err(name_unknown)?;
        trainer.same_sizes(&checked.graph)?;
        (trainer.unreached, trainer.log_names) = (checked.unreached, checked.logs);
        trainer.recipe().test(rows, false).map_err(name_unknown)?;
        trainer.initialize()?;
        Ok(trainer)
    }

    pub(crate) fn assembled(
        engine: &'e dyn Engine,
        model: Model,
        description: Description,
        compiled: Compiled,
        seed: u64,
    ) -> Trainer<'e> {
        Trainer {
            engine,
            model,
            compiled,
            inputs: vec![],
            targets: vec![],
            weights: description.weights,
            states: description.states,
            store: engine.store(),
            seed,
            predicted: vec![],
            programs: BTreeMap::new(),
            weighing: [vec![vec![]], vec![vec![]]],
            recent: vec![],
            unreached: vec![],
            log_names: vec![],
            whole: None,
            compile: Json::Null,
            optimizer_class: String::new(),
            slots_of_file: None,
            between: None,
            file_config: None,
            file_compile: None,
        }
    }

    /// Sets the config of the files of the whole model that are written while it is trained: of a model with layers that only the
    /// program which defines them can describe.
    pub fn set_file_config(&mut self, config: Option<Json>) {
        self.file_config = config;
    }

    /// Sets what files say that the model was compiled with, in Keras's form: of losses, metrics and schedules that only the
    /// program which defines them can describe. Null leaves it out, and the optimizer's state with it.
    pub fn set_file_compile(&mut self, compile: Option<Json>) {
        self.file_compile = compile;
    }

    /// Has a function asked between the batches of evaluations and predictions, also of those inside of `fit`: where it gives
    /// an error, they end with that.
    pub fn ask_between_batches(&mut self, ask: Between) {
        self.between = Some(ask);
    }

    pub(crate) fn check_between(&mut self) -> Result<(), TrainError> {
        let asked = self.between.as_mut().map_or(Ok(()), |ask| ask());
        asked.map_err(TrainError::Arguments)
    }

    /// Refuses layers that give other sizes in training than in inference, in front of one with weights.
    fn same_sizes(&self, training: &Graph) -> Result<(), TrainError> {
        let other = |w: &&WeightInfo| {
            let input = training.inputs.iter().find(|i| i.name == w.path);
            input.is_some_and(|i| i.ty.shape != w.shape)
        };
        let Some(info) = self.weights.iter().find(other) else {
            return Ok(());
        };
        let sizes =
            |i: &regimen_graph::InputDecl| (i.name == info.path).then(|| i.ty.shape.clone());
        let found = training.inputs.iter().find_map(sizes).unwrap_or_default();
        Err(TrainError::Arguments(format!(
            "{}: {found:?} in training, {:?} in inference: a layer before it changes sizes in training alone; put CenterCrop or \
             Resizing behind that layer",
            info.path, info.shape
        )))
    }

    pub(crate) fn recipe(&self) -> Recipe<'_> {
        Recipe {
            model: &self.model,
            compiled: &self.compiled,
            inputs: &self.inputs,
            targets: &self.targets,
            weighing: &self.weighing,
        }
    }

    /// Takes the sizes of the weights of data that is trained on, or (`train` false) evaluated on next; plans for others go.
    pub(crate) fn weigh(&mut self, train: bool, data: &Arrays) {
        let found = weighing(data);
        let own = &mut self.weighing[usize::from(!train)];
        if found.is_empty() || *own == found {
            return;
        }
        *own = found;
        let stays = |kind: &Kind| match *kind {
            Kind::Train { weighted, .. } => !(train && weighted),
            Kind::Test { weighted, .. } => train || !weighted,
            Kind::Predict { .. } => true,
        };
        self.programs.retain(|kind, _| stays(kind));
        self.recent.retain(stays);
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The model's weights in order of creation.
    pub fn weight_infos(&self) -> &[WeightInfo] {
        &self.weights
    }

    /// Trainable weights that the loss does not reach: they never change.
    pub fn unreached(&self) -> &[String] {
        &self.unreached
    }

    /// Fresh weights and slots, step 0.
    pub(crate) fn initialize(&mut self) -> Result<(), TrainError> {
        self.initialize_except(&Weights::new())
    }

    /// The same, but for weights that are given: those are not drawn.
    pub(crate) fn initialize_except(&mut self, given: &Weights) -> Result<(), TrainError> {
        for info in &self.weights {
            if given.contains_key(&info.path) {
                continue;
            }
            let value = info.initializer.sample(&info.shape, self.seed, &info.path);
            // The model's description has checked it.
            let value = value.map_err(|e| TrainError::Arguments(format!("{}: {e}", info.path)))?;
            self.store.put(&info.path, &value);
        }
        for variable in self.optimizer_variables() {
            let first = variable.first(|path| self.store.get(path));
            self.store.put(&variable.name, &first);
        }
        self.reset_states();
        self.store.put(STEP, &Tensor::scalar_i64(0));
        self.store.put(SEED, &Tensor::scalar_i64(self.seed as i64));
        Ok(())
    }

    /// Optimizer steps so far.
    pub fn step(&self) -> u64 {
        self.store
            .get(ITERATIONS)
            .map_or(0, |t| t.to_f64()[0] as u64)
    }

    /// Whether a state is a running mean of logs: no weight, and nothing that the next epoch depends on.
    pub(crate) fn is_accumulator(&self, name: &str) -> bool {
        let of_logs = name.starts_with("train/") || name.starts_with("test/");
        of_logs && self.weights.iter().all(|w| w.path != name)
    }

    /// Everything that the run's future depends on, by name.
    pub fn state(&self) -> Weights {
        self.store
            .names()
            .into_iter()
            .filter_map(|n| Some((n.clone(), self.store.get(&n)?)))
            .collect()
    }

    /// Puts a saved state back.
    pub fn set_state(&mut self, state: &Weights) {
        state
            .iter()
            .for_each(|(name, value)| self.store.put(name, value));
    }

    /// Refuses batches that stateful layers cannot take, before the first is run.
    pub(crate) fn check_batches(&self, rows: usize, batch: usize) -> Result<(), TrainError> {
        let Some(fixed) = self.model.batch_size().filter(|_| !self.states.is_empty()) else {
            return Ok(());
        };
        if batch == fixed && rows.is_multiple_of(fixed) {
            return Ok(());
        }
        let mend = match batch == fixed {
            true => "give each part of the data a multiple of it, by `data.split` or fewer rows",
            false => "let batch_size be that of the Input",
        };
        Err(TrainError::Arguments(format!(
            "{rows} rows in batches of {batch}: stateful layers carry states from each batch to the next, and the \
             model's input fixes {fixed} rows a batch; {mend}"
        )))
    }

    /// Lets inputs have these sizes from here on, and gives those that they had.
    pub(crate) fn take_sizes(&mut self, inputs: Vec<InputInfo>) -> Vec<InputInfo> {
        if inputs != self.inputs {
            self.programs.clear();
            self.recent.clear();
        }
        std::mem::replace(&mut self.inputs, inputs)
    }

    /// Plans a graph unless it is planned already; the least recently used plan gives way.
    pub(crate) fn plan(&mut self, kind: Kind) -> Result<&Planned, TrainError> {
        self.recent.retain(|k| *k != kind);
        self.recent.push(kind);
        if !self.programs.contains_key(&kind) {
            let step = self.write(kind)?;
            for (name, shape) in &step.accumulators {
                if self.store.get(name).is_none() {
                    self.store
                        .put(name, &Tensor::zeros(&Type::new(DType::F32, shape.clone())));
                }
            }
            let program = self.engine.compile(&step.graph)?;
            let planned = Planned {
                program,
                logs: step.logs,
                accumulators: step.accumulators,
                counts_classes: step.counts_classes,
                rows: Places::of(&step.graph),
            };
            self.programs.insert(kind, planned);
            if self.recent.len() > PLANS {
                let old = self.recent.remove(0);
                self.programs.remove(&old);
            }
        }
        Ok(&self.programs[&kind])
    }

    /// The graph of a training step of `rows` rows without sample weights, for looking into; the state that it reads
    /// is part of [`Trainer::state`] then.
    pub fn training_graph(&mut self, rows: usize) -> Result<regimen_graph::Graph, TrainError> {
        let kind = Kind::Train {
            rows,
            weighted: false,
        };
        self.plan(kind)?;
        Ok(self.write(kind)?.graph)
    }

    fn write(&self, kind: Kind) -> Result<StepGraph, TrainError> {
        match kind {
            Kind::Train { rows, weighted } => self.recipe().train(rows, weighted),
            Kind::Test { rows, weighted } => self.recipe().test(rows, weighted),
            Kind::Predict { rows } => self.recipe().predict(rows),
        }
    }

    pub(crate) fn clear_accumulators(&mut self, kind: Kind) {
        let Some(planned) = self.programs.get(&kind) else {
            return;
        };
        for (name, shape) in &planned.accumulators {
            self.store
                .put(name, &Tensor::zeros(&Type::new(DType::F32, shape.clone())));
        }
    }

    /// Runs a planned program.
    pub(crate) fn run(&mut self, kind: Kind, feeds: Vec<&Tensor>) -> Result<(), TrainError> {
        let Some(planned) = self.programs.get_mut(&kind) else {
            return Ok(());
        };
        Ok(planned.program.run(self.store.as_mut(), &feeds)?)
    }

    /// As [`Trainer::run`] where the loss is finite; gives false, with the state as it was, where it is not.
    pub(crate) fn run_guarded(
        &mut self,
        kind: Kind,
        feeds: Vec<&Tensor>,
    ) -> Result<bool, TrainError> {
        let Some(planned) = self.programs.get_mut(&kind) else {
            return Ok(true);
        };
        Ok(planned.program.run_guarded(self.store.as_mut(), &feeds)?)
    }

    /// Logs of the last run of a program.
    pub(crate) fn logs(&self, kind: Kind) -> Logs {
        let Some(planned) = self.programs.get(&kind) else {
            return Logs::new();
        };
        let value = |(i, name): (usize, &String)| (name.clone(), planned.program.scalar(i));
        planned.logs.iter().enumerate().map(value).collect()
    }

    pub(crate) fn counts(&self, kind: Kind) -> Vec<f64> {
        let planned = self.programs.get(&kind).filter(|p| p.counts_classes);
        planned.map_or(vec![], |p| p.program.output(p.logs.len()).to_f64())
    }
}

/// Faults found before there is a batch speak of its size as `None`.
fn name_unknown(error: TrainError) -> TrainError {
    match error {
        TrainError::Model(faults) => stand_in::name_unknown(faults).into(),
        other => other,
    }
}
