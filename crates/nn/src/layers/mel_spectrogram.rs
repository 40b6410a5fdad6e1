//! MelSpectrogram: the power of signals in bands of the mel scale.
//!
//!   x (.., T) -> y (.., num_mel_bins, T');  T' = T / sequence_stride + 1
//!   S[t, f] = |Σ over k of window[k] x[t · stride + k] e^(-2 π i f k / fft_length)|^mag_exp, x reflected at its ends
//!   y = S · M, M the triangles between num_mel_bins + 2 even steps of mel(f) = 1127 ln(1 + f / 700)
//!   decibels  10 lg max(y, min_power) - 10 lg max(|ref_power|, min_power), at most top_db below the largest of the batch
//!
//! Stevens, Volkmann and Newman 1937. Follows keras/src/layers/preprocessing/mel_spectrogram.py.

use std::f64::consts::{LN_10, TAU};

use regimen_graph::{DType, Fault, Op, Tensor, Type, Var, elements, ops::Conv};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
    sampling::take,
    windows::Window,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "MelSpectrogram",
    aliases: &[],
    about: "the power of signals in bands of the mel scale",
    options: MelSpectrogram::options,
    read: limits::read::<MelSpectrogram>,
};

keras_config! {
    /// The power of signals in bands of the mel scale, in training and inference. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::MelSpectrogram;
    /// assert_eq!(MelSpectrogram::new().num_mel_bins(64usize).fft_length, 2048);
    /// ```
    pub struct MelSpectrogram() {
        /// Samples of the transform. Default 2048.
        fft_length: usize = 2048,
        /// Samples from frame to frame. Default 512.
        sequence_stride: usize = 512,
        /// Samples of the window, in the middle of the transform's. Default all.
        sequence_length: Option<usize> = None,
        /// The window: hann, hamming, its samples, or none. Default Hann's.
        window: Window = "hann".into(),
        /// Samples a second. Default 16000.
        sampling_rate: f64 = 16000.0,
        /// How many bands. Default 128.
        num_mel_bins: usize = 128,
        /// Where the lowest band begins, in hertz. Default 20.
        min_freq: f64 = 20.0,
        /// Where the highest band ends, in hertz. Default half the sampling rate.
        max_freq: Option<f64> = None,
        /// Whether decibels come out. Default true.
        power_to_db: bool = true,
        /// How far below the largest decibels go. Default 80.
        top_db: f64 = 80.0,
        /// Exponent of magnitudes: 1 for energy, 2 for power. Default 2.
        mag_exp: f64 = 2.0,
        /// The least power that decibels know. Default 1e-10.
        min_power: f64 = 1e-10,
        /// The power of 0 decibels. Default 1.
        ref_power: f64 = 1.0,
    }
}

impl Limits for MelSpectrogram {
    fn limits(&self) -> Checks {
        let (fft, length) = (self.fft_length, self.asked());
        let window = match &self.window {
            Window::Named(name) => ["hann", "hamming"].contains(&name.as_str()),
            other => other.samples(length, true).is_some(),
        };
        let bands = self.min_freq >= 0.0 && self.highest() > self.min_freq;
        Checks::new()
            .holds(
                (1..=1 << 20).contains(&fft),
                "fft_length",
                fft,
                "a whole number, 1 to 2^20",
            )
            .holds(
                length <= fft,
                "sequence_length",
                length,
                &format!("at most fft_length = {fft}"),
            )
            .at_least_one("sequence_stride", self.sequence_stride)
            .at_least_one("num_mel_bins", self.num_mel_bins)
            .holds(
                window,
                "window",
                self.window.write(),
                &format!("`hann`, `hamming`, {length} samples, or null"),
            )
            .holds(
                self.sampling_rate > 0.0,
                "sampling_rate",
                self.sampling_rate,
                "a number above 0",
            )
            .holds(
                bands && self.highest().is_finite(),
                "max_freq",
                self.highest(),
                "a number above min_freq, which is 0 or more",
            )
            .holds(
                self.min_power > 0.0,
                "min_power",
                self.min_power,
                "a number above 0",
            )
    }
}

impl MelSpectrogram {
    /// Samples of the window that was asked for; as in Keras, 0 is the default, too.
    fn asked(&self) -> usize {
        match self.sequence_length {
            None | Some(0) => self.fft_length,
            Some(n) => n,
        }
    }

    /// Samples that count: without a window the whole frame.
    fn length(&self) -> usize {
        match self.window {
            Window::None => self.fft_length,
            _ => self.asked(),
        }
    }

    /// Where the highest band ends; as in Keras, 0 is the default, too.
    fn highest(&self) -> f64 {
        match self.max_freq {
            Some(f) if f != 0.0 => f,
            _ => (self.sampling_rate / 2.0).trunc(),
        }
    }

