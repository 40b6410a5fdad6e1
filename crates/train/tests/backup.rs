//! Training that was killed and is begun again with BackupAndRestore ends with the bits of the undisturbed one.

mod small;

use std::path::Path;

use regimen_train::callbacks::{
    BackupAndRestore, Context, EarlyStopping, Flow, Moment, ReduceLROnPlateau, SaveFreq,
};
use regimen_train::{Arrays, Callback, FitOptions, Outcome, TrainError, Trainer};
use small::*;

/// Ends training with an error after so many steps, as a kill would.
struct Kill(u64);

impl Callback for Kill {
    fn class_name(&self) -> &'static str {
        "Kill"
    }
    fn on(&mut self, moment: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        match moment {
            Moment::BatchEnd { step, .. } if *step == self.0 => Err("killed".to_string()),
            _ => Ok(vec![]),
        }
    }
    fn wants_batches(&self) -> bool {
        true
    }
}

/// Trains ten epochs of five batches, or until step `kill`.
fn go(
    folder: &Path,
    save_freq: SaveFreq,
    double: bool,
    kill: u64,
    rows: &Arrays,
) -> Result<(Outcome, regimen_train::Weights), TrainError> {
    let engine = engine();
    let compile = options().metrics(["mae"]);
    let mut trainer: Trainer<'_> = trainer(&engine, &compile, rows);
    let backup = BackupAndRestore::new(folder.join("backup").display().to_string())
        .save_freq(save_freq)
        .double_checkpoint(double);
    let mut callbacks: [Box<dyn Callback>; 4] = [
        backup.into(),
        ReduceLROnPlateau::new()
            .monitor("loss")
            .patience(1usize)
            .min_delta(0.2)
            .into(),
        EarlyStopping::new()
            .monitor("loss")
            .patience(9usize)
            .restore_best_weights(true)
            .into(),
        Box::new(Kill(kill)),
    ];
    let fit = FitOptions {
        epochs: 10,
        batch_size: 2,
        ..FitOptions::default()
    };
    let outcome = trainer.fit(rows, None, &fit, &mut callbacks, &mut ())?;
    Ok((outcome, trainer.weights()))
}

#[test]
fn killed_anywhere_it_goes_on_alike() {
    let rows = data(10);
    for save_freq in [SaveFreq::Epoch, SaveFreq::Batches(3), SaveFreq::Batches(5)] {
        let whole = tempfile::tempdir().expect("a folder");
        let (undisturbed, weights) =
            go(whole.path(), save_freq, false, u64::MAX, &rows).expect("trains");
        assert!(!whole.path().join("backup").exists(), "removed at the end");
        for kill in [1, 7, 15, 16, 32, 50] {
            let dir = tempfile::tempdir().expect("a folder");
            let killed = go(dir.path(), save_freq, kill % 2 == 0, kill, &rows);
            assert!(killed.expect_err("killed").to_string().contains("killed"));
            let (outcome, again) =
                go(dir.path(), save_freq, kill % 2 == 0, u64::MAX, &rows).expect("trains");
            let what = format!("{save_freq:?}, killed at step {kill}");
            let left = outcome.history.len();
            assert_eq!(outcome.history, undisturbed.history[10 - left..], "{what}");
            assert_eq!(again, weights, "{what}");
            if kill > 7 {
                assert!(left < 10, "{what}: it began anew");
            }
        }
    }
}

#[test]
fn killed_again_and_again_it_comes_to_its_end() {
    let rows = data(10);
    let every = SaveFreq::Batches(4);
    let whole = tempfile::tempdir().expect("a folder");
    let (_, weights) = go(whole.path(), every, false, u64::MAX, &rows).expect("trains");
    let dir = tempfile::tempdir().expect("a folder");
    for kill in [6, 11, 19, 28, 41] {
        assert!(go(dir.path(), every, false, kill, &rows).is_err());
    }
    let (_, again) = go(dir.path(), every, false, u64::MAX, &rows).expect("trains");
    assert_eq!(again, weights);
}

#[test]
fn a_damaged_backup_gives_way_to_the_one_before_or_is_named() {
    let rows = data(10);
    let every = SaveFreq::Batches(4);
    let whole = tempfile::tempdir().expect("a folder");
    let (_, weights) = go(whole.path(), every, true, u64::MAX, &rows).expect("trains");
    for double in [true, false] {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(go(dir.path(), every, double, 18, &rows).is_err());
        let file = dir.path().join("backup/latest.regimen");
        let mut bytes = std::fs::read(&file).expect("a backup");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        std::fs::write(&file, bytes).expect("writes");
        let again = go(dir.path(), every, double, u64::MAX, &rows);
        match double {
            true => assert_eq!(again.expect("trains").1, weights),
            false => {
                let text = again.expect_err("refused").to_string();
                assert!(
                    text.contains("latest.regimen") && text.contains("remove it"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn training_goes_on_with_other_callbacks() {
    let rows = data(10);
    let dir = tempfile::tempdir().expect("a folder");
    assert!(go(dir.path(), SaveFreq::Epoch, false, 8, &rows).is_err());
    let engine = engine();
    let mut trainer = trainer(&engine, &options(), &rows);
    let backup = || BackupAndRestore::new(dir.path().join("backup").display().to_string());
    let fit = FitOptions {
        epochs: 4,
        ..FitOptions::default()
    };
    let outcome = trainer.fit(&rows, None, &fit, &mut [backup().into()], &mut ());
    // The first epoch is not trained again.
    assert!(outcome.expect("goes on").history.len() < 4);
}
