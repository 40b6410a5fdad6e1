//! Tests of the reader of `[data]`: each key good and bad, and round trips.

use super::*;

fn read(data: &str) -> Result<RunSpec, SpecErrors> {
    let text = format!(
        "[data]\ncsv = \"a.csv\"\nlabel = \"y\"\n{data}\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n"
    );
    RunSpec::from_toml(&text, "run.toml").map(|(spec, _)| spec)
}

/// Reads, and reads what was written of it.
fn good(data: &str) -> DataSpec {
    let spec = read(data).unwrap_or_else(|e| panic!("{e}"));
    let toml = spec.to_toml().expect("writes");
    let (again, _) =
        RunSpec::from_toml(&toml, "run.toml").unwrap_or_else(|e| panic!("{e}\n{toml}"));
    assert_eq!(again, spec, "{toml}");
    let json = spec.to_json().expect("writes");
    let (again, _) =
        RunSpec::from_json(&json, "run.json").unwrap_or_else(|e| panic!("{e}\n{json}"));
    assert_eq!(again, spec, "{json}");
    spec.data
}

/// The faults, each of which must be told.
#[track_caller]
fn bad(data: &str, faults: &[&str]) {
    let errors = read(data).expect_err("the file is faulty");
    let words: Vec<String> = errors.errors.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), faults.len(), "{words:#?}");
    for (word, fault) in words.iter().zip(faults) {
        assert!(word.contains(fault), "no `{fault}` in {word}");
    }
}

#[test]
fn inputs_of_every_kind() {
    let data = good(
        "[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"a\"]\nmissing = \"median\"\nmissing_values = [\"\", \"-1\", \"None \"]\n\
         [[data.inputs]]\nkind = \"numeric\"\n\
         [[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"b\"]\nunknown = \"slot\"\nmax_categories = 9\n\
         [[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"c\"]\nencoding = \"hash\"\nbuckets = 4\n\
         [[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"c\"]\nencoding = \"index\"\n\
         [[data.inputs]]\nkind = \"date\"\ncolumn = \"d\"\nparts = [\"hour\", \"elapsed_days\"]\ncyclic = true\nformat = \"%Y\"\n\
         [[data.inputs]]\nkind = \"date\"\ncolumn = \"d\"\nscale = \"standard\"\n",
    );
    let InputSpec::Numeric {
        missing,
        missing_values,
        ..
    } = &data.inputs[0]
    else {
        panic!("{:?}", data.inputs[0])
    };
    assert_eq!(*missing, Missing::Median);
    assert_eq!(missing_values[..2], ["", "-1"]);
    let InputSpec::Numeric {
        missing,
        missing_values,
        ..
    } = &data.inputs[1]
    else {
        panic!("{:?}", data.inputs[1])
    };
    assert_eq!(
        (*missing, missing_values),
        (Missing::Error, &super::missing_values())
    );
    let InputSpec::Date { parts, cyclic, .. } = &data.inputs[6] else {
        panic!("{:?}", data.inputs[6])
    };
    assert_eq!((parts.len(), *cyclic), (4, false));
}

#[test]
fn faults_of_inputs() {
    let input = |lines: &str| format!("[[data.inputs]]\n{lines}");
    bad(
        &input("kind = \"numbers\""),
        &["expected `numeric`, `categorical`, `date`, `text` or `raw`"],
    );
    bad(
        &input("kind = \"numeric\"\nmissing = \"meen\""),
        &["did you mean `mean`?"],
    );
    bad(
        &input("kind = \"numeric\"\nmissing_values = \"NA\""),
        &["a list of texts"],
    );
    bad(
        &input("kind = \"categorical\"\nencoding = \"hash\"\nmax_categories = 3"),
        &[
            "`data.inputs[0].columns`: no column",
            "`buckets = 64`",
            "`max_categories` needs an encoding other",
        ],
    );
    bad(
        &input(
            "kind = \"categorical\"\ncolumns = [\"a\"]\nencoding = \"index\"\nbuckets = 3\nunknown = \"slot\"",
        ),
        &[
            "`buckets` needs `encoding = \"hash\"`",
            "`unknown` needs `encoding = \"one_hot\"`",
        ],
    );
    bad(
        &input("kind = \"categorical\"\ncolumns = [\"a\"]\nmax_categories = 0"),
        &["1 or more"],
    );
    bad(
        &input("kind = \"date\"\nparts = []\ncyclic = 1"),
        &[
            "name the column of dates",
            "one part at least",
            "true or false",
        ],
    );
    bad(
        &input("kind = \"date\"\ncolumn = \"d\"\nparts = [\"week\"]"),
        &["found the text \"week\"; expected `year`"],
    );
}

