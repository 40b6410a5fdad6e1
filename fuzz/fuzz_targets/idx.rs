//! Any bytes as an IDX array.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_data::parse_idx(bytes);
});
