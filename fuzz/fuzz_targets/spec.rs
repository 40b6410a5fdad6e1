//! Any text as a spec: facts that can be diagnosed, or an error.
#![no_main]

use regimen_doctor::{diagnose, spec};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(spec) = spec::read(text) {
        diagnose(&spec.facts());
    }
});
