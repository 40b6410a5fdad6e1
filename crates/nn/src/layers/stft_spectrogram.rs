//! STFTSpectrogram: the short-time Fourier transform of signals, by a convolution whose kernels begin as its waves.
//!
//!   x (B, T, C) -> y (B, T', C F), or (B, T', F, C) with expand_dims;  F = fft_length / 2 + 1, twice that for mode stft
//!   re = x * real_kernel, im = x * imag_kernel (frame_length, 1, F); power = re² + im²
//!   log ln max(sqrt max(power, ε), ε) · magnitude sqrt max(power, ε) · psd power, twice between the ends · real re ·
//!   imag im · angle atan2(im, re) · stft re and im; ε = 1e-7
//!
//! Follows keras/src/layers/preprocessing/stft_spectrogram.py.

use regimen_graph::{DType, Fault, Op, Type, Var, ops::Conv};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Object, OptionValue, Padding, Scope, Value,
    WeightOptions,
    arctangent::atan2,
    initializers::{Initializer, SpectrumScaling},
    input_spec::InputSpec,
    keras_config,
    limits::{self, Checks, Limits},
    option_kinds::choice,
    spatial,
    windows::Window,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "STFTSpectrogram",
    aliases: &[],
    about: "the short-time Fourier transform of signals",
    options: STFTSpectrogram::options,
    read: limits::read::<STFTSpectrogram>,
};

/// What of the complex numbers comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpectrogramMode {
    /// The logarithm of the magnitude.
    Log,
    /// The magnitude.
    Magnitude,
    /// The power of both halves of the spectrum.
    Psd,
    /// The real part.
    Real,
    /// The imaginary part.
    Imag,
    /// The angle, from -π to π.
    Angle,
    /// The real parts, and the imaginary ones behind.
    Stft,
}

const MODES: [(&str, SpectrogramMode); 7] = [
    ("log", SpectrogramMode::Log),
    ("magnitude", SpectrogramMode::Magnitude),
    ("psd", SpectrogramMode::Psd),
    ("real", SpectrogramMode::Real),
    ("imag", SpectrogramMode::Imag),
    ("angle", SpectrogramMode::Angle),
    ("stft", SpectrogramMode::Stft),
];

impl OptionValue for SpectrogramMode {
    const KIND: &'static str = "`log`, `magnitude`, `psd`, `real`, `imag`, `angle` or `stft`";

    fn read(value: &Json) -> Result<SpectrogramMode, String> {
        choice(value, &MODES.map(|m| m.0), |name| {
            MODES.into_iter().find(|m| m.0 == name).map(|m| m.1)
        })
    }

    fn write(&self) -> Json {
        MODES[*self as usize].0.into()
    }
}

