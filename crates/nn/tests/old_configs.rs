//! Models as Keras 1.2.2 and 2.2.4 write them, every key of their `get_config`: they are read, with the shapes they declare.
//!
//! The keys are those of `get_config` in keras/engine/topology.py, keras/models.py and keras/layers/*.py at these tags.

use regimen_nn::dialect::{Door, Version};
use regimen_nn::model::{Model, from_keras};
use regimen_nn::{Object, OptionError};
use serde_json::{Map, Value, json};

/// `a` and what `b` adds.
fn and(a: Value, b: Value) -> Value {
    let (a, b) = (a.as_object(), b.as_object());
    Value::Object(
        a.into_iter()
            .chain(b)
            .flatten()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect::<Map<_, _>>(),
    )
}

fn layer(class_name: &str, config: Value) -> Value {
    json!({"class_name": class_name, "config": config})
}

fn read(version: &str, model: &Value) -> Result<Model, Vec<OptionError>> {
    let object = Object::read(model).expect("an object");
    let version = Version::parse(version).expect("a version");
    from_keras(&Door::new(version).layer(&object, "model")?, "model")
}

/// The sizes that a model declares, and the kinds of its layers.
fn declared(
    version: &str,
    class_name: &str,
    config: Value,
) -> (Vec<Vec<Option<usize>>>, Vec<&'static str>) {
    let model = layer(class_name, config);
    let model = read(version, &model).unwrap_or_else(|errors| panic!("{version}: {errors:#?}"));
    let infos = model.declared_inputs().unwrap_or_default();
    let classes = model.layers.iter().map(|node| node.layer.class_name());
    (
        infos.into_iter().map(|info| info.shape).collect(),
        classes.collect(),
    )
}

mod one {
    use super::*;

    /// What every layer writes.
    fn base(name: &str) -> Value {
        json!({"name": name, "trainable": true})
    }

    /// What the first one adds.
    fn first(shape: Value, dtype: &str) -> Value {
        json!({"batch_input_shape": shape, "input_dtype": dtype})
    }

