//! Texts in a folder per class, in archives too.

use regimen_run::spec::{ImagesSpec, Interpolation, SplitBy, TextsSpec};

use super::*;
use crate::members::tests::{gz, tar, zip_of};
use crate::pictures::tests::{file, grey};
use crate::preprocessing::InputRecipe;

const FILES: [(&str, &[u8]); 6] = [
    ("r/train/neg/1.txt", b"bad bad film"),
    ("r/train/pos/1.txt", b"\xEF\xBB\xBFgood film"),
    ("r/train/pos/0.txt", b"good one"),
    ("r/test/pos/9.txt", b"unseen good"),
    ("r/test/neg/9.txt", b"bad"),
    ("r/train/urls.txt", b"http"),
];

fn texts(bytes: &[u8]) -> Case {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        texts: Some(TextsSpec {
            path: "t.tar.gz".to_owned(),
            classes: Vec::new(),
            extension: "txt".to_owned(),
            encoding: regimen_run::spec::Encoding::Utf8,
        }),
        inputs: vec![text("text", 3)],
        split: SplitSpec {
            by: SplitBy::Folder,
            ..all_for_training()
        },
        ..DataSpec::default()
    };
    case.write("t.tar.gz", bytes);
    case
}

#[test]
fn parts_and_classes_come_from_folders() {
    let case = texts(&gz(&tar(&FILES)));
    let data = case.good();
    assert_eq!(data.classes, ["neg", "pos"]);
    // By path: train/neg/1, train/pos/0, train/pos/1; words of the training part alone.
    assert_eq!(data.train.y.as_i32().unwrap(), [0, 1, 1]);
    let ids = [2, 2, 3, 4, 5, 0, 4, 3, 0];
    assert_eq!(data.train.x[0].as_i32().unwrap(), ids);
    assert_eq!(data.test.y.as_i32().unwrap(), [0, 1]);
    assert_eq!(data.test.x[0].as_i32().unwrap(), [2, 0, 0, 1, 4, 0]);
    assert!(data.validation.is_empty());
    let note = "1 files beside the folders of classes left out";
    assert!(
        data.profile.notes.iter().any(|n| n == note),
        "{:?}",
        data.profile.notes
    );

    let zipped = texts(&zip_of(&FILES)).good();
    assert_eq!(zipped, data);
    let folder = texts(b"");
    for (name, bytes) in FILES {
        let path = folder.dir.path().join("f").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let mut folder = folder;
    folder.spec.texts.as_mut().unwrap().path = "f".to_owned();
    assert_eq!(folder.good(), data);
}

#[test]
fn shares_cut_the_training_folder() {
    let mut case = texts(&gz(&tar(&FILES)));
    case.spec.split.train = 0.67;
    case.spec.split.validation = 0.33;
    let data = case.good();
    let rows = [&data.train, &data.validation, &data.test].map(|p| p.rows());
    assert_eq!(rows, [2, 1, 2]);
    case.spec.split.test = 0.1;
    case.spec.split.validation = 0.1;
    assert!(case.bad().1.contains("test rows of its own"));
}

#[test]
fn texts_in_latin_1_are_read_as_such() {
    let files: [(&str, &[u8]); 3] = [
        ("train/a/1.txt", b"caf\xE9 caf\xE9"),
        ("train/b/1.txt", b"bar"),
        ("test/a/1.txt", b"caf\xE9"),
    ];
    let mut case = texts(&gz(&tar(&files)));
    if let Some(texts) = &mut case.spec.texts {
        texts.encoding = regimen_run::spec::Encoding::Latin1;
    }
    let data = case.good();
    let InputRecipe::Text { encoding, .. } = &data.preprocessing.inputs[0] else {
        panic!("text")
    };
    assert_eq!(encoding.words, ["caf\u{E9}", "bar"]);
}

#[test]
fn bad_folders_of_texts_are_named() {
    let whole = gz(&tar(&FILES));
    let (at, words) = texts(&whole[..whole.len() / 2]).bad();
    assert_eq!(at, "data.texts.path");
    assert!(words.starts_with("t.tar.gz cannot be unpacked: it is damaged or cut short"));
    let (_, words) = texts(&tar(&[("train/a/1.txt", b"\xFF"), ("test/a/1.txt", b"a")])).bad();
    assert!(words.contains("t.tar.gz: train/a/1.txt"), "{words}");
    assert!(
        words.contains("line 1: the byte FF is not UTF-8"),
        "{words}"
    );
    assert!(words.contains("encoding = \"latin-1\""), "{words}");
    let mut case = texts(&whole);
    case.spec.split.by = SplitBy::Random;
    assert!(case.bad().1.contains("are parts, not classes"));
    case.spec.inputs.clear();
    assert_eq!(case.bad().0, "data.inputs");
    let mut case = texts(&whole);
    case.memory = Some(40);
    case.spec.stream = Some(false);
    assert!(
        case.bad()
            .1
            .contains("out of memory: the texts of t.tar.gz")
    );
    let mut case = Case::csv("a,y\n1,0\n2,1\n", "y");
    case.spec.split.by = SplitBy::Folder;
    assert_eq!(case.bad().0, "data.split.by");
    let mut case = texts(&whole);
    case.spec.texts.as_mut().unwrap().path = "gone".to_owned();
    assert!(case.bad().1.contains("`gone` is not found"));
}

pub(super) fn images(bytes: &[u8]) -> Case {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        images: Some(ImagesSpec {
            path: "i.zip".to_owned(),
            size: [2, 1],
            channels: 1,
            interpolation: Interpolation::Bilinear,
            classes: Vec::new(),
        }),
        split: all_for_training(),
        ..DataSpec::default()
    };
    case.write("i.zip", bytes);
    case
}

