//! Bad input of merging, activation, normalization and attention layers: refused by path or a fault with a mend.

mod faulty;

use faulty::{floats, forward, read};
use regimen_graph::{DType, Type};
use regimen_nn::Mode;
use serde_json::{Value as Json, json};

/// Configs, the option that is wrong, and words of the message.
#[test]
fn options_beyond_their_limits_are_refused_by_path() {
    let einsum = |equation: &str, shape: Json| json!({"equation": equation, "output_shape": shape});
    let heads =
        |q: i64, k: i64| json!({"head_dim": 2, "num_query_heads": q, "num_key_value_heads": k});
    let renorm = |clipping: Json| json!({"renorm": true, "renorm_clipping": clipping});
    let cases = [
        ("Dot", json!({"axes": 0}), "axes", "other than the batch"),
        ("Dot", json!({"axes": [1, 2, 3]}), "axes", "two axes"),
        (
            "Dot",
            json!({"axes": "last"}),
            "axes",
            "a whole number or two",
        ),
        ("Dot", json!({}), "", "needs `axes`"),
        (
            "LeakyReLU",
            json!({"negative_slope": -0.1}),
            "negative_slope",
            "0 or more",
        ),
        (
            "LeakyReLU",
            json!({"negative_slop": 0.1}),
            "negative_slop",
            "`negative_slope`",
        ),
        ("ReLU", json!({"max_value": -1}), "max_value", "0 or more"),
        (
            "ReLU",
            json!({"negative_slope": null}),
            "negative_slope",
            "a number",
        ),
        ("ReLU", json!({"threshold": -1}), "threshold", "0 or more"),
        (
            "ThresholdedReLU",
            json!({"theta": -1}),
            "theta",
            "0 or more",
        ),
        (
            "PReLU",
            json!({"shared_axes": "all"}),
            "shared_axes",
            "a whole number or a list",
        ),
        (
            "Softmax",
            json!({"axis": []}),
            "axis",
            "a whole number or a list",
        ),
        (
            "Dense",
            json!({"units": 2, "activation": {"class_name": "PReLU", "config": {}}}),
            "activation",
            "of its own",
        ),
        (
            "Dense",
            json!({"units": 2, "activation": {"class_name": "LeakyReLU", "config": {"negative_slope": -1}}}),
            "activation",
            "0 or more",
        ),
        (
            "EinsumDense",
            einsum("ab,bc", json!(3)),
            "equation",
            "the form",
        ),
        (
            "EinsumDense",
            einsum("ab,bc->ad", json!(3)),
            "equation",
            "found `d`",
        ),
        (
            "EinsumDense",
            einsum("abc,cd->abd", json!(3)),
            "output_shape",
            "2 sizes",
        ),
        (
            "EinsumDense",
            einsum("ab,bc->ac", json!([0])),
            "output_shape",
            "1 or more",
        ),
        (
            "EinsumDense",
            json!({"equation": "ab,bc->ac", "output_shape": 3, "bias_axes": "d"}),
            "bias_axes",
            "letters of the output",
        ),
        (
            "ReversibleEmbedding",
            json!({"input_dim": 0, "output_dim": 2}),
            "input_dim",
            "1 or more",
        ),
        (
            "ReversibleEmbedding",
            json!({"input_dim": 3, "output_dim": 2, "reverse_dtype": "float16"}),
            "reverse_dtype",
            "float32",
        ),
        (
            "ReversibleEmbedding",
            json!({"input_dim": 3, "output_dim": 2, "logit_soft_cap": 0}),
            "logit_soft_cap",
            "than 0",
        ),
        (
            "ActivityRegularization",
            json!({"l1": -1}),
            "l1",
            "0 or more",
        ),
        (
            "GroupNormalization",
            json!({"groups": 0}),
            "groups",
            "1 or more, or -1",
        ),
        (
            "GroupNormalization",
            json!({"epsilon": -1}),
            "epsilon",
            "0 or more",
        ),
        (
            "RMSNormalization",
            json!({"epsilon": -1}),
            "epsilon",
            "0 or more",
        ),
        (
            "BatchNormalization",
            renorm(json!({"rmaxx": 2})),
            "renorm_clipping",
            "no `rmaxx`",
        ),
        (
            "BatchNormalization",
            renorm(json!({"rmax": 1, "rmin": 2})),
            "renorm_clipping",
            "at least `rmin`",
        ),
        (
            "BatchNormalization",
            json!({"renorm_momentum": 2}),
            "renorm_momentum",
            "from 0 to 1",
        ),
        (
            "BatchNormalization",
            json!({"renorm": true, "moving_variance_initializer": "random_uniform"}),
            "moving_variance_initializer",
            "zeros, ones or Constant",
        ),
        ("AlphaDropout", json!({"rate": 1.5}), "rate", "from 0 to 1"),
        (
            "AlphaDropout",
            json!({"rate": 0.5, "noise_shape": [0]}),
            "noise_shape",
            "1 or more",
        ),
        (
            "GaussianDropout",
            json!({"rate": -0.5}),
            "rate",
            "from 0 to 1",
        ),
        (
            "Attention",
            json!({"score_mode": "dott"}),
            "score_mode",
            "did you mean `dot`",
        ),
        ("Attention", json!({"dropout": 2}), "dropout", "from 0 to 1"),
        (
            "AdditiveAttention",
            json!({"dropout": 2}),
            "dropout",
            "from 0 to 1",
        ),
        (
            "GroupQueryAttention",
            heads(4, 3),
            "num_key_value_heads",
            "a divisor of num_query_heads = 4",
        ),
        (
            "GroupQueryAttention",
            heads(4, 0),
            "num_key_value_heads",
            "1 or more",
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 2, "key_dim": 2, "sliding_window": 0}),
            "sliding_window",
            "1 or more",
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 2, "key_dim": 2, "flash_attention": "maybe"}),
            "flash_attention",
            "true, false or null",
        ),
        (
            "StringLookup",
            json!({"vocabulary": ["a"], "oov_method": "nonsense"}),
            "oov_method",
            "floormod",
        ),
        (
            "RandomFlip",
            json!({"bounding_box_format": 3}),
            "bounding_box_format",
            "name of a format",
        ),
        (
            "Lambda",
            json!({"function": "f", "arguments": {}}),
            "",
            "only Python can run",
        ),
    ];
    for (class_name, config, option, words) in cases {
        let errors = read(class_name, config.clone()).err().unwrap_or_default();
        let at = if option.is_empty() {
            String::new()
        } else {
            format!(".{option}")
        };
        let path = format!("model.layers[3]{at}: ");
        let found = errors
            .lines()
            .any(|e| e.starts_with(&path) && e.contains(words));
        assert!(found, "{class_name} {config}: {errors}");
    }
}

