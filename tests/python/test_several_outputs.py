"""Models with several inputs and outputs: the order of what `evaluate` gives, outputs without a loss, nested inputs in JSON."""

import json

import numpy as np
import pytest

import regimen.keras as keras
from regimen.keras import layers

X, ZEROS = np.ones((4, 3), "float32"), np.zeros((4, 1), "float32")


def head(name, value):
    return layers.Dense(1, name=name, kernel_initializer=keras.initializers.Constant(value))


def named(loss, metrics=None):
    """Outputs c, a and b, which are 3, 6 and 9."""
    x = keras.Input((3,))
    model = keras.Model(x, {"c": head("first", 1.0)(x), "a": head("second", 2.0)(x), "b": head("third", 3.0)(x)})
    model.compile("sgd", loss, metrics=metrics)
    return model


@pytest.mark.parametrize("loss, wanted", [
    ("mse", [126, 36, 81, 9, 6, 3, 9]),
    ({"b": "mse", "c": "mse", "a": "mse"}, [126, 81, 9, 36, 6, 3, 9]),
    ({"c": "mse", "a": "mse"}, [45, 9, 36, 6, 3, 9]),
])  # fmt: skip
def test_losses_come_as_they_were_given_and_metrics_by_name(loss, wanted):
    model = named(loss, {"c": ["mse", "mae"], "a": ["mae"]})
    targets = dict.fromkeys("abc", ZEROS)
    assert model.evaluate(X, targets, verbose=0) == wanted
    assert model.test_on_batch(X, targets) == wanted
    told = model.evaluate(X, targets, verbose=0, return_dict=True)
    assert [told[name] for name in model.metrics_names] == wanted


def test_in_a_list_losses_come_as_the_outputs_do():
    x = keras.Input((3,))
    model = keras.Model(x, [head("c", 1.0)(x), head("a", 2.0)(x)])
    model.compile("sgd", {"a": "mse", "c": "mae"}, metrics=[["mse"], ["mae", "mse"]])
    assert model.evaluate(X, [ZEROS, ZEROS], verbose=0) == [39, 3, 36, 6, 36, 9]


def test_a_single_output_keeps_the_order_of_its_metrics():
    model = keras.Sequential([keras.Input((3,)), head("only", 1.0)])
    model.compile("sgd", "mae", metrics=["mse", "mae"])
    assert model.evaluate(X, ZEROS, verbose=0) == [3, 9, 3]


def test_outputs_of_one_layer_have_a_value_each():
    x = keras.Input((2, 3))
    model = keras.Model(x, layers.GRU(2, return_state=True)(x))
    model.compile("sgd", "mse")
    assert len(model.evaluate(np.ones((4, 2, 3)), [np.zeros((4, 2))] * 2, verbose=0)) == 3


def test_a_model_with_an_output_without_a_loss_goes_into_a_file(tmp_path):
    model = named({"c": "mse"})
    model.fit(X, dict.fromkeys("abc", ZEROS), verbose=0)
    model.save(tmp_path / "m.keras")
    again = keras.models.load_model(tmp_path / "m.keras")
    targets = dict.fromkeys("abc", ZEROS)
    assert again.train_on_batch(X, targets) == pytest.approx(model.train_on_batch(X, targets))


def nested():
    a, b, c = (keras.Input((3,), name=name) for name in "abc")
    return keras.Model([a, {"z": b, "y": c}], layers.Add()([head("one", 1.0)(a), head("two", 2.0)(b), head("three", 3.0)(c)]))


def test_json_has_inputs_nested_as_they_were_given():
    model, rows = nested(), [X, {"z": 2 * X, "y": 3 * X}]
    text = model.to_json()
    assert json.loads(text)["config"]["input_layers"] == [["a", 0, 0], {"y": ["c", 0, 0], "z": ["b", 0, 0]}]
    again = keras.models.model_from_json(text)
    assert np.array_equal(again.predict(rows, verbose=0), model.predict(rows, verbose=0))


def test_json_has_a_single_input_without_a_list():
    x = keras.Input((3,), name="x")
    found = json.loads(keras.Model(x, head("only", 1.0)(x)).to_json())["config"]
    assert found["input_layers"] == ["x", 0, 0] and found["output_layers"] == ["only", 0, 0]
