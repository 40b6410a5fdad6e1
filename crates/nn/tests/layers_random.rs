//! Layers that draw random numbers: how often, how much, of which shape, and what the draws depend on.

use std::collections::BTreeMap;

use regimen_graph::{Builder, DType, InputKind, Plain, Type, Var, elements, evaluate, grad};
use regimen_nn::layers::{
    AdditiveAttention, AlphaDropout, Attention, ConvLSTM1D, Dropout, GRU, GRUCell, GaussianDropout,
    GaussianNoise, LSTM, MultiHeadAttention, RNN, SimpleRNN, SpatialDropout1D, TimeDistributed,
};
use regimen_nn::{Call, Layer, Mode, SEED, STEP, Scope, Value};

/// A layer in training on an input of ones: its outputs, and the gradient of their sum by the input.
struct Trained {
    outputs: Vec<Plain>,
    gradient: Plain,
}

fn train(layer: &dyn Layer, shape: &[usize], seed: f64, step: f64) -> Trained {
    run(layer, Plain::full(shape, 1.0), Call::default(), seed, step)
}

fn run(layer: &dyn Layer, input: Plain, mut call: Call, seed: f64, step: f64) -> Trained {
    let builder = Builder::new();
    let x = builder.input(
        "x",
        Type::new(DType::F32, input.shape.clone()),
        InputKind::Feed,
    );
    call.inputs = vec![x.clone().into()];
    let mut scope = Scope::new(&builder, Mode::Training);
    let out = scope.within("layer", true, |s| layer.forward(s, &call));
    let loss = out[0].x.sum_all();
    let gradient = grad(&loss, &[x]).unwrap()[0].clone().unwrap();
    let mut values: BTreeMap<String, Plain> = BTreeMap::new();
    values.insert("x".into(), input);
    values.insert(SEED.into(), Plain::new(vec![], vec![seed]));
    values.insert(STEP.into(), Plain::new(vec![], vec![step]));
    for weight in scope.weights() {
        let n = elements(&weight.shape);
        // Positive and different, so that nothing vanishes by chance.
        let data = (0..n).map(|i| 0.1 + 0.01 * (i % 17) as f64).collect();
        values.insert(weight.path.clone(), Plain::new(weight.shape.clone(), data));
    }
    let named: Vec<(String, Var)> = out
        .iter()
        .enumerate()
        .map(|(i, v)| (i.to_string(), v.x.clone()))
        .collect();
    let mut asked: Vec<(&str, Var)> = named.iter().map(|(n, v)| (n.as_str(), v.clone())).collect();
    asked.push(("gradient", gradient));
    let mut results = evaluate(&builder.finish(&asked, &[]).unwrap(), &values).unwrap();
    let gradient = results.remove("gradient").unwrap();
    Trained {
        outputs: named.iter().map(|(n, _)| results[n].clone()).collect(),
        gradient,
    }
}

fn share(data: &[f64], what: impl Fn(f64) -> bool) -> f64 {
    data.iter().filter(|&&v| what(v)).count() as f64 / data.len() as f64
}

/// Four standard deviations of a share of n draws.
fn bound(p: f64, n: usize) -> f64 {
    4.0 * (p * (1.0 - p) / n as f64).sqrt()
}

#[test]
fn dropout_drops_its_rate_and_scales_the_rest() {
    for rate in [0.1, 0.5, 0.9] {
        let trained = train(&Dropout::new(rate), &[100, 80], 7.0, 0.0);
        let y = &trained.outputs[0].data;
        assert!(
            (share(y, |v| v == 0.0) - rate).abs() < bound(rate, y.len()),
            "{rate}"
        );
        assert!(
            y.iter()
                .all(|&v| v == 0.0 || (v * (1.0 - rate) - 1.0).abs() < 1e-6)
        );
        assert_eq!(&trained.gradient.data, y);
    }
}

