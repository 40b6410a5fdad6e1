//! Whole specs: what is said before training.

use regimen_run::Severity;
use serde_json::{Value, json};

use super::*;
use crate::diagnose;

/// Alarms of a spec, in order of their names.
fn alarms(spec: Value) -> Vec<String> {
    let spec = of_json(&spec).expect("a spec");
    let found = diagnose(&spec.facts()).into_iter();
    let mut ids: Vec<String> = found
        .filter(|f| f.severity > Severity::Info)
        .map(|f| f.id)
        .collect();
    ids.sort();
    ids
}

fn layer(class: &str, config: Value) -> Value {
    json!({"class_name": class, "config": config})
}

fn head(units: usize) -> Value {
    layer("Dense", json!({"units": units, "activation": "softmax"}))
}

#[test]
fn a_sound_program_raises_nothing() {
    let found = alarms(json!({
        "layers": [
            layer("Conv2D", json!({"filters": 32, "kernel_size": [3, 3], "activation": "relu", "input_shape": [28, 28, 1]})),
            layer("MaxPooling2D", json!({"pool_size": [2, 2]})),
            layer("Flatten", json!({})),
            layer("Dense", json!({"units": 128, "activation": "relu"})),
            head(10),
        ],
        "compile": {"loss": "keras.losses.categorical_crossentropy", "optimizer": {"name": "Adadelta"}, "metrics": ["accuracy"]},
        "fit": {"epochs": 12, "batch_size": 128, "validation_data": [{"name": "astype", "args": ["float32"]}, {"var": "y_test"}]},
        "data_calls": ["mnist.load_data()"],
        "preprocess": ["x_train /= 255", "x_test /= 255", "keras.utils.to_categorical(y_train, num_classes)"],
        "data": {"task": "multiclass", "classes": 10},
    }));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn shapes_that_cannot_be_built_or_fed() {
    let conv = |shape: Value| {
        layer(
            "Conv2D",
            json!({"filters": 8, "kernel_size": [3, 3], "activation": "relu", "input_shape": shape}),
        )
    };
    let lstm = |config: Value| layer("LSTM", config);
    for (list, rest, wanted) in [
        (
            json!([
                conv(json!([null, 286, 384, 1])),
                layer("Flatten", json!({})),
                head(2)
            ]),
            json!({}),
            "wrong_input_shape",
        ),
        (
            json!([
                conv(json!([1, 28, 28])),
                layer("Flatten", json!({})),
                head(10)
            ]),
            json!({}),
            "wrong_input_shape",
        ),
        (
            json!([
                lstm(json!({"units": 32, "input_shape": [20, 85, 1]})),
                head(3)
            ]),
            json!({}),
            "wrong_input_shape",
        ),
        (
            json!([
                layer(
                    "Dense",
                    json!({"units": 5, "input_shape": [1], "activation": "relu"})
                ),
                head(2)
            ]),
            json!({"data_calls": ["np.random.random((n, 5000))"]}),
            "wrong_input_shape",
        ),
        (
            json!([
                layer(
                    "Dense",
                    json!({"units": 5, "input_shape": ["X_train.shape[0]"], "activation": "relu"})
                ),
                head(2)
            ]),
            json!({}),
            "wrong_input_shape",
        ),
        (
            json!([
                lstm(json!({"units": 5, "input_shape": "X_train.shape"})),
                head(2)
            ]),
            json!({}),
            "wrong_input_shape",
        ),
        (
            json!([
                lstm(json!({"units": 100, "input_shape": [10, 10]})),
                lstm(json!({"units": 100})),
                head(2)
            ]),
            json!({}),
            "wrong_return_sequences",
        ),
        (
            json!([
                lstm(json!({"units": 5, "input_shape": [45, 2], "return_sequences": true})),
                layer("Dense", json!({"units": 1}))
            ]),
            json!({"compile": {"loss": "mse"}, "data_calls": ["np.random.rand(118, 45, 2)", "np.random.rand(118, 1)"]}),
            "wrong_return_sequences",
        ),
        (
            json!([
                conv(json!([64, 64, 3])),
                layer("MaxPooling2D", json!({})),
                layer("Dense", json!({"units": 8, "activation": "relu"})),
                head(2)
            ]),
            json!({}),
            "missing_flatten",
        ),
        (
            json!([
                layer(
                    "Embedding",
                    json!({"input_dim": 43, "output_dim": 100, "weights": [{"name": "random", "args": [[412457, 400]]}]})
                ),
                lstm(json!({"units": 8})),
                head(2)
            ]),
            json!({}),
            "wrong_embedding_shape",
        ),
        (
            json!([
                layer(
                    "Dense",
                    json!({"units": 8, "activation": "relu", "input_dim": 6})
                ),
                lstm(json!({"units": 4})),
                head(2)
            ]),
            json!({}),
            "wrong_layer_wiring",
        ),
        (
            json!([
                conv(json!([6, 6, 8])),
                conv(json!(null)),
                conv(json!(null)),
                layer("Flatten", json!({})),
                head(2)
            ]),
            json!({}),
            "layer_output_too_small",
        ),
        (
            json!([
                lstm(json!({"units": 8, "stateful": true, "batch_shape": [32, 5, 4]})),
                head(2)
            ]),
            json!({"fit": {"batch_size": 16}}),
            "stateful_batch_size",
        ),
        (
            json!([
                layer(
                    "Dense",
                    json!({"units": 8, "activation": "relu", "input_dim": 4})
                ),
                head(3)
            ]),
            json!({"fit": {"data_args": ["x", "np.zeros((100, 4))"]}}),
            "wrong_output_units",
        ),
    ] {
        let mut spec = json!({"layers": list});
        for (key, value) in rest.as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        assert_eq!(alarms(spec.clone()), [wanted], "{spec}");
    }
}

#[test]
fn what_may_be_meant_raises_nothing() {
    let conv1d = layer(
        "Conv1D",
        json!({"filters": 8, "kernel_size": 3, "activation": "relu", "input_shape": [150, 1]}),
    );
    let tagger = json!({"layers": [
        layer("LSTM", json!({"units": 8, "return_sequences": true, "input_shape": [20, 5]})),
        head(4),
    ]});
    assert!(alarms(tagger).is_empty());
    let wired = json!({"layers": [layer("Input", json!({"shape": [36, 60, 1]})), layer("Input", json!({"shape": [2]})), layer("Flatten", json!({})), layer("Concatenate", json!({})), head(2)]});
    assert!(alarms(wired).is_empty());
    let steps = json!({"layers": [conv1d, layer("TimeDistributed", json!({"inner": {"layer": "Dense", "args": [9]}})), layer("Activation", json!({"activation": "softmax"}))]});
    assert!(alarms(steps).is_empty());
    let unknown = json!({"layers": [layer("Dense", json!({"units": {"var": "n"}, "input_shape": ["x.shape[1]"], "activation": "config['a']"})), layer("MyLayer", json!({})), layer("Dense", json!({"units": "k"}))],
        "compile": {"loss": {"var": "loss"}, "optimizer": {"var": "optimizer"}}, "fit": {"epochs": "n", "batch_size": {"var": "b"}}});
    assert!(alarms(unknown).is_empty());
}

#[test]
fn task_scale_and_labels_of_a_program() {
    let mlp = |last: Value| {
        json!([
            layer(
                "Dense",
                json!({"units": 8, "activation": "relu", "input_dim": 4})
            ),
            last
        ])
    };
    let sigmoid = layer("Dense", json!({"units": 1, "activation": "sigmoid"}));
    for (last, rest, wanted) in [
        (
            head(3),
            json!({"compile": {"loss": "mean_squared_error"}, "data": {"task": "multilabel"}}),
            "wrong_output_activation",
        ),
        (
            sigmoid.clone(),
            json!({"compile": {"loss": "binary_crossentropy"}, "data": {"task": "multiclass", "classes": 3}}),
            "wrong_output_units",
        ),
        (
            sigmoid.clone(),
            json!({"compile": {"loss": "mae"}, "data": {"task": "binary"}}),
            "wrong_loss",
        ),
        (
            layer("Dense", json!({"units": 1, "activation": "relu"})),
            json!({"compile": {"loss": "mse"}, "data": {"task": "regression", "y_scale": "includes negatives"}}),
            "wrong_output_activation",
        ),
        (
            sigmoid.clone(),
            json!({"compile": {"loss": "binary_crossentropy"}, "data": {"task": "binary", "scaling": "raw"}}),
            "inputs_unscaled",
        ),
        (
            layer("Dense", json!({"units": 1})),
            json!({"compile": {"loss": "mse"}, "data": {"task": "regression", "y_scale": "0..1e8"}}),
            "targets_unscaled",
        ),
        (
            head(10),
            json!({"compile": {"loss": "sparse_categorical_crossentropy"}, "data_calls": ["mnist.load_data()"], "preprocess": ["x_train / 255", "y_train / 255"]}),
            "targets_scaled_by_mistake",
        ),
        (
            head(10),
            json!({"compile": {"loss": "categorical_crossentropy"}, "data_calls": ["mnist.load_data()"]}),
            "labels_not_one_hot",
        ),
        (
            head(10),
            json!({"compile": {"loss": "sparse_categorical_crossentropy"}, "preprocess": ["to_categorical(y)"]}),
            "labels_one_hot_with_sparse_loss",
        ),
        (
            layer("Dense", json!({"units": 10})),
            json!({"compile": {"loss": "categorical_crossentropy"}}),
            "missing_output_activation",
        ),
    ] {
        let mut spec = json!({"layers": mlp(last)});
        for (key, value) in rest.as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        assert_eq!(alarms(spec.clone()), [wanted], "{spec}");
    }
}

#[test]
fn what_is_no_spec_is_refused_by_name() {
    for (text, wanted) in [
        ("{", "not JSON"),
        ("{\"layers\": 3}", "`layers` is missing"),
        ("{\"layers\": [3]}", "layers[0]"),
        (
            "{\"layers\": [{\"config\": {}}]}",
            "`class_name` is missing",
        ),
        ("{\"layers\": [], \"fit\": 3}", "`fit`: an object"),
        (
            "{\"layers\": [], \"data_calls\": [3]}",
            "`data_calls`: a list of texts",
        ),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.reason.contains(wanted), "{error}");
    }
}

