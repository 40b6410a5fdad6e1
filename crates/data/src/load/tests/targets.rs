//! Several targets: labels of each output of a model, from tables in memory and streamed, and from arrays.

use super::columns::case_of;
use super::stream_table::same;
use super::*;
use crate::{Reading, profile};

const TABLE: &str = "a,price,kind,tags\n1,1.5,x,u|v\n2,2.5,y,v\n1,1.5,z,\n3,,x,u\n1,1.5,x ,u|v\n4,4,y,u\n5,0.5,x,v\n6,2,y,u\n";

const TARGETS: &str = "targets = [{ name = \"cost\", label = \"price\" }, \
    { name = \"sort\", label = \"kind\", label_groups = { y = [\"z\"] } }, \
    { name = \"marks\", label = \"tags\", label_separator = \"|\" }]\n";
const PLAIN: &str = "split = { train = 1.0, shuffle = false, test = 0.0, validation = 0.0 }\n";

/// Costs are numbers, sorts are classes.
fn encodings() -> BTreeMap<String, LabelEncoding> {
    let of = [
        ("cost", LabelEncoding::Number),
        ("sort", LabelEncoding::Index),
    ];
    of.map(|(name, encoding)| (name.to_owned(), encoding))
        .into()
}

fn case(more: &str) -> Case {
    let mut case = case_of(TABLE, &format!("{TARGETS}{more}"));
    case.encodings = encodings();
    case
}

#[test]
fn each_target_is_read_in_its_own_way() {
    let data = case(PLAIN).good();
    // The row without a price is left out for all targets.
    assert_eq!(data.train.rows(), 7);
    let prices = [1.5, 2.5, 1.5, 1.5, 4.0, 0.5, 2.0];
    assert_eq!(data.train.y, Array::f32(vec![7], prices.to_vec()));
    let [sorts, marks] = data.train.more.as_slice() else {
        panic!("{:?}", data.train.more)
    };
    assert_eq!(sorts.as_i32().unwrap(), [0, 1, 1, 0, 1, 0, 1]);
    assert_eq!(marks.shape, [7, 2]);
    assert_eq!(marks.as_f32().unwrap()[..6], [1., 1., 0., 1., 0., 0.]);
    assert!(data.classes.is_empty());
    assert_eq!(data.inputs[0].shape, [1]);
    let kept = &data.preprocessing.targets;
    assert_eq!(kept.more[0].classes, ["x", "y"]);
    assert_eq!(kept.more[0].name.as_deref(), Some("sort"));
    let notes = data.profile.notes.join("\n");
    assert!(
        notes.contains("1 of 8 rows dropped: `price` is empty"),
        "{notes}"
    );
    assert!(notes.contains("1 of 8 rows hold no label"), "{notes}");
}

