"""Weights that do not decay."""

import re

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


RULES = [name for name in dir(keras.optimizers) if isinstance(getattr(keras.optimizers, name), type)
         and name not in ("Optimizer", "MultiOptimizer", "OptimizerMap", "LossScaleOptimizer")]


def stepped(optimizer, variables):
    """What variables are after a step by which nothing but decay moves them."""
    optimizer.apply([np.zeros(2, "float32")] * len(variables), variables)
    return [round(float(each.numpy()[0]), 4) for each in variables]


def ones(*names):
    return [keras.Variable(np.ones(2, "float32"), name=name) for name in names]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_tells_variables_apart(rule):
    assert len(RULES) >= 13
    known, free = (getattr(keras.optimizers, rule)(learning_rate=0.1, weight_decay=0.5) for _ in range(2))
    variables, others = ones("kernel", "kernel", "bias"), ones("kernel", "kernel", "bias")
    known.exclude_from_weight_decay([variables[0]])
    found, moved = stepped(known, variables), stepped(free, others)
    # Ftrl moves them otherwise, too; Keras 3.15.1 gives the same.
    assert found == ([0.0] * 3 if rule == "Ftrl" else [1.0, *moved[1:]])
    # ScheduleFreeAdamW decays in steps of its own, the first of which leaves these as they are; Muon moves vectors as Adam does.
    decay = {"Ftrl": 0.0, "ScheduleFreeAdamW": 1.0, "Muon": 0.9996}.get(rule, 0.95)
    assert moved == [decay] * 3
    assert [each.name for each in known.variables][2:] == [each.name for each in free.variables][2:]
    assert not any("~" in each.name + each.path for each in known.variables)


def test_lists_names_and_what_comes_later():
    def after(*args, **options):
        optimizer, variables = keras.optimizers.SGD(0.1, weight_decay=0.5), ones("w", "w")
        optimizer.exclude_from_weight_decay(*(each(variables) if callable(each) else each for each in args), **options)
        return stepped(optimizer, variables)

    assert after() == after([], []) == [0.95, 0.95]
    assert after(lambda all: (all[0],)) == after(lambda all: (each for each in all[:1])) == [1.0, 0.95]
    assert after(lambda all: [keras.Variable(np.ones(2), name="w")]) == [0.95, 0.95]  # another one of the same name
    assert after(lambda all: all[1:], ["^x$"]) == [0.95, 1.0] and after(None, ["^w$"]) == [1.0, 1.0]
    with pytest.warns(UserWarning, match="no variable"):
        assert after(["w"]) == [0.95, 0.95]
    optimizer, variables = keras.optimizers.SGD(0.1, weight_decay=0.5), ones("w", "w")
    optimizer.exclude_from_weight_decay(variables[:1])
    optimizer.exclude_from_weight_decay(variables[1:])  # in the place of those before
    assert stepped(optimizer, variables) == [0.95, 1.0]


def test_what_is_refused():
    optimizer, variables = keras.optimizers.Adam(0.1, weight_decay=0.5), ones("w", "w")
    with pytest.raises(TypeError, match="a list"):
        optimizer.exclude_from_weight_decay(variables[0])
    with pytest.raises(TypeError):
        optimizer.exclude_from_weight_decay(var_names=[3])
    with pytest.raises(re.error):
        optimizer.exclude_from_weight_decay(var_names=["("])
    optimizer.build(variables)
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(variables)


def test_state_and_schedules_of_marked_variables():
    optimizer, variables = keras.optimizers.Adam(0.1, weight_decay=0.5), ones("w", "w")
    optimizer.exclude_from_weight_decay(variables[:1])
    stepped(optimizer, variables)
    kept = [each.numpy() for each in optimizer.variables]
    optimizer.learning_rate = keras.optimizers.schedules.ExponentialDecay(0.2, 10, 0.5)  # which makes the state anew
    values = {each.name: each.numpy() for each in optimizer.variables}
    assert int(values["iteration"]) == 1 and all(np.array_equal(a, b) for a, b in zip(kept[2:], list(values.values())[-4:]))
    assert stepped(optimizer, variables)[0] == 1.0


@pytest.mark.parametrize("outer", ["LossScaleOptimizer", "MultiOptimizer"])
def test_optimizers_around_others(outer):
    inner, variables = keras.optimizers.SGD(0.1, weight_decay=0.5), ones("w", "w")
    inner.exclude_from_weight_decay(variables[:1])
    made = keras.optimizers.LossScaleOptimizer(inner) if outer == "LossScaleOptimizer" else keras.optimizers.MultiOptimizer(lambda v: inner)
    assert stepped(made, variables) == [1.0, 0.95]


def test_a_model_wants_other_names():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(1)])
    for wrap in (lambda optimizer: optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.AdamW(0.1)
        optimizer.exclude_from_weight_decay([model.layers[0].kernel])
        model.compile(wrap(optimizer), "mse")
        with pytest.raises(NotImplementedError, match="give all variables of a name"):
            model.fit(X, X[:, :1], verbose=0)
    plain = keras.optimizers.SGD(0.1)  # which decays nothing
    plain.exclude_from_weight_decay([model.layers[0].kernel])
    model.compile(plain, "mse")
    model.fit(X, X[:, :1], verbose=0)
