//! Parquet as a source of tables.

use super::*;
use regimen_run::spec::ParquetSpec;

const FILE: &[u8] = include_bytes!("../../parquet_table/fixtures/snappy.parquet");

/// A run on the fixture: the label is `c`, the feature `u`.
fn case() -> Case {
    let mut case = Case::csv("", "c");
    case.spec.csv = None;
    case.spec.parquet = Some(ParquetSpec {
        path: "t.parquet".to_owned(),
        columns: Vec::new(),
    });
    case.spec.inputs = vec![numeric(&["u"])];
    case.write("t.parquet", FILE);
    case
}

#[test]
#[cfg(feature = "parquet")]
fn columns_become_inputs_and_labels_as_those_of_a_csv() {
    let dataset = case().load().unwrap();
    assert_eq!(dataset.train.rows(), 3);
    assert_eq!(dataset.classes, ["x", "y"]);
    let mut case = case();
    case.spec.inputs = vec![numeric(&["n"])];
    let (at, words) = case.bad();
    assert_eq!(at, "data.inputs[0]");
    assert!(
        words.contains("t.parquet, line 2, column `n`: the cell is empty"),
        "{words}"
    );
    case.write("t.parquet", &FILE[..FILE.len() / 2]);
    let (at, words) = case.bad();
    assert_eq!(at, "data.parquet.path");
    assert!(
        words.starts_with("t.parquet: it is damaged or cut short"),
        "{words}"
    );
    case.spec.parquet = None;
    case.spec.csv = Some(CsvSpec {
        path: "t.parquet".to_owned(),
        ..CsvSpec::default()
    });
    let (_, words) = case.bad();
    assert!(words.contains("write `parquet = \"t.parquet\"`"), "{words}");
    case.write("t.parquet", FILE);
    let path = case.dir.path().join("t.parquet");
    let table = read_table(&path, &CsvOptions::default(), None).unwrap();
    assert_eq!(table.cell(0, 4), "a,b");
}

#[test]
#[cfg(not(feature = "parquet"))]
fn without_the_feature_the_error_says_how_to_build_with_it() {
    let (at, words) = case().bad();
    assert_eq!(at, "data.parquet.path");
    assert!(
        words.contains("cargo install --path crates/cli --features parquet"),
        "{words}"
    );
    let case = case();
    let path = case.dir.path().join("t.parquet");
    let fault = read_table(&path, &CsvOptions::default(), None).unwrap_err();
    assert!(fault.to_string().contains("--features parquet"), "{fault}");
}
