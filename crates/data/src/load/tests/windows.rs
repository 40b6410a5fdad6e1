//! Windows over rows of a series.

use regimen_run::spec::{SplitBy, WindowsSpec};

use super::*;

fn series(rows: usize) -> Case {
    let table: String = (0..rows).map(|i| format!("{i},{}\n", i * 10)).collect();
    let mut case = Case::csv(&format!("t,y\n{table}"), "y");
    case.encoding = LabelEncoding::Number;
    case.spec.inputs = vec![numeric(&["y"])];
    case.spec.windows = Some(WindowsSpec {
        length: 2,
        horizon: 1,
        stride: 1,
    });
    case.spec.split = SplitSpec {
        train: 0.5,
        validation: 0.5,
        ..all_for_training()
    };
    case
}

#[test]
fn no_window_crosses_a_border() {
    let data = series(8).good();
    assert_eq!(data.inputs[0].shape, [2, 1]);
    assert_eq!(data.train.x[0].shape, [2, 2, 1]);
    let x = [&data.train, &data.validation].map(|p| p.x[0].as_f32().unwrap().to_vec());
    assert_eq!(x[0], [0.0, 10.0, 10.0, 20.0]);
    assert_eq!(x[1], [40.0, 50.0, 50.0, 60.0]);
    assert_eq!(data.train.y.as_f32().unwrap(), [20.0, 30.0]);
    assert_eq!(data.validation.y.as_f32().unwrap(), [60.0, 70.0]);
    assert!(data.test.is_empty());
}

#[test]
fn scaling_is_of_the_training_rows() {
    let mut case = series(8);
    case.spec.inputs = vec![InputSpec::Numeric {
        name: None,
        columns: vec!["y".to_owned()],
        scale: Some(Scale::MinMax),
        missing: regimen_run::spec::Missing::Error,
        missing_values: Vec::new(),
    }];
    let data = case.good();
    assert_eq!(data.train.x[0].as_f32().unwrap()[3], 20.0 / 30.0);
    assert_eq!(data.validation.x[0].as_f32().unwrap()[0], 40.0 / 30.0);
    assert_eq!(data.train.y.as_f32().unwrap()[0], 20.0);
}

#[test]
fn a_split_by_time_sorts_first() {
    let mut case = Case::csv("t,y\n3,30\n1,10\n2,20\n0,0\n4,40\n5,50\n", "y");
    case.encoding = LabelEncoding::Number;
    case.spec = DataSpec {
        inputs: vec![numeric(&["y"])],
        windows: series(1).spec.windows,
        split: SplitSpec {
            by: SplitBy::Time,
            column: Some("t".to_owned()),
            ..all_for_training()
        },
        ..case.spec
    };
    let data = case.good();
    assert_eq!(data.train.y.as_f32().unwrap(), [20.0, 30.0, 40.0, 50.0]);
}

#[test]
fn new_rows_are_cut_alike() {
    let data = series(8).good();
    let table = crate::parse_csv(b"t,y\n0,1\n1,2\n2,3\n", &CsvOptions::default()).unwrap();
    let kept = serde_json::to_string(&data.preprocessing).unwrap();
    let kept: Preprocessing = serde_json::from_str(&kept).unwrap();
    let x = kept.apply_table(&table, "t").unwrap();
    let (x, y) = kept.in_windows(x, vec![]).unwrap();
    assert_eq!(x[0], Array::f32(vec![2, 2, 1], vec![1.0, 2.0, 2.0, 3.0]));
    assert!(y.is_empty());
    let y = kept.table_labels(&table, "t", &[0, 1, 2]).unwrap();
    let x = kept.apply_table(&table, "t").unwrap();
    let (x, y) = kept.in_windows(x, y).unwrap();
    assert_eq!(x[0].rows(), 1);
    assert_eq!(y[0].as_f32().unwrap(), [3.0]);
}

#[test]
fn what_breaks_a_series_is_refused() {
    let mut case = series(8);
    case.spec.windows.as_mut().unwrap().length = 4;
    let (at, words) = case.bad();
    assert_eq!(at, "data.windows");
    assert!(words.contains("the training part has 4 rows"), "{words}");
    let mut case = series(8);
    case.spec.split.shuffle = true;
    assert!(case.bad().1.contains("rows must keep their order"));
    let mut case = series(8);
    case.spec.label_encoding = Some(LabelEncoding::Index);
    case.spec.windows.as_mut().unwrap().horizon = 2;
    assert!(case.bad().1.contains("horizon above 1"));
    let case = series(8);
    case.write("t.csv", b"t,y\n0,1\n1,\n2,3\n3,4\n4,5\n5,6\n");
    let words = case.bad().1;
    assert!(
        words.contains("`y` is empty") && words.contains("neighbours"),
        "{words}"
    );
    let mut case = series(8);
    case.spec.inputs = vec![text("t", 3)];
    assert!(case.bad().1.contains("texts cannot stand in windows"));
    let mut case = series(2000);
    case.memory = Some(200_000);
    case.spec.windows.as_mut().unwrap().length = 500;
    let words = case.bad().1;
    assert!(
        words.contains("out of memory") && words.contains("of windows"),
        "{words}"
    );
}
