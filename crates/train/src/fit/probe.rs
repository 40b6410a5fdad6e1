//! A look inside once an epoch: a few training rows go through the network as in inference, and what comes out of each
//! layer and flows back into it is measured. Nothing of the run changes by it.
//!
//! How many rows and how often follows from the number of training rows n alone: r = n / 100 rows, 16 at least and 128 at
//! most, in the first epoch and then every ceil(100 r / n)-th: about a hundredth of the rows that the epochs go through.
//! The rows lie evenly spread over the training part and are the same ones every time.

use regimen_graph::{Builder, DType, Program, Tensor, Var};
use regimen_nn::{Mode, WeightInfo};
use regimen_run::event::{LayerTelemetry, ProbeTelemetry};

use crate::{Arrays, TrainError, Trainer, watched};

/// Rows of a look.
const FEWEST: usize = 16;
const MOST: usize = 128;
/// One row is looked at for so many that are trained on.
const ONE_IN: usize = 100;
/// Weights of more numbers (tables of words) are left out: their dense gradients would cost more than a step.
const LARGEST: usize = 2_000_000;

/// The program of the look, its rows, and how often it is due.
pub(super) struct Probe {
    program: Box<dyn Program>,
    feeds: Vec<Tensor>,
    layers: Vec<Layer>,
    /// Where the mean and the mean square of the rows' losses are among the outputs.
    rows_at: Option<[usize; 2]>,
    every: usize,
}

/// Where a layer's figures are among the outputs.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layer {
    path: String,
    /// Zeros, dead units.
    zeros: Option<[usize; 2]>,
    saturated: Option<usize>,
    /// Sums of squares of gradients and weights, and how many numbers they are.
    squares: Option<[usize; 2]>,
    numbers: usize,
    /// Sum of squares of what a step adds to the weights.
    moved: Option<usize>,
}

impl Probe {
    /// The probe of a run; `None` for models whose batch has a fixed size.
    pub(super) fn of(
        trainer: &mut Trainer<'_>,
        train: &Arrays,
    ) -> Result<Option<Probe>, TrainError> {
        let n = train.rows();
        if n == 0 || trainer.model.batch_size().is_some() {
            return Ok(None);
        }
        let rows = (n / ONE_IN).clamp(FEWEST, MOST).min(n);
        let places: Vec<usize> = (0..rows).map(|i| i * n / rows).collect();
        let mut feeds = vec![];
        train.fill(&places, true, &mut feeds)?;
        let mut figures: Vec<Var> = vec![];
        let mut layers: Vec<Layer> = vec![];
        let step = {
            let known: Vec<(String, Option<String>)> = trainer
                .model
                .layers
                .iter()
                .map(|node| (node.name.clone(), node.layer.activation()))
                .collect();
            watched::write(
                trainer,
                &feeds,
                Mode::Inference,
                &is_small,
                &mut |layer, values| {
                    let (name, activation) = &known[layer];
                    let Some(x) = values
                        .first()
                        .map(|v| &v.x)
                        .filter(|x| x.dtype().is_float() && x.rank() > 1)
                    else {
                        return;
                    };
                    let mut add = |v: Var| {
                        figures.push(v);
                        figures.len() - 1
                    };
                    let at = place(&mut layers, name);
                    match activation.as_deref() {
                        Some("relu" | "relu6") => at.zeros = Some([add(zeros(x)), add(dead(x))]),
                        Some("sigmoid" | "hard_sigmoid") => {
                            at.saturated = Some(add(far(&(x - x.scalar_like(0.5)), 0.49)))
                        }
                        Some("tanh" | "hard_tanh") => at.saturated = Some(add(far(x, 0.98))),
                        _ => {}
                    }
                },
            )?
        };
        let next = watched::updated(trainer, &step);
        for (weight, next) in step.weights.iter().zip(next) {
            let Some(grad) = &weight.grad else { continue };
            let at = place(&mut layers, &weight.info.layer);
            if let Some(next) = next {
                let moved = squares(&(next - &weight.value));
                match at.moved {
                    Some(sum) => figures[sum] = &figures[sum] + moved,
                    None => {
                        figures.push(moved);
                        at.moved = Some(figures.len() - 1);
                    }
                }
            }
            let own = [squares(grad), squares(&weight.value)];
            match at.squares {
                Some(sums) => {
                    for (sum, own) in sums.into_iter().zip(own) {
                        figures[sum] = &figures[sum] + own;
                    }
                }
                None => {
                    let first = figures.len();
                    figures.extend(own);
                    at.squares = Some([first, first + 1]);
                }
            }
            at.numbers += weight.info.shape.iter().product::<usize>();
        }
        let rows_at = step.row_loss.as_ref().map(|loss| {
            let first = figures.len();
            figures.extend([loss.mean(&[0], false), (loss * loss).mean(&[0], false)]);
            [first, first + 1]
        });
        layers.retain(|layer| {
            *layer
                != Layer {
                    path: layer.path.clone(),
                    ..Layer::default()
                }
        });
        let program = compile(trainer, step.builder, step.loss, figures)?;
        let every = (ONE_IN * rows).div_ceil(n).max(1);
        Ok(Some(Probe {
            program,
            feeds,
            layers,
            rows_at,
            every,
        }))
    }

