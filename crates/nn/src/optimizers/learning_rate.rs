//! The option `learning_rate`: a number, or a schedule.

use serde_json::Value as Json;

use crate::schedules::Schedule;
use crate::{OptionError, OptionValue};

/// A learning rate: a finite number of 0 or more, or a schedule.
#[derive(Debug, Clone, PartialEq)]
pub enum LearningRate {
    /// A number, which callbacks may change.
    Fixed(f64),
    /// A function of the steps so far.
    Scheduled(Schedule),
}

impl LearningRate {
    /// The rate after `step` steps, unless a callback changed it.
    pub fn at(&self, step: u64) -> f64 {
        match self {
            LearningRate::Fixed(rate) => *rate,
            LearningRate::Scheduled(schedule) => schedule.at(step as f64),
        }
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> LearningRate {
        LearningRate::Fixed(rate)
    }
}

impl From<Schedule> for LearningRate {
    fn from(schedule: Schedule) -> LearningRate {
        LearningRate::Scheduled(schedule)
    }
}

impl PartialEq<f64> for LearningRate {
    fn eq(&self, rate: &f64) -> bool {
        *self == LearningRate::Fixed(*rate)
    }
}

impl OptionValue for LearningRate {
    const KIND: &'static str = "number or schedule";

    fn read(value: &Json) -> Result<LearningRate, String> {
        if value.is_object() {
            return Schedule::read(value).map(LearningRate::Scheduled);
        }
        match value.as_f64() {
            Some(rate) if rate >= 0.0 && rate.is_finite() => Ok(LearningRate::Fixed(rate)),
            _ => Err(
                "expected a finite number, 0 or more, or a schedule (an object with `class_name`)"
                    .to_string(),
            ),
        }
    }

    fn read_nested(value: &Json) -> Option<Result<LearningRate, Vec<OptionError>>> {
        let schedule = Schedule::read_nested(Some(value).filter(|v| v.is_object())?)?;
        Some(schedule.map(LearningRate::Scheduled))
    }

    fn write(&self) -> Json {
        match self {
            LearningRate::Fixed(rate) => (*rate).into(),
            LearningRate::Scheduled(schedule) => schedule.write(),
        }
    }
}
