//! Where a loss that is not finite is seen, and what is advised.

use super::*;
use crate::cases::{epochs, losses};
use regimen_run::facts::LayerFacts;
use regimen_run::{DataProfile, Event, ModelFacts};

#[test]
fn fires_with_layer_and_step() {
    let mut events = epochs("loss", &[2.0, 5.0]);
    events.push(Event::NonFinite {
        epoch: 2,
        step: 45,
        layer: "dense_1".into(),
    });
    events.extend(epochs("loss", &[2.0, 5.0, f64::NAN]).pop());
    let finding = detect(&Facts::from_events(&events)).expect("not finite");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.layer.as_deref(), Some("dense_1"));
    assert_eq!(finding.evidence["step"], 45);
    assert_eq!(finding.evidence["last_finite_loss"], 5.0);
    assert_eq!(finding.from_epoch, Some(3));
}

#[test]
fn fires_on_a_log_alone() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let events = epochs("loss", &[2.0, bad, bad]);
        let finding = detect(&Facts::from_events(&events)).expect("not finite");
        assert_eq!(finding.from_epoch, Some(2));
        assert_eq!(finding.layer, None);
    }
}

#[test]
fn fires_on_validation_alone() {
    let finding = detect(&Facts::from_events(&losses(&[1.0, 0.9], &[1.0, f64::NAN])));
    assert_eq!(finding.expect("not finite").evidence["log"], "val_loss");
}

#[test]
fn silent_on_finite_losses_and_odd_metrics() {
    assert!(detect(&Facts::from_events(&losses(&[1e30, 0.9], &[1.0, 1e30]))).is_none());
    assert!(detect(&Facts::from_events(&epochs("precision", &[f64::NAN; 3]))).is_none());
    assert!(detect(&Facts::from_events(&[])).is_none());
}

/// Features, a flat copy of them, and two layers with weights; or an embedding in front.
fn model(first: &str) -> ModelFacts {
    let layer = |path: &str, class_name: &str, params, width| LayerFacts {
        path: path.into(),
        class_name: class_name.into(),
        output_shape: vec![None, Some(width)],
        params,
        ..LayerFacts::default()
    };
    ModelFacts {
        layers: vec![
            layer("flatten", "Flatten", 0, 8),
            layer("first", first, 80, 8),
            layer("dense", "Dense", 9, 1),
        ],
        ..ModelFacts::default()
    }
}

fn at(layer: &str, step: u64, class_name: &str, range: Option<(f64, f64)>) -> Finding {
    let event = Event::NonFinite {
        epoch: 0,
        step,
        layer: layer.into(),
    };
    let (model, data) = (
        model(class_name),
        DataProfile {
            feature_range: range,
            ..DataProfile::default()
        },
    );
    let facts = Facts {
        model: Some(&model),
        data: Some(&data),
        ..Facts::from_events([&event])
    };
    crate::detect(&DEF, &facts).expect("not finite")
}

#[test]
fn an_embedding_points_at_its_ids() {
    let finding = at("first", 3, "Embedding", Some((0.0, 10.0)));
    assert_eq!(finding.remedies, ["raise_input_dim", "clean_inputs"]);
    assert!(finding.explanation.contains("0 to 9"), "{finding:?}");
    assert!(finding.explanation.contains("go up to 10"), "{finding:?}");
    assert!(finding.check.contains("ids"), "{finding:?}");
    let unknown = at("first", 3, "Embedding", None);
    assert!(unknown.explanation.contains("0 to 9"), "{unknown:?}");
}

#[test]
fn the_first_layer_points_at_the_features() {
    for (layer, step, range) in [
        ("first", 0, None),
        ("flatten", 40, None),
        ("first", 40, Some((0.0, f64::INFINITY))),
    ] {
        let finding = at(layer, step, "Dense", range);
        assert_eq!(finding.remedies[0], "clean_inputs", "{layer} {step}");
        assert!(finding.explanation.contains("features"), "{finding:?}");
    }
    let both = at("first", 40, "Dense", Some((-1e6, 3.0)));
    assert_eq!(both.remedies[0], "scale_inputs", "{both:?}");
    assert!(both.explanation.contains("1000000"), "{both:?}");
    assert!(both.check.contains("learning rate"), "{both:?}");
}

#[test]
fn later_layers_and_gradients_point_at_the_steps() {
    for layer in ["dense", "first gradient", "loss"] {
        let finding = at(layer, 40, "Dense", Some((0.0, 1.0)));
        assert_eq!(finding.remedies[0], "lower_learning_rate", "{layer}");
    }
    let first = at("first", 40, "Dense", Some((0.0, 1.0)));
    assert_eq!(first.remedies[0], "lower_learning_rate");
    assert!(first.remedies.contains(&"clean_inputs".to_string()));
}

#[test]
fn validation_alone_points_at_its_rows() {
    let finding = detect(&Facts::from_events(&losses(&[1.0, 0.9], &[1.0, f64::NAN])));
    let finding = finding.expect("not finite");
    assert_eq!(finding.remedies, ["clean_inputs"]);
    assert!(
        finding.explanation.contains("validation rows"),
        "{finding:?}"
    );
    let mut events = vec![Event::NonFinite {
        epoch: 1,
        step: 19,
        layer: "loss".into(),
    }];
    events.extend(losses(&[1.0, 0.9], &[1.0, f64::NAN]));
    let told = crate::detect(&DEF, &Facts::from_events(&events)).expect("not finite");
    assert_eq!(told.remedies, ["clean_inputs"]);
}
