//! Splits by what rows hold, up-sampling, and labels of several kinds.

use super::columns::case_of;
use super::*;

/// 40 rows: `a` counts, `g` has 10 groups, `t` is a day, `p` a part; `y` has 8 rows of class 1.
fn table() -> String {
    let row = |i: usize| {
        let part = ["train", "train", "val", "test"][i % 4];
        let rare = usize::from(i.is_multiple_of(5));
        format!("{i},g{},2020-01-{:02},{part},{rare}\n", i % 10, 31 - i % 31)
    };
    format!("a,g,t,p,y\n{}", (0..40).map(row).collect::<String>())
}

fn split(rule: &str, more: &str) -> Case {
    let inputs = "inputs = [{ kind = \"numeric\", columns = [\"a\"] }]";
    case_of(
        &table(),
        &format!("label = \"y\"\nsplit = {{ {rule} }}\n{inputs}\n{more}"),
    )
}

fn column(part: &crate::Part) -> Vec<usize> {
    part.x[0]
        .as_f32()
        .unwrap()
        .iter()
        .map(|&x| x as usize)
        .collect()
}

#[test]
fn shares_that_leave_rows_out_say_so() {
    let data = split("train = 0.5, validation = 0.2, test = 0.1", "").good();
    assert_eq!(
        data.profile.notes,
        ["8 of 40 rows are in no part: the shares of `split` sum to less than 1"]
    );
    let whole = split("train = 0.5, validation = 0.25, test = 0.25", "").good();
    assert!(whole.profile.notes.is_empty());
}

#[test]
fn strata_have_the_classes_shares() {
    let mut case = split(
        "by = \"stratified\", train = 0.5, validation = 0.25, test = 0.25",
        "",
    );
    let data = case.good();
    assert_eq!(data.profile.train_shares, [0.8, 0.2]);
    assert_eq!(data.profile.val_shares, [0.8, 0.2]);
    assert_eq!(
        [data.train.rows(), data.validation.rows(), data.test.rows()],
        [20, 10, 10]
    );
    assert_eq!(data, case.good());
    case.encoding = LabelEncoding::Number;
    let (at, words) = case.bad();
    assert_eq!(at, "data.split.by");
    assert!(words.contains("needs one class per row"), "{words}");
    let mut by_group = split(
        "by = \"stratified\", column = \"g\", train = 0.5, validation = 0.25, test = 0.25",
        "",
    );
    by_group.encoding = LabelEncoding::Number;
    let mut tens: Vec<usize> = column(&by_group.good().train)
        .iter()
        .map(|a| a % 10)
        .collect();
    tens.sort_unstable();
    assert_eq!(tens, (0..20).map(|i| i / 2).collect::<Vec<_>>());
}

