//! Any bytes as a table.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_data::parse_csv(bytes, &regimen_data::CsvOptions::default());
});
