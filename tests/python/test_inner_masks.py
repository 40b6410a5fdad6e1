"""Layers of a program whose `compute_mask` asks a layer that they hold. Numbers are those of Keras 3.15.1."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.random.RandomState(4).randint(1, 13, (24, 7))
X[:10, 5:] = 0


class Positional(layers.Layer):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = layers.Embedding(13, 4, mask_zero=True), layers.Embedding(7, 4)

    def call(self, x):
        return self.tokens(x) + self.places(ops.arange(ops.shape(x)[-1]))

    def compute_mask(self, x, mask=None):
        return self.tokens.compute_mask(x)


class Scaled(layers.Layer):
    """Holds a layer that gives a mask by the values of its input."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x):
        return self.inner(x) * 1.0

    def compute_mask(self, x, mask=None):
        return self.inner.compute_mask(x)


class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.first, self.second = Scaled(layers.Embedding(13, 4, mask_zero=True)), layers.GRU(1)

    def call(self, x):
        return self.second(self.first(x))


@pytest.mark.parametrize("between, wanted", [(None, 2.5950145721), (layers.LSTM(4, return_sequences=True), 2.5746283531)])
def test_the_loss_leaves_out_what_the_inner_layer_masks(between, wanted):
    inputs = keras.Input((7,), dtype="int32")
    x = Positional()(inputs)
    model = keras.Model(inputs, layers.Dense(13, "softmax")(between(x) if between else x))
    model.set_weights([np.random.RandomState(1).uniform(-0.4, 0.4, w.shape) for w in model.weights])
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert model.evaluate(X, X, verbose=0) == pytest.approx(wanted, rel=1e-5)
    assert model.fit(X, X, verbose=0, shuffle=False).history["loss"] == pytest.approx([wanted], rel=1e-5)


def test_in_models_of_every_kind_and_frozen():
    for frozen in (False, True):
        first = Scaled(layers.Embedding(13, 4, mask_zero=True))
        model = keras.Sequential([keras.Input((7,)), first, layers.GRU(1)])
        first.trainable = not frozen
        before = first.get_weights()[0] if frozen else None
        model.compile("sgd", "mse")
        assert np.isfinite(model.fit(X, X[:, :1], verbose=0).history["loss"]).all()
        assert before is None or np.array_equal(first.get_weights()[0], before)
    own = Own()
    own.compile("sgd", "mse")
    assert np.isfinite(own.fit(X, X[:, :1], verbose=0).history["loss"]).all()


def test_masks_of_steps():
    steps = np.where(X[..., None] > 0, np.sin(np.arange(3) + X[..., None]), 2.0).astype("float32")
    plain = keras.Sequential([keras.Input((7, 3)), layers.Masking(2.0), layers.GRU(2)])
    held = keras.Sequential([keras.Input((7, 3)), Scaled(layers.Masking(2.0)), layers.GRU(2)])
    held.set_weights(plain.get_weights())
    wanted = plain.predict(steps, verbose=0)
    np.testing.assert_allclose(held.predict(steps, verbose=0), wanted, rtol=1e-5)
    for model in (plain, held):
        model.compile("sgd", "mse")
    losses = [model.fit(steps, wanted + 1, verbose=0, shuffle=False, epochs=2).history["loss"] for model in (plain, held)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_on_arrays():
    assert np.array_equal(layers.Embedding(13, 4, mask_zero=True).compute_mask(X), X != 0)
    assert layers.Embedding(13, 4).compute_mask(X) is None
    steps = np.array([[[2.0, 2.0], [2.0, 1.0]]], "float32")
    assert layers.Masking(2.0).compute_mask(steps).tolist() == [[False, True]]
    assert layers.Embedding(13, 4, mask_zero=True).compute_mask(keras.Input((7,))).shape == (None, 7)
