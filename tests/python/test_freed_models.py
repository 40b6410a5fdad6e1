"""Models are freed when nothing holds them, whatever they are made of: a search over many of them needs the memory of one."""

import gc
import weakref

import numpy as np
import pytest
import regimen.keras as keras
from regimen.keras import layers, ops

X, Y = np.ones((8, 3), "float32"), np.ones((8, 1), "float32")


class Scaled(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x):
        return x * self.scale


class Whole(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = layers.Dense(4), layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))


class Off(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return ops.mean((y_true - y_pred) ** 2, axis=-1)


class Largest(keras.metrics.Metric):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.most = self.add_weight(name="most", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.most.assign(ops.maximum(self.most, ops.max(y_pred)))

    def result(self):
        return self.most


def _of(*inner):
    return keras.Sequential([keras.Input((3,)), *inner, layers.Dense(1)])


MODELS = {
    "a layer of the program": lambda: _of(Scaled()),
    "a Lambda": lambda: _of(layers.Lambda(lambda x: x * 2)),
    "a function as activation": lambda: _of(layers.Dense(2, activation=lambda x: ops.tanh(x))),
    "a subclassed model": Whole,
    "one inside another": lambda: _of(_of(Scaled())),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_freed(name):
    def use():
        model = MODELS[name]()
        model.compile("adam", Off(), metrics=[Largest()])
        model.fit(X, Y, verbose=0, callbacks=[keras.callbacks.EarlyStopping("loss")])
        model.predict(X, verbose=0)
        model(X)
        return weakref.ref(model)

    held = [use() for _ in range(3)]
    gc.collect()
    assert [model() for model in held] == [None, None, None]


def test_a_layer_outlives_its_model():
    scaled = Scaled()
    model = _of(scaled)
    model.predict(X, verbose=0)
    del model
    gc.collect()
    np.testing.assert_allclose(keras.Sequential([keras.Input((3,)), scaled]).predict(X, verbose=0), X)
