//! What image layers draw: the ranges, the chances, the orders, and what the draws depend on.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, InputKind, Plain, Type, Var, evaluate};
use regimen_nn::layers::*;
use regimen_nn::{Factor, ImageLayer, Mode, SEED, STEP, Scope};

/// The named tensors that a layer draws for images of this shape.
fn draws(
    layer: &dyn ImageLayer,
    shape: [usize; 4],
    seed: f64,
    step: f64,
) -> BTreeMap<String, Plain> {
    let builder = Builder::new();
    let images = builder.input("x", Type::new(DType::F32, shape), InputKind::Feed);
    let mut scope = Scope::new(&builder, Mode::Training);
    let drawn = scope.within("layer", true, |s| layer.draw(s, &images));
    let asked: Vec<(&str, Var)> = drawn
        .0
        .iter()
        .map(|(n, v)| (n.as_str(), v.clone()))
        .collect();
    let values: BTreeMap<String, Plain> = [
        ("x".to_string(), Plain::full(&shape, 1.0)),
        (SEED.to_string(), Plain::new(vec![], vec![seed])),
        (STEP.to_string(), Plain::new(vec![], vec![step])),
    ]
    .into();
    evaluate(&builder.finish(&asked, &[]).unwrap(), &values).unwrap()
}

const MANY: [usize; 4] = [4000, 1, 1, 3];

fn drawn(layer: &dyn ImageLayer, name: &str, shape: [usize; 4]) -> Vec<f64> {
    draws(layer, shape, 7.0, 0.0)[name].data.clone()
}

fn moments(data: &[f64]) -> (f64, f64) {
    let n = data.len() as f64;
    let mean = data.iter().sum::<f64>() / n;
    (
        mean,
        data.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n,
    )
}

/// Mean within five standard errors, and the variance within a tenth.
fn has_moments(place: &str, data: &[f64], mean: f64, variance: f64) {
    let (found, spread) = moments(data);
    let error = (variance / data.len() as f64).sqrt();
    assert!(
        (found - mean).abs() < 5.0 * error,
        "{place}: mean {found}, not {mean}"
    );
    assert!(
        (spread / variance - 1.0).abs() < 0.1,
        "{place}: variance {spread}, not {variance}"
    );
}

fn is_uniform(place: &str, data: &[f64], low: f64, high: f64) {
    let slack = 1e-6 * (high - low);
    let inside = data.iter().all(|&v| v >= low - slack && v <= high + slack);
    assert!(inside, "{place}: beyond {low} to {high}");
    has_moments(place, data, (low + high) / 2.0, (high - low).powi(2) / 12.0);
}

/// Five standard deviations of a share of n draws.
fn has_share(place: &str, data: &[f64], what: impl Fn(f64) -> bool, p: f64) {
    let n = data.len() as f64;
    let share = data.iter().filter(|&&v| what(v)).count() as f64 / n;
    let bound = 5.0 * (p * (1.0 - p) / n).sqrt();
    assert!((share - p).abs() <= bound, "{place}: {share}, not {p}");
}

#[test]
fn parameters_are_uniform_in_their_ranges() {
    let cases: Vec<(Box<dyn ImageLayer>, &str, f64, f64)> = vec![
        (Box::new(RandomRotation::new(0.25)), "angle", -90.0, 90.0),
        (
            Box::new(RandomRotation::new([0.0, 0.5])),
            "angle",
            0.0,
            180.0,
        ),
        (Box::new(RandomZoom::new(0.4)), "height_zoom", 0.6, 1.4),
        (
            Box::new(RandomBrightness::new(0.2)),
            "rgb_delta",
            -51.0,
            51.0,
        ),
        // One number is the range from 0 to it, as Keras 3.15.1 has it: never less contrast.
        (
            Box::new(RandomContrast::new(0.4)),
            "contrast_factor",
            1.0,
            1.4,
        ),
        (
            Box::new(RandomContrast::new([0.4, 0.6])),
            "contrast_factor",
            0.6,
            1.6,
        ),
        // The sign is drawn, too.
        (Box::new(RandomHue::new(0.6)), "factor", -0.3, 0.3),
        (Box::new(RandomSharpness::new(0.6)), "factor", 0.0, 0.6),
        (
            Box::new(RandomColorDegeneration::new(0.6)),
            "factor",
            -0.6,
            0.6,
        ),
        (
            Box::new(Solarization::new().addition_factor(0.2)),
            "additions",
            0.0,
            51.0,
        ),
        // Only the upper bound is a part of 255.
        (
            Box::new(Solarization::new().threshold_factor([0.5, 1.0])),
            "thresholds",
            0.5,
            255.0,
        ),
    ];
    for (layer, name, low, high) in cases {
        is_uniform(
            &format!("{layer:?} {name}"),
            &drawn(layer.as_ref(), name, MANY),
            low,
            high,
        );
    }
    let moves = drawn(
        &RandomTranslation::new(0.1, [0.2, 0.4]),
        "translations",
        [4000, 2, 5, 1],
    );
    let [right, down]: [Vec<f64>; 2] =
        [0, 1].map(|i| moves.iter().skip(i).step_by(2).copied().collect());
    is_uniform("right", &right, 1.0, 2.0);
    is_uniform("down", &down, -0.2, 0.2);
    let shear = drawn(
        &RandomShear::new().x_factor([0.3, 0.3]).y_factor([0.1, 0.1]),
        "shear_factor",
        MANY,
    );
    has_share("shear", &shear, |v| v > 0.0, 0.5);
    assert!(
        shear.chunks(2).all(|xy| (xy[0] / xy[1] - 3.0).abs() < 1e-6),
        "one sign for both"
    );
}

