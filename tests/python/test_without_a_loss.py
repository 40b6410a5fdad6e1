"""Penalties that layers add are all the loss there is, of several outputs too; outputs without a metric. The numbers are Keras 3.15.1's."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = (np.arange(96 * 4, dtype="float32").reshape(96, 4) * 37 % 101) / 50 - 1
Y = X[:, :1] - X[:, 1:2]


class Penalty(layers.Layer):
    """Adds the mean of squares."""

    def call(self, inputs):
        self.add_loss(ops.mean(ops.square(inputs)))
        return inputs


def outputs(penalty=True):
    start = keras.Input((4,))
    a, b = layers.Dense(1, name="d" if penalty else "a")(start), layers.Dense(1, name="b")(start)
    return start, [Penalty(name="a")(a) if penalty else a, b]


def half(model):
    model.set_weights([np.full(w.shape, 0.5) for w in model.get_weights()])
    return model


def test_two_outputs_without_a_loss_give_one_number():
    model = half(keras.Model(*outputs()))
    model.compile("sgd")
    history = model.fit(X, epochs=2, verbose=0, shuffle=False).history
    assert list(history) == ["loss"] and model.metrics_names == ["loss"]
    np.testing.assert_allclose(history["loss"], [0.394996, 0.362247], atol=2e-6)
    found = [model.evaluate(X, verbose=0), model.train_on_batch(X[:4]), model.test_on_batch(X[:4])]
    np.testing.assert_allclose(found, [0.342187, 0.145365, 0.141704], atol=2e-6)


def test_named_outputs_without_a_loss_give_one_number():
    start, (a, b) = outputs()
    model = half(keras.Model(start, {"a": a, "b": b}))
    model.compile("sgd")
    assert list(model.evaluate(X, verbose=0, return_dict=True)) == ["loss"]
    assert list(model.fit(X, validation_data=(X, None), verbose=0).history) == ["loss", "val_loss"]


@pytest.mark.parametrize("metrics", [{"metrics": [None, "mae"]}, {"metrics": (None, "mae")}, {"weighted_metrics": [None, "mae"]},
                                     {"metrics": [None, ["mae"]]}, {"metrics": {"a": None, "b": "mae"}}])
def test_an_output_may_have_no_metric(metrics):
    model = half(keras.Model(*outputs(False)))
    model.compile("sgd", ["mse", "mae"], **metrics)
    found = model.evaluate(X, [Y, Y], verbose=0, return_dict=True)
    assert sorted(found) == ["a_loss", "b_loss", "b_mae", "loss"]
    assert found["b_mae"] == found["b_loss"]


def test_none_of_the_outputs_has_a_metric():
    model = half(keras.Model(*outputs(False)))
    model.compile("sgd", ["mse", "mae"], metrics=[None, None])
    assert sorted(model.evaluate(X, [Y, Y], verbose=0, return_dict=True)) == ["a_loss", "b_loss", "loss"]


class Twice(layers.Layer):
    """Gives two outputs, which have one name then, and a penalty."""

    def call(self, inputs):
        self.add_loss(ops.mean(ops.square(inputs)))
        return inputs, 2.0 * inputs


def test_two_outputs_of_one_layer_without_a_loss():
    start = keras.Input((4,))
    model = half(keras.Model(start, Twice()(layers.Dense(1)(start))))
    model.compile("sgd")
    assert list(model.fit(X, verbose=0).history) == ["loss"]
    assert np.ndim(model.evaluate(X, verbose=0)) == 0
