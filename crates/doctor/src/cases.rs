//! Small runs for the tests of findings.

use regimen_run::Event;
use regimen_run::event::{Logs, Telemetry};

fn epoch_end(epoch: usize, logs: Logs, telemetry: Telemetry) -> Event {
    Event::EpochEnd {
        epoch,
        logs,
        seconds: 1.0,
        step: 100 * (epoch as u64 + 1),
        telemetry,
    }
}

/// Epochs with one value each.
pub fn epochs(name: &str, values: &[f64]) -> Vec<Event> {
    let logs = values
        .iter()
        .map(|value| Logs::from([(name.to_string(), *value)]));
    logs.enumerate()
        .map(|(i, logs)| epoch_end(i, logs, Telemetry::default()))
        .collect()
}

/// Epochs with `loss` and `val_loss`.
pub fn losses(train: &[f64], val: &[f64]) -> Vec<Event> {
    let pairs = train.iter().zip(val);
    let logs = pairs.map(|(t, v)| Logs::from([("loss".to_string(), *t), ("val_loss".into(), *v)]));
    logs.enumerate()
        .map(|(i, logs)| epoch_end(i, logs, Telemetry::default()))
        .collect()
}

/// Epochs with shares of predicted classes.
pub fn predicted(shares: &[&[f64]]) -> Vec<Event> {
    let rows = shares.iter().enumerate();
    rows.map(|(i, shares)| {
        let telemetry = Telemetry {
            val_predicted_shares: shares.to_vec(),
        };
        epoch_end(i, Logs::new(), telemetry)
    })
    .collect()
}
