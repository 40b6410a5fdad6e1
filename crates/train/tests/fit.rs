//! What `fit`, `evaluate` and `predict` promise: which rows train, how epochs average, what is refused.

mod small;

use regimen_graph::Tensor;
use regimen_run::Event;
use regimen_train::{Arrays, Collect, FitOptions, Shuffle, Trainer, ValidationFreq};
use small::*;

#[test]
fn the_split_is_cut_from_the_end_before_any_shuffle() {
    let (engine, all) = (engine(), data(21));
    let options_of = |split| FitOptions {
        epochs: 4,
        batch_size: 4,
        validation_split: split,
        ..FitOptions::default()
    };
    let mut a = trainer(&engine, &options(), &all);
    let by_split = fit(&mut a, &all, &options_of(0.3));
    let mut b = trainer(&engine, &options(), &all);
    let (train, rest) = (all.range(0, 14), all.range(14, 21));
    let given = b
        .fit(&train, Some(&rest), &options_of(0.0), &mut [], &mut ())
        .expect("trains");
    assert_eq!(by_split.history, given.history);
    assert_eq!(a.weights(), b.weights());
    near(
        by_split.history[3]["val_loss"],
        a.evaluate(&rest, 7).expect("evaluates")["loss"],
    );
}

#[test]
fn given_validation_rows_go_before_the_split() {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &frozen(), &all);
    let rows = all.range(0, 3);
    let options = FitOptions {
        validation_split: 0.5,
        ..FitOptions::default()
    };
    let outcome = t
        .fit(&all, Some(&rows), &options, &mut [], &mut ())
        .expect("trains");
    let losses = row_losses(&mut t, &all);
    near(outcome.history[0]["val_loss"], mean(&losses[..3]));
    near(outcome.history[0]["loss"], mean(&losses));
}

#[test]
fn validation_comes_when_it_is_due() {
    let (engine, all) = (engine(), data(12));
    let due = |freq: ValidationFreq, initial_epoch: usize| -> Vec<usize> {
        let mut t = trainer(&engine, &options(), &all);
        let validation_freq = freq;
        let options = FitOptions {
            epochs: 6,
            initial_epoch,
            validation_split: 0.25,
            validation_freq,
            ..FitOptions::default()
        };
        let history = fit(&mut t, &all, &options).history;
        let with = history
            .iter()
            .enumerate()
            .filter(|(_, logs)| logs.contains_key("val_loss"));
        with.map(|(i, _)| initial_epoch + i + 1).collect()
    };
    assert_eq!(due(ValidationFreq::Every(1), 0), [1, 2, 3, 4, 5, 6]);
    assert_eq!(due(ValidationFreq::Every(4), 0), [4]);
    assert_eq!(due(ValidationFreq::Every(2), 3), [4, 6]);
    assert_eq!(due(ValidationFreq::At(vec![1, 5, 9]), 0), [1, 5]);
    assert_eq!(due(ValidationFreq::At(vec![]), 0), Vec::<usize>::new());
}

#[test]
fn epochs_are_numbered_from_the_initial_one() {
    let (engine, all) = (engine(), data(8));
    let mut t = trainer(&engine, &options(), &all);
    let mut seen = Collect::default();
    let options = FitOptions {
        epochs: 5,
        initial_epoch: 3,
        ..FitOptions::default()
    };
    let outcome = t
        .fit(&all, None, &options, &mut [], &mut seen)
        .expect("trains");
    assert_eq!(
        (outcome.history.len(), outcome.epochs_done, outcome.reason),
        (2, 5, "finished")
    );
    let begun: Vec<usize> = seen
        .0
        .iter()
        .filter_map(|e| match e {
            Event::EpochBegin { epoch } => Some(*epoch),
            _ => None,
        })
        .collect();
    assert_eq!(begun, [3, 4]);
    let none = FitOptions {
        epochs: 2,
        initial_epoch: 3,
        ..FitOptions::default()
    };
    assert!(fit(&mut t, &all, &none).history.is_empty());
}

#[test]
fn a_partial_batch_counts_by_its_rows() {
    let (engine, all) = (engine(), data(5));
    let mut t = trainer(&engine, &frozen().metrics(["mae"]), &all);
    let losses = row_losses(&mut t, &all);
    let outcome = fit(
        &mut t,
        &all,
        &FitOptions {
            batch_size: 2,
            ..FitOptions::default()
        },
    );
    near(outcome.history[0]["loss"], mean(&losses));
    assert_eq!(t.step(), 3);
    let absolute: Vec<f64> = losses.iter().map(|l| l.sqrt()).collect();
    near(outcome.history[0]["mae"], mean(&absolute));
}

