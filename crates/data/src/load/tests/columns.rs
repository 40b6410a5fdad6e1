//! Columns of numbers with missing cells, of categories and of dates, alone and joined.

use regimen_run::RunSpec;

use super::*;

/// A case whose `[data]` part is written as in a run file.
pub(super) fn case_of(table: &str, data: &str) -> Case {
    let mut case = Case::csv(table, "y");
    let text = format!(
        "[data]\ncsv = \"t.csv\"\n{data}\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n\
         [compile]\nloss = \"mse\"\n"
    );
    let (spec, _) = RunSpec::from_toml(&text, "run.toml").unwrap_or_else(|e| panic!("{e}"));
    case.spec = spec.data;
    case
}

fn case(table: &str, data: &str) -> Case {
    let split = "split = { train = 0.5, validation = 0.25, test = 0.25, shuffle = false }";
    case_of(table, &format!("label = \"y\"\n{split}\n{data}"))
}

fn floats(array: &Array) -> &[f32] {
    array.as_f32().unwrap()
}

const GAPS: &str = "a,b,y\n1,5,0\n?,6,1\n3,NA,1\n8,,0\n9,1,0\nnull,2,1\n7,8,1\n,9,0\n";

fn gaps(more: &str) -> Case {
    case(
        GAPS,
        &format!("[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"a\", \"b\"]\n{more}"),
    )
}

#[test]
fn missing_cells_are_filled_by_the_training_part() {
    let data = gaps("missing = \"mean\"").good();
    assert_eq!(floats(&data.train.x[0]), [1., 5., 4., 6., 3., 5.5, 8., 5.5]);
    assert_eq!(floats(&data.validation.x[0]), [9., 1., 4., 2.]);
    assert_eq!(
        data.profile.notes,
        [
            "3 missing cells of `a` filled with the mean 4",
            "2 missing cells of `b` filled with the mean 5.5"
        ]
    );
    assert_eq!(
        floats(&gaps("missing = \"median\"").good().test.x[0])[2],
        3.0
    );
    assert_eq!(floats(&gaps("missing = \"zero\"").good().test.x[0])[2], 0.0);
    let scaled = gaps("missing = \"mean\"\nscale = \"min_max\"").good();
    assert_eq!(floats(&scaled.train.x[0])[2], (4.0 - 1.0) / 7.0);
    let new = crate::parse_csv(b"a,b\n?,1\n", &CsvOptions::default()).unwrap();
    let applied = data.preprocessing.apply_rows(&new, "new.csv").unwrap();
    assert_eq!(floats(&applied.inputs[0]), [4.0, 1.0]);
    assert_eq!(applied.notes, ["1 missing cells of `a` filled"]);
}

#[test]
fn rows_with_missing_cells_can_be_dropped() {
    let mut case = gaps("missing = \"drop\"\nmissing_values = [\"na\", \"?\", \"null\", \"9\"]");
    case.spec.split = all_for_training();
    let data = case.good();
    assert_eq!(floats(&data.train.x[0]), [1.0, 5.0, 7.0, 8.0]);
    assert_eq!(data.profile.notes[0], "4 of 8 rows dropped: `a` is missing");
}

#[test]
fn missing_cells_are_an_error_that_shows_the_way_out() {
    let errors = gaps("").load().unwrap_err();
    assert_eq!(errors.0.len(), 2);
    let words = errors.to_string();
    assert!(
        words.contains("t.csv, line 3, column `a`: `?` is not a finite number but a missing value"),
        "{words}"
    );
    assert!(words.contains("set missing = \"mean\""), "{words}");
    assert!(words.contains("line 4, column `b`: `NA`"), "{words}");
    let none = case(
        "a,y\n?,0\n?,1\n1,0\n2,1\n",
        "[[data.inputs]]\nkind = \"numeric\"\nmissing = \"mean\"",
    );
    let (at, words) = none.bad();
    assert_eq!(at, "data.inputs[0]");
    assert!(
        words.contains("`a` has no number in the training part"),
        "{words}"
    );
}

const MIXED: &str = "n,job,when,y\n1,b,2011-01-01,0\n2,a,2011-01-03,1\n3,b,2011-01-02,1\n4,c,2011-02-01,0\n\
                     5,z,2011-01-01,0\n6,a,2011-01-01,1\n7,q,2010-12-31,1\n8,c,2011-01-01,0\n";

#[test]
fn blocks_without_a_name_are_joined_in_order() {
    let blocks = "[[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"job\"]\n\
                  [[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"n\"]\n\
                  [[data.inputs]]\nkind = \"date\"\ncolumn = \"when\"\nparts = [\"elapsed_days\", \"month\"]";
    let data = case(MIXED, blocks).good();
    assert_eq!(data.inputs.len(), 1);
    assert_eq!(data.inputs[0].shape, [6]);
    assert_eq!(
        floats(&data.train.x[0])[..12],
        [0., 1., 0., 1., 0., 1., 1., 0., 0., 2., 2., 1.]
    );
    assert_eq!(floats(&data.validation.x[0])[..6], [0., 0., 0., 5., 0., 1.]);
    assert_eq!(floats(&data.test.x[0])[..6], [0., 0., 0., 7., -1., 12.]);
    let unknown = [
        "1 of 2 validation rows hold an unknown `job`",
        "1 of 2 test rows hold an unknown `job`",
    ];
    assert_eq!(data.profile.notes, unknown);
    let stored = serde_json::to_string(&data.preprocessing).unwrap();
    let recipe: Preprocessing = serde_json::from_str(&stored).unwrap();
    assert_eq!(recipe, data.preprocessing);
    let table = crate::parse_csv(MIXED.as_bytes(), &CsvOptions::default()).unwrap();
    let applied = recipe.apply_rows(&table, "t.csv").unwrap();
    assert_eq!(
        floats(&applied.inputs[0])[..24],
        floats(&data.train.x[0])[..]
    );
    assert_eq!(applied.notes, ["2 of 8 rows hold an unknown `job`"]);
}

