//! Stateful layers against Keras: batch after batch, with one reset, outputs and states.

mod golden;

use std::collections::BTreeMap;

use golden::{Feed, Report, file, needed, number, tensor, text};
use regimen_graph::{InputKind, Plain, Type, Var};
use regimen_nn::{Call, Layer, Mode, Object, Scope, Value, layers};
use serde_json::Value as Json;

const OUTPUTS: f64 = 1e-5;

fn list(value: &Json) -> &[Json] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// One batch: outputs are compared, the states after it returned.
fn step(
    case: &Json,
    layer: &dyn Layer,
    number: usize,
    states: &BTreeMap<String, Plain>,
    report: &mut Report,
) -> BTreeMap<String, Plain> {
    let (name, step) = (text(&case["name"]), &case["steps"][number]);
    let mut feed = Feed::default();
    let x = feed.input("x", &needed(&step["x"]));
    let mask = tensor(&step["mask"]).map(|m| feed.input("mask", &m));
    let mut scope = Scope::new(&feed.builder, Mode::Inference);
    scope.fix_batch(x.dim(0));
    let mut call = Call::of(Value { x, mask });
    for (i, state) in list(&step["initial_state"]).iter().enumerate() {
        let name = format!("initial_state.{i}");
        let given = feed.input(&name, &needed(state));
        call.tensors.push((name, given.into()));
    }
    let outputs = scope.within("layer", true, |s| layer.forward(s, &call));
    for (info, weight) in scope.weights().iter().zip(list(&case["weights"])) {
        feed.values
            .insert(info.path.clone(), golden::plain(&needed(weight)));
    }
    let mut asked: Vec<(String, Var)> = vec![];
    for (i, output) in outputs.iter().enumerate() {
        asked.push((format!("output {i}"), output.x.clone()));
    }
    let infos = scope.states().to_vec();
    for (info, golden) in infos.iter().zip(list(&step["states"])) {
        assert_eq!(info.shape, needed(golden).shape, "{name}");
        let ty = Type::new(regimen_graph::DType::F32, info.shape.clone());
        let kept = feed.builder.input(&info.path, ty, InputKind::State);
        asked.push((
            info.path.clone(),
            scope.updates().get(&info.path).cloned().unwrap_or(kept),
        ));
        let zeros = Plain::full(&info.shape, 0.0);
        let before = states.get(&info.path).cloned().unwrap_or(zeros);
        feed.values.insert(info.path.clone(), before);
    }
    let named: Vec<(&str, Var)> = asked.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    let results = feed.run(&named);
    let wanted = list(&step["outputs"]).iter().chain(list(&step["states"]));
    assert_eq!(asked.len(), wanted.clone().count(), "{name} {number}");
    for ((place, _), want) in asked.iter().zip(wanted) {
        let place_of = format!("{name}, batch {number}: {place}");
        report.compare(&place_of, &results[place], &needed(want), OUTPUTS);
    }
    let after = infos
        .iter()
        .map(|i| (i.path.clone(), results[&i.path].clone()));
    after.collect()
}

#[test]
fn states_pass_from_batch_to_batch() {
    let mut report = Report::default();
    let cases = file("recurrent/stateful.json");
    for case in list(&cases["cases"]) {
        let object = Object {
            class_name: text(&case["class_name"]),
            config: case["config"].as_object().cloned().unwrap_or_default(),
        };
        let layer = layers::read(&object, "").unwrap_or_else(|e| panic!("{e:?}"));
        let mut states = BTreeMap::new();
        for number_of in 0..list(&case["steps"]).len() {
            if number_of as f64 == number(&case["reset_before"]) {
                states.clear();
            }
            // A layer that was given its states carries those of its last batch all the same.
            let after = step(case, layer.as_ref(), number_of, &states, &mut report);
            states.extend(after);
        }
    }
    report.finish();
}
