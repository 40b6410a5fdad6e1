//! Profiles of small tables, rows on disk, and every warning.

use std::collections::BTreeMap;
use std::sync::Arc;

use regimen_run::RunSpec;
use regimen_run::profile::Profile;
use regimen_run::spec::LabelEncoding;

use super::{Reading, profile};
use crate::array::{Array, Values};
use crate::error::DataError;
use crate::npy_write::write_npy;
use crate::stored::{ReadRows, RowType, StoredRows};
use crate::{Dataset, LoadContext, load};

/// The data of a folder with the files named, by the `[data]` part of a run file.
fn loaded(files: &[(&str, &[u8])], data: &str, encoding: LabelEncoding) -> Dataset {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let rest = "[model]\nlayers = [{ class_name = \"Dense\", units = 1 }]\n[compile]\nloss = \"mse\"\noptimizer = \"sgd\"\n";
    let text = format!("[data]\n{data}\n{rest}");
    let (spec, _) = RunSpec::from_toml(&text, "t.toml").unwrap_or_else(|e| panic!("{e}"));
    let cx = LoadContext {
        base_dir: dir.path(),
        data_dir: None,
        seed: 1,
        default_encoding: encoding,
        encodings: BTreeMap::new(),
        sample_weight_column: None,
        max_memory: None,
    };
    load(&spec.data, &cx).unwrap_or_else(|e| panic!("{e}"))
}

/// The profile of a table with the label `y` and the parts by the column `part`.
fn of_table(table: &str, inputs: &str, encoding: LabelEncoding) -> Profile {
    let data = format!(
        "csv = \"t.csv\"\nlabel = \"y\"\nsplit = {{ by = \"column\", column = \"part\" }}\ninputs = [{inputs}]"
    );
    let data = loaded(&[("t.csv", table.as_bytes())], &data, encoding);
    profile(&data, Reading::All).unwrap()
}

fn ids(profile: &Profile) -> Vec<&str> {
    profile.warnings.iter().map(|w| w.id.as_str()).collect()
}

fn text<'p>(profile: &'p Profile, id: &str) -> &'p str {
    let found = profile.warnings.iter().find(|w| w.id == id);
    &found
        .unwrap_or_else(|| panic!("{id}: {:?}", profile.warnings))
        .text
}

const NUMBERS: &str = "{ kind = \"numeric\", columns = [\"a\", \"b\"] }";

/// 40 training rows of two classes and some of the other parts; nothing is wrong with them.
fn sound() -> String {
    let mut table = "a,b,c,y,part\n".to_owned();
    for i in 0..60 {
        let part = ["train", "train", "validation", "train", "train", "test"][i % 6];
        let (class, a, b) = (i / 2 % 2, (i * 7) % 23, (i * i) % 31);
        let c = ["red", "green", ""][i % 3];
        table += &format!("{a},{}.5{i:02},{c},c{class},{part}\n", b + class * 3);
    }
    table
}

#[test]
fn a_sound_table_is_described_without_a_warning() {
    let inputs = "{ kind = \"numeric\", columns = [\"a\", \"b\"], scale = \"standard\" }";
    let found = of_table(&sound(), inputs, LabelEncoding::Index);
    assert_eq!(found.warnings, [], "{:?}", found.duplicates);
    assert_eq!(found.rows, [40, 10, 10]);
    assert_eq!(found.label.columns, ["y"]);
    assert_eq!(found.label.classes[1].rows, [20, 5, 5]);
    assert_eq!(found.label.classes[1].shares, [0.5; 3]);
    assert_eq!(found.columns[0].missing, Some(0));

    // In the units of the source, though the model sees them scaled.
    let a: Vec<f64> = (0..60)
        .filter(|i| i % 3 != 2)
        .map(|i| f64::from(i * 7 % 23))
        .collect();
    let mean = a.iter().sum::<f64>() / 40.0;
    let deviation = (a.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40.0).sqrt();
    let told = &found.inputs[0].each[0];
    assert!(told.scaled && told.name == "a");
    assert_eq!((told.figures.min, told.figures.max), (0.0, 22.0));
    assert!(
        (told.figures.mean - mean).abs() < 1e-4
            && (told.figures.deviation - deviation).abs() < 1e-4
    );
    // For two classes eta is |r|.
    let y: Vec<f64> = (0..60)
        .filter(|i| i % 3 != 2)
        .map(|i| f64::from(i / 2 % 2))
        .collect();
    let r = pearson(&a, &y);
    assert!((told.correlation.unwrap() - r.abs()).abs() < 1e-5);
    assert_eq!(found.correlation.measure, "eta");
    assert_eq!(
        (found.correlation.rows, found.correlation.features),
        (40, 2)
    );
}

fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (mx, my) = (mean(x), mean(y));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| f(x - mx, y - my)).sum()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn correlations_of_numbers_and_of_three_classes_are_those_of_their_formulas() {
    let mut table = "a,b,y,part\n".to_owned();
    let (mut a, mut y) = (Vec::new(), Vec::new());
    for i in 0..50u32 {
        let (x, label) = (f64::from(i * i % 17), f64::from(i * 3 % 7));
        table += &format!("{x},1,{label},train\n");
        a.push(x);
        y.push(label);
    }
    let found = of_table(&table, NUMBERS, LabelEncoding::Number);
    assert_eq!(found.correlation.measure, "pearson");
    assert!((found.correlation.top[0].value - pearson(&a, &y)).abs() < 1e-5);
    assert_eq!(found.correlation.top.len(), 1, "a constant has none");
    assert_eq!(found.label.numbers[0].unwrap().max, 6.0);
    assert_eq!(found.label.numbers[1], None);

    let found = of_table(&table, NUMBERS, LabelEncoding::Index);
    let (mut within, mean) = (0.0, a.iter().sum::<f64>() / 50.0);
    for class in 0..7 {
        // Seven classes of seven or eight rows: all of them count.
        let of: Vec<f64> = (0..50)
            .filter(|&i| y[i] == f64::from(class))
            .map(|i| a[i])
            .collect();
        let middle = of.iter().sum::<f64>() / of.len() as f64;
        within += of.iter().map(|x| (x - middle).powi(2)).sum::<f64>();
    }
    let all: f64 = a.iter().map(|x| (x - mean).powi(2)).sum();
    let eta = (1.0 - within / all).sqrt();
    assert!((found.correlation.top[0].value - eta).abs() < 1e-5);
}

#[test]
fn rows_in_two_parts_are_counted_with_their_other_labels() {
    let table = sound()
        + "1,1,red,c0,train\n1,1,red,c0,train\n1,1,red,c1,train\n1,1,red,c0,test\n\
                           2,2,red,c0,train\n2,2,red,c1,test\n2,2,red,c1,validation\n";
    let found = of_table(&table, NUMBERS, LabelEncoding::Index);
    let again = &found.duplicates;
    assert_eq!((again.train, again.train_other_label), (2, 3));
    assert_eq!((again.test, again.test_other_label), (2, 1));
    assert_eq!((again.validation, again.validation_other_label), (1, 1));
    assert_eq!(
        text(&found, "test_in_training"),
        "2 of 12 test rows (16.7 %) are training rows, too, 1 of them with another label"
    );
    assert_eq!(
        text(&found, "validation_in_training"),
        "1 of 11 validation rows (9.1 %) is among the training rows, too, 1 of them with another label"
    );
}

