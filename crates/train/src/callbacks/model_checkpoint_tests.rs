//! Tests of ModelCheckpoint.

use serde_json::json;

use super::*;
use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses, trace};

#[test]
fn names_are_filled_and_weights_can_be_saved_alone() {
    let options =
        ModelCheckpoint::new("w/{epoch:02d}-{val_loss:.2f}.regimen").save_weights_only(true);
    let trace = trace(&mut options.into(), &of_losses(&[0.5]));
    assert_eq!(
        trace[1],
        [Flow::Save {
            path: "w/01-0.50.regimen".into(),
            weights_only: true,
            replaces: None,
        }]
    );
}

#[test]
fn a_resumed_run_goes_on_alike() {
    let losses = of_losses(&[1.0, 0.9, 0.95, 0.8, 0.85, 0.75, 0.76, 0.7, f64::NAN, 0.6]);
    for at in 0..10 {
        let options = || {
            ModelCheckpoint::new("{epoch}.regimen")
                .save_best_only(true)
                .verbose(1usize)
        };
        assert_resumes(|| options().into(), &losses, at);
        let options = || ModelCheckpoint::new("{epoch}-{batch}.regimen").save_freq(4usize);
        assert_resumes(|| options().into(), &losses, at);
    }
}

#[test]
fn bad_options_are_told() {
    let cases = [
        (json!({}), "needs `filepath`"),
        (
            json!({"filepath": "m.keras", "save_weights_only": true}),
            "ends in `.weights.h5`",
        ),
        (
            json!({"filepath": "m.weights.h5"}),
            "set `save_weights_only`",
        ),
        (
            json!({"filepath": "m.bin"}),
            "ends in `.keras` or `.h5` (Keras), or `.regimen`",
        ),
        (json!({"filepath": "{epoch.regimen"}), "not closed"),
        (json!({"filepath": "{batch}.regimen"}), "set `save_freq`"),
        (
            json!({"filepath": "m.regimen", "save_freq": "batch"}),
            "expected \"epoch\" or a number of batches",
        ),
        (
            json!({"filepath": "m.regimen", "save_freq": 0}),
            "1 or more",
        ),
        (
            json!({"filepath": "m.regimen", "save_freq": -3}),
            "1 or more",
        ),
    ];
    for (config, part) in cases {
        let text = errors("ModelCheckpoint", config);
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn an_unknown_field_is_told_with_what_there_is() {
    let mut callback: Box<dyn Callback> = ModelCheckpoint::new("{val_los:.2f}.regimen").into();
    let cx = Context {
        trainer: None,
        learning_rate: 0.1,
        directions: &Default::default(),
        log_names: &[],
        epochs: 1,
    };
    let logs = Logs::from([("val_loss".to_string(), 0.5)]);
    let error = callback
        .on(
            &Moment::EpochEnd {
                epoch: 0,
                step: 1,
                logs: &logs,
            },
            &cx,
        )
        .unwrap_err();
    assert!(
        error.contains("{val_los:.2f}.regimen") && error.contains("did you mean `{val_loss}`?"),
        "{error}"
    );
}

#[test]
fn a_field_that_no_epoch_will_have_is_refused_before_the_first() {
    let log_names = ["loss", "accuracy", "val_loss", "val_accuracy"].map(str::to_string);
    let cx = Context {
        trainer: None,
        learning_rate: 0.1,
        directions: &Default::default(),
        log_names: &log_names,
        epochs: 1,
    };
    let begin = |options: ModelCheckpoint| {
        let mut callback: Box<dyn Callback> = options.into();
        callback.on(&Moment::TrainBegin, &cx)
    };
    for name in [
        "{epoch}-{val_acc:.2f}.regimen",
        "{val_loss}.regimen",
        "m.regimen",
    ] {
        assert_eq!(begin(ModelCheckpoint::new(name)), Ok(vec![]));
    }
    let error = begin(ModelCheckpoint::new("{val_los}.regimen")).unwrap_err();
    assert!(error.contains("did you mean `{val_loss}`?"), "{error}");
    let error = begin(ModelCheckpoint::new("{bogus}.regimen")).unwrap_err();
    assert!(error.contains("they have loss, accuracy"), "{error}");
    // Validation comes after the batches.
    let error = begin(ModelCheckpoint::new("{val_loss}.regimen").save_freq(2usize)).unwrap_err();
    assert!(error.contains("no `val_loss`: they have loss"), "{error}");
    let best = ModelCheckpoint::new("m.regimen")
        .save_best_only(true)
        .monitor("val_los");
    assert!(
        begin(best)
            .unwrap_err()
            .contains("did you mean `val_loss`?")
    );
}

#[test]
fn a_filled_name_stays_in_the_run_folder_too() {
    // Padding with `/` makes an absolute path.
    let mut callback: Box<dyn Callback> = ModelCheckpoint::new("{epoch:/>3}.regimen").into();
    let cx = Context {
        trainer: None,
        learning_rate: 0.1,
        directions: &Default::default(),
        log_names: &[],
        epochs: 1,
    };
    let logs = Logs::new();
    let end = Moment::EpochEnd {
        epoch: 0,
        step: 1,
        logs: &logs,
    };
    let error = callback.on(&end, &cx).unwrap_err();
    assert!(error.contains("outside the run folder"), "{error}");
    let mut callback: Box<dyn Callback> = ModelCheckpoint::new("./a/../{epoch}.regimen").into();
    let flows = callback.on(&end, &cx).unwrap();
    let path = "1.regimen".to_string();
    let weights_only = false;
    assert_eq!(
        flows,
        [Flow::Save {
            path,
            weights_only,
            replaces: None
        }]
    );
}
