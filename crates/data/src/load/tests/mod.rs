//! Loading from files.

use std::collections::BTreeMap;

use regimen_run::spec::{
    ArraysSpec, Balance, CsvSpec, InputSpec, Missing, Scale, Side, SplitSpec, missing_values,
};
use tempfile::TempDir;

use super::*;
use crate::array::Array;
use crate::preprocessing::Preprocessing;
use crate::table::CsvOptions;

mod augment;
mod bad;
mod columns;
mod folders;
mod labels;
mod other_arrays;
mod parquet;
mod splits;
mod stream_table;
mod stream_texts;
mod streaming;
mod targets;
mod windows;

/// A folder with files, and the context and spec of a run in it.
struct Case {
    dir: TempDir,
    spec: DataSpec,
    encoding: LabelEncoding,
    encodings: BTreeMap<String, LabelEncoding>,
    weight: Option<&'static str>,
    memory: Option<u64>,
}

impl Case {
    fn csv(table: &str, label: &str) -> Case {
        let case = Case {
            dir: tempfile::tempdir().unwrap(),
            spec: DataSpec {
                csv: Some(CsvSpec {
                    path: "t.csv".to_owned(),
                    ..CsvSpec::default()
                }),
                label: Some(label.to_owned()),
                split: all_for_training(),
                ..DataSpec::default()
            },
            encoding: LabelEncoding::Index,
            encodings: BTreeMap::new(),
            weight: None,
            memory: None,
        };
        std::fs::write(case.dir.path().join("t.csv"), table).unwrap();
        case
    }

    fn npy(x: (&str, &[u8]), y: (&str, &[u8])) -> Case {
        let mut case = Case::csv("", "");
        case.spec = DataSpec {
            npy: Some(ArraysSpec {
                x: "x.npy".to_owned(),
                y: "y.npy".into(),
                ..ArraysSpec::default()
            }),
            split: all_for_training(),
            ..DataSpec::default()
        };
        case.write("x.npy", &npy(x.0, x.1));
        case.write("y.npy", &npy(y.0, y.1));
        case
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.dir.path().join(name), bytes).unwrap();
    }

    fn load(&self) -> Result<Dataset, DataErrors> {
        let cx = LoadContext {
            base_dir: self.dir.path(),
            data_dir: None,
            seed: 1,
            default_encoding: self.encoding,
            encodings: self.encodings.clone(),
            sample_weight_column: self.weight,
            max_memory: self.memory,
        };
        load(&self.spec, &cx)
    }

    fn good(&self) -> Dataset {
        self.load().unwrap_or_else(|e| panic!("{e}"))
    }

    /// The only error's place and words.
    fn bad(&self) -> (String, String) {
        let DataErrors(errors) = self.load().unwrap_err();
        assert_eq!(errors.len(), 1, "{errors:?}");
        (errors[0].at.clone(), errors[0].to_string())
    }
}

fn all_for_training() -> SplitSpec {
    SplitSpec {
        train: 1.0,
        validation: 0.0,
        test: 0.0,
        shuffle: false,
        ..SplitSpec::default()
    }
}

/// A file of u1 or f4 elements: `shape` as Python prints it, and the elements' bytes.
fn npy(shape: &str, body: &[u8]) -> Vec<u8> {
    let (descr, shape) = match shape.strip_prefix("f4") {
        Some(shape) => ("<f4", shape),
        None => ("|i1", shape),
    };
    npy_of(descr, shape, body)
}

fn npy_of(descr: &str, shape: &str, body: &[u8]) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(body);
    bytes
}

fn numeric(columns: &[&str]) -> InputSpec {
    InputSpec::Numeric {
        name: None,
        columns: columns.iter().map(|&c| c.to_owned()).collect(),
        scale: None,
        missing: Missing::Error,
        missing_values: missing_values(),
    }
}

fn text(column: &str, length: usize) -> InputSpec {
    InputSpec::Text {
        name: Some("words".to_owned()),
        column: column.to_owned(),
        vocabulary: None,
        length,
        padding: Side::Post,
        truncating: Side::Post,
        lower: true,
        start: false,
    }
}

#[test]
fn digits_are_built_in() {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        sample: Some("digits".to_owned()),
        ..DataSpec::default()
    };
    let data = case.good();
    let rows = [&data.train, &data.validation, &data.test].map(|p| p.rows());
    assert_eq!(rows, [1257, 180, 360]);
    assert_eq!(data.train.x[0].shape, [1257, 64]);
    assert_eq!(data.inputs[0].shape, [64]);
    assert_eq!(data.classes.len(), 10);
    assert_eq!(data.profile.feature_range, Some((0.0, 16.0)));
    assert_eq!(data.profile.label_encoding.as_deref(), Some("index"));
    let share: f64 = data.profile.train_shares.iter().sum();
    assert!((share - 1.0).abs() < 1e-12);
    case.spec.scale = Some(Scale::MinMax);
    case.spec.label_encoding = Some(LabelEncoding::OneHot);
    let data = case.good();
    assert_eq!(data.profile.feature_range, Some((0.0, 1.0)));
    assert_eq!(data.train.y.shape, [1257, 10]);

    case.spec.sample = Some("digit".to_owned());
    assert!(case.bad().1.contains("known: digits"));
}