    fn l2() -> Value {
        json!({"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01})
    }

    fn dense(name: &str, input_dim: Value) -> Value {
        and(
            base(name),
            json!({"output_dim": 4, "init": "glorot_uniform", "activation": "relu", "W_regularizer": l2(),
            "b_regularizer": null, "activity_regularizer": null, "W_constraint": {"name": "MaxNorm", "m": 3, "axis": 0},
            "b_constraint": null, "bias": true, "input_dim": input_dim}),
        )
    }

    fn conv1d(name: &str) -> Value {
        and(
            base(name),
            json!({"nb_filter": 4, "filter_length": 3, "init": "glorot_uniform", "activation": "linear",
            "border_mode": "same", "subsample_length": 1, "W_regularizer": null, "b_regularizer": null, "activity_regularizer": null,
            "W_constraint": null, "b_constraint": null, "bias": true, "input_dim": 2, "input_length": null}),
        )
    }

    fn conv2d(name: &str) -> Value {
        and(
            base(name),
            json!({"nb_filter": 4, "nb_row": 3, "nb_col": 3, "init": "he_normal", "activation": "relu",
            "border_mode": "valid", "subsample": [1, 1], "dim_ordering": "tf", "W_regularizer": null, "b_regularizer": null,
            "activity_regularizer": null, "W_constraint": null, "b_constraint": null, "bias": true}),
        )
    }

    fn recurrent(name: &str, sequences: bool, sizes: Value) -> Value {
        let own = json!({"return_sequences": sequences, "go_backwards": false, "stateful": false, "unroll": false,
            "consume_less": "cpu", "output_dim": 3, "init": "glorot_uniform", "inner_init": "orthogonal", "activation": "tanh",
            "W_regularizer": null, "U_regularizer": null, "b_regularizer": null, "dropout_W": 0.0, "dropout_U": 0.0});
        and(and(base(name), own), sizes)
    }

    fn unknown_sizes() -> Value {
        json!({"input_dim": null, "input_length": null})
    }

    fn gru(name: &str, sequences: bool, sizes: Value) -> Value {
        and(
            recurrent(name, sequences, sizes),
            json!({"inner_activation": "hard_sigmoid"}),
        )
    }

    fn lstm(name: &str, sequences: bool, sizes: Value) -> Value {
        and(
            gru(name, sequences, sizes),
            json!({"forget_bias_init": "one"}),
        )
    }

    #[test]
    fn dense_layers_write_their_input_twice() {
        let config = json!([
            layer(
                "Dense",
                and(dense("a", json!(12)), first(json!([null, 12]), "float32"))
            ),
            layer("Dropout", and(base("b"), json!({"p": 0.5}))),
            layer(
                "BatchNormalization",
                and(
                    base("c"),
                    json!({"epsilon": 1e-3, "mode": 0, "axis": -1, "gamma_regularizer": null,
                "beta_regularizer": null, "momentum": 0.99})
                )
            ),
            layer("Dense", dense("d", json!(null))),
            layer("Dense", dense("e", json!(4))),
            layer(
                "Activation",
                and(base("f"), json!({"activation": "softmax"}))
            ),
        ]);
        let (shapes, classes) = declared("1.2.2", "Sequential", config);
        assert_eq!(shapes, [[Some(12)]]);
        assert_eq!(
            classes,
            [
                "InputLayer",
                "Dense",
                "Dropout",
                "BatchNormalization",
                "Dense",
                "Dense",
                "Activation"
            ]
        );
    }

    #[test]
    fn sequences_and_pictures() {
        let lengths = json!({"input_dim": 5, "input_length": null});
        let config = json!([
            layer(
                "LSTM",
                and(
                    lstm("a", true, lengths),
                    first(json!([null, null, 5]), "float32")
                )
            ),
            layer("GRU", gru("b", true, unknown_sizes())),
            layer(
                "TimeDistributed",
                and(
                    base("c"),
                    json!({"layer": layer("Dense", dense("d", json!(null)))})
                )
            ),
            layer(
                "Bidirectional",
                and(
                    base("e"),
                    json!({"merge_mode": "concat", "layer": layer("LSTM", lstm("f", true, unknown_sizes()))})
                )
            ),
            layer(
                "SimpleRNN",
                recurrent("g", false, json!({"input_dim": 6, "input_length": 7}))
            ),
        ]);
        assert_eq!(declared("1.2.2", "Sequential", config).0, [[None, Some(5)]]);
        // A stateful one has the shape of its batches instead.
        let stateful = and(
            lstm("a", false, json!({})),
            json!({"stateful": true, "batch_input_shape": [8, 7, 5], "input_dtype": "float32"}),
        );
        let (shapes, _) = declared("1.2.2", "Sequential", json!([layer("LSTM", stateful)]));
        assert_eq!(shapes, [[Some(7), Some(5)]]);
        let config = json!([
            layer(
                "Convolution1D",
                and(conv1d("a"), first(json!([null, 9, 2]), "float32"))
            ),
            layer(
                "MaxPooling1D",
                and(
                    base("b"),
                    json!({"stride": 2, "pool_length": 2, "border_mode": "valid"})
                )
            ),
            layer("Convolution1D", conv1d("c")),
            layer("GlobalMaxPooling1D", base("d")),
        ]);
        assert_eq!(
            declared("1.2.2", "Sequential", config).0,
            [[Some(9), Some(2)]]
        );
        let config = json!([
            layer(
                "Convolution2D",
                and(conv2d("a"), first(json!([null, 8, 8, 1]), "float32"))
            ),
            layer(
                "MaxPooling2D",
                and(
                    base("b"),
                    json!({"pool_size": [2, 2], "border_mode": "valid", "strides": [2, 2], "dim_ordering": "tf"})
                )
            ),
            layer("Flatten", base("c")),
            layer("Dense", dense("d", json!(null))),
        ]);
        assert_eq!(
            declared("1.2.2", "Sequential", config).0,
            [[Some(8), Some(8), Some(1)]]
        );
        let embedding = json!({"input_dim": 9, "output_dim": 2, "init": "uniform", "input_length": null, "mask_zero": true,
            "activity_regularizer": null, "W_regularizer": null, "W_constraint": null, "dropout": 0.0});
        let config = json!([
            layer(
                "Embedding",
                and(
                    and(base("a"), embedding),
                    first(json!([null, null]), "int32")
                )
            ),
            layer("GRU", gru("b", false, unknown_sizes())),
        ]);
        assert_eq!(declared("1.2.2", "Sequential", config).0, [[None]]);
        let with_length = and(dense("a", json!(5)), json!({"input_length": 7}));
        let (shapes, classes) = declared(
            "1.2.2",
            "Sequential",
            json!([layer("TimeDistributedDense", with_length)]),
        );
        assert_eq!(
            (shapes, classes[1]),
            (vec![vec![Some(7), Some(5)]], "Dense")
        );
    }

    #[test]
    fn models_of_branches_and_in_models() {
        let input = |name: &str| {
            let config = json!({"batch_input_shape": [null, 12], "input_dtype": "float32", "sparse": false, "name": name});
            and(
                layer("InputLayer", config),
                json!({"name": name, "inbound_nodes": []}),
            )
        };
        let node = |class_name: &str, config: Value, inbound: Value| {
            let name = config["name"].clone();
            and(
                layer(class_name, config),
                json!({"name": name, "inbound_nodes": [inbound]}),
            )
        };
        let inner = json!([layer(
            "Dense",
            and(dense("g", json!(12)), first(json!([null, 12]), "float32"))
        )]);
        let merge = json!({"name": "c", "mode": "concat", "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "output_shape": null,
            "output_shape_type": "raw", "output_mask": null, "output_mask_type": "raw", "arguments": {}});
        let config = json!({"name": "model_1", "layers": [
            input("x"), input("y"),
            node("Dense", dense("a", json!(12)), json!([["x", 0, 0]])),
            and(layer("Sequential", inner), json!({"name": "b", "inbound_nodes": [[["y", 0, 0]]]})),
            node("Merge", merge, json!([["a", 0, 0], ["b", 0, 0]])),
            node("Dense", dense("d", json!(null)), json!([["c", 0, 0]])),
        ], "input_layers": [["x", 0, 0], ["y", 0, 0]], "output_layers": [["d", 0, 0]]});
        let (shapes, classes) = declared("1.2.2", "Model", config);
        assert_eq!(shapes, [[Some(12)], [Some(12)]]);
        assert!(classes.contains(&"Concatenate"), "{classes:?}");
    }
}

mod two {
    use super::*;

    fn base(name: &str) -> Value {
        json!({"name": name, "trainable": true})
    }

    fn first(shape: Value, dtype: &str) -> Value {
        json!({"batch_input_shape": shape, "dtype": dtype})
    }

    fn glorot() -> Value {
        layer(
            "VarianceScaling",
            json!({"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": null}),
        )
    }

    fn weights() -> Value {
        json!({"use_bias": true, "kernel_initializer": glorot(), "bias_initializer": layer("Zeros", json!({})),
            "kernel_regularizer": layer("L1L2", json!({"l1": 0.0, "l2": 0.009999999776482582})), "bias_regularizer": null,
            "activity_regularizer": null, "kernel_constraint": layer("MaxNorm", json!({"max_value": 3, "axis": 0})), "bias_constraint": null})
    }

    fn dense(name: &str) -> Value {
        and(
            and(base(name), json!({"units": 4, "activation": "relu"})),
            weights(),
        )
    }

    fn conv(name: &str, size: Value, one: Value) -> Value {
        let own = json!({"filters": 4, "kernel_size": size, "strides": one, "padding": "valid", "data_format": "channels_last",
            "dilation_rate": one, "activation": "linear"});
        and(and(base(name), own), weights())
    }

    fn recurrence() -> Value {
        json!({"units": 3, "activation": "tanh", "recurrent_initializer": layer("Orthogonal", json!({"gain": 1.0, "seed": null})),
            "recurrent_regularizer": null, "recurrent_constraint": null, "dropout": 0.0, "recurrent_dropout": 0.0})
    }

    fn rnn(name: &str, sequences: bool) -> Value {
        let flags = json!({"return_sequences": sequences, "return_state": false, "go_backwards": false, "stateful": false, "unroll": false});
        and(and(and(base(name), flags), weights()), recurrence())
    }

    fn lstm() -> Value {
        json!({"recurrent_activation": "hard_sigmoid", "unit_forget_bias": true, "implementation": 1})
    }

    fn gru() -> Value {
        json!({"recurrent_activation": "hard_sigmoid", "implementation": 1, "reset_after": false})
    }

    #[test]
    fn sequential_models() {
        let config = json!({"name": "sequential_1", "layers": [
            layer("Dense", and(dense("a"), first(json!([null, 12]), "float32"))),
            layer("Dropout", and(base("b"), json!({"rate": 0.5, "noise_shape": null, "seed": null}))),
            layer("Dense", dense("c")),
        ]});
        assert_eq!(declared("2.2.4", "Sequential", config).0, [[Some(12)]]);
        let config = json!({"name": "sequential_2", "layers": [
            layer("Conv2D", and(conv("a", json!([3, 3]), json!([1, 1])), first(json!([null, 8, 8, 1]), "float32"))),
            layer("MaxPooling2D", and(base("b"), json!({"pool_size": [2, 2], "padding": "valid", "strides": [2, 2], "data_format": "channels_last"}))),
            layer("Flatten", and(base("c"), json!({"data_format": "channels_last"}))),
        ]});
        assert_eq!(
            declared("2.2.4", "Sequential", config).0,
            [[Some(8), Some(8), Some(1)]]
        );
        let embedding = json!({"input_dim": 9, "output_dim": 2, "embeddings_initializer": layer("RandomUniform",
            json!({"minval": -0.05, "maxval": 0.05, "seed": null})), "embeddings_regularizer": null, "activity_regularizer": null,
            "embeddings_constraint": null, "mask_zero": true, "input_length": null});
        let config = json!({"name": "sequential_3", "layers": [
            layer("Embedding", and(and(base("a"), embedding), first(json!([null, null]), "float32"))),
            layer("LSTM", and(rnn("b", true), lstm())),
            layer("Bidirectional", and(base("c"), json!({"merge_mode": "concat", "layer": layer("GRU", and(rnn("d", true), gru()))}))),
            layer("TimeDistributed", and(base("e"), json!({"layer": layer("Dense", dense("f"))}))),
            layer("SimpleRNN", rnn("g", false)),
        ]});
        assert_eq!(declared("2.2.4", "Sequential", config).0, [[None]]);
        let config = json!({"name": "sequential_4", "layers": [
            layer("Conv1D", and(conv("a", json!([3]), json!([1])), first(json!([null, 9, 2]), "float32"))),
            layer("GlobalMaxPooling1D", base("b")),
        ]});
        assert_eq!(
            declared("2.2.4", "Sequential", config).0,
            [[Some(9), Some(2)]]
        );
    }

    #[test]
    fn recurrent_cells() {
        let cell = |name: &str, own: Value| and(and(and(base(name), weights()), recurrence()), own);
        let flags = json!({"return_sequences": false, "return_state": false, "go_backwards": false, "stateful": false, "unroll": false});
        let stack = json!({"name": "stacked_rnn_cells_1", "trainable": true, "cells": [
            layer("LSTMCell", cell("b", lstm())), layer("GRUCell", cell("c", gru())), layer("SimpleRNNCell", cell("d", json!({})))]});
        let rnn = and(
            and(base("a"), flags),
            json!({"cell": layer("StackedRNNCells", stack)}),
        );
        let config = json!({"name": "sequential_1", "layers": [layer("RNN", and(rnn, first(json!([null, 7, 5]), "float32")))]});
        assert_eq!(
            declared("2.2.4", "Sequential", config).0,
            [[Some(7), Some(5)]]
        );
    }

    #[test]
    fn models_of_branches() {
        let node = |class_name: &str, config: Value, inbound: Value| {
            let name = config["name"].clone();
            and(
                layer(class_name, config),
                json!({"name": name, "inbound_nodes": inbound}),
            )
        };
        let input = json!({"batch_input_shape": [null, 12], "dtype": "float32", "sparse": false, "name": "x"});
        let config = json!({"name": "model_1", "layers": [
            node("InputLayer", input, json!([])),
            node("Dense", dense("a"), json!([[["x", 0, 0, {}]]])),
            node("Dense", dense("b"), json!([[["x", 0, 0, {}]]])),
            node("Concatenate", and(base("c"), json!({"axis": -1})), json!([[["a", 0, 0, {}], ["b", 0, 0, {}]]])),
        ], "input_layers": [["x", 0, 0]], "output_layers": [["c", 0, 0]]});
        assert_eq!(declared("2.2.4", "Model", config).0, [[Some(12)]]);
    }
}

#[test]
fn sizes_written_twice_are_one_without_the_door_too() {
    let dense = |sizes: Value| layer("Dense", and(json!({"units": 3}), sizes));
    let twice = dense(json!({"input_dim": 9, "input_shape": [9], "batch_input_shape": [null, 12]}));
    let model = layer(
        "Sequential",
        json!({"layers": [twice, dense(json!({"input_dim": null}))]}),
    );
    let object = Object::read(&model).expect("an object");
    let read = from_keras(&object, "").expect("is read");
    assert_eq!(
        read.declared_inputs().expect("declares")[0].shape,
        [Some(12)]
    );
    let wrong = dense(json!({"input_dim": "many", "unit": 3, "dtype": "float7"}));
    let model = layer("Sequential", json!({"layers": [wrong]}));
    let object = Object::read(&model).expect("an object");
    let errors = from_keras(&object, "").expect_err("is refused");
    let paths: Vec<&str> = errors.iter().map(|e| e.path.as_str()).collect();
    let want = ["input_dim", "dtype", "unit"].map(|key| format!("config.layers[0].{key}"));
    assert_eq!(paths, want);
}