#[test]
fn kept_targets_read_back_and_label_new_rows() {
    let data = case(PLAIN).good();
    let text = serde_json::to_string(&data.preprocessing).unwrap();
    let kept: Preprocessing = serde_json::from_str(&text).unwrap();
    assert_eq!(kept, data.preprocessing);
    let table = "tags,kind,a,price\nu,z,1,2\nv,x,1,\n,x,1,3\n";
    let table = crate::parse_csv(table.as_bytes(), &CsvOptions::default()).unwrap();
    assert!(kept.extra_columns(&table).is_empty());
    let rows = kept.labelled_rows(&table, "t").unwrap();
    assert_eq!(rows, [0, 2]);
    let y = kept.table_labels(&table, "t", &rows).unwrap();
    assert_eq!(y[0].as_f32().unwrap(), [2.0, 3.0]);
    assert_eq!(y[1].as_i32().unwrap(), [1, 0]);
    assert_eq!(y[2].as_f32().unwrap(), [1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn streamed_targets_are_those_of_memory() {
    same(&mut case(PLAIN)).unwrap();
    same(&mut case(
        "drop_duplicates = true\nsplit = { by = \"stratified\" }",
    ))
    .unwrap();
    let repeated = case(&format!("drop_duplicates = true\n{PLAIN}")).good();
    assert_eq!(repeated.train.rows(), 6);
}

#[test]
fn a_stratified_split_goes_by_the_first_classes() {
    let rows: String = (0..40)
        .map(|i| format!("{i},{i},{},u\n", ["x", "y"][i % 2]))
        .collect();
    let mut case = case_of(
        &format!("a,price,kind,tags\n{rows}"),
        &format!(
            "{TARGETS}split = {{ by = \"stratified\", train = 0.5, validation = 0.25, test = 0.25 }}"
        ),
    );
    case.encodings = encodings();
    let data = case.good();
    let of = |part: &crate::Part| part.more[0].as_i32().unwrap().iter().sum::<i32>();
    assert_eq!(
        [of(&data.train), of(&data.validation), of(&data.test)],
        [10, 5, 5]
    );
    let told = profile(&data, Reading::All).unwrap();
    assert_eq!(told.label.output.as_deref(), Some("cost"));
    assert_eq!(told.label.numbers.len(), 3);
    assert_eq!(told.more_labels[0].classes[1].rows, [10, 5, 5]);
    assert_eq!(told.more_labels[1].classes[0].rows, [20, 10, 10]);
}

#[test]
fn windows_take_all_targets() {
    let table = "t,u,v\n0,1,a\n1,2,b\n2,3,a\n3,4,b\n4,5,a\n5,6,b\n";
    let targets = "targets = [{ name = \"cost\", label = \"u\" }, { name = \"sort\", label = \"v\" }]\n\
                   inputs = [{ kind = \"numeric\", columns = [\"t\"] }]\nwindows = { length = 2 }\n\
                   split = { train = 1.0, test = 0.0, validation = 0.0 }";
    let mut case = case_of(table, targets);
    case.encodings = encodings();
    let data = case.good();
    assert_eq!(data.train.y.as_f32().unwrap(), [3.0, 4.0, 5.0, 6.0]);
    assert_eq!(data.train.more[0].as_i32().unwrap(), [0, 1, 0, 1]);
    assert_eq!(data.train.targets().count(), 2);
}

#[test]
fn faults_name_the_target() {
    let mut balanced = case(PLAIN);
    balanced.spec.balance = Some(Balance::Upsample);
    let (at, words) = balanced.bad();
    assert_eq!(at, "data.balance");
    assert!(
        words.contains("for a single target, and there are 3"),
        "{words}"
    );
    let mut unknown = case(PLAIN);
    unknown.spec.targets[1].label = Some("kinds".to_owned());
    let (at, words) = unknown.bad();
    assert_eq!(at, "data.targets[1].label");
    assert!(words.contains("`kind`"), "{words}");
    let mut words = case(PLAIN);
    words
        .encodings
        .insert("sort".to_owned(), LabelEncoding::Number);
    words.spec.targets[1].label_groups.clear();
    assert_eq!(words.bad().0, "data.targets[1].label");
}

fn two_arrays(kind: &[u8]) -> Case {
    let mut case = Case::npy(("(3, 1)", &[1, 2, 3]), ("(3,)", &[7, 8, 9]));
    case.write("k.npy", &npy(&format!("({},)", kind.len()), kind));
    let arrays = case.spec.npy.as_mut().unwrap();
    arrays.y = [("sort", "k.npy"), ("cost", "y.npy")].into();
    case.encodings = encodings();
    case
}

#[test]
fn arrays_by_the_names_of_outputs() {
    let mut case = two_arrays(&[2, 0, 1]);
    case.spec.stream = Some(false);
    let data = case.good();
    // By name: `cost` comes before `sort`.
    assert_eq!(data.train.y.as_f32().unwrap(), [7.0, 8.0, 9.0]);
    assert_eq!(data.train.more[0].as_i32().unwrap(), [2, 0, 1]);
    assert_eq!(data.preprocessing.targets.more[0].classes, ["0", "1", "2"]);
    case.spec.stream = Some(true);
    super::stream_table::alike(&Ok(data), &case.load());

    let (at, words) = two_arrays(&[0, 1]).bad();
    assert_eq!(at, "data.npy.y.sort");
    assert!(words.contains("3 rows, as x.npy has"), "{words}");
    let mut other = two_arrays(&[2, 0, 1]);
    let arrays = other.spec.npy.as_mut().unwrap();
    arrays.x_val = Some("x.npy".to_owned());
    arrays.y_val = Some("y.npy".into());
    let (at, words) = other.bad();
    assert_eq!(at, "data.npy.y_val");
    assert!(words.contains("other outputs than `y`"), "{words}");
}
