//! The graphs of a run: one training step, one evaluation step, one prediction.
//!
//! State enters and leaves by name, so that saving is writing the state table:
//!
//! ```text
//!   <layer path>/<weight>                weights and layers' own state
//!   <layer path>/rnn_state               what stateful layers carry from batch to batch
//!   optimizer/...                        what the optimizer keeps: crates/nn/src/optimizers/variables.rs
//!   random/seed, random/step             int64
//!   train/<metric>/<accumulator>         running means of the epoch
//!   test/<metric>/<accumulator>          running means of an evaluation
//! ```

use regimen_graph::{Builder, DType, Graph, InputKind, Type, Var, grad};
use regimen_nn::losses;
use regimen_nn::model::ModelKind;
use regimen_nn::model::{InputInfo, Model};
use regimen_nn::optimizers::{self, Parameter, Variable, Weight};
use regimen_nn::{Mode, Scope, Value, WeightInfo};

use crate::compile::Compiled;
use crate::{TrainError, rows};

/// What the graphs of a run are written from.
pub(crate) struct Recipe<'a> {
    pub(crate) model: &'a Model,
    pub(crate) compiled: &'a Compiled,
    pub(crate) inputs: &'a [InputInfo],
    pub(crate) targets: &'a [InputInfo],
    /// Sizes of the weights of a row in training and in evaluation: one array for all outputs, or one for each target.
    pub(crate) weighing: &'a [Vec<Vec<usize>>; 2],
}

/// An accumulator: state name and shape.
pub(crate) type Accumulator = (String, Vec<usize>);

/// A step's graph and what its outputs mean.
pub(crate) struct StepGraph {
    pub(crate) graph: Graph,
    /// Names of the logs: the first outputs.
    pub(crate) logs: Vec<String>,
    /// Accumulators to clear before an epoch or evaluation.
    pub(crate) accumulators: Vec<Accumulator>,
    /// Paths of trainable weights that the loss does not reach.
    pub(crate) unreached: Vec<String>,
    /// Whether the output `predicted` counts predicted classes.
    pub(crate) counts_classes: bool,
}

/// The parts that training and evaluation share.
struct Forward {
    scope: Scope,
    total: Var,
    updates: Vec<(Var, Var)>,
    logs: Vec<(String, Var)>,
    accumulators: Vec<Accumulator>,
    outputs: Vec<Value>,
    targets: Vec<Var>,
    /// Loss of each row (B), penalties left out; of an evaluation.
    row_loss: Option<Var>,
}

