//! Windows of signals, by the names of scipy.signal.get_window that need no parameters.
//!
//!   cosine sums  w[i] = Σ a[k] cos(k π (2 i / N - 1)), N = n - 1; of n + 1 samples less the last one where periodic
//!
//! Harris 1978. Follows scipy/signal/windows/_windows.py (1.17), which Keras calls.

use std::f64::consts::{PI, TAU};

use serde_json::Value as Json;

use crate::{OptionValue, config::nearest};

/// A window: none, one of scipy's by name, or its samples.
#[derive(Debug, Clone, PartialEq)]
pub enum Window {
    /// Ones.
    None,
    /// By scipy's name.
    Named(String),
    /// Its samples.
    Samples(Vec<f64>),
}

impl Window {
    /// The samples of a window of `n`; `None` for samples of another number.
    pub fn samples(&self, n: usize, periodic: bool) -> Option<Vec<f64>> {
        match self {
            Window::None => Some(vec![1.0; n]),
            Window::Named(name) => named(name, n, periodic),
            Window::Samples(list) => Some(list.clone()).filter(|l| l.len() == n),
        }
    }
}

impl From<&str> for Window {
    fn from(name: &str) -> Window {
        Window::Named(name.to_string())
    }
}

impl OptionValue for Window {
    const KIND: &'static str = "name of a window, list of its samples, or null";

    fn read(value: &Json) -> Result<Window, String> {
        match value {
            Json::Null => Ok(Window::None),
            Json::String(name) if shape(plain_name(name).0).is_some() => {
                Ok(Window::Named(name.clone()))
            }
            Json::String(name) => Err(unknown(name)),
            list => Vec::<f64>::read(list).map(Window::Samples),
        }
    }

    fn write(&self) -> Json {
        match self {
            Window::None => Json::Null,
            Window::Named(name) => name.as_str().into(),
            Window::Samples(list) => list.write(),
        }
    }
}

fn unknown(name: &str) -> String {
    let names = SHAPES.iter().flat_map(|(names, _)| names.iter().copied());
    let near = nearest(name, names).map_or(String::new(), |n| format!(": did you mean `{n}`?"));
    format!("expected a window of scipy that needs no parameters, such as `hann`{near}")
}

/// A symmetric window of n samples, 2 or more.
type Shape = fn(usize) -> Vec<f64>;

const SHAPES: &[(&[&str], Shape)] = &[
    (&["hann", "han"], |n| cosines(n, &[0.5, 0.5])),
    (&["hamming", "hamm", "ham"], |n| cosines(n, &[0.54, 0.46])),
    (&["blackman", "black", "blk"], |n| {
        cosines(n, &[0.42, 0.5, 0.08])
    }),
    (&["nuttall", "nutl", "nut"], |n| {
        cosines(n, &[0.3635819, 0.4891775, 0.1365995, 0.0106411])
    }),
    (&["blackmanharris", "blackharr", "bkh"], |n| {
        cosines(n, &[0.35875, 0.48829, 0.14128, 0.01168])
    }),
    (&["flattop", "flat", "flt"], |n| {
        let a = [
            0.21557895,
            0.41663158,
            0.277263158,
            0.083578947,
            0.006947368,
        ];
        cosines(n, &a)
    }),
    (&["boxcar", "box", "ones", "rect", "rectangular"], |n| {
        vec![1.0; n]
    }),
    (&["bartlett", "bart", "brt"], |n| {
        by_place(n, |t| 1.0 - t.abs())
    }),
    (&["triangle", "triang", "tri"], triangle),
    (&["parzen", "parz", "par"], parzen),
    (&["bohman", "bman", "bmn"], |n| {
        let inner = |t: f64| (1.0 - t.abs()) * (PI * t).cos() + (PI * t.abs()).sin() / PI;
        by_place(n, |t| if t.abs() == 1.0 { 0.0 } else { inner(t) })
    }),
    (&["barthann", "brthan", "bth"], |n| {
        by_place(n, |t| 0.62 - 0.24 * t.abs() + 0.38 * (PI * t).cos())
    }),
    (&["cosine", "halfcosine"], |n| {
        let at = |i| (PI / n as f64 * (f64::from(i) + 0.5)).sin();
        (0..n as u32).map(at).collect()
    }),
    (&["exponential", "poisson"], |n| {
        by_place(n, |t| (-t.abs() * (n as f64 - 1.0) / 2.0).exp())
    }),
    (&["tukey", "tuk"], |n| {
        // A flat middle, and a half of Hann's window, which is half as long, at each end.
        let edge = |t: f64| 0.5 * (1.0 + (PI * (2.0 * t.abs() - 1.0)).cos());
        by_place(n, |t| if t.abs() < 0.5 { 1.0 } else { edge(t) })
    }),
    (&["taylor", "taylorwin"], taylor),
    (&["lanczos", "sinc"], |n| {
        by_place(n, |t| {
            if t == 0.0 {
                1.0
            } else {
                (PI * t).sin() / (PI * t)
            }
        })
    }),
];

