//! Layers over spatial axes with bad input: wrong options are refused by path, wrong shapes become faults with a mend.

mod faulty;

use faulty::{floats, forward, read};
use regimen_graph::{DType, Type};
use regimen_nn::Mode;
use serde_json::{Value as Json, json};

#[test]
fn options_beyond_their_limits_are_refused_by_path() {
    let transposed = |more: Json| {
        let mut config = json!({"filters": 2, "kernel_size": 3});
        let entries = more.as_object().cloned().unwrap_or_default();
        config.as_object_mut().unwrap().extend(entries);
        config
    };
    let cases = [
        (
            "Conv3D",
            json!({"filters": 2, "kernel_size": [3, 3]}),
            "kernel_size",
            "3 of them",
        ),
        (
            "Conv3D",
            transposed(json!({"padding": "causal"})),
            "padding",
            "`same`",
        ),
        (
            "Conv3D",
            transposed(json!({"lora_rank": 2})),
            "lora_rank",
            "stand in a model themselves",
        ),
        (
            "Conv1DTranspose",
            transposed(json!({"filters": 0})),
            "filters",
            "1 or more",
        ),
        (
            "Conv1DTranspose",
            transposed(json!({"padding": "causal"})),
            "padding",
            "`same`",
        ),
        (
            "Conv2DTranspose",
            transposed(json!({"output_padding": 1})),
            "output_padding",
            "below `strides` [1, 1]",
        ),
        (
            "Conv2DTranspose",
            transposed(json!({"strides": 3, "output_padding": [1, 3]})),
            "output_padding",
            "[1, 3]",
        ),
        (
            "Conv2DTranspose",
            transposed(json!({"strides": 3, "output_padding": [1, 1, 1]})),
            "output_padding",
            "2 of them",
        ),
        (
            "Conv2DTranspose",
            transposed(json!({"output_padding": -1})),
            "output_padding",
            "0 or more",
        ),
        (
            "Conv2DTranspose",
            transposed(json!({"output_padding": []})),
            "output_padding",
            "2 of them",
        ),
        (
            "Conv3DTranspose",
            transposed(json!({"strides": 2, "dilation_rate": 2})),
            "dilation_rate",
            "strides",
        ),
        (
            "Conv3DTranspose",
            transposed(json!({"groups": 2})),
            "groups",
            "no option",
        ),
        (
            "DepthwiseConv1D",
            json!({"kernel_size": 2, "depth_multiplier": 0}),
            "depth_multiplier",
            "1 or more",
        ),
        (
            "DepthwiseConv1D",
            json!({"kernel_size": 2, "padding": "causal"}),
            "padding",
            "`same`",
        ),
        (
            "DepthwiseConv2D",
            json!({"kernel_size": 2, "kernel_initializer": "ones"}),
            "kernel_initializer",
            "no option",
        ),
        (
            "SeparableConv2D",
            json!({"filters": 0, "kernel_size": 2}),
            "filters",
            "1 or more",
        ),
        (
            "SeparableConv1D",
            transposed(json!({"padding": "causal"})),
            "padding",
            "`same`",
        ),
        (
            "SeparableConv2D",
            transposed(json!({"pointwise_initialiser": "ones"})),
            "pointwise_initialiser",
            "`pointwise_initializer`",
        ),
        (
            "MaxPooling3D",
            json!({"pool_size": [2, 2]}),
            "pool_size",
            "3 of them",
        ),
        (
            "AveragePooling3D",
            json!({"padding": "causal"}),
            "padding",
            "`same`",
        ),
        (
            "AdaptiveAveragePooling1D",
            json!({}),
            "",
            "needs `output_size`",
        ),
        (
            "AdaptiveMaxPooling2D",
            json!({"output_size": [2, 2, 2]}),
            "output_size",
            "2 of them",
        ),
        (
            "AdaptiveMaxPooling3D",
            json!({"output_size": 0}),
            "output_size",
            "1 or more",
        ),
        (
            "Cropping1D",
            json!({"cropping": [1, 1, 1]}),
            "cropping",
            "[before, after]",
        ),
        (
            "Cropping2D",
            json!({"cropping": -1}),
            "cropping",
            "0 or more",
        ),
        (
            "Cropping1D",
            json!({"data_format": "channels_first"}),
            "data_format",
            "no option",
        ),
        (
            "ZeroPadding2D",
            json!({"padding": [[1, 2, 3], 1]}),
            "padding",
            "a list of 2",
        ),
        (
            "ZeroPadding3D",
            json!({"padding": [1, 1]}),
            "padding",
            "a list of 3",
        ),
        ("UpSampling1D", json!({"size": 0}), "size", "1 or more"),
        ("UpSampling1D", json!({"size": [2]}), "size", "whole number"),
        (
            "UpSampling2D",
            json!({"interpolation": "bilinaer"}),
            "interpolation",
            "did you mean `bilinear`",
        ),
        (
            "UpSampling2D",
            json!({"size": [2, 2, 2]}),
            "size",
            "2 of them",
        ),
        (
            "UpSampling3D",
            json!({"interpolation": "nearest"}),
            "interpolation",
            "no option",
        ),
        (
            "Permute",
            json!({"dims": [1, 1]}),
            "dims",
            "each of 1 to 2 once",
        ),
        (
            "Permute",
            json!({"dims": [0, 1]}),
            "dims",
            "each of 1 to 2 once",
        ),
        ("RepeatVector", json!({"n": 0}), "n", "1 or more"),
        (
            "SpatialDropout2D",
            json!({"rate": 1.5}),
            "rate",
            "from 0 to 1",
        ),
        (
            "SpatialDropout3D",
            json!({"rate": 0.5, "noise_shape": [1]}),
            "noise_shape",
            "no option",
        ),
    ];
    for (class_name, config, path, words) in cases {
        let found = read(class_name, config.clone())
            .err()
            .unwrap_or_else(|| panic!("{class_name} {config} was taken"));
        assert_eq!(found.lines().count(), 1, "{class_name} {config}: {found}");
        assert!(
            found.contains(path) && found.contains(words),
            "{class_name} {config}: {found}"
        );
    }
}

