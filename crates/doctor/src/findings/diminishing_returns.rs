//! What more epochs can still bring: a power law with a floor.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{scatter, series};
use crate::findings::finding;
use crate::power_law::{self, Fit};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "diminishing_returns",
    title: "More epochs bring next to nothing",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "reduce_lr_on_plateau",
        "larger_network",
        "early_stopping",
        "cosine_schedule",
    ],
};

const EXPLAIN: &str = "\
Losses fall fast at first and ever slower later: that is what training looks like, not a fault. The
question is whether the rest of the way is worth its epochs.

What the doctor does: it fits loss(e) = floor + b e^-c to the training losses by least squares, over
all epochs e, and takes the scatter between neighbouring epochs for the noise. From the fit follows
what a tenth more epochs would gain, and the epoch from which on that gain is below the noise. The
floor is told with the range of floors that fit as well (a sum of squares within four times the
noise's variance of the best). The first two epochs are left out (their losses are means over networks that
change most), and a law that leaves four times the scatter is none. Where there are fewer than twelve epochs, or where they leave out most
of the run, or where floors of zero and near the last loss fit equally, it says that the points
do not decide.

The floor is that of this network at this learning rate: ReduceLROnPlateau (a lower rate makes the
last steps smaller than the noise of the batches) or a larger network has a lower one.";

/// Epochs that a fit needs.
const EPOCHS: usize = 12;
/// First epochs that are not fitted, and a fall that is one.
const LEFT_OUT: usize = 2;
const FELL: f64 = 0.05;
/// How much longer a run is that is asked for its gain.
const MORE: f64 = 1.1;

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let (first, last) = (losses.first()?, losses.last()?);
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let n = values.len();
    let span = last.0 + 1 - first.0;
    if (3..EPOCHS).contains(&n) && span >= 10 * n && values.iter().all(|loss| *loss > 0.0) {
        return Some(undecided(facts, &losses));
    }
    if n < EPOCHS || first.0 > 0 {
        return None;
    }
    // The first epochs' losses are means over networks that changed most: they would bend the law.
    let points: Vec<(f64, f64)> = thinned(n)
        .filter(|i| *i >= LEFT_OUT)
        .map(|i| (losses[i].0 as f64 + 1.0, losses[i].1))
        .collect();
    let noise = scatter(&values[n / 3..]);
    let fit = power_law::fit(&points, noise)?;
    let end = last.0 as f64 + 1.0;
    let gain = fit.at(end) - fit.at(MORE * end);
    let enough = fit.enough(noise, end, MORE);
    let falls = values[0] - values[n - 1] > FELL * values[0].abs();
    if gain > noise || enough > end || enough <= 2.0 || !falls {
        return None;
    }
    Some(tell(
        facts,
        &fit,
        (gain, fit.at(end) - fit.at(2.0 * end)),
        noise,
        enough,
        n,
    ))
}

/// At most some hundred places, ever further apart: a law of powers needs no more.
fn thinned(n: usize) -> impl Iterator<Item = usize> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let place = next;
        next += 1 + place / 25;
        (place < n).then_some(place)
    })
}

fn tell(
    facts: &Facts,
    fit: &Fit,
    (gain, of_doubling): (f64, f64),
    noise: f64,
    enough: f64,
    n: usize,
) -> Finding {
    let epoch = facts.epoch_name(enough.ceil() as usize - 1);
    let title = format!(
        "From epoch {epoch} on, a tenth more epochs gain less than the noise ({gain:.2e} against {noise:.2e} now)"
    );
    let explanation = format!(
        "The losses follow {:.4} + {:.3} e^-{:.2} in epochs e; floors from {:.4} to {:.4} fit as well. Twice the epochs would gain {of_doubling:.4}. A lower learning rate late in the run, or a larger network, gains more for less.",
        fit.floor, fit.scale, fit.power, fit.floors.0, fit.floors.1
    );
    let evidence = [
        ("floor", json!(fit.floor)),
        ("floor_range", json!([fit.floors.0, fit.floors.1])),
        ("power", json!(fit.power)),
        ("gain_of_a_tenth", json!(gain)),
        ("gain_of_doubling", json!(of_doubling)),
        ("noise", json!(noise)),
        ("epochs", json!(n)),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(epoch);
    finding.check = "Go on with ReduceLROnPlateau: if the loss falls below the floor, the floor was the learning rate's.".to_owned();
    finding
}

/// Losses fall, and too few of them are told.
fn undecided(facts: &Facts, losses: &[(usize, f64)]) -> Finding {
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    let pace = (last.1 / first.1).powf(1.0 / (last.0.saturating_sub(first.0)).max(1) as f64);
    let title = format!(
        "Loss {:.4} in epoch {}, {:.4} in epoch {}: whether more epochs help cannot be told from {} points",
        first.1,
        facts.epoch_name(first.0),
        last.1,
        facts.epoch_name(last.0),
        losses.len()
    );
    let explanation = format!(
        "Between these epochs the loss fell by {:.2} % an epoch; a law with a floor just below the last loss fits them, and one without any floor does, too. The whole log would decide it; failing that, a run with ReduceLROnPlateau does.",
        100.0 * (1.0 - pace)
    );
    let evidence = [
        ("points", json!(losses.len())),
        ("first_loss", json!(first.1)),
        ("last_loss", json!(last.1)),
        ("fall_per_epoch", json!(1.0 - pace)),
    ];
    let mut finding = finding(Severity::Info, 0.5, title, explanation, evidence);
    finding.check = "Give the whole log, or every tenth line of it.".to_owned();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::epochs;

    #[test]
    fn a_law_with_a_floor() {
        let law = |floor: f64, power: f64| -> Vec<f64> {
            (1..=60)
                .map(|e| {
                    floor + 0.5 * f64::from(e).powf(-power) + if e % 2 == 0 { 4e-3 } else { -4e-3 }
                })
                .collect()
        };
        let found = detect(&Facts::from_events(&epochs("loss", &law(0.2, 1.5))))
            .expect("ends at its floor");
        assert!(
            found
                .from_epoch
                .is_some_and(|epoch| (3..60).contains(&epoch)),
            "{:?}",
            found.from_epoch
        );
        let floor = found.evidence["floor"].as_f64().expect("a number");
        assert!((floor - 0.2).abs() < 0.01, "{floor}");
        let falls: Vec<f64> = (0..60).map(|e| 1.0 - 0.01 * f64::from(e)).collect();
        assert!(detect(&Facts::from_events(&epochs("loss", &falls))).is_none());
        assert!(detect(&Facts::from_events(&epochs("loss", &[1.0, 0.5, 0.4]))).is_none());
    }

    #[test]
    fn points_that_do_not_decide() {
        let text = "Epoch 82/1000\n - 0s - loss: 0.2036 - val_loss: 0.24\nEpoch 83/1000\n - 0s - loss: 0.2036 - val_loss: 0.2375\n\
                    Epoch 455/1000\n - 0s - loss: 0.0903 - val_loss: 0.1317\nEpoch 456/1000\n - 0s - loss: 0.0913 - val_loss: 0.1329\n";
        let logs = crate::log::read(text).expect("a log");
        let found = detect(&logs[0].facts()).expect("undecided");
        assert!(
            found.title.contains("cannot be told from 4 points"),
            "{}",
            found.title
        );
    }
}