/// With `steps_per_epoch` an epoch goes on where the one before ended; when the rows run out, it ends early with
/// a warning and the next one begins a new pass, as in Keras's epoch iterator.
#[test]
fn steps_per_epoch_go_on_through_the_rows() {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &frozen(), &all);
    let losses = row_losses(&mut t, &all);
    let mut seen = Collect::default();
    let options = FitOptions {
        epochs: 3,
        batch_size: 2,
        steps_per_epoch: Some(3),
        shuffle: false.into(),
        ..FitOptions::default()
    };
    let outcome = t
        .fit(&all, None, &options, &mut [], &mut seen)
        .expect("trains");
    let found: Vec<f64> = outcome.history.iter().map(|logs| logs["loss"]).collect();
    for (found, rows) in found.iter().zip([0..6, 6..10, 0..6]) {
        near(*found, mean(&losses[rows]));
    }
    assert_eq!(t.step(), 8);
    let said: Vec<usize> = seen
        .0
        .iter()
        .filter_map(|e| match e {
            Event::Message { epoch, text } if text.contains("ran out of data") => Some(*epoch),
            _ => None,
        })
        .collect();
    assert_eq!(said, [1]);
}

#[test]
fn every_pass_is_shuffled_anew() {
    let (engine, all) = (engine(), data(30));
    let losses = |shuffle: bool, seed: u64| {
        let mut t = Trainer::new(&engine, model(), &frozen(), &all, seed).expect("compiles");
        let zero: regimen_train::Weights = t
            .weights()
            .into_iter()
            .map(|(path, w)| (path, Tensor::zeros(&w.ty())))
            .collect();
        t.set_weights(&zero).expect("same shapes");
        let options = FitOptions {
            epochs: 4,
            batch_size: 3,
            steps_per_epoch: Some(5),
            shuffle: shuffle.into(),
            ..FitOptions::default()
        };
        fit(&mut t, &all, &options)
            .history
            .iter()
            .map(|logs| logs["loss"])
            .collect::<Vec<f64>>()
    };
    let plain = losses(false, 1);
    assert_eq!(plain[0], plain[2]);
    let shuffled = losses(true, 1);
    assert!(shuffled[0] != plain[0] && shuffled[0] != shuffled[2]);
    assert_eq!(shuffled, losses(true, 1));
    assert_ne!(shuffled, losses(true, 2));
    // Two halves of a pass hold every row once.
    near(shuffled[0] + shuffled[1], plain[0] + plain[1]);
    near(shuffled[2] + shuffled[3], plain[0] + plain[1]);
}

#[test]
fn contradictory_arguments_are_refused() {
    let (engine, all) = (engine(), data(6));
    let refuse = |data: &Arrays, options: FitOptions| -> String {
        let mut t = trainer(&engine, &self::options(), &all);
        t.fit(data, None, &options, &mut [], &mut ())
            .err()
            .map_or(String::new(), |e| e.to_string())
    };
    let both = all.clone().weighted(vec![1.0; 6]);
    let text = refuse(
        &both,
        FitOptions {
            class_weight: Some(vec![1.0, 2.0]),
            ..FitOptions::default()
        },
    );
    assert!(text.contains("not both"), "{text}");
    for split in [1.0, -0.1, f64::NAN, 7.0] {
        let text = refuse(
            &all,
            FitOptions {
                validation_split: split,
                ..FitOptions::default()
            },
        );
        assert!(text.contains("validation_split"), "{split}: {text}");
    }
    let text = refuse(
        &all,
        FitOptions {
            validation_split: 0.99,
            ..FitOptions::default()
        },
    );
    assert!(text.contains("both need rows"), "{text}");
    let short = all.clone().weighted(vec![1.0; 5]);
    assert!(refuse(&short, FitOptions::default()).contains("sample_weight has 5 rows"));
    let uneven = Arrays {
        y: data(4).y,
        ..all.clone()
    };
    assert!(refuse(&uneven, FitOptions::default()).contains("target 0 has 4 rows"));
    assert!(refuse(&all.range(0, 0), FitOptions::default()).contains("no rows"));
    let other = Arrays {
        x: vec![Tensor::f32([6, 3], vec![0.0; 18]).expect("shape")],
        ..all.clone()
    };
    assert!(
        !refuse(&other, FitOptions::default()).is_empty(),
        "rows of another shape"
    );
}

#[test]
fn only_weighted_metrics_see_weights() {
    let (engine, all) = (engine(), data(9));
    let weights: Vec<f32> = (0..9).map(|i| i as f32 / 3.0).collect();
    let weighted = all.clone().weighted(weights.clone());
    let compile = frozen()
        .metrics(["mse"])
        .weighted_metrics(["mean_squared_error"]);
    let mut t = trainer(&engine, &compile, &all);
    let losses = row_losses(&mut t, &all);
    let outcome = fit(
        &mut t,
        &weighted,
        &FitOptions {
            batch_size: 4,
            shuffle: false.into(),
            ..FitOptions::default()
        },
    );
    let logs = &outcome.history[0];
    near(logs["mse"], mean(&losses));
    let sums: f64 = losses
        .iter()
        .zip(&weights)
        .map(|(l, w)| l * f64::from(*w))
        .sum();
    let total: f64 = weights.iter().map(|w| f64::from(*w)).sum();
    near(logs["mean_squared_error"], sums / total);
    // The loss divides by rows, never by weights.
    near(logs["loss"], sums / 9.0);
    let evaluated = t.evaluate(&weighted, 5).expect("evaluates");
    near(evaluated["loss"], logs["loss"]);
    near(evaluated["mean_squared_error"], logs["mean_squared_error"]);
}

