//! Texts whose words stay on disk: what is loaded is what memory would hold.

use regimen_run::spec::{Categories, SplitBy, TextsSpec, Unknown};

use super::stream_table::alike;
use super::*;
use crate::members::tests::{gz, tar, zip_of};

fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = (0..120usize)
        .map(|i| {
            let part = if i % 5 == 0 { "test" } else { "train" };
            let class = ["pos", "neg", "neither"][i * 7 % 3];
            let words = ["good", "bad", "fine film", "plot", "so-so\nend"];
            let text = match i % 17 {
                4 => " ".to_owned(),
                5 => "a twin".to_owned(),
                _ => format!("{} w{} {}", words[i % 5], i % 9, words[i * i % 5]),
            };
            (format!("r/{part}/{class}/{}.txt", 997 * i % 120), text)
        })
        .collect();
    files.push(("r/train/notes.txt".to_owned(), "beside".to_owned()));
    files
}

fn of_texts(path: &str) -> Case {
    let mut case = Case::csv("", "");
    let files = files();
    let entries: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    case.write("t.tar.gz", &gz(&tar(&entries)));
    case.write("t.zip", &zip_of(&entries));
    for (name, bytes) in entries {
        let file = case.dir.path().join("f").join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    case.spec = DataSpec {
        texts: Some(TextsSpec {
            path: path.to_owned(),
            classes: Vec::new(),
            extension: "txt".to_owned(),
            encoding: regimen_run::spec::Encoding::Utf8,
        }),
        inputs: vec![text("text", 4)],
        split: SplitSpec {
            by: SplitBy::Folder,
            ..SplitSpec::default()
        },
        ..DataSpec::default()
    };
    case
}

fn same(case: &mut Case) -> Result<(), String> {
    case.spec.stream = Some(false);
    let plain = case.load();
    case.spec.stream = Some(true);
    alike(&plain, &case.load());
    plain.map(|_| ()).map_err(|e| e.to_string())
}

#[test]
fn texts_are_those_of_memory() {
    for path in ["t.tar.gz", "t.zip", "f"] {
        let mut case = of_texts(path);
        same(&mut case).unwrap_or_else(|e| panic!("{path}: {e}"));
        case.spec.drop_duplicates = true;
        same(&mut case).unwrap_or_else(|e| panic!("{path}: {e}"));
        case.spec.inputs.push(InputSpec::Categorical {
            name: Some("c".to_owned()),
            columns: vec!["text".to_owned()],
            encoding: Categories::Index,
            buckets: None,
            unknown: Unknown::Zeros,
            max_categories: None,
        });
        case.spec.balance = Some(Balance::Upsample);
        same(&mut case).unwrap_or_else(|e| panic!("{path}: {e}"));
    }
}

#[test]
fn what_is_wrong_is_told_as_in_memory() {
    let mut case = of_texts("t.tar.gz");
    let bytes = std::fs::read(case.dir.path().join("t.tar.gz")).unwrap();
    case.write("t.tar.gz", &bytes[..bytes.len() / 2]);
    assert!(same(&mut case).unwrap_err().contains("cut short"));
    case.write(
        "t.tar.gz",
        &gz(&tar(&[("a/1.txt", b"x"), ("b/1.txt", b"\xE9")])),
    );
    assert!(same(&mut case).unwrap_err().contains("not UTF-8"));
    case.write("t.tar.gz", &gz(&tar(&[("train/a/1.txt", b"x")])));
    same(&mut case).unwrap_err();
    case.write(
        "t.tar.gz",
        &gz(&tar(&[("train/a/1.txt", b" "), ("train/b/1.txt", b"")])),
    );
    same(&mut case).unwrap_err();
    case.spec.inputs.clear();
    same(&mut case).unwrap_err();
}
