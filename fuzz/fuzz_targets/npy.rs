//! Any bytes as a `.npy` array: an array or an error, never a panic or a large allocation.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_data::parse_npy(bytes);
});
