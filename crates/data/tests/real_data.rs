//! Published data sets, where they are at hand: in `REGIMEN_DATA`, or `../shared/data` beside the
//! workspace.

use std::path::{Path, PathBuf};

use regimen_data::{Dataset, LoadContext, load};
use regimen_run::spec::{Balance, CsvSpec, DataSpec, InputSpec, LabelEncoding, Side, SplitSpec};

const REVIEWS: &str = "womens-clothing-reviews/Womens Clothing E-Commerce Reviews.csv.zip";

/// The folder that holds `file`, or a word to the reader that the test is skipped.
fn data_dir(file: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let dir = std::env::var_os("REGIMEN_DATA").map_or(beside, PathBuf::from);
    let found = dir.join(file).is_file();
    if !found {
        #[allow(clippy::print_stderr)]
        {
            eprintln!("skipped: {} is not there", dir.join(file).display());
        }
    }
    found.then_some(dir)
}

fn reviews(data_dir: PathBuf, balance: Option<Balance>, split: SplitSpec) -> Dataset {
    let spec = DataSpec {
        csv: Some(CsvSpec {
            path: REVIEWS.to_owned(),
            ..CsvSpec::default()
        }),
        label: Some("Rating".to_owned()),
        inputs: vec![InputSpec::Text {
            name: None,
            column: "Review Text".to_owned(),
            vocabulary: None,
            length: 100,
            padding: Side::Post,
            truncating: Side::Post,
            lower: true,
            start: false,
        }],
        balance,
        split,
        ..DataSpec::default()
    };
    let cx = LoadContext {
        base_dir: Path::new("/nowhere"),
        data_dir: Some(data_dir),
        seed: 0,
        default_encoding: LabelEncoding::OneHot,
        encodings: Default::default(),
        sample_weight_column: None,
        max_memory: Some(1 << 30),
    };
    load(&spec, &cx).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn balanced_reviews() {
    let Some(dir) = data_dir(REVIEWS) else { return };
    let data = reviews(dir, Some(Balance::Downsample), SplitSpec::default());
    let rows = [&data.train, &data.validation, &data.test].map(|p| p.rows());
    assert_eq!(rows, [2873, 411, 821]);
    assert_eq!(data.classes, ["1", "2", "3", "4", "5"]);
    assert_eq!(data.train.x[0].shape, [2873, 100]);
    assert_eq!(data.train.y.shape, [2873, 5]);
    let mut sums = [0.0; 5];
    for part in [&data.train, &data.validation, &data.test] {
        for row in part.y.as_f32().unwrap().chunks(5) {
            sums.iter_mut().zip(row).for_each(|(s, &y)| *s += y);
        }
    }
    assert_eq!(sums, [821.0; 5]);
    let words = data.inputs[0].vocabulary.unwrap();
    assert!((5500..6800).contains(&words), "{words} words");
}

#[test]
fn every_review_with_text() {
    let Some(dir) = data_dir(REVIEWS) else { return };
    let split = SplitSpec {
        train: 1.0,
        validation: 0.0,
        test: 0.0,
        ..SplitSpec::default()
    };
    let data = reviews(dir, None, split);
    assert_eq!(data.train.rows(), 22_641);
    // 14,738 words, counted apart with Python's csv module, and the two special ids.
    assert_eq!(data.inputs[0].vocabulary, Some(14_738 + 2));
    let dropped = "845 of 23486 rows dropped: `Review Text` is empty";
    assert!(data.profile.notes.iter().any(|n| n == dropped));
}