#[test]
fn a_feature_that_tells_the_label_is_a_leak() {
    let mut table = "a,b,c,y,part\n".to_owned();
    for i in 0..60 {
        let class = i / 2 % 2;
        let c = ["red", "blue", "green"][class + usize::from(i == 10)];
        table += &format!("{},{},{c},c{class},train\n", i * i % 19, 1000 - class);
    }
    let inputs = format!("{NUMBERS}, {{ kind = \"categorical\", columns = [\"c\"] }}");
    let found = of_table(&table, &inputs, LabelEncoding::Index);
    assert_eq!(ids(&found), ["leak", "leak"]);
    assert_eq!(
        text(&found, "leak"),
        "`c` may give the label away: each of its values goes with one class"
    );
    let of_b = "`b` may give the label away: its correlation with the label is 1.0000";
    assert_eq!(found.warnings[1].text, of_b);

    // The same as numbers of categories, for an Embedding.
    let inputs = "{ kind = \"categorical\", columns = [\"c\"], encoding = \"index\" }";
    let found = of_table(&table, inputs, LabelEncoding::OneHot);
    assert_eq!(ids(&found), ["leak"]);
    assert_eq!(found.inputs[0].features, 0);

    // One value with both classes is none.
    let table = table + "3,4,red,c1,train\n";
    assert_eq!(
        ids(&of_table(&table, inputs, LabelEncoding::Index)),
        [""; 0]
    );
}

#[test]
fn a_label_that_is_a_feature_is_told_once() {
    let inputs = format!("{NUMBERS}, {{ kind = \"categorical\", columns = [\"y\"] }}");
    let found = of_table(&sound(), &inputs, LabelEncoding::Index);
    assert_eq!(ids(&found), ["label_as_feature"]);
    assert_eq!(
        text(&found, "label_as_feature"),
        "`y` is a label and a feature as well"
    );
    let inputs = "{ kind = \"text\", column = \"y\", length = 2 }";
    let found = of_table(&sound(), inputs, LabelEncoding::OneHot);
    assert!(ids(&found).contains(&"label_as_feature"));
}

#[test]
fn one_far_row_of_a_class_of_its_own_is_no_leak() {
    let mut table = "a,b,y,part\n".to_owned();
    for i in 0..60 {
        table += &format!("{},{},c{},train\n", i * i % 19, i * 7 % 23, i / 2 % 2);
    }
    table += "900,1,c2,train\n";
    let found = of_table(&table, NUMBERS, LabelEncoding::Index);
    assert_eq!(ids(&found), ["rare_class"]);
    assert_eq!(
        text(&found, "rare_class"),
        "1 class has fewer than 10 training rows: `c2`"
    );
}

#[test]
fn columns_that_tell_nothing_or_too_much_are_named() {
    let mut table = "a,b,c,d,y,part\n".to_owned();
    for i in 0..60 {
        let part = if i < 50 { "train" } else { "test" };
        let class = i % 3;
        table += &format!("{},7,n{i},{},c{class},{part}\n", 5000 + i, i * i);
    }
    let inputs = "{ kind = \"numeric\", columns = [\"a\", \"b\", \"d\"] }, \
                  { kind = \"categorical\", columns = [\"c\"], encoding = \"index\", name = \"c\" }";
    let found = of_table(&table, inputs, LabelEncoding::Index);
    assert_eq!(ids(&found), ["id", "constant", "unscaled"]);
    assert_eq!(
        text(&found, "id"),
        "`c` and `a` have another value in every row, as row numbers and ids do"
    );
    assert_eq!(
        text(&found, "constant"),
        "1 feature has one value in all training rows: `b`"
    );
    assert_eq!(
        text(&found, "unscaled"),
        "1 feature spans more than 1,000 and is not scaled: `d`"
    );
    let scaled = inputs.replace("\"d\"]", "\"d\"], scale = \"min_max\"");
    let found = of_table(&table, &scaled, LabelEncoding::Index);
    assert_eq!(ids(&found), ["id", "constant"]);
    assert_eq!(found.inputs[0].each[1].figures.min, 7.0);
}

#[test]
fn a_part_without_a_class_is_named() {
    let table = sound() + "1,2,red,rare,train\n";
    let found = of_table(&table, NUMBERS, LabelEncoding::Index);
    assert_eq!(
        ids(&found),
        ["class_missing", "class_missing", "rare_class"]
    );
    assert_eq!(
        text(&found, "class_missing"),
        "no validation row is of class `rare`"
    );
}

