//! What callbacks may do to a run, and when they are asked.

mod small;

use regimen_run::Event;
use regimen_train::callbacks::{
    CSVLogger, Context, EarlyStopping, Flow, LearningRateScheduler, Mode, ModelCheckpoint, Moment,
    OrbaxCheckpoint, ReduceLROnPlateau, SwapEMAWeights,
};
use regimen_train::{Callback, Collect, CompileOptions, FitOptions, TrainError};
use serde_json::json;
use small::*;

/// Answers what it is told to.
struct Script<F: FnMut(&Moment<'_>, &Context<'_>) -> Vec<Flow> + Send>(F, bool);

impl<F: FnMut(&Moment<'_>, &Context<'_>) -> Vec<Flow> + Send> Callback for Script<F> {
    fn class_name(&self) -> &'static str {
        "Script"
    }
    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        Ok(self.0(moment, cx))
    }
    fn wants_batches(&self) -> bool {
        self.1
    }
}

fn scripted(
    batches: bool,
    answer: impl FnMut(&Moment<'_>, &Context<'_>) -> Vec<Flow> + Send + 'static,
) -> Box<dyn Callback> {
    Box::new(Script(answer, batches))
}

#[test]
fn callbacks_stop_after_the_epoch_or_after_the_step() {
    let (engine, all) = (engine(), data(10));
    let run = |callback: Box<dyn Callback>| {
        let mut t = trainer(&engine, &options(), &all);
        let options = FitOptions {
            epochs: 9,
            batch_size: 2,
            validation_split: 0.2,
            ..FitOptions::default()
        };
        let outcome = t
            .fit(&all, None, &options, &mut [callback], &mut ())
            .expect("trains");
        (outcome, t.step())
    };
    let at_end = |m: &Moment<'_>, _: &Context<'_>| match m {
        Moment::EpochEnd { epoch: 2, .. } => vec![Flow::Stop],
        _ => vec![],
    };
    let (outcome, steps) = run(scripted(false, at_end));
    assert_eq!(
        (
            outcome.reason,
            outcome.epochs_done,
            outcome.history.len(),
            steps
        ),
        ("stopped", 3, 3, 12)
    );
    let at_step = |m: &Moment<'_>, _: &Context<'_>| match m {
        Moment::BatchEnd {
            epoch: 1, batch: 1, ..
        } => vec![Flow::Stop],
        _ => vec![],
    };
    let (outcome, steps) = run(scripted(true, at_step));
    assert_eq!(
        (outcome.reason, outcome.epochs_done, steps),
        ("stopped", 2, 6)
    );
    assert!(
        outcome.history[1].contains_key("val_loss"),
        "the epoch still ends, with its validation"
    );
}

#[test]
fn callbacks_set_the_rate_keep_weights_and_add_logs() {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &options(), &all);
    let first = scripted(false, |m, _| match m {
        Moment::EpochEnd { epoch: 0, .. } => {
            vec![
                Flow::KeepWeights("best".into()),
                Flow::SetLearningRate(0.5),
                Flow::AddLog("extra".into(), 7.0),
            ]
        }
        Moment::EpochEnd { epoch: 2, .. } => vec![Flow::SetLearningRate(0.0)],
        Moment::TrainEnd => vec![Flow::RestoreWeights("best".into())],
        _ => vec![],
    });
    let second = scripted(false, |m, cx| match m {
        Moment::EpochEnd { epoch: 0, logs, .. } => {
            assert_eq!(
                logs.get("extra"),
                Some(&7.0),
                "it sees what the one before it added"
            );
            assert_eq!(cx.learning_rate, 0.5);
            vec![Flow::Message("seen".into())]
        }
        _ => vec![],
    });
    let mut seen = Collect::default();
    let options = FitOptions {
        epochs: 5,
        ..FitOptions::default()
    };
    let outcome = t
        .fit(&all, None, &options, &mut [first, second], &mut seen)
        .expect("trains");
    assert_eq!(outcome.history[0]["extra"], 7.0);
    assert!(!outcome.history[1].contains_key("extra"));
    assert_eq!(
        outcome.history[3]["loss"], outcome.history[4]["loss"],
        "a rate of 0 changes nothing"
    );
    assert!(
        seen.0
            .iter()
            .any(|e| matches!(e, Event::Message { epoch: 0, text } if text == "seen"))
    );
    let mut one = trainer(&engine, &self::options(), &all);
    fit(&mut one, &all, &FitOptions::default());
    assert_eq!(
        t.weights(),
        one.weights(),
        "the weights of the first epoch are back"
    );
}

