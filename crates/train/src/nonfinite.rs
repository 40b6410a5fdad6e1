//! Where numbers stopped being finite: the layer and the step.
//!
//! Steps are reproducible bit for bit, so nothing is watched while training goes well: the state at the
//! epoch's beginning is kept, and when a loss is not finite the epoch's steps run again from there, the last two
//! under a graph that tests every layer's output and every gradient.

use regimen_graph::{Builder, DType, Graph, Tensor, Var, grad};
use regimen_nn::{Mode, Scope, losses};

use crate::checkpoint::Position;
use crate::step::{both, check, state};
use crate::trainer::{Kind, Weights};
use crate::{TrainError, Trainer};

/// Makes the batch of a place in the pass.
pub(crate) type Feeds<'f> = dyn Fn(usize, &mut Vec<Tensor>) -> Result<(), TrainError> + 'f;

/// What was not finite first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NonFinite {
    /// 0-based optimizer step.
    pub(crate) step: u64,
    /// Layer path, `loss`, or `<layer> gradient`.
    pub(crate) layer: String,
}

/// The state to go back to, and whether the alarm was given.
#[derive(Debug, Default)]
pub(crate) struct Tripwire {
    kept: Option<(Weights, Position, u64)>,
    sprung: bool,
}

impl Tripwire {
    /// Keeps the state at the beginning of an epoch.
    pub(crate) fn arm(&mut self, trainer: &Trainer<'_>, position: Position) {
        if !self.sprung {
            self.kept = Some((trainer.state(), position, trainer.step()));
        }
    }

    pub(crate) fn sprung(&self) -> bool {
        self.sprung
    }

    /// Finds the layer. `position` is the place after the step with the bad loss; `feeds` makes the batch of
    /// a place in the pass. The trainer's state is as before afterwards.
    pub(crate) fn locate(
        &mut self,
        trainer: &mut Trainer<'_>,
        position: Position,
        feeds: &Feeds<'_>,
    ) -> Result<NonFinite, TrainError> {
        self.sprung = true;
        let unknown = NonFinite {
            step: trainer.step().saturating_sub(1),
            layer: "loss".to_string(),
        };
        let Some((kept, from, first_step)) = self.kept.take() else {
            return Ok(unknown);
        };
        let now = trainer.state();
        trainer.set_state(&kept);
        let steps = position.batch.saturating_sub(from.batch);
        let mut batch = vec![];
        let mut found = None;
        for i in 0..steps {
            feeds(from.seen + i, &mut batch)?;
            if i + 2 >= steps {
                let step = first_step + i as u64;
                if let Some(layer) = probe(trainer, &batch)? {
                    found = Some(NonFinite { step, layer });
                    break;
                }
            }
            let rows = batch
                .first()
                .and_then(|t| t.shape.first().copied())
                .unwrap_or(0);
            let weighted = batch.len() > trainer.inputs.len() + trainer.targets.len();
            let kind = Kind::Train { rows, weighted };
            trainer.plan(kind)?;
            trainer.run(kind, batch.iter().collect())?;
        }
        trainer.set_state(&now);
        Ok(found.unwrap_or(unknown))
    }
}

/// The first thing that is not finite in one step from the current state.
fn probe(trainer: &mut Trainer<'_>, feeds: &[Tensor]) -> Result<Option<String>, TrainError> {
    let (graph, names) = write(trainer, feeds)?;
    let mut program = trainer.engine.compile(&graph)?;
    program.run(trainer.store.as_mut(), &feeds.iter().collect::<Vec<_>>())?;
    let broken = names
        .iter()
        .enumerate()
        .find(|(i, _)| program.scalar(*i) != 1.0);
    Ok(broken.map(|(_, name)| name.clone()))
}

/// A training step that only tests: one flag per layer call in order, the loss, then each gradient.
fn write(trainer: &Trainer<'_>, feeds: &[Tensor]) -> Result<(Graph, Vec<String>), TrainError> {
    let builder = Builder::new();
    let recipe = trainer.recipe();
    let rows = feeds
        .first()
        .and_then(|t| t.shape.first().copied())
        .unwrap_or(0);
    let mut scope = Scope::new(&builder, Mode::Training);
    let x = recipe.feeds(&builder, rows);
    let feed =
        |name: String, t: &Tensor| builder.input(&name, t.ty(), regimen_graph::InputKind::Feed);
    let first = trainer.inputs.len();
    let y: Vec<Var> = (0..trainer.targets.len())
        .map(|i| feed(format!("y/{i}"), &feeds[first + i]))
        .collect();
    let weight = feeds
        .get(first + y.len())
        .map(|t| feed("sample_weight".to_string(), t));
    let mut flags: Vec<(String, Var)> = vec![];
    let outputs = trainer
        .model
        .apply_watching(&mut scope, &x, &mut |layer, _, values| {
            let floats = values.iter().filter(|v| v.x.dtype().is_float());
            flags.extend(floats.map(|v| (trainer.model.layers[layer].name.clone(), finite(&v.x))));
        });
    let mut total: Option<Var> = None;
    for of_output in &trainer.compiled.losses {
        let loss = &of_output.loss;
        let (target, output) = (&y[of_output.target], &outputs[of_output.output]);
        let values = loss.values(target, &output.x);
        let mask = both(loss.valid(target, &values), output.mask.clone());
        let value = losses::reduce(&values, weight.as_ref(), mask.as_ref(), loss.reduction());
        let value = of_output.weigh(value);
        total = Some(total.map_or(value.clone(), |t| t + value));
    }
    let mut total = total.unwrap_or_else(|| builder.scalar(0.0));
    for penalty in scope.losses() {
        total = total + penalty;
    }
    let weights = scope.weights().to_vec();
    let trained: Vec<Var> = weights
        .iter()
        .filter(|w| w.trainable)
        .map(|w| state(&builder, &w.path, &w.shape))
        .collect();
    for (info, value) in weights.iter().filter(|w| w.trainable).zip(&trained) {
        if let Some(regularizer) = &info.regularizer {
            total = total + regularizer.penalty(&builder, value);
        }
    }
    flags.push(("loss".to_string(), finite(&total)));
    check(&builder)?;
    let grads = grad(&total, &trained)?;
    for (info, g) in weights.iter().filter(|w| w.trainable).zip(grads) {
        if let Some(g) = g {
            flags.push((format!("{} gradient", info.layer), finite(&g)));
        }
    }
    let outputs: Vec<(&str, Var)> = flags.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let graph = builder.finish(&outputs, &[])?;
    Ok((graph, flags.into_iter().map(|f| f.0).collect()))
}

/// 1 where every element is finite, else 0.
fn finite(x: &Var) -> Var {
    let axes: Vec<isize> = (0..x.rank() as isize).collect();
    x.is_finite().cast(DType::F32).min(&axes, false)
}
