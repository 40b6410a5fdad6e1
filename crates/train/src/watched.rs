//! A step written to be looked at: the outputs of its layers as they come, its loss, its gradients. Nothing is updated.

use regimen_graph::{Builder, InputKind, Tensor, Type, Var, grad};
use regimen_nn::optimizers::{self, Parameter, Variable};
use regimen_nn::{Mode, Scope, Value, WeightInfo, losses};

use crate::step::{both, check, optimized, state, weight_of};
use crate::{TrainError, Trainer, rows};

/// The weights after such a step of the optimizer, where the loss reaches them. None where the optimizer scales the loss
/// (its gradients are other ones), and none for the tables of embeddings: their rows wait for steps until they are read,
/// and reading all of them in every look would take that saving back.
pub(crate) fn updated(trainer: &Trainer<'_>, step: &Watched) -> Vec<Option<Var>> {
    let optimizer = trainer.compiled.optimizer.as_ref();
    if optimizer.class_name() == "LossScaleOptimizer" {
        return vec![None; step.weights.len()];
    }
    let parameter = |weight: &WatchedWeight| Parameter {
        weight: optimized(&trainer.model, &weight.info),
        value: weight.value.clone(),
        grad: weight.grad.clone(),
        constraint: weight.info.constraint.clone(),
    };
    let dense = |weight: &&WatchedWeight| !weight.info.path.ends_with("/embeddings");
    let parameters: Vec<Parameter> = step.weights.iter().filter(dense).map(parameter).collect();
    let kept = |v: &Variable| {
        let ty = Type::new(v.dtype, v.shape.clone());
        step.builder.input(&v.name, ty, InputKind::State)
    };
    let mut next = optimizers::apply(optimizer, &parameters, &kept)
        .weights
        .into_iter();
    let one = |weight: &WatchedWeight| match dense(&weight) {
        true => next.next().flatten(),
        false => None,
    };
    step.weights.iter().map(one).collect()
}

/// Such a step. The builder has no outputs yet.
pub(crate) struct Watched {
    pub(crate) builder: Builder,
    /// Loss and penalties.
    pub(crate) loss: Var,
    /// Loss of each row (B), penalties left out; none where losses have no row for each.
    pub(crate) row_loss: Option<Var>,
    /// Trained weights that were asked for, in the model's order.
    pub(crate) weights: Vec<WatchedWeight>,
}

/// A trained weight in it.
pub(crate) struct WatchedWeight {
    pub(crate) info: WeightInfo,
    pub(crate) value: Var,
    /// `None` where the loss does not reach it.
    pub(crate) grad: Option<Var>,
}

/// Writes a step for feeds of these types: inputs, targets, then sample weights where there are some. `wanted` says which
/// weights to differentiate by, `watch` is told a layer's place in the model and its outputs, call by call.
pub(crate) fn write(
    trainer: &Trainer<'_>,
    feeds: &[Tensor],
    mode: Mode,
    wanted: &dyn Fn(&WeightInfo) -> bool,
    watch: &mut dyn FnMut(usize, &[Value]),
) -> Result<Watched, TrainError> {
    let builder = Builder::new();
    let recipe = trainer.recipe();
    let count = feeds.first().and_then(|t| t.shape.first().copied());
    let mut scope = Scope::new(&builder, mode);
    let x = recipe.feeds(&builder, count.unwrap_or(0));
    let feed = |name: String, t: &Tensor| builder.input(&name, t.ty(), InputKind::Feed);
    let first = trainer.inputs.len();
    let y: Vec<Var> = (0..trainer.targets.len())
        .map(|i| feed(format!("y/{i}"), &feeds[first + i]))
        .collect();
    let weights = feeds.iter().skip(first + y.len()).enumerate();
    let weights: Vec<Var> = weights
        .map(|(i, t)| feed(format!("sample_weight/{i}"), t))
        .collect();
    let outputs = trainer
        .model
        .apply_watching(&mut scope, &x, &mut |layer, _, values| watch(layer, values));
    let (mut total, mut row_loss): (Option<Var>, Option<Var>) = (None, None);
    for of_output in &trainer.compiled.losses {
        let loss = &of_output.loss;
        let (target, output) = (&y[of_output.target], &outputs[of_output.output]);
        let values = loss.values(target, &output.x);
        let mask = both(loss.valid(target, &values), output.mask.clone());
        if values.rank() > 0 && count == Some(values.dim(0)) {
            let own = of_output.weigh(rows::row_loss(&values, mask.as_ref()));
            row_loss = Some(row_loss.take().map_or(own.clone(), |sum| sum + own));
        }
        let value = losses::reduce(
            &values,
            weight_of(&weights, of_output.target),
            mask.as_ref(),
            loss.reduction(),
        );
        let value = of_output.weigh(value);
        total = Some(total.map_or(value.clone(), |t| t + value));
    }
    let mut loss = total.unwrap_or_else(|| builder.scalar(0.0));
    for penalty in scope.losses() {
        loss = loss + penalty;
    }
    let trained = scope.weights().iter().filter(|w| w.trainable);
    let weights: Vec<(WeightInfo, Var)> = trained
        .map(|w| (w.clone(), state(&builder, &w.path, &w.shape)))
        .collect();
    for (info, value) in &weights {
        if let Some(regularizer) = &info.regularizer {
            loss = loss + regularizer.penalty(&builder, value);
        }
    }
    check(&builder)?;
    let weights: Vec<(WeightInfo, Var)> = weights
        .into_iter()
        .filter(|(info, _)| wanted(info))
        .collect();
    let values: Vec<Var> = weights.iter().map(|(_, value)| value.clone()).collect();
    let grads = grad(&loss, &values)?;
    let weights = weights.into_iter().zip(grads);
    let weights = weights
        .map(|((info, value), grad)| WatchedWeight { info, value, grad })
        .collect();
    Ok(Watched {
        builder,
        loss,
        row_loss,
        weights,
    })
}
