//! Every layer against Keras: outputs, masks, gradients, moved state, configs.

mod golden;

use golden::{Feed, Golden, Report, cases, needed, number, tensor, text};
use regimen_graph::{Plain, Var, grad};
use regimen_nn::{Call, Layer, Mode, Object, Scope, Value, initializers::Initializer, layers};
use serde_json::Value as Json;

const OUTPUTS: f64 = 1e-5;
const GRADIENTS: f64 = 1e-4;

/// The layer of a case; an unknown class or option is a failure, so nothing is passed over.
fn layer(case: &Json) -> Result<Box<dyn Layer>, String> {
    let config = case["config"].as_object().cloned().unwrap_or_default();
    let object = Object {
        class_name: text(&case["class_name"]),
        config,
    };
    layers::read(&object, "").map_err(|errors| errors.iter().map(|e| format!("{e}; ")).collect())
}

/// One case on its way through our layer.
struct Run<'a> {
    case: &'a Json,
    feed: Feed,
    inputs: Vec<(Var, Golden)>,
    states: Vec<Var>,
}

impl<'a> Run<'a> {
    fn new(case: &'a Json) -> Run<'a> {
        Run {
            case,
            feed: Feed::default(),
            inputs: vec![],
            states: vec![],
        }
    }

    fn list(&self, key: &str) -> &'a [Json] {
        self.case[key]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn call(&mut self) -> Call {
        let mut call = Call::default();
        for (i, input) in self.list("inputs").iter().enumerate() {
            let value = needed(input);
            let x = self.feed.input(&format!("input.{i}"), &value);
            let mask = if i == 0 {
                tensor(&self.case["mask"])
            } else {
                None
            };
            let mask = mask.or_else(|| tensor(&self.case["masks"][i]));
            let mask = mask.map(|m| self.feed.input(&format!("mask.{i}"), &m));
            self.inputs.push((x.clone(), value));
            call.inputs.push(Value { x, mask });
        }
        for (name, value) in self.case["call"].as_object().into_iter().flatten() {
            let numbered = value.as_array().into_iter().flatten().enumerate();
            let many = numbered.map(|(i, v)| (format!("{name}.{i}"), v));
            let mut tensors = std::iter::once((name.clone(), value)).chain(many);
            let found: Vec<(String, Golden)> = tensors
                .by_ref()
                .filter_map(|(n, v)| Some((n, tensor(v)?)))
                .collect();
            if found.is_empty() {
                call.kwargs.insert(name.clone(), value.clone());
            }
            for (name, value) in found {
                let x = self.feed.input(&name, &value);
                self.states.push(x.clone());
                call.tensors.push((name, x.into()));
            }
        }
        call
    }
}

fn check(case: &Json, report: &mut Report) {
    let name = format!("{} {}", text(&case["class_name"]), text(&case["name"]));
    let layer = match layer(case) {
        Ok(layer) => layer,
        Err(errors) => return report.wrong(format!("{name}: {errors}")),
    };
    check_config(&name, &layer, case, report);
    let mut run = Run::new(case);
    let call = run.call();
    let mode = if case["training"] == true {
        Mode::Training
    } else {
        Mode::Inference
    };
    let mut scope = Scope::new(&run.feed.builder, mode);
    let trainable = case["config"]["trainable"] != false;
    let outputs = scope.within("layer", trainable, |s| layer.forward(s, &call));
    let faults = run.feed.builder.faults();
    if !faults.is_empty() {
        return report.wrong(format!("{name}: {}", faults[0]));
    }
    let wanted = run.list("outputs");
    if outputs.len() != wanted.len() {
        return report.wrong(format!(
            "{name}: {} outputs, Keras has {}",
            outputs.len(),
            wanted.len()
        ));
    }
    let weights = match set_weights(&mut run, &scope) {
        Ok(weights) => weights,
        Err(message) => return report.wrong(format!("{name}: {message}")),
    };
    compare(&name, run, &scope, &outputs, &weights, report);
}

/// Gives the weights the golden values, in order; those that train.
fn set_weights(run: &mut Run<'_>, scope: &Scope) -> Result<Vec<Var>, String> {
    let golden = run.list("weights");
    let ours: Vec<String> = scope
        .weights()
        .iter()
        .map(|w| format!("{}{:?}", w.path, w.shape))
        .collect();
    if golden.len() != ours.len() {
        return Err(format!("weights {ours:?}, Keras has {}", golden.len()));
    }
    let mut trainable = vec![];
    for (info, golden) in scope.weights().iter().zip(golden) {
        let value = needed(golden);
        // Without the layer's own name, which is the test's.
        let (path, inner) = (
            text(&golden["path"]),
            info.path.trim_start_matches("layer/"),
        );
        let same_path = path
            .split_once('/')
            .is_some_and(|(_, rest)| plain_names(rest) == plain_names(inner));
        if info.shape != value.shape || !same_path || golden["trainable"] != info.trainable {
            return Err(format!(
                "weight {info:?}, Keras has {path} {:?} {}",
                value.shape, golden["trainable"]
            ));
        }
        run.feed
            .values
            .insert(info.path.clone(), golden::plain(&value));
        if info.trainable {
            trainable.push(run.feed.input(&info.path, &value));
        }
    }
    let initial = run.list("initial_weights");
    for (info, golden) in scope.weights().iter().zip(initial) {
        check_initial(&info.initializer, &needed(golden), &info.path)?;
    }
    Ok(trainable)
}

/// A layer that was made twice in Keras has a number at its name.
fn plain_names(path: &str) -> String {
    let part = |p: &str| match p.rsplit_once('_') {
        Some((name, number)) if number.parse::<usize>().is_ok() => name.to_string(),
        _ => p.to_string(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Constant initial values; random ones are the initializers' own tests.
fn check_initial(initializer: &Initializer, want: &Golden, path: &str) -> Result<(), String> {
    let sample = initializer.sample(&want.shape, 1, path)?;
    let again = initializer.sample(&want.shape, 2, path)?;
    let same = golden::differences(&Plain::of(&sample), want, OUTPUTS);
    match same {
        Some(found) if sample == again => Err(format!("initial {path}: {found}")),
        _ => Ok(()),
    }
}

/// What our config says has to be what Keras's says.
fn check_config(
    name: &str,
    layer: &dyn std::ops::Deref<Target = dyn Layer>,
    case: &Json,
    report: &mut Report,
) {
    let (ours, full) = (layer.config(), &case["full_config"]);
    // Of what Keras does not write, dialects may take one for a sign of an old version.
    for key in ours.keys().filter(|key| full.get(key.as_str()).is_none()) {
        let given = case["config"].get(key).is_some();
        // Keras's classes take these, too.
        let taken = ["activity_regularizer", "seed", "fill_value"].contains(&key.as_str());
        if !given && !taken {
            report.wrong(format!(
                "{name}: config with {key}, which Keras does not write"
            ));
        }
    }
    // The loader fills in the first case's config, overlaid with what was passed, in the form in which it was passed.
    let passed = |key: &str| case["config"].get(key) == full.get(key);
    for (key, want) in full.as_object().into_iter().flatten() {
        let optional = want.is_null() || *want == false;
        match ours.get(key) {
            _ if ["name", "trainable", "dtype", "build_config"].contains(&key.as_str()) => {}
            _ if passed(key) || (key == "backward_layer" && passed("layer")) => {}
            // Keras resolves the default once it has seen an input.
            Some(Json::Null) if key == "attention_axes" => {}
            None if optional || key == "renorm_momentum" => {}
            None => report.wrong(format!("{name}: config without {key} = {want}")),
            Some(got) if same_config(got, want) => {}
            Some(got) => report.wrong(format!("{name}: config {key} = {got}, Keras has {want}")),
        }
    }
}

/// Equal values; of objects the class and the arguments that both name.
fn same_config(got: &Json, want: &Json) -> bool {
    match (got, want) {
        (Json::Object(a), Json::Object(b)) if a.contains_key("class_name") => {
            let empty = serde_json::Map::new();
            let (one, two) = (a.get("config"), b.get("config"));
            let one = one.and_then(Json::as_object).unwrap_or(&empty);
            let two = two.and_then(Json::as_object).unwrap_or(&empty);
            let skip = ["name", "trainable", "dtype"];
            let shared = one.iter().filter(|(k, _)| !skip.contains(&k.as_str()));
            a.get("class_name") == b.get("class_name")
                && shared
                    .filter_map(|(k, v)| Some((v, two.get(k)?)))
                    .all(|(v, w)| same_config(v, w))
        }
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(v, w)| same_config(v, w))
        }
        _ => got == want,
    }
}

fn compare(
    name: &str,
    mut run: Run<'_>,
    scope: &Scope,
    outputs: &[Value],
    weights: &[Var],
    report: &mut Report,
) {
    let mut wanted: Vec<(String, Var, Golden, f64)> = vec![];
    let mut loss: Option<Var> = None;
    // Keras computes x · inv - mean · inv in float32: with a large mean, digits cancel there and not here.
    let tolerance = if name == "LayerNormalization large_offset" {
        10.0 * OUTPUTS
    } else {
        OUTPUTS
    };
    for (i, (output, want)) in outputs.iter().zip(run.list("outputs")).enumerate() {
        wanted.push((
            format!("output {i}"),
            output.x.clone(),
            needed(want),
            tolerance,
        ));
        let weighting = run.feed.input(
            &format!("weighting.{i}"),
            &needed(&run.list("weighting")[i]),
        );
        if output.x.dtype() != needed(want).dtype {
            report.wrong(format!(
                "{name}: output {i} {}, Keras has {}",
                output.x.ty(),
                golden_type(want)
            ));
        }
        if weighting.shape() == output.x.shape() && output.x.dtype().is_float() {
            let part = (output.x.cast(regimen_graph::DType::F32) * weighting).sum_all();
            loss = Some(loss.map_or(part.clone(), |l| l + part));
        }
    }
    match (&outputs[0].mask, tensor(&run.case["output_mask"])) {
        (Some(mask), Some(want)) => wanted.push(("mask".into(), mask.clone(), want, 0.0)),
        (None, None) => {}
        (ours, _) => report.wrong(format!(
            "{name}: mask {ours:?}, Keras has {}",
            run.case["output_mask"]
        )),
    }
    let after = run.list("weights_after");
    for (info, want) in scope.weights().iter().zip(after) {
        let kept = || {
            run.feed.builder.input(
                &info.path,
                golden_type(want),
                regimen_graph::InputKind::State,
            )
        };
        let next = scope
            .updates()
            .get(&info.path)
            .cloned()
            .unwrap_or_else(kept);
        wanted.push((format!("{} after", info.path), next, needed(want), OUTPUTS));
    }
    let wrt: Vec<(String, Var, Json)> = gradients(&run, weights);
    let vars: Vec<Var> = wrt.iter().map(|(_, v, _)| v.clone()).collect();
    let grads = match loss.map(|l| grad(&l, &vars)) {
        Some(Ok(grads)) => grads,
        Some(Err(e)) => return report.wrong(format!("{name}: {e}")),
        None => vec![],
    };
    for ((place, var, want), grad) in wrt.into_iter().zip(grads) {
        if let Some(want) = tensor(&want) {
            wanted.push((
                place,
                grad.unwrap_or_else(|| var.zeros_like()),
                want,
                GRADIENTS,
            ));
        }
    }
    run.feed
        .values
        .insert("random/seed".into(), Plain::new(vec![], vec![1.0]));
    run.feed
        .values
        .insert("random/step".into(), Plain::new(vec![], vec![0.0]));
    let asked: Vec<(&str, Var)> = wanted.iter().map(|w| (w.0.as_str(), w.1.clone())).collect();
    let results = run.feed.run(&asked);
    for (place, _, want, tolerance) in &wanted {
        report.compare(
            &format!("{name}: {place}"),
            &results[place],
            want,
            *tolerance,
        );
    }
}

fn golden_type(value: &Json) -> regimen_graph::Type {
    let value = needed(value);
    regimen_graph::Type::new(value.dtype, value.shape)
}

/// What Keras has gradients of: inputs, weights, initial states.
fn gradients(run: &Run<'_>, weights: &[Var]) -> Vec<(String, Var, Json)> {
    let inputs = run.inputs.iter().zip(run.list("input_grads"));
    let mut all: Vec<(String, Var, Json)> = inputs
        .enumerate()
        .map(|(i, ((x, _), g))| (format!("gradient by input {i}"), x.clone(), g.clone()))
        .collect();
    assert_eq!(
        weights.len(),
        run.list("weight_grads").len(),
        "{}",
        run.case["name"]
    );
    let named = weights.iter().zip(run.list("weight_grads")).enumerate();
    all.extend(named.map(|(i, (w, g))| (format!("gradient by weight {i}"), w.clone(), g.clone())));
    let states = run.case["call_grads"].as_object();
    let states = states.into_iter().flat_map(|calls| calls.values());
    let states = states.filter_map(Json::as_array).flatten();
    let states = run.states.iter().zip(states).enumerate();
    all.extend(states.map(|(i, (x, g))| (format!("gradient by state {i}"), x.clone(), g.clone())));
    all
}

fn check_file(name: &str) {
    let mut report = Report::default();
    for case in cases(&format!("layers/{name}.json")) {
        check(&case, &mut report);
    }
    report.finish();
}

macro_rules! files {
    ($($name:ident)*) => {
        $(#[test] fn $name() { check_file(stringify!($name)); })*
        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

files! {
    activation
    activation_layers
    adaptive_pooling
    attention
    batch_normalization
    bidirectional
    bidirectional_family
    category_encoding
    concatenating
    conv1d
    conv2d
    conv3d
    conv_lstm
    conv_transpose
    core
    dense
    depthwise
    discretization
    dot
    drawing
    dropout
    edges
    einsum_dense
    elementwise_merging
    embedding
    group_normalization
    group_query_attention
    gru
    image_preprocessing
    layer_normalization
    length_normalization
    lstm
    masking
    merging
    multi_head_attention
    multi_head_attention_options
    normalization
    normalization_options
    pipeline
    pooling
    pooling3d
    recurrent_cells
    recurrent_options
    rescaling
    reshaping
    reversible_embedding
    rnn
    separable
    shaping
    simple_rnn
    spatial_dropout
    spectral_normalization
    spectrograms
    time_distributed
    up_sampling
}

#[test]
fn every_file_has_its_test() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/layers");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let stem = name.trim_end_matches(".json");
        assert!(
            FILES.contains(&stem) || stem == "input",
            "{name} is not tested"
        );
    }
}

#[test]
fn inputs() {
    let mut report = Report::default();
    for case in cases("layers/input.json") {
        let name = text(&case["name"]);
        match layer(&case) {
            Ok(layer) => {
                check_config(&name, &layer, &case, &mut report);
                let config = layer.config();
                if config.get("batch_shape") != Some(&case["shape"])
                    || config.get("dtype") != Some(&case["dtype"])
                {
                    report.wrong(format!(
                        "{name}: {config:?}, Keras has {} {}",
                        case["shape"], case["dtype"]
                    ));
                }
            }
            Err(errors) => report.wrong(format!("{name}: {errors}")),
        }
    }
    report.finish();
}

#[test]
fn numbers_are_read() {
    assert!(number(&Json::from("NaN")).is_nan());
}