#[test]
fn dropped_is_zero_even_where_the_input_is_not_finite() {
    let input = Plain::full(&[10, 10], f64::INFINITY);
    let y = run(&Dropout::new(0.5), input, Call::default(), 1.0, 0.0)
        .outputs
        .remove(0);
    assert!(y.data.iter().all(|&v| v == 0.0 || v == f64::INFINITY));
}

#[test]
fn noise_shape_repeats_choices() {
    let layer = Dropout::new(0.5).noise_shape(vec![None, Some(1), Some(4)]);
    let y = train(&layer, &[50, 3, 4], 7.0, 0.0).outputs.remove(0).data;
    for row in y.chunks(12) {
        assert!(row[..4] == row[4..8] && row[..4] == row[8..]);
    }
    assert!((share(&y, |v| v == 0.0) - 0.5).abs() < bound(0.5, 200));
}

#[test]
fn spatial_dropout_drops_whole_channels() {
    let y = train(&SpatialDropout1D::new(0.3), &[60, 5, 8], 7.0, 0.0)
        .outputs
        .remove(0)
        .data;
    for row in y.chunks(40) {
        assert!(row.chunks(8).all(|step| step == &row[..8]));
    }
    assert!((share(&y, |v| v == 0.0) - 0.3).abs() < bound(0.3, 480));
}

#[test]
fn spatial_dropout_of_pictures_and_volumes_drops_whole_channels() {
    use regimen_nn::{
        DataFormat::ChannelsFirst, layers::SpatialDropout2D, layers::SpatialDropout3D,
    };
    let last: [(Box<dyn Layer>, &[usize]); 2] = [
        (Box::new(SpatialDropout2D::new(0.3)), &[60, 2, 3, 8]),
        (Box::new(SpatialDropout3D::new(0.3)), &[60, 2, 3, 1, 8]),
    ];
    for (layer, shape) in last {
        let y = train(&*layer, shape, 7.0, 0.0).outputs.remove(0).data;
        for row in y.chunks(48) {
            assert!(row.chunks(8).all(|place| place == &row[..8]));
        }
        assert!((share(&y, |v| v == 0.0) - 0.3).abs() < bound(0.3, 480));
        assert!(y.iter().all(|&v| v == 0.0 || (v * 0.7 - 1.0).abs() < 1e-6));
    }
    let first: [(Box<dyn Layer>, &[usize]); 2] = [
        (
            Box::new(SpatialDropout2D::new(0.3).data_format(ChannelsFirst)),
            &[60, 8, 2, 3],
        ),
        (
            Box::new(SpatialDropout3D::new(0.3).data_format(ChannelsFirst)),
            &[60, 8, 2, 3, 1],
        ),
    ];
    for (layer, shape) in first {
        let y = train(&*layer, shape, 7.0, 0.0).outputs.remove(0).data;
        assert!(y.chunks(6).all(|channel| channel == [channel[0]; 6]));
        assert!((share(&y, |v| v == 0.0) - 0.3).abs() < bound(0.3, 480));
    }
}

#[test]
fn noise_has_mean_zero_and_its_deviation() {
    let y = train(&GaussianNoise::new(0.2), &[100, 100], 7.0, 0.0)
        .outputs
        .remove(0)
        .data;
    let n = y.len() as f64;
    let mean = y.iter().sum::<f64>() / n - 1.0;
    let variance = y.iter().map(|v| (v - 1.0 - mean).powi(2)).sum::<f64>() / n;
    assert!(mean.abs() < 4.0 * 0.2 / n.sqrt(), "{mean}");
    assert!(
        (variance.sqrt() / 0.2 - 1.0).abs() < 4.0 / (2.0 * n).sqrt(),
        "{variance}"
    );
}

