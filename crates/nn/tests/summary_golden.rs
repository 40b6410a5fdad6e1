//! `summary()` against the texts that Keras prints.

#[path = "golden/mod.rs"]
mod golden;

use golden::{file, text};
use regimen_nn::model::{Description, from_keras};
use regimen_nn::optimizers::{self, Weight};
use regimen_nn::summary::{SummaryOptions, summary, summary_with};
use regimen_nn::{Model, Object};
use serde_json::Value as Json;

fn model(case: &Json) -> Model {
    let object = Object::read(&case["model"]).expect("an object");
    from_keras(&object, "").unwrap_or_else(|e| panic!("{}: {e:?}", case["name"]))
}

/// Slots, the learning rate and the count of steps.
fn optimizer_params(case: &Json, description: &Description) -> Option<u64> {
    case["optimizer_built"].as_bool().filter(|built| *built)?;
    let optimizer =
        optimizers::read(&Object::named(&text(&case["optimizer"])), "").expect("an optimizer");
    let trained = description.weights.iter().filter(|w| w.trainable);
    let weights: Vec<Weight> = trained
        .map(|w| Weight {
            path: w.path.clone(),
            model: None,
            shape: w.shape.clone(),
        })
        .collect();
    let kept = optimizers::variables(optimizer.as_ref(), &weights);
    let sizes = kept
        .iter()
        .map(|v| v.shape.iter().product::<usize>() as u64);
    Some(sizes.sum())
}

#[test]
fn summaries_are_those_of_keras() {
    let mut wrong = vec![];
    let cases = file("summary/summary.json")["cases"]
        .as_array()
        .cloned()
        .expect("cases");
    for case in &cases {
        let model = model(case);
        let description = model.describe(&[]).ok();
        let given = &case["options"];
        let options = SummaryOptions {
            line_length: given["line_length"].as_u64().map(|n| n as usize),
            expand_nested: given["expand_nested"] == true,
            show_trainable: given["show_trainable"] == true,
            optimizer_params: description.as_ref().and_then(|d| optimizer_params(case, d)),
            ..SummaryOptions::default()
        };
        let found = summary_with(&model, description.as_ref(), &options).expect("wide enough");
        if found != text(&case["text"]) {
            wrong.push(format!(
                "{}\n{found}\nexpected\n{}",
                case["name"],
                text(&case["text"])
            ));
        }
        if let (Some(description), true) = (
            &description,
            given.as_object().is_some_and(|m| m.is_empty()),
        ) {
            assert_eq!(
                found,
                summary(&model, description, options.optimizer_params),
                "{}",
                case["name"]
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn ranges_positions_and_narrow_lines() {
    let cases = file("summary/summary.json")["cases"]
        .as_array()
        .cloned()
        .expect("cases");
    let model = model(&cases[0]);
    let description = model.describe(&[]).expect("shapes fit");
    let with = |options: SummaryOptions| summary_with(&model, Some(&description), &options);
    let range = |a: &str, b: &str| {
        with(SummaryOptions {
            layer_range: Some((a.to_string(), b.to_string())),
            ..SummaryOptions::default()
        })
    };
    let some = range("dense_1", "dense_2").expect("names of layers");
    assert!(
        !some.contains("dense (Dense)") && some.contains("dense_1") && some.contains("dense_2")
    );
    assert!(range("dense_7", "dense").is_err_and(|e| e.to_string().contains("dense_7")));
    assert!(
        with(SummaryOptions {
            line_length: Some(10),
            ..SummaryOptions::default()
        })
        .is_err()
    );
    let positions = Some(vec![0.5, 1.0]);
    assert!(
        with(SummaryOptions {
            positions,
            ..SummaryOptions::default()
        })
        .is_err_and(|e| e.to_string().contains("expected 3"))
    );
    let narrow = with(SummaryOptions {
        terminal_width: Some(80),
        ..SummaryOptions::default()
    })
    .expect("wide enough");
    assert!(narrow.lines().all(|l| l.chars().count() <= 76));
}
