"""The exact text of model.summary()."""

import keras
import numpy as np
from keras import layers

from . import small_models as models
from .tensors import fresh, model_json, write


def text_of(model, **options):
    parts = []
    model.summary(print_fn=lambda s: parts.append(s), **options)
    return "".join(parts)


def seed_000():
    return keras.Sequential(
        [
            keras.Input((100,), dtype="int32"),
            layers.Embedding(149517, 100),
            layers.Conv1D(32, 8, activation="relu"),
            layers.Dense(10, activation="relu"),
            layers.Dense(5, activation="softmax"),
        ]
    )


def unbuilt():
    return keras.Sequential([layers.Dense(4, activation="relu"), layers.Dropout(0.5), layers.Dense(2)], name="unbuilt")


def long_names():
    return keras.Sequential(
        [
            keras.Input((30, 20)),
            layers.Conv1D(16, 3, name="a_very_long_layer_name_that_does_not_fit_into_its_column_at_all"),
            layers.Bidirectional(layers.LSTM(8, return_sequences=True), name="both"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(3),
        ],
        name="long_names",
    )


def no_weights():
    return keras.Sequential([keras.Input((4, 3)), layers.Flatten(), layers.Activation("relu")], name="no_weights")


def odd_shapes():
    x = keras.Input((None, 3), name="sequence")
    y = keras.Input(batch_shape=(2, 3), name="fixed")
    h = layers.LSTM(4, return_state=True, name="lstm")(x)
    return keras.Model([x, y], [h[0], layers.Dense(1, name="out")(y)], name="odd_shapes")


def trained():
    model = models.mlp()
    model.compile("adam", "mse")
    model.train_on_batch(np.zeros((2, 5)), np.zeros((2, 3)))
    return model


def trained_sgd():
    model = models.mlp()
    model.compile("sgd", "mse")
    model.train_on_batch(np.zeros((2, 5)), np.zeros((2, 3)))
    return model


def trained_frozen():
    model = models.frozen()
    model.compile("adam", "mse")
    model.train_on_batch(np.zeros((2, 4)), np.zeros((2, 2)))
    return model


def compiled_only():
    model = models.mlp()
    model.compile("adam", "mse")
    return model


def make():
    cases = []
    for build, options in [
        (models.mlp, {}),
        (unbuilt, {}),
        (seed_000, {}),
        (models.embedding_conv, {}),
        (models.convolution, {}),
        (models.two_inputs, {}),
        (models.two_outputs, {}),
        (models.attention_block, {}),
        (models.nested, {}),
        (models.nested, {"expand_nested": True}),
        (models.frozen, {}),
        (models.frozen, {"show_trainable": True}),
        (models.mlp, {"line_length": 60}),
        (models.mlp, {"line_length": 120}),
        (models.masked_lstm, {}),
        (long_names, {}),
        (no_weights, {}),
        (odd_shapes, {}),
        (compiled_only, {}),
        (trained, {}),
        (trained_sgd, {}),
        (trained_frozen, {}),
    ]:
        fresh()
        model = build()
        name = build.__name__ + "".join(f"_{k}_{v}".lower() for k, v in options.items())
        case = {"name": name, "options": options, "text": text_of(model, **options)}
        case["model"] = model_json(model)
        if model.compiled:
            case["optimizer"] = model.optimizer.name
            case["optimizer_built"] = bool(model.optimizer.built)
        cases.append(case)
    write("summary/summary.json", {"cases": cases})