#[test]
fn missing_cells_are_counted_before_they_are_filled() {
    let table = sound() + ",1,red,c0,train\nNA,2,red,c1,test\n";
    let inputs = "{ kind = \"numeric\", columns = [\"a\", \"b\"], missing = \"mean\" }, \
                  { kind = \"categorical\", columns = [\"c\"] }";
    let found = of_table(&table, inputs, LabelEncoding::Index);
    let missing: Vec<_> = found
        .columns
        .iter()
        .map(|c| (c.name.as_str(), c.missing))
        .collect();
    assert_eq!(missing, [("a", Some(2)), ("b", Some(0)), ("c", Some(20))]);
    assert_eq!(found.columns[2].categories, Some(2));
    assert_eq!(text(&found, "missing"), "22 cells are missing: `a` and `c`");
}

#[test]
fn texts_are_told_by_their_words() {
    let table = "t,y,part\na b c d,u,train\na,v,train\nb a,u,train\na x x,v,test\n";
    let inputs = "{ kind = \"text\", column = \"t\", length = 3, start = true, vocabulary = 5 }";
    let found = of_table(table, inputs, LabelEncoding::Index);
    let words = found.inputs[0].text.as_ref().unwrap();
    assert_eq!((words.vocabulary, words.length), (5, 3));
    assert_eq!((words.median, words.longest), (2, 4));
    assert_eq!(words.words, [7, 0, 3]);
    // Of a, b, c and d two fit into the vocabulary.
    assert_eq!(words.unknown, [2, 0, 2]);
    assert_eq!(words.cut, [1, 0, 1]);
    assert_eq!(
        (found.inputs[0].features, found.inputs[0].figures),
        (0, None)
    );
    assert_eq!(found.correlation.top, []);
}

#[test]
fn windows_name_their_rows_and_the_past_of_a_label_is_no_leak() {
    let mut table = "t\n".to_owned();
    (0..100).for_each(|i| table += &format!("{}\n", i * 10));
    let data = "csv = \"t.csv\"\nlabel = \"t\"\nwindows = { length = 3 }\nsplit = { train = 0.8, validation = 0, test = 0.2, shuffle = false }\n\
                inputs = [{ kind = \"numeric\", columns = [\"t\"] }]";
    let data = loaded(&[("t.csv", table.as_bytes())], data, LabelEncoding::Number);
    let found = profile(&data, Reading::All).unwrap();
    assert_eq!(found.warnings, []);
    let names: Vec<&str> = found.inputs[0]
        .each
        .iter()
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!(names, ["t[-3]", "t[-2]", "t[-1]"]);
    assert_eq!(found.correlation.top[0].value, 1.0);
}

/// Images of 20 x 20, the outermost pixels 0, of two classes.
fn images(rows: usize) -> Vec<(&'static str, Vec<u8>)> {
    let pixel = |i: usize| {
        let (row, at) = (i / 400, i % 400);
        let edge = at / 20 == 0 || at / 20 == 19 || at % 20 == 0 || at % 20 == 19;
        let value = (row * 31 + at * 7) % 251 + if at == 210 { row % 2 * 400 } else { 0 };
        if edge { 0.0 } else { value as f32 }
    };
    let x = Array::f32(vec![rows, 20, 20], (0..rows * 400).map(pixel).collect());
    let y = Array::i32(vec![rows], (0..rows as i32).map(|i| i % 2).collect());
    let bytes = |array: &Array| write_npy(array);
    vec![("x.npy", bytes(&x)), ("y.npy", bytes(&y))]
}

fn of_images(rows: usize, more: &str) -> Dataset {
    let files = images(rows);
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let data = format!(
        "npy = {{ x = \"x.npy\", y = \"y.npy\" }}\nsplit = {{ train = 0.6, validation = 0.2, test = 0.2 }}\n{more}"
    );
    loaded(&files, &data, LabelEncoding::OneHot)
}

