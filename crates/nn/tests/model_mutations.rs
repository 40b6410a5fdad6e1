//! Configs of models, changed at random: refused with a reason or read, and never a panic.

mod golden;
#[path = "golden/models.rs"]
mod models;

use models::{configs, described, read, shown};
use regimen_nn::model::to_keras;
use serde_json::{Map, Value as Json, json};

/// A small generator: the same mutations on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

fn size(value: &Json) -> usize {
    1 + match value {
        Json::Array(items) => items.iter().map(size).sum(),
        Json::Object(map) => map.values().map(size).sum(),
        _ => 0,
    }
}

/// Changes the node number `at`, counted depth first.
fn mutate(value: &mut Json, at: &mut usize, draw: &mut Draw) {
    if *at == 0 {
        *at = usize::MAX;
        change(value, draw);
        return;
    }
    *at -= 1;
    let children: Vec<&mut Json> = match value {
        Json::Array(items) => items.iter_mut().collect(),
        Json::Object(map) => map.values_mut().collect(),
        _ => vec![],
    };
    for child in children {
        if *at == usize::MAX {
            return;
        }
        mutate(child, at, draw);
    }
}

fn change(value: &mut Json, draw: &mut Draw) {
    let others = [
        Json::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1),
        json!(7),
        json!(1e300),
        json!(u64::MAX),
        json!(0.5),
        json!(""),
        json!("dense"),
        json!("Dense"),
        json!("InputLayer"),
        json!([]),
        json!({}),
        json!([null, 3]),
        json!(["dense", 0, 0]),
        json!([[[[1]]]]),
        json!({"class_name": "Dense", "config": {}}),
        json!(4_000_000_000u64),
    ];
    match (draw.below(4), &mut *value) {
        (0, Json::Array(items)) if !items.is_empty() => {
            let (from, to) = (draw.below(items.len()), draw.below(items.len()));
            let copy = items[from].clone();
            items.insert(to, copy);
        }
        (1, Json::Array(items)) if !items.is_empty() => _ = items.remove(draw.below(items.len())),
        (0 | 1, Json::Object(map)) if !map.is_empty() => {
            let key = map
                .keys()
                .nth(draw.below(map.len()))
                .cloned()
                .unwrap_or_default();
            let old: Map<String, Json> = std::mem::take(map);
            *map = old.into_iter().filter(|(k, _)| *k != key).collect();
        }
        (2, Json::String(text)) => text.push('x'),
        _ => *value = others[draw.below(others.len())].clone(),
    }
}

#[test]
fn mutated_configs_never_panic() {
    let mut draw = Draw(20_251);
    let (mut refused, mut faulty, mut fine) = (0, 0, 0);
    for (_, config) in configs() {
        let nodes = size(&config);
        for _ in 0..60 {
            let mut mutant = config.clone();
            for _ in 0..1 + draw.below(3) {
                let mut at = draw.below(nodes);
                mutate(&mut mutant, &mut at, &mut draw);
            }
            match read(&mutant) {
                Err(errors) => {
                    refused += 1;
                    assert!(!errors.is_empty(), "refused without a reason: {mutant}");
                    assert!(errors.iter().all(|e| !e.message.is_empty()), "{mutant}");
                }
                Ok(model) => match described(&model) {
                    Err(text) => {
                        faulty += 1;
                        assert!(!text.is_empty(), "{mutant}");
                    }
                    Ok(_) => {
                        fine += 1;
                        let again = read(&to_keras(&model));
                        assert!(
                            again.is_ok(),
                            "{mutant}\n{}",
                            shown(&again.err().unwrap_or_default())
                        );
                    }
                },
            }
        }
    }
    assert!(
        refused > 100 && faulty > 20 && fine > 100,
        "{refused} {faulty} {fine}"
    );
}