fn shape(name: &str) -> Option<Shape> {
    let known = SHAPES.iter().find(|(names, _)| names.contains(&name));
    known.map(|(_, shape)| *shape)
}

/// The name without scipy's endings, and what the ending says of the window's period.
fn plain_name(name: &str) -> (&str, Option<bool>) {
    if let Some(name) = name.strip_suffix("_symmetric") {
        return (name, Some(false));
    }
    match name.strip_suffix("_periodic") {
        Some(name) => (name, Some(true)),
        None => (name, None),
    }
}

fn named(name: &str, n: usize, periodic: bool) -> Option<Vec<f64>> {
    let (name, ending) = plain_name(name);
    let shape = shape(name)?;
    if n <= 1 {
        return Some(vec![1.0; n]);
    }
    let periodic = ending.unwrap_or(periodic);
    let mut samples = shape(n + usize::from(periodic));
    samples.truncate(n);
    Some(samples)
}

/// A function of the place from -1 to 1.
fn by_place(n: usize, f: impl Fn(f64) -> f64) -> Vec<f64> {
    let last = n as f64 - 1.0;
    let place = |i: usize| (2.0 * i as f64 - last) / last;
    (0..n).map(|i| f(place(i))).collect()
}

fn cosines(n: usize, a: &[f64]) -> Vec<f64> {
    let sum = |t: f64| -> f64 {
        let terms = a.iter().enumerate();
        terms.map(|(k, a)| a * (k as f64 * PI * t).cos()).sum()
    };
    by_place(n, sum)
}

fn triangle(n: usize) -> Vec<f64> {
    let at = |i: usize| {
        let rank = (i + 1).min(n - i) as f64;
        if n.is_multiple_of(2) {
            (2.0 * rank - 1.0) / n as f64
        } else {
            2.0 * rank / (n as f64 + 1.0)
        }
    };
    (0..n).map(at).collect()
}

fn parzen(n: usize) -> Vec<f64> {
    let (half, quarter) = (n as f64 / 2.0, (n as f64 - 1.0) / 4.0);
    let at = |i: usize| {
        let place = (i as f64 - (n as f64 - 1.0) / 2.0).abs();
        let part = place / half;
        if place > quarter {
            2.0 * (1.0 - part).powi(3)
        } else {
            1.0 - 6.0 * part * part + 6.0 * part.powi(3)
        }
    };
    (0..n).map(at).collect()
}

/// Taylor's window with four side lobes at -30 decibels, 1 in its middle.
fn taylor(n: usize) -> Vec<f64> {
    const LOBES: i32 = 4;
    let a = 10f64.powf(30.0 / 20.0).acosh() / PI;
    let lobes = f64::from(LOBES);
    let spread = lobes * lobes / (a * a + (lobes - 0.5).powi(2));
    let square = |m: i32| f64::from(m * m);
    let term = |m: i32| {
        let sign = if m % 2 == 1 { 1.0 } else { -1.0 };
        let zero = |k: i32| 1.0 - square(m) / spread / (a * a + (f64::from(k) - 0.5).powi(2));
        let over: f64 = (1..LOBES).map(zero).product();
        let others = (1..LOBES).filter(|&k| k != m);
        let under: f64 = others.map(|k| 1.0 - square(m) / square(k)).product();
        sign * over / (2.0 * under)
    };
    let terms: Vec<f64> = (1..LOBES).map(term).collect();
    let at = |i: f64| -> f64 {
        let place = (i - n as f64 / 2.0 + 0.5) / n as f64;
        let parts = terms.iter().zip(1..);
        1.0 + 2.0
            * parts
                .map(|(f, m)| f * (TAU * f64::from(m) * place).cos())
                .sum::<f64>()
    };
    let middle = at((n as f64 - 1.0) / 2.0);
    (0..n).map(|i| at(i as f64) / middle).collect()
}

#[cfg(test)]
mod tests {
    use std::f64::consts::FRAC_1_SQRT_2;

    use super::*;