#[test]
fn splits_by_each_rule() {
    let split = |text: &str| good(&format!("split = {{ {text} }}")).split;
    assert_eq!(split("seed = 3").by, SplitBy::Random);
    assert_eq!(split("by = \"stratified\"").column, None);
    assert_eq!(
        split("by = \"stratified\", column = \"g\"")
            .column
            .as_deref(),
        Some("g")
    );
    let time = split("by = \"time\", column = \"t\", test = 0.3");
    assert_eq!((time.shuffle, time.train, time.test), (false, 0.7, 0.3));
    assert!(split("by = \"group\", column = \"t\"").shuffle);
    let column = split("by = \"column\", column = \"part\"");
    assert_eq!([column.train, column.validation, column.test], [0.0; 3]);
}

#[test]
fn faults_of_splits() {
    let faulty = |text: &str, faults: &[&str]| bad(&format!("split = {{ {text} }}"), faults);
    faulty("by = \"stratifed\"", &["did you mean `stratified`?"]);
    faulty(
        "by = \"time\", shuffle = true",
        &["needs it: `column", "keeps the order of time"],
    );
    faulty("by = \"group\"", &["`data.split.column`: missing"]);
    faulty("column = \"a\"", &["a random split looks at no column"]);
    faulty(
        "by = \"column\", column = \"a\", train = 0.5",
        &["the column says which rows"],
    );
    let arrays = "[data]\nsample = \"digits\"\nsplit = { by = \"stratified\", column = \"a\" }\n\
                  [[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n";
    let errors = RunSpec::from_toml(arrays, "run.toml").expect_err("no table");
    assert!(
        errors.to_string().contains("the data is no table"),
        "{errors}"
    );
    let held = "split = { by = \"group\", column = \"a\" }\nbalance = \"upsample\"\n[fit]\nvalidation_split = 0.1\n";
    bad(
        held,
        &["would cut through groups", "would cut repeated rows"],
    );
}

#[test]
fn labels_in_lists_and_in_several_columns() {
    let data = good("label_separator = \"|\"\nbalance = \"upsample\"\nstream = true");
    assert_eq!(data.stream, Some(true));
    bad("stream = \"yes\"", &["true or false"]);
    assert_eq!(data.label_separator.as_deref(), Some("|"));
    assert_eq!(data.balance, Some(Balance::Upsample));
    bad("label_separator = \"\"", &["such as \"|\""]);
    bad(
        "label_separator = \"|\"\nlabel_encoding = \"index\"",
        &["become 0 or 1 each"],
    );
    bad(
        "labels = [\"a\"]\nlabel_encoding = \"index\"",
        &["names the label columns already", "are numbers"],
    );
    let text = "[data]\ncsv = \"a.csv\"\nlabels = [\"y\", \"z\"]\n\
                [[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n";
    let (spec, _) = RunSpec::from_toml(text, "run.toml").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(spec.data.labels, ["y", "z"]);
}

#[test]
fn tables_in_files_of_every_kind() {
    let read = |csv: &str| {
        let text = format!(
            "[data]\ncsv = {csv}\nlabel = \"y\"\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n"
        );
        RunSpec::from_toml(&text, "run.toml").map(|(spec, _)| spec)
    };
    let csv =
        "{ path = \"a.zip\", table = \"b.csv\", columns = [\"x\", \"y\"], encoding = \"latin-1\" }";
    let spec = read(csv).unwrap_or_else(|e| panic!("{e}"));
    let again = RunSpec::from_toml(&spec.to_toml().expect("writes"), "run.toml");
    assert_eq!(again.unwrap_or_else(|e| panic!("{e}")).0, spec);
    let csv = spec.data.csv.expect("a table");
    assert_eq!(
        (csv.encoding, csv.header, csv.columns.len()),
        (Encoding::Latin1, None, 2)
    );
    let words = |csv: &str| read(csv).expect_err("faulty").to_string();
    assert!(words("{ path = \"a\", encoding = \"latin\" }").contains("did you mean `latin1`?"));
    assert!(
        words("{ path = \"a\", header = true, columns = [\"x\"] }")
            .contains("leave one of the two out")
    );
    assert!(words("{ path = \"a\", columns = [3] }").contains("a text in quotes"));
}

#[test]
fn labels_under_a_common_name() {
    let data =
        good("drop_duplicates = true\nlabel_groups = { cat = [\"lynx\", \"a b\"], dog = [] }");
    assert_eq!(data.label_groups["cat"], ["lynx", "a b"]);
    assert!(data.drop_duplicates);
    bad(
        "label_groups = { cat = [\"lynx\"], dog = [\"lynx \"] }",
        &["`data.label_groups.dog`: the label `lynx` is in `cat` already"],
    );
    bad("label_groups = {}", &["a table from class to its labels"]);
    bad("label_groups = { cat = \"lynx\" }", &["a list of labels"]);
    bad(
        "label_groups = { cat = [\"1\"] }\nlabel_encoding = \"number\"",
        &["the labels are numbers"],
    );
    bad(
        "windows = { length = 3 }\ndrop_duplicates = true\nsplit = { by = \"time\", column = \"t\" }",
        &["every row of a series"],
    );
}