    /// The magnitudes, to their exponent, of signals (N, T): (N, T', F).
    fn spectrum(&self, x: &Var) -> Var {
        let (b, fft, length) = (x.builder(), self.fft_length, self.length());
        let edge = fft / 2;
        let padded = take(x, 1, &b.constant(reflected(x.dim(1), edge)));
        let frames = (padded.dim(1).saturating_sub(fft)) / self.sequence_stride + 1;
        let start = (fft - length) / 2;
        let end = start + (frames - 1) * self.sequence_stride + length;
        let part = padded.slice(1, start, end).expand_dims(-1);
        let op = Op::Conv(Conv {
            strides: vec![self.sequence_stride],
            dilation: vec![1],
            padding: vec![(0, 0)],
            groups: 1,
        });
        let waves = b.constant(self.waves()).cast(x.dtype());
        let y = b.apply(op, &[&part, &waves]).swap_remove(0);
        let bins = fft / 2 + 1;
        let (re, im) = (y.slice(2, 0, bins), y.slice(2, bins, 2 * bins));
        let magnitude = (re.square() + im.square()).sqrt();
        magnitude.pow(&magnitude.scalar_like(self.mag_exp))
    }

    /// Cosines, and sines behind, under the window: (length, 1, 2 F). Magnitudes do not see where frames begin.
    fn waves(&self) -> Tensor {
        let (fft, length) = (self.fft_length, self.length());
        let window = self.window.samples(length, true).unwrap_or_default();
        let angle = move |k: usize, f: usize| TAU * ((k * f) % fft) as f64 / fft as f64;
        let data: Vec<f64> = window
            .iter()
            .enumerate()
            .flat_map(|(k, w)| {
                let cos = (0..=fft / 2).map(move |f| w * angle(k, f).cos());
                cos.chain((0..=fft / 2).map(move |f| -w * angle(k, f).sin()))
            })
            .collect();
        Tensor::from_f64(DType::F32, vec![window.len(), 1, 2 * (fft / 2 + 1)], &data)
    }

    /// The triangles, (F, bands); the frequency 0 is in no band.
    fn bands(&self) -> Tensor {
        let mel = |f: f64| 1127.0 * (1.0 + f / 700.0).ln();
        let (bins, bands) = (self.fft_length / 2 + 1, self.num_mel_bins);
        let (low, high) = (mel(self.min_freq), mel(self.highest()));
        let edge = |i: usize| low + (high - low) * i as f64 / (bands + 1) as f64;
        let step = self.sampling_rate / 2.0 / (bins as f64 - 1.0).max(1.0);
        let weight = |f: usize, band: usize| {
            let (place, middle) = (mel(step * f as f64), edge(band + 1));
            let rise = (place - edge(band)) / (middle - edge(band));
            let fall = (edge(band + 2) - place) / (edge(band + 2) - middle);
            if f == 0 { 0.0 } else { rise.min(fall).max(0.0) }
        };
        let rows = (0..bins).flat_map(|f| (0..bands).map(move |band| (f, band)));
        let data: Vec<f64> = rows.map(|(f, band)| weight(f, band)).collect();
        Tensor::from_f64(DType::F32, vec![bins, bands], &data)
    }

    fn decibels(&self, y: &Var) -> Var {
        let least = y.scalar_like(self.min_power);
        let reference = 10.0 * self.ref_power.abs().max(self.min_power).log10();
        let y = y.maximum(&least).log() * (10.0 / LN_10) - reference;
        let axes: Vec<isize> = (0..y.rank() as isize).collect();
        y.maximum(&(y.max(&axes, false) - self.top_db))
    }
}

/// The samples of a signal of n that goes on reflected at its first and last one, for `edge` more on both sides.
fn reflected(n: usize, edge: usize) -> Tensor {
    let last = n as i64 - 1;
    let at = |i: i64| {
        let i = if last > 0 { i.rem_euclid(2 * last) } else { 0 };
        i.min(2 * last - i).max(0) as f64
    };
    let places = -(edge as i64)..(n + edge) as i64;
    let ids: Vec<f64> = places.map(at).collect();
    Tensor::from_f64(DType::I32, vec![ids.len()], &ids)
}

impl Layer for MelSpectrogram {
    fn class_name(&self) -> &'static str {
        "MelSpectrogram"
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = self.write();
        map.insert("sequence_length".to_string(), self.asked().into());
        map.insert("max_freq".to_string(), self.highest().into());
        map
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &call.inputs[0].x;
        if x.is_broken() || !self.limits().0.is_empty() {
            return vec![x.clone().into()];
        }
        let shape = x.shape();
        let samples = shape.last().copied().unwrap_or(0);
        if shape.len() < 2 || elements(&shape) == 0 || x.dtype() == DType::Bool {
            let fault = Fault::new(
                format!("input {}", x.ty()),
                "signals (B, T) of one sample or more",
                "Bring the samples to the last axis, such as by Reshape.",
            );
            let meant = Type::new(DType::F32, [x.dim(0), self.num_mel_bins, 1]);
            return vec![s.fault("MelSpectrogram", fault, meant).into()];
        }
        let x = if x.dtype().is_float() {
            x.clone()
        } else {
            x.cast(DType::F32)
        };
        let before = &shape[..shape.len() - 1];
        let spectrum = self.spectrum(&x.reshape(&[elements(before), samples]));
        let bands = s.builder().constant(self.bands()).cast(x.dtype());
        let y = spectrum.matmul(&bands).transpose(&[0, 2, 1]);
        let y = if self.power_to_db {
            self.decibels(&y)
        } else {
            y
        };
        let after = [y.dim(1), y.dim(2)];
        vec![y.reshape(&[before, &after].concat()).into()]
    }
}
