//! Any text as another program's log: runs whose epochs rise, or an error with a line of the text.
#![no_main]

use regimen_doctor::{diagnose, log};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match log::read(text) {
        Ok(runs) => {
            for run in runs {
                assert!(run.epochs.windows(2).all(|pair| pair[0].0 < pair[1].0));
                diagnose(&run.facts());
            }
        }
        Err(error) => assert!((1..=text.lines().count().max(1)).contains(&error.line)),
    }
});
