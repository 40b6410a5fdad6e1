//! The scope a layer writes in: weights, state, random draws, penalties, faults.

use std::collections::BTreeMap;
use std::rc::Rc;

use regimen_graph::{
    Builder, DType, Fault, InputKind, Op, Tensor, Type, Var,
    ops::{Distribution, Random},
};

use crate::{
    Value, constraints::Constraint, initializers::Initializer, lora::Lora, model::ties::held,
    policy::Policy, policy::rounded, regularizers::Regularizer, run_state::RunState,
};

/// Training or inference: dropout, batch statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `training=True`.
    Training,
    /// `training=False`.
    Inference,
}

/// A weight in the run's state table.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightInfo {
    /// Unique path, Keras's `variable.path` without the model: `dense_1/kernel`.
    pub path: String,
    /// Path of the layer that owns it.
    pub layer: String,
    /// Shape; weights are float32.
    pub shape: Vec<usize>,
    /// How it begins.
    pub initializer: Initializer,
    /// Its penalty.
    pub regularizer: Option<Regularizer>,
    /// Its constraint.
    pub constraint: Option<Constraint>,
    /// Whether an optimizer moves it.
    pub trainable: bool,
}

/// Penalty, constraint and trainability of a new weight.
#[derive(Debug, Clone, Default)]
pub struct WeightOptions {
    /// Penalty added to the loss.
    pub regularizer: Option<Regularizer>,
    /// Applied after each update.
    pub constraint: Option<Constraint>,
    /// Moved by layers themselves, never by the optimizer.
    pub non_trainable: bool,
}

/// Where layers write. One scope per graph.
pub struct Scope {
    builder: Builder,
    mode: Mode,
    path: Vec<String>,
    frozen: Vec<bool>,
    weights: Vec<WeightInfo>,
    losses: Vec<Var>,
    updates: BTreeMap<String, Var>,
    draws: BTreeMap<String, u64>,
    shapes: BTreeMap<String, Vec<Vec<usize>>>,
    seed: Option<(Var, Var)>,
    adaptations: Vec<Adaptation>,
    /// Paths of weights that are others' too, each with the path under which all have it.
    tied: Rc<BTreeMap<String, String>>,
    /// What no layer but wrappers and stateful ones need.
    pub(crate) run: RunState,
}

/// What a model lays over the weights of a layer, unseen by it.
struct Adaptation {
    policy: Policy,
    /// Whether weights are rounded to bfloat16 where they are read.
    rounds: bool,
    /// A low-rank term beside the kernel of the layer at `path`.
    lora: Option<Lora>,
    path: String,
    /// Weights that belong behind those that the layer makes itself.
    behind: Vec<WeightInfo>,
}

impl Scope {
    /// A scope that writes into `builder`.
    pub fn new(builder: &Builder, mode: Mode) -> Scope {
        Scope {
            builder: builder.clone(),
            mode,
            path: vec![],
            frozen: vec![],
            weights: vec![],
            losses: vec![],
            updates: BTreeMap::new(),
            draws: BTreeMap::new(),
            shapes: BTreeMap::new(),
            seed: None,
            adaptations: vec![],
            tied: Rc::default(),
            run: RunState::default(),
        }
    }

    /// An empty scope at the same place, of the same mode, that writes into another graph.
    pub(crate) fn aside(&self, builder: &Builder) -> Scope {
        Scope {
            path: self.path.clone(),
            frozen: self.frozen.clone(),
            tied: Rc::clone(&self.tied),
            run: RunState {
                quiet: self.run.quiet.clone(),
                calls: Rc::clone(&self.run.calls),
                ..RunState::default()
            },
            ..Scope::new(builder, self.mode)
        }
    }

    /// The graph under construction.
    pub fn builder(&self) -> &Builder {
        &self.builder
    }

    /// Whether this graph trains.
    pub fn training(&self) -> bool {
        self.mode == Mode::Training
    }

    /// Runs `f` as in training, or not, whatever the graph is for; without a mode as it is.
    pub fn in_mode<R>(&mut self, training: Option<bool>, f: impl FnOnce(&mut Scope) -> R) -> R {
        let before = self.mode;
        self.mode = match training {
            Some(true) => Mode::Training,
            Some(false) => Mode::Inference,
            None => before,
        };
        let result = f(self);
        self.mode = before;
        result
    }

    /// Whether the current layer is frozen (`trainable=False` on it or around it).
    pub fn is_frozen(&self) -> bool {
        self.frozen.contains(&true)
    }

    /// Runs `f` one level deeper: inside the layer `name`.
    pub fn within<R>(&mut self, name: &str, trainable: bool, f: impl FnOnce(&mut Scope) -> R) -> R {
        self.path.push(name.to_string());
        self.frozen.push(!trainable);
        let builder = self.builder.clone();
        let result = builder.within(name, || f(self));
        self.path.pop();
        self.frozen.pop();
        result
    }

