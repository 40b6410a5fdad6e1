//! Activations against Keras, over their whole range and with gradients.

mod golden;

use golden::{Feed, Golden, Report, cases, needed, tensor, text};
use regimen_graph::{Plain, Var, grad};
use regimen_nn::activations;

const VALUES: f64 = 1e-5;
const GRADIENTS: f64 = 1e-4;

/// Compares element by element: a row of numbers from 1e-30 to 1000 has no common size.
fn compare(
    report: &mut Report,
    place: &str,
    got: &Plain,
    want: &Golden,
    x: &Golden,
    tolerance: f64,
) {
    for (i, (&a, &b)) in got.data.iter().zip(&want.data).enumerate() {
        let a = f64::from(a as f32);
        // Keras computes in float32: where it cancels, as in x - tanh(x), it is exact to some ulps of x only.
        let noise = 4.0 * f64::from(f32::EPSILON) * x.data[i].abs().max(1.0);
        let near = (a - b).abs() <= (tolerance * b.abs()).max(noise);
        let same = a == b || (a.is_nan() && b.is_nan());
        if !same && !near {
            report.wrong(format!("{place}[{i}]: {a}, Keras has {b}"));
        }
    }
    assert_eq!(got.shape, want.shape, "{place}");
}

/// The options of a case on the function that takes them.
fn with_options(name: &str, options: &serde_json::Value, x: &Var) -> Var {
    let option = |key: &str| options[key].as_f64();
    let slope = option("negative_slope").unwrap_or(0.0);
    let axis = options["axis"].as_i64().unwrap_or(-1) as isize;
    match name {
        "relu" => activations::relu(
            x,
            slope,
            option("max_value"),
            option("threshold").unwrap_or(0.0),
        ),
        "elu" => activations::elu(x, option("alpha").unwrap_or(1.0)),
        "leaky_relu" => activations::leaky_relu(x, slope),
        "gelu" => activations::gelu(x, options["approximate"] == true),
        "celu" => activations::celu(x, option("alpha").unwrap_or(1.0)),
        "hard_shrink" => activations::hard_shrink(x, option("threshold").unwrap_or(0.5)),
        "soft_shrink" => activations::soft_shrink(x, option("threshold").unwrap_or(0.5)),
        "squareplus" => activations::squareplus(x, option("b").unwrap_or(4.0)),
        "threshold" => {
            let [threshold, default] =
                ["threshold", "default_value"].map(|key| option(key).unwrap());
            activations::threshold(x, threshold, default)
        }
        "softmax" => activations::softmax(x, axis),
        "log_softmax" => activations::log_softmax(x, axis),
        "glu" => activations::glu(x, axis),
        "relu6" => activations::relu6(x),
        "hard_sigmoid" => activations::hard_sigmoid(x),
        other => panic!("{other} with options"),
    }
}

#[test]
fn activations_are_those_of_keras() {
    let mut report = Report::default();
    let files = [
        "functions/activations.json",
        "functions/activations_all.json",
    ];
    for case in files.into_iter().flat_map(cases) {
        let name = text(case.get("activation").unwrap_or(&case["name"]));
        if name == "sparsemax" {
            continue; // Keras 3.15.1 departs from the definition, see the file; tested below.
        }
        let mut feed = Feed::default();
        let inputs = needed(&case["inputs"]);
        let x = feed.input("x", &inputs);
        let y = match case.get("options") {
            Some(options) => with_options(&name, options, &x),
            None => {
                let Some(def) = activations::find(&name) else {
                    report.wrong(format!("there is no activation `{name}`"));
                    continue;
                };
                (def.apply)(&x)
            }
        };
        let weighted = match tensor(&case["weighting"]) {
            Some(weighting) => &y * feed.input("weighting", &weighting),
            None => y.clone(),
        };
        let dx = grad(&weighted.sum_all(), std::slice::from_ref(&x))
            .unwrap()
            .swap_remove(0)
            .unwrap();
        let results = feed.run(&[("y", y), ("dx", dx)]);
        compare(
            &mut report,
            &name,
            &results["y"],
            &needed(&case["outputs"]),
            &inputs,
            VALUES,
        );
        compare(
            &mut report,
            &format!("d {name}"),
            &results["dx"],
            &needed(&case["grads"]),
            &inputs,
            GRADIENTS,
        );
    }
    report.finish();
}

