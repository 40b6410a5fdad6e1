//! Configs as old versions wrote them, and what they become.

use serde_json::{Value as Json, json};

use super::*;
use crate::layers;

fn object(class_name: &str, config: Json) -> Object {
    Object {
        class_name: class_name.to_string(),
        config: config.as_object().cloned().unwrap_or_default(),
    }
}

fn door(version: &str) -> Door {
    Door::new(Version::parse(version).expect("a version"))
}

/// Class and config of a layer of this version; it has to be one that is read.
fn layer(version: &str, class_name: &str, config: Json) -> (String, Json) {
    let made = door(version)
        .layer(&object(class_name, config), "layers[0]")
        .expect("is taken");
    let mut readable = made.clone();
    readable.config.shift_remove("input_shape");
    layers::read(&readable, "").unwrap_or_else(|e| panic!("{made:?}: {e:?}"));
    (made.class_name, Json::Object(made.config))
}

fn refused(version: &str, class_name: &str, config: Json) -> String {
    let errors = door(version)
        .layer(&object(class_name, config), "layers[0]")
        .expect_err("is refused");
    errors.iter().map(|e| format!("{e}\n")).collect()
}

#[test]
fn versions_are_read() {
    let parse = |t| Version::parse(t).map(|v| v.to_string());
    assert_eq!(parse("1.2.2"), Ok("1.2.2".into()));
    assert_eq!(parse("2.2"), Ok("2.2.0".into()));
    assert_eq!(parse("2.4.0-tf"), Ok("2.4.0".into()));
    assert_eq!(parse("3"), Ok("3.0.0".into()));
    assert_eq!(parse("9.1"), Ok("9.1.0".into()));
    for wrong in ["", "newest", "2.abc", "2.", "-1.0", "1.2.3.4.5"] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn options_of_the_class_above_are_taken_out() {
    let config = json!({"filters": 4, "kernel_size": [3], "groups": 1, "kernel_initializer": "glorot_uniform",
        "kernel_regularizer": null, "kernel_constraint": null});
    let (_, config) = layer("2.15.0", "SeparableConv1D", config);
    assert_eq!(config, json!({"filters": 4, "kernel_size": [3]}));
    let norm = layer("2.15.0", "BatchNormalization", json!({"axis": [3]}));
    assert_eq!(norm.1, json!({"axis": 3}));
    let lstm = json!({"units": 4, "time_major": false});
    assert_eq!(layer("2.15.0", "LSTM", lstm).1, json!({"units": 4}));
    for (class, config, part) in [
        ("Conv2DTranspose", json!({"groups": 2}), "has no `groups`"),
        ("GRU", json!({"units": 2, "time_major": true}), "Permute"),
    ] {
        let text = refused("2.15.0", class, config);
        assert!(text.contains(part), "{text}");
    }
    let adam = object(
        "Custom>Adam",
        json!({"jit_compile": true, "is_legacy_optimizer": false}),
    );
    let read = door("2.15.0").optimizer(&adam, "").expect("is taken");
    assert_eq!((read.class_name.as_str(), read.config.len()), ("Adam", 0));
}

#[test]
fn arguments_get_their_names_of_today() {
    let dense = json!({"output_dim": 4, "init": "uniform", "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.01},
        "W_constraint": {"name": "MaxNorm", "m": 3, "axis": 0}, "b_regularizer": "l2", "bias": true, "activation": "relu"});
    let (class, config) = layer("1.2.2", "Dense", dense);
    let want = json!({"units": 4, "kernel_initializer": "uniform",
        "kernel_regularizer": {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
        "kernel_constraint": {"class_name": "MaxNorm", "config": {"axis": 0, "max_value": 3}}, "bias_regularizer": "l2", "use_bias": true, "activation": "relu"});
    assert_eq!((class.as_str(), config), ("Dense", want));
    let pictures = json!({"nb_filter": 8, "nb_row": 3, "nb_col": 5, "subsample": [2, 2], "border_mode": "same", "dim_ordering": "th"});
    let (class, config) = layer("1.2.2", "Convolution2D", pictures);
    let want = json!({"filters": 8, "strides": [2, 2], "padding": "same", "data_format": "channels_first", "kernel_size": [3, 5]});
    assert_eq!((class.as_str(), config), ("Conv2D", want));
    let (_, config) = layer("1.2.2", "Dropout", json!({"p": 0.3}));
    assert_eq!(config, json!({"rate": 0.3}));
    let (_, config) = layer(
        "1.2.2",
        "MaxPooling1D",
        json!({"pool_length": 3, "stride": 2, "border_mode": "valid"}),
    );
    assert_eq!(
        config,
        json!({"pool_size": 3, "strides": 2, "padding": "valid"})
    );
    let (class, config) = layer("0.3.3", "TimeDistributedDense", json!({"output_dim": 2}));
    assert_eq!((class.as_str(), config), ("Dense", json!({"units": 2})));
    let (class, config) = layer(
        "1.2.2",
        "Merge",
        json!({"mode": "concat", "concat_axis": 1, "output_shape": null, "layers": []}),
    );
    assert_eq!(
        (class.as_str(), config),
        ("Concatenate", json!({"axis": 1}))
    );
}

#[test]
fn a_recurrent_layer_of_keras_1_behaves_as_it_did() {
    let (_, config) = layer(
        "1.2.2",
        "LSTM",
        json!({"output_dim": 3, "dropout_W": 0.2, "dropout_U": 0.1, "init": "glorot_uniform",
        "forget_bias_init": "one", "input_dim": 5, "input_length": 7, "W_regularizer": "l2"}),
    );
    let want = json!({"units": 3, "dropout": 0.2, "recurrent_dropout": 0.1, "kernel_initializer": "glorot_uniform",
        "kernel_regularizer": "l2", "unit_forget_bias": true, "input_shape": [7, 5],
        "recurrent_activation": "legacy_hard_sigmoid", "recurrent_initializer": "glorot_uniform", "recurrent_regularizer": "l2"});
    assert_eq!(config, want);
    // The other modes, and 1.1, made U as they were told.
    for (version, consume) in [("1.2.2", json!("gpu")), ("1.1.0", json!("cpu"))] {
        let (_, config) = layer(
            version,
            "LSTM",
            json!({"output_dim": 3, "consume_less": consume}),
        );
        let orthogonal = json!({"class_name": "Orthogonal", "config": {"gain": 1.1}});
        assert_eq!(config["recurrent_initializer"], orthogonal, "{version}");
    }
    let (_, config) = layer("2.2.4", "GRU", json!({"units": 3}));
    assert_eq!(
        config,
        json!({"units": 3, "recurrent_activation": "legacy_hard_sigmoid", "reset_after": false})
    );
    let (_, config) = layer("2.3.1", "GRU", json!({"units": 3}));
    assert_eq!(config, json!({"units": 3, "reset_after": false}));
    let (_, config) = layer("2.2.4", "CuDNNGRU", json!({"units": 3}));
    assert_eq!(
        config,
        json!({"units": 3, "recurrent_activation": "sigmoid", "reset_after": true})
    );
    let (_, config) = layer("3.15.1", "GRU", json!({"units": 3}));
    assert_eq!(config, json!({"units": 3}));
}

#[test]
fn an_embedding_of_keras_1_drops_words() {
    let (_, config) = layer(
        "1.2.2",
        "Embedding",
        json!({"input_dim": 9, "output_dim": 2, "dropout": 0.2, "input_length": 5}),
    );
    assert_eq!(
        config,
        json!({"input_dim": 9, "output_dim": 2, "dropout": 0.2})
    );
    let mut door = Door::new(Version::ONE);
    let words = object("Embedding", config);
    assert!(door.layer(&words, "").is_ok());
    let said =
        "as in Keras 1.2: `dropout` of Embedding drops whole words, all of their places at once";
    assert_eq!(door.notes(), [said]);
}

#[test]
fn draws_and_functions_are_those_of_the_version() {
    let normal = |version: &str| {
        layer(
            version,
            "Dense",
            json!({"units": 2, "kernel_initializer": "he_normal"}),
        )
        .1["kernel_initializer"]
            .clone()
    };
    assert_eq!(
        normal("1.2.2")["config"],
        json!({"scale": 2.0, "mode": "fan_in", "distribution": "untruncated_normal"})
    );
    assert_eq!(
        normal("2.0.8")["config"]["distribution"],
        "truncated_normal"
    );
    assert_eq!(normal("2.2.4"), "he_normal");
    let hard = |version: &str| {
        layer(version, "Activation", json!({"activation": "hard_sigmoid"})).1["activation"].clone()
    };
    assert_eq!(hard("2.2.4"), "legacy_hard_sigmoid");
    assert_eq!(hard("3.0.0"), "hard_sigmoid");
    let activity = |value: Json| {
        layer(
            "1.2.2",
            "Dense",
            json!({"units": 2, "activity_regularizer": value}),
        )
        .1["activity_regularizer"]
            .clone()
    };
    assert_eq!(
        activity(json!({"class_name": "l2", "config": {"l": 0.1}})),
        json!({"class_name": "L2", "config": {"l2": 0.1}})
    );
    assert_eq!(
        activity(json!("l1l2"))["config"],
        json!({"l1": 0.01, "l2": 0.01})
    );
}

#[test]
fn layers_inside_are_brought_up_to_date_too() {
    let wrapper = json!({"layer": {"class_name": "LSTM", "config": {"output_dim": 2, "return_sequences": true, "consume_less": "gpu"}}});
    let (_, config) = layer("1.2.2", "Bidirectional", wrapper);
    let inner = &config["layer"]["config"];
    assert_eq!(
        (&inner["units"], &inner["recurrent_activation"]),
        (&json!(2), &json!("legacy_hard_sigmoid"))
    );
    let stack = object(
        "Sequential",
        json!({"layers": [{"class_name": "Dense", "output_dim": 3}, {"class_name": "Highway", "config": {}}]}),
    );
    let errors = door("1.2.2")
        .layer(&stack, "model")
        .expect_err("Highway is gone");
    assert_eq!(errors[0].path, "model.config.layers[1]");
    let stack = object(
        "Sequential",
        json!({"layers": [{"class_name": "Dense", "output_dim": 3}]}),
    );
    let made = door("1.2.2").layer(&stack, "model").expect("is taken");
    assert_eq!(
        made.config["layers"][0],
        json!({"class_name": "Dense", "config": {"units": 3}})
    );
}

/// Config of the cell below a path of keys.
fn inner<'a>(config: &'a Json, path: &str) -> &'a Json {
    config.pointer(path).unwrap_or(&Json::Null)
}

