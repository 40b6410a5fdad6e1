//! Rows that stay on disk.

use super::folders::{images, pictures, slices};
use super::*;
use crate::dataset::Part;
use crate::members::tests::{gz, tar, zip_of};
use crate::write_npy;

/// The inputs of a part, read where they are stored.
fn x(part: &Part) -> Array {
    let Some(stored) = &part.stored else {
        return part.x[0].clone();
    };
    let mut out = stored.empty();
    stored
        .read(&(0..part.rows()).collect::<Vec<_>>(), &mut out)
        .unwrap();
    out.remove(0)
}

/// Loads in memory and streaming: all that can be seen of the data is the same.
fn same(case: &mut Case) {
    case.spec.stream = Some(false);
    let plain = case.good();
    case.spec.stream = Some(true);
    let streamed = case.good();
    let parts = |data: &Dataset| {
        [&data.train, &data.validation, &data.test].map(|part| (x(part), part.y.clone()))
    };
    assert_eq!(parts(&streamed), parts(&plain));
    assert!(streamed.train.stored.is_some() && streamed.train.x.is_empty());
    assert_eq!(streamed.inputs, plain.inputs);
    assert_eq!(streamed.profile, plain.profile);
    assert_eq!(streamed.preprocessing, plain.preprocessing);
    assert_eq!(streamed.train.input_types(), plain.train.input_types());
}

fn floats(rows: usize) -> Array {
    let x = (0..rows * 3).map(|i| (i * 37 % 101) as f32 / 3.0 - 9.0);
    Array::f32(vec![rows, 3], x.collect())
}

fn labels(rows: usize) -> Vec<u8> {
    (0..rows).map(|i| (i * 5 % 7 % 2) as u8).collect()
}

fn of_floats() -> Case {
    let case = Case::npy(("(2, 1)", &[1, 2]), ("(50,)", &labels(50)));
    case.write("x.npy", &write_npy(&floats(50)));
    case
}

#[test]
fn splits_scales_and_balances_as_in_memory() {
    let mut case = of_floats();
    case.spec.split = SplitSpec::default();
    same(&mut case);
    for scale in [Scale::Standard, Scale::MinMax] {
        case.spec.scale = Some(scale);
        same(&mut case);
    }
    for balance in [Balance::Upsample, Balance::Downsample] {
        case.spec.balance = Some(balance);
        same(&mut case);
    }
}

#[test]
fn elements_of_every_type_and_byte_order() {
    let words: [(&str, &[u8]); 8] = [
        ("<f8", &1.5f64.to_le_bytes()),
        (">f8", &1.5f64.to_be_bytes()),
        (">f4", &(-2.5f32).to_be_bytes()),
        ("<f2", &[0x00, 0x3C]),
        (">i4", &70_000i32.to_be_bytes()),
        ("<i8", &(-7i64).to_le_bytes()),
        ("|u1", &[200]),
        ("|b1", &[1]),
    ];
    for (descr, word) in words {
        let mut case = Case::npy(("(2, 1)", &[1, 2]), ("(4,)", &[0, 1, 1, 0]));
        case.write("x.npy", &npy_of(descr, "(4, 2)", &word.repeat(8)));
        same(&mut case);
        case.spec.scale = Some(Scale::MinMax);
        same(&mut case);
    }
}

#[test]
fn files_of_each_part_and_of_different_types() {
    let mut case = of_floats();
    case.spec.split = SplitSpec::default();
    case.write("xv.npy", &npy("(2, 3)", &[1, 2, 3, 4, 5, 6]));
    case.write("yv.npy", &npy("(2,)", &[1, 0]));
    case.write("xt.npy", &write_npy(&floats(4)));
    case.write("yt.npy", &npy("(4,)", &[1, 0, 1, 1]));
    if let Some(files) = &mut case.spec.npy {
        (files.x_val, files.y_val) = (Some("xv.npy".into()), Some("yv.npy".into()));
        (files.x_test, files.y_test) = (Some("xt.npy".into()), Some("yt.npy".into()));
    }
    same(&mut case);
    if let Some(files) = &mut case.spec.npy {
        files.channel_axis = true;
    }
    same(&mut case);
    assert_eq!(case.good().inputs[0].shape, [3, 1]);
    case.write("xv.npy", &npy("(3, 2)", &[1, 2, 3, 4, 5, 6]));
    let DataErrors(errors) = case.load().unwrap_err();
    let words = errors.iter().map(ToString::to_string);
    let expected = ["expected rows of shape (3,)", "expected 3 rows"];
    words
        .zip(expected)
        .for_each(|(found, want)| assert!(found.contains(want), "{found}"));
}

