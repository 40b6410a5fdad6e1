//! Ten thousand changed logs of other programs: runs that can be diagnosed, or an error, never a panic.

#[path = "../../save/tests/mutating/mod.rs"]
mod mutating;

use mutating::{Draws, MUTANTS, mutant};
use regimen_doctor::log::{self, event_files};
use regimen_doctor::{diagnose, log::event_files::read as read_events};

const LOG: &str = "Train on 800 samples, validate on 200 samples\nEpoch 1/3\n\
800/800 [==============================] - 1s 1ms/step - loss: 0.6931 - acc: 0.5012 - val_loss: 0.6900 - val_acc: 0.5150\n\
Epoch 2/3\n 400/800 [==============>...............] - ETA: 0s - loss: 0.5\n\
800/800 [==============================] - 0s 400us/step - loss: 0.4000 - acc: 0.8200 - val_loss: 0.7100 - val_acc: 0.5200\n\
Epoch 3/3\n800/800 - 0s - loss: nan - acc: 0.9900 - val_loss: 1.4e+01 - val_acc: 0.5000\n";

#[test]
fn console_logs() {
    assert!(log::read(LOG).is_ok(), "the sound log is read");
    let mut draws = Draws(7);
    for _ in 0..MUTANTS {
        let changed = mutant(LOG.as_bytes(), &mut draws);
        for run in log::read(&String::from_utf8_lossy(&changed)).unwrap_or_default() {
            diagnose(&run.facts());
        }
    }
}

/// A record of an event file: a step's value under a tag. Its sums are not looked at.
fn record(step: u8, tag: &str, x: f32) -> Vec<u8> {
    let field =
        |number: u8, content: &[u8]| [&[number << 3 | 2, content.len() as u8], content].concat();
    let number = [&[2 << 3 | 5][..], &x.to_le_bytes()].concat();
    let value = [field(1, tag.as_bytes()), number].concat();
    let event = [vec![2 << 3, step], field(5, &field(1, &value))].concat();
    let length = (event.len() as u64).to_le_bytes();
    [&length[..], &[0; 4], &event, &[0; 4]].concat()
}

#[test]
fn event_files() {
    let whole: Vec<u8> = (0..4)
        .flat_map(|i| {
            let x = f32::from(i) / 4.0;
            [
                record(i, "epoch_loss", 1.0 - x),
                record(i, "epoch_accuracy", x),
            ]
            .concat()
        })
        .collect();
    assert!(
        read_events(std::slice::from_ref(&whole), &[]).is_ok(),
        "the sound file is read"
    );
    let mut draws = Draws(8);
    for _ in 0..MUTANTS {
        let changed = mutant(&whole, &mut draws);
        for run in event_files::read(&[changed], &[]).unwrap_or_default() {
            diagnose(&run.facts());
        }
    }
}
