//! Layers that work before the graph against Keras: what they learn, what they give, configs; and their graph forms, where they
//! have one.

mod golden;

use std::collections::BTreeMap;

use golden::{Report, cases, tensor, text};
use regimen_graph::{Builder, DType, InputKind, Plain, Tensor, Type, evaluate};
use regimen_nn::host::{FeatureSpace, HostLayer, HostValue, Texts, adapt};
use regimen_nn::{Call, Layer, Mode, Object, Scope, layers};
use serde_json::{Value as Json, json};

/// Numbers of f32 arithmetic; indices are equal then, because they are whole.
const TOLERANCE: f64 = 1e-5;

fn value(json: &Json) -> HostValue {
    if let Some(texts) = json["texts"].as_array() {
        let shape: Vec<usize> = serde_json::from_value(json["shape"].clone()).unwrap();
        return Texts::new(shape, texts.iter().map(text).collect())
            .unwrap()
            .into();
    }
    let golden = tensor(json).unwrap_or_else(|| panic!("no value: {json}"));
    Tensor::from_f64(golden.dtype, golden.shape, &golden.data).into()
}

fn values(json: &Json) -> Vec<HostValue> {
    json.as_array()
        .map(|list| list.iter().map(value).collect())
        .unwrap_or_default()
}

fn layer(case: &Json, config: &Json) -> Result<Box<dyn Layer>, String> {
    let object = Object {
        class_name: text(&case["class_name"]),
        config: config.as_object().cloned().unwrap_or_default(),
    };
    layers::read(&object, "").map_err(|errors| errors.iter().map(|e| format!("{e}; ")).collect())
}

fn check(case: &Json, report: &mut Report) {
    let name = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let mut made = match layer(case, &case["config"])
        .and_then(|l| Ok((layer(case, &case["full_config"])?, l)).map(|(_, l)| l))
    {
        Ok(layer) => layer,
        Err(errors) => return report.wrong(format!("{name}: {errors}")),
    };
    check_config(&name, made.as_ref(), case, report);
    let batches = values(&case["adapt"]);
    if !batches.is_empty() {
        made = match adapt(made.as_ref(), &batches) {
            Ok(adapted) => adapted,
            Err(e) => return report.wrong(format!("{name}: {e}")),
        };
        check_learnt(&name, made.as_ref(), case, report);
        // What was learnt survives a config.
        made = layer(case, &made.config().into()).unwrap();
    }
    let inputs = values(&case["inputs"]);
    let result = match made.host().map(|host| host.apply(&inputs)) {
        Some(Ok(result)) => result,
        Some(Err(e)) => return report.wrong(format!("{name}: {e}")),
        None => return report.wrong(format!("{name}: no host form")),
    };
    compare(&name, &result, case, report);
    check_info(&name, made.host().unwrap(), &inputs, &result, report);
    if !made.host().unwrap().host_only() {
        compare(
            &format!("{name} in a graph"),
            &in_graph(made.as_ref(), &inputs),
            case,
            report,
        );
    }
}

fn compare(name: &str, result: &HostValue, case: &Json, report: &mut Report) {
    match (result, value(&case["output"])) {
        (HostValue::Texts(ours), HostValue::Texts(keras)) if *ours == keras => {}
        (HostValue::Numbers(ours), HostValue::Numbers(_)) => {
            let want = tensor(&case["output"]).unwrap();
            report.compare(name, &Plain::of(ours), &want, TOLERANCE);
        }
        (ours, keras) => report.wrong(format!("{name}: {ours:?}, Keras has {keras:?}")),
    }
}

/// The declared type and sizes have to be those that come out.
fn check_info(
    name: &str,
    host: &dyn HostLayer,
    inputs: &[HostValue],
    result: &HostValue,
    report: &mut Report,
) {
    let infos: Vec<_> = inputs.iter().map(HostValue::info).collect();
    // Rows of one value in a mode that counts over them are one row, as in Keras, and refused in a model.
    let rows_kept = result.shape().len() == result.info().shape.len() + 1
        && result.shape().first() == inputs[0].shape().first();
    match host.output(&infos) {
        Ok(info) => {
            let found = result.info();
            let fits = info.shape.len() == found.shape.len()
                && info
                    .shape
                    .iter()
                    .zip(&found.shape)
                    .all(|(a, b)| a.is_none() || a == b);
            if rows_kept && (!fits || info.dtype != found.dtype) {
                report.wrong(format!("{name}: declared {info:?}, gives {found:?}"));
            }
        }
        Err(_) if !rows_kept => {}
        Err(e) => report.wrong(format!("{name}: {e}")),
    }
}

