//! Any bytes as an event file of TensorBoard: runs, or a message.
#![no_main]

use regimen_doctor::diagnose;
use regimen_doctor::log::event_files;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(runs) = event_files::read(&[bytes.to_vec()], &[]) {
        for run in runs {
            diagnose(&run.facts());
        }
    }
});
