//! Any bytes as a table, packed or in an archive, in 64 MiB.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = regimen_data::parse_table(bytes.to_vec(), "t", &regimen_data::CsvOptions::default(), Some(64 << 20));
});
