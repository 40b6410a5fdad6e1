//! Axes: from values to pixels, and ticks at round numbers.

/// A range of values laid over a range of pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    log: bool,
}

/// Beyond this ratio of largest to smallest, an axis of positive values is logarithmic.
const LOG_RATIO: f64 = 100.0;

impl Scale {
    /// An axis for these values, drawn from pixel `from` to pixel `to`. Values that are not finite
    /// do not count; a single value gets room on both sides.
    pub fn fit(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Scale {
        let finite = values.filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        if low > high {
            return Scale {
                low: 0.0,
                high: 1.0,
                from,
                to,
                log: false,
            };
        }
        if low > 0.0 && high / low > LOG_RATIO {
            return Scale {
                low: low.log10(),
                high: high.log10(),
                from,
                to,
                log: true,
            }
            .with_room(0.04);
        }
        // Halved, so that the span of the largest numbers there are stays finite.
        let span = high / 2.0 - low / 2.0;
        if span <= 1e-12 * high.abs().max(low.abs()) {
            let room = if high == 0.0 { 0.5 } else { high.abs() / 10.0 };
            return Scale {
                low: low - room,
                high: high + room,
                from,
                to,
                log: false,
            };
        }
        Scale {
            low,
            high,
            from,
            to,
            log: false,
        }
        .with_room(0.06)
    }

    /// An axis of whole numbers from `first` to `last`.
    pub fn whole(first: usize, last: usize, from: f64, to: f64) -> Scale {
        let (low, high) = (first as f64, last as f64);
        let (low, high) = if first < last {
            (low, high)
        } else {
            (low - 0.5, low + 0.5)
        };
        Scale {
            low,
            high,
            from,
            to,
            log: false,
        }
    }

    fn with_room(self, share: f64) -> Scale {
        let room = share * 2.0 * (self.high / 2.0 - self.low / 2.0);
        let low = if self.low >= 0.0 && !self.log {
            (self.low - room).max(0.0)
        } else {
            self.low - room
        };
        let high = self.high + room;
        if low.is_finite() && high.is_finite() {
            Scale { low, high, ..self }
        } else {
            self
        }
    }

    /// The pixel of a value.
    pub fn pixel(&self, value: f64) -> f64 {
        let value = if self.log { value.log10() } else { value };
        let share = (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        self.from + share * (self.to - self.from)
    }

    /// Round values on the axis with their labels, about `count` of them.
    pub fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        if self.log {
            self.log_ticks(count)
        } else {
            self.linear_ticks(count)
        }
    }

    /// Round whole numbers on the axis.
    pub fn whole_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let step = round_step(self.high - self.low, count).max(1.0).round();
        multiples(self.low, self.high, step)
            .map(|v| (v, format!("{v:.0}")))
            .collect()
    }

    fn linear_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let step = round_step(self.high - self.low, count);
        let largest = self.high.abs().max(self.low.abs());
        let digits = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
        let label = |v: f64| {
            let v = if v == 0.0 { 0.0 } else { v };
            if largest >= 1e6 || step < 1e-6 {
                short(v)
            } else {
                format!("{v:.digits$}")
            }
        };
        multiples(self.low, self.high, step)
            .map(|v| (v, label(v)))
            .collect()
    }

    /// Powers of ten, thinned out to `count`; with 2 and 5 between where they are few.
    fn log_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let (first, last) = (self.low.ceil() as i32, self.high.floor() as i32);
        let stride = ((last - first + 1).max(1) as usize).div_ceil(count).max(1);
        let powers = (first..=last).step_by(stride);
        let mut ticks: Vec<(f64, String)> = powers
            .map(|p| (10f64.powi(p), short(10f64.powi(p))))
            .collect();
        if ticks.len() < 3 {
            let between =
                (first - 1..=last).flat_map(|p| [2, 5].map(|m| f64::from(m) * 10f64.powi(p)));
            let on_axis = between.filter(|v| (self.low..=self.high).contains(&v.log10()));
            ticks.extend(on_axis.map(|v| (v, short(v))));
            ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        ticks
    }
}

/// 1, 2 or 5 times a power of ten, so that about `count` steps fill `span`.
fn round_step(span: f64, count: usize) -> f64 {
    let rough = span / count.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .find(|f| f * power >= rough)
        .unwrap_or(10.0);
    factor * power
}

/// Multiples of `step` from `low` to `high`; none where the step vanishes beside the values.
fn multiples(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let n = if (last - first).is_finite() {
        (last - first + 1.0).clamp(0.0, 50.0) as usize
    } else {
        0
    };
    (0..n).map(move |i| (first + i as f64) * step)
}

/// A number in a few characters: `0.0213`, `1.8`, `3e-7`, `2.5e12`.
pub fn short(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let size = value.abs();
    if value == 0.0 || (1e-4..1e5).contains(&size) {
        let digits = if size >= 100.0 || size == 0.0 {
            1.0
        } else {
            3.0 - size.log10().floor()
        };
        let text = format!("{value:.*}", digits.clamp(0.0, 8.0) as usize);
        if !text.contains('.') {
            return text;
        }
        return text.trim_end_matches('0').trim_end_matches('.').to_string();
    }
    let text = format!("{value:.2e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    format!(
        "{}e{power}",
        digits.trim_end_matches('0').trim_end_matches('.')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64]) -> Vec<String> {
        let scale = Scale::fit(values.iter().copied(), 100.0, 0.0);
        scale.ticks(5).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(&[0.0, 1.0]), ["0.0", "0.5", "1.0"]);
        assert_eq!(labels(&[0.31, 0.38]), ["0.32", "0.34", "0.36", "0.38"]);
        assert_eq!(labels(&[-3.0, 2.0]), ["-2", "0", "2"]);
        assert_eq!(labels(&[1e-3, 10.0]), ["0.001", "0.01", "0.1", "1", "10"]);
        assert_eq!(labels(&[1e-300, 1e300]).len(), 5);
    }

    #[test]
    fn whole_numbers_only_for_epochs() {
        let ticks = |last| -> Vec<String> {
            let ticks = Scale::whole(1, last, 0.0, 100.0).whole_ticks(6);
            ticks.into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(ticks(1), ["1"]);
        assert_eq!(ticks(3), ["1", "2", "3"]);
        assert_eq!(ticks(1000), ["200", "400", "600", "800", "1000"]);
    }

    #[test]
    fn odd_values_stay_inside() {
        for values in [
            &[][..],
            &[f64::NAN],
            &[0.0],
            &[5.0, 5.0],
            &[f64::MAX, f64::MIN],
            &[1e-320],
        ] {
            let scale = Scale::fit(values.iter().copied(), 100.0, 0.0);
            for value in values.iter().filter(|value| value.is_finite()) {
                let pixel = scale.pixel(*value);
                assert!(
                    (-1e-9..=100.0 + 1e-9).contains(&pixel),
                    "{values:?}: {value} at {pixel}"
                );
            }
            assert!(scale.ticks(5).len() <= 50);
        }
    }

    #[test]
    fn numbers_are_short() {
        let texts = [0.0, 1.0, 0.021_34, 1234.5, 3e-7, 2.5e12, -0.5, f64::NAN].map(short);
        assert_eq!(
            texts,
            [
                "0", "1", "0.02134", "1234.5", "3e-7", "2.5e12", "-0.5", "NaN"
            ]
        );
    }
}
