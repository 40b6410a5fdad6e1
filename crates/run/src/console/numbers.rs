//! Numbers and durations as Keras's console writes them.

use crate::event::Logs;

/// A loss or metric: four decimals, or scientific with two digits of exponent when the size is
/// 1e-3 or less: `0.7209`, `4.3000e-04`, `nan`.
pub fn number(x: f64) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if x.abs() > 1e-3 {
        return format!("{x:.4}");
    }
    let text = format!("{x:.4e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// Time of a step: `2ms/step`.
pub fn per_step(seconds: f64) -> String {
    if seconds >= 1.0 || seconds == 0.0 {
        format!("{seconds:.0}s/step")
    } else if seconds >= 1e-3 {
        format!("{:.0}ms/step", seconds * 1e3)
    } else {
        format!("{:.0}us/step", seconds * 1e6)
    }
}

/// A time left or gone: `12s`, `1:02`, `1:00:01`.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    match whole {
        0..=60 => format!("{whole}s"),
        61..=3600 => format!("{}:{:02}", whole / 60, whole % 60),
        _ => format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

/// ` - accuracy: 0.7209 - loss: 0.5438`: each value behind a dash, training before validation.
pub fn logs(logs: &Logs) -> String {
    logs.iter()
        .map(|(name, x)| format!(" - {name}: {}", number(*x)))
        .collect()
}
