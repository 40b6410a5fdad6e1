"""`iterations` where gradients are gathered over several batches. The numbers are those of Keras 3.15.1."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = (np.arange(96 * 4, dtype="float32").reshape(96, 4) * 37 % 101) / 50 - 1
Y = X[:, :1] - X[:, 1:2]


def fitted(optimizer):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    model.set_weights([np.full((4, 1), 0.5, "float32"), np.zeros(1, "float32")])
    model.compile(optimizer, "mse")
    model.fit(X, Y, batch_size=16, verbose=0, shuffle=False)
    return model


@pytest.mark.parametrize(("gathered", "iterations", "kernel"), [
    (None, 6, [0.789765, 0.205495, 0.767824, 0.680448]), (2, 3, [0.622682, 0.376727, 0.620109, 0.62303]),
    (4, 1, [0.535355, 0.464645, 0.535354, 0.535354]),
])
def test_iterations_are_updates_of_weights(gathered, iterations, kernel):
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    optimizer = keras.optimizers.Adam(rate, gradient_accumulation_steps=gathered)
    model = fitted(optimizer)
    assert int(optimizer.iterations) == iterations and optimizer.iterations.numpy() == iterations
    # The variable, which files have, counts batches, and so does the schedule.
    assert int(optimizer.variables[0].numpy()) == 6 and float(optimizer.learning_rate) == pytest.approx(0.0125)
    np.testing.assert_allclose(model.get_weights()[0].ravel(), kernel, atol=2e-6)


def test_files_keep_the_variable(tmp_path):
    model = fitted(keras.optimizers.Adam(0.1, gradient_accumulation_steps=4))
    model.save(tmp_path / "m.keras")
    read = keras.models.load_model(tmp_path / "m.keras")
    assert int(read.optimizer.variables[0].numpy()) == 6 and int(read.optimizer.iterations) == 1


def test_an_optimizer_on_its_own():
    optimizer, variable = keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), keras.Variable(np.ones(2))
    steps = [(int(optimizer.apply_gradients([(np.ones(2, "float32"), variable)])), int(optimizer.iterations)) for _ in range(5)]
    assert steps == [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2)]