#[test]
fn an_empty_spec_says_nothing() {
    assert!(alarms(json!({"layers": []})).is_empty());
}

/// Layers, options and values as programs write them, and as they should not.
const CLASSES: [&str; 18] = [
    "Dense",
    "Conv1D",
    "Conv2D",
    "MaxPooling2D",
    "Flatten",
    "LSTM",
    "Bidirectional",
    "TimeDistributed",
    "Embedding",
    "Reshape",
    "Permute",
    "RepeatVector",
    "Activation",
    "Input",
    "GlobalMaxPooling1D",
    "DepthwiseConv2D",
    "Concatenate",
    "Unheard",
];
const OPTIONS: [&str; 16] = [
    "units",
    "filters",
    "kernel_size",
    "strides",
    "pool_size",
    "input_shape",
    "input_dim",
    "target_shape",
    "dims",
    "n",
    "activation",
    "padding",
    "return_sequences",
    "inner",
    "batch_shape",
    "groups",
];

fn values() -> Vec<Value> {
    vec![
        json!(0),
        json!(1),
        json!(3),
        json!(-1),
        json!(1e18),
        json!(0.5),
        json!(null),
        json!(true),
        json!("relu"),
        json!("x.shape[0]"),
        json!("same"),
        json!([]),
        json!([null]),
        json!([3, 3]),
        json!([0, 0, 0]),
        json!([28, 28, 1]),
        json!([1, 28, 28]),
        json!({"var": "n"}),
        json!({"layer": "LSTM", "args": [4]}),
        json!([u64::MAX, 2]),
        json!(["a", 4]),
        json!([[1]]),
    ]
}

