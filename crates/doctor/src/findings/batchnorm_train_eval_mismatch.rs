//! Batch normalization whose moving averages are not those of the batches.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{EpochFacts, Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "batchnorm_train_eval_mismatch",
    title: "Batch normalization differs between training and inference",
    explain: EXPLAIN,
    detect,
    remedies: &["batch_norm_momentum", "larger_batch", "layer_norm"],
};

const EXPLAIN: &str = "\
In training, batch normalization uses the mean and variance of the batch; in inference, moving averages
of them. When the averages lag behind (few steps with a momentum of 0.99, a network that moves fast)
or were taken of something else (frozen layers, tiny batches), the network that is validated is not
the one that is trained: validation looks like overfitting or like no learning at all.

How the doctor knows: from the look inside, which lets training rows through the network as in
inference. Their loss is twice the training loss of the epoch or more, in two looks in a row, and
there is a BatchNormalization layer. Dropout and penalties make the training loss larger, not smaller,
so that nothing else does that to rows which the network is trained on.

Lower the layer's momentum to 0.9, make more steps, or take larger batches.";

const TIMES: f64 = 2.0;

fn detect(facts: &Facts) -> Option<Finding> {
    let layers = &facts.model?.layers;
    let layer = layers
        .iter()
        .find(|layer| layer.class_name == "BatchNormalization")?;
    let ratio = |row: &EpochFacts| {
        let probe = row.telemetry.probe.as_ref()?;
        let loss = row.logs.get("loss").copied().filter(|loss| *loss > 0.0)?;
        Some((row.epoch, probe.loss, loss, probe.loss / loss))
    };
    let looks: Vec<_> = facts.history.iter().filter_map(ratio).collect();
    let high = |of: &(usize, f64, f64, f64)| of.3.is_finite() && of.3 >= TIMES;
    let last = looks.last().filter(|of| high(of))?;
    if looks.len() < 2 || !high(&looks[looks.len() - 2]) {
        return None;
    }
    let since = looks
        .iter()
        .rev()
        .take_while(|of| high(of))
        .last()
        .map_or(last.0, |of| of.0);
    let title = format!(
        "Training rows have a loss of {:.4} in training and of {:.4} in inference",
        last.2, last.1
    );
    let explanation = format!(
        "The moving averages of `{}` (or of another such layer) are not those of the batches: what is validated is not what is trained.",
        layer.path
    );
    let evidence = [
        ("loss", json!(last.2)),
        ("inference_loss", json!(last.1)),
        ("ratio", json!(last.3)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(since));
    finding.layer = Some(layer.path.clone());
    finding.check =
        "Train on with momentum 0.9: the two losses of the same rows come together.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::event::{Logs, ProbeTelemetry, Telemetry};
    use regimen_run::facts::LayerFacts;
    use regimen_run::{Event, ModelFacts};

    #[test]
    fn two_looks_in_a_row() {
        let model = ModelFacts {
            layers: vec![LayerFacts {
                path: "bn".to_owned(),
                class_name: "BatchNormalization".to_owned(),
                ..LayerFacts::default()
            }],
            ..ModelFacts::default()
        };
        let told = |inference: &[f64]| {
            let event = |(epoch, loss): (usize, &f64)| Event::EpochEnd {
                epoch,
                logs: Logs::from([("loss".to_owned(), 0.2)]),
                seconds: 0.0,
                step: 0,
                timing: None,
                telemetry: Telemetry {
                    probe: Some(ProbeTelemetry {
                        rows: 32,
                        loss: *loss,
                        error: None,
                        layers: vec![],
                    }),
                    ..Telemetry::default()
                },
            };
            let events: Vec<Event> = inference.iter().enumerate().map(event).collect();
            let facts = Facts {
                model: Some(&model),
                ..Facts::from_events(&events)
            };
            detect(&facts).and_then(|found| found.from_epoch)
        };
        assert_eq!(told(&[0.2, 0.9, 1.4]), Some(2));
        assert_eq!(told(&[1.4, 0.2, 0.9]), None);
        assert_eq!(told(&[0.2, 0.19, 0.21]), None);
    }
}