#[test]
fn draws_depend_on_seed_and_step_and_nothing_else() {
    let draw = |layer: &Dropout, seed, step| train(layer, &[20, 20], seed, step).outputs.remove(0);
    let plain = Dropout::new(0.5);
    assert_eq!(draw(&plain, 1.0, 3.0), draw(&plain, 1.0, 3.0));
    assert_ne!(draw(&plain, 1.0, 3.0), draw(&plain, 2.0, 3.0));
    assert_ne!(draw(&plain, 1.0, 3.0), draw(&plain, 1.0, 4.0));
    // Keras: a layer's own seed goes before the run's.
    let seeded = Dropout::new(0.5).seed(9);
    assert_eq!(draw(&seeded, 1.0, 3.0), draw(&seeded, 2.0, 3.0));
    assert_ne!(draw(&seeded, 1.0, 3.0), draw(&seeded, 1.0, 4.0));
    assert_ne!(
        draw(&seeded, 1.0, 3.0),
        draw(&Dropout::new(0.5).seed(10), 1.0, 3.0)
    );
}

/// Gradients by the features of an LSTM's input: where dropout hides a feature from all gates, it is zero.
#[test]
fn lstm_drops_features_for_the_whole_sequence() {
    let layer = LSTM::new(3usize).return_sequences(true).dropout(0.4);
    let gradient = train(&layer, &[40, 4, 6], 7.0, 0.0).gradient.data;
    for row in gradient.chunks(24) {
        let hidden = |step: &[f64]| step.iter().map(|&v| v == 0.0).collect::<Vec<_>>();
        assert!(row.chunks(6).all(|step| hidden(step) == hidden(&row[..6])));
    }
    assert!((share(&gradient, |v| v == 0.0) - 0.4).abs() < bound(0.4, 240));
}

#[test]
fn lstm_with_recurrent_dropout_has_a_choice_per_gate() {
    let layer = LSTM::new(3usize)
        .return_sequences(true)
        .dropout(0.4)
        .recurrent_dropout(0.2);
    let gradient = train(&layer, &[60, 2, 6], 7.0, 0.0).gradient.data;
    // The last step feels all four gates: hidden only where all four choices hide it.
    let p = 0.4f64.powi(4);
    let last: Vec<f64> = gradient
        .chunks(12)
        .flat_map(|row| row[6..].to_vec())
        .collect();
    assert!(
        (share(&last, |v| v == 0.0) - p).abs() < bound(p, last.len()),
        "{}",
        share(&last, |v| v == 0.0)
    );
}

#[test]
fn lstm_recurrent_dropout_leaves_the_first_step_alone() {
    let (plain, dropped) = (LSTM::new(3usize), LSTM::new(3usize).recurrent_dropout(0.5));
    let at = |layer: &LSTM, steps| {
        let layer = layer.clone().return_sequences(true);
        train(&layer, &[5, steps, 2], 7.0, 0.0)
            .outputs
            .remove(0)
            .data
    };
    assert_eq!(at(&plain, 1), at(&dropped, 1));
    assert_ne!(at(&plain, 3), at(&dropped, 3));
    let any = LSTM::new(3usize).recurrent_dropout(0.5).activation("relu");
    assert!(at(&any, 3).iter().all(|v| v.is_finite()));
}

/// Which features of each step have no gradient, row by row.
fn hidden(layer: &dyn Layer) -> Vec<Vec<bool>> {
    let gradient = train(layer, &[40, 4, 6], 7.0, 0.0).gradient.data;
    let step = |step: &[f64]| step.iter().map(|&v| v == 0.0).collect();
    gradient.chunks(6).map(step).collect()
}

#[test]
fn recurrent_layers_drop_features_for_the_whole_sequence() {
    let layers: [Box<dyn Layer>; 3] = [
        Box::new(GRU::new(3usize).return_sequences(true).dropout(0.4)),
        Box::new(SimpleRNN::new(3usize).return_sequences(true).dropout(0.4)),
        Box::new(RNN::new(GRUCell::new(3usize).dropout(0.4)).return_sequences(true)),
    ];
    for layer in &layers {
        let steps = hidden(layer.as_ref());
        assert!(steps.chunks(4).all(|row| row.iter().all(|s| s == &row[0])));
        let dropped = steps.iter().flatten().filter(|&&h| h).count() as f64;
        let part = dropped / (steps.len() * 6) as f64;
        assert!((part - 0.4).abs() < bound(0.4, 240), "{layer:?}: {part}");
    }
}

