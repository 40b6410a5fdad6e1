"""Callbacks that look at the outputs of each batch of predictions."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.arange(28, dtype="float32").reshape(7, 4)


class Looking(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen, self.order = [], []

    def on_predict_begin(self, logs=None):
        self.order.append("begin")

    def on_predict_batch_begin(self, batch, logs=None):
        self.order.append(batch)

    def on_predict_batch_end(self, batch, logs=None):
        self.seen.append(logs["outputs"])

    def on_predict_end(self, logs=None):
        self.order.append("end")


def wired(form):
    x = keras.Input((4,))
    return keras.Model(x, form(layers.Dense(1, name="a")(x), layers.Dense(2, name="b")(x)))


@pytest.mark.parametrize("form", [lambda a, b: a, lambda a, b: [a, b], lambda a, b: {"x": a, "y": b}], ids=["one", "list", "dict"])
def test_outputs_come_in_the_form_of_the_model(form):
    made, looking = wired(form), Looking()
    whole, plain = made.predict(X, batch_size=3, verbose=0, callbacks=[looking]), made.predict(X, batch_size=3, verbose=0)
    joined = keras.tree.map_structure(lambda *parts: np.concatenate(parts), *looking.seen)
    keras.tree.map_structure(np.testing.assert_array_equal, whole, plain)
    keras.tree.map_structure(np.testing.assert_array_equal, joined, plain)
    assert looking.order == ["begin", 0, 1, 2, "end"]


def test_steps_and_functions():
    seen = []
    keep = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: seen.append((batch, logs["outputs"].shape)))
    assert wired(lambda a, b: b).predict(X, batch_size=2, steps=2, verbose=0, callbacks=[keep]).shape == (4, 2)
    assert seen == [(0, (2, 2)), (1, (2, 2))]


def test_what_is_drawn_is_another_number_in_each_batch():
    class Draws(layers.Layer):
        def call(self, x):
            return keras.random.normal((1, 1)) + 0.0 * x[:, :1]

    made = keras.Sequential([keras.Input((4,)), Draws()])
    assert len(set(made.predict(X[:6], batch_size=2, verbose=0, callbacks=[Looking()]).ravel())) == 3
