//! A trainer's optimizer from outside: its variables, and its learning rates read and set.

use regimen_graph::Tensor;
use regimen_nn::WeightInfo;
use regimen_nn::optimizers::{self, LearningRate, Variable};

use crate::callbacks::rate_log;
use crate::step::optimized;
use crate::{TrainError, Trainer};

impl Trainer<'_> {
    /// What the optimizer keeps in the state, in Keras's order.
    pub fn optimizer_variables(&self) -> Vec<Variable> {
        let moved = |w: &&WeightInfo| w.trainable && !self.unreached.contains(&w.path);
        let weights: Vec<_> = self
            .weights
            .iter()
            .filter(moved)
            .map(|w| optimized(&self.model, w))
            .collect();
        optimizers::variables(self.compiled.optimizer.as_ref(), &weights)
    }

    /// The same as files have them, each with whether it is kept: for weights that the loss does not reach Keras has variables,
    /// too, which stay as they begin.
    pub fn optimizer_variables_of_file(&self) -> Vec<(Variable, bool)> {
        let weights = self.weights.iter().filter(|w| w.trainable);
        let weights: Vec<_> = weights.map(|w| optimized(&self.model, w)).collect();
        let all = optimizers::variables(self.compiled.optimizer.as_ref(), &weights);
        let kept = |v: &Variable| self.store.ty(&v.name).is_some();
        all.into_iter()
            .map(|v| (kept(&v), v))
            .map(|(kept, v)| (v, kept))
            .collect()
    }

    /// The learning rate that the next step will use, before legacy decay: the first one, where several optimizers share
    /// the weights.
    pub fn learning_rate(&self) -> f64 {
        self.rate_of(0)
    }

    /// The learning rates of the optimizers inside a MultiOptimizer with the names of these; empty for any other.
    pub fn learning_rates(&self) -> Vec<(String, f64)> {
        let names = self.compiled.optimizer.names().into_iter().enumerate();
        names.map(|(i, name)| (name, self.rate_of(i))).collect()
    }

    /// What logs call the learning rates.
    pub(crate) fn rate_logs(&self) -> Vec<String> {
        let names = self.compiled.optimizer.names();
        match names.is_empty() {
            true => vec![rate_log("")],
            false => names.iter().map(|name| rate_log(name)).collect(),
        }
    }

    fn rate_of(&self, rule: usize) -> f64 {
        let optimizer = self.compiled.optimizer.as_ref();
        if let Some(variable) = optimizers::learning_rate(optimizer, rule) {
            let value = self.store.get(&variable.name);
            return value.map_or(f64::NAN, |t| t.to_f64()[0]);
        }
        // The step evaluates schedules in float32.
        let rules = optimizer.rules();
        let rate = rules
            .get(rule)
            .map(|rule| rule.common().learning_rate.at(self.step()));
        rate.map_or(f64::NAN, |rate| f64::from(rate as f32))
    }

    /// Sets the learning rate from the next step on. An error where a schedule sets it, or where several optimizers share
    /// the weights: [`Trainer::set_rate_of`] sets those one by one.
    pub fn set_learning_rate(&mut self, lr: f64) -> Result<(), TrainError> {
        let names = self.compiled.optimizer.names();
        if !names.is_empty() {
            return Err(TrainError::Arguments(format!(
                "the learning rates of {} are apart and cannot be set as one: set each by its place (Trainer::set_rate_of, Flow::SetRateOf)",
                names.join(", ")
            )));
        }
        self.set_rate_of(0, lr)
    }

    /// Sets the learning rate of one of the optimizers inside a MultiOptimizer, by its place in
    /// [`Trainer::learning_rates`]; 0 for any other optimizer.
    pub fn set_rate_of(&mut self, rule: usize, lr: f64) -> Result<(), TrainError> {
        self.check_rate(rule).map_err(TrainError::Arguments)?;
        if let Some(variable) = optimizers::learning_rate(self.compiled.optimizer.as_ref(), rule) {
            let lr = Tensor::scalar(lr as f32);
            self.store.put(&variable.name, &lr);
        }
        Ok(())
    }

    /// Whether the learning rate of an optimizer can be set, or why not.
    pub(crate) fn check_rate(&self, rule: usize) -> Result<(), String> {
        let optimizer = self.compiled.optimizer.as_ref();
        if optimizers::learning_rate(optimizer, rule).is_some() {
            return Ok(());
        }
        let rules = optimizer.rules();
        let rate = rules.get(rule).map(|rule| rule.common().learning_rate);
        Err(match rate {
            Some(LearningRate::Scheduled(schedule)) => format!(
                "the learning rate is that of the schedule {} and cannot be set: take out the callback that sets it, or give the optimizer a number as `learning_rate`",
                schedule.0.class_name
            ),
            _ => format!("there is no optimizer {rule}"),
        })
    }
}
