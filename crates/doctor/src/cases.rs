//! Small runs for the tests of findings.

use regimen_run::event::{LayerTelemetry, Logs, ProbeTelemetry, Telemetry};
use regimen_run::facts::OutputFacts;
use regimen_run::{DataProfile, Event, ModelFacts};

use crate::Facts;
use crate::spec::SpecFacts;

fn epoch_end(epoch: usize, logs: Logs, telemetry: Telemetry) -> Event {
    Event::EpochEnd {
        epoch,
        logs,
        seconds: 1.0,
        step: 100 * (epoch as u64 + 1),
        timing: None,
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
            ..Telemetry::default()
        };
        epoch_end(i, Logs::new(), telemetry)
    })
    .collect()
}

/// A model of one output, with data to be filled in.
#[derive(Default)]
pub struct Case {
    pub model: ModelFacts,
    pub data: DataProfile,
    pub told: SpecFacts,
}

impl Case {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            model: Some(&self.model),
            data: Some(&self.data),
            spec: Some(&self.told),
            ..Facts::default()
        }
    }
}

/// One output and its loss.
pub fn one_output(activation: &str, units: usize, loss: &str) -> Case {
    let output = OutputFacts {
        path: "out".into(),
        shape: vec![None, Some(units)],
        activation: Some(activation.into()),
        loss: Some(loss.into()),
        from_logits: false,
    };
    let mut case = Case::default();
    case.model.outputs = vec![output];
    case
}

/// A model of layers in a row, as a spec tells it.
pub fn layers(list: serde_json::Value) -> crate::spec::Spec {
    let spec = serde_json::json!({ "layers": list });
    crate::spec::of_json(&spec).expect("a spec")
}

/// Epochs with losses and accuracies.
pub fn four(loss: &[f64], accuracy: &[f64], val_loss: &[f64], val_accuracy: &[f64]) -> Vec<Event> {
    let row = |i: usize| {
        let pairs = [
            ("loss", loss[i]),
            ("accuracy", accuracy[i]),
            ("val_loss", val_loss[i]),
            ("val_accuracy", val_accuracy[i]),
        ];
        Logs::from(pairs.map(|(name, value)| (name.to_string(), value)))
    };
    (0..loss.len())
        .map(|i| epoch_end(i, row(i), Telemetry::default()))
        .collect()
}

/// Two epochs with the same look inside.
pub fn looked(layers: &[LayerTelemetry], rows: usize) -> Vec<Event> {
    let probe = ProbeTelemetry {
        rows,
        loss: 1.0,
        error: None,
        layers: layers.to_vec(),
    };
    let telemetry = Telemetry {
        probe: Some(probe),
        ..Telemetry::default()
    };
    (0..2)
        .map(|i| epoch_end(i, Logs::new(), telemetry.clone()))
        .collect()
}
