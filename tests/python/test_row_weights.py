"""`sample_weight`: of rows, of steps, of each output."""

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

RNG = np.random.default_rng(3)


def two_outputs():
    keras.utils.set_random_seed(1)
    x = keras.Input((3,))
    hidden = layers.Dense(4, activation="tanh")(x)
    model = keras.Model(x, [layers.Dense(1, name="a")(hidden), layers.Dense(2, name="b")(hidden)])
    model.compile("sgd", "mse", weighted_metrics=[["mae"], ["mae"]])
    return model


def steps():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((5, 2)), layers.SimpleRNN(3, return_sequences=True), layers.Dense(1)])
    model.compile("sgd", "mse", weighted_metrics=["mae"])
    return model


def test_weights_of_each_output():
    model, x = two_outputs(), RNG.normal(size=(8, 3)).astype("float32")
    y = {"a": RNG.normal(size=(8, 1)).astype("float32"), "b": RNG.normal(size=(8, 2)).astype("float32")}
    w = {"a": RNG.uniform(size=8), "b": RNG.uniform(size=8)}
    outputs = dict(zip("ab", model.predict(x, verbose=0)))
    losses = {name: float(((outputs[name] - y[name]) ** 2).mean(axis=1) @ w[name] / 8) for name in "ab"}
    logs = model.evaluate(x, y, sample_weight=w, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(sum(losses.values()), rel=1e-5)
    mean = (np.abs(outputs["b"] - y["b"]).mean(axis=1) @ w["b"]) / w["b"].sum()
    assert logs["b_mae"] == pytest.approx(mean, rel=1e-5) or logs["b_weighted_mae"] == pytest.approx(mean, rel=1e-5)
    listed = model.evaluate(x, [y["a"], y["b"]], sample_weight=[w["a"], w["b"]], verbose=0, return_dict=True)
    assert listed == logs
    first = model.evaluate(x, y, sample_weight={"a": w["a"]}, verbose=0, return_dict=True)
    plain = float(((outputs["b"] - y["b"]) ** 2).mean())
    assert first["loss"] == pytest.approx(losses["a"] + plain, rel=1e-5)
    both = model.evaluate(x, y, sample_weight=w["a"], verbose=0, return_dict=True)
    other = float(((outputs["b"] - y["b"]) ** 2).mean(axis=1) @ w["a"] / 8)
    assert both["loss"] == pytest.approx(losses["a"] + other, rel=1e-5)


def test_weights_of_steps():
    model, x = steps(), RNG.normal(size=(6, 5, 2)).astype("float32")
    y = RNG.normal(size=(6, 5, 1)).astype("float32")
    w = (RNG.uniform(size=(6, 5)) > 0.4).astype("float64")
    error = (model.predict(x, verbose=0) - y)[..., 0]
    logs = model.evaluate(x, y, sample_weight=w, verbose=0, return_dict=True)
    assert logs["loss"] == pytest.approx(float((error**2 * w).mean()), rel=1e-5)
    mean = float((np.abs(error) * w).sum() / w.sum())
    assert any(value == pytest.approx(mean, rel=1e-5) for name, value in logs.items() if "mae" in name)
    # What has no weight does not matter to training.
    spoilt = np.where(w[..., None] > 0, y, 1e3).astype("float32")
    given = []
    for targets in (y, spoilt):
        model = steps()
        model.fit(x, targets, sample_weight=w, epochs=3, batch_size=4, shuffle=False, verbose=0, validation_data=(x, targets, w))
        given.append(model.get_weights())
        assert np.isfinite(model.history.history["val_loss"]).all()
    assert all(np.array_equal(a, b) for a, b in zip(*given))


def test_kinds_of_weights_may_change_from_call_to_call():
    model, x = steps(), RNG.normal(size=(6, 5, 2)).astype("float32")
    y = RNG.normal(size=(6, 5, 1)).astype("float32")
    rows, each = np.ones(6), np.ones((6, 5))
    found = [model.evaluate(x, y, sample_weight=w, verbose=0) for w in (None, rows, each, rows[:, None], rows)]
    assert all(value == pytest.approx(found[0]) for value in found)
    logs = [model.train_on_batch(x, y, sample_weight=w) for w in (rows, each, None, each)]
    assert np.isfinite(logs).all()
    model.fit(x, y, sample_weight=each, validation_split=0.5, epochs=1, verbose=0)
    model.fit(((x, y, each) for _ in range(3)), steps_per_epoch=2, epochs=1, verbose=0)


def test_old_mode_and_old_validation_data():
    model = steps()
    model.compile("sgd", "mse", sample_weight_mode="temporal")
    with pytest.raises(ValueError, match="sample_weight_mode: found 'time'"):
        model.compile("sgd", "mse", sample_weight_mode="time")


def test_what_does_not_fit_is_told():
    model, x = two_outputs(), np.zeros((8, 3), "float32")
    y = [np.zeros((8, 1)), np.zeros((8, 2))]
    for weights, text in [
        ({"c": np.ones(8)}, r"no outputs \['c'\]"),
        ([np.ones(8), np.ones(7)], r"sample_weight\[1\]: has 7 rows, x has 8"),
        ([np.ones(8)] * 3, "3 arrays for 2 targets"),
        (np.ones((8, 2)), "one weight for each row"),
    ]:
        with pytest.raises(ValueError, match=text):
            model.fit(x, y, sample_weight=weights, verbose=0)
    with pytest.raises(ValueError, match="sample_weight"):
        steps().fit(np.zeros((6, 5, 2)), np.zeros((6, 5, 1)), sample_weight=np.ones((6, 4)), verbose=0)
    with pytest.raises(ValueError, match="not both"):
        steps().fit(np.zeros((6, 5, 2)), np.zeros((6, 5, 1)), sample_weight=np.ones((6, 5)), class_weight={0: 1.0}, verbose=0)
