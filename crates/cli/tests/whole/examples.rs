//! The run files of `examples/` at reduced size, where their data is at hand.

use crate::program::{data_dir, example, finish, regimen};

/// Trains an example for three steps and returns what it says; `None` without the data.
fn train(name: &str, set: &[&str]) -> Option<String> {
    let Some(data) = data_dir() else {
        #[expect(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: no published data (set REGIMEN_DATA)");
        }
        return None;
    };
    let dir = tempfile::tempdir().unwrap();
    let file = example(name);
    let mut args = vec!["train", &file, "--epochs", "1", "--out", "run"];
    args.extend(["--set", "fit.steps_per_epoch=3"]);
    args.extend(set.iter().flat_map(|set| ["--set", set]));
    let ended = finish(regimen(dir.path(), &args).env("REGIMEN_DATA", data)).with(0);
    assert!(dir.path().join("run/spec.json").is_file());
    Some(ended.out)
}

#[test]
fn imdb_trains_from_an_archive_of_texts() {
    let set = ["data.inputs[0].length=8", "model.layers[1].units=4"];
    let Some(out) = train("imdb.toml", &set) else {
        return;
    };
    let first = "Train on 22500 samples, validate on 2500 samples\n";
    assert!(out.starts_with(first) && out.contains("\nTest - "), "{out}");
}

#[test]
fn fashion_trains_from_idx_files() {
    let set = ["model.layers[0].filters=4", "model.layers[2].filters=4"];
    let Some(out) = train("fashion.toml", &set) else {
        return;
    };
    let first = "Train on 54000 samples, validate on 6000 samples\n";
    assert!(out.starts_with(first) && out.contains("\nTest - "), "{out}");
}

#[test]
fn temperatures_train_on_windows() {
    let Some(out) = train("temperatures.toml", &[]) else {
        return;
    };
    // 2,555, 547 and 548 days: a window takes 30 and the day after.
    let first = "Train on 2525 samples, validate on 517 samples\n";
    assert!(out.starts_with(first) && out.contains("\nTest - "), "{out}");
}

#[test]
fn imdb_pooling_trains_two_branches() {
    let set = ["data.inputs[0].length=8", "model.layers[0].output_dim=4"];
    let Some(out) = train("imdb-pooling.toml", &set) else {
        return;
    };
    let first = "Train on 22500 samples, validate on 2500 samples\n";
    assert!(out.starts_with(first) && out.contains("\nTest - "), "{out}");
}

#[test]
fn adult_trains_on_mixed_columns_with_weights_by_class_and_without() {
    for set in [&[][..], &["fit.class_weight=balanced"]] {
        let Some(out) = train("adult.toml", set) else {
            return;
        };
        let first = "Train on 22793 samples, validate on 3256 samples\n";
        assert!(out.contains(first) && out.contains("\nTest - "), "{out}");
    }
}

#[test]
fn bank_marketing_trains_from_one_of_several_tables() {
    let Some(out) = train("bank-marketing.toml", &[]) else {
        return;
    };
    let first = "Train on 28832 samples, validate on 4118 samples\n";
    assert!(
        out.contains(first) && out.contains("\nTest - AUC: "),
        "{out}"
    );
}

#[test]
fn kddcup_trains_on_five_kinds_of_attacks() {
    let Some(out) = train("kddcup.toml", &[]) else {
        return;
    };
    let first = "Train on 101908 samples, validate on 14561 samples\n";
    let dropped = "348436 of 494021 rows dropped: they repeat another row";
    assert!(out.contains(first) && out.contains(dropped), "{out}");
}

#[test]
fn california_housing_trains_in_dollars() {
    let Some(out) = train("california-housing.toml", &[]) else {
        return;
    };
    let first = "Train on 14448 samples, validate on 2064 samples\n";
    assert!(out.contains(first) && out.contains("\nTest - "), "{out}");
}

#[test]
fn bike_sharing_trains_on_counts() {
    let Some(out) = train("bike-sharing.toml", &[]) else {
        return;
    };
    let first = "Train on 12165 samples, validate on 1738 samples\n";
    assert!(out.starts_with(first) && out.contains("\nTest - "), "{out}");
}
