//! Tables that stay on disk: what is loaded is what memory would hold.

use super::columns::case_of;
use super::*;
use crate::dataset::Part;
use crate::load::assemble::assemble;
use crate::load::stream_table::stream_in_chunks;

/// The inputs of a part, read where they are stored.
fn x(part: &Part) -> Vec<Array> {
    let Some(stored) = &part.stored else {
        return part.x.clone();
    };
    let mut out = stored.empty();
    let rows: Vec<usize> = (0..part.rows()).collect();
    stored.read(&rows, &mut out).unwrap();
    // A batch in any order is the same.
    let back: Vec<usize> = rows.into_iter().rev().step_by(2).collect();
    let mut some = stored.empty();
    stored.read(&back, &mut some).unwrap();
    for (some, out) in some.iter().zip(&out) {
        assert_eq!(*some, out.take(&back));
    }
    out
}

fn in_chunks(case: &Case, size: usize) -> Result<Dataset, DataErrors> {
    let cx = LoadContext {
        base_dir: case.dir.path(),
        data_dir: None,
        seed: 1,
        default_encoding: case.encoding,
        encodings: case.encodings.clone(),
        sample_weight_column: case.weight,
        max_memory: case.memory,
    };
    let csv = case.spec.csv.as_ref().unwrap();
    assemble(
        stream_in_chunks(csv, &case.spec, &cx, size)?,
        &case.spec,
        &cx,
    )
}

/// What was loaded in memory and streaming: all that can be seen of the data is the same, or the errors are.
pub(super) fn alike(plain: &Result<Dataset, DataErrors>, streamed: &Result<Dataset, DataErrors>) {
    let (plain, streamed) = match (plain, streamed) {
        (Ok(plain), Ok(streamed)) => (plain, streamed),
        (Err(plain), Err(streamed)) => {
            assert_eq!(streamed.to_string(), plain.to_string());
            return assert_eq!(streamed, plain);
        }
        (plain, streamed) => panic!("{plain:?}\n{streamed:?}"),
    };
    let parts = |data: &Dataset| {
        [&data.train, &data.validation, &data.test].map(|part| {
            (
                x(part),
                part.y.clone(),
                part.more.clone(),
                part.sample_weight.clone(),
            )
        })
    };
    assert_eq!(parts(streamed), parts(plain));
    assert!(streamed.train.stored.is_some() && streamed.train.x.is_empty());
    assert_eq!(streamed.inputs, plain.inputs);
    assert_eq!(streamed.classes, plain.classes);
    assert_eq!(streamed.preprocessing, plain.preprocessing);
    assert_eq!(streamed.profile, plain.profile);
    assert_eq!(streamed.source, plain.source);
}

/// Loads in memory and streaming, in small and large chunks.
pub(super) fn same(case: &mut Case) -> Result<(), String> {
    case.spec.stream = Some(false);
    let plain = case.load();
    case.spec.stream = Some(true);
    for streamed in [case.load(), in_chunks(case, 1), in_chunks(case, 100)] {
        alike(&plain, &streamed);
    }
    plain.map(|_| ()).map_err(|e| e.to_string())
}

/// A table of every kind of column, some rows over several lines.
fn table() -> String {
    let mut text = "id,n,m,job,city,when,note,w,g,p,y\n".to_owned();
    for i in 0..300usize {
        let n = match i % 11 {
            3 => "NA".to_owned(),
            k => format!("{}.{}", i * 37 % 91, k),
        };
        let m = if i % 23 == 5 { "" } else { "7" };
        let part = ["train", "train", "val", "test"][i * i % 4];
        let end = if i % 5 == 0 { "\r\n" } else { "\n" };
        text += &format!(
            "{i},{n},{m}{},j{},\"c{}\",{:02}.0{}.2011 {:02}:30,\"Words {} of\nrow \"\"{i}\"\", {}\",{},g{},{part},{}{end}",
            i % 3,
            i * i % 17,
            i / 40,
            1 + i % 28,
            1 + i % 9,
            i % 24,
            ["alpha", "beta", "Gamma"][i % 3],
            ["x", "yy x", ""][i * 7 % 3],
            1 + i % 4,
            i % 29,
            ["no", "yes"][usize::from(i % 4 == 0)],
        );
    }
    text
}

const ALL: &str = "[[data.inputs]]\nkind = \"categorical\"\ncolumns = [\"job\", \"city\"]\nmax_categories = 9\n\
    [[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"n\", \"m\"]\nscale = \"standard\"\nmissing = \"median\"\n\
    [[data.inputs]]\nkind = \"date\"\ncolumn = \"when\"\nparts = [\"elapsed_days\", \"hour\", \"month\"]\ncyclic = true\nscale = \"min_max\"\n\
    [[data.inputs]]\nkind = \"text\"\nname = \"words\"\ncolumn = \"note\"\nlength = 4\nvocabulary = 12\ntruncating = \"pre\"\nstart = true\n";