#[test]
fn names_keep_inputs_apart_and_join_them() {
    let blocks = "[[data.inputs]]\nkind = \"categorical\"\nname = \"job\"\ncolumns = [\"job\"]\nencoding = \"index\"\n\
                  [[data.inputs]]\nkind = \"numeric\"\nname = \"rest\"\ncolumns = [\"n\"]\n\
                  [[data.inputs]]\nkind = \"date\"\nname = \"rest\"\ncolumn = \"when\"\nparts = [\"weekday\"]\ncyclic = true\nscale = \"standard\"";
    let data = case(MIXED, blocks).good();
    let names: Vec<_> = data
        .inputs
        .iter()
        .map(|i| i.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["job", "rest"]);
    assert_eq!(data.inputs[0].vocabulary, Some(4));
    assert_eq!(data.train.x[0], Array::i32(vec![4, 1], vec![2, 1, 2, 3]));
    assert_eq!(data.validation.x[0], Array::i32(vec![2, 1], vec![0, 1]));
    assert_eq!(data.inputs[1].shape, [3]);
    let clash = "[[data.inputs]]\nkind = \"numeric\"\nname = \"a\"\ncolumns = [\"n\"]\n\
                 [[data.inputs]]\nkind = \"text\"\nname = \"a\"\ncolumn = \"job\"\nlength = 2";
    assert!(
        case(MIXED, clash)
            .bad()
            .1
            .contains("text feeds a model input of its own")
    );
}

#[test]
fn rare_categories_become_unknown() {
    let blocks = "[[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"job\"]\nmax_categories = 1\nunknown = \"slot\"";
    let data = case(MIXED, blocks).good();
    assert_eq!(floats(&data.train.x[0]), [0., 1., 1., 0., 0., 1., 1., 0.]);
    assert_eq!(
        data.profile.notes[0],
        "2 of 4 training rows hold a rare `job`: unknown"
    );
    let hashed = "[[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"job\"]\nencoding = \"hash\"\nbuckets = 8";
    let data = case(MIXED, hashed).good();
    assert_eq!(
        (data.inputs[0].shape.as_slice(), data.profile.notes.len()),
        (&[8][..], 0)
    );
    let rows: String = (0..4000)
        .map(|i| format!("k{},{}\n", i % 2000, i % 2))
        .collect();
    let many = case(
        &format!("k,y\n{rows}"),
        "[[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"k\"]",
    );
    assert!(
        many.bad()
            .1
            .contains("has 2000 categories; set max_categories")
    );
}

#[test]
fn dates_that_do_not_fit_are_named() {
    let date = |table: &str, more: &str| {
        case(
            table,
            &format!("[[data.inputs]]\nkind = \"date\"\ncolumn = \"d\"\n{more}"),
        )
        .bad()
    };
    let words = date(
        "d,y\n2011-01-01,0\nsoon,1\n2011-02-30,0\n2011-01-01,1\n",
        "",
    )
    .1;
    assert!(
        words.contains(
            "t.csv, line 3, column `d`: `soon` is not a date that follows `%Y-%m-%d` (and 1 more"
        ),
        "{words}"
    );
    let words = date("d,y\n1/2/2011,0\n1/3/2011,1\n", "").1;
    assert!(
        words.contains("reads as %d/%m/%Y and as %m/%d/%Y; set `format`"),
        "{words}"
    );
    let words = date("d,y\nlate,0\nsoon,1\n", "").1;
    assert!(
        words.contains("follows no common format of dates (`late`)"),
        "{words}"
    );
    let (at, words) = date("d,y\n1,0\n2,1\n", "format = \"%Q\"");
    assert_eq!(at, "data.inputs[0].format");
    assert!(words.contains("`%Q` is not known"), "{words}");
}

#[test]
fn a_table_that_is_not_all_numbers_gets_a_proposal_that_works() {
    let head = "n,m,job,when,note,y\n";
    let rows: String = (0..8)
        .map(|i| {
            format!(
                "{i},{},k{},2011-01-0{},words that say {i} things,{}\n",
                if i == 6 { "?" } else { "1" },
                i % 3,
                i + 1,
                i % 2
            )
        })
        .collect();
    let table = format!("{head}{rows}");
    let (at, words) = case(&table, "").bad();
    assert_eq!(at, "data");
    assert!(
        words.contains("some columns are not numbers: job, when, note"),
        "{words}"
    );
    let toml = words.split_once("such as").unwrap().1;
    assert!(
        toml.contains("columns = [\"n\", \"m\"]\n  scale = \"standard\"\n  missing = \"median\""),
        "{words}"
    );
    let data = case(&table, toml).good();
    assert_eq!(data.inputs.len(), 2);
    assert_eq!(data.inputs[0].shape, [2 + 3 + 4]);
}
