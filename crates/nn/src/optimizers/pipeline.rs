//! What every optimizer does around its rule.
//!
//! Order and formulas of keras/src/optimizers/base_optimizer.py: unscale, accumulate, clip, weight decay, update, moving
//! average, constraint, count. With accumulation, a step that is no update leaves weights and slots as they are, but
//! averages and constraints go on in every step; rules and averages count updates, schedules count steps.

use regimen_graph::{DType, Fault, Var};

use crate::constraints::Constraint;
use crate::optimizers::clipping::Clip;
use crate::optimizers::loss_scaling::Scaling;
use crate::optimizers::variables::{accumulator, average, iterations};
use crate::optimizers::{
    Average, Common, LearningRate, Optimizer, Rule, Start, StepContext, Variable, Weight,
    learning_rate,
};

/// A weight in a training step.
pub struct Parameter {
    /// Which.
    pub weight: Weight,
    /// Its current value.
    pub value: Var,
    /// Its gradient; `None` where the loss does not reach it: then it stays as it is.
    pub grad: Option<Var>,
    /// Its constraint.
    pub constraint: Option<Constraint>,
}

/// What a step makes of weights and variables.
pub struct Applied {
    /// The weights after the step; `None` for one that the loss does not reach.
    pub weights: Vec<Option<Var>>,
    /// Variables of the optimizer with their next values.
    pub state: Vec<(Var, Var)>,
}

/// One step of an optimizer. `state` gives the current value of a variable. The gradients are those of the loss as
/// [`scale_loss`](crate::optimizers::scale_loss) makes it.
pub fn apply(
    optimizer: &dyn Optimizer,
    parameters: &[Parameter],
    state: &dyn Fn(&Variable) -> Var,
) -> Applied {
    let count = state(&iterations());
    let scaling = Scaling::new(optimizer, state);
    let mut applied = Applied {
        weights: vec![None; parameters.len()],
        state: vec![],
    };
    for (i, rule) in optimizer.rules().into_iter().enumerate() {
        let own = members(optimizer, parameters, i);
        let moment = Moment::new(rule, &count, learning_rate(optimizer, i), state);
        let gradients: Vec<Gradient> = own
            .iter()
            .map(|(_, p, g)| moment.gradient(&p.weight, &scaling.unscaled(g), state))
            .collect();
        let clip = Clip::new(&moment.common, gradients.iter().map(|g| &g.mean));
        for ((at, parameter, _), gradient) in own.into_iter().zip(gradients) {
            let clipped = clip.apply(&gradient.mean);
            let next = moment.step(parameter, &clipped, state, &mut applied.state);
            applied.weights[at] = Some(next);
            applied.state.extend(gradient.sum);
        }
    }
    let next = &count + count.scalar_like(1.0);
    applied.state.push((count, next));
    scaling.guard(parameters, applied)
}

/// The parameters that a rule updates, with their places and gradients.
fn members<'p>(
    optimizer: &dyn Optimizer,
    parameters: &'p [Parameter],
    rule: usize,
) -> Vec<(usize, &'p Parameter, &'p Var)> {
    let mut own = vec![];
    for (at, p) in parameters.iter().enumerate() {
        match optimizer.rule_of(&p.weight) {
            Ok(found) if found == rule => own.extend(p.grad.as_ref().map(|g| (at, p, g))),
            Err(message) if rule == 0 => {
                let mend = "Change the patterns of `optimizer_map` so that one fits.";
                let fault = Fault::new(message, "one optimizer for each weight", mend);
                p.value.builder().fault(optimizer.class_name(), fault);
            }
            Ok(_) | Err(_) => {}
        }
    }
    own
}

/// A gradient to update by, and where it is accumulated the sum with its next value.
struct Gradient {
    mean: Var,
    sum: Option<(Var, Var)>,
}

/// A rule in a step.
struct Moment<'r> {
    rule: &'r dyn Rule,
    common: Common,
    lr: Var,
    /// Updates so far, int64.
    updates: Var,
    /// Whether no step was done yet.
    first: Var,
    /// Whether this step is an update, where gradients are accumulated.
    is_update: Option<Var>,
}

