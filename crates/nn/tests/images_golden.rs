//! Image layers against Keras where the transformation is given: outputs and gradients by the images.

mod golden;

use golden::{Feed, Report, needed, tensor, text};
use regimen_graph::{Var, grad};
use regimen_nn::{Configured, DataFormat, Drawn, ImageLayer, Mode, Options, Scope, layers};
use serde_json::{Map, Value as Json};

macro_rules! image_layers {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        fn layer(class_name: &str, config: &Map<String, Json>) -> Box<dyn ImageLayer> {
            let mut options = Options::new(class_name, config, "");
            let made: Option<Box<dyn ImageLayer>> = match class_name {
                $(stringify!($name) => layers::$name::read(&mut options).map(|l| Box::new(l) as _),)*
                _ => None,
            };
            let errors = options.finish();
            assert!(errors.is_empty(), "{errors:?}");
            made.unwrap_or_else(|| panic!("no image layer {class_name}"))
        }
    };
}

image_layers! {
    AugMix
    AutoContrast
    CutMix
    Equalization
    MixUp
    RandAugment
    RandomBrightness
    RandomColorDegeneration
    RandomColorJitter
    RandomContrast
    RandomCrop
    RandomElasticTransform
    RandomErasing
    RandomFlip
    RandomGaussianBlur
    RandomGrayscale
    RandomHue
    RandomInvert
    RandomPerspective
    RandomPosterization
    RandomRotation
    RandomSaturation
    RandomSharpness
    RandomShear
    RandomTranslation
    RandomZoom
    Solarization
}

/// With the channels last, where the layer has them first.
fn last(layer: &dyn ImageLayer, x: &Var) -> Var {
    match layer.data_format() {
        DataFormat::ChannelsFirst => x.transpose(&[0, 2, 3, 1]),
        DataFormat::ChannelsLast => x.clone(),
    }
}

fn check(case: &Json, report: &mut Report) {
    let name = text(&case["name"]);
    let config = case["config"].as_object().cloned().unwrap_or_default();
    let layer = layer(&text(&case["class_name"]), &config);
    let mut feed = Feed::default();
    let images = feed.input("images", &needed(&case["images"]));
    let mut drawn = Drawn::new();
    for (key, value) in case["transformation"].as_object().into_iter().flatten() {
        drawn = drawn.with(key, feed.input(&format!("drawn.{key}"), &needed(value)));
    }
    let y = layer.transform_images(&last(layer.as_ref(), &images), &drawn);
    let weighting = feed.input("weighting", &needed(&case["weighting"]));
    let loss = (&y * last(layer.as_ref(), &weighting)).sum_all();
    let gradient = match grad(&loss, std::slice::from_ref(&images)) {
        Ok(mut grads) => grads.swap_remove(0).unwrap_or_else(|| images.zeros_like()),
        Err(e) => return report.wrong(format!("{name}: {e}")),
    };
    let faults = feed.builder.faults();
    if !faults.is_empty() {
        return report.wrong(format!("{name}: {}", faults[0]));
    }
    let y = match layer.data_format() {
        DataFormat::ChannelsFirst => y.transpose(&[0, 3, 1, 2]),
        DataFormat::ChannelsLast => y,
    };
    let found = feed.run(&[("output", y), ("gradient", gradient)]);
    report.compare(
        &format!("{name}: output"),
        &found["output"],
        &needed(&case["output"]),
        1e-5,
    );
    if let Some(want) = tensor(&case["grad"]) {
        report.compare(
            &format!("{name}: gradient"),
            &found["gradient"],
            &want,
            1e-4,
        );
    }
}

#[test]
fn given_transformations() {
    let mut report = Report::default();
    for case in golden::file("images.json")["cases"].as_array().unwrap() {
        check(case, &mut report);
    }
    report.finish();
}

/// Our own draws have the names, and as many numbers, as Keras's, so that either can be given.
#[test]
fn draws_have_the_names_of_keras() {
    let all = golden::file("images.json");
    let mut seen: Vec<String> = vec![];
    for case in all["cases"].as_array().unwrap() {
        let class_name = text(&case["class_name"]);
        let config = case["config"].as_object().cloned().unwrap_or_default();
        let layer = layer(&class_name, &config);
        let mut feed = Feed::default();
        let images = feed.input("images", &needed(&case["images"]));
        let mut scope = Scope::new(&feed.builder, Mode::Training);
        let images = last(layer.as_ref(), &images);
        let drawn = layer.draw(&mut scope, &images);
        layer.transform_images(&images, &drawn);
        assert!(
            feed.builder.faults().is_empty(),
            "{class_name}: {:?}",
            feed.builder.faults()
        );
        let theirs = case["transformation"].as_object().unwrap();
        for name in drawn.0.keys() {
            assert!(
                theirs.contains_key(name),
                "{class_name}: Keras draws no {name}"
            );
        }
        seen.push(class_name);
    }
    for name in NAMES {
        assert!(seen.iter().any(|s| s == name), "{name} has no case");
    }
}

/// A transformation that does not fit is a fault, not a panic.
#[test]
fn wrong_transformations_are_faults() {
    for name in NAMES
        .iter()
        .filter(|n| !["AutoContrast", "Equalization"].contains(n))
    {
        let mut config = Map::new();
        for key in [
            "factor",
            "height_factor",
            "width_factor",
            "brightness_factor",
        ] {
            config.insert(key.to_string(), 0.5.into());
        }
        config.insert("height".to_string(), 1.into());
        config.insert("width".to_string(), 1.into());
        let known: Vec<&str> = layers::find(name).map_or(vec![], |def| {
            (def.options)().iter().map(|o| o.name).collect()
        });
        config.retain(|key, _| known.contains(&key.as_str()));
        if *name == "RandomPosterization" {
            config.insert("factor".to_string(), 4.into());
        }
        let layer = layer(name, &config);
        let mut feed = Feed::default();
        let value = golden::Golden {
            shape: vec![2, 3, 4, 3],
            dtype: regimen_graph::DType::F32,
            data: vec![0.5; 72],
            scale: 0.0,
        };
        let images = feed.input("images", &value);
        layer.transform_images(&images, &Drawn::new());
        let faults = feed.builder.faults();
        assert!(!faults.is_empty(), "{name}");
        assert!(
            faults[0]
                .to_string()
                .contains("of the transformation: none"),
            "{}",
            faults[0]
        );
    }
}