fn with(more: &str, inputs: &str) -> Case {
    case_of(&table(), &format!("label = \"y\"\n{more}\n{inputs}"))
}

#[test]
fn splits_are_those_of_memory() {
    for split in [
        "",
        "split = { shuffle = false }",
        "split = { by = \"stratified\", seed = 3 }",
        "split = { by = \"stratified\", column = \"g\" , validation = 0.0 }",
        "split = { by = \"group\", column = \"g\" }",
        "split = { by = \"time\", column = \"when\" }",
        "split = { by = \"time\", column = \"id\" }",
        "split = { by = \"column\", column = \"p\" }",
        "balance = \"downsample\"",
        "balance = \"upsample\"",
        "drop_duplicates = true",
        "label_groups = { all = [\"no\"], none = [\"maybe\"] }",
    ] {
        let mut case = with(split, ALL);
        case.weight = Some("w");
        same(&mut case).unwrap_or_else(|e| panic!("{split}: {e}"));
    }
}

#[test]
fn inputs_are_those_of_memory() {
    let numeric = |more: &str| {
        format!("[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"n\", \"id\", \"m\"]\n{more}\n")
    };
    let categories = |more: &str| {
        format!(
            "[[data.inputs]]\nkind = \"categorical\"\nname = \"c\"\ncolumns = [\"job\", \"city\"]\n{more}\n"
        )
    };
    let text = |more: &str| {
        format!(
            "[[data.inputs]]\nkind = \"text\"\nname = \"t\"\ncolumn = \"note\"\nlength = 3\n{more}\n"
        )
    };
    for inputs in [
        numeric("missing = \"mean\"\nscale = \"standard\""),
        numeric("missing = \"median\"\nscale = \"min_max\""),
        numeric("missing = \"zero\"\nmissing_values = [\"NA\", \"70\"]"),
        numeric("missing = \"drop\"\nscale = \"standard\""),
        categories(""),
        categories("unknown = \"slot\"\nmax_categories = 3"),
        categories("encoding = \"index\""),
        categories("encoding = \"hash\"\nbuckets = 7"),
        text("padding = \"pre\""),
        text("lower = false\ntruncating = \"pre\""),
        format!("{}{}", categories("encoding = \"index\""), text("")),
    ] {
        same(&mut with("", &inputs)).unwrap_or_else(|e| panic!("{inputs}: {e}"));
    }
}

#[test]
fn labels_are_those_of_memory() {
    let inputs = "[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"id\"]\n";
    for data in [
        "label = \"y\"\nlabel_encoding = \"one_hot\"",
        "label = \"id\"\nlabel_encoding = \"number\"",
        "labels = [\"w\", \"m\"]\nlabel_encoding = \"number\"",
        "label = \"note\"\nlabel_separator = \" \"",
    ] {
        let inputs = inputs.replace("\"id\"", "\"w\"");
        let inputs = if data.contains("\"w\"") {
            inputs.replace("\"w\"", "\"id\"")
        } else {
            inputs
        };
        let mut case = case_of(&table(), &format!("{data}\n{inputs}"));
        // `m` is empty in some rows, which are dropped.
        same(&mut case).unwrap_or_else(|e| panic!("{data}: {e}"));
    }
}

/// Files of gzip, zip and tar that hold the table.
fn packed(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    use std::io::Write;
    let gzip = |bytes: &[u8]| {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    };
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, body) in [("a/t.csv", text), ("a/readme.txt", "no table")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    let mut tar = tar::Builder::new(Vec::new());
    for (name, body) in [
        ("a/u.csv", "q\n1\n"),
        ("a/t.csv", text),
        ("z.txt", "no table"),
    ] {
        let mut header = tar::Header::new_ustar();
        header.set_size(body.len() as u64);
        header.set_cksum();
        tar.append_data(&mut header, name, body.as_bytes()).unwrap();
    }
    let tar = tar.into_inner().unwrap();
    vec![
        ("t.csv.gz", gzip(text.as_bytes())),
        ("t.zip", zip.finish().unwrap().into_inner()),
        ("t.tar.gz", gzip(&tar)),
        ("t.tar", tar),
    ]
}

fn of_packed(name: &str) -> Case {
    let mut case = with("", ALL);
    let csv = case.spec.csv.as_mut().unwrap();
    csv.path = name.to_owned();
    csv.table = name.contains(".tar").then(|| "t.csv".to_owned());
    case
}