/// Class, config, input, a part of the fault's text, and the shape that was meant.
type ShapeCase = (&'static str, Json, Vec<usize>, &'static str, Vec<usize>);

#[test]
fn wrong_shapes_tell_what_was_found_expected_and_meant() {
    let cases: Vec<ShapeCase> = vec![
        (
            "Conv3D",
            json!({"filters": 3, "kernel_size": 2}),
            vec![4, 8, 8, 2],
            "(B, D, H, W, C)",
            vec![4, 1, 1, 1, 3],
        ),
        (
            "Conv3D",
            json!({"filters": 3, "kernel_size": [1, 1, 9]}),
            vec![4, 8, 8, 8, 2],
            "at least the 9 steps",
            vec![4, 8, 8, 1, 3],
        ),
        (
            "Conv2DTranspose",
            json!({"filters": 3, "kernel_size": 2}),
            vec![4, 8, 8],
            "(B, H, W, C)",
            vec![4, 1, 1, 3],
        ),
        (
            "Conv2DTranspose",
            json!({"filters": 3, "kernel_size": 2, "strides": 2}),
            vec![4, 0, 3, 2],
            "one step or more",
            vec![4, 1, 6, 3],
        ),
        (
            "Conv1DTranspose",
            json!({"filters": 3, "kernel_size": 2, "padding": "same", "output_padding": 0}),
            vec![4, 1, 2],
            "one step or more",
            vec![4, 1, 3],
        ),
        (
            "DepthwiseConv2D",
            json!({"kernel_size": 9, "depth_multiplier": 2}),
            vec![4, 8, 9, 2],
            "at least the 9 steps",
            vec![4, 1, 1, 4],
        ),
        (
            "DepthwiseConv1D",
            json!({"kernel_size": 2}),
            vec![4, 8, 0],
            "without channels",
            vec![4, 7, 0],
        ),
        (
            "SeparableConv2D",
            json!({"filters": 5, "kernel_size": 2, "dilation_rate": 8}),
            vec![4, 8, 9, 2],
            "kernel (dilated)",
            vec![4, 1, 1, 5],
        ),
        (
            "MaxPooling3D",
            json!({"pool_size": 4}),
            vec![4, 3, 4, 4, 2],
            "4 steps of the window",
            vec![4, 1, 1, 1, 2],
        ),
        (
            "GlobalAveragePooling3D",
            json!({}),
            vec![4, 3, 3, 2],
            "(B, D, H, W, C)",
            vec![4, 2],
        ),
        (
            "AdaptiveMaxPooling2D",
            json!({"output_size": 2}),
            vec![4, 3, 2],
            "(B, H, W, C)",
            vec![4, 1, 1, 2],
        ),
        (
            "AdaptiveAveragePooling1D",
            json!({"output_size": 2}),
            vec![4, 0, 3],
            "without steps",
            vec![4, 1, 3],
        ),
        (
            "AdaptiveAveragePooling1D",
            json!({"output_size": 1_000_000_000}),
            vec![4, 5, 3],
            "`output_size`",
            vec![4, 1, 3],
        ),
        (
            "Cropping2D",
            json!({"cropping": [[2, 1], 0]}),
            vec![4, 3, 5, 2],
            "more cells than `cropping`",
            vec![4, 1, 5, 2],
        ),
        (
            "Cropping1D",
            json!({}),
            vec![4, 3],
            "(B, T, C)",
            vec![4, 1, 3],
        ),
        (
            "ZeroPadding1D",
            json!({}),
            vec![4, 3, 5, 2],
            "(B, T, C)",
            vec![4, 1, 2],
        ),
        (
            "ZeroPadding2D",
            json!({"padding": 9_007_199_254_740_992u64}),
            vec![4, 3, 5, 2],
            "fewer cells",
            vec![4, 3, 5, 2],
        ),
        (
            "UpSampling3D",
            json!({}),
            vec![4, 3, 5, 2],
            "(B, D, H, W, C)",
            vec![4, 1, 1, 1, 2],
        ),
        (
            "UpSampling2D",
            json!({"size": 1_000_000_000, "interpolation": "bicubic"}),
            vec![4, 3, 5, 2],
            "fewer cells",
            vec![4, 3, 5, 2],
        ),
        (
            "Permute",
            json!({"dims": [2, 1]}),
            vec![4, 3, 5, 2],
            "3 axes",
            vec![4, 5, 3],
        ),
        (
            "RepeatVector",
            json!({"n": 3}),
            vec![4, 3, 5],
            "(B, D)",
            vec![4, 3, 5],
        ),
        (
            "SpatialDropout2D",
            json!({"rate": 0.5}),
            vec![4, 3, 5],
            "(B, H, W, C)",
            vec![4, 3, 5],
        ),
    ];
    for (class_name, config, input, words, meant) in cases {
        let layer = read(class_name, config.clone()).unwrap();
        let (faults, types) = forward(&*layer, &[floats(&input)], None, Mode::Training);
        assert!(!faults.is_empty(), "{class_name} {config} was taken");
        assert!(
            faults[0].contains(words) && faults[0].starts_with("layer ("),
            "{class_name} {config}: {faults:?}"
        );
        assert_eq!(types[0].shape, meant, "{class_name} {config}: {faults:?}");
    }
}

