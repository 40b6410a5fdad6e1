//! Bad input: wrong options are refused by path, wrong shapes become faults with a mend, nothing panics.

mod faulty;

use faulty::{floats, forward, read};
use regimen_graph::{DType, Type};
use regimen_nn::{Layer, Mode, layers};
use serde_json::{Value as Json, json};

#[test]
fn options_beyond_their_limits_are_refused_by_path() {
    let cases = [
        (
            "Dropout",
            json!({"rate": 1.5}),
            "model.layers[3].rate",
            "from 0 to 1",
        ),
        ("Dropout", json!({"rate": -0.1}), "rate", "from 0 to 1"),
        ("Dropout", json!({"rate": "half"}), "rate", "a number"),
        (
            "Dropout",
            json!({"rate": 0.5, "noise_shape": [null, 0]}),
            "noise_shape",
            "1 or more",
        ),
        (
            "SpatialDropout1D",
            json!({"rate": 2}),
            "rate",
            "from 0 to 1",
        ),
        (
            "GaussianNoise",
            json!({"stddev": -1}),
            "stddev",
            "from 0 to 1",
        ),
        ("Dense", json!({"units": 0}), "units", "1 or more"),
        (
            "Dense",
            json!({"units": 3, "activation": "sigmod"}),
            "activation",
            "`sigmoid`",
        ),
        ("Dense", json!({"unit": 3}), "unit", "did you mean `units`"),
        (
            "Dense",
            json!({"units": 3, "lora_rank": 2}),
            "lora_rank",
            "stand in a model themselves",
        ),
        (
            "Embedding",
            json!({"input_dim": 0, "output_dim": 3}),
            "input_dim",
            "1 or more",
        ),
        (
            "Embedding",
            json!({"input_dim": 5, "output_dim": 3, "weights": [[1]]}),
            "weights",
            "not supported",
        ),
        (
            "Conv1D",
            json!({"filters": 0, "kernel_size": 3}),
            "filters",
            "1 or more",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 0}),
            "kernel_size",
            "1 or more",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": [3, 3]}),
            "kernel_size",
            "a whole number",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 3, "padding": "foo"}),
            "padding",
            "`valid`",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 3, "padding": "smae"}),
            "padding",
            "did you mean `same`",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 3, "strides": 2, "dilation_rate": 2}),
            "dilation_rate",
            "strides",
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 3, "groups": 3}),
            "filters",
            "multiple of groups = 3",
        ),
        (
            "Conv2D",
            json!({"filters": 4, "kernel_size": 3, "padding": "causal"}),
            "padding",
            "`same`",
        ),
        (
            "MaxPooling1D",
            json!({"padding": "causal"}),
            "padding",
            "`same`",
        ),
        (
            "MaxPooling2D",
            json!({"pool_size": [2, 2, 2]}),
            "pool_size",
            "2 of them",
        ),
        (
            "AveragePooling1D",
            json!({"strides": 0}),
            "strides",
            "1 or more",
        ),
        (
            "Flatten",
            json!({"data_format": "channels_frist"}),
            "data_format",
            "`channels_first`",
        ),
        (
            "Reshape",
            json!({"target_shape": [-1, -1]}),
            "target_shape",
            "at most one -1",
        ),
        (
            "Reshape",
            json!({"target_shape": [-2]}),
            "target_shape",
            "at most one -1",
        ),
        ("LSTM", json!({"units": 0}), "units", "1 or more"),
        (
            "LSTM",
            json!({"units": 3, "use_cudnn": "maybe"}),
            "use_cudnn",
            "auto",
        ),
        (
            "GRU",
            json!({"units": 3, "time_major": true}),
            "time_major",
            "not supported",
        ),
        (
            "GRU",
            json!({"units": 3, "implementation": 3}),
            "implementation",
            "1 or 2",
        ),
        (
            "SimpleRNN",
            json!({"units": 3, "dropout": -0.5}),
            "dropout",
            "from 0 to 1",
        ),
        (
            "RNN",
            json!({"cell": {"class_name": "GRUCell", "config": {"unit": 3}}}),
            "cell.unit",
            "did you mean `units`",
        ),
        (
            "RNN",
            json!({"cell": [{"class_name": "GRUCell", "config": {"units": 3}},
                            {"class_name": "LSTMCell", "config": {"units": 0}}]}),
            "cell.cells[1].units",
            "1 or more",
        ),
        (
            "RNN",
            json!({"cell": {"class_name": "Dense", "config": {"units": 3}}}),
            "cell",
            "such as LSTMCell",
        ),
        ("RNN", json!({"cell": 3}), "cell", "such as LSTMCell"),
        ("RNN", json!({"cell": []}), "cell.cells", "LSTMCell"),
        (
            "StackedRNNCells",
            json!({"cells": [{"class_name": "LSTM", "config": {"units": 3}}]}),
            "cells",
            "such as LSTMCell",
        ),
        (
            "TimeDistributed",
            json!({"layer": {"class_name": "Dens", "config": {"units": 3}}}),
            "layer",
            "did you mean `Dense`",
        ),
        ("TimeDistributed", json!({}), "model.layers[3]", "layer"),
        (
            "SpectralNormalization",
            json!({"layer": {"class_name": "Dense", "config": {"units": 3}}, "power_iterations": 0}),
            "power_iterations",
            "1 or more",
        ),
        (
            "ConvLSTM2D",
            json!({"filters": 2, "kernel_size": 3, "padding": "causal"}),
            "padding",
            "`same`",
        ),
        (
            "ConvLSTM2D",
            json!({"filters": 2, "kernel_size": [3, 3, 3]}),
            "kernel_size",
            "2 of them",
        ),
        (
            "ConvLSTM3D",
            json!({"filters": 2, "kernel_size": 3, "strides": 2, "dilation_rate": 2}),
            "dilation_rate",
            "strides",
        ),
        (
            "LSTM",
            json!({"units": 3, "recurrent_dropout": 1.1}),
            "recurrent_dropout",
            "from 0 to 1",
        ),
        (
            "BatchNormalization",
            json!({"momentum": 2}),
            "momentum",
            "from 0 to 1",
        ),
        (
            "LayerNormalization",
            json!({"axis": []}),
            "axis",
            "a whole number or a list",
        ),
        (
            "LayerNormalization",
            json!({"epsilon": -1}),
            "epsilon",
            "0 or more",
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 0, "key_dim": 3}),
            "num_heads",
            "1 or more",
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 1, "key_dim": 3, "dropout": 7}),
            "dropout",
            "from 0 to 1",
        ),
        (
            "Desne",
            json!({}),
            "model.layers[3]",
            "did you mean `Dense`",
        ),
    ];
    for (class_name, config, path, words) in cases {
        let found = read(class_name, config.clone())
            .err()
            .unwrap_or_else(|| panic!("{class_name} {config} was taken"));
        assert!(
            found.contains(path) && found.contains(words),
            "{class_name} {config}: {found}"
        );
    }
}

