//! The models of the workloads, layer for layer as in Keras.

use regimen::graph::{DType, Fault, Type};
use regimen::nn::constraints::Constraint;
use regimen::nn::initializers::Initializer;
use regimen::nn::layers::{
    Add, Conv1D, Conv2D, Dense, Dropout, Embedding, Flatten, GlobalAveragePooling1D,
    GlobalMaxPooling1D, LSTM, LayerNormalization, MaxPooling2D, MultiHeadAttention,
};
use regimen::nn::model::{Functional, InputInfo, Model, Sequential};
use regimen::nn::{Call, Layer, Object, Scope, Value, WeightOptions};
use serde_json::{Map, Value as Json, json};

pub(super) fn conv1d() -> Model {
    Sequential::new()
        .add(Embedding::new(149_517usize, 100usize))
        .add(Conv1D::new(32usize, 8usize).activation("relu"))
        .add(GlobalMaxPooling1D::new())
        .add(Dense::new(10usize).activation("relu"))
        .add(Dense::new(5usize).activation("softmax"))
        .build()
}

pub(super) fn mlp5() -> Model {
    let mut model = Sequential::new().add(Dropout::new(0.5));
    for units in [64usize, 32, 32, 16] {
        let norm = Constraint::from(Object::named("MaxNorm").with("max_value", 3));
        model = model.add(Dense::new(units).activation("relu").kernel_constraint(norm));
    }
    model.add(Dense::new(5usize).activation("softmax")).build()
}

pub(super) fn lstm() -> Model {
    Sequential::new()
        .add(Embedding::new(20_000usize, 128usize))
        .add(LSTM::new(128usize).dropout(0.2).recurrent_dropout(0.2))
        .add(Dense::new(1usize).activation("sigmoid"))
        .build()
}

pub(super) fn mlp2() -> Model {
    Sequential::new()
        .add(Dense::new(16usize).activation("relu"))
        .add(Dense::new(16usize).activation("relu"))
        .add(Dense::new(1usize).activation("sigmoid"))
        .build()
}

pub(super) fn mlpreg() -> Model {
    Sequential::new()
        .add(Dense::new(64usize).activation("relu"))
        .add(Dense::new(64usize).activation("relu"))
        .build()
}

pub(super) fn cnn() -> Model {
    Sequential::new()
        .add(Conv2D::new(32usize, [3, 3]).activation("relu"))
        .add(MaxPooling2D::new())
        .add(Conv2D::new(64usize, [3, 3]).activation("relu"))
        .add(MaxPooling2D::new())
        .add(Flatten::new())
        .add(Dropout::new(0.5))
        .add(Dense::new(10usize).activation("softmax"))
        .build()
}

pub(super) fn transformer() -> Model {
    let mut f = Functional::new();
    let tokens = f.input_info("tokens", InputInfo::of(DType::I32, &[200]));
    let h = f.apply(Embedding::new(20_000usize, 32usize), &[tokens]);
    let h = f.apply(Positions { length: 200 }, &[h]);
    let t = f.apply(MultiHeadAttention::new(2usize, 32usize), &[h, h]);
    let t = f.apply(Dropout::new(0.1), &[t]);
    let h = f.apply(Add::new(), &[h, t]);
    let h = f.apply(LayerNormalization::new().epsilon(1e-6), &[h]);
    let t = f.apply(Dense::new(32usize).activation("relu"), &[h]);
    let t = f.apply(Dense::new(32usize), &[t]);
    let t = f.apply(Dropout::new(0.1), &[t]);
    let h = f.apply(Add::new(), &[h, t]);
    let h = f.apply(LayerNormalization::new().epsilon(1e-6), &[h]);
    let h = f.apply(GlobalAveragePooling1D::new(), &[h]);
    let h = f.apply(Dropout::new(0.1), &[h]);
    let h = f.apply(Dense::new(20usize).activation("relu"), &[h]);
    let h = f.apply(Dropout::new(0.1), &[h]);
    let y = f.apply(Dense::new(2usize).activation("softmax"), &[h]);
    f.build(&[tokens], &[y])
}

/// A row for every step, added to it: Keras's `x + Embedding(length, d)(arange(length))`. Keras computes an Embedding of a
/// constant once, outside the model, so that its rows are not trained.
#[derive(Debug)]
struct Positions {
    length: usize,
}

impl Layer for Positions {
    fn class_name(&self) -> &'static str {
        "Positions"
    }

    fn config(&self) -> Map<String, Json> {
        let mut config = Map::new();
        config.insert("length".to_owned(), json!(self.length));
        config
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let x = &call.inputs[0].x;
        if x.rank() != 3 || x.dim(1) != self.length {
            let expected = format!("(batch, {}, features)", self.length);
            let fault = Fault::new(x.ty().to_string(), expected, "Give it embedded steps.");
            return vec![
                s.fault("Positions", fault, Type::new(DType::F32, x.shape()))
                    .into(),
            ];
        }
        let begin = Initializer::named("uniform");
        let shape = [self.length, x.dim(2)];
        let fixed = WeightOptions {
            non_trainable: true,
            ..WeightOptions::default()
        };
        let table = s.weight("embeddings", &shape, &begin, fixed);
        let steps = s.builder().iota(DType::I32, &[self.length], 0);
        vec![(x + table.gather(&steps)).into()]
    }
}
