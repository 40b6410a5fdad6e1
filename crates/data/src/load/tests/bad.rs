//! Bad input: each fault names its place and the mend.

use super::*;

#[test]
fn bad_cells_name_line_column_and_text() {
    let (at, words) = Case::csv("a,b,y\n1,2,0\n1,x7,1\n1,y,1\n1,3,0\n", "y").bad();
    assert_eq!(at, "data.inputs[0]");
    assert!(words.contains("t.csv, line 3, column `b`: `x7` is not a number"));
    assert!(words.ends_with("(and 1 more like it)"), "{words}");
    let words = Case::csv("a;y\n\"1,5\";1\n2;0\n", "y").bad().1;
    assert!(words.contains("write decimals with a point"), "{words}");
    let words = Case::csv("a,b,y\n1,2,0\n1,,1\n", "y").bad().1;
    assert!(words.contains("line 3, column `b`: the cell is empty"));
    for cell in ["nan", "-inf", "1e99"] {
        let words = Case::csv(&format!("a,y\n1,0\n{cell},1\n"), "y").bad().1;
        let expected = format!("line 3, column `a`: `{cell}` is not a finite number");
        assert!(words.contains(&expected), "{words}");
    }
    let mut case = Case::csv("a,y\n1,0\n2,abc\n", "y");
    case.encoding = LabelEncoding::Number;
    let (at, words) = case.bad();
    assert_eq!(at, "data.label");
    assert!(words.contains("line 3, column `y`: `abc` is not a number"));
    let mut case = Case::csv("a,w,y\n1,1,0\n2,-3,1\n", "y");
    case.weight = Some("w");
    assert!(case.bad().1.contains("line 3, column `w`: the weight -3"));
}

#[test]
fn faults_of_several_columns_come_together() {
    let errors = Case::csv("a,b,y\nx,1,0\n1,x,1\n", "y").load().unwrap_err();
    assert_eq!(errors.0.len(), 2);
    assert_eq!(errors.to_string().lines().count(), 2);
}

#[test]
fn bad_columns_offer_names() {
    let (at, words) = Case::csv("Rating,a\n1,2\n2,3\n", "rating").bad();
    assert_eq!(at, "data.label");
    assert!(words.contains("no column `rating`; did you mean `Rating`?"));
    let mut case = Case::csv("Rating,a\n1,2\n2,3\n", "Rating");
    case.spec.inputs = vec![numeric(&["aa", "Rating"])];
    let errors = case.load().unwrap_err().0;
    assert_eq!(errors[0].at, "data.inputs[0].columns[0]");
    assert_eq!(errors.len(), 1); // a label may be named, and the profile warns
    case.spec.inputs = vec![numeric(&["a", "a"])];
    assert!(case.bad().1.contains("named twice"));
    case.spec.inputs = vec![numeric(&[]), numeric(&[])];
    assert!(case.load().is_err());
    case.spec.inputs = vec![text("a", 0)];
    assert_eq!(case.bad().0, "data.inputs[0].length");
    case.spec.inputs = Vec::new();
    case.spec.label = None;
    assert!(case.bad().1.contains("columns: Rating, a"));
    assert!(
        Case::csv("y\n1\n2\n", "y")
            .bad()
            .1
            .contains("no column is left")
    );
    let twice = Case::csv("a,a,y\n1,2,0\n3,4,1\n", "a").bad().1;
    assert!(twice.contains("columns 1 and 2 are named `a`"), "{twice}");
}

#[test]
fn a_name_borne_twice_is_refused_where_all_columns_are_taken() {
    let table = "a,b,a,y\n1,2,3,0\n4,5,6,1\n";
    let (at, words) = Case::csv(table, "y").bad();
    assert_eq!(at, "data.inputs[0]");
    assert_eq!(
        words,
        "t.csv, header: columns 1 and 3 are named `a`; rename them there, or list the features in \
         `columns`"
    );
    let mut case = Case::csv(table, "y");
    case.spec.inputs = vec![numeric(&["b"])];
    assert_eq!(case.good().train.x[0].shape, [2, 1]);
    let words = Case::csv("a,a,a,a,a,a,a,y\n1,2,3,4,5,6,7,0\n", "y").bad().1;
    assert!(
        words.contains("columns 1, 2, 3, 4, 5 and 2 more are"),
        "{words}"
    );
}