fn in_graph(layer: &dyn Layer, inputs: &[HostValue]) -> HostValue {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Inference);
    let (mut call, mut feeds) = (Call::default(), std::collections::BTreeMap::new());
    for (i, input) in inputs.iter().enumerate() {
        let t = input.numbers().expect("graphs take numbers");
        let name = format!("x{i}");
        let x = builder.input(
            &name,
            Type::new(t.dtype(), t.shape.clone()),
            InputKind::Feed,
        );
        feeds.insert(name, Plain::of(t));
        call.inputs.push(x.into());
    }
    let y = layer.forward(&mut scope, &call).swap_remove(0).x;
    // What a Normalization learnt are weights, which begin so.
    for weight in scope.weights() {
        let first = weight.initializer.sample(&weight.shape, 1, &weight.path);
        feeds.insert(weight.path.clone(), Plain::of(&first.unwrap()));
    }
    let graph = builder.finish(&[("y", y.clone())], &[]).unwrap();
    evaluate(&graph, &feeds).unwrap()["y"]
        .to_tensor(y.dtype())
        .into()
}

fn check_learnt(name: &str, layer: &dyn Layer, case: &Json, report: &mut Report) {
    let config = layer.config();
    if let Some(full) = case["vocabulary"].as_array() {
        let ours = config["vocabulary"].as_array().cloned().unwrap_or_default();
        let special = full.len() - ours.len().min(full.len());
        if ours != full[special..] {
            report.wrong(format!("{name}: vocabulary {ours:?}, Keras has {full:?}"));
        }
    }
    for (key, option) in [
        ("boundaries", "bin_boundaries"),
        ("mean", "mean"),
        ("variance", "variance"),
    ] {
        if let Some(want) = tensor(&case[key]) {
            let flat = flatten(&config[option]);
            report.compare(
                &format!("{name} {key}"),
                &Plain::new(want.shape.clone(), flat),
                &want,
                TOLERANCE,
            );
        }
    }
}

fn flatten(json: &Json) -> Vec<f64> {
    match json {
        Json::Array(items) => items.iter().flat_map(flatten).collect(),
        Json::Object(map) => map.values().flat_map(flatten).collect(),
        other => vec![golden::number(other)],
    }
}

