//! Masks of predictions reach losses and means of samples, and not counts of hits and misses, as in Keras.

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_graph::Tensor;
use regimen_nn::layers::{Dense, Embedding, LSTM};
use regimen_nn::model::Sequential;
use regimen_train::{Arrays, CompileOptions, Trainer};

#[test]
fn means_are_masked_and_counts_are_not() {
    let (rows, steps) = (6, 5);
    let ids: Vec<i32> = (0..rows * steps)
        .map(|i| {
            if i % steps < i / steps % 4 {
                0
            } else {
                1 + (i * 7 % 9) as i32
            }
        })
        .collect();
    let labels: Vec<f32> = (0..rows * steps)
        .map(|i| (i % 3 == 0) as u8 as f32)
        .collect();
    let model = Sequential::new()
        .add(Embedding::new(10usize, 4usize).mask_zero(true))
        .add(LSTM::new(3usize).return_sequences(true))
        .add(Dense::new(1usize).activation("sigmoid"))
        .build();
    let x = Tensor::i32([rows, steps], ids.clone()).unwrap();
    let data = Arrays::new(
        x.clone(),
        Tensor::f32([rows, steps, 1], labels.clone()).unwrap(),
    );
    let options =
        CompileOptions::new("sgd", "binary_crossentropy").metrics(["binary_accuracy", "Recall"]);
    let engine = CpuEngine::new(CpuOptions::default());
    let mut trainer = Trainer::new(&engine, model, &options, &data, 3).unwrap();
    let logs = trainer.evaluate(&data, rows).unwrap();
    let p = trainer.predict(&[x], rows).unwrap().swap_remove(0).to_f64();

    let hit = |i: usize| (p[i] > 0.5) == (labels[i] > 0.5);
    let kept: Vec<usize> = (0..rows * steps).filter(|&i| ids[i] != 0).collect();
    // Keras averages a sample's values by its mask, then samples by the mean of theirs.
    let accuracy =
        |list: &[usize]| list.iter().filter(|&&i| hit(i)).count() as f64 / list.len() as f64;
    let all: Vec<usize> = (0..rows * steps).collect();
    assert_ne!(
        accuracy(&kept),
        accuracy(&all),
        "the mask has to matter for this test"
    );
    let positive: Vec<usize> = all.iter().copied().filter(|&i| labels[i] > 0.5).collect();
    let recall = positive.iter().filter(|&&i| p[i] > 0.5).count() as f64 / positive.len() as f64;
    assert!(
        (logs["Recall"] - recall).abs() < 1e-6,
        "{logs:?}, all positions: {recall}"
    );
    assert!(
        (logs["binary_accuracy"] - accuracy(&all)).abs() > 1e-6,
        "{logs:?}"
    );
    let bce =
        |i: usize| -(labels[i] as f64 * p[i].ln() + (1.0 - labels[i] as f64) * (1.0 - p[i]).ln());
    let loss = kept.iter().map(|&i| bce(i)).sum::<f64>() / kept.len() as f64;
    assert!(
        (logs["loss"] - loss).abs() < 1e-5,
        "{logs:?}, masked loss {loss}"
    );
}