#[test]
fn the_first_digit_is_the_published_one() {
    let mut case = Case::csv("", "");
    case.spec = DataSpec {
        sample: Some("digits".to_owned()),
        split: all_for_training(),
        ..DataSpec::default()
    };
    let data = case.good();
    let x = data.train.x[0].as_f32().unwrap();
    assert_eq!(x[..8], [0., 0., 5., 13., 9., 1., 0., 0.]);
    assert_eq!(data.train.y.as_i32().unwrap()[..5], [0, 1, 2, 3, 4]);
    let counts = (0..10).map(|d| {
        let is_d = |&&y: &&i32| y == d;
        data.train.y.as_i32().unwrap().iter().filter(is_d).count()
    });
    let published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
    assert_eq!(counts.collect::<Vec<_>>(), published);
}

#[test]
fn numeric_columns_and_sorted_classes() {
    let mut case = Case::csv("a,n,b\n1,10,2\n 3 ,9,4e1\n5,10,-6\n", "n");
    let data = case.good();
    assert_eq!(data.classes, ["9", "10"]);
    let expected = Array::f32(vec![3, 2], vec![1., 2., 3., 40., 5., -6.]);
    assert_eq!(data.train.x[0], expected);
    assert_eq!(data.train.y, Array::i32(vec![3], vec![1, 0, 1]));
    case.spec.label_encoding = Some(LabelEncoding::OneHot);
    let one_hot = Array::f32(vec![3, 2], vec![0., 1., 1., 0., 0., 1.]);
    assert_eq!(case.good().train.y, one_hot);
    case.spec.label_encoding = Some(LabelEncoding::Number);
    let data = case.good();
    assert_eq!(data.train.y, Array::f32(vec![3], vec![10., 9., 10.]));
    assert_eq!(data.profile.target_range, Some((9.0, 10.0)));
    assert!(data.classes.is_empty());
}

#[test]
fn statistics_come_from_the_training_part_and_new_rows_are_treated_alike() {
    let mut case = Case::csv("a,y\n0,p\n10,q\n100,p\n", "y");
    case.spec.inputs = vec![InputSpec::Numeric {
        name: Some("in".to_owned()),
        columns: vec!["a".to_owned()],
        scale: Some(Scale::MinMax),
        missing: Missing::Error,
        missing_values: missing_values(),
    }];
    case.spec.split.train = 0.67;
    case.spec.split.validation = 0.33;
    let data = case.good();
    assert_eq!(data.train.x[0].as_f32().unwrap(), [0.0, 1.0]);
    assert_eq!(data.validation.x[0].as_f32().unwrap(), [10.0]);
    assert_eq!(data.inputs[0].name.as_deref(), Some("in"));

    let stored = serde_json::to_string(&data.preprocessing).unwrap();
    let recipe: Preprocessing = serde_json::from_str(&stored).unwrap();
    assert_eq!(recipe, data.preprocessing);
    let new = crate::parse_csv(b"z,a\n1,5\n", &CsvOptions::default()).unwrap();
    let x = recipe.apply_table(&new, "new.csv").unwrap();
    assert_eq!(x[0].as_f32().unwrap(), [0.5]);
    let new = crate::parse_csv(b"z,b\n1,5\n", &CsvOptions::default()).unwrap();
    let error = recipe.apply_table(&new, "new.csv").unwrap_err();
    assert!(error.to_string().contains("no column `a`"));
}

#[test]
fn text_takes_its_vocabulary_from_the_training_part() {
    let table = "t,y\ngood good fit,1\n,2\nBad fit!,2\nnew words,1\nx,\n";
    let mut case = Case::csv(table, "y");
    case.spec.inputs = vec![text("t", 3)];
    case.spec.split.train = 0.7;
    case.spec.split.test = 0.3;
    let data = case.good();
    assert_eq!(data.inputs[0].vocabulary, Some(5));
    let train = Array::i32(vec![2, 3], vec![2, 2, 3, 4, 3, 0]);
    assert_eq!(data.train.x[0], train);
    assert_eq!(data.test.x[0], Array::i32(vec![1, 3], vec![1, 1, 0]));
    assert_eq!(data.profile.feature_range, None);
    assert_eq!(
        data.profile.notes,
        [
            "1 of 5 rows dropped: `y` is empty",
            "1 of 5 rows dropped: `t` is empty"
        ]
    );
}