#[test]
fn sparsemax_gives_probabilities_and_the_gradient_of_a_projection() {
    let rows = [
        0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 1.5, -4.0, 1000.0, 0.0, -1000.0, 999.0, -1e30, -1e30, -1e30,
        -1e30,
    ];
    let weights = [1.0, 2.0, 4.0, 8.0];
    let golden = |shape: Vec<usize>, data: &[f64]| Golden {
        shape,
        dtype: regimen_graph::DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    };
    let mut feed = Feed::default();
    let x = feed.input("x", &golden(vec![4, 4], &rows));
    let w = feed.input("w", &golden(vec![4], &weights));
    let y = activations::sparsemax(&x, -1);
    let dx = grad(&(&y * &w).sum_all(), std::slice::from_ref(&x))
        .unwrap()
        .swap_remove(0)
        .unwrap();
    let results = feed.run(&[("y", y), ("dx", dx)]);
    // Row 1: the support is {2, 1.5}, tau = (3.5 - 1) / 2 = 1.25.
    let want = [
        [0.25; 4],
        [0.0, 0.75, 0.25, 0.0],
        [1.0, 0.0, 0.0, 0.0],
        [0.25; 4],
    ]
    .concat();
    assert_eq!(results["y"].data, want);
    // On the support the gradient is g minus its mean there; a support of one has none.
    let even = [-2.75, -1.75, 0.25, 4.25];
    let want = [even, [0.0, -1.0, 1.0, 0.0], [0.0; 4], even].concat();
    assert_eq!(results["dx"].data, want);
}

#[test]
fn glu_gates_and_refuses_odd_sizes() {
    let value = |shape: &[usize], data: &[f64]| Golden {
        shape: shape.to_vec(),
        dtype: regimen_graph::DType::F32,
        data: data.to_vec(),
        scale: 0.0,
    };
    let mut feed = Feed::default();
    let x = feed.input("x", &value(&[1, 4], &[2.0, 3.0, 0.0, 100.0]));
    let y = activations::glu(&x, -1);
    assert_eq!(feed.run(&[("y", y)])["y"].data, [1.0, 3.0]);
    let x = feed.input("odd", &value(&[1, 3], &[1.0; 3]));
    activations::glu(&x, -1);
    let faults = feed.builder.faults();
    assert!(
        faults[0].fault.mend.contains("even number of units"),
        "{faults:?}"
    );
}

#[test]
fn every_activation_is_compared() {
    let files = [
        "functions/activations.json",
        "functions/activations_all.json",
    ];
    let compared: Vec<String> = files
        .into_iter()
        .flat_map(cases)
        .map(|case| text(case.get("activation").unwrap_or(&case["name"])))
        .collect();
    // What Keras 3 has no more is compared with its formula below.
    let of_today = activations::ACTIVATIONS
        .iter()
        .filter(|d| d.name != "legacy_hard_sigmoid");
    for def in of_today {
        assert!(
            compared.iter().any(|name| name == def.name),
            "no golden case of {}",
            def.name
        );
    }
}

#[test]
fn the_hard_sigmoid_of_old_is_its_formula() {
    let mut feed = Feed::default();
    let values = vec![-3.0, -2.5, -1.0, 0.0, 0.5, 2.5, 4.0];
    let value = Golden {
        shape: vec![values.len()],
        dtype: regimen_graph::DType::F32,
        data: values,
        scale: 0.0,
    };
    let x = feed.input("x", &value);
    let results = feed.run(&[("y", activations::legacy_hard_sigmoid(&x))]);
    let want = [0.0, 0.0, 0.3, 0.5, 0.6, 1.0, 1.0];
    assert!(
        results["y"]
            .data
            .iter()
            .zip(want)
            .all(|(y, w)| (y - w).abs() < 1e-6)
    );
}

#[test]
fn sparsemax_takes_any_axis() {
    let mut feed = Feed::default();
    let value = Golden {
        shape: vec![2, 3],
        dtype: regimen_graph::DType::F32,
        data: vec![1.0, 0.0, 2.0, 1.5, 0.0, -4.0],
        scale: 0.0,
    };
    let x = feed.input("x", &value);
    let along_rows = activations::sparsemax(&x.transpose(&[1, 0]), -1).transpose(&[1, 0]);
    let results = feed.run(&[("0", activations::sparsemax(&x, 0)), ("rows", along_rows)]);
    assert_eq!(results["0"].data, [0.25, 0.5, 1.0, 0.75, 0.5, 0.0]);
    assert_eq!(results["0"], results["rows"]);
    activations::sparsemax(&x, 2);
    assert!(feed.builder.faults()[0].to_string().contains("axis 2"));
}

#[test]
fn names_are_those_of_keras_and_slips_get_a_hint() {
    for (name, found) in [
        ("swish", "silu"),
        ("hard_swish", "hard_silu"),
        ("ReLU", "relu"),
        ("LeakyReLU", "leaky_relu"),
    ] {
        assert_eq!(
            activations::find(name).map(|d| d.name),
            Some(found),
            "{name}"
        );
    }
    let refused =
        <activations::Activation as regimen_nn::OptionValue>::read(&"sigmoyd".into()).unwrap_err();
    assert!(refused.contains("`sigmoid`"), "{refused}");
}