#[test]
fn integers_pass_where_no_number_is_changed() {
    for (class_name, config, input, output) in [
        (
            "Cropping2D",
            json!({"cropping": 1}),
            vec![4, 3, 4, 2],
            vec![4, 1, 2, 2],
        ),
        (
            "ZeroPadding3D",
            json!({}),
            vec![4, 1, 1, 1, 2],
            vec![4, 3, 3, 3, 2],
        ),
        (
            "UpSampling2D",
            json!({}),
            vec![4, 3, 4, 2],
            vec![4, 6, 8, 2],
        ),
        (
            "Permute",
            json!({"dims": [2, 1]}),
            vec![4, 3, 5],
            vec![4, 5, 3],
        ),
        ("RepeatVector", json!({"n": 3}), vec![4, 3], vec![4, 3, 3]),
    ] {
        let layer = read(class_name, config).unwrap();
        let input = Type::new(DType::U8, input);
        let (faults, types) = forward(&*layer, &[input], None, Mode::Inference);
        assert!(faults.is_empty(), "{class_name}: {faults:?}");
        assert_eq!(types[0], Type::new(DType::U8, output), "{class_name}");
    }
    let layer = read("Conv3D", json!({"filters": 2, "kernel_size": 1})).unwrap();
    let integers = Type::new(DType::I32, vec![4, 3, 3, 3, 2]);
    let (faults, types) = forward(&*layer, &[integers], None, Mode::Inference);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(types[0].dtype, DType::F32);
}