#[test]
fn a_failing_callback_ends_training_with_its_name() {
    struct Broken;
    impl Callback for Broken {
        fn class_name(&self) -> &'static str {
            "Broken"
        }
        fn on(&mut self, _: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
            Err("the disk is gone".to_string())
        }
    }
    let (engine, all) = (engine(), data(4));
    let mut t = trainer(&engine, &options(), &all);
    let result = t.fit(
        &all,
        None,
        &FitOptions::default(),
        &mut [Box::new(Broken)],
        &mut (),
    );
    assert!(
        matches!(&result, Err(TrainError::Callback { .. })),
        "{result:?}"
    );
    let text = result.err().map(|e| e.to_string()).unwrap_or_default();
    assert!(
        text.contains("Broken") && text.contains("the disk is gone"),
        "{text}"
    );
}

/// What training with these callbacks is refused for, and how many epochs it had begun.
fn refused(callbacks: &mut [Box<dyn Callback>]) -> (String, usize) {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &options(), &all);
    let mut seen = Collect::default();
    let error = t
        .fit(
            &all,
            Some(&all),
            &FitOptions::default(),
            callbacks,
            &mut seen,
        )
        .expect_err("refused");
    let begun = |e: &&Event| matches!(e, Event::EpochBegin { .. });
    (error.to_string(), seen.0.iter().filter(begun).count())
}

#[test]
fn names_that_no_epoch_will_log_are_refused_before_the_first() {
    for (callback, hint) in [
        (
            ModelCheckpoint::new("{val_los:.2f}.regimen").into(),
            "did you mean `{val_loss}`?",
        ),
        (
            EarlyStopping::new().monitor("val_los").into(),
            "did you mean `val_loss`?",
        ),
        (
            ReduceLROnPlateau::new().monitor("bogus").into(),
            "say `mode = ",
        ),
        // Which way is better is said, and the name is a slip all the same.
        (
            EarlyStopping::new()
                .monitor("val_losss")
                .mode(Mode::Min)
                .into(),
            "did you mean `val_loss`?",
        ),
        (
            OrbaxCheckpoint::new("c")
                .monitor("vel_loss")
                .mode(Mode::Min)
                .save_best_only(true)
                .into(),
            "did you mean `val_loss`?",
        ),
        (SwapEMAWeights::new().into(), "set `use_ema`"),
    ] {
        let (text, epochs) = refused(&mut [callback]);
        assert!(text.contains(hint) && epochs == 0, "{epochs}: {text}");
    }
}

#[test]
fn a_rate_that_a_schedule_sets_is_left_to_it() {
    let (engine, all) = (engine(), data(10));
    let schedule = json!({"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.9});
    let schedule = json!({"class_name": "ExponentialDecay", "config": schedule});
    let sgd = regimen_nn::Object::named("SGD").with("learning_rate", schedule);
    let rules: [Box<dyn Callback>; 2] = [
        ReduceLROnPlateau::new().into(),
        LearningRateScheduler::from_fn(|_, rate| rate).into(),
    ];
    for rule in rules {
        let mut t = trainer(&engine, &CompileOptions::new(sgd.clone(), "mse"), &all);
        let error = t
            .fit(
                &all,
                Some(&all),
                &FitOptions::default(),
                &mut [rule],
                &mut (),
            )
            .expect_err("refused");
        assert!(
            error.to_string().contains("that of the schedule"),
            "{error}"
        );
    }
}

#[test]
fn two_callbacks_with_one_file_are_refused_before_it_is_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.csv").display().to_string();
    let (text, epochs) = refused(&mut [
        CSVLogger::new(path.clone()).into(),
        CSVLogger::new(path.clone()).into(),
    ]);
    assert!(
        text.starts_with("callbacks[1]: CSVLogger writes") && epochs == 0,
        "{text}"
    );
    assert!(!folder.path().join("log.csv").exists());
}

#[test]
fn every_name_known_beforehand_is_logged() {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &options().metrics(["mae"]), &all);
    let names = std::sync::Arc::new(std::sync::Mutex::new(vec![]));
    let (known, logged) = (names.clone(), ["loss", "mae", "val_loss", "val_mae"]);
    let look = scripted(false, move |m, cx| {
        if let Moment::EpochEnd { logs, .. } = m {
            assert!(
                cx.log_names.is_empty(),
                "a callback of one's own may add any name"
            );
            known.lock().expect("lock").extend(logs.keys().cloned());
        }
        vec![]
    });
    let fit = FitOptions::default();
    t.fit(&all, Some(&all), &fit, &mut [look], &mut ())
        .expect("trains");
    assert_eq!(*names.lock().expect("lock"), logged);
    // The same names, as the message of a checkpoint has them.
    let mut callback: [Box<dyn Callback>; 1] =
        [ModelCheckpoint::new("{something_else}.regimen").into()];
    let error = t.fit(&all, Some(&all), &fit, &mut callback, &mut ());
    let text = error.expect_err("refused").to_string();
    assert!(
        text.contains("they have loss, mae, val_loss, val_mae"),
        "{text}"
    );
}
