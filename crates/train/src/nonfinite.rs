//! Where numbers stopped being finite: the layer and the step.
//!
//! Nothing is watched while training goes well. A step computes its loss before it sets any state
//! ([`regimen_graph::Program::run_guarded`]), so that a loss that is not finite leaves the state as it was. Weights that
//! are not finite then were made so by the step before: by a gradient that was not, though its loss was. Otherwise the
//! step runs under a graph that tests every layer's output, the loss and every gradient. The step is then taken for all
//! that, as in Keras.

use regimen_graph::{DType, Graph, Tensor, Var};
use regimen_nn::Mode;

use crate::{TrainError, Trainer, watched};

/// What was not finite first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NonFinite {
    /// 0-based optimizer step.
    pub(crate) step: u64,
    /// Layer path, `loss`, or `<layer> gradient`.
    pub(crate) layer: String,
}

/// Finds what is not finite: before the step on `feeds`, whose loss is not, or without one after the last step.
pub(crate) fn locate(
    trainer: &mut Trainer<'_>,
    feeds: Option<&[Tensor]>,
) -> Result<NonFinite, TrainError> {
    let step = trainer.step();
    let before = step.saturating_sub(1);
    if let Some(layer) = broken_weight(trainer) {
        let layer = format!("{layer} gradient");
        return Ok(NonFinite {
            step: before,
            layer,
        });
    }
    let found = match feeds {
        Some(feeds) => probe(trainer, feeds)?.map(|layer| NonFinite { step, layer }),
        None => None,
    };
    Ok(found.unwrap_or(NonFinite {
        step: if feeds.is_some() { step } else { before },
        layer: "loss".to_string(),
    }))
}

/// The layer of the first trained weight that is not finite.
fn broken_weight(trainer: &Trainer<'_>) -> Option<String> {
    let trained = trainer.weights.iter().filter(|w| w.trainable);
    let is_broken = |path: &str| {
        let value = trainer.weight(path);
        value.is_some_and(|t| t.to_f64().iter().any(|x| !x.is_finite()))
    };
    let mut broken = trained.filter(|w| is_broken(&w.path));
    broken.next().map(|w| w.layer.clone())
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
    let mut flags: Vec<(String, Var)> = vec![];
    let step = watched::write(
        trainer,
        feeds,
        Mode::Training,
        &|_| true,
        &mut |layer, values| {
            let floats = values.iter().filter(|v| v.x.dtype().is_float());
            flags.extend(floats.map(|v| (trainer.model.layers[layer].name.clone(), finite(&v.x))));
        },
    )?;
    flags.push(("loss".to_string(), finite(&step.loss)));
    for weight in &step.weights {
        if let Some(g) = &weight.grad {
            flags.push((format!("{} gradient", weight.info.layer), finite(g)));
        }
    }
    let outputs: Vec<(&str, Var)> = flags.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let graph = step.builder.finish(&outputs, &[])?;
    Ok((graph, flags.into_iter().map(|f| f.0).collect()))
}

/// 1 where every element is finite, else 0.
fn finite(x: &Var) -> Var {
    let axes: Vec<isize> = (0..x.rank() as isize).collect();
    x.is_finite().cast(DType::F32).min(&axes, false)
}
