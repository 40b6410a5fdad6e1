//! Any bytes as a checkpoint.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_save::Checkpoint::from_bytes(bytes);
});
