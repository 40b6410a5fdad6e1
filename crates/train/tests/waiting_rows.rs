//! Embeddings whose rows wait for optimizer steps: with which optimizers and options they do, and that nobody who looks
//! at a run can tell.

mod small;

use regimen_graph::Tensor;
use regimen_nn::constraints::Constraint;
use regimen_nn::layers::{Dense, Embedding, Flatten};
use regimen_nn::model::Sequential;
use regimen_nn::regularizers::Regularizer;
use regimen_nn::{Model, Object};
use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer};
use serde_json::json;
use small::engine;

const VOCABULARY: usize = 4100;
const WIDTH: usize = 16;

fn words() -> Embedding {
    Embedding::new(VOCABULARY, WIDTH)
}

fn model(words: Embedding) -> Model {
    Sequential::new()
        .add(words)
        .add(Flatten::new())
        .add(Dense::new(1usize))
        .build()
}

/// Ids of which some come often and most seldom.
fn data(rows: usize) -> Arrays {
    let id = |i: usize| (i * i * 7919 + i) % if i.is_multiple_of(3) { 7 } else { VOCABULARY };
    let ids = (0..rows * 3).map(|i| id(i) as i32).collect();
    let y = (0..rows).map(|i| ((i * 29 % 17) as f32 - 8.0) / 4.0);
    Arrays::new(
        Tensor::i32([rows, 3], ids).expect("shape"),
        Tensor::f32([rows, 1], y.collect()).expect("shape"),
    )
}

/// Whether the rows of the embedding wait in a training step.
fn waits(words: Embedding, optimizer: Object) -> bool {
    let engine = engine();
    let compile = CompileOptions::new(optimizer, "mse");
    let mut trainer = Trainer::new(&engine, model(words), &compile, &data(8), 3).expect("compiles");
    let graph = trainer.training_graph(8).expect("writes");
    let program = engine.program(&graph).expect("plans");
    program
        .launches()
        .iter()
        .any(|l| l.name.ends_with("by rows"))
}

#[test]
fn the_optimizers_of_the_list_let_rows_wait() {
    let waiting = [
        Object::named("sgd"),
        Object::named("sgd").with("momentum", 0.9),
        Object::named("sgd")
            .with("momentum", 0.9)
            .with("nesterov", true),
        Object::named("sgd").with("weight_decay", 0.01),
        Object::named("adam"),
        Object::named("adam").with("weight_decay", 0.01),
        Object::named("adamw"),
        Object::named("rmsprop"),
        Object::named("adagrad"),
    ];
    for optimizer in waiting {
        assert!(waits(words(), optimizer.clone()), "{optimizer:?}");
    }
    let dense = [
        Object::named("adam").with("amsgrad", true),
        Object::named("adam").with("use_ema", true),
        Object::named("adam").with("clipnorm", 1.0),
        Object::named("adam").with("clipvalue", 1.0),
        Object::named("adam").with("gradient_accumulation_steps", 2),
        // Memories of so few steps that the series of a row's way is not exact.
        Object::named("adam").with("beta_2", 0.9),
        Object::named("rmsprop").with("momentum", 0.9),
        Object::named("rmsprop").with("centered", true),
        Object::named("lion"),
        Object::named("ftrl"),
        Object::named("nadam"),
    ];
    for optimizer in dense {
        assert!(!waits(words(), optimizer.clone()), "{optimizer:?}");
    }
}

#[test]
fn a_penalty_or_a_constraint_keeps_all_rows_moving() {
    let adam = || Object::named("adam");
    assert!(!waits(
        words().embeddings_regularizer(Regularizer::from(Object::named("l2"))),
        adam()
    ));
    assert!(!waits(
        words().embeddings_constraint(Constraint::from(Object::named("max_norm"))),
        adam()
    ));
    assert!(
        !waits(Embedding::new(40usize, 8usize), adam()),
        "small tables gain nothing"
    );
}

fn compile() -> CompileOptions {
    let rate = json!({
        "class_name": "ExponentialDecay",
        "config": {"initial_learning_rate": 0.01, "decay_steps": 10, "decay_rate": 0.9}
    });
    CompileOptions::new(Object::named("adam").with("learning_rate", rate), "mse")
}

fn plain(epochs: usize) -> FitOptions {
    FitOptions {
        epochs,
        batch_size: 7,
        shuffle: false.into(),
        ..FitOptions::default()
    }
}

#[test]
fn a_run_ends_the_same_however_often_it_is_looked_at_saved_and_resumed() {
    let engine = engine();
    let data = data(50);
    let new = || Trainer::new(&engine, model(words()), &compile(), &data, 3).expect("compiles");
    let mut straight = new();
    small::fit(&mut straight, &data, &plain(6));
    let mut watched = new();
    for epoch in 0..6 {
        let options = FitOptions {
            initial_epoch: epoch,
            ..plain(epoch + 1)
        };
        watched.evaluate(&data, 9).expect("evaluates");
        watched.predict(&data.x, 9).expect("predicts");
        let saved = watched.state();
        assert_eq!(
            saved["embedding/embeddings"],
            watched.weights()["embedding/embeddings"]
        );
        watched = new();
        watched.set_state(&saved);
        assert_eq!(watched.state(), saved);
        small::fit(&mut watched, &data, &options);
    }
    assert_eq!(watched.weights(), straight.weights());
    // But for what evaluating leaves behind.
    let mut state = watched.state();
    state.retain(|name, _| !name.starts_with("test/"));
    assert_eq!(state, straight.state());
    assert!(
        state.contains_key("embedding/embeddings#raw"),
        "rows did wait"
    );
}

#[test]
fn weights_that_are_put_back_are_what_training_goes_on_from() {
    let engine = engine();
    let data = data(50);
    let ends = [false, true].map(|regularized| {
        // A penalty of zero changes nothing but that no row may wait.
        let words = match regularized {
            true => words()
                .embeddings_regularizer(Regularizer::from(Object::named("l2").with("l2", 0.0))),
            false => words(),
        };
        let mut trainer =
            Trainer::new(&engine, model(words), &compile(), &data, 3).expect("compiles");
        small::fit(&mut trainer, &data, &plain(2));
        let best = trainer.weights();
        small::fit(&mut trainer, &data, &plain(2));
        trainer.set_weights(&best).expect("fits");
        assert_eq!(trainer.weights(), best);
        small::fit(&mut trainer, &data, &plain(2));
        trainer.weights()["embedding/embeddings"].to_f64()
    });
    let pairs = ends[0].iter().zip(&ends[1]);
    let off = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(off < 1e-5, "{off:e}");
}
