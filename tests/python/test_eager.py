"""Losses, metrics and the like on arrays, and inside of functions that are traced."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

Y = np.array([[0.0, 1.0], [1.0, 0.0]], "float32")
P = np.array([[0.2, 0.8], [0.6, 0.4]], "float32")


def test_losses_on_arrays():
    assert keras.losses.MeanSquaredError()(Y, P) == pytest.approx(0.1)
    assert keras.losses.mse(Y, P) == pytest.approx([0.04, 0.16])
    cross = -np.log([0.8, 0.6])
    assert keras.losses.categorical_crossentropy(Y, P) == pytest.approx(cross, rel=1e-5)
    assert keras.losses.CategoricalCrossentropy(reduction="sum")(Y, P) == pytest.approx(cross.sum(), rel=1e-5)
    assert keras.losses.CategoricalCrossentropy()(Y, P, sample_weight=[1, 0]) == pytest.approx(cross[0] / 2, rel=1e-5)
    assert keras.losses.SparseCategoricalCrossentropy()([1, 0], P) == pytest.approx(cross.mean(), rel=1e-5)


def test_metrics_on_arrays():
    auc = keras.metrics.AUC()
    auc.update_state([0, 1], [0.1, 0.9])
    auc.update_state([1, 0], [0.4, 0.5])
    assert auc.result() == pytest.approx(0.75)
    auc.reset_state()
    assert auc([0, 1], [0.2, 0.9]) == pytest.approx(1.0)
    accuracy = keras.metrics.CategoricalAccuracy()
    assert accuracy.name == "categorical_accuracy" and accuracy(Y, P) == 1.0


def test_functions_of_one_value():
    assert keras.regularizers.L2(0.1)(np.ones((2, 2))) == pytest.approx(0.4)
    assert keras.constraints.NonNeg()([-1.0, 2.0]).tolist() == [0, 2]
    assert keras.activations.relu([-1.0, 2.0]).tolist() == [0, 2]
    assert keras.activations.softmax(P).sum(axis=1) == pytest.approx([1, 1])
    assert keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)(10) == pytest.approx(0.05)
    assert keras.initializers.Ones()((2, 3)).tolist() == [[1, 1, 1]] * 2
    drawn = keras.initializers.RandomNormal(seed=3)((4,))
    assert np.array_equal(drawn, keras.initializers.RandomNormal(seed=3)((4,)))


def test_losses_inside_of_losses():
    def both(y_true, y_pred):
        return keras.losses.mse(y_true, y_pred) + 2.0 * keras.losses.mae(y_true, y_pred)

    x = np.random.default_rng(1).normal(size=(20, 3)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    model.compile("sgd", both, metrics=["mse", "mae"])
    told = model.evaluate(x, x[:, :1], verbose=0, return_dict=True)
    assert told["loss"] == pytest.approx(told["mse"] + 2 * told["mae"], rel=1e-5)


def test_a_layer_uses_regularizers_and_activations():
    class Bends(layers.Layer):
        def __init__(self):
            super().__init__()
            self.bend = keras.activations.get("softplus")
            self.penalty = keras.regularizers.L1(0.5)

        def call(self, x):
            self.add_loss(self.penalty(x))
            return self.bend(x)

    x = np.ones((4, 2), "float32")
    model = keras.Sequential([keras.Input((2,)), Bends()])
    model.compile("sgd", lambda y_true, y_pred: 0.0 * ops.mean(y_pred, axis=-1))
    assert model.predict(x, verbose=0) == pytest.approx(np.log1p(np.exp(x)), rel=1e-5)
    assert model.evaluate(x, x, verbose=0) == pytest.approx(0.5 * 8, rel=1e-4)