impl Recipe<'_> {
    /// One optimizer step on `rows` rows. Outputs: the logs so far, then `batch_loss`.
    pub(crate) fn train(&self, rows: usize, weighted: bool) -> Result<StepGraph, TrainError> {
        let builder = Builder::new();
        let mut f = self.forward(&builder, Mode::Training, "train", rows, weighted);
        let weights = f.scope.weights().to_vec();
        let params: Vec<&WeightInfo> = weights.iter().filter(|w| w.trainable).collect();
        let values: Vec<Var> = params
            .iter()
            .map(|w| state(&builder, &w.path, &w.shape))
            .collect();
        check(&builder)?;
        let optimizer = self.compiled.optimizer.as_ref();
        let kept = |v: &Variable| {
            let ty = Type::new(v.dtype, v.shape.clone());
            builder.input(&v.name, ty, InputKind::State)
        };
        let scaled = optimizers::scale_loss(optimizer, &f.total, &kept);
        let grads = grad(&scaled, &values)?;
        let parameters: Vec<Parameter> = params
            .iter()
            .zip(values.iter().zip(&grads))
            .map(|(w, (value, grad))| Parameter {
                weight: optimized(self.model, w),
                value: value.clone(),
                grad: grad.clone(),
                constraint: w.constraint.clone(),
            })
            .collect();
        let applied = optimizers::apply(optimizer, &parameters, &kept);
        f.updates.extend(applied.state);
        let mut unreached = vec![];
        for ((info, value), next) in params.iter().zip(values).zip(applied.weights) {
            match next {
                Some(next) => f.updates.push((value, next)),
                None => unreached.push(info.path.clone()),
            }
        }
        f.updates.extend(moved(&builder, &f.scope));
        let step = builder.input(
            regimen_nn::STEP,
            Type::new(DType::I64, vec![]),
            InputKind::State,
        );
        let next = &step + step.scalar_like(1.0);
        f.updates.push((step, next));
        let mut outputs: Vec<(&str, Var)> = f
            .logs
            .iter()
            .map(|(n, v)| (n.as_str(), v.clone()))
            .collect();
        outputs.push(("batch_loss", f.total.clone()));
        let mut graph = builder.finish(&outputs, &f.updates)?;
        graph.guard = graph.output("batch_loss");
        let logs = f.logs.iter().map(|l| l.0.clone()).collect();
        Ok(StepGraph {
            graph,
            logs,
            accumulators: f.accumulators,
            unreached,
            counts_classes: false,
        })
    }

    /// One evaluation step on `rows` rows. Outputs: the logs so far, then `predicted` where classes are counted, then what
    /// `rows` tells of single rows.
    pub(crate) fn test(&self, rows: usize, weighted: bool) -> Result<StepGraph, TrainError> {
        let builder = Builder::new();
        let mut f = self.forward(&builder, Mode::Inference, "test", rows, weighted);
        let counted = self.count_classes(&builder, &mut f);
        f.updates.extend(moved(&builder, &f.scope));
        check(&builder)?;
        let mut outputs: Vec<(&str, Var)> = f
            .logs
            .iter()
            .map(|(n, v)| (n.as_str(), v.clone()))
            .collect();
        let counts_classes = counted.is_some();
        outputs.extend(counted.map(|v| ("predicted", v)));
        outputs.extend(rows::outputs(f.row_loss.clone(), self.classes(&f)));
        let graph = builder.finish(&outputs, &f.updates)?;
        let logs = f.logs.iter().map(|l| l.0.clone()).collect();
        Ok(StepGraph {
            graph,
            logs,
            accumulators: f.accumulators,
            unreached: vec![],
            counts_classes,
        })
    }

    /// The model's outputs for `rows` rows.
    pub(crate) fn predict(&self, rows: usize) -> Result<StepGraph, TrainError> {
        let builder = Builder::new();
        let mut scope = Scope::new(&builder, Mode::Inference);
        let outputs = self.model.apply(&mut scope, &self.feeds(&builder, rows));
        check(&builder)?;
        let names = self.model.output_names();
        let named: Vec<(&str, Var)> = names
            .iter()
            .copied()
            .zip(outputs.into_iter().map(|v| v.x))
            .collect();
        let graph = builder.finish(&named, &moved(&builder, &scope))?;
        Ok(StepGraph {
            graph,
            logs: vec![],
            accumulators: vec![],
            unreached: vec![],
            counts_classes: false,
        })
    }

    pub(crate) fn feeds(&self, builder: &Builder, rows: usize) -> Vec<Value> {
        let feed =
            |(i, info): (usize, &InputInfo)| feed(builder, &format!("x/{i}"), info, rows).into();
        self.inputs.iter().enumerate().map(feed).collect()
    }

    /// Forward pass, losses, penalties and metrics. Feeds: x/0.., y/0.., then `sample_weight/0`.. when weighted.
    fn forward(
        &self,
        builder: &Builder,
        mode: Mode,
        phase: &str,
        rows: usize,
        weighted: bool,
    ) -> Forward {
        let mut scope = Scope::new(builder, mode);
        let x = self.feeds(builder, rows);
        let y: Vec<Var> = self
            .targets
            .iter()
            .enumerate()
            .map(|(i, t)| feed(builder, &format!("y/{i}"), t, rows))
            .collect();
        let shapes = &self.weighing[usize::from(mode == Mode::Inference)];
        let weights = shapes.iter().enumerate().filter(|_| weighted);
        let weights: Vec<Var> = weights
            .map(|(i, row)| {
                let ty = Type::new(DType::F32, [&[rows], row.as_slice()].concat());
                builder.input(&format!("sample_weight/{i}"), ty, InputKind::Feed)
            })
            .collect();
        let outputs = self.model.apply(&mut scope, &x);
        let (mut updates, mut logs, mut accumulators) = (vec![], vec![], vec![]);
        let mut track = |name: &str, value: &Var| {
            let prefix = format!("{phase}/{name}");
            let names = [format!("{prefix}/total"), format!("{prefix}/count")];
            let [total, count] = names.clone().map(|n| state(builder, &n, &[]));
            accumulators.extend(names.map(|n| (n, vec![])));
            let n = rows as f64;
            let (next_total, next_count) = (&total + value * n, &count + n);
            logs.push((name.to_string(), &next_total / &next_count));
            updates.extend([(total, next_total), (count, next_count)]);
        };
        let (mut total, mut row_loss): (Option<Var>, Option<Var>) = (None, None);
        for of_output in &self.compiled.losses {
            let loss = &of_output.loss;
            let name = of_output.name.as_ref();
            let value = builder.within(name.map_or("loss", String::as_str), || {
                let (target, out) = (&y[of_output.target], &outputs[of_output.output]);
                let values = loss.values(target, &out.x);
                let mask = both(loss.valid(target, &values), out.mask.clone());
                if mode == Mode::Inference && values.rank() > 0 && values.dim(0) == rows {
                    let own = of_output.weigh(rows::row_loss(&values, mask.as_ref()));
                    row_loss = Some(row_loss.take().map_or(own.clone(), |sum| sum + own));
                }
                let weight = weight_of(&weights, of_output.target);
                losses::reduce(&values, weight, mask.as_ref(), loss.reduction())
            });
            if let Some(name) = name {
                track(&format!("{name}_loss"), &value);
            }
            let value = of_output.weigh(value);
            total = Some(total.map_or(value.clone(), |t| t + value));
        }
        let mut total = total.unwrap_or_else(|| builder.scalar(0.0));
        for penalty in scope.losses() {
            total = total + penalty;
        }
        for info in scope.weights().iter().filter(|w| w.trainable) {
            if let Some(regularizer) = &info.regularizer {
                let value = state(builder, &info.path, &info.shape);
                // Keras: the penalty of the value that a wrapper has put in the weight's place.
                let value = scope.updates().get(&info.path).cloned().unwrap_or(value);
                total = total + builder.within(&info.path, || regularizer.penalty(builder, &value));
            }
        }
        track("loss", &total);
        for m in &self.compiled.metrics {
            let (target, prediction) = (&y[m.target], &outputs[m.output]);
            let metric = &m.metric.metric;
            let declared = metric.states(&target.shape(), &prediction.x.shape());
            let names: Vec<String> = declared
                .iter()
                .map(|s| format!("{phase}/{}/{}", m.name, s.name))
                .collect();
            let states: Vec<Var> = declared
                .iter()
                .zip(&names)
                .map(|(s, n)| state(builder, n, &s.shape))
                .collect();
            let own = weight_of(&weights, m.target).filter(|_| m.weighted);
            let own = own.cloned();
            // Keras gives a mask of the predictions to metrics that are means, as a weight.
            let mask = prediction.mask.as_ref().filter(|_| metric.takes_mask());
            let mask = mask.map(|k| k.cast(DType::F32));
            let own = match (own, mask) {
                (Some(w), Some(k)) => Some(expand_like(&w, &k) * k),
                (w, k) => w.or(k),
            };
            let next = builder.within(&m.name, || {
                metric.update(&states, target, &prediction.x, own.as_ref())
            });
            logs.extend(numbers(&m.name, &metric.result(&next)));
            accumulators.extend(names.into_iter().zip(declared.into_iter().map(|s| s.shape)));
            updates.extend(states.into_iter().zip(next));
        }
        Forward {
            scope,
            total,
            updates,
            logs,
            accumulators,
            outputs,
            targets: y,
            row_loss,
        }
    }

    /// True and predicted class of each row and the probability of the latter, for a single classifying output.
    fn classes(&self, f: &Forward) -> Option<[Var; 3]> {
        let ([of_output], [output]) = (self.compiled.losses.as_slice(), f.outputs.as_slice())
        else {
            return None;
        };
        let loss = of_output.loss.as_ref();
        if output.x.rank() != 2 {
            return None;
        }
        let truth = rows::truth(&f.targets[of_output.target], &output.x, loss)?;
        let winner = rows::winner(&output.x, loss);
        Some([truth, winner, rows::confidence(&output.x, loss)])
    }

    /// Counts of the predicted class over an evaluation, for a single classifying output.
    fn count_classes(&self, builder: &Builder, f: &mut Forward) -> Option<Var> {
        let [of_output] = self.compiled.losses.as_slice() else {
            return None;
        };
        let (loss, [output]) = (&of_output.loss, f.outputs.as_slice()) else {
            return None;
        };
        let p = &output.x;
        let name = loss.class_name();
        if p.rank() != 2 || !name.contains("Crossentropy") {
            return None;
        }
        let classes = p.dim(-1).max(2);
        let winner = rows::winner(p, loss.as_ref());
        let ids = builder.iota(DType::I32, &[1, classes], 1);
        let batch = winner.eq_to(&ids).cast(DType::F32).sum(&[0], false);
        let name = "test/predicted/count".to_string();
        let counts = state(builder, &name, &[classes]);
        let next = &counts + batch;
        f.accumulators.push((name, vec![classes]));
        f.updates.push((counts, next.clone()));
        Some(next)
    }
}

