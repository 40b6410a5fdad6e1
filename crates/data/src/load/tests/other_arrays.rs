//! `.npz` and IDX sources, given test parts, and headers that lie.

use std::io::Write;

use super::*;

fn npz(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (i, (name, bytes)) in entries.iter().enumerate() {
        let method = match i % 2 {
            0 => zip::CompressionMethod::Stored,
            _ => zip::CompressionMethod::Deflated,
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        zip.start_file(format!("{name}.npy"), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn npz_case(bytes: &[u8]) -> Case {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        npz: Some(ArraysSpec {
            path: Some("a.npz".to_owned()),
            x: "x_train".to_owned(),
            y: "y_train".into(),
            x_test: Some("x_test".to_owned()),
            y_test: Some("y_test".into()),
            ..ArraysSpec::default()
        }),
        split: SplitSpec {
            train: 0.75,
            validation: 0.25,
            ..all_for_training()
        },
        ..DataSpec::default()
    };
    case.write("a.npz", bytes);
    case
}

fn good_npz() -> Vec<u8> {
    npz(&[
        ("x_train", npy("(4, 2)", &[1, 2, 3, 4, 5, 6, 7, 8])),
        ("y_train", npy("(4,)", &[0, 1, 0, 1])),
        ("x_test", npy("(1, 2)", &[9, 9])),
        ("y_test", npy("(1,)", &[2])),
    ])
}

#[test]
fn npz_with_a_test_part() {
    let data = npz_case(&good_npz()).good();
    let rows = [&data.train, &data.validation, &data.test].map(|p| p.rows());
    assert_eq!(rows, [3, 1, 1]);
    assert_eq!(data.validation.x[0].as_i32().unwrap(), [7, 8]);
    assert_eq!(data.test.x[0].as_i32().unwrap(), [9, 9]);
    assert_eq!(data.test.y.as_i32().unwrap(), [2]);
    assert_eq!(data.classes, ["0", "1", "2"]);
}

#[test]
fn bad_npz_files_are_named() {
    let mut case = npz_case(&good_npz());
    if let Some(spec) = &mut case.spec.npz {
        spec.x = "X_train".to_owned();
    }
    let (at, words) = case.bad();
    assert_eq!(at, "data.npz.x");
    assert!(words.contains("a.npz has no array `X_train`; did you mean `x_train`"));
    assert!(words.contains("y_test"), "{words}");

    let whole = good_npz();
    let (at, words) = npz_case(&whole[..whole.len() - 30]).bad();
    assert_eq!(at, "data.npz.path");
    assert!(
        words.starts_with("a.npz") && words.contains("cut short"),
        "{words}"
    );
    assert!(npz_case(b"").bad().1.contains("damaged"));

    let claims = npz(&[
        ("x_train", npy("(1000000000, 28, 28)", &[1, 2])),
        ("y_train", npy("(1000000000,)", &[1])),
        ("x_test", npy("(1, 2)", &[9, 9])),
        ("y_test", npy("(1,)", &[2])),
    ]);
    let errors = npz_case(&claims).load().unwrap_err().0;
    assert_eq!(errors.len(), 2);
    let words = errors[0].to_string();
    assert!(
        words.starts_with("a.npz[x_train]: the header says (1000000000, 28, 28)"),
        "{words}"
    );
}

#[test]
fn a_test_share_beside_a_test_part_is_refused() {
    let mut case = npz_case(&good_npz());
    case.spec.split.train = 0.5;
    case.spec.split.test = 0.25;
    let (at, words) = case.bad();
    assert_eq!(at, "data.split");
    assert!(words.contains("set test = 0"), "{words}");
    case.spec.split = SplitSpec::default();
    assert_eq!(case.good().train.rows(), 3); // 0.9 of 4, the rest validates
    if let Some(spec) = &mut case.spec.npz {
        spec.y_test = None;
    }
    assert!(case.bad().1.contains("`x_test` and `y_test` come together"));
}

fn idx(kind: u8, shape: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, kind, shape.len() as u8];
    shape.iter().for_each(|n| bytes.extend(n.to_be_bytes()));
    bytes.extend(body);
    bytes
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn idx_case() -> Case {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        idx: Some(ArraysSpec {
            x: "x.gz".to_owned(),
            y: "y".into(),
            channel_axis: true,
            ..ArraysSpec::default()
        }),
        scale: Some(Scale::MinMax),
        split: all_for_training(),
        ..DataSpec::default()
    };
    let pixels = [0, 51, 102, 153, 204, 255, 0, 255, 0, 0, 0, 0];
    case.write("x.gz", &gz(&idx(8, &[3, 2, 2], &pixels)));
    case.write("y", &idx(8, &[3], &[0, 1, 0]));
    case
}

#[test]
fn idx_images_get_a_channel_axis() {
    let mut case = idx_case();
    let data = case.good();
    assert_eq!(data.train.x[0].shape, [3, 2, 2, 1]);
    assert_eq!(data.train.x[0].as_f32().unwrap()[..4], [0.0, 0.2, 0.4, 0.6]);
    assert_eq!(data.train.y.as_i32().unwrap(), [0, 1, 0]);
    case.spec.scale = None;
    assert_eq!(case.good().train.x[0].as_f32().unwrap()[1], 51.0);
}

#[test]
fn bad_idx_files_are_named() {
    let case = idx_case();
    let packed = gz(&idx(8, &[3, 2, 2], &[0; 12]));
    case.write("x.gz", &packed[..packed.len() - 10]);
    let (at, words) = case.bad();
    assert_eq!(at, "data.idx.x");
    assert!(
        words.starts_with("x.gz") && words.contains("cut short"),
        "{words}"
    );
    case.write("x.gz", &gz(&idx(8, &[1_000_000_000, 28, 28], &[0; 12])));
    assert!(case.bad().1.contains("(1000000000, 28, 28)"));
    case.write("x.gz", &gz(&idx(8, &[2, 2, 2], &[0; 8])));
    let (at, words) = case.bad();
    assert_eq!(at, "data.idx.y");
    assert!(words.contains("expected 2 rows, as x.gz has"), "{words}");
    case.write("x.gz", &npy("(3, 2)", &[0; 6]));
    assert!(case.bad().1.contains("`npy`"));
}

#[test]
fn wrong_rank_and_dtype_of_npy_are_named() {
    let case = Case::npy(("()", &[1]), ("(2,)", &[0, 1]));
    let (at, words) = case.bad();
    assert_eq!(at, "data.npy.x");
    assert!(words.contains("shape (); expected rows first"), "{words}");
    let case = Case::npy(("(2, 1)", &[1, 2]), ("(2, 1, 2)", &[0, 1, 1, 0]));
    let mut stated = case;
    stated.spec.label_encoding = Some(LabelEncoding::Index);
    assert!(
        stated
            .bad()
            .1
            .contains("(2, 1, 2); expected (N,) class indices")
    );
    let text = String::from_utf8_lossy(&npy("(1,)", &[])).into_owned();
    assert!(text.contains("|i1"));
    let case = Case::npy(("(2, 1)", &[1, 2]), ("(2,)", &[0, 1]));
    let strings =
        b"\x93NUMPY\x01\x00\x3a\x00{'descr': '<U5', 'fortran_order': False, 'shape': (2,), }  ";
    case.write("y.npy", strings);
    let words = case.bad().1;
    assert!(
        words.contains("y.npy") && words.contains("`<U5`"),
        "{words}"
    );
    case.write("y.npy", &npy("(1000000000,)", &[1]));
    assert!(case.bad().1.contains("the file is cut short"));
}

#[test]
fn arrays_of_new_rows_go_by_their_names_or_are_the_only_one() {
    let case = npz_case(&good_npz());
    let path = case.dir.path().join("a.npz");
    let found = read_arrays(&path, &[&["x_train", "x"], &["y", "y_train"]], None).unwrap();
    let names: Vec<_> = found.iter().flatten().map(|(name, _)| name).collect();
    assert!(names[0].ends_with("a.npz[x_train]") && names[1].ends_with("[y_train]"));
    let found = read_arrays(&path, &[&["x_test"], &["y"]], None).unwrap();
    assert!(found[0].is_some() && found[1].is_none());
    let fault = read_arrays(&path, &[&["x"]], None).unwrap_err().to_string();
    assert!(
        fault.contains("has no array `x`") && fault.contains("x_train"),
        "{fault}"
    );
    case.write("one.npz", &npz(&[("arr_0", npy("(2, 1)", &[0; 2]))]));
    let path = case.dir.path().join("one.npz");
    assert!(read_arrays(&path, &[&["x"]], None).unwrap()[0].is_some());
}