#[test]
fn batches_of_any_size_evaluate_and_predict_the_same() {
    let (engine, all) = (engine(), data(23));
    let mut t = trainer(&engine, &options().metrics(["mae"]), &all);
    fit(
        &mut t,
        &all,
        &FitOptions {
            epochs: 2,
            ..FitOptions::default()
        },
    );
    let whole = t.evaluate(&all, 23).expect("evaluates");
    let predicted = t.predict(&all.x, 23).expect("predicts")[0].clone();
    for batch in [1, 4, 5, 22, 100] {
        let logs = t.evaluate(&all, batch).expect("evaluates");
        assert_eq!(
            logs.keys().collect::<Vec<_>>(),
            whole.keys().collect::<Vec<_>>()
        );
        logs.iter()
            .for_each(|(name, value)| near(*value, whole[name]));
        let parts = t.predict(&all.x, batch).expect("predicts");
        assert_eq!(parts[0].shape, [23, 1]);
        parts[0]
            .to_f64()
            .iter()
            .zip(predicted.to_f64())
            .for_each(|(a, b)| near(*a, b));
    }
    let before = t.state();
    t.evaluate(&all, 3).expect("evaluates");
    let kept = |state: &regimen_train::Weights| -> Vec<_> {
        state
            .iter()
            .filter(|(n, _)| !n.starts_with("test/"))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    };
    assert_eq!(
        kept(&before),
        kept(&t.state()),
        "evaluation changes nothing that matters"
    );
}

#[test]
fn shuffling_within_batches_keeps_the_rows_of_each() {
    let (engine, all) = (engine(), data(12));
    let losses = |shuffle: Shuffle| -> Vec<f64> {
        let mut t = trainer(&engine, &frozen(), &all);
        let options = FitOptions {
            epochs: 3,
            batch_size: 4,
            steps_per_epoch: Some(1),
            shuffle,
            ..FitOptions::default()
        };
        let history = fit(&mut t, &all, &options).history;
        history.iter().map(|logs| logs["loss"]).collect()
    };
    let (plain, within) = (losses(Shuffle::No), losses(Shuffle::Batch));
    plain.iter().zip(&within).for_each(|(a, b)| near(*a, *b));
    assert_ne!(losses(Shuffle::Rows), plain);
}

#[test]
fn validation_steps_bound_the_rows_of_validation() {
    let (engine, all) = (engine(), data(10));
    let mut t = trainer(&engine, &frozen(), &all);
    let options = FitOptions {
        validation_steps: Some(2),
        validation_batch_size: Some(3),
        ..FitOptions::default()
    };
    let outcome = t
        .fit(&all, Some(&all), &options, &mut [], &mut ())
        .expect("trains");
    let losses = row_losses(&mut t, &all);
    near(outcome.history[0]["val_loss"], mean(&losses[..6]));
    let evaluated = t.evaluate_with(&all, 3, Some(2), &mut [], &mut ());
    near(evaluated.expect("evaluates")["loss"], mean(&losses[..6]));
}

#[test]
fn a_trained_model_is_compiled_anew_with_a_layer_frozen() {
    let (engine, all) = (engine(), data(8));
    let mut t = trainer(&engine, &options(), &all);
    fit(&mut t, &all, &FitOptions::default());
    let before = t.weights();
    let mut t = t
        .recompiled(&options(), &[("dense", false)])
        .expect("compiles");
    assert_eq!((t.weights(), t.step()), (before.clone(), 0));
    fit(&mut t, &all, &FitOptions::default());
    let after = t.weights();
    for (path, value) in &before {
        assert_eq!(after[path] == *value, path.starts_with("dense/"), "{path}");
    }
    let error = t.recompiled(&options(), &[("dense_2", true)]);
    let text = error.expect_err("refused").to_string();
    assert!(
        text.contains("no layer `dense_2`") && text.contains("did you mean"),
        "{text}"
    );
}

#[test]
fn one_batch_is_predicted_and_weighed_by_class() {
    let (engine, all) = (engine(), data(6));
    let mut t = trainer(&engine, &options(), &all);
    let outputs = t.predict_on_batch(&all.x).expect("predicts");
    assert_eq!(outputs, t.predict(&all.x, 6).expect("predicts"));
    let labelled = Arrays {
        y: vec![Tensor::f32([6, 1], vec![0.0, 1.0, 2.0, 0.0, 1.0, 2.0]).expect("shape")],
        ..all.clone()
    };
    let weighed = labelled
        .clone()
        .class_weighted(&[2.0, 0.5])
        .expect("weighs");
    let by_hand = labelled.weighted(vec![2.0, 0.5, 1.0, 2.0, 0.5, 1.0]);
    assert_eq!(weighed, by_hand);
    assert!(weighed.class_weighted(&[1.0]).is_err());
}
