//! Property tests: every spec reads back equal, and no text makes the readers panic.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn example() -> RunSpec {
    let text = "[data]\ncsv = \"a.csv\"\nlabel = \"b\"\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 3\n\
                [compile]\nloss = [\"mse\"]\nmetrics = [{ class_name = \"AUC\", curve = \"PR\" }]\n";
    RunSpec::from_toml(text, "run.toml").expect("reads").0
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("finite", |x| x.is_finite())
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop_oneof![Just("None"), Just("\\None"), Just("adam")].prop_map(Value::from),
    ]
}

/// Values by the names of outputs.
fn by_name<T>(all: std::collections::BTreeMap<String, T>) -> PerOutput<T> {
    PerOutput::Named(all.into_iter().collect())
}

fn config() -> impl Strategy<Value = Map<String, Value>> {
    let value = leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z. \"]{0,5}", inner.clone(), 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
            prop::collection::btree_map("[a-z]{1,5}", inner, 0..3)
                .prop_map(|map| json!({"class_name": "L2", "config": map})),
        ]
    });
    prop::collection::btree_map("[a-z_]{1,6}", value, 0..4)
        .prop_map(|map| map.into_iter().filter(|(key, _)| key != "config").collect())
}

fn object() -> impl Strategy<Value = KerasObject> {
    ("[A-Za-z_]{1,8}", config())
        .prop_filter("a function is a name", |(class, _)| class != "function")
        .prop_map(|(class_name, config)| KerasObject { class_name, config })
}

fn run_spec() -> impl Strategy<Value = RunSpec> {
    let layer = (object(), prop::collection::vec("[a-z]{1,4}", 0..3))
        .prop_map(|(object, inbound)| LayerSpec { object, inbound });
    let model = prop_oneof![
        object().prop_map(ModelSpec::Keras),
        prop::collection::vec(layer, 1..4).prop_map(|layers| ModelSpec::Layers(LayerList {
            layers,
            outputs: vec![],
            dtype_policy: None
        })),
    ];
    let objects = || prop::collection::vec(object(), 0..3);
    let name = || {
        "[a-z.\" ]{0,5}".prop_filter("a class has one", |n| {
            !["class", "type", "kind"].contains(&n.as_str())
        })
    };
    let loss = prop_oneof![
        object().prop_map(|one| PerOutput::All(Some(one))),
        prop::collection::vec(prop::option::of(object()), 1..3).prop_map(PerOutput::InOrder),
        prop::collection::btree_map(name(), prop::option::of(object()), 1..3).prop_map(by_name),
    ];
    let loss_weights = prop::option::of(prop_oneof![
        (0.0..9.0).prop_map(PerOutput::All),
        prop::collection::vec(0.0..9.0, 0..3).prop_map(PerOutput::InOrder),
        prop::collection::btree_map(name(), 0.0..9.0, 1..3).prop_map(by_name),
    ]);
    let metrics = prop_oneof![
        objects().prop_map(PerOutput::All),
        prop::collection::vec(objects(), 1..3).prop_map(PerOutput::InOrder),
        prop::collection::btree_map(name(), objects(), 1..3).prop_map(by_name),
    ];
    let weights = prop::option::of(prop::collection::btree_map(".{0,3}", 0.0..9.0, 0..3));
    (
        any::<String>(),
        any::<u64>(),
        model,
        object(),
        (loss, loss_weights, metrics),
        objects(),
        weights,
    )
        .prop_map(
            |(
                name,
                seed,
                model,
                optimizer,
                (loss, loss_weights, metrics),
                callbacks,
                class_weight,
            )| RunSpec {
                // A byte-order mark or NUL is text like any other.
                name,
                seed,
                keras_version: None,
                data: DataSpec {
                    sample: Some("digits".into()),
                    ..DataSpec::default()
                },
                model,
                compile: CompileSpec {
                    optimizer,
                    loss,
                    loss_weights,
                    metrics,
                    weighted_metrics: PerOutput::default(),
                },
                fit: FitSpec {
                    class_weight: class_weight.map(ClassWeight::PerClass),
                    ..FitSpec::default()
                },
                callbacks,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn specs_read_back_equal(spec in run_spec()) {
        let toml = spec.to_toml().expect("writes");
        let (back, _) = RunSpec::from_toml(&toml, "run.toml").map_err(|e| TestCaseError::fail(format!("{e}\n{toml}")))?;
        prop_assert_eq!(&back, &spec, "{}", toml);
        let json = spec.to_json().expect("writes");
        let (back, _) = RunSpec::from_json(&json, "run.json").map_err(|e| TestCaseError::fail(format!("{e}\n{json}")))?;
        prop_assert_eq!(&back, &spec, "{}", json);
    }

    #[test]
    fn json_agrees_with_serde(value in config()) {
        let value = Value::Object(value);
        let text = serde_json::to_string_pretty(&value).expect("writes");
        let node = super::json_tree::parse(&text, "x").expect("reads");
        prop_assert_eq!(node.to_value(), value);
    }

    #[test]
    fn damaged_files_never_panic(cut in 0..600usize, byte in any::<char>(), json in any::<bool>()) {
        let text = if json { example().to_json().expect("writes") } else { example().to_toml().expect("writes") };
        let at = (0..=cut.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        let mut damaged = text[..at].to_owned();
        damaged.push(byte);
        let _ = RunSpec::from_toml(&damaged, "run.toml");
        let _ = RunSpec::from_json(&damaged, "run.json");
        damaged.push_str(text.get(at + 1..).unwrap_or_default());
        let _ = RunSpec::from_toml(&damaged, "run.toml");
        let _ = RunSpec::from_json(&damaged, "run.json");
    }

    #[test]
    fn noise_never_panics(text in ".{0,60}", path in "[a-z.\\[\\]0-9\"]{0,12}") {
        let _ = RunSpec::from_toml(&text, "run.toml");
        let _ = RunSpec::from_json(&text, "run.json");
        let _ = example().set(&path, &text);
    }
}