#[test]
fn several_inputs_and_weights() {
    let mut case = Case::csv("t,a,w,y\nhi,1,0.5,0\nho,2,2,1\n", "y");
    case.spec.inputs = vec![numeric(&[]), text("t", 2)];
    case.weight = Some("w");
    let data = case.good();
    assert_eq!(data.train.x[0], Array::f32(vec![2, 1], vec![1., 2.]));
    assert_eq!(data.train.x[1].shape, [2, 2]);
    assert_eq!(data.train.sample_weight, Some(vec![0.5, 2.0]));
    case.weight = Some("y");
    assert!(case.bad().1.contains("is the label"));
    case.weight = Some("ww");
    assert!(case.bad().1.contains("did you mean `w`") || case.bad().1.contains("columns: t, a"));
}

#[test]
fn balancing_is_by_class_and_seed() {
    let rows: String = (0..60).map(|i| format!("{i},{}\n", i % 6 / 5)).collect();
    let mut case = Case::csv(&format!("a,y\n{rows}"), "y");
    case.spec.balance = Some(Balance::Downsample);
    let data = case.good();
    assert_eq!(data.profile.train_shares, [0.5, 0.5]);
    assert_eq!(data.train.rows(), 20);
    assert!(data.profile.notes[0].starts_with("40 of 60 rows dropped"));
    assert_eq!(data, case.good());
    case.spec.split.seed = Some(2);
    assert_ne!(data.train.x, case.good().train.x);
    case.spec.label_encoding = Some(LabelEncoding::Number);
    assert_eq!(case.bad().0, "data.balance");
}

#[test]
fn arrays_load_with_labels_in_each_encoding() {
    let mut case = Case::npy(("(3, 2)", &[1, 2, 3, 4, 5, 6]), ("(3, 1)", &[2, 0, 2]));
    let data = case.good();
    assert_eq!(data.train.x[0], Array::i32(vec![3, 2], (1..7).collect()));
    assert_eq!(data.train.y, Array::i32(vec![3], vec![2, 0, 2]));
    assert_eq!(data.classes, ["0", "1", "2"]);
    assert_eq!(
        data.profile.notes,
        ["1 of 3 classes have no training row: 1"]
    );
    case.spec.label_encoding = Some(LabelEncoding::OneHot);
    assert_eq!(case.good().train.y.shape, [3, 3]);
    case.spec.label_encoding = Some(LabelEncoding::Number);
    assert_eq!(case.good().profile.target_range, Some((0.0, 2.0)));
    let mut case = Case::npy(("(2, 1)", &[1, 2]), ("(2, 2)", &[0, 1, 1, 0]));
    case.encoding = LabelEncoding::OneHot;
    assert_eq!(case.good().profile.train_shares, [0.5, 0.5]);
    case.encoding = LabelEncoding::Index; // several labels per row, left to the loss
    assert_eq!(case.good().train.y.shape, [2, 2]);
    case.spec.label_encoding = Some(LabelEncoding::Index);
    assert!(case.bad().1.contains("expected (N,) class indices"));
}

#[test]
fn given_validation_rows_are_taken_as_they_are() {
    let mut case = Case::npy(("(4, 1)", &[0, 2, 4, 8]), ("(4,)", &[0, 1, 0, 1]));
    case.write("xv.npy", &npy("(2, 1)", &[16, 4]));
    case.write("yv.npy", &npy("(2,)", &[2, 1]));
    if let Some(files) = &mut case.spec.npy {
        files.x_val = Some("xv.npy".to_owned());
    }
    assert!(case.bad().1.contains("y_val is missing"));
    if let Some(files) = &mut case.spec.npy {
        files.y_val = Some("yv.npy".into());
    }
    case.spec.split = SplitSpec::default();
    case.spec.scale = Some(Scale::MinMax);
    let data = case.good();
    assert_eq!((data.train.rows(), data.test.rows()), (4, 0));
    assert_eq!(data.validation.x[0].as_f32().unwrap(), [2.0, 0.5]);
    assert_eq!(data.classes.len(), 3);
    assert_eq!(data.profile.val_shares, [0.0, 0.5, 0.5]);
    case.spec.split.train = 0.5;
    assert_eq!(case.bad().0, "data.split");
    case.write("xv.npy", &npy("(2, 2)", &[1; 4]));
    assert!(case.bad().1.contains("expected rows of shape (1,)"));
}

#[test]
fn weights_of_loaded_classes() {
    let data = Case::csv("a,y\n1,no\n2,yes\n", "y").good();
    let weights = BTreeMap::from([("yes".to_owned(), 3.0)]);
    assert_eq!(
        crate::class_weights(&weights, &data.classes).unwrap(),
        [1.0, 3.0]
    );
}