    /// The current layer path.
    pub fn path(&self) -> String {
        self.path.join("/")
    }

    /// A weight of the current layer, made on first use and found again on later calls.
    pub fn weight(
        &mut self,
        name: &str,
        shape: &[usize],
        init: &Initializer,
        options: WeightOptions,
    ) -> Var {
        let adapts = |a: &&Adaptation| a.path == self.path();
        let lora = self
            .adaptations
            .last()
            .filter(adapts)
            .and_then(|a| a.lora.clone());
        let lora = lora.filter(|l| l.weight == name);
        let non_trainable = options.non_trainable;
        let regularizer = options.regularizer.clone();
        let kernel = self.declared(name, shape, init, options, lora.is_none());
        let rounds = self.adaptations.last().is_some_and(|a| a.rounds) && !non_trainable;
        let kernel = if rounds { rounded(&kernel) } else { kernel };
        match lora {
            Some(lora) => self.with_low_rank(&kernel, &lora, regularizer),
            None => kernel,
        }
    }

    /// The policy of the layer around.
    pub(crate) fn policy(&self) -> Policy {
        self.adaptations
            .last()
            .map_or(Policy::default(), |a| a.policy)
    }

    /// Runs a layer of a class at its path with what a model lays over its weights.
    pub(crate) fn adapted<R>(
        &mut self,
        class_name: &str,
        (policy, lora): (Policy, &Option<Lora>),
        f: impl FnOnce(&mut Scope) -> R,
    ) -> R {
        self.adaptations.push(Adaptation {
            policy,
            rounds: policy.rounds_weights(class_name),
            lora: lora.clone(),
            path: self.path(),
            behind: vec![],
        });
        let result = f(self);
        let behind = self.adaptations.pop().map_or(vec![], |a| a.behind);
        self.weights.extend(behind);
        result
    }

    /// `kernel` + alpha / rank · A · B, with A and B of the current layer.
    fn with_low_rank(
        &mut self,
        kernel: &Var,
        lora: &Lora,
        regularizer: Option<Regularizer>,
    ) -> Var {
        let before = self.weights.len();
        let starts = [&lora.a_initializer, &lora.b_initializer];
        let [a, b] = [0, 1].map(|i| {
            let (name, shape) = lora.factors(&kernel.shape())[i].clone();
            let options = WeightOptions {
                regularizer: regularizer.clone(),
                ..WeightOptions::default()
            };
            self.declared(&name, &shape, starts[i], options, true)
        });
        // Keras adds them to a layer that has all its weights.
        let made = self.weights.split_off(before);
        if let Some(adaptation) = self.adaptations.last_mut() {
            adaptation.behind.extend(made);
        }
        self.builder.low_rank(kernel, &a, &b, lora.scale())
    }

    /// A weight of the current layer as it stands in the state table.
    fn declared(
        &mut self,
        name: &str,
        shape: &[usize],
        init: &Initializer,
        options: WeightOptions,
        thawed: bool,
    ) -> Var {
        let path = self.place(name);
        let layer = path.rsplit_once('/').map_or("", |(layer, _)| layer);
        let layer = layer.to_owned();
        if let Some(known) = self.weights.iter().find(|w| w.path == path) {
            if known.shape != shape {
                let fault = Fault::new(
                    format!("`{name}` of shape {shape:?} wanted by a second call"),
                    format!("shape {:?} of the first call", known.shape),
                    "Inputs of a shared layer need equal sizes.",
                );
                self.builder.fault("weight", fault);
                return self.builder.placeholder(Type::new(DType::F32, shape));
            }
        } else {
            if let Err(message) = init.check(shape) {
                let expected = message
                    .rsplit_once("expected ")
                    .map_or("", |(_, tail)| tail);
                let found = format!("{} for `{name}` of shape {shape:?}", init.0.class_name);
                let expected = if expected.is_empty() {
                    &message
                } else {
                    expected
                };
                let fault = Fault::new(found, expected, "Choose another initializer.");
                self.builder.fault("weight", fault);
            }
            self.weights.push(WeightInfo {
                path: path.clone(),
                layer,
                shape: shape.to_vec(),
                initializer: init.clone(),
                regularizer: options.regularizer,
                constraint: options.constraint,
                trainable: thawed
                    && !options.non_trainable
                    && !self.is_frozen()
                    && !self.run.frozen.contains(&path),
            });
        }
        if let Some(stand_in) = self.run.replaced.get(&path) {
            return stand_in.clone();
        }
        self.builder
            .input(&path, Type::new(DType::F32, shape), InputKind::State)
    }

    /// State that the layer itself moves, such as a moving mean.
    pub fn state(&mut self, name: &str, shape: &[usize], init: &Initializer) -> Var {
        self.weight(
            name,
            shape,
            init,
            WeightOptions {
                non_trainable: true,
                ..WeightOptions::default()
            },
        )
    }

    /// The value that a state of the current layer has after this step.
    pub fn update(&mut self, name: &str, next: Var) {
        let path = self.place(name);
        self.updates.insert(path, next);
    }

