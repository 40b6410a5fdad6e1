//! Models that begin on the host: the split, what layers learn in a model, and what is refused.

use regimen_graph::{DType, Data, ModelFaults, Tensor};
use regimen_nn::host::{HostLayer, HostValue, OutputMode, Texts, adapt};
use regimen_nn::layers::{
    CategoryEncoding, Concatenate, Dense, Discretization, Embedding, HashedCrossing, Hashing,
    IntegerLookup, Normalization, Pipeline, Rescaling, StringLookup, TextVectorization,
};
use regimen_nn::model::{
    Feed, Functional, InputInfo, Model, Sequential, adapt_model, from_keras, to_keras,
};
use regimen_nn::{Layer, Object, layers};
use serde_json::json;

fn texts(list: &[&str]) -> HostValue {
    Texts::column(list.iter().copied()).into()
}

fn floats(shape: &[usize], data: Vec<f32>) -> HostValue {
    Tensor::f32(shape.to_vec(), data).unwrap().into()
}

fn says<T: std::fmt::Debug>(result: Result<T, ModelFaults>, parts: &[&str]) {
    let error = result.unwrap_err().to_string();
    for part in parts {
        assert!(error.contains(part), "{error}: no `{part}`");
    }
}

#[test]
fn a_functional_model_is_split_where_numbers_begin() {
    let mut f = Functional::new();
    let (city, age) = (f.input_texts("city", [1]), f.input("age", [1]));
    let kind = f.input_info("kind", InputInfo::of(DType::I32, &[1]));
    let place = f.apply(StringLookup::new(), &[city]);
    let bins = f.apply(Discretization::new().num_bins(2usize), &[age]);
    let crossed = f.apply(
        HashedCrossing::new(4usize).output_mode(OutputMode::OneHot),
        &[place, bins, kind],
    );
    let scaled = f.apply(Normalization::new(), &[age]);
    let hot = f.apply(
        CategoryEncoding::new(4usize).output_mode(OutputMode::OneHot),
        &[place],
    );
    let both = f.apply(Concatenate::new(), &[crossed, scaled, hot]);
    let out = f.apply(Dense::new(1usize), &[both]);
    let model = f.build(&[city, age, kind], &[out]);
    assert_eq!(model.text_inputs(), ["city"]);
    assert_eq!(
        model.unadapted(),
        ["string_lookup", "discretization", "normalization"]
    );

    let kinds = Tensor::i32([4, 1], vec![1, 2, 1, 2]).unwrap();
    let data = vec![
        texts(&["a", "b", "a", "c"]),
        floats(&[4, 1], vec![1.0, 2.0, 3.0, 10.0]),
        kinds.into(),
    ];
    let model = adapt_model(model, std::slice::from_ref(&data)).unwrap();
    assert!(model.unadapted().is_empty());
    // What was learnt survives Keras's JSON, and the whole model can be described.
    let keras = to_keras(&model);
    let object = Object::read(&keras).unwrap();
    let again = from_keras(&object, "").unwrap();
    assert_eq!(to_keras(&again), keras);
    let described = model.describe(&[]).unwrap();
    assert_eq!(described.shapes["hashed_crossing"], [[None, Some(4)]]);
    assert_eq!(described.shapes["concatenate"], [[None, Some(9)]]);
    // Mean, variance and count of the Normalization are weights, as in Keras.
    assert_eq!(described.params(""), (13, 10));
    assert_eq!(described.layers.len(), model.layers.len());

    let (host, graph) = again.split_host().unwrap();
    let host = host.unwrap();
    // `age` enters the graph as it is; the lookup feeds an encoding there, the crossing a concatenation.
    assert_eq!(
        graph.input_names(),
        ["age", "string_lookup", "hashed_crossing"]
    );
    assert_eq!(host.feeds(), [Feed::Input(1), Feed::Made(0), Feed::Made(1)]);
    let mut names = host.layer_names();
    names.sort_unstable();
    assert_eq!(
        names,
        ["discretization", "hashed_crossing", "string_lookup"]
    );
    host.check_fixed().unwrap();
    let ready = host.apply(&data).unwrap();
    let shapes: Vec<&[usize]> = ready.iter().map(HostValue::shape).collect();
    assert_eq!(shapes, [&[4, 1][..], &[4, 1], &[4, 4]]);
    assert_eq!(
        ready[1].numbers().unwrap().data,
        Data::I32(vec![1, 3, 1, 2])
    );
    let infos: Vec<InputInfo> = graph.declared_inputs().unwrap();
    assert_eq!(graph.describe(&infos).unwrap().params(""), (13, 10));
}

