//! Training rows changed as they are fed: by pass and row, never by batch, thread or part.

mod small;

use std::sync::{Arc, Mutex};

use regimen_data::{Augment, RowMut};
use regimen_graph::{Data, Tensor};
use regimen_train::{Arrays, FitOptions, ValidationFreq};
use small::{data, engine, fit, frozen, options, trainer};

/// Adds a number that tells pass and row, and keeps who came.
#[derive(Debug, Default)]
struct Shift {
    seen: Mutex<Vec<(u64, usize, usize)>>,
}

impl Augment for Shift {
    fn apply(&self, pass: u64, row: usize, input: usize, values: RowMut<'_>) {
        self.seen.lock().unwrap().push((pass, row, input));
        if let RowMut::F32(values) = values {
            values.iter_mut().for_each(|x| *x += shift(pass, row));
        }
    }
}

fn shift(pass: u64, row: usize) -> f32 {
    (row % 5) as f32 / 10.0 - pass as f32
}

/// The rows as `Shift` makes them in the first pass.
fn shifted(plain: &Arrays) -> Arrays {
    let mut all = plain.clone();
    let Data::F32(x) = &mut all.x[0].data else {
        panic!("floats");
    };
    for (row, x) in x.chunks_mut(2).enumerate() {
        x.iter_mut().for_each(|x| *x += shift(0, row));
    }
    all
}

fn with_shift(options: &FitOptions) -> (FitOptions, Arc<Shift>) {
    let augment = Arc::new(Shift::default());
    let options = FitOptions {
        augment: Some(augment.clone()),
        ..options.clone()
    };
    (options, augment)
}

#[test]
fn a_pass_sees_every_row_changed_once_whatever_the_batches() {
    let (engine, plain) = (engine(), data(23));
    for shuffle in [true, false] {
        let one = FitOptions {
            batch_size: 4,
            shuffle: shuffle.into(),
            ..FitOptions::default()
        };
        let mut by_hand = trainer(&engine, &options(), &plain);
        fit(&mut by_hand, &shifted(&plain), &one);
        let (changed, augment) = with_shift(&one);
        let mut fed = trainer(&engine, &options(), &plain);
        fit(&mut fed, &plain, &changed);
        assert_eq!(fed.state(), by_hand.state());
        let mut seen = augment.seen.lock().unwrap().clone();
        seen.retain(|s| s.0 == 0); // the next pass may have begun
        seen.sort_unstable();
        assert_eq!(seen, (0..23).map(|row| (0, row, 0)).collect::<Vec<_>>());
    }
}

#[test]
fn passes_differ_and_runs_repeat() {
    let (engine, plain) = (engine(), data(23));
    let two = FitOptions {
        epochs: 2,
        batch_size: 4,
        ..FitOptions::default()
    };
    let run = |data: &Arrays, options: &FitOptions| {
        let mut t = trainer(&engine, &self::options(), data);
        let outcome = fit(&mut t, data, options);
        (outcome.history, t.state())
    };
    let first = run(&plain, &with_shift(&two).0);
    assert_eq!(first, run(&plain, &with_shift(&two).0));
    assert_ne!(first, run(&shifted(&plain), &two));
}

#[test]
fn epochs_within_passes_and_beyond_them_end_as_without() {
    let (engine, plain) = (engine(), data(23));
    for (steps, batches) in [(4, [4, 2, 4]), (9, [6, 6, 6])] {
        let some = FitOptions {
            epochs: 3,
            batch_size: 4,
            steps_per_epoch: Some(steps),
            ..FitOptions::default()
        };
        let (changed, augment) = with_shift(&some);
        let mut t = trainer(&engine, &options(), &plain);
        let outcome = fit(&mut t, &plain, &changed);
        assert_eq!(outcome.epochs_done, 3);
        assert_eq!(t.step(), batches.iter().sum::<u64>());
        let seen = augment.seen.lock().unwrap();
        let rows = |pass| seen.iter().filter(|s| s.0 == pass).count();
        assert_eq!(rows(0), 23);
    }
}

#[test]
fn validation_rows_stay_as_they_are() {
    let (engine, plain) = (engine(), data(20));
    let cut = FitOptions {
        epochs: 2,
        validation_split: 0.25,
        validation_freq: ValidationFreq::Every(1),
        ..FitOptions::default()
    };
    let losses = |options: &FitOptions| {
        let mut t = trainer(&engine, &frozen(), &plain);
        let history = fit(&mut t, &plain, options).history;
        history
            .iter()
            .map(|logs| (logs["loss"], logs["val_loss"]))
            .collect::<Vec<_>>()
    };
    let (without, with) = (losses(&cut), losses(&with_shift(&cut).0));
    assert_eq!(without[1].1, with[1].1);
    assert_ne!(without[1].0, with[1].0);
    assert_ne!(with[0].0, with[1].0);
}

#[test]
fn a_loss_that_is_not_finite_is_found_in_the_changed_rows() {
    #[derive(Debug)]
    struct Burst;
    impl Augment for Burst {
        fn apply(&self, _: u64, row: usize, _: usize, values: RowMut<'_>) {
            if let (7, RowMut::F32(values)) = (row, values) {
                values.fill(f32::NAN);
            }
        }
    }
    let (engine, plain) = (engine(), data(20));
    let options = FitOptions {
        batch_size: 4,
        shuffle: false.into(),
        augment: Some(Arc::new(Burst)),
        ..FitOptions::default()
    };
    let mut t = trainer(&engine, &self::options(), &plain);
    let mut events = regimen_train::Collect::default();
    t.fit(&plain, None, &options, &mut [], &mut events).unwrap();
    let words = format!("{events:?}");
    assert!(
        words.contains("NonFinite { epoch: 0, step: 1, layer: \"input_layer\""),
        "{words}"
    );
}

#[test]
fn inputs_of_other_types_are_refused() {
    let engine = engine();
    let mut rows = data(4);
    let (shape, values) = (rows.x[0].shape.clone(), rows.x[0].to_f64());
    rows.x[0] = Tensor {
        shape,
        data: Data::F64(values),
    };
    let mut t = trainer(&engine, &options(), &data(4));
    let options = with_shift(&FitOptions::default()).0;
    let error = t.fit(&rows, None, &options, &mut [], &mut ()).unwrap_err();
    assert!(
        error.to_string().contains("float32 and int32 only"),
        "{error}"
    );
}

#[test]
fn a_change_that_breaks_off_is_an_error_and_no_hang() {
    #[derive(Debug)]
    struct Broken;
    impl Augment for Broken {
        fn apply(&self, _: u64, _: usize, _: usize, _: RowMut<'_>) {
            panic!("broken on purpose");
        }
    }
    let (engine, plain) = (engine(), data(8));
    let options = FitOptions {
        augment: Some(Arc::new(Broken)),
        ..FitOptions::default()
    };
    let mut t = trainer(&engine, &self::options(), &plain);
    let error = t.fit(&plain, None, &options, &mut [], &mut ()).unwrap_err();
    assert!(error.to_string().contains("ended too early"), "{error}");
}