#[test]
fn wide_arrays_are_told_as_a_whole() {
    let found = profile(&of_images(100, ""), Reading::All).unwrap();
    let input = &found.inputs[0];
    assert_eq!(
        (input.features, input.constant, input.each.len()),
        (400, 76, 0)
    );
    assert_eq!(input.figures.unwrap().min, 0.0);
    assert_eq!(found.correlation.top[0].feature, "x[10, 10]");
    assert_eq!(found.columns, []);
    assert_eq!(ids(&found), [""; 0]);
    // One pair of shift and divisor for each place of the last axis.
    let scaled = profile(&of_images(100, "scale = \"standard\""), Reading::All).unwrap();
    let (plain, scaled) = (input.figures.unwrap(), scaled.inputs[0].figures.unwrap());
    assert!(
        (plain.mean - scaled.mean).abs() < 1e-3
            && (plain.deviation - scaled.deviation).abs() < 1e-3
    );
}

/// Rows of a part, as if they lay on disk.
#[derive(Debug)]
struct OnDisk {
    x: Vec<Array>,
    types: [RowType; 1],
}

impl ReadRows for OnDisk {
    fn rows(&self) -> usize {
        self.x[0].rows()
    }

    fn inputs(&self) -> &[RowType] {
        &self.types
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        out[0] = self.x[0].take(rows);
        Ok(())
    }
}

fn on_disk(mut data: Dataset) -> Dataset {
    for part in [&mut data.train, &mut data.validation, &mut data.test] {
        let x = std::mem::take(&mut part.x);
        let types = [RowType {
            integer: matches!(x[0].data, Values::I32(_)),
            shape: x[0].row_shape().to_vec(),
        }];
        let rows = (0..x[0].rows()).collect();
        part.stored = Some(StoredRows::new(Arc::new(OnDisk { x, types }), rows));
    }
    data
}

#[test]
fn rows_on_disk_have_the_profile_of_rows_in_memory() {
    let data = of_images(100, "");
    let found = profile(&data, Reading::All).unwrap();
    let stored = on_disk(data);
    assert_eq!(profile(&stored, Reading::All).unwrap(), found);
    // Few enough to be read whole before training, too.
    assert_eq!(profile(&stored, Reading::Sampled).unwrap(), found);
    let some = super::measure(
        &stored,
        [
            &stored.train.take(&[0, 2, 4]),
            &stored.validation,
            &stored.test,
        ],
        Some(2),
    );
    let some = some.unwrap();
    assert_eq!(
        (some.one_row_in, some.rows, some.correlation.rows),
        (Some(2), found.rows, 3)
    );
}

#[test]
fn several_labels_are_each_correlated() {
    let mut table = "a,b,y,part\n".to_owned();
    for i in 0..40 {
        let labels = ["p", "q", "p;q", ""][i / 3 % 4];
        let labels = if labels.is_empty() { "r" } else { labels };
        table += &format!(
            "{},{},{labels},train\n",
            i * i % 13,
            i / 3 % 4 % 2 * 5 + i % 3
        );
    }
    let data = "csv = \"t.csv\"\nlabel = \"y\"\nlabel_separator = \";\"\nsplit = { by = \"column\", column = \"part\" }";
    let data = format!("{data}\ninputs = [{NUMBERS}]");
    let data = loaded(
        &[("t.csv", table.as_bytes())],
        &data,
        LabelEncoding::MultiHot,
    );
    let found = profile(&data, Reading::All).unwrap();
    let rows: Vec<usize> = found.label.classes.iter().map(|c| c.rows[0]).collect();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().sum::<usize>() > 40);
    let top = &found.correlation.top[0];
    assert_eq!(
        (top.feature.as_str(), found.correlation.measure.as_str()),
        ("b", "pearson")
    );
    assert!(top.label.is_some());
}

#[test]
fn a_profile_reads_back_from_its_json() {
    let found = of_table(
        &(sound() + ",1,red,c0,train\n"),
        &NUMBERS.replace("] }", "], missing = \"mean\" }"),
        LabelEncoding::Index,
    );
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), found);
}