    /// scipy.signal.get_window(name, 6, fftbins=False) and (name, 6).
    #[rustfmt::skip]
    const SCIPY: &[(&str, [f64; 6], [f64; 6])] = &[
        ("hann", [0.0, 0.345491503, 0.904508497, 0.904508497, 0.345491503, 0.0], [0.0, 0.25, 0.75, 1.0, 0.75, 0.25]),
        ("hamming", [0.08, 0.397852183, 0.912147817, 0.912147817, 0.397852183, 0.08], [0.08, 0.31, 0.77, 1.0, 0.77, 0.31]),
        ("blackman", [0.0, 0.200770143, 0.849229857, 0.849229857, 0.200770143, 0.0], [0.0, 0.13, 0.63, 1.0, 0.63, 0.13]),
        ("nuttall", [0.0003628, 0.110515253, 0.798258097, 0.798258097, 0.110515253, 0.0003628], [0.0003628, 0.0613345, 0.5292298, 1.0, 0.5292298, 0.0613345]),
        ("blackmanharris", [6e-05, 0.103011489, 0.793833511, 0.793833511, 0.103011489, 6e-05], [6e-05, 0.055645, 0.520575, 1.0, 0.520575, 0.055645]),
        ("flattop", [-0.000421051, -0.067714252, 0.606872153, 0.606872153, -0.067714252, -0.000421051], [-0.000421051, -0.051263156, 0.19821053, 1.000000003, 0.19821053, -0.051263156]),
        ("boxcar", [1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
        ("bartlett", [0.0, 0.4, 0.8, 0.8, 0.4, 0.0], [0.0, 0.333333333, 0.666666667, 1.0, 0.666666667, 0.333333333]),
        ("triangle", [0.166666667, 0.5, 0.833333333, 0.833333333, 0.5, 0.166666667], [0.25, 0.5, 0.75, 1.0, 0.75, 0.5]),
        ("parzen", [0.009259259, 0.25, 0.861111111, 0.861111111, 0.25, 0.009259259], [0.005830904, 0.157434402, 0.650145773, 1.0, 0.650145773, 0.157434402]),
        ("bohman", [0.0, 0.179123894, 0.834311452, 0.834311452, 0.179123894, 0.0], [0.0, 0.108997781, 0.608997781, 1.0, 0.608997781, 0.108997781]),
        ("barthann", [0.0, 0.358573542, 0.879426458, 0.879426458, 0.358573542, 0.0], [0.0, 0.27, 0.73, 1.0, 0.73, 0.27]),
        ("cosine", [0.258819045, FRAC_1_SQRT_2, 0.965925826, 0.965925826, FRAC_1_SQRT_2, 0.258819045], [0.222520934, 0.623489802, 0.900968868, 1.0, 0.900968868, 0.623489802]),
        ("exponential", [0.082084999, 0.22313016, 0.60653066, 0.60653066, 0.22313016, 0.082084999], [0.049787068, 0.135335283, 0.367879441, 1.0, 0.367879441, 0.135335283]),
        ("tukey", [0.0, 0.904508497, 1.0, 1.0, 0.904508497, 0.0], [0.0, 0.75, 1.0, 1.0, 1.0, 0.75]),
        ("taylor", [0.306346927, 0.662064779, 0.957002127, 0.957002127, 0.662064779, 0.306346927], [0.290095313, 0.578212601, 0.878008225, 1.0, 0.878008225, 0.578212601]),
        ("lanczos", [0.0, 0.504551152, 0.935489284, 0.935489284, 0.504551152, 0.0], [0.0, 0.413496672, 0.826993343, 1.0, 0.826993343, 0.413496672]),
    ];

    #[test]
    fn as_scipy() {
        assert_eq!(SCIPY.len(), SHAPES.len());
        for (name, symmetric, periodic) in SCIPY {
            let near = |found: &[f64], want: &[f64]| {
                let all = found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-8);
                assert!(
                    found.len() == want.len() && all,
                    "{name}: {found:?}, scipy has {want:?}"
                );
            };
            near(&named(name, 6, false).unwrap(), symmetric);
            near(&named(name, 6, true).unwrap(), periodic);
            let ending = format!("{name}_symmetric");
            near(&named(&ending, 6, true).unwrap(), symmetric);
        }
        assert_eq!(named("hann", 1, true), Some(vec![1.0]));
    }

    #[test]
    fn names_are_offered() {
        let error = Window::read(&"haan".into()).unwrap_err();
        assert!(error.contains("did you mean `han"), "{error}");
        assert!(
            Window::read(&"kaiser".into())
                .unwrap_err()
                .contains("no parameters")
        );
        assert_eq!(Window::read(&Json::Null), Ok(Window::None));
        assert_eq!(Window::Samples(vec![1.0]).samples(2, true), None);
    }
}