#[test]
fn saturation_is_a_part_over_the_rest() {
    let factors = drawn(&RandomSaturation::new([0.2, 0.8]), "factor", MANY);
    let parts: Vec<f64> = factors.iter().map(|f| f / (1.0 + f)).collect();
    is_uniform("saturation", &parts, 0.2, 0.8);
}

#[test]
fn zooms_without_a_width_keep_the_aspect() {
    let all = draws(&RandomZoom::new(0.4), MANY, 7.0, 0.0);
    assert_eq!(all["height_zoom"], all["width_zoom"]);
    let two = draws(
        &RandomZoom::new(0.4).width_factor(Factor::One(0.4)),
        MANY,
        7.0,
        0.0,
    );
    assert_ne!(two["height_zoom"], two["width_zoom"]);
}

#[test]
fn chances_are_kept() {
    let half = [0.5, 0.5];
    let cases: Vec<(Box<dyn ImageLayer>, &str, f64)> = vec![
        (Box::new(RandomFlip::new()), "flips", 0.5),
        (
            Box::new(RandomGrayscale::new().factor(0.2)),
            "should_apply",
            0.2,
        ),
        // The chance itself is drawn from 0 to 1.
        (Box::new(RandomInvert::new()), "apply_inversion", 0.5),
        (
            Box::new(RandomErasing::new().factor([0.8, 0.8])),
            "apply_erasing",
            0.8,
        ),
        (
            Box::new(RandomPerspective::new().factor(half)),
            "apply_perspective",
            0.5,
        ),
        (
            Box::new(RandomGaussianBlur::new().factor([1.0, 1.0])),
            "should_apply_blur",
            1.0,
        ),
        (
            Box::new(RandomElasticTransform::new().factor(0.6)),
            "apply_transform",
            0.3,
        ),
    ];
    for (layer, name, p) in cases {
        has_share(name, &drawn(layer.as_ref(), name, MANY), |v| v == 1.0, p);
    }
}

#[test]
fn posterization_draws_whole_bits_below_the_upper_bound() {
    let shifts = drawn(&RandomPosterization::new(4.0), "shift_factor", MANY);
    for bits in [1.0, 2.0, 3.0] {
        has_share("bits", &shifts, |v| v == 8.0 - bits, 1.0 / 3.0);
    }
    let one = drawn(&RandomPosterization::new([8.0, 8.0]), "shift_factor", MANY);
    assert!(one.iter().all(|&v| v == 0.0));
}

#[test]
fn crops_start_anywhere_for_a_whole_batch() {
    let layer = RandomCrop::new(3usize, 2usize);
    let starts: Vec<f64> = (0..800)
        .map(|step| draws(&layer, [5, 5, 4, 1], 7.0, f64::from(step))["h_start"].data[0])
        .collect();
    for start in [0.0, 1.0, 2.0] {
        has_share("start", &starts, |v| v == start, 1.0 / 3.0);
    }
}

#[test]
fn boxes_lie_inside_and_have_their_part() {
    let layer = RandomErasing::new().scale([0.25, 0.25]);
    let masks = draws(&layer, [500, 8, 12, 1], 7.0, 0.0)["batch_masks"]
        .data
        .clone();
    // Half of each side, at any place: 4 rows and 6 columns, whole coordinates inside a half-open range.
    for mask in masks.chunks(96) {
        assert_eq!(mask.iter().sum::<f64>(), 24.0);
    }
    has_share("left columns", &masks, |v| v == 1.0, 0.25);
}

