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
    unpack(packed, "f", None, Budget(None))
        .map(|u| u.bytes)
        .map_err(|e| e.to_string())
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

fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn a_table_of_several_can_be_named() {
    let pick = |packed: &[u8], table| {
        unpack(packed.to_vec(), "f", table, Budget(None)).map_err(|e| e.to_string())
    };
    let other: &[u8] = b"c\n3\n";
    let entries: &[(&str, &[u8])] = &[("d/hour.csv", TABLE), ("d/day.csv", other)];
    for packed in [zip(entries), tar(entries), gzip(&tar(entries))] {
        assert_eq!(pick(&packed, Some("hour.csv")).unwrap().bytes, TABLE);
        let found = pick(&packed, Some("d/day.csv")).unwrap();
        assert_eq!((found.bytes.as_slice(), found.chosen), (other, true));
        let words = pick(&packed, Some("our.csv")).unwrap_err();
        assert!(
            words.contains("holds no `our.csv`, but d/hour.csv, d/day.csv"),
            "{words}"
        );
        assert!(
            pick(&packed, None)
                .unwrap_err()
                .contains("table = \"d/day.csv\"")
        );
    }
    assert_eq!(pick(&gzip(&tar(&entries[..1])), None).unwrap().bytes, TABLE);
    let cut = tar(&[("a.csv", &[b'1'; 2000])]);
    assert!(pick(&cut[..1024], None).unwrap_err().contains("cut short"));
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
    let fault = unpack(large, "f", None, Budget(Some(1 << 20))).unwrap_err();
    assert!(fault.to_string().starts_with("out of memory"), "{fault}");
}

#[test]
fn a_name_that_promises_a_packed_file_is_held_to_it() {
    let words = |file: &str, bytes: &[u8]| {
        let unpacked = unpack(bytes.to_vec(), file, None, Budget(None));
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
    assert!(unpack(zip(&[("a.csv", TABLE)]), "x.gz", None, Budget(None)).is_ok());
    assert!(unpack(TABLE.to_vec(), "gz", None, Budget(None)).is_err());
    assert!(unpack(TABLE.to_vec(), "x.gz.csv", None, Budget(None)).is_ok());
}
