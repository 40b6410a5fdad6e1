//! Functions on data that stand by themselves, against Keras (tests/golden/utilities.json).

use std::path::PathBuf;

use regimen_data::{
    Array, FromDirectory, ImageOptions, LabelMode, MatrixMode, Padding, PartSize, Series,
    Skipgrams, TimeseriesGenerator, Tokenizer, WordFilter, WordHash, hashing_trick,
    image_dataset_from_directory, make_sampling_table, normalize, pad_sequences, skipgrams,
    split_dataset, text_dataset_from_directory, text_to_word_sequence,
    timeseries_dataset_from_array, to_categorical,
};
use regimen_run::spec::Side;
use serde_json::Value as Json;

fn golden() -> Json {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/utilities.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn list<T: serde::de::DeserializeOwned>(json: &Json) -> Vec<T> {
    serde_json::from_value(json.clone()).unwrap()
}

fn array(json: &Json) -> Array {
    let shape = list(&json["shape"]);
    match json["dtype"].as_str() {
        Some("int32") => Array::i32(shape, list(&json["data"])),
        _ => Array::f32(shape, list(&json["data"])),
    }
}

/// Equal shapes and numbers, to float32's precision.
fn same(ours: &Array, keras: &Json, place: &str) {
    let keras = array(keras);
    assert_eq!(ours.shape, keras.shape, "{place}");
    let numbers = |a: &Array| -> Vec<f64> {
        match (a.as_f32(), a.as_i32()) {
            (Some(v), _) => v.iter().map(|&x| f64::from(x)).collect(),
            (_, Some(v)) => v.iter().map(|&x| f64::from(x)).collect(),
            _ => vec![],
        }
    };
    for (a, b) in numbers(ours).iter().zip(numbers(&keras)) {
        assert!(
            (a - b).abs() <= 1e-6 * b.abs().max(1e-3),
            "{place}: {a}, Keras has {b}"
        );
    }
}

fn cases(json: &Json) -> Vec<Json> {
    let cases: Vec<Json> = list(json);
    assert!(!cases.is_empty());
    cases
}

fn number(json: &Json) -> Option<usize> {
    json.as_u64().map(|n| n as usize)
}

#[test]
fn sequences_are_padded() {
    let all = &golden()["pad_sequences"];
    let sequences: Vec<Vec<i32>> = list(&all["sequences"]);
    let side = |json: &Json| {
        if *json == "pre" {
            Side::Pre
        } else {
            Side::Post
        }
    };
    for case in cases(&all["cases"]) {
        let how = Padding {
            maxlen: number(&case["maxlen"]),
            padding: side(&case["padding"]),
            truncating: side(&case["truncating"]),
            value: case["value"].as_i64().unwrap() as i32,
        };
        same(
            &pad_sequences(&sequences, &how).into(),
            &case["output"],
            &format!("{how:?}"),
        );
    }
}

#[test]
fn classes_and_norms() {
    let all = golden();
    for case in cases(&all["to_categorical"]) {
        let made = to_categorical(&array(&case["x"]), number(&case["num_classes"])).unwrap();
        same(&made, &case["output"], "to_categorical");
    }
    for case in cases(&all["normalize"]) {
        let (axis, order) = (
            case["axis"].as_i64().unwrap(),
            case["order"].as_f64().unwrap(),
        );
        same(
            &normalize(&array(&case["x"]), axis, order).unwrap(),
            &case["output"],
            "normalize",
        );
    }
    // Along the first axis, where Keras takes other norms.
    let x = Array::f32(vec![2, 2], vec![3.0, 0.0, 4.0, 2.0]);
    assert_eq!(
        normalize(&x, 0, 2.0).unwrap().as_f32().unwrap(),
        [0.6, 0.0, 0.8, 1.0]
    );
    assert_eq!(
        normalize(&x, 1, f64::INFINITY).unwrap().as_f32().unwrap(),
        [1.0, 0.0, 1.0, 0.5]
    );
    let error = to_categorical(&Array::i32(vec![1], vec![3]), Some(3)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "to_categorical: `x`: found the class 3, expected classes from 0 to 2"
    );
    assert!(to_categorical(&Array::i32(vec![1], vec![-1]), None).is_err());
    assert!(
        normalize(&x, 2, 2.0)
            .unwrap_err()
            .to_string()
            .contains("axis")
    );
}

#[test]
fn windows_over_series() {
    let all = golden();
    let data = array(&all["timeseries"]["data"]);
    let targets = Array::i32(
        data.shape.clone(),
        data.as_i32().unwrap().iter().map(|x| x * 10).collect(),
    );
    for case in cases(&all["timeseries"]["cases"]) {
        let how = &case["how"];
        let series = Series {
            sequence_stride: number(&how["sequence_stride"]).unwrap_or(1),
            sampling_rate: number(&how["sampling_rate"]).unwrap_or(1),
            start_index: number(&how["start_index"]),
            end_index: number(&how["end_index"]),
            ..Series::new(number(&how["sequence_length"]).unwrap())
        };
        let given = (!case["targets"].is_null()).then_some(&targets);
        let (x, y) = timeseries_dataset_from_array(&data, given, &series).unwrap();
        same(&x, &case["windows"], &format!("{series:?}"));
        assert_eq!(y.is_some(), given.is_some());
        if let Some(y) = y {
            same(&y, &case["targets"], &format!("{series:?}"));
        }
    }
    let by = |seed: u64| {
        let how = Series {
            shuffle: true,
            seed,
            ..Series::new(3)
        };
        timeseries_dataset_from_array(&data, Some(&data), &how).unwrap()
    };
    let (x, y) = by(1);
    assert_eq!((by(1).0, by(1).1), (x.clone(), y.clone()));
    assert_ne!(by(2).0, x);
    // Windows keep their targets.
    for (window, target) in x
        .as_i32()
        .unwrap()
        .chunks(3)
        .zip(y.unwrap().as_i32().unwrap())
    {
        assert_eq!(window[0], *target);
    }
    for (how, says) in [
        (Series::new(0), "sequence_length"),
        (
            Series {
                sampling_rate: 20,
                ..Series::new(2)
            },
            "sampling_rate",
        ),
        (
            Series {
                sequence_stride: 0,
                ..Series::new(2)
            },
            "sequence_stride",
        ),
        (
            Series {
                start_index: Some(5),
                end_index: Some(5),
                ..Series::new(2)
            },
            "end_index",
        ),
        (
            Series {
                start_index: Some(20),
                ..Series::new(2)
            },
            "start_index",
        ),
    ] {
        let error = timeseries_dataset_from_array(&data, None, &how).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn generators_of_windows() {
    let all = &golden()["timeseries_generator"];
    for case in cases(&all["cases"]) {
        let how = &case["how"];
        let length = number(&how["length"]).unwrap();
        let mut made =
            TimeseriesGenerator::new(array(&all["data"]), array(&all["targets"]), length).unwrap();
        made = made
            .between(
                number(&how["start_index"]).unwrap_or(0),
                number(&how["end_index"]),
            )
            .unwrap();
        made.sampling_rate = number(&how["sampling_rate"]).unwrap_or(1);
        made.stride = number(&how["stride"]).unwrap_or(1);
        made.batch_size = number(&how["batch_size"]).unwrap_or(128);
        made.reverse = how["reverse"] == true;
        let batches = cases(&case["batches"]);
        assert_eq!(made.len(), batches.len());
        for (i, batch) in batches.iter().enumerate() {
            let (x, y) = made.get(i);
            same(&x, &batch[0], &format!("{how} x {i}"));
            same(&y, &batch[1], &format!("{how} y {i}"));
        }
    }
    let x = Array::i32(vec![4], vec![0; 4]);
    assert!(TimeseriesGenerator::new(x.clone(), x.clone(), 4).is_err());
    assert!(TimeseriesGenerator::new(x.clone(), x.take(&[0]), 1).is_err());
}

#[test]
fn halves_of_arrays() {
    let all = &golden()["split_dataset"];
    let rows = Array::i32(vec![11], (0..11).collect());
    let size = |json: &Json| match (json.as_u64(), json.as_f64()) {
        (Some(n), _) => Some(PartSize::Rows(n as usize)),
        (_, Some(share)) => Some(PartSize::Share(share)),
        _ => None,
    };
    for case in cases(&all["cases"]) {
        let (left, right) = (size(&case["left_size"]), size(&case["right_size"]));
        let made = split_dataset(std::slice::from_ref(&rows), left, right, None).unwrap();
        assert_eq!(
            made.0[0].as_i32().unwrap(),
            list::<i32>(&case["left"]),
            "{case}"
        );
        assert_eq!(
            made.1[0].as_i32().unwrap(),
            list::<i32>(&case["right"]),
            "{case}"
        );
    }
    let wrong =
        |left, right| split_dataset(std::slice::from_ref(&rows), left, right, None).is_err();
    assert!(wrong(None, None));
    assert!(wrong(Some(PartSize::Share(1.0)), None));
    assert!(wrong(Some(PartSize::Rows(6)), Some(PartSize::Rows(6))));
    assert!(wrong(Some(PartSize::Share(0.01)), None));
    let shuffled = |seed| {
        split_dataset(
            std::slice::from_ref(&rows),
            Some(PartSize::Rows(5)),
            None,
            Some(seed),
        )
        .unwrap()
    };
    assert_eq!(shuffled(3), shuffled(3));
    let mut both: Vec<i32> = [&shuffled(3).0[0], &shuffled(3).1[0]]
        .iter()
        .flat_map(|a| a.as_i32().unwrap().to_vec())
        .collect();
    both.sort_unstable();
    assert_eq!(both, (0..11).collect::<Vec<_>>());
}

const TEXTS: [&str; 4] = [
    "The cat sat on the mat.",
    "The dog, the CAT; a mat?",
    "",
    "Sat\ttwice: on\nmats ... Äpfel",
];

fn filter(how: &Json) -> WordFilter {
    let defaults = WordFilter::default();
    let text = |key: &str, default: String| how[key].as_str().map_or(default, str::to_string);
    WordFilter {
        filters: text("filters", defaults.filters),
        split: text("split", defaults.split),
        lower: how["lower"] != false,
    }
}

#[test]
fn words_and_their_hashes() {
    for case in cases(&golden()["words"]) {
        let how = filter(&case["how"]);
        let words: Vec<Vec<String>> = list(&case["words"]);
        let hashed: Vec<Vec<usize>> = list(&case["md5"]);
        for ((text, words), hashed) in TEXTS.iter().zip(words).zip(hashed) {
            assert_eq!(text_to_word_sequence(text, &how), words);
            assert_eq!(hashing_trick(text, 50, WordHash::Md5, &how), hashed);
        }
    }
}

fn tokenizer(how: &Json) -> Tokenizer {
    let mut made = Tokenizer::default();
    made.num_words = number(&how["num_words"]);
    made.filter = filter(how);
    made.char_level = how["char_level"] == true;
    made.oov_token = how["oov_token"].as_str().map(str::to_string);
    made
}

#[test]
fn the_old_tokenizer() {
    for case in cases(&golden()["tokenizer"]) {
        let how = &case["how"];
        let mut made = tokenizer(how);
        made.fit_on_texts(&TEXTS[..2]);
        made.fit_on_texts(&TEXTS[2..]);
        let index: std::collections::BTreeMap<String, usize> =
            serde_json::from_value(case["word_index"].clone()).unwrap();
        assert_eq!(*made.word_index(), index, "{how}");
        let new = [&TEXTS[..], &["an unknown cat"]].concat();
        let sequences: Vec<Vec<usize>> = list(&case["sequences"]);
        assert_eq!(made.texts_to_sequences(&new), sequences, "{how}");
        assert_eq!(
            made.sequences_to_texts(&sequences),
            list::<String>(&case["texts"]),
            "{how}"
        );
        for (mode, name) in [
            (MatrixMode::Binary, "binary"),
            (MatrixMode::Count, "count"),
            (MatrixMode::Freq, "freq"),
            (MatrixMode::TfIdf, "tfidf"),
        ] {
            same(
                &made.texts_to_matrix(&new, mode).unwrap(),
                &case["matrices"][name],
                name,
            );
        }
        // Keras's file reads, ours reads back, and both hold the same.
        let keras = Tokenizer::from_json(&case["json"].to_string()).unwrap();
        assert_eq!(Tokenizer::from_json(&made.to_json()).unwrap(), made);
        assert_eq!(keras.texts_to_sequences(&new), sequences);
        let (ours, theirs): (Json, Json) = (
            serde_json::from_str(&made.to_json()).unwrap(),
            case["json"].clone(),
        );
        for (key, value) in theirs["config"].as_object().unwrap() {
            let parsed = |v: &Json| -> Json {
                let inner = v
                    .as_str()
                    .filter(|t| t.starts_with('{'))
                    .and_then(|t| serde_json::from_str(t).ok());
                inner.unwrap_or_else(|| v.clone())
            };
            assert_eq!(parsed(&ours["config"][key]), parsed(value), "{how} {key}");
        }
    }
    assert!(
        Tokenizer::default()
            .texts_to_matrix(&["a"], MatrixMode::Count)
            .is_err()
    );
    assert!(Tokenizer::from_json("{}").is_err());
    let mut counted = Tokenizer::default().num_words(4);
    counted.fit_on_sequences(&[vec![1, 1, 2], vec![1]]);
    let rows = counted
        .sequences_to_matrix(&[vec![1, 2]], MatrixMode::TfIdf)
        .unwrap();
    let want = [
        0.0,
        (1.0f64 + 2.0 / 3.0).ln() as f32,
        (1.0f64 + 2.0 / 2.0).ln() as f32,
        0.0,
    ];
    assert_eq!(rows.as_f32().unwrap(), want);
}

#[test]
fn folders_of_classes() {
    let dir = tempfile::tempdir().unwrap();
    for i in 0..10 {
        let class = dir.path().join(["neg", "other", "pos"][i % 3]);
        std::fs::create_dir_all(&class).unwrap();
        std::fs::write(class.join(format!("{i}.txt")), format!("text {i}")).unwrap();
    }
    let two = FromDirectory {
        label_mode: LabelMode::Binary,
        class_names: vec!["pos".to_owned(), "neg".to_owned()],
        validation_split: Some(0.3),
        ..FromDirectory::default()
    };
    let rows = text_dataset_from_directory(dir.path(), &two).unwrap();
    assert_eq!((rows.training.rows(), rows.validation.rows()), (5, 2));
    assert_eq!(rows.training.y.shape, [5, 1]);
    let texts = rows.texts.clone().unwrap();
    for part in [&rows.training, &rows.validation] {
        for (&number, &label) in part.x[0]
            .as_i32()
            .unwrap()
            .iter()
            .zip(part.y.as_f32().unwrap())
        {
            let i: usize = texts.text(number)[5..].parse().unwrap();
            assert_eq!(
                rows.class_names[label as usize],
                ["neg", "other", "pos"][i % 3]
            );
        }
    }
    assert_eq!(text_dataset_from_directory(dir.path(), &two).unwrap(), rows);
    let all = |label_mode| {
        text_dataset_from_directory(
            dir.path(),
            &FromDirectory {
                label_mode,
                ..FromDirectory::default()
            },
        )
    };
    assert_eq!(
        all(LabelMode::Categorical).unwrap().training.y.shape,
        [10, 3]
    );
    assert_eq!(all(LabelMode::Int).unwrap().training.y.shape, [10]);
    assert_eq!(all(LabelMode::None).unwrap().training.y.shape, [10, 0]);
    assert!(
        all(LabelMode::Binary)
            .unwrap_err()
            .to_string()
            .contains("3 classes")
    );
    let share = FromDirectory {
        validation_split: Some(1.0),
        ..FromDirectory::default()
    };
    assert!(text_dataset_from_directory(dir.path(), &share).is_err());
    assert!(
        image_dataset_from_directory(
            dir.path(),
            &ImageOptions::default(),
            &FromDirectory::default()
        )
        .is_err()
    );
}

#[test]
fn pairs_of_words() {
    let all = &golden()["skipgrams"];
    let sequence: Vec<i32> = list(&all["sequence"]);
    for case in cases(&all["cases"]) {
        let how = Skipgrams {
            window_size: number(&case["window_size"]).unwrap(),
            negative_samples: 0.0,
            shuffle: false,
            ..Skipgrams::new(5)
        };
        let (pairs, labels) = skipgrams(&sequence, &how);
        assert_eq!(pairs, list::<[i32; 2]>(&case["couples"]));
        assert_eq!(labels, list::<i32>(&case["labels"]));
    }
    let table: Vec<f64> = list(&all["table"]);
    for (ours, keras) in make_sampling_table(12, 1e-5).iter().zip(table) {
        assert!((ours - keras).abs() < 1e-12);
    }
    let (pairs, labels) = skipgrams(
        &sequence,
        &Skipgrams {
            negative_samples: 2.0,
            ..Skipgrams::new(5)
        },
    );
    assert_eq!(pairs.len(), 3 * labels.iter().filter(|&&l| l == 1).count());
    assert!(pairs.iter().flatten().all(|w| (1..5).contains(w)));
    // Words that are never taken begin no pair.
    let never = [1.0, 1.0, 0.0, 1.0, 1.0];
    let how = Skipgrams {
        sampling_table: Some(&never),
        negative_samples: 0.0,
        ..Skipgrams::new(5)
    };
    assert!(skipgrams(&sequence, &how).0.iter().all(|p| p[0] != 2));
}
