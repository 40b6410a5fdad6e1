//! The law floor + b e^-c through a falling curve, by least squares.
//!
//! For a floor, b and c follow from a line through (ln e, ln (loss - floor)), losses below the floor left out; the floor is
//! looked for on a grid from 0 to one scatter above the least loss. What fits is judged on the losses themselves, not on their logarithms.

/// A fitted law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Fit {
    pub floor: f64,
    pub scale: f64,
    pub power: f64,
    /// Smallest and largest floor that fit as well.
    pub floors: (f64, f64),
}

/// Root mean square of what a law leaves, in scatters, from which on it does not fit.
const MISFIT: f64 = 4.0;
/// The last floor of the grid, and what lies beside it.
const LAST_FLOOR: f64 = 0.99;
/// Floors that are tried.
const STEPS: usize = 200;

impl Fit {
    /// The loss at an epoch, 1-based.
    pub fn at(&self, epoch: f64) -> f64 {
        self.floor + self.scale * epoch.powf(-self.power)
    }

    /// The first epoch from which on going on to `times` as many gains less than `noise`; none beyond `last`.
    pub fn enough(&self, noise: f64, last: f64, times: f64) -> f64 {
        let gains = |epoch: f64| self.at(epoch) - self.at(times * epoch) > noise;
        let (mut low, mut high) = (0.0, last.max(1.0).ceil());
        if gains(high) {
            return high + 1.0;
        }
        // The gain falls with the epoch: the first one without it lies above `low`.
        while high - low > 1.0 {
            let middle = ((low + high) / 2.0).floor();
            match gains(middle) {
                true => low = middle,
                false => high = middle,
            }
        }
        high
    }
}

/// The best law through (epoch, loss) with epochs from 1 on; `None` where no law falls or fits, or where floors of 0 and just
/// below the last losses fit equally well.
pub(crate) fn fit(points: &[(f64, f64)], noise: f64) -> Option<Fit> {
    let least = points
        .iter()
        .map(|(_, loss)| *loss)
        .fold(f64::MAX, f64::min);
    if least <= 0.0 || points.len() < 4 {
        return None;
    }
    let tried: Vec<(f64, Fit)> = (0..STEPS)
        .filter_map(|i| {
            let floor = (least + noise) * i as f64 / STEPS as f64;
            with_floor(points, floor)
        })
        .collect();
    let (least_squares, best) = tried.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let limit = least_squares + 4.0 * noise * noise;
    let good = || {
        tried
            .iter()
            .filter(|(squares, _)| *squares <= limit)
            .map(|(_, fit)| fit.floor)
    };
    let floors = (good().fold(f64::MAX, f64::min), good().fold(0.0, f64::max));
    let decides = floors.0 > 0.0 || floors.1 < 0.9 * least;
    // A law that leaves more than the scatter is none; a floor at the end of the grid is the grid's.
    let rest = (least_squares / points.len() as f64).sqrt();
    let fits = rest <= MISFIT * noise && best.floor < LAST_FLOOR * (least + noise);
    (decides && fits && best.power > 0.0 && best.scale > 0.0).then_some(Fit { floors, ..*best })
}

fn with_floor(points: &[(f64, f64)], floor: f64) -> Option<(f64, Fit)> {
    let logs: Vec<(f64, f64, f64)> = points
        .iter()
        .map(|(epoch, loss)| {
            (
                epoch.ln(),
                (loss - floor).max(f64::MIN_POSITIVE).ln(),
                (loss - floor).max(0.0).powi(2),
            )
        })
        .collect();
    // A relative error of (loss - floor) is an absolute one of the loss, so each point weighs as its square.
    let all: f64 = logs.iter().map(|(_, _, w)| w).sum();
    let mean =
        |pick: fn(&(f64, f64, f64)) -> f64| logs.iter().map(|p| p.2 * pick(p)).sum::<f64>() / all;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let spread: f64 = logs.iter().map(|p| p.2 * (p.0 - x).powi(2)).sum();
    if spread <= 0.0 || !all.is_finite() {
        return None;
    }
    let slope = logs
        .iter()
        .map(|p| p.2 * (p.0 - x) * (p.1 - y))
        .sum::<f64>()
        / spread;
    let fit = Fit {
        floor,
        scale: (y - slope * x).exp(),
        power: -slope,
        floors: (floor, floor),
    };
    let squares = points
        .iter()
        .map(|(epoch, loss)| (fit.at(*epoch) - loss).powi(2))
        .sum();
    Some((squares, fit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_law_again() {
        let points: Vec<(f64, f64)> = (1..=40)
            .map(|e| (f64::from(e), 0.3 + 0.7 * f64::from(e).powf(-0.8)))
            .collect();
        let found = fit(&points, 1e-4).expect("a law");
        assert!(
            (found.floor - 0.3).abs() < 0.01 && (found.power - 0.8).abs() < 0.05,
            "{found:?}"
        );
        assert!(found.floors.0 <= found.floor && found.floor <= found.floors.1);
        assert!(fit(&[(1.0, 1.0), (2.0, -1.0)], 0.1).is_none());
    }
}