#[test]
fn control_characters_of_cells_are_escaped() {
    let words = Case::csv("a,y\n1,0\n\u{0}x\u{1b}[1m\u{202e}\\é,1\n", "y")
        .bad()
        .1;
    let cell = r"`\0x\u{1b}[1m\u{202e}\é`";
    assert!(words.contains(cell), "{words}");
    let words = Case::csv("a,y\n1,\u{7}no\n2,\u{7}no\n", "y").bad().1;
    assert!(words.contains(r"one class only (`\u{7}no`)"), "{words}");
    let words = Case::csv("a\u{7},b,y\nx,x,0\n2,2,1\n", "z").bad().1;
    assert!(words.contains(r"columns: a\u{7}, b, y"), "{words}");
}

#[test]
fn bad_tables_and_files() {
    let words = Case::csv("a,y\n1,0\n1,2,3\n", "y").bad().1;
    assert_eq!(
        words.split(": ").nth(1),
        Some(
            "line 3 has 3 cells where the first row has 2; mend it, and quote cells that hold the delimiter"
        )
    );
    let mut case = Case::csv("a,y\n1,0\n", "y");
    if let Some(csv) = &mut case.spec.csv {
        csv.path = "tt.csv".to_owned();
    }
    let (at, words) = case.bad();
    assert_eq!(at, "data.csv.path");
    assert!(words.contains("did you mean `t.csv`?"), "{words}");
    if let Some(csv) = &mut case.spec.csv {
        csv.delimiter = Some(";;".to_owned());
    }
    assert_eq!(case.bad().0, "data.csv.delimiter");
    case.spec.csv = Some(CsvSpec {
        path: "t.csv".to_owned(),
        delimiter: Some(";".to_owned()),
        ..CsvSpec::default()
    });
    let words = case.bad().1;
    assert!(
        words.contains("does not hold the delimiter `;`, but `,` seems"),
        "{words}"
    );
    case.spec.csv = Some(CsvSpec {
        path: "t.csv".to_owned(),
        table: Some("u.csv".to_owned()),
        ..CsvSpec::default()
    });
    assert_eq!(case.bad().0, "data.csv.table");
    case.spec.csv = None;
    assert!(case.bad().1.contains("exactly one"));
    case.spec.sample = Some("digits".to_owned());
    assert_eq!(case.bad().0, "data.label");
}

#[test]
fn one_class_and_empty_parts() {
    let words = Case::csv("a,y\n1,no\n2,no\n", "y").bad().1;
    assert!(
        words.contains("column `y` holds one class only (`no`)"),
        "{words}"
    );
    let mut case = Case::csv("a,y\n1,0\n2,0\n3,1\n", "y");
    case.spec.split.train = 0.67;
    case.spec.split.test = 0.33;
    let words = case.bad().1;
    assert!(words.contains("set split.shuffle = true"), "{words}");
    case.spec.split.validation = 0.2;
    case.spec.split.test = 0.13;
    let (at, words) = case.bad();
    assert_eq!(at, "data.split");
    assert!(words.contains("validation part is empty"), "{words}");
    let ids: String = (0..30).map(|i| format!("{i},id{i}\n")).collect();
    let words = Case::csv(&format!("a,y\n{ids}"), "y").bad().1;
    assert!(words.contains("another value in every row"), "{words}");
    let words = Case::csv("a,y\n1,\n2,\n", "y").bad().1;
    assert!(words.contains("no row is left"), "{words}");
}