/// Pictures of two classes: grey, RGBA and jpeg.
pub(super) fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let clear = image::RgbaImage::from_pixel(1, 2, image::Rgba([9, 9, 9, 0]));
    vec![
        (
            "r/dog/b.PNG",
            file(grey(1, 2, &[0, 200]), image::ImageFormat::Png),
        ),
        ("r/cat/a.png", file(clear, image::ImageFormat::Png)),
        (
            "r/dog/a.jpg",
            file(grey(2, 2, &[80; 4]), image::ImageFormat::Jpeg),
        ),
    ]
}

pub(super) fn slices<'a>(files: &'a [(&'a str, Vec<u8>)]) -> Vec<(&'a str, &'a [u8])> {
    files.iter().map(|(n, b)| (*n, b.as_slice())).collect()
}

#[test]
fn images_become_one_array_sorted_by_path() {
    let files = pictures();
    let data = images(&zip_of(&slices(&files))).good();
    assert_eq!(data.classes, ["cat", "dog"]);
    assert_eq!(data.train.x[0].shape, [3, 2, 1, 1]);
    let x = data.train.x[0].as_f32().unwrap();
    assert_eq!(x, [9.0, 9.0, 80.0, 80.0, 0.0, 200.0]);
    assert_eq!(data.train.y.as_i32().unwrap(), [0, 1, 1]);
    let mut case = images(&gz(&tar(&slices(&files))));
    assert_eq!(case.good().train, data.train);
    case.spec.scale = Some(Scale::MinMax);
    assert_eq!(case.good().train.x[0].as_f32().unwrap()[5], 1.0);
}

#[test]
fn bad_images_are_named() {
    let mut files = pictures();
    files[0].1.truncate(40);
    files.push(("r/cat/z.jpg", b"text".to_vec()));
    let (at, words) = images(&zip_of(&slices(&files))).bad();
    assert_eq!(at, "data.images.path");
    assert!(
        words.starts_with("i.zip: r/dog/b.PNG does not decode"),
        "{words}"
    );
    assert!(words.contains("(and 1 more like it)"), "{words}");
    let one = zip_of(&slices(&pictures()[1..2]));
    assert!(images(&one).bad().1.contains("lie in one folder `cat`"));
    assert!(
        images(&zip_of(&[("a/x.txt", b"x")]))
            .bad()
            .1
            .contains("there are no images")
    );
    let whole = zip_of(&slices(&pictures()));
    let mut case = images(&whole);
    case.encoding = LabelEncoding::Number;
    assert_eq!(case.bad().0, "data.label_encoding");
    let mut case = images(&whole);
    case.spec.images.as_mut().unwrap().size = [5000, 5000];
    case.memory = Some(1 << 20);
    let words = case.load().unwrap_err().to_string();
    assert!(
        words.contains("out of memory: 1 images of i.zip"),
        "{words}"
    );
    assert!(
        words.contains("out of memory: one image of i.zip"),
        "{words}"
    );
    let mut case = images(&whole);
    case.spec.images.as_mut().unwrap().channels = 2;
    assert_eq!(case.bad().0, "data.images.channels");
}