#[test]
fn cells_keep_their_gates() {
    let cell = |class: &str, config: Json| json!({"class_name": class, "config": config});
    let three = || json!({"units": 3});
    let (_, config) = layer("2.2.4", "RNN", json!({"cell": cell("LSTMCell", three())}));
    let hard = &json!("legacy_hard_sigmoid");
    assert_eq!(inner(&config, "/cell/config/recurrent_activation"), hard);
    let (_, config) = layer("2.2.4", "RNN", json!({"cell": cell("GRUCell", three())}));
    let want = json!({"units": 3, "recurrent_activation": hard, "reset_after": false});
    assert_eq!(config["cell"]["config"], want);
    let (_, config) = layer("2.3.1", "RNN", json!({"cell": cell("GRUCell", three())}));
    assert_eq!(
        config["cell"]["config"],
        json!({"units": 3, "reset_after": false})
    );
    let stated = json!({"units": 3, "recurrent_activation": "hard_sigmoid"});
    let stack = cell(
        "StackedRNNCells",
        json!({"cells": [cell("LSTMCell", stated), cell("GRUCell", three())]}),
    );
    let (_, config) = layer("2.2.4", "RNN", json!({"cell": stack}));
    assert_eq!(
        inner(&config, "/cell/config/cells/0/config/recurrent_activation"),
        hard
    );
    assert_eq!(
        inner(&config, "/cell/config/cells/1/config/reset_after"),
        &json!(false)
    );
    let list = json!({"cell": [cell("LSTMCell", three()), cell("GRUCell", three())]});
    let (_, config) = layer("2.2.4", "RNN", list.clone());
    assert_eq!(inner(&config, "/cell/0/config/recurrent_activation"), hard);
    assert_eq!(inner(&config, "/cell/1/config/reset_after"), &json!(false));
    let (_, config) = layer("3.15.1", "RNN", list.clone());
    assert_eq!(config, list);
    let old =
        json!({"cell": [cell("LSTMCell", json!({"units": 3, "inner_activation": "sigmoid"}))]});
    assert_eq!(detect(&[object("RNN", old)], None, &[], &[]), Version::ONE);
}

