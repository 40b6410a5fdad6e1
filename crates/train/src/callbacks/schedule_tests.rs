//! Tests of schedules.

use serde_json::json;

use super::*;

fn read(value: Json) -> Result<Schedule, String> {
    let map = json!({"schedule": value}).as_object().unwrap().clone();
    let mut options = Options::new("LearningRateScheduler", &map, "callbacks[0]");
    let schedule = Schedule::read(&mut options);
    let errors: Vec<String> = options.finish().iter().map(ToString::to_string).collect();
    schedule
        .filter(|_| errors.is_empty())
        .ok_or(errors.join("\n"))
}

/// Values that Keras 3.15.1 gives for steps 0, 1, 2, 3, 7, 12 from 0.5.
#[test]
fn decays_are_those_of_keras() {
    let cases = [
        (
            json!({"class_name": "ExponentialDecay", "decay_steps": 2, "decay_rate": 0.8}),
            [
                0.5,
                0.44721359,
                0.400000006,
                0.35777089,
                0.228973374,
                0.131072015,
            ],
        ),
        (
            json!({"class_name": "ExponentialDecay", "decay_steps": 2, "decay_rate": 0.8, "staircase": true}),
            [0.5, 0.5, 0.400000006, 0.400000006, 0.256000012, 0.131072015],
        ),
        (
            json!({"class_name": "InverseTimeDecay", "decay_steps": 2, "decay_rate": 0.8}),
            [
                0.5,
                0.357142866,
                0.277777791,
                0.227272719,
                0.131578952,
                0.0862068906,
            ],
        ),
        (
            json!({"class_name": "InverseTimeDecay", "decay_steps": 3, "decay_rate": 0.8, "staircase": true}),
            [0.5, 0.5, 0.5, 0.277777791, 0.192307696, 0.119047627],
        ),
        (
            json!({"class_name": "PolynomialDecay", "decay_steps": 5}),
            [
                0.5,
                0.400020003,
                0.300040007,
                0.200059995,
                9.99999975e-05,
                9.99999975e-05,
            ],
        ),
        (
            json!({"class_name": "PolynomialDecay", "decay_steps": 5, "power": 2.0, "end_learning_rate": 0.01, "cycle": true}),
            [
                0.5,
                0.323600024,
                0.186400011,
                0.0883999914,
                0.0540999994,
                0.0295999981,
            ],
        ),
        (
            json!({"class_name": "CosineDecay", "decay_steps": 5}),
            [0.5, 0.452254236, 0.327254236, 0.172745705, 0.0, 0.0],
        ),
        (
            json!({"class_name": "CosineDecay", "decay_steps": 8, "alpha": 0.1}),
            [
                0.5,
                0.482872903,
                0.434099048,
                0.361103773,
                0.0671270862,
                0.0500000007,
            ],
        ),
        (
            json!({"class_name": "CosineDecay", "decay_steps": 6, "warmup_target": 1.0, "warmup_steps": 3}),
            [0.5, 0.666666687, 0.833333373, 1.0, 0.24999997, 0.0],
        ),
        (
            json!({"class_name": "PiecewiseConstantDecay", "boundaries": [1, 7], "values": [0.3, 0.2, 0.1]}),
            [
                0.300000012,
                0.300000012,
                0.200000003,
                0.200000003,
                0.200000003,
                0.100000001,
            ],
        ),
    ];
    for (value, expected) in cases {
        let schedule = read(value.clone()).unwrap();
        for (epoch, want) in [0, 1, 2, 3, 7, 12].into_iter().zip(expected) {
            let got = schedule.rate(epoch, 9.0, 0.5);
            assert!(
                (got - want).abs() <= 3e-7 * want.abs().max(0.1),
                "{value} epoch {epoch}: {got}, expected {want}"
            );
        }
    }
}

#[test]
fn pairs_hold_from_their_epoch_on() {
    let schedule = read(json!([[2, 0.1], [5, 0.01]])).unwrap();
    let rates: Vec<f64> = (0..7).map(|epoch| schedule.rate(epoch, 9.0, 0.5)).collect();
    assert_eq!(rates, [9.0, 9.0, 0.1, 0.1, 0.1, 0.01, 0.01]);
}

#[test]
fn an_initial_rate_of_its_own_counts() {
    let schedule = read(
        json!({"class_name": "ExponentialDecay", "initial_learning_rate": 1.0, "decay_rate": 0.5, "decay_steps": 1}),
    );
    assert_eq!(schedule.unwrap().rate(2, 9.0, 9.0), 0.25);
}

#[test]
fn faults_are_told_with_their_place() {
    let cases = [
        (json!(0.1), "expected a list such as"),
        (json!([]), "empty list"),
        (json!([[0, 0.1], [0, 0.2]]), "in order"),
        (json!([[0.5, 0.1]]), "expected a pair"),
        (
            json!({"class_name": "ExponentialDecey"}),
            "did you mean `ExponentialDecay`?",
        ),
        (
            json!({"class_name": "Warp"}),
            "`regimen list schedules` prints all",
        ),
        (json!({"class_name": "CosineDecay"}), "needs `decay_steps`"),
        (
            json!({"class_name": "CosineDecay", "decay_steps": 0}),
            "expected a number above 0",
        ),
        (
            json!({"class_name": "CosineDecay", "decay_steps": 1, "alfa": 0}),
            "callbacks[0].schedule.alfa: CosineDecay has no option `alfa`: did you mean `alpha`?",
        ),
        (
            json!({"class_name": "PiecewiseConstantDecay", "boundaries": [1, 2], "values": [1, 2]}),
            "one value more",
        ),
        (
            json!({"class_name": "PiecewiseConstantDecay", "boundaries": [2, 1], "values": [1, 2, 3]}),
            "rising order",
        ),
    ];
    for (value, part) in cases {
        let text = read(value).unwrap_err();
        assert!(text.contains(part), "{text}");
    }
}