#[test]
fn gru_with_recurrent_dropout_has_a_choice_per_gate() {
    for layer in [
        GRU::new(3usize).dropout(0.5).implementation(1),
        GRU::new(3usize).dropout(0.5).recurrent_dropout(0.2),
    ] {
        let steps = hidden(&layer.return_sequences(true));
        let flags: Vec<f64> = steps.iter().flatten().map(|&h| f64::from(h)).collect();
        let p = 0.5f64.powi(3);
        assert!((share(&flags, |v| v == 1.0) - p).abs() < bound(p, 240));
    }
}

#[test]
fn at_a_rate_of_one_simple_rnn_drops_all_and_gates_drop_nothing() {
    let all = hidden(&SimpleRNN::new(3usize).dropout(1.0));
    assert!(all.iter().flatten().all(|&h| h));
    let none = hidden(&GRU::new(3usize).dropout(1.0));
    assert!(none.iter().flatten().all(|&h| !h));
}

#[test]
fn recurrent_dropout_leaves_the_first_step_alone() {
    let shown =
        |layer: &dyn Layer, shape: &[usize]| train(layer, shape, 7.0, 0.0).outputs.remove(0).data;
    let plain = GRU::new(3usize);
    let dropped = plain.clone().recurrent_dropout(0.5);
    assert_eq!(shown(&plain, &[5, 1, 2]), shown(&dropped, &[5, 1, 2]));
    assert_ne!(shown(&plain, &[5, 3, 2]), shown(&dropped, &[5, 3, 2]));
    let plain = ConvLSTM1D::new(2usize, 2usize);
    let dropped = plain.clone().recurrent_dropout(0.5);
    assert_eq!(shown(&plain, &[5, 1, 4, 2]), shown(&dropped, &[5, 1, 4, 2]));
    assert_ne!(shown(&plain, &[5, 3, 4, 2]), shown(&dropped, &[5, 3, 4, 2]));
    let dropped = plain.clone().dropout(0.5);
    assert_ne!(shown(&plain, &[5, 1, 4, 2]), shown(&dropped, &[5, 1, 4, 2]));
}

#[test]
fn calls_of_a_cell_share_their_choice() {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Training);
    let float = |name: &str, shape: &[usize]| {
        builder.input(name, Type::new(DType::F32, shape.to_vec()), InputKind::Feed)
    };
    let (x, h) = (float("x", &[8, 6]), float("h", &[8, 3]));
    let cell = GRUCell::new(3usize).dropout(0.5);
    let call = Call {
        inputs: vec![x.into(), h.into()],
        ..Call::default()
    };
    let mut once = || {
        scope.within("cell", true, |s| cell.forward(s, &call))[0]
            .x
            .clone()
    };
    let (a, b) = (once(), once());
    let mut values = BTreeMap::from([
        ("x".to_string(), Plain::full(&[8, 6], 1.0)),
        ("h".to_string(), Plain::full(&[8, 3], 0.5)),
        (SEED.to_string(), Plain::new(vec![], vec![1.0])),
        (STEP.to_string(), Plain::new(vec![], vec![0.0])),
    ]);
    for weight in scope.weights() {
        let n = elements(&weight.shape);
        let data = (0..n).map(|i| 0.1 + 0.01 * (i % 17) as f64).collect();
        values.insert(weight.path.clone(), Plain::new(weight.shape.clone(), data));
    }
    let graph = builder.finish(&[("a", a), ("b", b)], &[]).unwrap();
    let results = evaluate(&graph, &values).unwrap();
    assert_eq!(results["a"], results["b"]);
}

