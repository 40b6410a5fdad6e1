//! VarianceScaling: variance scale / n, n being the number of inputs, of outputs, or the mean of both.
//!
//! He et al., "Delving deep into rectifiers", 2015. Follows keras/src/initializers/random_initializers.py.

use regimen_graph::Tensor;
use serde_json::Value as Json;

use crate::initializers::{Init, InitializerDef, draw};
use crate::{Configured, OptionValue, Options, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "VarianceScaling",
    aliases: &[],
    about: "variance scale / fan",
    options: VarianceScaling::options,
    read,
};

keras_config! {
    /// Variance `scale / fan`.
    pub struct VarianceScaling() {
        /// Factor. Default 1.
        scale: f64 = 1.0,
        /// `fan_in`, `fan_out` or `fan_avg`.
        mode: Mode = Mode::FanIn,
        /// `truncated_normal`, `untruncated_normal` or `uniform`.
        distribution: Distribution = Distribution::TruncatedNormal,
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
        /// Axes counted as inputs; by default from the shape.
        input_axes: Option<Vec<i64>> = None,
        /// Axes counted as outputs; by default from the shape.
        output_axes: Option<Vec<i64>> = None,
    }
}

/// Which fan the variance is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Number of inputs.
    FanIn,
    /// Number of outputs.
    FanOut,
    /// Mean of both.
    FanAvg,
}

impl OptionValue for Mode {
    const KIND: &'static str = "fan_in, fan_out or fan_avg";

    fn read(value: &Json) -> Result<Mode, String> {
        match value.as_str() {
            Some("fan_in") => Ok(Mode::FanIn),
            Some("fan_out") => Ok(Mode::FanOut),
            Some("fan_avg") => Ok(Mode::FanAvg),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Mode::FanIn => "fan_in",
            Mode::FanOut => "fan_out",
            Mode::FanAvg => "fan_avg",
        }
        .into()
    }
}

/// The distribution's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// Normal within two stddev, widened so that the variance after cutting is right.
    TruncatedNormal,
    /// Normal.
    UntruncatedNormal,
    /// Uniform around 0.
    Uniform,
}

impl OptionValue for Distribution {
    const KIND: &'static str = "truncated_normal, untruncated_normal or uniform";

    fn read(value: &Json) -> Result<Distribution, String> {
        match value.as_str().map(str::to_lowercase).as_deref() {
            Some("truncated_normal" | "normal") => Ok(Distribution::TruncatedNormal),
            Some("untruncated_normal") => Ok(Distribution::UntruncatedNormal),
            Some("uniform") => Ok(Distribution::Uniform),
            _ => Err(format!("expected {}", Self::KIND)),
        }
    }

    fn write(&self) -> Json {
        match self {
            Distribution::TruncatedNormal => "truncated_normal",
            Distribution::UntruncatedNormal => "untruncated_normal",
            Distribution::Uniform => "uniform",
        }
        .into()
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Init>> {
    let made = VarianceScaling::read(options)?;
    if made.scale > 0.0 && made.scale.is_finite() {
        return Some(Box::new(made));
    }
    let text = format!(
        "`scale` of VarianceScaling: found {}, expected a number above 0",
        made.scale
    );
    options.error("scale", text);
    None
}

impl Init for VarianceScaling {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        check_axes(shape, &self.input_axes, &self.output_axes)
    }

    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        let fans = compute_fans(
            shape,
            self.input_axes.as_deref(),
            self.output_axes.as_deref(),
        );
        scaled(shape, key, self.scale, self.mode, self.distribution, fans)
    }
}

/// stddev of a normal distribution of variance 1 that is cut at two stddev.
const CUT_STDDEV: f64 = 0.879_625_661_034_239_8;

/// A sample of variance scale / fan.
pub(crate) fn scaled(
    shape: &[usize],
    key: u64,
    scale: f64,
    mode: Mode,
    distribution: Distribution,
    (fan_in, fan_out): (f64, f64),
) -> Tensor {
    let fan = match mode {
        Mode::FanIn => fan_in,
        Mode::FanOut => fan_out,
        Mode::FanAvg => (fan_in + fan_out) / 2.0,
    };
    let stddev = (scale / fan.max(1.0)).sqrt();
    match distribution {
        Distribution::TruncatedNormal => {
            draw::truncated_normal(shape, key, 0.0, stddev / CUT_STDDEV)
        }
        Distribution::UntruncatedNormal => draw::normal(shape, key, 0.0, stddev),
        Distribution::Uniform => {
            let limit = 3.0_f64.sqrt() * stddev;
            draw::uniform(shape, key, -limit, limit)
        }
    }
}

/// Number of inputs and outputs of a weight: the last two axes, each times the size of the window before them. Given
/// axes count instead when both lists are given.
pub fn compute_fans(
    shape: &[usize],
    input_axes: Option<&[i64]>,
    output_axes: Option<&[i64]>,
) -> (f64, f64) {
    if let (Some(inputs), Some(outputs)) = (input_axes, output_axes) {
        let size = |axis: &i64| place(*axis, shape.len()).map_or(1, |at| shape[at]) as f64;
        return (
            inputs.iter().map(size).product(),
            outputs.iter().map(size).product(),
        );
    }
    match shape {
        [] => (1.0, 1.0),
        [n] => (*n as f64, *n as f64),
        [window @ .., inputs, outputs] => {
            let window = window.iter().product::<usize>() as f64;
            (*inputs as f64 * window, *outputs as f64 * window)
        }
    }
}

/// Whether the given axes exist.
pub(crate) fn check_axes(
    shape: &[usize],
    input_axes: &Option<Vec<i64>>,
    output_axes: &Option<Vec<i64>>,
) -> Result<(), String> {
    let (Some(inputs), Some(outputs)) = (input_axes, output_axes) else {
        return Ok(());
    };
    match inputs
        .iter()
        .chain(outputs)
        .find(|&&axis| place(axis, shape.len()).is_none())
    {
        Some(axis) => Err(format!(
            "`input_axes` and `output_axes`: there is no axis {axis} in shape {shape:?}"
        )),
        None => Ok(()),
    }
}

fn place(axis: i64, rank: usize) -> Option<usize> {
    let at = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(at).ok().filter(|&at| at < rank)
}
