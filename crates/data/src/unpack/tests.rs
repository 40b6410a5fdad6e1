//! Packed files, good and hostile.

use std::io::Write;

use super::*;

const TABLE: &[u8] = b"a,b\n1,2\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open(packed: Vec<u8>) -> Result<Vec<u8>, String> {
    unpack(packed, "f", Budget(None)).map_err(|e| e.to_string())
}

#[test]
fn plain_gzip_and_zip() {
    assert_eq!(open(TABLE.to_vec()).unwrap(), TABLE);
    assert_eq!(open(gzip(TABLE)).unwrap(), TABLE);
    let members = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
    assert_eq!(open(members).unwrap(), TABLE);
    let with_clutter: &[(&str, &[u8])] = &[
        ("dir/t.CSV", TABLE),
        ("__MACOSX/dir/._t.csv", b"x"),
        ("._t.csv", b"x"),
        ("dir/.DS_Store", b"x"),
        ("readme.txt", b"x"),
    ];
    assert_eq!(open(zip(with_clutter)).unwrap(), TABLE);
    assert_eq!(open(zip(&[("data.dat", TABLE)])).unwrap(), TABLE);
}

#[test]
fn several_tables_are_listed_and_none_is_told() {
    let two = open(zip(&[("b.csv", TABLE), ("a.csv", TABLE)])).unwrap_err();
    assert!(two.contains("several tables (a.csv, b.csv)"), "{two}");
    let none = open(zip(&[("__MACOSX/._t.csv", b"x")])).unwrap_err();
    assert!(none.contains("holds no table"), "{none}");
}

#[test]
fn damaged_files_are_told() {
    let mut cut = gzip(TABLE);
    cut.truncate(15);
    assert!(open(cut).unwrap_err().contains("damaged"));
    let mut cut = zip(&[("a.csv", TABLE)]);
    cut.truncate(40);
    assert!(open(cut).unwrap_err().contains("cannot be unpacked"));
}

#[test]
fn bombs_are_refused() {
    let bomb = gzip(&vec![b'0'; 80 << 20]);
    assert!(open(bomb).unwrap_err().contains("packed ones"));
    let large = gzip(&vec![b'0'; 2 << 20]);
    let fault = unpack(large, "f", Budget(Some(1 << 20))).unwrap_err();
    assert!(fault.to_string().starts_with("out of memory"), "{fault}");
}

#[test]
fn a_name_that_promises_a_packed_file_is_held_to_it() {
    let words = |file: &str, bytes: &[u8]| {
        let unpacked = unpack(bytes.to_vec(), file, Budget(None));
        unpacked.unwrap_err().to_string()
    };
    let gz = words("d/x.csv.gz", b"junk");
    assert!(
        gz.starts_with("d/x.csv.gz cannot be unpacked: it is not a gzip file"),
        "{gz}"
    );
    assert!(words("x.ZIP", b"junk").contains("it is not a zip file"));
    assert!(words("x.gz", b"").contains("not a gzip file"));
    // What the bytes say goes before what the name says.
    assert!(unpack(zip(&[("a.csv", TABLE)]), "x.gz", Budget(None)).is_ok());
    assert!(unpack(TABLE.to_vec(), "gz", Budget(None)).is_err());
    assert!(unpack(TABLE.to_vec(), "x.gz.csv", Budget(None)).is_ok());
}
