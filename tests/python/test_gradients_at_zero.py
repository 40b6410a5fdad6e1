"""Derivatives of odd functions of keras.ops in graphs, at 0 and far from it."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops


def of_graph(function, *arrays):
    """Values and derivatives for arrays of the same length: what a step of SGD takes off weights of 0 that are added to them."""
    arrays = [np.asarray(a, "float32") for a in arrays]

    class Runs(layers.Layer):
        def build(self, shape):
            self.moved = [self.add_weight(shape=a.shape, initializer="zeros", name=f"w{i}") for i, a in enumerate(arrays)]

        def call(self, x):
            found = function(*(w + a for w, a in zip(self.moved, arrays)))
            self.add_loss(ops.sum(found))
            return ops.reshape(found, (1, -1)) + x[:, :1] * 0.0

    model = keras.Sequential([keras.Input((1,)), Runs()])
    values = model.predict(np.zeros((1, 1)), verbose=0)[0]
    model.compile(keras.optimizers.SGD(1.0))
    model.fit(np.zeros((1, 1)), verbose=0)
    return values, [-w for w in model.get_weights()]


WIDE = np.array([0, 1e-30, 1e-8, 1e-4, 0.01, 0.3, 0.7, 1, 1.001, 2, 5, 20, 80, 1e4, 1e15, 1e30], "float32")
UNIT, LOW = WIDE[WIDE < 0.9], WIDE[WIDE < 100]
ODD = [
    (ops.sinh, np.sinh, np.cosh, LOW), (ops.arctan, np.arctan, lambda x: 1 / (1 + x * x), WIDE[:-2]),
    (ops.arcsin, np.arcsin, lambda x: 1 / np.sqrt(1 - x * x), UNIT), (ops.arccos, np.arccos, lambda x: -1 / np.sqrt(1 - x * x), UNIT),
    (ops.arcsinh, np.arcsinh, lambda x: 1 / np.sqrt(1 + x * x), WIDE),
    (ops.cbrt, np.cbrt, lambda x: 1 / (3 * np.cbrt(x) ** 2), WIDE),
]


@pytest.mark.parametrize("function, plain, slope, grid", ODD)
def test_values_and_derivatives(function, plain, slope, grid):
    grid = np.concatenate([grid, -grid[1:]])
    values, (found,) = of_graph(function, grid)
    with np.errstate(divide="ignore"):
        wanted, steep = plain(grid.astype("float64")), slope(grid.astype("float64"))
    np.testing.assert_allclose(values, wanted, rtol=2e-5)
    np.testing.assert_allclose(found, steep, rtol=2e-5)


def test_angles_of_points():
    half = np.array([0, 1e-8, 1e-4, 0.3, 1, 2, 1e4], "float32")
    y, x = (a.ravel() for a in np.meshgrid(np.concatenate([half, -half[1:]]), np.concatenate([half, -half[1:]])))
    y, x = y[(y != 0) | (x != 0)], x[(y != 0) | (x != 0)]
    values, (by_y, by_x) = of_graph(ops.arctan2, y, x)
    np.testing.assert_allclose(values, np.arctan2(y, x), rtol=2e-5)
    y, x = y.astype("float64"), x.astype("float64")
    np.testing.assert_allclose(by_y, x / (x * x + y * y), rtol=2e-5)
    np.testing.assert_allclose(by_x, -y / (x * x + y * y), rtol=2e-5)


def test_what_is_no_number_and_infinite():
    for function, plain in ((ops.sinh, np.sinh), (ops.arctan, np.arctan), (ops.arcsinh, np.arcsinh), (ops.cbrt, np.cbrt)):
        given = np.array([np.inf, -np.inf, np.nan], "float32")
        np.testing.assert_allclose(of_graph(function, given)[0], plain(given), rtol=1e-6)


def test_a_layer_that_starts_at_zero_learns():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, activation=ops.arctan, kernel_initializer="zeros")])
    model.compile("adam", "mse")
    model.fit(np.ones((8, 3)), np.ones((8, 2)), epochs=2, verbose=0)
    assert (model.get_weights()[1] > 0).all()
