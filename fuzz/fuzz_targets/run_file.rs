//! Any text as a run file; what reads must survive being written and read again.
#![no_main]

use regimen_run::RunSpec;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok((spec, _)) = RunSpec::from_toml(text, "fuzz.toml") {
        if let Ok(again) = spec.to_json() {
            let (read, _) = RunSpec::from_json(&again, "fuzz.json").expect("what was written reads");
            assert_eq!(read, spec);
        }
    }
    let _ = RunSpec::from_json(text, "fuzz.json");
});