#[test]
fn optimizers_inside_are_brought_up_to_date_too() {
    let sgd = || json!({"class_name": "SGD", "config": {"lr": 0.1}});
    let scaled = object("LossScaleOptimizer", json!({"inner_optimizer": sgd()}));
    let map = json!({"class_name": "OptimizerMap", "config": {"default_optimizer": sgd(),
        "optimizer_map": {"head/.*": {"class_name": "adagrad", "config": {"lr": 0.2}}, "body/.*": "rmsprop"}}});
    let several = object("MultiOptimizer", json!({"optimizer_map": map}));
    for optimizer in [&scaled, &several] {
        assert_eq!(detect(&[], Some(optimizer), &[], &[]), Version::TWO);
    }
    let made = |version: &str, optimizer: &Object| {
        let made = door(version)
            .optimizer(optimizer, "compile.optimizer")
            .expect("is taken");
        crate::optimizers::read(&made, "").unwrap_or_else(|e| panic!("{made:?}: {e:?}"));
        Json::Object(made.config)
    };
    for version in ["2.2.4", "3.15.1"] {
        let config = made(version, &scaled);
        assert_eq!(
            inner(&config, "/inner_optimizer/config"),
            &json!({"learning_rate": 0.1})
        );
        made(version, &several);
    }
    let config = made("2.2.4", &several);
    let map = &config["optimizer_map"]["config"];
    assert_eq!(
        map["default_optimizer"]["config"],
        json!({"learning_rate": 0.1})
    );
    assert_eq!(
        map["optimizer_map"]["head/.*"]["config"]["initial_accumulator_value"],
        json!(0.0)
    );
    assert_eq!(
        map["optimizer_map"]["body/.*"]["config"],
        json!({"epsilon_outside": true})
    );
    assert_eq!(
        made("3.15.1", &several)["optimizer_map"]["config"]["optimizer_map"]["body/.*"],
        "rmsprop"
    );
}