/// The weights of a target, where there are some: its own, or those of all.
pub(crate) fn weight_of(weights: &[Var], target: usize) -> Option<&Var> {
    match weights {
        [one] => Some(one),
        each => each.get(target),
    }
}

/// A metric in the logs: itself, or a number for each of a list, `name[0]` and so on.
fn numbers(name: &str, result: &Var) -> Vec<(String, Var)> {
    let all = result.ty().elements();
    if all == 1 {
        return vec![(name.to_string(), result.reshape(&[]))];
    }
    let list = result.reshape(&[all]);
    (0..all)
        .map(|i| (format!("{name}[{i}]"), list.slice(0, i, i + 1).reshape(&[])))
        .collect()
}

/// A weight as the optimizer sees it. Keras writes the name of a Sequential model before the paths of its layers.
pub(crate) fn optimized(model: &Model, info: &WeightInfo) -> Weight {
    Weight {
        path: info.path.clone(),
        model: (model.kind == ModelKind::Sequential).then(|| model.name.clone()),
        shape: info.shape.clone(),
    }
}

/// What layers themselves move: moving averages, states that pass from batch to batch. A weight that the optimizer
/// moves is the optimizer's.
fn moved(builder: &Builder, scope: &Scope) -> Vec<(Var, Var)> {
    let own = scope.weights().iter().filter(|w| !w.trainable);
    let own = own.map(|w| (&w.path, &w.shape));
    let carried = scope.states().iter().map(|s| (&s.path, &s.shape));
    own.chain(carried)
        .filter_map(|(path, shape)| {
            let next = scope.updates().get(path)?.clone();
            Some((state(builder, path, shape), next))
        })
        .collect()
}

/// A float32 state.
pub(crate) fn state(builder: &Builder, name: &str, shape: &[usize]) -> Var {
    builder.input(name, Type::new(DType::F32, shape), InputKind::State)
}

fn feed(builder: &Builder, name: &str, info: &InputInfo, rows: usize) -> Var {
    let shape: Vec<usize> = [rows]
        .into_iter()
        .chain(info.shape.iter().map(|d| d.unwrap_or(1)))
        .collect();
    builder.input(name, Type::new(info.dtype, shape), InputKind::Feed)
}

/// Where both masks hold; a missing one holds everywhere.
pub(crate) fn both(a: Option<Var>, b: Option<Var>) -> Option<Var> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.and(&b)),
        (a, b) => a.or(b),
    }
}

fn expand_like(w: &Var, k: &Var) -> Var {
    (w.rank()..k.rank()).fold(w.clone(), |w, _| w.expand_dims(-1))
}

pub(crate) fn check(builder: &Builder) -> Result<(), TrainError> {
    let faults = builder.faults();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(regimen_graph::ModelFaults(faults).into())
    }
}