keras_config! {
    /// The short-time Fourier transform of each channel of signals. Its kernels train, unless the layer is frozen. A mask does
    /// not pass.
    ///
    /// ```
    /// use regimen_nn::layers::STFTSpectrogram;
    /// assert_eq!(STFTSpectrogram::new().frame_length(512usize).fft_length, None);
    /// ```
    pub struct STFTSpectrogram() {
        /// What comes out. Default the logarithm of the magnitude.
        mode: SpectrogramMode = SpectrogramMode::Log,
        /// Samples of a frame. Default 256.
        frame_length: usize = 256,
        /// Samples from frame to frame. Default half a frame.
        frame_step: Option<usize> = None,
        /// Samples of the transform, those beyond the frame zero. Default the next power of two.
        fft_length: Option<usize> = None,
        /// The window: a name of scipy's, its samples, or none. Default Hann's.
        window: Window = "hann".into(),
        /// Whether the window is one period of a periodic one. Default false.
        periodic: bool = false,
        /// What the window is divided by. Default density.
        scaling: Option<SpectrumScaling> = Some(SpectrumScaling::Density),
        /// Beyond the ends: valid or same. Default valid.
        padding: Padding = Padding::Valid,
        /// Whether frequencies have an axis of their own. Default false.
        expand_dims: bool = false,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for STFTSpectrogram {
    fn limits(&self) -> Checks {
        let n = self.frame_length;
        let step = self.frame_step.unwrap_or(1);
        let fft = self.fft_length.unwrap_or(n);
        let samples = self.window.samples(n, self.periodic).is_some();
        Checks::new()
            .holds(
                (2..=1 << 20).contains(&n),
                "frame_length",
                n,
                "a whole number, 2 to 2^20",
            )
            .holds(
                step >= 1 && step <= n,
                "frame_step",
                step,
                &format!("1 to the frame's {n}"),
            )
            .holds(
                fft >= n && fft <= 1 << 20,
                "fft_length",
                fft,
                &format!("the frame's {n} or more, at most 2^20"),
            )
            .holds(
                samples,
                "window",
                self.window.write(),
                &format!("{n} samples"),
            )
            .holds(
                self.padding != Padding::Causal,
                "padding",
                "causal",
                "`valid` or `same`",
            )
    }
}

impl STFTSpectrogram {
    /// Samples from frame to frame.
    fn step(&self) -> usize {
        self.frame_step.unwrap_or(self.frame_length / 2).max(1)
    }

    /// How many frequencies.
    fn bins(&self) -> usize {
        let fft = self
            .fft_length
            .unwrap_or(self.frame_length.next_power_of_two());
        fft / 2 + 1
    }

    /// One part of the transform of signals (B, C, T): (B, C, F, T').
    fn part(&self, s: &mut Scope, x: &Var, side: &str) -> Var {
        let initializer = Object::named("STFT")
            .with("side", side)
            .with("window", self.window.write())
            .with("scaling", self.scaling.write())
            .with("periodic", self.periodic);
        let shape = [self.frame_length, 1, self.bins()];
        let initializer = Initializer(initializer);
        let name = format!("{side}_kernel");
        let kernel = s.weight(&name, &shape, &initializer, WeightOptions::default());
        let [b, c, t] = [0, 1, 2].map(|axis| x.dim(axis));
        let op = Op::Conv(Conv {
            strides: vec![self.step()],
            dilation: vec![1],
            padding: vec![self.padding.cells(t, self.frame_length, self.step())],
            groups: 1,
        });
        let lines = x.reshape(&[b * c, t, 1]);
        let y = s.builder().apply(op, &[&lines, &kernel]).swap_remove(0);
        let frames = y.dim(1);
        y.transpose(&[0, 2, 1])
            .reshape(&[b, c, self.bins(), frames])
    }

    /// What the mode says of signals (B, C, T): (B, C, F, T').
    fn spectrum(&self, s: &mut Scope, x: &Var) -> Var {
        let real = (self.mode != SpectrogramMode::Imag).then(|| self.part(s, x, "real"));
        let imag = (self.mode != SpectrogramMode::Real).then(|| self.part(s, x, "imag"));
        let (re, im) = match (real, imag) {
            (Some(re), Some(im)) => (re, im),
            (Some(one), None) | (None, Some(one)) => return one,
            (None, None) => return x.clone(),
        };
        let power = || re.square() + im.square();
        let magnitude = || {
            let power = power();
            power.maximum(&power.scalar_like(EPSILON)).sqrt()
        };
        match self.mode {
            SpectrogramMode::Angle => atan2(&im, &re),
            SpectrogramMode::Stft => Var::concat(&[&re, &im], 2),
            SpectrogramMode::Psd => {
                let power = power();
                let last = power.dim(2) - 1;
                let between = power.slice(2, 1, last.max(1));
                power + between.pad(&[0, 0, 1, 0], &[0, 0, 1, 0], 0.0)
            }
            SpectrogramMode::Log => {
                let y = magnitude();
                y.maximum(&y.scalar_like(EPSILON)).log()
            }
            _ => magnitude(),
        }
    }

    /// (B, C, F, T') in the layer's order of axes.
    fn ordered(&self, y: &Var) -> Var {
        let [b, c, f, t] = [0, 1, 2, 3].map(|axis| y.dim(axis));
        let flat = y.reshape(&[b, c * f, t]);
        match (self.data_format, self.expand_dims) {
            (DataFormat::ChannelsLast, true) => y.transpose(&[0, 3, 2, 1]),
            (DataFormat::ChannelsLast, false) => flat.transpose(&[0, 2, 1]),
            (DataFormat::ChannelsFirst, true) => y.transpose(&[0, 1, 3, 2]),
            (DataFormat::ChannelsFirst, false) => flat,
        }
    }
}

const EPSILON: f64 = 1e-7;

impl Layer for STFTSpectrogram {
    fn class_name(&self) -> &'static str {
        "STFTSpectrogram"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &crate::input_spec::float(call.inputs[0].x.clone());
        let spec = InputSpec {
            class_name: "STFTSpectrogram",
            axes: spatial::axes(1, self.data_format),
            mend: "Signals need a channel axis: add one with Reshape.",
        };
        if !self.limits().0.is_empty() || !spec.accepts(s, x) {
            return vec![x.clone().into()];
        }
        let lines = match self.data_format {
            DataFormat::ChannelsLast => x.transpose(&[0, 2, 1]),
            DataFormat::ChannelsFirst => x.clone(),
        };
        let steps = lines.dim(2);
        let frames = self
            .padding
            .output_size(steps, self.frame_length, self.step());
        if frames.is_none() || lines.dim(1) == 0 {
            let fault = Fault::new(
                format!("input {}: {steps} samples", x.ty()),
                format!("at least the {} samples of a frame", self.frame_length),
                "Use a smaller `frame_length`, padding=\"same\", or longer signals.",
            );
            let meant = Type::new(DType::F32, [lines.dim(0), lines.dim(1), self.bins(), 1]);
            let y = s.fault("STFTSpectrogram", fault, meant);
            return vec![self.ordered(&y).into()];
        }
        let y = self.spectrum(s, &lines);
        vec![self.ordered(&y).into()]
    }
}