#[test]
fn several_wrong_options_are_reported_at_once() {
    let found = read(
        "Dense",
        json!({"units": -1, "use_bias": 3, "activaton": "relu"}),
    )
    .unwrap_err();
    assert_eq!(found.lines().count(), 3, "{found}");
    let found = read(
        "Conv1D",
        json!({"filters": 0, "kernel_size": 3, "groups": 0}),
    )
    .unwrap_err();
    assert_eq!(found.lines().count(), 2, "{found}");
}

/// Class, config, inputs, a part of the fault's text, and the shape that was meant.
type ShapeCase = (&'static str, Json, Vec<Type>, &'static str, Vec<usize>);

#[test]
fn wrong_shapes_tell_what_was_found_expected_and_meant() {
    let two = |n: usize| (floats(&[4, 10, 8]), floats(&[4, 10, n]));
    let cases: Vec<ShapeCase> = vec![
        (
            "Dense",
            json!({"units": 3}),
            vec![floats(&[4])],
            "(B, ..., D)",
            vec![4, 3],
        ),
        (
            "Conv1D",
            json!({"filters": 3, "kernel_size": 2}),
            vec![floats(&[4, 10])],
            "(B, T, C)",
            vec![4, 1, 3],
        ),
        (
            "Conv1D",
            json!({"filters": 3, "kernel_size": 9}),
            vec![floats(&[4, 5, 2])],
            "at least the 9 steps",
            vec![4, 1, 3],
        ),
        (
            "Conv1D",
            json!({"filters": 4, "kernel_size": 2, "groups": 2}),
            vec![floats(&[4, 5, 3])],
            "groups",
            vec![4, 4, 4],
        ),
        (
            "Conv2D",
            json!({"filters": 3, "kernel_size": 2}),
            vec![floats(&[4, 28, 28])],
            "add a channel axis",
            vec![4, 1, 1, 3],
        ),
        (
            "MaxPooling1D",
            json!({"pool_size": 4}),
            vec![floats(&[4, 3, 2])],
            "4 steps of the window",
            vec![4, 1, 2],
        ),
        (
            "GlobalMaxPooling1D",
            json!({}),
            vec![floats(&[4, 2])],
            "(B, T, C)",
            vec![4, 2],
        ),
        (
            "LSTM",
            json!({"units": 3}),
            vec![floats(&[4, 2])],
            "return_sequences=True",
            vec![4, 3],
        ),
        (
            "LSTM",
            json!({"units": 3}),
            vec![floats(&[4, 0, 2])],
            "one step or more",
            vec![4, 3],
        ),
        (
            "LSTM",
            json!({"units": 3, "stateful": true}),
            vec![floats(&[4, 5, 2])],
            "a fixed batch size",
            vec![4, 3],
        ),
        (
            "GRU",
            json!({"units": 3}),
            vec![floats(&[4, 5, 2]), floats(&[4, 2])],
            "1 of float32[4, 3]",
            vec![4, 3],
        ),
        (
            "GRUCell",
            json!({"units": 3}),
            vec![floats(&[4, 5, 2])],
            "wrap it in RNN",
            vec![4, 3],
        ),
        (
            "LSTMCell",
            json!({"units": 3}),
            vec![floats(&[4, 5])],
            "states missing",
            vec![4, 3],
        ),
        (
            "ConvLSTM2D",
            json!({"filters": 3, "kernel_size": 4}),
            vec![floats(&[4, 5, 3, 8, 2])],
            "3 cells along spatial axis 0",
            vec![4, 1, 5, 3],
        ),
        (
            "ConvLSTM1D",
            json!({"filters": 3, "kernel_size": 2}),
            vec![floats(&[4, 5, 3])],
            "(B, T, S, C)",
            vec![4, 1, 3],
        ),
        (
            "TimeDistributed",
            json!({"layer": {"class_name": "Dense", "config": {"units": 3}}}),
            vec![floats(&[4, 5])],
            "(B, T, ...)",
            vec![4, 5],
        ),
        (
            "TimeDistributed",
            json!({"layer": {"class_name": "LSTM", "config": {"units": 3}}}),
            vec![floats(&[4, 5, 2])],
            "return_sequences=True",
            vec![4, 5, 3],
        ),
        (
            "TimeDistributed",
            json!({"layer": {"class_name": "LSTM", "config": {"units": 3, "return_state": true}}}),
            vec![floats(&[4, 5, 6, 2])],
            "one output",
            vec![4, 5, 6, 2],
        ),
        (
            "SpectralNormalization",
            json!({"layer": {"class_name": "Flatten", "config": {}}}),
            vec![floats(&[4, 5, 2])],
            "without a kernel",
            vec![4, 10],
        ),
        (
            "Wrapper",
            json!({"layer": {"class_name": "Flatten", "config": {}}}),
            vec![floats(&[4, 5])],
            "computes nothing",
            vec![4, 5],
        ),
        (
            "Reshape",
            json!({"target_shape": [3, 3]}),
            vec![floats(&[4, 8])],
            "8 elements",
            vec![4, 3, 3],
        ),
        (
            "Reshape",
            json!({"target_shape": [-1, 3]}),
            vec![floats(&[4, 8])],
            "8 elements",
            vec![4, 2, 3],
        ),
        (
            "Add",
            json!({}),
            vec![two(7).0, two(7).1],
            "equal or 1",
            vec![4, 10, 8],
        ),
        (
            "Concatenate",
            json!({"axis": 1}),
            vec![two(7).0, two(7).1],
            "equal sizes but for axis 1",
            vec![4, 20, 8],
        ),
        (
            "Concatenate",
            json!({"axis": 3}),
            vec![two(7).0, two(7).1],
            "`axis`",
            vec![4, 10, 8],
        ),
        (
            "BatchNormalization",
            json!({"axis": 4}),
            vec![floats(&[4, 2])],
            "and axis 4",
            vec![4, 2],
        ),
        (
            "LayerNormalization",
            json!({"axis": [1, 2]}),
            vec![floats(&[4, 2])],
            "axes [1, 2]",
            vec![4, 2],
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 2, "key_dim": 3}),
            vec![floats(&[4, 2])],
            "(B, T, E)",
            vec![4, 2],
        ),
        (
            "MultiHeadAttention",
            json!({"num_heads": 2, "key_dim": 3}),
            vec![two(7).0, floats(&[3, 10, 8])],
            "one batch size",
            vec![4, 10, 8],
        ),
        (
            "SpatialDropout1D",
            json!({"rate": 0.5}),
            vec![floats(&[4, 2])],
            "(B, T, C)",
            vec![4, 2],
        ),
    ];
    for (class_name, config, inputs, words, meant) in cases {
        let layer = read(class_name, config.clone()).unwrap();
        let (faults, types) = forward(layer.as_ref(), &inputs, None, Mode::Training);
        assert_eq!(faults.len(), 1, "{class_name} {config}: {faults:?}");
        assert!(
            faults[0].contains(words) && faults[0].starts_with("layer"),
            "{class_name} {config}: {faults:?}"
        );
        assert_eq!(types[0].shape, meant, "{class_name} {config}");
    }
}