#[test]
fn groups_and_times_keep_apart() {
    let numbers = |mut case: Case| {
        case.encoding = LabelEncoding::Number;
        case
    };
    let data = numbers(split(
        "by = \"group\", column = \"g\", train = 0.6, validation = 0.2, test = 0.2",
        "",
    ))
    .good();
    let groups = |part| {
        column(part)
            .iter()
            .map(|a| a % 10)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert!(groups(&data.train).is_disjoint(&groups(&data.test)));
    assert!(groups(&data.validation).is_disjoint(&groups(&data.test)));
    assert_eq!(data.train.rows(), 24);
    let data = numbers(split(
        "by = \"time\", column = \"t\", train = 0.5, validation = 0.25, test = 0.25",
        "",
    ))
    .good();
    let day = |a: &usize| 31 - a % 31;
    let (last, first) = (column(&data.train), column(&data.test));
    assert!(last.iter().map(day).max() <= first.iter().map(day).min());
    let words = split("by = \"time\", column = \"g\"", "").bad().1;
    assert!(
        words.contains("follows no common format of dates (`g0`)"),
        "{words}"
    );
    let words = split("by = \"group\", column = \"gg\"", "").bad();
    assert_eq!(words.0, "data.split.column");
    let one = split("by = \"group\", column = \"g\"", "");
    one.write("t.csv", b"a,g,y\n1,k,0\n2,k,1\n3,k,1\n");
    assert!(
        one.bad().1.contains("none of the 1 groups"),
        "{}",
        one.bad().1
    );
}

#[test]
fn a_column_may_name_the_part() {
    let case = split("by = \"column\", column = \"p\", shuffle = false", "");
    let data = case.good();
    assert_eq!(
        [data.train.rows(), data.validation.rows(), data.test.rows()],
        [20, 10, 10]
    );
    assert!(column(&data.test).iter().all(|a| a % 4 == 3));
    // The column that decides is no feature of the default input.
    case.write("t.csv", b"a,p,y\n1,train,0\n2,train,1\n3,test,1\n");
    let mut all = case_of(
        "",
        "label = \"y\"\nsplit = { by = \"column\", column = \"p\" }",
    );
    all.dir = case.dir;
    assert_eq!(all.good().inputs[0].shape, [1]);
    all.write("t.csv", b"a,p,y\n1,train,0\n2,trian,1\n3,test,1\n4,,1\n");
    let words = all.bad().1;
    assert!(
        words.contains("t.csv, line 3, column `p`: `trian` names no part (1 more"),
        "{words}"
    );
    all.write("t.csv", b"a,p,y\n1,val,0\n2,test,1\n");
    assert!(all.bad().1.contains("gives no row to the train part"));
}

#[test]
fn upsampling_comes_after_the_split() {
    let case = split(
        "train = 0.5, validation = 0.25, test = 0.25",
        "balance = \"upsample\"",
    );
    let data = case.good();
    assert_eq!(data.profile.train_shares, [0.5, 0.5]);
    let mut plain = split("train = 0.5, validation = 0.25, test = 0.25", "").good();
    assert_eq!(
        (&data.validation, &data.test),
        (&plain.validation, &plain.test)
    );
    let rows: std::collections::BTreeSet<usize> = column(&data.train).into_iter().collect();
    let before: std::collections::BTreeSet<usize> = column(&plain.train).into_iter().collect();
    assert_eq!(rows, before);
    assert_eq!(plain.preprocessing, data.preprocessing);
    assert!(data.profile.notes[0].contains("training rows repeated to balance"));
    assert_eq!(data, case.good());
    plain.profile.notes.clear();
    let mut numbers = split("seed = 1", "balance = \"upsample\"");
    numbers.encoding = LabelEncoding::Number;
    assert_eq!(numbers.bad().0, "data.balance");
}

#[test]
fn cells_may_hold_several_labels() {
    let table = "a,y\n1,cat|dog\n2,dog\n3,|\n4,bird | cat\n5,\n";
    let case = case_of(
        table,
        "label = \"y\"\nlabel_separator = \"|\"\nsplit = { train = 1.0, shuffle = false }",
    );
    let data = case.good();
    assert_eq!(data.classes, ["bird", "cat", "dog"]);
    let y = vec![0., 1., 1., 0., 0., 1., 0., 0., 0., 1., 1., 0., 0., 0., 0.];
    assert_eq!(data.train.y, Array::f32(vec![5, 3], y));
    assert_eq!(data.profile.train_shares, [0.2, 0.4, 0.4]);
    let note = "1 of 5 rows hold no label: each of theirs is 0";
    assert!(data.profile.notes.iter().any(|n| n == note));
    let none = case_of("a,y\n1,|\n2,\n", "label = \"y\"\nlabel_separator = \"|\"");
    assert!(none.bad().1.contains("no row holds a label"));
    assert_eq!(data.profile.label_encoding.as_deref(), Some("multi_hot"));
    assert_eq!(
        data.preprocessing.targets.first.label_separator.as_deref(),
        Some("|")
    );
    let mut balanced = case_of(
        table,
        "label = \"y\"\nlabel_separator = \"|\"\nbalance = \"downsample\"",
    );
    balanced.encoding = LabelEncoding::Index;
    assert_eq!(balanced.bad().0, "data.balance");
}

#[test]
fn several_label_columns_are_numbers() {
    let mut case = case_of(
        "a,y,z\n1,2,3\n4,5,6\n",
        "labels = [\"z\", \"y\"]\nsplit = { train = 1.0, shuffle = false }",
    );
    let data = case.good();
    assert_eq!(data.train.y, Array::f32(vec![2, 2], vec![3., 2., 6., 5.]));
    assert_eq!(data.inputs[0].shape, [1]);
    assert_eq!(data.preprocessing.targets.first.labels, ["z", "y"]);
    case.write("t.csv", b"a,y,z\n1,2,3\n4,x,6\n");
    assert_eq!(case.bad().0, "data.labels");
    case.spec.labels = vec!["q".to_owned(), "y".to_owned()];
    assert_eq!(case.bad().0, "data.labels[0]");
}