#[test]
fn pixels_of_idx_files() {
    let mut case = of_floats();
    let (header, pixels) = (
        [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2],
        (0..16).map(|i| i * 13),
    );
    case.write(
        "x.idx",
        &header.into_iter().chain(pixels).collect::<Vec<u8>>(),
    );
    case.write("y.idx", &[0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 1, 0]);
    case.spec.idx = Some(ArraysSpec {
        x: "x.idx".to_owned(),
        y: "y.idx".into(),
        channel_axis: true,
        ..ArraysSpec::default()
    });
    case.spec.npy = None;
    same(&mut case);
    case.write("x.idx", &[0x1F, 0x8B, 8, 0, 0, 0, 0, 0]);
    let (at, words) = case.bad();
    assert_eq!(at, "data.idx.x");
    assert!(
        words.contains("x.idx is packed and cannot be streamed; unpack it"),
        "{words}"
    );
}

#[test]
fn what_cannot_be_streamed_says_how_it_could() {
    let mut case = of_floats();
    case.spec.stream = Some(true);
    let bytes = write_npy(&floats(50));
    let header = String::from_utf8_lossy(&bytes[..bytes.len() - 600]).into_owned();
    assert!(header.contains("False"), "{header}");
    let at = bytes.windows(5).position(|w| w == b"False").unwrap();
    let mut fortran = bytes.clone();
    fortran[at..at + 5].copy_from_slice(b"True ");
    case.write("x.npy", &fortran);
    let (at, words) = case.bad();
    assert_eq!(at, "data.npy.x");
    assert!(
        words.contains("Fortran order") && words.contains("ascontiguousarray"),
        "{words}"
    );
    case.write("x.npy", &bytes[..bytes.len() - 4]);
    assert!(case.bad().1.contains("the file is cut short"));

    let refused = |change: fn(&mut DataSpec)| {
        let mut case = of_floats();
        case.spec.stream = Some(true);
        change(&mut case.spec);
        let (at, words) = case.bad();
        assert_eq!(at, "data.stream");
        words
    };
    let words = refused(|spec| spec.npz = spec.npy.take());
    assert!(
        words.contains("save each array as a file of its own"),
        "{words}"
    );
    let words = refused(|spec| {
        spec.windows = Some(regimen_run::spec::WindowsSpec {
            length: 2,
            horizon: 1,
            stride: 1,
        });
    });
    assert!(words.contains("`windows`"), "{words}");
    let words = refused(|spec| {
        spec.npy = None;
        spec.sample = Some("digits".to_owned());
    });
    assert!(words.contains("in memory already"), "{words}");
}

#[test]
fn numbers_that_are_not_finite_or_too_large_are_found_at_once() {
    let mut case = of_floats();
    case.spec.stream = Some(true);
    let mut bad = floats(50);
    if let crate::Values::F32(data) = &mut bad.data {
        (data[7], data[100]) = (f32::NAN, f32::INFINITY);
    }
    case.write("x.npy", &write_npy(&bad));
    let streamed = case.bad();
    case.spec.stream = Some(false);
    assert_eq!(streamed, case.bad());
    case.write(
        "x.npy",
        &npy_of("<i8", "(50, 1)", &i64::MAX.to_le_bytes().repeat(50)),
    );
    let plain = case.bad();
    case.spec.stream = Some(true);
    assert_eq!(plain, case.bad());
    assert!(
        plain.1.contains("element [0, 0] is 9223372036854775807"),
        "{}",
        plain.1
    );
}

