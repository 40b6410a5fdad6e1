//! Any bytes as a Parquet file, in 64 MiB.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_data::parse_parquet(bytes, &[], Some(64 << 20));
});