#[test]
fn nested_models_and_pipelines_work_on_the_host() {
    let words = || {
        TextVectorization::new()
            .vocabulary(vec!["a".to_string(), "b".to_string()])
            .output_sequence_length(3usize)
    };
    let inner = Sequential::new().input_texts([1]).add(words()).build();
    let nested = Sequential::new()
        .input_texts([1])
        .add(inner)
        .add(Embedding::new(4usize, 2usize))
        .build();
    let pipeline = Pipeline::new()
        .add(words())
        .add(Rescaling::new(2.0))
        .add(Hashing::new(9usize));
    let piped = Sequential::new()
        .input_texts([1])
        .add(pipeline)
        .add(Embedding::new(9usize, 2usize))
        .build();
    for model in [nested, piped] {
        let described = model.describe(&[]).unwrap();
        assert_eq!(described.outputs, [[None, Some(3), Some(2)]]);
        let (host, _) = model.split_host().unwrap();
        let ids = host.unwrap().apply(&[texts(&["a b", "b"])]).unwrap();
        assert_eq!(ids[0].shape(), [2, 3]);
    }
}

#[test]
fn graph_layers_alone_need_no_split() {
    let model = Sequential::new()
        .input([2])
        .add(Normalization::new())
        .add(Dense::new(1usize))
        .build();
    let data = vec![vec![floats(&[2, 2], vec![0.0, 1.0, 2.0, 5.0])]];
    let model = adapt_model(model, &data).unwrap();
    let (host, model) = model.split_host().unwrap();
    assert!(host.is_none());
    assert_eq!(
        model.layer("normalization").unwrap().layer.config()["mean"]["learnt"],
        json!([1.0, 3.0])
    );
}

#[test]
fn normalization_behind_weights_stays_as_in_keras() {
    let model = Sequential::new()
        .input([2])
        .add(Dense::new(3usize))
        .add(Normalization::new())
        .build();
    let model = adapt_model(model, &[vec![floats(&[1, 2], vec![0.0, 1.0])]]).unwrap();
    assert_eq!(model.unadapted(), ["normalization"]);
    // mean, variance and count beside kernel and bias.
    assert_eq!(model.describe(&[]).unwrap().params(""), (16, 9));
}

#[test]
fn what_cannot_be_split_is_refused() {
    let fed = |layer: Dense| Sequential::new().input_texts([1]).add(layer).build();
    says(
        fed(Dense::new(1usize)).split_host().map(|_| ()),
        &["dense", "texts"],
    );
    let hash = Sequential::new()
        .input([2])
        .add(Dense::new(3usize))
        .add(Hashing::new(4usize))
        .build();
    says(hash.split_host().map(|_| ()), &["dense", "weights"]);
    let back = StringLookup::new()
        .invert(true)
        .vocabulary(vec!["a".to_string()]);
    let back = Sequential::new().input([1]).add(back).build();
    says(
        back.split_host().map(|_| ()),
        &["string_lookup", "texts that leave the model"],
    );
    let lacking = Sequential::new()
        .input_texts([1])
        .add(StringLookup::new().output_mode(OutputMode::Count))
        .build();
    says(
        lacking.describe(&[]).map(|_| ()),
        &["string_lookup", "vocabulary"],
    );
    let inner = Sequential::new()
        .input_texts([1])
        .add(StringLookup::new())
        .build();
    let hidden = Sequential::new().input_texts([1]).add(inner).build();
    says(
        adapt_model(hidden, &[]).map(|_| ()),
        &["string_lookup", "inside another layer"],
    );
    let inverted = Sequential::new()
        .input([1])
        .add(IntegerLookup::new().invert(true))
        .build();
    says(
        adapt_model(inverted, &[]).map(|_| ()),
        &["`vocabulary`", "indices"],
    );
    let open = TextVectorization::new().vocabulary(vec!["a".to_string()]);
    let open = Sequential::new().input_texts([1]).add(open).build();
    let (host, _) = open.split_host().unwrap();
    says(host.unwrap().check_fixed(), &["output_sequence_length"]);
}

