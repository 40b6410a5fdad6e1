//! Image and signal layers: what is wrong with options and inputs, in words.

use regimen_graph::{Builder, DType, InputKind, Plain, Type, evaluate};
use regimen_nn::{Call, Layer, Mode, Object, Scope, Value, layers};
use serde_json::{Value as Json, json};

fn read(class_name: &str, config: Json) -> Result<Box<dyn Layer>, String> {
    let config = config.as_object().cloned().unwrap_or_default();
    let object = Object {
        class_name: class_name.into(),
        config,
    };
    let errors = layers::read(&object, "model.layers[3]");
    errors.map_err(|list| list.iter().map(|e| format!("{e}\n")).collect())
}

#[test]
fn options_are_refused_by_path() {
    let cases = [
        (
            "RandomFlip",
            json!({"mode": "horizontl"}),
            "mode",
            "did you mean `horizontal`?",
        ),
        (
            "RandomRotation",
            json!({"factor": 1.5}),
            "factor",
            "from -1 to 1",
        ),
        (
            "RandomRotation",
            json!({"factor": [0.1]}),
            "factor",
            "a list of two numbers",
        ),
        (
            "RandomZoom",
            json!({"height_factor": -1.0}),
            "height_factor",
            "above -1",
        ),
        (
            "RandomZoom",
            json!({"height_factor": 0.1, "width_factor": [0, 2]}),
            "width_factor",
            "at most 1",
        ),
        (
            "RandomTranslation",
            json!({"height_factor": 0.1, "width_factor": [-2, 0]}),
            "width_factor",
            "from -1 to 1",
        ),
        (
            "RandomShear",
            json!({"fill_mode": "mirror"}),
            "fill_mode",
            "`reflect`",
        ),
        (
            "RandomShear",
            json!({"x_factor": -0.5}),
            "x_factor",
            "from 0 to 1",
        ),
        (
            "RandomZoom",
            json!({"height_factor": 0.1, "interpolation": "cubic"}),
            "interpolation",
            "`bilinear`",
        ),
        (
            "RandomContrast",
            json!({"factor": 0.1, "value_range": [3, 3]}),
            "value_range",
            "[0, 255]",
        ),
        (
            "RandomContrast",
            json!({"factor": 0.1, "value_range": 255}),
            "value_range",
            "two numbers",
        ),
        (
            "RandomPosterization",
            json!({"factor": 0}),
            "factor",
            "from 1 to 8",
        ),
        (
            "RandomGrayscale",
            json!({"factor": 2}),
            "factor",
            "from 0 to 1",
        ),
        (
            "RandomPerspective",
            json!({"scale": 1.5}),
            "scale",
            "from 0 to 1",
        ),
        (
            "RandomErasing",
            json!({"fill_value": [1, 2]}),
            "fill_value",
            "a list of three",
        ),
        (
            "RandomGaussianBlur",
            json!({"kernel_size": 2}),
            "kernel_size",
            "an odd number",
        ),
        (
            "RandomColorJitter",
            json!({"hue_factor": 2}),
            "hue_factor",
            "from 0 to 1",
        ),
        (
            "Solarization",
            json!({"addition_factor": -1}),
            "addition_factor",
            "from 0 to 1",
        ),
        (
            "Resizing",
            json!({"height": 0, "width": 4}),
            "height",
            "1 or more",
        ),
        (
            "Resizing",
            json!({"height": 4, "width": 4, "crop_to_aspect_ratio": true, "pad_to_aspect_ratio": true}),
            "pad_to_aspect_ratio",
            "false where `crop_to_aspect_ratio` is true",
        ),
        (
            "Resizing",
            json!({"height": 4, "width": 4, "fill_mode": "reflect"}),
            "fill_mode",
            "`constant`",
        ),
        (
            "Resizing",
            json!({"height": 4, "width": 4, "interpolation": "area"}),
            "interpolation",
            "`bicubic`",
        ),
        ("MixUp", json!({"alpha": 0}), "alpha", "above 0"),
        ("CutMix", json!({"factor": 3}), "factor", "from 0 to 1"),
        ("RandAugment", json!({"num_ops": -1}), "num_ops", "0 to 64"),
        ("AugMix", json!({"num_chains": 0}), "num_chains", "1 to 16"),
        ("AugMix", json!({"alpha": -1}), "alpha", "above 0"),
        ("Equalization", json!({"bins": 0}), "bins", "1 or more"),
        (
            "ContrastLimitedAdaptiveHistogramEqualization",
            json!({"tile_grid_size": [1, 2, 3]}),
            "tile_grid_size",
            "two whole numbers",
        ),
        (
            "STFTSpectrogram",
            json!({"frame_length": 1}),
            "frame_length",
            "2 to 2^20",
        ),
        (
            "STFTSpectrogram",
            json!({"frame_length": 8, "frame_step": 9}),
            "frame_step",
            "1 to the frame's 8",
        ),
        (
            "STFTSpectrogram",
            json!({"frame_length": 8, "fft_length": 7}),
            "fft_length",
            "the frame's 8 or more",
        ),
        (
            "STFTSpectrogram",
            json!({"window": "haan"}),
            "window",
            "did you mean `han",
        ),
        (
            "STFTSpectrogram",
            json!({"window": [1, 2]}),
            "window",
            "256 samples",
        ),
        (
            "STFTSpectrogram",
            json!({"padding": "causal"}),
            "padding",
            "`valid` or `same`",
        ),
        (
            "MelSpectrogram",
            json!({"sequence_length": 4096}),
            "sequence_length",
            "at most fft_length = 2048",
        ),
        (
            "MelSpectrogram",
            json!({"window": "blackman"}),
            "window",
            "`hamming`",
        ),
        (
            "MelSpectrogram",
            json!({"max_freq": 10.0}),
            "max_freq",
            "above min_freq",
        ),
    ];
    for (class_name, config, option, words) in cases {
        let found = read(class_name, config.clone()).err().unwrap_or_default();
        let at = format!("model.layers[3].{option}: ");
        assert!(
            found.starts_with(&at) && found.contains(words),
            "{class_name} {config}: {found:?}"
        );
    }
}

