//! STFT: the cosines or sines of a short-time Fourier transform, under a window.
//!
//!   kernel[t, 0, f] = cos or sin of (-2 π t f / n) · window[t] / scale; shape (T, 1, F), n = 2 (F - 1)
//!   scale: sqrt(Σ window²) for density, Σ |window| for spectrum
//!
//! Angles are float32, as in Keras. Follows keras/src/initializers/constant_initializers.py.

use std::f32::consts::PI;

use regimen_graph::{DType, Tensor};
use serde_json::Value as Json;

use crate::initializers::{Init, InitializerDef};
use crate::{Configured, OptionValue, keras_config, option_kinds::choice, windows::Window};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "STFT",
    aliases: &["STFTInitializer"],
    about: "cosines or sines of a short-time Fourier transform",
    options: Stft::options,
    read: |o| Stft::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

/// Which part of complex numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Cosines.
    Real,
    /// Sines.
    Imag,
}

impl OptionValue for Side {
    const KIND: &'static str = "`real` or `imag`";

    fn read(value: &Json) -> Result<Side, String> {
        choice(value, &["real", "imag"], |name| match name {
            "real" => Some(Side::Real),
            "imag" => Some(Side::Imag),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            Side::Real => "real",
            Side::Imag => "imag",
        }
        .into()
    }
}

/// What a window's samples are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpectrumScaling {
    /// The root of the sum of their squares.
    Density,
    /// The sum of their magnitudes.
    Spectrum,
}

impl OptionValue for SpectrumScaling {
    const KIND: &'static str = "`density`, `spectrum` or null";

    fn read(value: &Json) -> Result<SpectrumScaling, String> {
        choice(value, &["density", "spectrum"], |name| match name {
            "density" => Some(SpectrumScaling::Density),
            "spectrum" => Some(SpectrumScaling::Spectrum),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            SpectrumScaling::Density => "density",
            SpectrumScaling::Spectrum => "spectrum",
        }
        .into()
    }
}

keras_config! {
    /// The cosines or sines of a short-time Fourier transform, for a kernel of shape (T, 1, F).
    pub struct Stft() {
        /// Cosines or sines. Default cosines.
        side: Side = Side::Real,
        /// The window: a name of scipy's, its samples, or none. Default Hann's.
        window: Window = "hann".into(),
        /// What the window is divided by. Default density.
        scaling: Option<SpectrumScaling> = Some(SpectrumScaling::Density),
        /// Whether the window is one period of a periodic one. Default false: it is symmetric.
        periodic: bool = false,
    }
}

impl Stft {
    /// The window of `n` samples, divided by its scale; without a window there is no scale.
    fn scaled(&self, n: usize) -> Vec<f64> {
        let samples = self.window.samples(n, self.periodic).unwrap_or_default();
        let scale = match (&self.window, self.scaling) {
            (Window::None, _) | (_, None) => 1.0,
            (_, Some(SpectrumScaling::Density)) => {
                samples.iter().map(|w| w * w).sum::<f64>().sqrt()
            }
            (_, Some(SpectrumScaling::Spectrum)) => samples.iter().map(|w| w.abs()).sum(),
        };
        samples.iter().map(|w| w / scale).collect()
    }
}

impl Init for Stft {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        let &[length, 1, _] = shape else {
            return Err(format!(
                "STFT fills kernels of shape (T, 1, F): found a weight of shape {shape:?}"
            ));
        };
        match self.window.samples(length, self.periodic) {
            Some(_) => Ok(()),
            None => Err(format!(
                "`window` has another number of samples than the kernel, {length}"
            )),
        }
    }

    fn sample(&self, shape: &[usize], _: u64) -> Tensor {
        let count = shape.last().copied().unwrap_or(1);
        let whole = (count.saturating_sub(1) * 2) as f32;
        let value = |t: usize, f: usize, window: f64| {
            let angle = f64::from(-2.0 * t as f32 * (f as f32 / whole) * PI);
            let wave = match self.side {
                Side::Real => angle.cos(),
                Side::Imag => angle.sin(),
            };
            wave * window
        };
        let window = self.scaled(shape.first().copied().unwrap_or(0));
        let rows = window.iter().enumerate();
        let data: Vec<f64> = rows
            .flat_map(|(t, w)| (0..count).map(move |f| value(t, f, *w)))
            .collect();
        Tensor::from_f64(DType::F32, shape, &data)
    }
}
