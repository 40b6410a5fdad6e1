"""Targets of one axis for an output of one column: a program's functions and losses are given a column, and are told of it where Keras 3
would give them the targets as they are."""

import warnings

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import layers, ops

X = (np.arange(96 * 4, dtype="float32").reshape(96, 4) * 37 % 101) / 50 - 1
Y = X[:, 0] - X[:, 1]


def distance(y_true, y_pred):
    """A metric of a program."""
    return ops.mean(ops.abs(y_true - y_pred))


class Squares(keras.losses.Loss):
    """A loss of a program."""

    def call(self, y_true, y_pred):
        return ops.mean(ops.square(y_true - y_pred), axis=-1)


class Sums(keras.metrics.Metric):
    """A metric of a program with a state: it is given targets as they are, as in Keras."""

    def __init__(self):
        super().__init__(name="sums")
        self.total = self.add_weight(name="total", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign_add(ops.sum(ops.abs(y_true - y_pred)))

    def result(self):
        return self.total


def model(loss, metrics, units=1):
    made = keras.Sequential([keras.Input((4,)), layers.Dense(units)])
    made.set_weights([np.full((4, units), 0.5, "float32"), np.zeros(units, "float32")])
    made.compile("sgd", loss, metrics=metrics)
    return made


def told(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function()
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(("loss", "metrics", "names"), [
    ("mse", [distance], "`distance`"), (Squares(), None, "`Squares`"), (Squares(), [distance, "mae"], "`Squares`, `distance`"),
    ("mse", [keras.metrics.MeanMetricWrapper(distance)], "`distance`"), ("mse", [Squares()], "`Squares`"),
])
def test_a_call_says_once_what_is_given_a_column(loss, metrics, names):
    made = model(loss, metrics)
    for asked in (lambda: made.fit(X, Y, epochs=2, verbose=0, validation_data=(X, Y)), lambda: made.evaluate(X, Y, verbose=0)):
        texts = told(asked)
        assert len(texts) == 1, texts
        assert texts[0].startswith(f"targets of shape (n,) are given to {names} as (n, 1)")


def test_values_are_those_of_a_column():
    # In Keras 3 so for a column alone: of Y itself it makes 1.115032 and 0.942838.
    values = [model(Squares(), [distance]).evaluate(X, y, verbose=0) for y in (Y[:, None], Y)]
    np.testing.assert_allclose(values, [[0.801774, 0.788229]] * 2, atol=2e-6)


@pytest.mark.parametrize(("loss", "metrics", "y"), [
    ("mse", [distance], Y[:, None]), ("mse", ["mae", keras.metrics.MeanAbsoluteError(), keras.losses.mean_squared_error], Y),
    (distance, None, Y), ("mse", [Sums()], Y),
])
def test_nothing_is_said_where_both_are_the_same(loss, metrics, y):
    assert told(lambda: model(loss, metrics).fit(X, y, verbose=0)) == []


def test_nothing_is_said_of_classes():
    made = model("sparse_categorical_crossentropy", [lambda y_true, y_pred: ops.max(y_pred)], units=3)
    assert told(lambda: made.fit(X, np.zeros(96, "int32"), verbose=0)) == []


def test_of_several_outputs_those_are_named_that_are_concerned():
    start = keras.Input((4,))
    made = keras.Model(start, [layers.Dense(1, name="a")(start), layers.Dense(2, name="b")(start)])
    made.compile("sgd", ["mse", Squares()], metrics=[[distance], None])
    assert "given to `distance` as" in told(lambda: made.fit(X, [Y, X[:, :2]], verbose=0))[0]
    made.compile("sgd", {"a": "mse", "b": Squares()}, metrics={"b": distance})
    assert told(lambda: made.fit(X, [Y, X[:, :2]], verbose=0)) == []


def test_nothing_is_said_in_programs_of_keras_2():
    dialect.set_version("2.15")
    try:
        assert told(lambda: model("mse", [distance]).fit(X, Y, verbose=0)) == []
    finally:
        dialect.set_version(None)