#[test]
fn packed_tables_are_read_as_they_are_and_told_when_cut_short() {
    for (name, bytes) in packed(&table()) {
        let mut case = of_packed(name);
        case.write(name, &bytes);
        same(&mut case).unwrap_or_else(|e| panic!("{name}: {e}"));
        for share in [3, 2] {
            case.write(name, &bytes[..bytes.len() - bytes.len() / share]);
            let words = same(&mut case).unwrap_err();
            assert!(words.contains("cut short"), "{name}: {words}");
        }
        let mut flipped = bytes.clone();
        let middle = bytes.len() / 2;
        flipped[middle..middle + 40].reverse();
        case.write(name, &flipped);
        if name != "t.tar" {
            same(&mut case).unwrap_err();
        }
        case.spec.csv.as_mut().unwrap().table = Some("v.csv".to_owned());
        case.write(name, &bytes);
        same(&mut case).unwrap_err();
    }
}

#[test]
fn what_is_wrong_is_told_as_in_memory() {
    let good = table();
    let swap = |from: &str, to: &str| good.replacen(from, to, 1);
    let tables = [
        format!("{good}1,2,3\n4,5\n"),
        format!("{good}1,\"2"),
        swap("\n200,", "\n200,many,"),
        swap("\n150,", "\n150x,"),
        swap(",7", ",seven"),
        "id,y\n".to_owned(),
        String::new(),
        "id,y\n,yes\n1,\n".to_owned(),
        good.replace(",yes", ",no"),
    ];
    for inputs in [
        ALL,
        "[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"id\", \"m\"]\n",
    ] {
        for table in &tables {
            let mut case = with("", inputs);
            case.write("t.csv", table.as_bytes());
            if let Ok(()) = same(&mut case) {
                assert!(inputs == ALL, "{inputs}");
            }
        }
        let mut case = with("", inputs);
        let mut bytes = good.clone().into_bytes();
        let place = bytes.len() - 20;
        bytes[place] = 0xE9;
        case.write("t.csv", &bytes);
        let words = same(&mut case).unwrap_err();
        assert!(words.contains("is not UTF-8"), "{words}");
    }
    for data in [
        "label = \"z\"",
        "label = \"y\"\nsplit = { by = \"time\", column = \"zz\" }",
        "label = \"y\"\nsplit = { by = \"column\", column = \"g\" }",
        "label = \"y\"\nsplit = { by = \"time\", column = \"job\" }",
        "label = \"note\"",
    ] {
        let mut case = case_of(&good, &format!("{data}\n{ALL}"));
        same(&mut case).unwrap_err();
    }
    let mut case = with(
        "",
        "[[data.inputs]]\nkind = \"date\"\ncolumn = \"when\"\nformat = \"%d.%m.%Y\"\n",
    );
    assert!(same(&mut case).unwrap_err().contains("not a date"));
    let mut case = with("", "[[data.inputs]]\nkind = \"date\"\ncolumn = \"job\"\n");
    assert!(same(&mut case).unwrap_err().contains("no common format"));
    let mut case = with("", ALL);
    case.weight = Some("job");
    same(&mut case).unwrap_err();
}

#[test]
fn a_table_that_is_not_all_numbers_gets_its_proposal() {
    let mut case = with("", "");
    let (_, plain) = case.bad();
    case.spec.stream = Some(true);
    assert_eq!(case.bad().1, plain);
    assert!(plain.contains("say in the run file how columns are read"));
    let of_a_row = in_chunks(&case, 1).unwrap_err().to_string();
    assert!(
        of_a_row.contains("say in the run file how columns are read"),
        "{of_a_row}"
    );
}

#[test]
fn tables_that_do_not_fit_into_memory_are_streamed() {
    let mut case = with("", ALL);
    case.memory = Some(table().len() as u64 * 2);
    let data = case.good();
    assert!(data.train.stored.is_some());
    let note = &data.profile.notes[0];
    assert!(note.contains("rows are streamed from disk"), "{note}");
    case.memory = Some(5);
    let words = case.load().unwrap_err().to_string();
    assert!(words.contains("1 features and labels"), "{words}");
    case.memory = None;
    let windows = "windows = { length = 2 }\nsplit = { by = \"time\", column = \"id\" }";
    let inputs = "[[data.inputs]]\nkind = \"numeric\"\ncolumns = [\"id\"]\n";
    let mut case = with(windows, inputs);
    case.spec.stream = Some(true);
    let (at, words) = case.bad();
    assert_eq!(at, "data.stream");
    assert!(words.contains("windows"), "{words}");
}