#[test]
fn values_have_to_be_those_declared() {
    let model = || {
        let layer = StringLookup::new().vocabulary(vec!["a".to_string()]);
        let (host, _) = Sequential::new()
            .input_texts([1])
            .add(layer)
            .build()
            .split_host()
            .unwrap();
        host.unwrap()
    };
    says(
        model().apply(&[floats(&[1, 1], vec![0.0])]),
        &["numbers", "texts"],
    );
    let wide = Texts::new([1, 2], vec!["a".to_string(); 2]).unwrap();
    says(model().apply(&[wide.into()]), &["(2,)", "(1,)"]);
    says(model().apply(&[]), &["no data"]);
    // Floats of a table become the integers that the input declares.
    let info = InputInfo::of(DType::I32, &[1]);
    let crossing =
        |inputs: &mut Functional, a, b| inputs.apply(HashedCrossing::new(3usize), &[a, b]);
    let mut f = Functional::new();
    let (a, b) = (f.input_info("a", info.clone()), f.input_info("b", info));
    let out = crossing(&mut f, a, b);
    let (host, _) = f.build(&[a, b], &[out]).split_host().unwrap();
    let column = || floats(&[2, 1], vec![1.0, 2.0]);
    assert_eq!(
        host.unwrap().apply(&[column(), column()]).unwrap()[0].shape(),
        [2, 1]
    );
}

#[test]
fn rows_of_one_value_that_would_be_counted_as_one_row() {
    let layer = StringLookup::new()
        .vocabulary(vec!["a".to_string()])
        .output_mode(OutputMode::Count);
    let info = regimen_nn::host::HostInfo {
        shape: vec![],
        dtype: None,
    };
    assert!(
        layer
            .output(&[info])
            .unwrap_err()
            .to_string()
            .contains("shape [1]")
    );
}

fn options(class_name: &str, config: serde_json::Value) -> String {
    let object = Object {
        class_name: class_name.to_string(),
        config: config.as_object().cloned().unwrap_or_default(),
    };
    let errors = layers::read(&object, "layer").err().unwrap_or_default();
    errors.iter().map(|e| format!("{e}\n")).collect()
}