#[test]
fn refusals_leave_nothing_behind() {
    let layer =
        json!({"output_dim": 2, "units": 3, "init": "uniform", "bias": true, "use_bias": true});
    let text = refused("1.2.2", "Dense", layer);
    assert!(
        text.contains("`output_dim` and `units`") && text.contains("`bias` and `use_bias`"),
        "{text}"
    );
    let text = refused("1.2.2", "Merge", json!({"mode": "foo", "mode_type": "raw"}));
    assert!(
        text.contains("found \"foo\", expected one of \"sum\", \"mul\", \"concat\""),
        "{text}"
    );
    let text = refused(
        "1.2.2",
        "Merge",
        json!({"mode": "foo", "mode_type": "function"}),
    );
    assert!(text.contains("a function as its mode"), "{text}");
    let told = |e: Result<Object, Vec<OptionError>>| e.expect_err("is refused")[0].to_string();
    let mut old = door("1.2.2");
    let text = told(old.optimizer(&Object::named("TFOptimizer"), "compile.optimizer"));
    assert!(text.contains("an optimizer of TensorFlow"), "{text}");
    for (gone, instead) in [
        ("fmeasure", "F1Score"),
        ("matthews_correlation", "TruePositives"),
    ] {
        let text = told(old.metric(&Object::named(gone), "compile.metrics[0]"));
        assert!(
            text.contains("any more") && text.contains(instead),
            "{text}"
        );
    }
    old.metric(&Object::named("fbeta_score"), "")
        .expect("is taken");
    assert!(
        old.notes()
            .iter()
            .any(|n| n.contains("a mean over batches"))
    );
}

#[test]
fn what_is_no_more_is_told() {
    assert!(
        refused("1.2.2", "MaxoutDense", json!({}))
            .contains("Keras has no layer `MaxoutDense` any more")
    );
    let text = refused(
        "1.2.2",
        "Convolution1D",
        json!({"nb_filter": 2, "filter_length": 3, "border_mode": "full"}),
    );
    assert!(
        text.contains("layers[0].padding") && text.contains("ZeroPadding"),
        "{text}"
    );
    let text = refused("1.2.2", "Dense", json!({"output_dim": 2, "units": 3}));
    assert!(text.contains("both `output_dim` and `units`"), "{text}");
    let text = refused("1.2.2", "BatchNormalization", json!({"mode": 1}));
    assert!(text.contains("LayerNormalization"), "{text}");
    let text = refused(
        "1.2.2",
        "Merge",
        json!({"mode": "__main__.fn", "layers": []}),
    );
    assert!(text.contains("function as its mode"), "{text}");
}

#[test]
fn optimizers_step_as_they_did() {
    let made = |version: &str, class: &str, config: Json| {
        let made = door(version)
            .optimizer(&object(class, config), "compile.optimizer")
            .expect("is taken");
        crate::optimizers::read(&made, "").unwrap_or_else(|e| panic!("{made:?}: {e:?}"));
        Json::Object(made.config)
    };
    let sgd = made(
        "2.2.4",
        "SGD",
        json!({"lr": 0.1, "decay": 1e-4, "clipnorm": 1.0}),
    );
    assert_eq!(
        sgd,
        json!({"learning_rate": 0.1, "decay": 1e-4, "global_clipnorm": 1.0})
    );
    assert_eq!(made("2.2.4", "adam", json!({})), json!({}));
    assert_eq!(made("1.2.2", "adam", json!({})), json!({"epsilon": 1e-8}));
    assert_eq!(
        made("2.2.4", "rmsprop", json!({})),
        json!({"epsilon_outside": true})
    );
    assert_eq!(
        made("0.3.3", "rmsprop", json!({})),
        json!({"epsilon": 1e-6})
    );
    let adagrad =
        json!({"learning_rate": 0.01, "initial_accumulator_value": 0.0, "epsilon_outside": true});
    assert_eq!(made("2.2.4", "Adagrad", json!({"epsilon": null})), adagrad);
    assert_eq!(
        made("2.2.4", "Adadelta", json!({})),
        json!({"learning_rate": 1.0})
    );
    assert_eq!(
        made("2.2.4", "Nadam", json!({})),
        json!({"learning_rate": 0.002, "schedule_decay": 0.004})
    );
    assert_eq!(
        made("3.15.1", "Adagrad", json!({"lr": 0.5})),
        json!({"learning_rate": 0.5})
    );
}