#[test]
fn steps_of_time_distributed_draw_on_their_own() {
    let free = TimeDistributed::new(Dropout::new(0.5));
    let y = train(&free, &[30, 4, 5], 7.0, 0.0).outputs.remove(0).data;
    assert!((share(&y, |v| v == 0.0) - 0.5).abs() < bound(0.5, 600));
    // One choice for all rows of a step, another one for the next step.
    let shared = TimeDistributed::new(Dropout::new(0.5).noise_shape(vec![Some(1), None]));
    let y = train(&shared, &[30, 4, 5], 7.0, 0.0).outputs.remove(0).data;
    assert!(y.chunks(20).all(|row| row == &y[..20]));
    assert!(y[..20].chunks(5).any(|step| step != &y[..5]));
}

#[test]
fn attention_drops_shares_but_returns_all_of_them() {
    let layer = MultiHeadAttention::new(2usize, 3usize).dropout(0.5);
    let mut call = Call::default();
    call.kwargs
        .insert("return_attention_scores".into(), true.into());
    let input = Plain::new(vec![4, 5, 3], (0..60).map(|i| f64::from(i % 7)).collect());
    let outputs = run(&layer, input, call, 7.0, 0.0).outputs;
    assert_eq!(outputs[1].shape, [4, 2, 5, 5]);
    assert!(
        outputs[1]
            .data
            .chunks(5)
            .all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-9)
    );
    let spread = outputs[0]
        .data
        .chunks(3)
        .map(|row| row[0])
        .fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
    assert!(spread.1 - spread.0 > 0.1, "{spread:?}");
}

#[test]
fn two_calls_of_one_layer_draw_twice() {
    let builder = Builder::new();
    let mut scope = Scope::new(&builder, Mode::Training);
    let x = builder.input("x", Type::new(DType::F32, vec![10, 10]), InputKind::Feed);
    let layer = Dropout::new(0.5);
    let mut once = || {
        scope.within("layer", true, |s| {
            layer.forward(s, &Call::of(Value::from(x.clone())))
        })[0]
            .x
            .clone()
    };
    let (a, b) = (once(), once());
    let number = |v| Plain::new(vec![], vec![v]);
    let values = [
        ("x".to_string(), Plain::full(&[10, 10], 1.0)),
        (SEED.to_string(), number(1.0)),
        (STEP.to_string(), number(0.0)),
    ];
    let results = evaluate(
        &builder.finish(&[("a", a), ("b", b)], &[]).unwrap(),
        &values.into(),
    )
    .unwrap();
    assert_ne!(results["a"], results["b"]);
}