impl<'r> Moment<'r> {
    fn new(
        rule: &'r dyn Rule,
        count: &Var,
        rate: Option<Variable>,
        state: &dyn Fn(&Variable) -> Var,
    ) -> Moment<'r> {
        let common = rule.common();
        let steps = count.cast(DType::F32);
        let mut lr = match (&common.learning_rate, rate) {
            (LearningRate::Scheduled(schedule), _) => schedule.rate(&steps),
            (LearningRate::Fixed(_), Some(rate)) => state(&rate),
            (LearningRate::Fixed(rate), None) => steps.scalar_like(*rate),
        };
        if common.decay > 0.0 {
            lr = lr / (&steps * common.decay + 1.0);
        }
        let zero = count.scalar_like(0.0);
        let every = common.accumulation.map(|n| count.scalar_like(n as f64));
        let ends = |every: &Var| (count + count.scalar_like(1.0)).rem(every).eq_to(&zero);
        Moment {
            rule,
            lr,
            updates: every.as_ref().map_or(count.clone(), |n| count / n),
            first: count.eq_to(&zero),
            is_update: every.as_ref().map(ends),
            common,
        }
    }

    /// The mean over the steps since the last update.
    fn gradient(&self, weight: &Weight, g: &Var, state: &dyn Fn(&Variable) -> Var) -> Gradient {
        let (Some(every), Some(is_update)) = (self.common.accumulation, &self.is_update) else {
            return Gradient {
                mean: g.clone(),
                sum: None,
            };
        };
        let before = state(&accumulator(weight));
        let sum = &before + g;
        let next = is_update.select(&sum.zeros_like(), &sum);
        Gradient {
            mean: sum / every as f64,
            sum: Some((before, next)),
        }
    }

    /// The weight after the step; slots and average with their next values are added to `changes`.
    fn step(
        &self,
        p: &Parameter,
        g: &Var,
        state: &dyn Fn(&Variable) -> Var,
        changes: &mut Vec<(Var, Var)>,
    ) -> Var {
        let started = |slot: &crate::optimizers::Slot| {
            let kept = state(&Variable::of(&p.weight, slot));
            let now = match slot.start {
                Start::Number(_) => kept.clone(),
                Start::Weight => self.first.select(&p.value, &kept),
            };
            (kept, now)
        };
        let (kept, slots): (Vec<Var>, Vec<Var>) =
            self.rule.slots(&p.weight).iter().map(started).unzip();
        let cx = StepContext {
            lr: self.lr.clone(),
            t: self.updates.cast(DType::F32) + 1.0,
            scheduled: matches!(self.common.learning_rate, LearningRate::Scheduled(_)),
            weight: p.weight.clone(),
        };
        let (w, next) = self.rule.update(&cx, &self.decayed(p), g, &slots);
        let chosen = |new: Var, old: &Var| match &self.is_update {
            Some(is_update) => is_update.select(&new, old),
            None => new,
        };
        let mut w = chosen(w, &p.value);
        for ((kept, now), next) in kept.into_iter().zip(&slots).zip(next) {
            changes.push((kept, chosen(next, now)));
        }
        if let Some(option) = self.common.average {
            w = self.averaged(option, &p.weight, w, state, changes);
        }
        match &p.constraint {
            Some(constraint) => {
                let b = w.builder();
                b.within(&p.weight.path, || constraint.project(b, &w))
            }
            None => w,
        }
    }

    fn decayed(&self, p: &Parameter) -> Var {
        let excluded = self
            .common
            .exclude_from_weight_decay
            .iter()
            .any(|pattern| pattern.search(p.weight.name()));
        match self.rule.weight_decay(&p.weight).filter(|_| !excluded) {
            Some(decay) => &p.value - &p.value * decay * &self.lr,
            None => p.value.clone(),
        }
    }

    /// Moves the average towards the weight; the weight, or the average where that overwrites it now.
    fn averaged(
        &self,
        option: Average,
        weight: &Weight,
        w: Var,
        state: &dyn Fn(&Variable) -> Var,
        changes: &mut Vec<(Var, Var)>,
    ) -> Var {
        let before = state(&average(weight));
        let number = |n: f64| self.updates.scalar_like(n);
        let begun = self.updates.gt(&number(0.0));
        let momentum = begun.cast(DType::F32) * option.momentum;
        let next = &momentum * &before + (1.0 - &momentum) * &w;
        let w = match option.overwrite {
            Some(every) => {
                let due = (&self.updates + number(1.0)).rem(&number(every as f64));
                due.eq_to(&number(0.0)).select(&next, &w)
            }
            None => w,
        };
        changes.push((before, next));
        w
    }
}