#[test]
fn old_names_are_read() {
    let slope = |config| read("leaky_re_lu", config).unwrap().config()["negative_slope"].clone();
    assert_eq!(slope(json!({"alpha": 0.2})), json!(0.2));
    assert_eq!(
        slope(json!({"alpha": 0.2, "negative_slope": 0.4})),
        json!(0.2)
    );
    for name in [
        "add",
        "average",
        "concatenate",
        "maximum",
        "minimum",
        "multiply",
        "subtract",
    ] {
        assert!(read(name, json!({})).is_ok(), "{name}");
    }
    assert!(
        read(
            "GroupedQueryAttention",
            json!({"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1})
        )
        .is_ok()
    );
    assert!(read("BatchNormalization", json!({"synchronized": true})).is_ok());
}

#[test]
fn layers_as_activations_keep_their_options() {
    let activation = json!({"class_name": "LeakyReLU", "config": {"negative_slope": 0.1}});
    let layer = read("Dense", json!({"units": 2, "activation": activation})).unwrap();
    assert_eq!(layer.config()["activation"], activation);
    let named = json!({"module": "builtins", "class_name": "function", "config": "leaky_relu"});
    let layer = read("Dense", json!({"units": 2, "activation": named})).unwrap();
    assert_eq!(layer.config()["activation"], json!("leaky_relu"));
}

#[test]
fn every_layer_takes_an_activity_regularizer() {
    let penalty = json!({"class_name": "L2", "config": {"l2": 0.5}});
    for (class_name, config) in [
        ("ReLU", json!({})),
        ("Average", json!({})),
        ("Dropout", json!({"rate": 0.0})),
    ] {
        let mut config = config.as_object().cloned().unwrap();
        config.insert("activity_regularizer".into(), penalty.clone());
        let layer = read(class_name, Json::Object(config)).unwrap();
        assert_eq!(layer.config()["activity_regularizer"], penalty);
        assert_eq!(layer.class_name(), class_name);
        let builder = regimen_graph::Builder::new();
        let mut scope = regimen_nn::Scope::new(&builder, Mode::Inference);
        let x = builder.constant(regimen_graph::Tensor::from_f64(
            DType::F32,
            vec![2, 1],
            &[1.0, 3.0],
        ));
        layer.forward(&mut scope, &regimen_nn::Call::of(x.into()));
        let loss = scope.losses()[0].clone();
        let graph = builder.finish(&[("loss", loss)], &[]).unwrap();
        let found = regimen_graph::evaluate(&graph, &Default::default()).unwrap();
        // 0.5 · (1 + 9), divided by two samples.
        assert_eq!(found["loss"].data, [2.5], "{class_name}");
    }
    assert!(read("ReLU", json!({"activity_regularizer": null})).is_ok());
    let error = read("ReLU", json!({"activity_regularizer": "l3"})).unwrap_err();
    assert!(
        error.starts_with("model.layers[3].activity_regularizer: "),
        "{error}"
    );
    assert!(
        read(
            "InputLayer",
            json!({"shape": [2], "activity_regularizer": "l2"})
        )
        .is_err()
    );
}

/// Inputs that cannot work: exactly one fault, with words of it, and the output that was meant.
#[test]
fn wrong_shapes_are_faults_with_a_mend() {
    let f = floats;
    let ids = Type::new(DType::I32, vec![2, 3]);
    let cases = [
        (
            "Maximum",
            json!({}),
            vec![f(&[2, 3]), f(&[2, 4])],
            "equal or 1",
            vec![2, 4],
        ),
        (
            "Multiply",
            json!({}),
            vec![f(&[2, 3]), f(&[2, 4])],
            "equal or 1",
            vec![2, 4],
        ),
        (
            "Subtract",
            json!({}),
            vec![f(&[2, 3, 2]), f(&[2, 3])],
            "equal or 1",
            vec![2, 3, 2],
        ),
        (
            "Dot",
            json!({"axes": 1}),
            vec![f(&[2, 3]), f(&[2, 4])],
            "equal sizes along",
            vec![2, 1],
        ),
        (
            "Dot",
            json!({"axes": [2, 1]}),
            vec![f(&[2, 3]), f(&[2, 4])],
            "an axis of each",
            vec![2, 3],
        ),
        (
            "Dot",
            json!({"axes": 1}),
            vec![f(&[2, 3]), ids.clone()],
            "two float inputs",
            vec![2, 1],
        ),
        (
            "PReLU",
            json!({"shared_axes": 4}),
            vec![f(&[2, 3])],
            "axes from 1 to 1",
            vec![2, 3],
        ),
        (
            "Softmax",
            json!({"axis": 2}),
            vec![f(&[2, 3])],
            "axes that the input has",
            vec![2, 3],
        ),
        (
            "EinsumDense",
            json!({"equation": "abc,cd->abd", "output_shape": [null, 5]}),
            vec![f(&[2, 3])],
            "an input of 3 axes",
            vec![2, 1, 5],
        ),
        (
            "GroupNormalization",
            json!({}),
            vec![f(&[2, 3])],
            "groups of equal size",
            vec![2, 3],
        ),
        (
            "GroupNormalization",
            json!({"axis": 0}),
            vec![f(&[2, 3])],
            "behind the batch",
            vec![2, 3],
        ),
        (
            "UnitNormalization",
            json!({"axis": 3}),
            vec![f(&[2, 3])],
            "axes that the input has",
            vec![2, 3],
        ),
        (
            "RMSNormalization",
            json!({"axis": 1}),
            vec![f(&[2, 3, 4])],
            "last axes",
            vec![2, 3, 4],
        ),
        (
            "AlphaDropout",
            json!({"rate": 1}),
            vec![f(&[2, 3])],
            "a rate below 1",
            vec![2, 3],
        ),
        (
            "GaussianDropout",
            json!({"rate": 1}),
            vec![f(&[2, 3])],
            "a rate below 1",
            vec![2, 3],
        ),
        (
            "AlphaDropout",
            json!({"rate": 0.5, "noise_shape": [4]}),
            vec![f(&[2, 3])],
            "broadcasts to",
            vec![2, 3],
        ),
        (
            "Attention",
            json!({}),
            vec![f(&[2, 3, 4]), f(&[2, 5, 3])],
            "equal B, S and D",
            vec![2, 3, 3],
        ),
        (
            "Attention",
            json!({}),
            vec![f(&[2, 4]), f(&[2, 4])],
            "query (B, T, D)",
            vec![2, 4],
        ),
        (
            "AdditiveAttention",
            json!({}),
            vec![f(&[2, 3, 4]), f(&[3, 5, 4])],
            "equal B",
            vec![2, 3, 4],
        ),
        (
            "GroupQueryAttention",
            json!({"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1}),
            vec![f(&[2, 4])],
            "query (B, T, E)",
            vec![2, 4],
        ),
    ];
    for (class_name, config, inputs, words, meant) in cases {
        let layer = read(class_name, config.clone()).unwrap();
        let (faults, types) = forward(layer.as_ref(), &inputs, None, Mode::Training);
        assert_eq!(faults.len(), 1, "{class_name} {config}: {faults:?}");
        assert!(
            faults[0].contains(words),
            "{class_name} {config}: {faults:?}"
        );
        assert_eq!(types[0].shape, meant, "{class_name} {config}");
    }
}

#[test]
fn masks_that_do_not_fit_are_faults() {
    let mask = Type::new(DType::Bool, vec![2, 5]);
    let (one, two) = (vec![floats(&[2, 3, 4])], vec![floats(&[2, 3, 4]); 2]);
    for (class_name, inputs) in [
        ("Softmax", &one),
        ("Maximum", &two),
        ("Multiply", &two),
        ("Attention", &two),
        ("AdditiveAttention", &two),
    ] {
        let layer = read(class_name, json!({})).unwrap();
        let (faults, _) = forward(layer.as_ref(), inputs, Some(&mask), Mode::Inference);
        assert_eq!(faults.len(), 1, "{class_name}: {faults:?}");
    }
}

/// Its arguments have no defaults in Keras, and its layer needs TensorFlow there: the numbers are by hand.
#[test]
fn thresholded_relu_keeps_what_is_above() {
    use regimen_graph::{Builder, InputKind, Plain, evaluate};
    use regimen_nn::{Call, Layer, Scope, layers::ThresholdedReLU};
    let builder = Builder::new();
    let x = builder.input("x", floats(&[1, 4]), InputKind::Feed);
    let mut scope = Scope::new(&builder, Mode::Inference);
    let y = ThresholdedReLU::new()
        .theta(0.5)
        .forward(&mut scope, &Call::of(x.into()));
    let graph = builder.finish(&[("y", y[0].x.clone())], &[]).unwrap();
    let x = Plain::new(vec![1, 4], vec![-1.0, 0.5, 0.6, 2.0]);
    let results = evaluate(&graph, &[("x".to_string(), x)].into()).unwrap();
    assert_eq!(results["y"].data, [0.0, 0.0, 0.6, 2.0]);
}