#[test]
fn logs_and_callbacks_have_the_names_of_the_version() {
    let mut old = door("2.2.4");
    assert_eq!(
        old.metric(&Object::named("accuracy"), "").unwrap().config["name"],
        "acc"
    );
    let stop = object("EarlyStopping", json!({"monitor": "val_accuracy"}));
    assert_eq!(
        old.callback(&stop, "").unwrap().config["monitor"],
        "val_acc"
    );
    let stop = object("EarlyStopping", json!({"patience": 2}));
    assert_eq!(
        door("1.2.2").callback(&stop, "").unwrap().config["patience"],
        3
    );
    let plateau = object("ReduceLROnPlateau", json!({"epsilon": 0.1}));
    assert_eq!(
        old.callback(&plateau, "").unwrap().config,
        *json!({"min_delta": 0.1}).as_object().unwrap()
    );
    let save = object("ModelCheckpoint", json!({"period": 5}));
    assert!(
        old.callback(&save, "callbacks[0]").unwrap_err()[0]
            .to_string()
            .contains("counts batches")
    );
    let mut today = Door::new(Version::TODAY);
    assert_eq!(
        today.metric(&Object::named("acc"), ""),
        Ok(Object::named("acc"))
    );
    assert!(today.notes().is_empty());
}

#[test]
fn the_oldest_name_decides() {
    let layers = |class: &str, config: Json| [object(class, config)];
    let of = |class: &str, config: Json| detect(&layers(class, config), None, &[], &[]);
    assert_eq!(
        of("Embedding", json!({"input_dim": 3, "output_dim": 2})),
        Version::TODAY
    );
    assert_eq!(
        of(
            "Embedding",
            json!({"input_dim": 3, "output_dim": 2, "dropout": 0.2})
        ),
        Version::ONE
    );
    assert_eq!(of("LeakyReLU", json!({"alpha": 0.1})), Version::TWO);
    let wrapped = json!({"layer": {"class_name": "LSTM", "inner_activation": "sigmoid"}});
    assert_eq!(of("Bidirectional", wrapped), Version::ONE);
    let nested = json!({"layers": [{"class_name": "Dense", "config": {"output_dim": 1}}]});
    assert_eq!(of("Sequential", nested), Version::ONE);
    let monitor = [object("EarlyStopping", json!({"monitor": "val_acc"}))];
    assert_eq!(detect(&[], None, &[], &monitor), Version::TWO);
    assert_eq!(
        detect(&[], None, &[Object::named("acc")], &[]),
        Version::TWO
    );
    assert_eq!(
        detect(&[], None, &[Object::named("accuracy")], &[]),
        Version::TODAY
    );
}

#[test]
fn before_keras_3_the_name_says_which_way_is_better() {
    let mode = |version: &str, monitor: &str| {
        let stop = object("EarlyStopping", json!({"monitor": monitor}));
        let made = door(version).callback(&stop, "").expect("is taken");
        made.config.get("mode").cloned()
    };
    assert_eq!(mode("2.2.4", "val_auc"), Some("min".into()));
    assert_eq!(mode("2.2.4", "my_acc_1"), Some("max".into()));
    assert_eq!(mode("2.2.4", "fmeasure"), Some("max".into()));
    // What today's rule says as well, and what knows AUC, is left to it.
    for (version, monitor) in [
        ("2.2.4", "val_loss"),
        ("2.2.4", "val_acc"),
        ("2.11", "val_auc"),
        ("3.15.1", "mine"),
    ] {
        assert_eq!(mode(version, monitor), None, "{version} {monitor}");
    }
    let told = object(
        "EarlyStopping",
        json!({"monitor": "val_auc", "mode": "max"}),
    );
    let made = door("2.2.4").callback(&told, "").expect("is taken");
    assert_eq!(made.config["mode"], "max");
}