    /// The figures of an epoch (0-based), when they are due.
    pub(super) fn look(
        &mut self,
        trainer: &mut Trainer<'_>,
        epoch: usize,
    ) -> Result<Option<ProbeTelemetry>, TrainError> {
        if !epoch.is_multiple_of(self.every) {
            return Ok(None);
        }
        let feeds: Vec<&Tensor> = self.feeds.iter().collect();
        self.program.run(trainer.store.as_mut(), &feeds)?;
        let figure = |place: usize| self.program.scalar(place + 1);
        let layer = |layer: &Layer| LayerTelemetry {
            path: layer.path.clone(),
            zeros: layer.zeros.map(|[zeros, _]| figure(zeros)),
            dead: layer.zeros.map(|[_, dead]| figure(dead)),
            saturated: layer.saturated.map(figure),
            gradient: layer
                .squares
                .map(|[grad, _]| (figure(grad) / layer.numbers as f64).sqrt()),
            weight: layer
                .squares
                .map(|[_, weight]| (figure(weight) / layer.numbers as f64).sqrt()),
            update: layer.moved.zip(layer.squares).map(|(moved, [_, weight])| {
                (figure(moved) / figure(weight).max(f64::MIN_POSITIVE)).sqrt()
            }),
        };
        let rows = self.feeds.first().and_then(|x| x.shape.first().copied());
        let rows = rows.unwrap_or(0);
        let error = self.rows_at.filter(|_| rows > 1).map(|[mean, square]| {
            let variance = (figure(square) - figure(mean).powi(2)).max(0.0);
            (variance / (rows - 1) as f64).sqrt()
        });
        Ok(Some(ProbeTelemetry {
            rows,
            loss: self.program.scalar(0),
            error,
            layers: self.layers.iter().map(layer).collect(),
        }))
    }
}

fn is_small(info: &WeightInfo) -> bool {
    info.shape.iter().product::<usize>() <= LARGEST
}

/// The entry of a layer, made when it is not there yet.
fn place<'l>(layers: &'l mut Vec<Layer>, path: &str) -> &'l mut Layer {
    let known = layers.iter().position(|layer| layer.path == path);
    let at = known.unwrap_or_else(|| {
        layers.push(Layer {
            path: path.to_string(),
            ..Layer::default()
        });
        layers.len() - 1
    });
    &mut layers[at]
}

fn compile(
    trainer: &Trainer<'_>,
    builder: Builder,
    loss: Var,
    figures: Vec<Var>,
) -> Result<Box<dyn Program>, TrainError> {
    let names: Vec<String> = (0..figures.len()).map(|i| format!("figure/{i}")).collect();
    let named = names.iter().map(String::as_str).zip(figures);
    let outputs: Vec<(&str, Var)> = std::iter::once(("loss", loss)).chain(named).collect();
    let graph = builder.finish(&outputs, &[])?;
    Ok(trainer.engine.compile(&graph)?)
}

fn all_axes(x: &Var) -> Vec<isize> {
    (0..x.rank() as isize).collect()
}

/// Share of zeros.
fn zeros(x: &Var) -> Var {
    let zero = x.eq_to(&x.scalar_like(0.0)).cast(DType::F32);
    zero.mean(&all_axes(x), false)
}

/// Share of units (the last axis) that are zero for every row and place.
fn dead(x: &Var) -> Var {
    let zero = x.eq_to(&x.scalar_like(0.0)).cast(DType::F32);
    let others: Vec<isize> = (0..x.rank() as isize - 1).collect();
    zero.min(&others, false).mean(&[0], false)
}

/// Share of numbers whose magnitude is `limit` or more.
fn far(x: &Var, limit: f64) -> Var {
    let out = x.abs().ge(&x.scalar_like(limit)).cast(DType::F32);
    out.mean(&all_axes(x), false)
}

fn squares(x: &Var) -> Var {
    (x * x).sum(&all_axes(x), false)
}
