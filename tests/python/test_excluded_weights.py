"""Weights that do not decay."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X = np.ones((4, 3), "float32")


def decayed(names=None, variables=lambda model: None, nested=False):
    """Names of those weights that decay when nothing else moves them."""
    inner = [layers.Dense(2, name="a"), layers.BatchNormalization(name="bn"), layers.Dense(1, name="b")]
    stack = [keras.Sequential([keras.Input((3,)), *inner])] if nested else inner
    model = keras.Sequential([keras.Input((3,)), *stack])
    moved = {"/".join(v.path.split("/")[-2:]): v for v in model.trainable_variables}
    for variable in moved.values():
        variable.assign(np.ones(variable.shape))
    optimizer = keras.optimizers.AdamW(1e-30, weight_decay=0.5e30)
    optimizer.exclude_from_weight_decay(variables(inner), names)
    model.compile(optimizer, "mse")
    model.fit(X, X[:, :1], verbose=0)
    return {path for path, variable in moved.items() if variable.numpy().flat[0] < 0.9}


ALL = {"a/kernel", "a/bias", "bn/gamma", "bn/beta", "b/kernel", "b/bias"}


@pytest.mark.parametrize(("names", "left"), [
    (None, ALL), (["bias"], ALL - {"a/bias", "b/bias"}), (["kernel", "^gamma$"], {"a/bias", "bn/beta", "b/bias"}),
    (["a$"], ALL - {"bn/gamma", "bn/beta"}), ([""], set()), (["KERNEL"], ALL),
    # Their own names count, not their paths, nor their layers.
    (["bn"], ALL), (["a/kernel"], ALL), (["^a/"], ALL),
])
def test_names_are_expressions_for_what_variables_are_called(names, left):
    assert decayed(names) == left
    assert decayed(names, nested=True) == left


def test_variables_are_given_all_of_a_name():
    assert decayed(variables=lambda inner: None) == ALL
    optimizer = keras.optimizers.SGD(1e-30, weight_decay=0.5e30)
    one, two, three = (keras.Variable([1.0], name=name) for name in ("x", "xy", "q"))
    optimizer.exclude_from_weight_decay([three], ["^x$"])
    optimizer.apply([np.zeros(1, "float32")] * 3, [one, two, three])
    assert [float(each.numpy()[0]) for each in (one, two, three)] == [1.0, 0.5, 1.0]
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(var_names=["y"])