/// A file whose `[data]` is this alone.
fn of(data: &str) -> Result<RunSpec, SpecErrors> {
    let text = format!(
        "[data]\n{data}\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n[compile]\nloss = \"mse\"\n"
    );
    RunSpec::from_toml(&text, "run.toml").map(|(spec, _)| spec)
}

#[track_caller]
fn bad_targets(data: &str, fault: &str) {
    let text = of(data).expect_err("the file is faulty").to_string();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains(fault), "no `{fault}` in {text}");
}

const PRICE: &str = "[[data.targets]]\nname = \"price\"\nlabel = \"cost\"\n";
const KIND: &str = "[[data.targets]]\nname = \"kind\"\nlabel = \"what\"\nlabel_encoding = \"one_hot\"\nlabel_groups = { cat = [\"lynx\"] }\n";

#[test]
fn targets_of_a_table() {
    let spec = of(&format!("csv = \"a.csv\"\n{PRICE}{KIND}")).unwrap_or_else(|e| panic!("{e}"));
    let toml = spec.to_toml().expect("writes");
    let (again, _) =
        RunSpec::from_toml(&toml, "run.toml").unwrap_or_else(|e| panic!("{e}\n{toml}"));
    assert_eq!(again, spec, "{toml}");
    let json = spec.to_json().expect("writes");
    let (again, _) = RunSpec::from_json(&json, "run.json").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(again, spec, "{json}");
    let names = |t: &TargetSpec| (t.name.clone(), t.label.clone());
    let all: Vec<_> = spec.data.all_targets().iter().map(names).collect();
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(
        all,
        [(name("price"), name("cost")), (name("kind"), name("what"))]
    );
    let one = of("csv = \"a.csv\"\n[[data.targets]]\nlabels = [\"u\", \"v\"]\n").expect("reads");
    assert_eq!(one.data.all_targets()[0].labels, ["u", "v"]);
}

#[test]
fn faults_of_targets() {
    let csv = "csv = \"a.csv\"\n";
    bad_targets(
        &format!("{csv}label = \"y\"\n{PRICE}"),
        "`data.label`: `label` beside `targets`, each of which has its own; move it into the target",
    );
    bad_targets(
        &format!("{csv}{PRICE}[[data.targets]]\nlabel = \"b\"\n"),
        "`data.targets[1].name`: missing",
    );
    bad_targets(
        &format!("{csv}{PRICE}{PRICE}"),
        "`data.targets[1].name`: a second target for the output `price`",
    );
    bad_targets(
        &format!("{csv}{PRICE}[[data.targets]]\nname = \"kind\"\n"),
        "`data.targets[1].label`: missing",
    );
    bad_targets(&format!("{csv}targets = []"), "at least one target");
    bad_targets(
        &format!("{csv}{PRICE}lable = \"x\"\n"),
        "`data.targets[0].lable`: unknown key `lable`",
    );
    bad_targets(
        &format!("{csv}{PRICE}label_groups = {{ a = [\"b\"] }}\nlabel_encoding = \"number\""),
        "`data.targets[0].label_groups`: the labels are numbers",
    );
    bad_targets(
        &format!("sample = \"digits\"\n{PRICE}"),
        "`data.targets`: `targets` chooses columns of a table",
    );
}

#[test]
fn arrays_of_several_outputs() {
    let y = "y = { price = \"p\", kind = \"k\" }";
    let spec = of(&format!("npz = {{ path = \"a.npz\", x = \"x\", {y}, x_test = \"xt\", y_test = {{ kind = \"kt\", price = \"pt\" }} }}"))
        .unwrap_or_else(|e| panic!("{e}"));
    let toml = spec.to_toml().expect("writes");
    let (again, _) =
        RunSpec::from_toml(&toml, "run.toml").unwrap_or_else(|e| panic!("{e}\n{toml}"));
    assert_eq!(again, spec, "{toml}");
    let names: Vec<_> = spec
        .data
        .all_targets()
        .into_iter()
        .map(|t| t.name)
        .collect();
    assert_eq!(names, [Some("kind".to_owned()), Some("price".to_owned())]);
    let npy = |rest: &str| format!("npy = {{ x = \"x\", {y}, x_val = \"v\", {rest} }}");
    bad_targets(
        &npy("y_val = { price = \"a\", kinds = \"b\" }"),
        "`data.npy.y_val`: arrays for kinds, price; expected arrays for kind, price, as `y` has",
    );
    bad_targets(
        &npy("y_val = \"b\""),
        "one array; expected arrays for kind, price",
    );
    bad_targets(
        &format!("npy = {{ x = \"x\", {y} }}\nlabel_encoding = \"index\""),
        "`data.label_encoding`: `label_encoding` beside a table of arrays `y`",
    );
    bad_targets(
        "npy = { x = \"x\", y = {} }",
        "a table from the names of outputs",
    );
    bad_targets(
        "npy = { x = \"x\", y = { a = \"\" } }",
        "a text that is not empty",
    );
}
