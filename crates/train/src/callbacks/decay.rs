//! Keras's decays, counted in epochs.
//!
//! Formulas of keras/src/optimizers/schedules/learning_rate_schedule.py with the epoch (0-based) for the step.

use std::f64::consts::PI;

use regimen_nn::Options;

/// Names of the classes.
pub(crate) const CLASSES: &[&str] = &[
    "ExponentialDecay",
    "InverseTimeDecay",
    "PolynomialDecay",
    "CosineDecay",
    "PiecewiseConstantDecay",
];

/// A decay with its options.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Decay {
    Exponential {
        steps: f64,
        rate: f64,
        staircase: bool,
    },
    InverseTime {
        steps: f64,
        rate: f64,
        staircase: bool,
    },
    Polynomial {
        steps: f64,
        end: f64,
        power: f64,
        cycle: bool,
    },
    Cosine {
        steps: f64,
        alpha: f64,
        warmup_target: Option<f64>,
        warmup_steps: f64,
    },
    PiecewiseConstant {
        boundaries: Vec<f64>,
        values: Vec<f64>,
    },
}

impl Decay {
    /// The rate of an epoch; `from` is the one to decay from.
    pub(crate) fn rate(&self, step: f64, from: f64) -> f64 {
        let share = |steps: f64, staircase: bool| {
            if staircase {
                (step / steps).floor()
            } else {
                step / steps
            }
        };
        match self {
            Decay::Exponential {
                steps,
                rate,
                staircase,
            } => from * rate.powf(share(*steps, *staircase)),
            Decay::InverseTime {
                steps,
                rate,
                staircase,
            } => from / (1.0 + rate * share(*steps, *staircase)),
            Decay::Polynomial {
                steps,
                end,
                power,
                cycle,
            } => {
                let (step, steps) = match cycle {
                    true if step == 0.0 => (step, *steps),
                    true => (step, steps * (step / steps).ceil()),
                    false => (step.min(*steps), *steps),
                };
                (from - end) * (1.0 - step / steps).powf(*power) + end
            }
            Decay::Cosine {
                warmup_target: Some(target),
                warmup_steps,
                ..
            } if step < *warmup_steps => (target - from) * (step / warmup_steps) + from,
            Decay::Cosine {
                steps,
                alpha,
                warmup_target,
                warmup_steps,
            } => {
                let (from, begun) =
                    warmup_target.map_or((from, 0.0), |target| (target, *warmup_steps));
                let share = (step - begun).min(*steps) / steps;
                from * ((1.0 - alpha) * 0.5 * (1.0 + (PI * share).cos()) + alpha)
            }
            Decay::PiecewiseConstant { boundaries, values } => {
                let at = boundaries.iter().take_while(|b| step > **b).count();
                values.get(at).copied().unwrap_or(from)
            }
        }
    }
}

/// The decay of this class and the rate that it says to begin with.
pub(crate) fn read(class: &str, options: &mut Options<'_>) -> Option<(Option<f64>, Decay)> {
    if class == "PiecewiseConstantDecay" {
        return Some((None, piecewise(options)?));
    }
    let from = options.get::<Option<f64>>("initial_learning_rate", Some(None));
    let steps = options.get::<f64>("decay_steps", None);
    if let Some(found) = steps.filter(|s| *s <= 0.0) {
        options.error(
            "decay_steps",
            format!("`decay_steps` of {class}: found {found}, expected more than 0 epochs"),
        );
    }
    let decay = match class {
        "ExponentialDecay" | "InverseTimeDecay" => {
            let rate = options.get::<f64>("decay_rate", None);
            let staircase = options.get("staircase", Some(false));
            let (steps, rate, staircase) = (steps?, rate?, staircase?);
            if class == "ExponentialDecay" {
                Decay::Exponential {
                    steps,
                    rate,
                    staircase,
                }
            } else {
                Decay::InverseTime {
                    steps,
                    rate,
                    staircase,
                }
            }
        }
        "PolynomialDecay" => {
            let end = options.get("end_learning_rate", Some(1e-4));
            let power = options.get("power", Some(1.0));
            let cycle = options.get("cycle", Some(false));
            Decay::Polynomial {
                steps: steps?,
                end: end?,
                power: power?,
                cycle: cycle?,
            }
        }
        _ => {
            let alpha = options.get("alpha", Some(0.0));
            let warmup_target = options.get::<Option<f64>>("warmup_target", Some(None));
            let warmup_steps = options.get("warmup_steps", Some(0.0));
            Decay::Cosine {
                steps: steps?,
                alpha: alpha?,
                warmup_target: warmup_target?,
                warmup_steps: warmup_steps?,
            }
        }
    };
    Some((from?, decay))
}

fn piecewise(options: &mut Options<'_>) -> Option<Decay> {
    let boundaries = options.get::<Vec<f64>>("boundaries", None);
    let values = options.get::<Vec<f64>>("values", None);
    let (boundaries, values) = (boundaries?, values?);
    if boundaries.is_empty() || values.len() != boundaries.len() + 1 {
        let (b, v) = (boundaries.len(), values.len());
        options.error(
            "values",
            format!("{b} boundaries and {v} values; expected one value more than boundaries"),
        );
    }
    if boundaries.windows(2).any(|pair| pair[0] >= pair[1]) {
        options.error("boundaries", "the boundaries are not in rising order");
    }
    Some(Decay::PiecewiseConstant { boundaries, values })
}
