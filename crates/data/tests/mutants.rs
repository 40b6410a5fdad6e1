//! Ten thousand changed files of each format of data: rows, an array or an error, never a panic.

#[path = "../../save/tests/mutating/mod.rs"]
mod mutating;

use mutating::{Draws, MUTANTS, mutant};
use regimen_data::{Array, CsvOptions, parse_csv, parse_npy, write_npy};

fn try_all(whole: &[u8], seed: u64, read: impl Fn(&[u8]) -> bool) {
    assert!(read(whole), "the sound file is read");
    let mut draws = Draws(seed);
    for _ in 0..MUTANTS {
        let _told = read(&mutant(whole, &mut draws));
    }
}

#[test]
fn csv() {
    let rows = "a,b,text,when\n1,2.5,\"x, \"\"y\"\"\",2020-01-02\n3,,z,2021-03-04\n-7,1e3,\"two\nlines\",\n";
    try_all(rows.as_bytes(), 5, |bytes| {
        parse_csv(bytes, &CsvOptions::default()).is_ok()
    });
}

#[test]
fn npy() {
    let whole = write_npy(&Array::i32(vec![3, 4], (0..12).collect()));
    try_all(&whole, 6, |bytes| parse_npy(bytes).is_ok());
}
