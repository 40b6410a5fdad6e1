//! Which layers a Bidirectional takes, and what its config says.

use super::*;
use crate::{Object, layers};

fn errors(config: Json) -> String {
    let config = config.as_object().cloned().unwrap_or_default();
    let object = Object {
        class_name: "Bidirectional".into(),
        config,
    };
    let errors = layers::read(&object, "model.layers[1]")
        .err()
        .unwrap_or_default();
    errors.iter().map(|e| format!("{e}\n")).collect()
}

#[test]
fn wrong_layers_are_refused() {
    assert!(errors(json!({})).contains("needs `layer`"));
    let dense = json!({"layer": {"class_name": "Dense", "config": {"units": 3}}});
    assert!(errors(dense).contains("expected a recurrent layer"));
    let slip = json!({"layer": {"class_name": "LSTM", "config": {"unit": 3}}});
    let found = errors(slip);
    assert!(
        found.contains("model.layers[1].layer") && found.contains("did you mean `units`"),
        "{found}"
    );
    let lstm = json!({"class_name": "LSTM", "config": {"units": 3}});
    assert!(
        errors(json!({"layer": lstm, "backward_layer": lstm})).contains("go_backwards = false")
    );
    assert!(errors(json!({"layer": lstm, "merge_mode": "summ"})).contains("did you mean `sum`"));
}

#[test]
fn a_config_reads_back_as_itself() {
    let config = json!({"layer": {"class_name": "LSTM", "config": {"units": 3, "name": "l"}}, "merge_mode": null});
    let object = Object {
        class_name: "Bidirectional".into(),
        config: config.as_object().cloned().unwrap(),
    };
    let once = layers::read(&object, "").unwrap().config();
    let again = layers::read(
        &Object {
            config: once.clone(),
            ..object
        },
        "",
    )
    .unwrap()
    .config();
    assert_eq!(once, again);
    assert_eq!(once["layer"]["config"]["name"], "forward_l");
    assert_eq!(once["backward_layer"]["config"]["name"], "backward_l");
    assert_eq!(once["merge_mode"], Json::Null);
}