#[test]
fn layers_made_in_rust_with_wrong_options_are_faults_of_the_model() {
    let wrong: [(Box<dyn Layer>, &str); 3] = [
        (Box::new(layers::Dropout::new(1.5)), "rate"),
        (Box::new(layers::Dense::new(0usize)), "units"),
        (Box::new(layers::Conv1D::new(3usize, 0usize)), "kernel_size"),
    ];
    for (layer, option) in wrong {
        let (faults, _) = forward(layer.as_ref(), &[floats(&[2, 3, 4])], None, Mode::Training);
        assert!(
            faults.iter().any(|f| f.contains(option)),
            "{layer:?}: {faults:?}"
        );
    }
}

/// A config that makes a layer of the class, if it needs arguments.
fn sample(class_name: &str) -> Json {
    match class_name {
        "InputLayer" => json!({"shape": [4]}),
        "Activation" => json!({"activation": "softmax"}),
        "Dropout" | "AlphaDropout" | "GaussianDropout" => json!({"rate": 0.5}),
        name if name.starts_with("SpatialDropout") => json!({"rate": 0.5}),
        name if name.starts_with("Adaptive") => json!({"output_size": 2}),
        name if name.starts_with("DepthwiseConv") => json!({"kernel_size": 2}),
        "Permute" => json!({"dims": [2, 1]}),
        "RepeatVector" => json!({"n": 2}),
        "GaussianNoise" => json!({"stddev": 0.5}),
        "Rescaling" => json!({"scale": 0.5}),
        "Reshape" => json!({"target_shape": [-1, 2]}),
        "Embedding" => json!({"input_dim": 5, "output_dim": 3, "mask_zero": true}),
        "Conv1D" | "Conv2D" | "Conv3D" | "Conv1DTranspose" | "Conv2DTranspose"
        | "Conv3DTranspose" | "SeparableConv1D" | "SeparableConv2D" => {
            json!({"filters": 2, "kernel_size": 2})
        }
        "LSTM" => {
            json!({"units": 2, "dropout": 0.1, "recurrent_dropout": 0.1, "return_sequences": true})
        }
        "Bidirectional" => {
            json!({"layer": {"class_name": "LSTM", "config": {"units": 2, "activation": "relu"}}})
        }
        "GRU" | "SimpleRNN" | "GRUCell" | "SimpleRNNCell" | "LSTMCell" => {
            json!({"units": 2, "dropout": 0.1, "recurrent_dropout": 0.1})
        }
        "RNN" => json!({"cell": [{"class_name": "GRUCell", "config": {"units": 2}},
                                 {"class_name": "LSTMCell", "config": {"units": 3}}]}),
        "StackedRNNCells" => json!({"cells": [{"class_name": "GRUCell", "config": {"units": 2}}]}),
        "TimeDistributed" => {
            json!({"layer": {"class_name": "BatchNormalization", "config": {}}})
        }
        "SpectralNormalization" | "Wrapper" => {
            json!({"layer": {"class_name": "Dense", "config": {"units": 2}}})
        }
        "ConvLSTM1D" | "ConvLSTM2D" | "ConvLSTM3D" => {
            json!({"filters": 2, "kernel_size": 2, "dropout": 0.1, "recurrent_dropout": 0.1})
        }
        "MultiHeadAttention" => json!({"num_heads": 2, "key_dim": 2, "dropout": 0.1}),
        "Dense" => json!({"units": 2}),
        "Resizing" | "CenterCrop" | "RandomCrop" => json!({"height": 2, "width": 3}),
        "RandomTranslation" => json!({"height_factor": 0.2, "width_factor": 0.2}),
        "RandomZoom" => json!({"height_factor": 0.2}),
        "RandomPosterization" => json!({"factor": 4}),
        "RandomRotation"
        | "RandomContrast"
        | "RandomBrightness"
        | "RandomHue"
        | "RandomSaturation"
        | "RandomSharpness"
        | "RandomColorDegeneration" => {
            json!({"factor": 0.2})
        }
        "MaxNumBoundingBoxes" => json!({"max_number": 3}),
        "EinsumDense" => json!({"equation": "...x,xy->...y", "output_shape": 2, "bias_axes": "y"}),
        "ReversibleEmbedding" => {
            json!({"input_dim": 5, "output_dim": 3, "mask_zero": true, "tie_weights": false})
        }
        "GroupQueryAttention" => {
            json!({"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "dropout": 0.1})
        }
        "GroupNormalization" => json!({"groups": 1}),
        "Attention" => json!({"use_scale": true, "score_mode": "concat", "dropout": 0.1}),
        "Dot" => json!({"axes": -1, "normalize": true}),
        "CategoryEncoding" => json!({"num_tokens": 4}),
        "Discretization" => json!({"bin_boundaries": [0.0, 1.0]}),
        "Hashing" | "HashedCrossing" => json!({"num_bins": 3}),
        "IntegerLookup" => json!({"vocabulary": [1, 2]}),
        "StringLookup" | "TextVectorization" => json!({"vocabulary": ["a", "b"]}),
        "Normalization" => json!({"mean": 0.5, "variance": 2.0}),
        "Pipeline" => json!({"layers": [{"class_name": "Rescaling", "config": {"scale": 0.5}}]}),
        _ => json!({}),
    }
}

/// The classes that can be made: Lambda is known only to be refused.
fn made() -> impl Iterator<Item = &'static layers::LayerDef> {
    layers::LAYERS.iter().filter(|d| d.class_name != "Lambda")
}

#[test]
fn no_layer_panics_whatever_it_gets() {
    let shapes: &[&[usize]] = &[
        &[],
        &[3],
        &[0],
        &[2, 3],
        &[0, 3],
        &[2, 0],
        &[2, 3, 4],
        &[2, 0, 4],
        &[2, 3, 0],
        &[0, 3, 4],
        &[2, 3, 4, 2],
        &[2, 3, 4, 3],
        &[2, 0, 4, 0],
        &[1, 2, 3, 2, 2],
        &[1, 2, 0, 2, 0],
    ];
    for def in made() {
        let layer = read(def.class_name, sample(def.class_name)).unwrap();
        let masks = [
            None,
            Some(Type::new(DType::Bool, vec![2, 3])),
            Some(Type::new(DType::Bool, vec![7])),
        ];
        for (shape, dtype) in shapes
            .iter()
            .flat_map(|s| [DType::F32, DType::I32, DType::Bool].map(|d| (s, d)))
        {
            for (mask, mode) in masks
                .iter()
                .flat_map(|m| [Mode::Training, Mode::Inference].map(|k| (m, k)))
            {
                let ty = Type::new(dtype, *shape);
                for inputs in [vec![ty.clone()], vec![ty.clone(), floats(&[2, 3, 4])]] {
                    if (layer.arity().0..=layer.arity().1).contains(&inputs.len()) {
                        let (_, types) = forward(layer.as_ref(), &inputs, mask.as_ref(), mode);
                        assert!(!types.is_empty());
                    }
                }
            }
        }
    }
}

#[test]
fn every_layer_reads_its_own_config_back() {
    for def in made() {
        let once = read(def.class_name, sample(def.class_name))
            .unwrap()
            .config();
        let again = read(def.class_name, Json::Object(once.clone()))
            .unwrap()
            .config();
        assert_eq!(once, again, "{}", def.class_name);
        let named: Vec<&str> = (def.options)().iter().map(|o| o.name).collect();
        for name in once
            .keys()
            // Every layer has a dtype; only an input's is an option of its own.
            .filter(|k| (def.class_name == "InputLayer") == (k.as_str() == "dtype"))
        {
            assert!(
                named.contains(&name.as_str()),
                "{} does not list {name}",
                def.class_name
            );
        }
    }
}

#[test]
fn masks_that_do_not_fit_are_faults() {
    let mask = Type::new(DType::Bool, vec![2, 5]);
    for class_name in [
        "LSTM",
        "GRU",
        "RNN",
        "TimeDistributed",
        "BatchNormalization",
        "GlobalAveragePooling1D",
        "GroupQueryAttention",
        "MultiHeadAttention",
    ] {
        let layer = read(class_name, sample(class_name)).unwrap();
        let mode = Mode::Training;
        let (faults, _) = forward(layer.as_ref(), &[floats(&[2, 3, 4])], Some(&mask), mode);
        assert!(!faults.is_empty(), "{class_name}");
    }
}
