"""Copies of models that were compiled with a program's loss, metrics or schedule."""

import copy
import pickle

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers, ops

X = np.random.default_rng(8).normal(size=(24, 3)).astype("float32")
Y = X[:, :1].copy()


def distance(y_true, y_pred):
    return ops.mean(ops.abs(y_true - y_pred), axis=-1)


class Scaled(keras.losses.Loss):
    """A loss with a number."""

    def __init__(self, scale=2.0):
        super().__init__(name="scaled")
        self.scale = scale

    def call(self, y_true, y_pred):
        return self.scale * distance(y_true, y_pred)


class Worst(keras.metrics.Metric):
    """The greatest distance."""

    def __init__(self, name="worst"):
        super().__init__(name=name)
        self.most = self.add_weight(name="most", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.most.assign(ops.maximum(self.most, ops.max(ops.abs(y_true - y_pred))))

    def result(self):
        return self.most


class Falling(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that falls."""

    def __init__(self, rate):
        self.rate = rate

    def __call__(self, step):
        return self.rate / (1.0 + ops.cast(step, "float32"))

    def get_config(self):
        return {"rate": self.rate}


COMPILED = {
    "function": lambda: ("adam", distance, None),
    "class": lambda: ("adam", Scaled(3.0), ["mae"]),
    "kind": lambda: ("adam", Scaled, [Worst]),
    "metric": lambda: ("sgd", "mse", [distance, Worst(), keras.metrics.R2Score()]),
    "named": lambda: ("sgd", {"out": distance}, {"out": ["mae"]}),
    "schedule": lambda: (keras.optimizers.SGD(Falling(0.5)), Scaled(), None),
    "library": lambda: ("adam", keras.losses.Huber(), ["mae"]),
}
COPIED = {"pickle": lambda model: pickle.loads(pickle.dumps(model)), "deepcopy": copy.deepcopy}


def model(compiled):
    optimizer, loss, metrics = COMPILED[compiled]()
    made = keras.Sequential([keras.Input((3,)), layers.Dense(4, activation="tanh"), layers.Dense(1, name="out")])
    made.compile(optimizer, loss, metrics=metrics)
    made.fit(X, Y, verbose=0)
    return made


@pytest.mark.parametrize("copied", COPIED)
@pytest.mark.parametrize("compiled", COMPILED)
def test_a_copy_goes_on_as_its_original(compiled, copied):
    made = model(compiled)
    again = COPIED[copied](made)
    assert again.evaluate(X, Y, verbose=0) == pytest.approx(made.evaluate(X, Y, verbose=0), rel=1e-6)
    assert int(again.optimizer.iterations) == int(made.optimizer.iterations)
    for each in (made, again):
        each.fit(X, Y, verbose=0, shuffle=False)
    assert np.allclose(again.get_weights()[0], made.get_weights()[0], atol=1e-6)
    if compiled == "class":
        assert isinstance(again.loss, Scaled) and again.loss.scale == 3.0


@pytest.mark.parametrize("compiled", COMPILED)
def test_a_clone_is_compiled_alike(compiled):
    made = model(compiled)
    if compiled != "schedule":
        made.optimizer.learning_rate = 0.25
    anew = lambda one: type(one).from_config(one.get_config())
    for clone in (keras.models.clone_model(made), keras.models.clone_model(made, clone_function=anew)):
        assert clone.compiled and clone.optimizer is not made.optimizer
        assert float(clone.optimizer.learning_rate) == (0.5 if compiled == "schedule" else 0.25)
        assert int(clone.optimizer.iterations) == 0
        clone.set_weights(made.get_weights())
        assert clone.evaluate(X, Y, verbose=0) == pytest.approx(made.evaluate(X, Y, verbose=0), rel=1e-6)
        assert clone.loss == made.loss
    plain = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    assert not keras.models.clone_model(plain).compiled


def test_what_pickle_cannot_take_it_says_itself():
    made = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
    made.compile("sgd", lambda y_true, y_pred: distance(y_true, y_pred))
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(made)
    assert copy.deepcopy(made).loss is made.loss