#[test]
fn boxes_have_no_part_in_images() {
    assert!(read("RandomFlip", json!({"bounding_box_format": "xyxy"})).is_ok());
    let gone = read("RandomHeight", json!({"factor": 0.1})).unwrap_err();
    assert!(gone.contains("there is no layer `RandomHeight`"), "{gone}");
}

/// The fault of a layer for an input of this type, and the type of its output.
fn fault(class_name: &str, config: Json, ty: Type) -> (String, Type) {
    let layer = read(class_name, config).unwrap();
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Training);
    let x = builder.input("x", ty, InputKind::Feed);
    let out = scope.within("layer", true, |s| {
        layer.forward(s, &Call::of(Value::from(x)))
    });
    let faults = builder.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].to_string(), out[0].x.ty())
}

#[test]
fn wrong_inputs_tell_what_was_found_and_expected() {
    let floats = |shape: &[usize]| Type::new(DType::F32, shape);
    let hue = json!({"factor": 0.1});
    let (text, _) = fault("RandomHue", hue.clone(), floats(&[2, 4, 4, 2]));
    assert!(
        text.contains("of 2 channels") && text.contains("[3] channels"),
        "{text}"
    );
    let (text, _) = fault("RandomHue", hue, floats(&[2, 4, 3]));
    assert!(text.contains("images (B, H, W, C)"), "{text}");
    let size = json!({"height": 2, "width": 2, "data_format": "channels_first"});
    let (text, _) = fault("Resizing", size, floats(&[2, 3, 4, 0]));
    assert!(
        text.contains("images (B, C, H, W) of one pixel or more"),
        "{text}"
    );
    let (text, ty) = fault("MelSpectrogram", json!({"num_mel_bins": 7}), floats(&[5]));
    assert!(
        text.contains("signals (B, T)") && ty.shape == [5, 7, 1],
        "{text} {ty}"
    );
    let (text, ty) = fault(
        "STFTSpectrogram",
        json!({"frame_length": 8}),
        floats(&[2, 7, 3]),
    );
    assert!(
        text.contains("at least the 8 samples") && ty.shape == [2, 1, 15],
        "{text} {ty}"
    );
}

/// What a layer makes of bytes in inference, 2 by 2 pixels of one channel.
fn of_bytes(class_name: &str, config: Json, bytes: [f64; 4]) -> (Type, Vec<f64>) {
    let layer = read(class_name, config).unwrap();
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Inference);
    let shape = vec![1, 2, 2, 1];
    let x = builder.input("x", Type::new(DType::U8, shape.clone()), InputKind::Feed);
    let out = scope.within("layer", true, |s| {
        layer.forward(s, &Call::of(Value::from(x)))
    });
    let y = out[0].x.clone();
    let values = [("x".to_string(), Plain::new(shape, bytes.to_vec()))].into();
    let graph = builder.finish(&[("y", y.clone())], &[]).unwrap();
    (y.ty(), evaluate(&graph, &values).unwrap()["y"].data.clone())
}

#[test]
fn bytes_stay_bytes_where_keras_keeps_them() {
    let config = json!({"height": 1, "width": 4, "interpolation": "bicubic"});
    let (ty, pixels) = of_bytes("Resizing", config, [0.0, 255.0, 0.0, 255.0]);
    assert_eq!(ty, Type::new(DType::U8, [1, 1, 4, 1]));
    // Bicubic overshoots at both ends: kept within the type.
    assert_eq!((pixels[0], pixels[3]), (0.0, 255.0));
    let (ty, pixels) = of_bytes("RandomFlip", json!({}), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!((ty.dtype, pixels), (DType::F32, vec![1.0, 2.0, 3.0, 4.0]));
    let (ty, _) = of_bytes("MaxNumBoundingBoxes", json!({"max_number": 1}), [1.0; 4]);
    assert_eq!(ty.dtype, DType::U8);
}