#[test]
fn what_does_not_fit_is_refused_with_the_estimate() {
    let mut case = Case::csv("a,y\n1,0\n2,1\n", "y");
    case.memory = Some(5);
    case.spec.stream = Some(false);
    assert!(case.bad().1.starts_with("out of memory: "));
    let rows: String = (0..1000).map(|i| format!("w,{}\n", i % 2)).collect();
    let mut case = Case::csv(&format!("t,y\n{rows}"), "y");
    case.spec.inputs = vec![text("t", 100_000)];
    case.memory = Some(64 << 20);
    case.spec.stream = Some(false);
    let words = case.bad().1;
    assert!(
        words.contains("needs about 762.9 MiB but 64.0 MiB"),
        "{words}"
    );
    let mut case = Case::npy(("(2, 3)", &[0; 6]), ("(2,)", &[0, 1]));
    case.memory = Some(100);
    case.spec.stream = Some(false);
    assert!(case.bad().1.starts_with("out of memory: the arrays"));
}

#[test]
fn bad_arrays_name_row_and_column() {
    let floats = [1.0, 2.0, f32::NAN, 4.0, f32::INFINITY, 6.0];
    let body: Vec<u8> = floats.iter().flat_map(|x| x.to_le_bytes()).collect();
    let (at, words) = Case::npy(("f4(3, 2)", &body), ("(3,)", &[0, 1, 0])).bad();
    assert_eq!(at, "data.npy.x");
    assert!(words.starts_with("x.npy, row 1, column 0: the value is NaN (and 1 more"));
    let (at, words) = Case::npy(("(2, 1)", &[1, 2]), ("(2,)", &[0, 0xFF])).bad();
    assert_eq!(at, "data.npy.y");
    assert!(words.contains("row 1: label -1 is out of range"), "{words}");
    let huge = [1.0f64, -2.0, 1e300, f64::INFINITY]
        .map(f64::to_le_bytes)
        .concat();
    let case = Case::npy(("(2, 2)", &[0; 4]), ("(2,)", &[0, 1]));
    case.write("x.npy", &npy_of("<f8", "(2, 2)", &huge));
    assert_eq!(
        case.bad(),
        (
            "data.npy.x".to_owned(),
            "x.npy: element [1, 0] is 1e300, beyond float32 (3.4e38 at most); rescale it"
                .to_owned()
        )
    );
    case.write("x.npy", &npy_of("|b1", "(2, 2)", &[0, 1, 1, 2]));
    case.write("y.npy", &npy_of("|b1", "(2,)", &[0, 1]));
    let data = case.good();
    assert_eq!(
        data.train.x[0],
        Array::f32(vec![2, 2], vec![0.0, 1.0, 1.0, 1.0])
    );
    assert_eq!(data.train.y, Array::i32(vec![2], vec![0, 1]));
    let half = [0.0f32, 0.5].map(f32::to_le_bytes).concat();
    let words = Case::npy(("(2, 1)", &[1, 2]), ("f4(2,)", &half)).bad().1;
    assert!(words.contains("label 0.5 is out of range"), "{words}");
    let words = Case::npy(("(2, 1)", &[1, 2]), ("(3,)", &[0, 1, 1])).bad().1;
    assert!(words.contains("expected 2 rows, as x.npy has"), "{words}");
    let words = Case::npy(("(2, 1)", &[1, 2]), ("(2,)", &[1, 1])).bad().1;
    assert!(words.contains("one class only (`1`)"), "{words}");
    let words = Case::npy(("(9, 1)", &[1, 2]), ("(2,)", &[0, 1])).bad().1;
    assert!(words.contains("the file is cut short"), "{words}");
    let words = Case::npy(("(0, 1)", &[]), ("(2,)", &[0, 1])).bad().1;
    assert!(words.contains("one row at least"), "{words}");
    let mut case = Case::npy(("(2, 1)", &[1, 2]), ("(2,)", &[0, 1]));
    case.weight = Some("w");
    assert_eq!(case.bad().0, "fit.sample_weight");
}
