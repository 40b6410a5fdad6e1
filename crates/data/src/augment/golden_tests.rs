//! Changes of images at given parameters against the numbers of Keras: tests/golden/augmentation.json.

use regimen_run::spec::{Change, FlipMode};
use serde_json::{Value, json};

use super::affine::Size;
use super::{change_image, flip};
use crate::random::{Draws, Stream};

fn numbers(tensor: &Value) -> Vec<f32> {
    let data = tensor["data"].as_array().expect("data");
    data.iter().map(|x| x.as_f64().unwrap() as f32).collect()
}

fn size(tensor: &Value) -> Size {
    let at = |i: usize| tensor["shape"][i].as_u64().unwrap() as usize;
    Size {
        height: at(0),
        width: at(1),
        channels: at(2),
    }
}

/// The change that a case is, its range of one number.
fn change(case: &Value) -> Change {
    let mut config = case["config"].clone();
    config["kind"] = match case["class_name"].as_str().unwrap() {
        "RandomTranslation" => json!("shift"),
        "RandomRotation" => json!("rotate"),
        "RandomZoom" => json!("zoom"),
        "RandomContrast" => {
            let factor = case["draw"]["contrast_factor"].as_f64().unwrap();
            config["factor"] = json!([1.0 - factor, factor - 1.0]);
            json!("contrast")
        }
        "RandomFlip" => json!("flip"),
        other => panic!("{other}"),
    };
    serde_json::from_value(config).expect("a change")
}

#[test]
fn images_are_those_of_keras() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/augmentation.json"
    );
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 50);
    for case in cases {
        let (size, mut pixels) = (size(&case["inputs"][0]), numbers(&case["inputs"][0]));
        match change(case) {
            Change::Flip { mode } => flip(mode, size, &mut pixels),
            change => {
                let mut draws = Draws::new(1, Stream::Augment([0; 4]));
                change_image(&change, size, &mut pixels, &mut draws);
            }
        }
        let expected = numbers(&case["outputs"][0]);
        for (i, (found, expected)) in pixels.iter().zip(expected).enumerate() {
            let close = (found - expected).abs() <= 2e-5 * expected.abs().max(1.0);
            let name = &case["name"];
            assert!(
                close,
                "{name} {}, element {i}: {found} for {expected}",
                case["config"]
            );
        }
    }
}

#[test]
fn flips_are_undone_by_themselves() {
    let size = Size {
        height: 3,
        width: 2,
        channels: 2,
    };
    let image: Vec<f32> = (0..12).map(|x| x as f32).collect();
    for mode in [
        FlipMode::Horizontal,
        FlipMode::Vertical,
        FlipMode::HorizontalAndVertical,
    ] {
        let mut pixels = image.clone();
        flip(mode, size, &mut pixels);
        assert_ne!(pixels, image);
        flip(mode, size, &mut pixels);
        assert_eq!(pixels, image);
    }
}
