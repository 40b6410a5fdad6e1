//! The same seed gives the same bits: on any number of threads, and from a trainer built again.

#[path = "../../nn/tests/golden/mod.rs"]
mod golden;
mod keras;
mod small;

use golden::file;
use keras::{arrays, compile, list, model};
use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::{Data, Tensor};
use regimen_nn::Object;
use regimen_nn::layers::{BatchNormalization, Dense, Dropout, GaussianNoise};
use regimen_nn::model::Sequential;
use regimen_run::event::Logs;
use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer, Weights};
use serde_json::Value as Json;

fn engine(threads: usize) -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(threads),
        ..CpuOptions::default()
    })
}

/// The batches of a golden file, one after the other.
fn joined(case: &Json) -> Arrays {
    let batches: Vec<Arrays> = list(&case["batches"])
        .iter()
        .map(|b| arrays(&b["x"], &b["y"], &b["sample_weight"]))
        .collect();
    let first = &batches[0];
    let join = |of: &dyn Fn(&Arrays) -> Tensor| {
        let values: Vec<f64> = batches.iter().flat_map(|b| of(b).to_f64()).collect();
        let mut shape = of(first).shape;
        shape[0] *= batches.len();
        Tensor::from_f64(of(first).dtype(), shape, &values)
    };
    Arrays {
        x: (0..first.x.len())
            .map(|i| join(&|b| b.x[i].clone()))
            .collect(),
        y: (0..first.y.len())
            .map(|i| join(&|b| b.y[i].clone()))
            .collect(),
        sample_weight: first.sample_weight.is_some().then(|| {
            batches
                .iter()
                .flat_map(|b| b.sample_weight.clone())
                .flatten()
                .collect()
        }),
        ..Arrays::default()
    }
}

/// Bits of everything that a run leaves.
type Traces = (Vec<Vec<(String, u64)>>, Vec<(String, Vec<u64>)>);

fn bits(history: &[Logs], state: &Weights) -> Traces {
    let of = |t: &Tensor| match &t.data {
        Data::F32(v) => v.iter().map(|x| u64::from(x.to_bits())).collect(),
        _ => t.to_f64().iter().map(|x| x.to_bits()).collect(),
    };
    let epoch = |logs: &Logs| logs.iter().map(|(n, v)| (n.clone(), v.to_bits())).collect();
    (
        history.iter().map(epoch).collect(),
        state.iter().map(|(n, t)| (n.clone(), of(t))).collect(),
    )
}

fn run(
    threads: usize,
    model: regimen_nn::Model,
    compile: &CompileOptions,
    data: &Arrays,
    seed: u64,
) -> Traces {
    let engine = engine(threads);
    let mut trainer = Trainer::new(&engine, model, compile, data, seed).expect("compiles");
    let fit = FitOptions {
        epochs: 2,
        batch_size: 7,
        validation_split: 0.2,
        ..FitOptions::default()
    };
    let outcome = trainer
        .fit(data, None, &fit, &mut [], &mut ())
        .expect("trains");
    bits(&outcome.history, &trainer.state())
}

#[test]
fn threads_and_rebuilding_change_no_bit() {
    for name in [
        "attention_sgd",
        "conv2d_batchnorm_sgd",
        "embedding_conv1d_adam",
        "masked_bidirectional_rmsprop",
        "masked_lstm_adam",
        "mlp_sample_weight",
        "nested_global_clipnorm",
        "regularized_nesterov_clipnorm",
        "two_inputs_shared_rmsprop",
        "two_outputs_adam",
    ] {
        let case = file(&format!("models/{name}.json"));
        let data = joined(&case);
        let options = compile(&case["compile"], &model(&case["model"]));
        let once = |threads: usize| run(threads, model(&case["model"]), &options, &data, 5);
        let one = once(1);
        for threads in [1, 2, 3] {
            assert!(
                one == once(threads),
                "{name}: {threads} threads give other bits"
            );
        }
    }
}

/// Layers that draw, and matrices large enough to be shared among threads.
#[test]
fn draws_do_not_depend_on_threads() {
    let rows = 640;
    let x = (0..rows * 96)
        .map(|i| ((i * 7919 % 1009) as f32 - 504.0) / 500.0)
        .collect();
    let y = (0..rows).map(|i| (i % 10) as i32).collect();
    let data = Arrays::new(
        Tensor::f32([rows, 96], x).expect("shape"),
        Tensor::i32([rows], y).expect("shape"),
    );
    let compile = CompileOptions::new(Object::named("adam"), "sparse_categorical_crossentropy")
        .metrics(["accuracy"]);
    let model = || {
        Sequential::new()
            .input([96])
            .add(GaussianNoise::new(0.1))
            .add(Dense::new(256usize).activation("gelu"))
            .add(Dropout::new(0.3))
            .add(BatchNormalization::new())
            .add(Dense::new(10usize).activation("softmax"))
            .build()
    };
    let once = |threads: usize, seed: u64| {
        let engine = engine(threads);
        let mut trainer = Trainer::new(&engine, model(), &compile, &data, seed).expect("compiles");
        let fit = FitOptions {
            epochs: 2,
            batch_size: 128,
            validation_split: 0.2,
            ..FitOptions::default()
        };
        let outcome = trainer
            .fit(&data, None, &fit, &mut [], &mut ())
            .expect("trains");
        bits(&outcome.history, &trainer.state())
    };
    let one = once(1, 3);
    for threads in [2, 3] {
        assert!(one == once(threads, 3), "{threads} threads give other bits");
    }
    assert!(one != once(1, 4), "another seed gives other numbers");
}

/// A metric or a validation more moves no weight.
#[test]
fn watching_changes_no_weight() {
    let engine = engine(2);
    let all = small::data(24);
    let train = |compile: &CompileOptions, validation: Option<&Arrays>| {
        let mut trainer =
            Trainer::new(&engine, small::model(), compile, &all, 9).expect("compiles");
        let fit = FitOptions {
            epochs: 3,
            batch_size: 5,
            ..FitOptions::default()
        };
        trainer
            .fit(&all, validation, &fit, &mut [], &mut ())
            .expect("trains");
        trainer.weights()
    };
    let plain = train(&small::options(), None);
    assert_eq!(
        plain,
        train(&small::options().metrics(["mae", "mse"]), Some(&all))
    );
}