/// Mean and standard deviation.
fn moments(data: &[f64]) -> (f64, f64) {
    let n = data.len() as f64;
    let mean = data.iter().sum::<f64>() / n;
    let variance = data.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

#[test]
fn alpha_dropout_keeps_mean_and_deviation() {
    // Normal numbers, of which a layer of SELU units has as many on both sides.
    let noise = train(&GaussianNoise::new(1.0), &[200, 100], 3.0, 0.0)
        .outputs
        .remove(0);
    let input = Plain::new(
        noise.shape.clone(),
        noise.data.iter().map(|v| v - 1.0).collect(),
    );
    for rate in [0.05_f64, 0.3, 0.6] {
        let layer = AlphaDropout::new(rate);
        let trained = run(&layer, input.clone(), Call::default(), 7.0, 0.0);
        let y = &trained.outputs[0].data;
        let (mean, deviation) = moments(y);
        // Five deviations of the mean of 20 000 numbers; those of the deviation are no larger.
        let limit = 5.0 / (y.len() as f64).sqrt();
        assert!(
            mean.abs() < limit && (deviation - 1.0).abs() < limit,
            "{rate}: {mean} {deviation}"
        );
        // What is dropped has one value, and no gradient.
        let dropped = share(&trained.gradient.data, |v| v == 0.0);
        assert!(
            (dropped - rate).abs() < bound(rate, y.len()),
            "{rate}: {dropped}"
        );
        let low = -1.050_700_987_355_480_5 * 1.673_263_242_354_377_2;
        let a = ((1.0 - rate) * (1.0 + rate * low * low)).powf(-0.5);
        let gone: Vec<f64> = y
            .iter()
            .zip(&trained.gradient.data)
            .filter(|(_, g)| **g == 0.0)
            .map(|(y, _)| *y)
            .collect();
        assert!(
            gone.iter()
                .all(|v| (v - a * (low - low * rate)).abs() < 1e-6)
        );
    }
}

#[test]
fn alpha_dropout_repeats_choices() {
    let layer = AlphaDropout::new(0.5).noise_shape(vec![None, Some(1), Some(4)]);
    let y = train(&layer, &[50, 3, 4], 7.0, 0.0).outputs.remove(0).data;
    for row in y.chunks(12) {
        assert!(row[..4] == row[4..8] && row[..4] == row[8..]);
    }
}

#[test]
fn gaussian_dropout_has_mean_one_and_the_variance_of_dropout() {
    for rate in [0.1_f64, 0.5] {
        let trained = train(&GaussianDropout::new(rate), &[100, 100], 7.0, 0.0);
        let y = &trained.outputs[0].data;
        let (mean, deviation) = moments(y);
        let want = (rate / (1.0 - rate)).sqrt();
        let n = y.len() as f64;
        assert!((mean - 1.0).abs() < 4.0 * want / n.sqrt(), "{mean}");
        assert!(
            (deviation / want - 1.0).abs() < 4.0 / (2.0 * n).sqrt(),
            "{deviation}"
        );
        assert_eq!(&trained.gradient.data, y);
    }
}

#[test]
fn sequence_attention_drops_shares_and_returns_what_is_left() {
    let attention = Attention::new().dropout(0.5);
    let additive = AdditiveAttention::new().dropout(0.5).seed(3);
    for layer in [&attention as &dyn Layer, &additive] {
        let builder = Builder::new();
        let x = builder.input("x", Type::new(DType::F32, vec![20, 10, 3]), InputKind::Feed);
        let mut scope = Scope::new(&builder, Mode::Training);
        let mut call = Call {
            inputs: vec![x.clone().into(), x.into()],
            ..Call::default()
        };
        call.kwargs
            .insert("return_attention_scores".into(), true.into());
        let out = scope.within("layer", true, |s| layer.forward(s, &call));
        let number = |v| Plain::new(vec![], vec![v]);
        let mut values: BTreeMap<String, Plain> = BTreeMap::new();
        // Equal scores everywhere: each of ten steps has a tenth.
        values.insert("x".into(), Plain::full(&[20, 10, 3], 0.5));
        values.insert("layer/scale".into(), Plain::full(&[3], 1.0));
        values.insert(SEED.into(), number(1.0));
        values.insert(STEP.into(), number(0.0));
        let asked = [("y", out[0].x.clone()), ("shares", out[1].x.clone())];
        let results = evaluate(&builder.finish(&asked, &[]).unwrap(), &values).unwrap();
        let shares = &results["shares"].data;
        // As Keras: the scores that are returned are those after dropout.
        assert!(shares.iter().all(|&v| v == 0.0 || (v - 0.2).abs() < 1e-6));
        let dropped = share(shares, |v| v == 0.0);
        assert!(
            (dropped - 0.5).abs() < bound(0.5, shares.len()),
            "{dropped}"
        );
        let sums = shares.chunks(10).map(|row| 0.5 * row.iter().sum::<f64>());
        let first = results["y"].data.chunks(3).map(|row| row[0]);
        assert!(sums.zip(first).all(|(a, b)| (a - b).abs() < 1e-6));
    }
}