    /// The current value of a state of this layer within this step: the last [`Scope::update`], if any.
    pub fn pending(&self, name: &str) -> Option<Var> {
        self.updates.get(&self.place(name)).cloned()
    }

    /// The path of a weight of the current layer, or of the one that it is tied to.
    fn place(&self, name: &str) -> String {
        let path = match self.path.is_empty() {
            true => name.to_owned(),
            false => format!("{}/{name}", self.path()),
        };
        held(&self.tied, &path).unwrap_or(path)
    }

    /// Lets weights be others' from here on: of layers that stand in several places of a model.
    pub(crate) fn tie(&mut self, tied: &BTreeMap<String, String>) {
        self.tied = Rc::new(tied.clone());
    }

    /// Notes the shapes of what a call of the current layer returned, for summaries.
    pub(crate) fn note_shapes(&mut self, outputs: &[Value]) {
        self.shapes
            .insert(self.path(), outputs.iter().map(|v| v.x.shape()).collect());
    }

    /// Output shapes of the last call of every layer of a model, by its path.
    pub(crate) fn shapes(&self) -> &BTreeMap<String, Vec<Vec<usize>>> {
        &self.shapes
    }

    /// Adds a penalty to the loss (a scalar).
    pub fn add_loss(&mut self, loss: Var) {
        self.losses.push(loss);
    }

    /// A random draw that depends on the run's seed, the step, this layer's path and the number of its
    /// draws so far; on nothing else.
    pub fn random(&mut self, distribution: Distribution, shape: &[usize]) -> Var {
        let path = self.path();
        self.run.drawn.push(shape.to_vec());
        let count = self.draws.entry(path.clone()).or_insert(0);
        let stream = stream(&path, *count);
        *count += 1;
        let scalar = Type::new(DType::I64, vec![]);
        let builder = &self.builder;
        let (seed, step) = self.seed.get_or_insert_with(|| {
            let input = |name| builder.input(name, scalar.clone(), InputKind::State);
            (input(SEED), input(STEP))
        });
        let op = Op::Random(Random {
            distribution,
            shape: shape.to_vec(),
            stream,
        });
        builder.apply(op, &[seed, step]).swap_remove(0)
    }

    /// As [`Scope::random`], where a layer's own `seed` goes before the run's: then, as in Keras, layers of
    /// one seed draw equal numbers, and only the step and the number of the draw count.
    pub fn random_seeded(
        &mut self,
        seed: Option<i64>,
        distribution: Distribution,
        shape: &[usize],
    ) -> Var {
        let Some(seed) = seed else {
            return self.random(distribution, shape);
        };
        self.run.drawn.push(shape.to_vec());
        let count = self.draws.entry(self.path.join("/")).or_insert(0);
        let stream = stream("", *count);
        *count += 1;
        let seed = self.builder.constant(Tensor::scalar_i64(seed));
        let step = self
            .builder
            .input(STEP, Type::new(DType::I64, vec![]), InputKind::State);
        let op = Op::Random(Random {
            distribution,
            shape: shape.to_vec(),
            stream,
        });
        self.builder.apply(op, &[&seed, &step]).swap_remove(0)
    }

    /// Lets the current layer, and those inside, draw the same numbers again.
    pub(crate) fn restart_draws(&mut self) {
        let (path, inside) = (self.path(), format!("{}/", self.path()));
        self.draws
            .retain(|p, _| *p != path && !p.starts_with(&inside));
    }

    /// Notes a fault of the current layer and returns the output that was most likely meant.
    pub fn fault(&mut self, class_name: &str, fault: Fault, meant: Type) -> Var {
        self.builder.fault(class_name, fault);
        self.builder.placeholder(meant)
    }

    /// Weights in order of creation.
    pub fn weights(&self) -> &[WeightInfo] {
        &self.weights
    }

    /// Puts the weights from `first` on in the order of their keys, equal ones as they are.
    pub(crate) fn sort_weights<K: Ord>(&mut self, first: usize, keys: &[K]) {
        let made = self.weights.split_off(first);
        let mut keyed: Vec<(&K, WeightInfo)> = keys.iter().zip(made).collect();
        keyed.sort_by(|a, b| a.0.cmp(b.0));
        self.weights.extend(keyed.into_iter().map(|(_, w)| w));
    }

    /// Penalties that layers added.
    pub fn losses(&self) -> &[Var] {
        &self.losses
    }

    /// Next values of states by path.
    pub fn updates(&self) -> &BTreeMap<String, Var> {
        &self.updates
    }
}

/// Name of the state that holds the run's seed, int64.
pub const SEED: &str = "random/seed";
/// Name of the state that counts optimizer steps for random draws, int64.
pub const STEP: &str = "random/step";

/// FNV-1a of path and occurrence: names a stream of random numbers.
pub(crate) fn stream(path: &str, occurrence: u64) -> u64 {
    let bytes = path.bytes().chain(occurrence.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