fn check_config(name: &str, layer: &dyn Layer, case: &Json, report: &mut Report) {
    // Keras's record of what the vocabulary says; options of integers that it writes for texts, too.
    let skip = [
        "name",
        "trainable",
        "dtype",
        "vocabulary_size",
        "oov_method",
        "sparse",
        "ragged",
    ];
    let full = case["full_config"].as_object().unwrap();
    for (key, want) in full.iter().filter(|(k, _)| !skip.contains(&k.as_str())) {
        let ours = layer.config().get(key).cloned().unwrap_or_default();
        let same = match (&ours, want) {
            (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
            // As passed: Keras writes axis and salt as a list.
            (Json::Array(a), Json::Number(b)) => a.iter().all(|a| a.as_f64() == b.as_f64()),
            (Json::Array(a), Json::Null) => a.is_empty(),
            (a, b) => a == b,
        };
        if !same {
            report.wrong(format!("{name}: config {key} = {ours}, Keras has {want}"));
        }
    }
}

fn file(name: &str) {
    let mut report = Report::default();
    for case in &cases(&format!("host/{name}.json")) {
        check(case, &mut report);
    }
    report.finish();
}

#[test]
fn string_lookup() {
    file("string_lookup");
}

#[test]
fn integer_lookup() {
    file("integer_lookup");
}

#[test]
fn text_vectorization() {
    file("text_vectorization");
}

#[test]
fn hashing() {
    file("hashing");
}

#[test]
fn learning() {
    file("learning");
}

#[test]
fn feature_space() {
    let all = golden::file("host/feature_space.json");
    let columns = |json: &Json| -> BTreeMap<String, HostValue> {
        json.as_object()
            .unwrap()
            .iter()
            .map(|(k, v)| (k.clone(), value(v)))
            .collect()
    };
    let (seen, new) = (columns(&all["adapt"]), columns(&all["data"]));
    let mut report = Report::default();
    for case in all["cases"].as_array().unwrap() {
        let name = text(&case["name"]);
        let space = FeatureSpace::read(&case["config"], "space")
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let space = space.adapt(&seen).unwrap();
        assert!(space.unadapted().is_empty());
        // What was learnt survives a config.
        let space = FeatureSpace::read(&space.config().into(), "space")
            .unwrap_or_else(|e| panic!("{name}: {e:?}"));
        match space.concat {
            true => {
                let row = space.encode(&new).unwrap();
                report.compare(
                    &name,
                    &Plain::of(&row),
                    &tensor(&case["output"]).unwrap(),
                    TOLERANCE,
                );
            }
            false => {
                let each = space.encode_each(&new).unwrap();
                assert_eq!(each.len(), case["output"].as_object().unwrap().len());
                for (key, ours) in each {
                    let ours = Plain::of(ours.numbers().unwrap());
                    let want = tensor(&case["output"][&key]).unwrap();
                    report.compare(&format!("{name} {key}"), &ours, &want, TOLERANCE);
                }
            }
        }
    }
    report.finish();
}

#[test]
fn feature_spaces_refuse_by_name() {
    let wrong = |config: Json, says: &str| {
        let errors = FeatureSpace::read(&config, "space").unwrap_err();
        assert!(
            errors.iter().any(|e| e.to_string().contains(says)),
            "{errors:?}"
        );
    };
    wrong(
        json!({"features": {"a": "float_normalised"}}),
        "did you mean `float_normalized`?",
    );
    wrong(
        json!({"features": {"a": "float"}, "crosses": [["a", "b"]]}),
        "no feature `b`",
    );
    wrong(
        json!({"features": {"a": "float"}, "crosses": ["a"]}),
        "two names",
    );
    wrong(
        json!({"features": {"a": "float"}, "output_mode": "list"}),
        "concat or dict",
    );
    wrong(
        json!({"features": {"a": "float"}, "hashing_dims": 3}),
        "did you mean `hashing_dim`?",
    );
    wrong(json!({}), "needs `features`");
    let feature = |config: Json| json!({"features": {"a": {"class_name": "Feature", "config": config}, "b": "float"}});
    wrong(feature(json!({"dtype": "flote"})), "a type of numbers");
    wrong(feature(json!({"dtype": 3})), "a type of numbers");
    wrong(
        feature(json!({"dtype": "float32", "output_modes": "int"})),
        "did you mean `output_mode`?",
    );
    let crossed = |crosses: Json| json!({"features": {"a": "integer_categorical", "b": "integer_categorical"}, "crosses": crosses});
    wrong(crossed(json!("ab")), "a list of lists");
    let cross = |dim: Json| crossed(json!([{"feature_names": ["a", "b"], "crossing_dim": dim}]));
    for dim in [json!(-3), json!("many"), json!(0)] {
        wrong(cross(dim), "1 or more");
    }
    let space = FeatureSpace::read(&json!({"features": {"city": "string_hashed"}}), "").unwrap();
    let error = space
        .encode(&[("town".to_string(), Texts::column(["x"]).into())].into())
        .unwrap_err();
    assert!(error.to_string().contains("no column `city`"), "{error}");
}

#[test]
fn graph_forms_take_every_dtype_of_data() {
    let layer = layers::IntegerLookup::new().vocabulary(vec![5, i64::from(i32::MAX), -7, 1 << 40]);
    for dtype in [DType::I32, DType::F32] {
        let x: HostValue = Tensor::from_f64(dtype, vec![4], &[5.0, -7.0, 0.0, 4.0]).into();
        let (host, graph) = (
            layer.apply(std::slice::from_ref(&x)).unwrap(),
            in_graph(&layer, &[x]),
        );
        assert_eq!(host, graph);
        assert_eq!(host.numbers().unwrap().to_f64(), [1.0, 3.0, 0.0, 0.0]);
    }
}
