//! Shapes as Keras computes them, and what does not fit.

use super::*;
use serde_json::{Value, json};

fn of(class: &str, config: Value, input: Value) -> Result<Shape, Trouble> {
    let layer = Layer::read(&json!({"class_name": class, "config": config}), "").expect("a layer");
    output(&layer, &value::sizes(&input))
}

#[test]
fn shapes_as_keras_computes_them() {
    for (class, config, input, wanted) in [
        ("Dense", json!({"units": 4}), json!([7, 3]), json!([7, 4])),
        ("Dense", json!({"units": "n"}), json!([3]), json!(["?"])),
        ("Flatten", json!({}), json!([5, 5, 2]), json!([50])),
        ("Flatten", json!({}), json!([null, 2]), json!([null])),
        ("Flatten", json!({}), json!(["n", 2]), json!(["?"])),
        (
            "Conv2D",
            json!({"filters": 8, "kernel_size": [3, 5]}),
            json!([28, 28, 1]),
            json!([26, 24, 8]),
        ),
        (
            "Conv2D",
            json!({"filters": 8, "kernel_size": 3, "strides": 2, "padding": "same"}),
            json!([27, 28, 3]),
            json!([14, 14, 8]),
        ),
        (
            "Conv2D",
            json!({"filters": 8, "kernel_size": 3, "data_format": "channels_first"}),
            json!([1, 28, 28]),
            json!([8, 26, 26]),
        ),
        (
            "Conv1D",
            json!({"filters": 2, "kernel_size": 3, "dilation_rate": 2}),
            json!([10, 1]),
            json!([6, 2]),
        ),
        (
            "MaxPooling2D",
            json!({}),
            json!([7, 8, 3]),
            json!([3, 4, 3]),
        ),
        (
            "MaxPooling1D",
            json!({"pool_size": 4, "strides": null, "padding": "valid"}),
            json!([26, 3]),
            json!([6, 3]),
        ),
        (
            "AveragePooling2D",
            json!({"pool_size": 3, "strides": 1, "padding": "same"}),
            json!([7, 8, 3]),
            json!([7, 8, 3]),
        ),
        (
            "GlobalMaxPooling1D",
            json!({}),
            json!([null, 3]),
            json!([3]),
        ),
        ("LSTM", json!({"units": 5}), json!([10, 2]), json!([5])),
        (
            "LSTM",
            json!({"units": 5, "return_sequences": true}),
            json!([10, 2]),
            json!([10, 5]),
        ),
        (
            "Bidirectional",
            json!({"inner": {"layer": "LSTM", "args": [20], "return_sequences": true}}),
            json!([20, 5]),
            json!([20, 40]),
        ),
        (
            "TimeDistributed",
            json!({"inner": {"layer": "Dense", "args": [3]}}),
            json!([20, 5]),
            json!([20, 3]),
        ),
        (
            "Embedding",
            json!({"input_dim": 9, "output_dim": 4}),
            json!([null]),
            json!([null, 4]),
        ),
        (
            "Reshape",
            json!({"target_shape": [-1, 4]}),
            json!([6, 2]),
            json!([3, 4]),
        ),
        ("RepeatVector", json!({"n": 3}), json!([6]), json!([3, 6])),
        (
            "Permute",
            json!({"dims": [2, 1]}),
            json!([6, 2]),
            json!([2, 6]),
        ),
        (
            "Dropout",
            json!({"rate": 0.5}),
            json!([6, 2]),
            json!([6, 2]),
        ),
    ] {
        let got = of(class, config.clone(), input.clone());
        assert_eq!(
            got,
            Ok(value::sizes(&wanted)),
            "{class} {config} of {input}"
        );
    }
    let unknown = of("MyLayer", json!({}), json!([3]));
    assert_eq!(unknown, Ok(None));
    assert_eq!(
        of(
            "LSTM",
            json!({"units": 5, "return_sequences": "i < n"}),
            json!([10, 2])
        ),
        Ok(None)
    );
}

#[test]
fn what_does_not_fit() {
    for (class, config, input, trouble) in [
        (
            "LSTM",
            json!({"units": 5}),
            json!([10]),
            Trouble::Axes { needs: 2 },
        ),
        (
            "Conv2D",
            json!({"filters": 8, "kernel_size": 3}),
            json!([28, 28]),
            Trouble::Axes { needs: 3 },
        ),
        (
            "Conv2D",
            json!({"filters": 8, "kernel_size": 3}),
            json!([1, 28, 28]),
            Trouble::TooSmall {
                axis: 0,
                size: 1,
                window: 3,
            },
        ),
        (
            "MaxPooling1D",
            json!({"pool_size": 2}),
            json!([1, 3]),
            Trouble::TooSmall {
                axis: 0,
                size: 1,
                window: 2,
            },
        ),
        (
            "Dense",
            json!({"units": 1}),
            json!([null]),
            Trouble::OpenAxis,
        ),
        (
            "Reshape",
            json!({"target_shape": [4, 4]}),
            json!([12]),
            Trouble::Elements { has: 12, wants: 16 },
        ),
        (
            "TimeDistributed",
            json!({"inner": {"layer": "Dense", "args": [3]}}),
            json!([5]),
            Trouble::Axes { needs: 2 },
        ),
    ] {
        assert_eq!(of(class, config, input), Err(trouble), "{class}");
    }
}