#[test]
fn options_are_refused_with_their_mend() {
    for (class, config, part) in [
        ("StringLookup", json!({"max_tokens": 1}), "above 1"),
        (
            "StringLookup",
            json!({"sparse": true, "output_mode": "count"}),
            "dense",
        ),
        (
            "StringLookup",
            json!({"vocabulary": "words.txt"}),
            "list of tokens",
        ),
        (
            "StringLookup",
            json!({"vocabulary": ["a", "a"]}),
            "`a` twice",
        ),
        (
            "StringLookup",
            json!({"vocabulary": []}),
            "one token at least",
        ),
        (
            "StringLookup",
            json!({"vocabulary": ["a", "[UNK]"], "invert": true}),
            "at the start",
        ),
        (
            "StringLookup",
            json!({"vocabulary": ["a", "b"], "max_tokens": 2}),
            "at most `max_tokens`",
        ),
        (
            "StringLookup",
            json!({"invert": true, "output_mode": "count"}),
            "inverted indices are tokens",
        ),
        (
            "StringLookup",
            json!({"pad_to_max_tokens": true, "output_mode": "count"}),
            "`max_tokens`",
        ),
        (
            "StringLookup",
            json!({"vocabulary": ["a"], "output_mode": "tf_idf"}),
            "one weight per token",
        ),
        ("StringLookup", json!({"idf_weights": [1.0]}), "tf_idf"),
        ("StringLookup", json!({"encoding": "utf-16"}), "utf-8"),
        (
            "StringLookup",
            json!({"output_mode": "multihot"}),
            "did you mean `multi_hot`?",
        ),
        ("StringLookup", json!({"salt": [1, 2, 3]}), "two of them"),
        (
            "StringLookup",
            json!({"oov_tokens": "?"}),
            "did you mean `oov_token`?",
        ),
        (
            "IntegerLookup",
            json!({"vocabulary_dtype": "int32"}),
            "int64",
        ),
        ("IntegerLookup", json!({"salt": 3}), "farmhash"),
        ("IntegerLookup", json!({"oov_method": "modulo"}), "floormod"),
        (
            "IntegerLookup",
            json!({"vocabulary": [1.5]}),
            "whole number",
        ),
        (
            "TextVectorization",
            json!({"output_sequence_length": 3, "output_mode": "count"}),
            "not int",
        ),
        ("TextVectorization", json!({"ngrams": 0}), "1 or more"),
        ("TextVectorization", json!({"ragged": true}), "dense"),
        (
            "TextVectorization",
            json!({"standardize": {"class_name": "function", "config": "f"}}),
            "function of Python",
        ),
        (
            "TextVectorization",
            json!({"split": "whitespaces"}),
            "did you mean `whitespace`?",
        ),
        (
            "TextVectorization",
            json!({"output_mode": "one_hot"}),
            "multi_hot",
        ),
        ("Hashing", json!({"num_bins": 0}), "1 or more"),
        ("Hashing", json!({}), "needs `num_bins`"),
        (
            "Hashing",
            json!({"num_bins": 3, "output_mode": "tf_idf"}),
            "one_hot",
        ),
        (
            "HashedCrossing",
            json!({"num_bins": 3, "output_mode": "count"}),
            "int or one_hot",
        ),
        ("Discretization", json!({}), "one of them"),
        ("Discretization", json!({"num_bins": 0}), "1 or more"),
        (
            "Discretization",
            json!({"bin_boundaries": [1.0, 0.0]}),
            "ascending",
        ),
        (
            "Discretization",
            json!({"num_bins": 2, "epsilon": 0.0}),
            "between 0 and 1",
        ),
        ("CategoryEncoding", json!({"num_tokens": 0}), "1 or more"),
        (
            "CategoryEncoding",
            json!({"num_tokens": 2, "output_mode": "int"}),
            "multi_hot or count",
        ),
        ("Normalization", json!({"mean": 1.0}), "or neither"),
        (
            "Normalization",
            json!({"mean": [1.0], "variance": [1.0, 2.0]}),
            "one shape",
        ),
        (
            "Normalization",
            json!({"axis": null, "mean": [1.0], "variance": [1.0]}),
            "no more axes",
        ),
        (
            "Normalization",
            json!({"mean": 1.0, "variance": -1.0}),
            "0 or more",
        ),
        (
            "Normalization",
            json!({"mean": [[1.0], [1.0, 2.0]], "variance": 1.0}),
            "equal lengths",
        ),
        ("Pipeline", json!({}), "list of layers"),
        (
            "Pipeline",
            json!({"layers": ["Rescalng"]}),
            "did you mean `Rescaling`?",
        ),
        (
            "InputLayer",
            json!({"shape": [1], "dtype": "text"}),
            "string",
        ),
    ] {
        let found = options(class, config.clone());
        assert!(found.contains(part), "{class} {config}: {found}");
    }
}

