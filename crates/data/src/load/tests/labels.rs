//! Labels under a common name, and rows that repeat others.

use super::columns::case_of;
use super::*;

const TABLE: &str = "a,b,y\n1,x,lynx\n2,x,dog\n1,x ,tabby\n1,x,dog\n2,x,dog\n3,z,cat\n4,z,dog\n";

fn case(more: &str) -> Case {
    let base = "label = \"y\"\nsplit = { train = 1.0, shuffle = false, test = 0.0, validation = 0.0 }\n\
                inputs = [{ kind = \"numeric\", columns = [\"a\"] }, { kind = \"categorical\", columns = [\"b\"] }]";
    case_of(TABLE, &format!("{base}\n{more}"))
}

#[test]
fn groups_become_classes_and_new_labels_too() {
    let data = case("label_groups = { cat = [\"lynx\", \"tabby\", \"puma\"] }").good();
    assert_eq!(data.classes, ["cat", "dog"]);
    assert_eq!(
        data.train.y.as_i32(),
        Some([0, 1, 0, 1, 1, 0, 1].as_slice())
    );
    let notes = data.profile.notes.join("\n");
    assert!(
        notes.contains("1 labels of `label_groups` stand in no row: `puma`"),
        "{notes}"
    );
    let table = crate::parse_csv(b"y\npuma\ncat\ndog\n", &crate::CsvOptions::default()).unwrap();
    let y = data.preprocessing.table_labels(&table, "t", &[0, 1, 2]);
    assert_eq!(y.unwrap(), [Array::i32(vec![3], vec![0, 0, 1])]);
    let table = crate::parse_csv(b"y\nwolf\n", &crate::CsvOptions::default()).unwrap();
    let error = data.preprocessing.table_labels(&table, "t", &[0]);
    assert!(error.unwrap_err().to_string().contains("`wolf`"));
}

#[test]
fn groups_hold_for_labels_in_lists() {
    let more = "label_separator = \"o\"\nlabel_groups = { g = [\"d\"] }";
    let data = case(more).good();
    assert_eq!(
        data.classes,
        ["cat", "g", "lynx", "tabby"].map(String::from)
    );
}

#[test]
fn groups_of_numbers_and_groups_that_leave_one_class_are_refused() {
    let mut numbers = case("label_groups = { cat = [\"lynx\"] }");
    numbers.encoding = LabelEncoding::Number;
    let (at, words) = numbers.bad();
    assert_eq!(at, "data.label_groups");
    assert!(words.contains("the loss takes numbers"), "{words}");
    let (_, words) = case("label_groups = { dog = [\"lynx\", \"tabby\", \"cat\"] }").bad();
    assert!(words.contains("`dog`"), "{words}");
}

#[test]
fn repeated_rows_are_left_out() {
    let data = case("drop_duplicates = true").good();
    assert_eq!(data.train.rows(), 6);
    assert!(
        data.profile
            .notes
            .contains(&"1 of 7 rows dropped: they repeat another row".to_owned()),
        "{:?}",
        data.profile.notes
    );
    // By their class, `lynx` and `tabby` are the same row.
    let more = "drop_duplicates = true\nlabel_groups = { cat = [\"lynx\", \"tabby\"] }";
    let data = case(more).good();
    assert_eq!(data.train.y.as_i32(), Some([0, 1, 1, 0, 1].as_slice()));
    assert_eq!(data, case(more).good());
}