#[test]
fn a_file_that_shrinks_later_is_told_by_its_row() {
    let mut case = of_floats();
    case.spec.stream = Some(true);
    let data = case.good();
    let bytes = write_npy(&floats(50));
    case.write("x.npy", &bytes[..bytes.len() - 12]);
    let stored = data.train.stored.unwrap();
    let mut out = stored.empty();
    stored.read(&[0, 48], &mut out).unwrap();
    let error = stored.read(&[49], &mut out).unwrap_err();
    assert_eq!(error.at, "data.npy.x");
    let words = error.to_string();
    assert!(
        words.contains("x.npy cannot be read: row 49: the file was cut short"),
        "{words}"
    );
}

#[test]
fn what_memory_and_disk_both_refuse_is_told_twice() {
    let mut case = of_floats();
    let bytes = write_npy(&floats(50));
    let mut fortran = bytes.clone();
    let at = bytes.windows(5).position(|w| w == b"False").unwrap();
    fortran[at..at + 5].copy_from_slice(b"True ");
    case.write("x.npy", &fortran);
    case.memory = Some(1000);
    let words = case.load().unwrap_err().to_string();
    assert!(
        words.contains("out of memory") && words.contains("ascontiguousarray"),
        "{words}"
    );
    case.write("x.npy", &bytes);
    let notes = case.good().profile.notes;
    assert!(
        notes[0].starts_with("rows are streamed from disk: the arrays of data.npy"),
        "{notes:?}"
    );
}

/// A picture of a class for every number.
fn many() -> Vec<(String, Vec<u8>)> {
    let named = |i: usize| {
        let grey = image::GrayImage::from_pixel(3, 2, image::Luma([(i * 7) as u8]));
        let name = format!("r/{}/{i}.png", ["dog", "cat"][i % 2]);
        (
            name,
            crate::pictures::tests::file(grey, image::ImageFormat::Png),
        )
    };
    (0..30).map(named).collect()
}

#[test]
fn pictures_of_a_folder_and_of_archives() {
    let named = many();
    let files: Vec<(&str, &[u8])> = named
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    for archive in [zip_of(&files), tar(&files)] {
        let mut case = images(&archive);
        case.spec.split = SplitSpec::default();
        same(&mut case);
        case.spec.scale = Some(Scale::Standard);
        case.spec.balance = Some(Balance::Upsample);
        same(&mut case);
    }
    let mut case = images(b"");
    for (name, bytes) in &files {
        let path = case.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    case.spec.images.as_mut().unwrap().path = "r".to_owned();
    same(&mut case);
}

#[test]
fn pictures_that_vanish_or_change_later_are_named() {
    let named = many();
    let mut case = images(b"");
    for (name, bytes) in &named {
        let path = case.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    case.spec.images.as_mut().unwrap().path = "r".to_owned();
    case.spec.stream = Some(true);
    let stored = case.good().train.stored.unwrap();
    std::fs::remove_file(case.dir.path().join("r/cat/9.png")).unwrap();
    std::fs::write(case.dir.path().join("r/dog/8.png"), "x").unwrap();
    let mut out = stored.empty();
    let mut words = |rows: &[usize]| stored.read(rows, &mut out).unwrap_err().to_string();
    let all: Vec<usize> = (0..30).collect();
    let first = words(&all);
    assert!(first.contains("r: cat/9.png cannot be read"), "{first}");
    assert!(first.contains("--resume"), "{first}");
    let second = words(&all[15..]);
    assert!(second.contains("r: dog/8.png does not decode"), "{second}");
}

#[test]
fn pictures_packed_as_one_stream_or_damaged_are_refused() {
    let mut files = pictures();
    let mut case = images(&gz(&tar(&slices(&files))));
    case.spec.stream = Some(true);
    let (at, words) = case.bad();
    assert_eq!(at, "data.images.path");
    assert!(words.contains("unpack it and name the folder"), "{words}");
    files[0].1.truncate(40);
    files.push(("r/cat/z.jpg", b"text".to_vec()));
    let mut case = images(&zip_of(&slices(&files)));
    let plain = case.bad();
    case.spec.stream = Some(true);
    assert_eq!(case.bad(), plain);
}