#[test]
fn values_are_refused_with_their_mend() {
    let words = || vec!["a".to_string(), "b".to_string()];
    let strict = StringLookup::new()
        .vocabulary(words())
        .num_oov_indices(0usize);
    let one =
        |layer: &dyn HostLayer, value: HostValue| layer.apply(&[value]).unwrap_err().to_string();
    assert!(one(&strict, texts(&["a", "z"])).contains("`z`, which the vocabulary lacks"));
    assert!(
        one(
            &StringLookup::new().vocabulary(words()),
            floats(&[1], vec![0.0])
        )
        .contains("IntegerLookup")
    );
    assert!(
        one(&IntegerLookup::new().vocabulary(vec![1i64]), texts(&["a"])).contains("StringLookup")
    );
    assert!(
        one(
            &Discretization::new().num_bins(3usize),
            floats(&[1], vec![0.0])
        )
        .contains("adapt")
    );
    assert!(
        one(
            &StringLookup::new().output_mode(OutputMode::Count),
            texts(&["a"])
        )
        .contains("adapt")
    );
    let pair = Texts::new([1, 2], words()).unwrap();
    assert!(one(&TextVectorization::new().vocabulary(words()), pair.into()).contains("one column"));
    let masked = Hashing::new(3usize).mask_value(layers::MaskValue::Text("a".to_string()));
    assert!(one(&masked, floats(&[1], vec![0.0])).contains("mask_value"));
    let crossing = HashedCrossing::new(3usize);
    assert!(
        crossing
            .apply(&[texts(&["a"])])
            .unwrap_err()
            .to_string()
            .contains("two inputs")
    );
    let floats_crossed = crossing
        .apply(&[texts(&["a"]), floats(&[1, 1], vec![0.5])])
        .unwrap_err();
    assert!(
        floats_crossed.to_string().contains("int32"),
        "{floats_crossed}"
    );
    let known = adapt(&StringLookup::new().vocabulary(words()), &[texts(&["a"])]).unwrap_err();
    assert!(known.to_string().contains("nothing to learn"));
    assert!(
        adapt(&StringLookup::new(), &[texts(&["[UNK]"])])
            .unwrap_err()
            .to_string()
            .contains("without a token")
    );
    assert!(
        adapt(&Normalization::new(), &[])
            .unwrap_err()
            .to_string()
            .contains("no rows")
    );
    assert!(
        adapt(&Normalization::new(), &[floats(&[2], vec![1.0, 2.0])])
            .unwrap_err()
            .to_string()
            .contains("axis")
    );
    let two = [floats(&[1, 2], vec![1.0, 2.0]), floats(&[1, 1], vec![1.0])];
    assert!(
        adapt(&Normalization::new(), &two)
            .unwrap_err()
            .to_string()
            .contains("rows of one shape")
    );
}

#[test]
fn graphs_refuse_what_only_the_host_can() {
    let faults = |layer: Box<dyn Layer>| {
        let model: Model = Sequential::new()
            .input([2])
            .add_boxed(None, layer, true)
            .build();
        let builder = regimen_graph::Builder::new();
        let mut scope = regimen_nn::Scope::new(&builder, regimen_nn::Mode::Inference);
        let ty = regimen_graph::Type::new(DType::F32, vec![3, 2]);
        let x = builder.input("x", ty, regimen_graph::InputKind::Feed);
        model.apply(&mut scope, &[x.into()]);
        ModelFaults(builder.faults()).to_string()
    };
    assert!(faults(Box::new(Hashing::new(3usize))).contains("split_host"));
    let misfit = Normalization::new()
        .mean(layers::Numbers::from(vec![1.0, 2.0, 3.0]))
        .variance(layers::Numbers::from(vec![1.0; 3]));
    assert!(faults(Box::new(misfit)).contains("as many means"));
    assert!(faults(Box::new(Normalization::new().axis(0i64))).contains("axis"));
    assert!(faults(Box::new(Discretization::new().num_bins(2usize))).contains("adapt"));
}