proptest::proptest! {
    #[test]
    fn any_layers_are_read_and_diagnosed(list in proptest::collection::vec(
        (0..CLASSES.len(), proptest::collection::vec((0..OPTIONS.len(), 0..22usize), 0..5)), 0..8)
    ) {
        let values = values();
        let layers: Vec<Value> = list
            .iter()
            .map(|(class, options)| {
                let config: Map<String, Value> = options
                    .iter()
                    .map(|(option, value)| (OPTIONS[*option].to_owned(), values[*value].clone()))
                    .collect();
                json!({"class_name": CLASSES[*class], "config": config})
            })
            .collect();
        let spec = json!({"layers": layers, "compile": {"loss": "categorical_crossentropy", "optimizer": "sgd"},
            "fit": {"data_args": ["np.zeros((3, 4))", "np.zeros((3, 2))"]}});
        if let Ok(spec) = of_json(&spec) {
            diagnose(&spec.facts());
        }
    }
}

/// What a reviewer found to be taken for faults, and is none.
#[test]
fn usual_forms_raise_nothing() {
    let first = |class: &str, config: Value| layer(class, config);
    let dense = |units: usize, activation: &str| {
        layer("Dense", json!({"units": units, "activation": activation}))
    };
    let inputs = |n: usize| {
        first(
            "Dense",
            json!({"units": 8, "activation": "relu", "input_shape": [n]}),
        )
    };
    for spec in [
        // Arrays that may be labels, and other sizes in notes.
        json!({"layers": [inputs(13), dense(1, "linear")], "data_calls": ["pd.read_csv('a.csv')", "y.reshape(-1, 1)", "np.zeros((len(x), 10))"]}),
        json!({"layers": [inputs(3), dense(1, "sigmoid")], "data": {"scaling": "drawn from a standard normal, float32"}}),
        json!({"layers": [inputs(3), dense(1, "relu")], "compile": {"loss": "mse"}, "data": {"task": "regression", "y_scale": "nonnegative, 0..1, from 2019"}}),
        json!({"layers": [inputs(3), dense(2, "softmax")], "compile": {"loss": "sparse_categorical_crossentropy"}, "preprocess": ["pd.get_dummies(X)", "target_size=(64, 64), rescale=1./255"]}),
        // Autoencoders on a set of classes, custom layers, branches that begin at zero, a softmax over steps.
        json!({"layers": [first("LSTM", json!({"units": 8, "input_shape": [28, 28]})), layer("RepeatVector", json!({"n": 28})),
                layer("LSTM", json!({"units": 8, "return_sequences": true})), layer("TimeDistributed", json!({"inner": {"layer": "Dense", "args": [28]}}))],
            "compile": {"loss": "mse"}, "data_calls": ["mnist.load_data()"], "fit": {"data_args": ["x_train", "x_train"]}}),
        json!({"layers": [first("LSTM", json!({"units": 8, "return_sequences": true, "input_shape": [9, 2]})), layer("AttentionPooling", json!({})), dense(2, "softmax")]}),
        json!({"layers": [inputs(6), layer("Dense", json!({"units": 6, "kernel_initializer": "zeros"})), layer("SpatialTransformer", json!({})), dense(2, "softmax")]}),
        json!({"layers": [first("LSTM", json!({"units": 8, "return_sequences": true, "input_shape": [9, 2]})), dense(1, "linear"), layer("Softmax", json!({"axis": 1}))]}),
    ] {
        assert_eq!(alarms(spec.clone()), Vec::<String>::new(), "{spec}");
    }
}

#[test]
fn sizes_beyond_all_measure_are_unknown() {
    let huge = json!({"layers": [layer("Conv1D", json!({"filters": 2, "kernel_size": [100_000_000_000_000u64], "dilation_rate": [100_000_000_000_000u64], "input_shape": [10, 1]}))]});
    assert!(alarms(huge).is_empty());
}