#[test]
fn mixtures_have_the_moments_of_their_distributions() {
    for alpha in [0.2, 1.0, 5.0] {
        let weights = drawn(&MixUp::new().alpha(alpha), "mix_weight", MANY);
        assert!(weights.iter().all(|w| (0.0..=1.0).contains(w)));
        let variance = 1.0 / (4.0 * (2.0 * alpha + 1.0));
        has_moments(&format!("beta {alpha}"), &weights, 0.5, variance);
    }
    // Of α near 0 one image wins, and nothing is divided by 0.
    let weights = drawn(&MixUp::new().alpha(1e-6), "mix_weight", MANY);
    has_share("beta 1e-6", &weights, |w| w > 0.999, 0.5);
    has_share("beta 1e-6", &weights, |w| w < 0.001, 0.5);
    let orders = drawn(&MixUp::new(), "permutation_order", MANY);
    let mut sorted = orders.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(
        sorted.iter().enumerate().all(|(i, &v)| v == i as f64),
        "not an order"
    );
    let stay = orders
        .iter()
        .enumerate()
        .filter(|&(i, &v)| v == i as f64)
        .count();
    assert!(stay < 10, "{stay} stay at their place");
    let layer = CutMix::new().factor([1.0, 1.0]);
    let masks = draws(&layer, [500, 32, 32, 1], 7.0, 0.0)["batch_masks"]
        .data
        .clone();
    let parts: Vec<f64> = masks.chunks(1024).map(|m| moments(m).0).collect();
    // The part of the weight, one half of the image in the mean, less what whole pixels lose at the border.
    assert!(
        (moments(&parts).0 - 0.5).abs() < 0.06,
        "{}",
        moments(&parts).0
    );
}

#[test]
fn chains_are_mixed_by_dirichlet_and_chosen_alike() {
    let layer = AugMix::new().alpha(2.0);
    let (mut first, mut choices) = (vec![], vec![]);
    for step in 0..400 {
        let all = draws(&layer, [1, 1, 1, 3], 7.0, f64::from(step));
        let weights = &all["chain_mixing_weights"].data;
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        first.push(weights[0]);
        choices.extend(all["choices"].data.clone());
    }
    let (a, b) = (2.0, 4.0);
    let variance: f64 = a * b / ((a + b) * (a + b) * (a + b + 1.0));
    let (mean, spread) = moments(&first);
    assert!(
        (mean - 1.0 / 3.0).abs() < 5.0 * (variance / 400.0).sqrt(),
        "{mean}"
    );
    assert!((spread / variance - 1.0).abs() < 0.35, "{spread}");
    // Eleven changes, or none.
    for kind in 0..12 {
        has_share("choice", &choices, |v| v == f64::from(kind), 1.0 / 12.0);
    }
    let layer = RandAugment::new().num_ops(200);
    let choices = draws(&layer, [1, 1, 1, 3], 7.0, 0.0);
    assert_eq!(choices["layer_idxes"].data.len(), 200);
    for kind in 0..11 {
        let data = &choices["layer_idxes"].data;
        has_share("layer", data, |v| v == f64::from(kind), 1.0 / 11.0);
    }
}

#[test]
fn noise_is_normal_and_of_the_range() {
    let noise = drawn(&RandomElasticTransform::new(), "noise", [2, 40, 50, 1]);
    has_moments("noise", &noise, 0.0, 1.0);
    let layer = RandomErasing::new().value_range([-2.0, 2.0]);
    let fill = drawn(&layer, "fill_value", [2, 40, 50, 1]);
    assert!(fill.iter().all(|v| (-2.0..=2.0).contains(v)));
    // Normal with deviation 2, cut at one deviation: both tails stand at the ends.
    has_share("ends", &fill, |v| v.abs() == 2.0, 0.31731);
    let three = RandomErasing::new().fill_value(FillValue(vec![300.0, 20.0, -3.0]));
    assert_eq!(
        drawn(&three, "fill_value", [1, 1, 2, 3]),
        [255.0, 20.0, 0.0, 255.0, 20.0, 0.0]
    );
}

#[test]
fn draws_depend_on_seed_step_and_place() {
    let layer = RandomBrightness::new(0.5);
    let at = |layer: &RandomBrightness, seed, step| draws(layer, [8, 2, 2, 1], seed, step);
    assert_eq!(at(&layer, 1.0, 3.0), at(&layer, 1.0, 3.0));
    assert_ne!(at(&layer, 1.0, 3.0), at(&layer, 2.0, 3.0));
    assert_ne!(at(&layer, 1.0, 3.0), at(&layer, 1.0, 4.0));
    let seeded = RandomBrightness::new(0.5).seed(9);
    assert_eq!(at(&seeded, 1.0, 3.0), at(&seeded, 2.0, 3.0));
    // Images of a batch differ.
    let deltas = at(&layer, 1.0, 3.0)["rgb_delta"].data.clone();
    assert!(deltas.windows(2).all(|pair| pair[0] != pair[1]));
}
