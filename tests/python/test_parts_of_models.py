"""Layers in several models, states of layers inside of models, masks in files of Keras."""

import json
import subprocess
import sys

import numpy as np
import pytest

import regimen.keras as keras
from regimen._keras import dialect
from regimen.keras import layers

X = np.random.default_rng(1).normal(size=(6, 3)).astype("float32")


def two_heads():
    """A trunk in two models that are called in a third."""
    x, z = keras.Input((3,)), keras.Input((3,))
    hidden = layers.Dense(2, name="trunk")(x)
    parts = [keras.Model(x, layers.Dense(1)(hidden), name=name) for name in ("left", "right")]
    model = keras.Model(z, [part(z) for part in parts])
    model.compile("sgd", "mse")
    return model, parts


def test_a_layer_in_two_models_is_trained_as_one():
    """Against a layer that is called twice in one model: the same computation."""
    model, parts = two_heads()
    targets = [np.full((6, 1), 0.3, "float32"), np.full((6, 1), -0.2, "float32")]
    x = keras.Input(X.shape[1:])
    trunk = layers.Dense.from_config(parts[0].get_layer("trunk").get_config())
    heads = [layers.Dense.from_config(part.layers[-1].get_config()) for part in parts]
    plain = keras.Model(x, [head(trunk(x)) for head in heads])
    by_name = {layer.name: layer for part in parts for layer in part.layers}
    for layer in (trunk, *heads):
        layer.set_weights(by_name[layer.name].get_weights())
    for made in (model, plain):
        made.compile(keras.optimizers.Adam(0.05), "mse")
    found = [made.fit(X, targets, epochs=3, batch_size=2, shuffle=False, verbose=0).history["loss"] for made in (model, plain)]
    assert np.allclose(*found, rtol=1e-5)
    assert np.allclose(parts[1].get_layer("trunk").get_weights()[0], trunk.get_weights()[0], atol=1e-6)
    assert len(model.optimizer.variables) == len(plain.optimizer.variables)


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_layer_in_two_models_is_one_after_loading(tmp_path, ending):
    model, _ = two_heads()
    path = tmp_path / f"model{ending}"
    model.save(path)
    read = keras.models.load_model(path)
    assert len(read.weights) == len(model.weights)
    assert all(np.array_equal(a, b) for a, b in zip(read.predict(X, verbose=0), model.predict(X, verbose=0)))
    inner = [layer for layer in read.layers if isinstance(layer, keras.Model)]
    assert inner[0].get_layer("trunk") is inner[1].get_layer("trunk")


def test_states_are_one_for_fit_and_predict_and_reset_by_layer():
    x = keras.Input((4, 3), batch_size=2)
    first, second = layers.LSTM(3, stateful=True, return_sequences=True), layers.GRU(2, stateful=True)
    model = keras.Model(x, layers.Dense(1)(second(first(x))))
    rows = np.random.default_rng(2).normal(size=(2, 4, 3)).astype("float32")
    fresh = model.predict(rows, verbose=0)
    model.compile("sgd", "mse")
    model.optimizer.learning_rate = 0.0
    model.fit(rows, np.zeros((2, 1)), epochs=1, shuffle=False, verbose=0)
    third = model.predict(rows, verbose=0)
    for layer in (first, second):
        layer.reset_states()
    assert np.array_equal(model.predict(rows, verbose=0), fresh)
    model.predict(rows, verbose=0)
    assert np.allclose(model.predict(rows, verbose=0), third, atol=1e-6)
    first.reset_states()
    assert not np.allclose(model.predict(rows, verbose=0), fresh)

    class Reset(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            for layer in (first, second):
                layer.reset_states()

    losses = model.fit(rows, np.zeros((2, 1)), epochs=3, shuffle=False, verbose=0, callbacks=[Reset()]).history["loss"]
    assert np.allclose(losses, losses[0])


def stateful(wrapped):
    x = keras.Input((4, 3), batch_size=2)
    layer = layers.LSTM(3, stateful=True)
    layer = layers.Bidirectional(layer) if wrapped else layer
    return keras.Model(x, layers.Dense(1)(layer(x))), layer


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_layer_inside_of_a_model_loses_what_it_carries(wrapped):
    model, layer = stateful(wrapped)
    x = np.random.default_rng(2).normal(size=(2, 4, 3)).astype("float32")
    first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
    assert layer.stateful and not np.allclose(first, second)
    layer.reset_states()
    assert np.array_equal(model.predict(x, verbose=0), first)
    assert not hasattr(layers.Bidirectional(layers.LSTM(2)), "reset_state") or not layers.Bidirectional(layers.LSTM(2)).stateful


def test_masks_of_a_file_are_read_with_their_options():
    tensor = lambda name, *sizes: {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0], "shape": sizes}}
    operation = lambda name, config, args: {
        "module": "keras.src.ops.numpy", "class_name": name, "registered_name": name, "name": name.lower(),
        "config": {"name": name.lower(), **config}, "inbound_nodes": [{"args": args, "kwargs": {}}]}
    x = keras.Input((5, 3), name="x")
    plain = keras.Model(x, layers.LSTM(2, name="lstm")(layers.Masking(name="masking")(x)))
    config = json.loads(plain.to_json())
    # As Keras writes it: the mask is computed between the layers.
    entries = config["config"]["layers"]
    entries[2]["inbound_nodes"][0]["kwargs"] = {"mask": tensor("any", None, 5)}
    config["config"]["layers"] = [entries[0], operation("NotEqual", {}, [tensor("x", None, 5, 3), 0.0]), entries[1],
                                  operation("Any", {"axis": -1, "keepdims": False}, [tensor("notequal", None, 5, 3)]), entries[2]]
    read = keras.models.model_from_json(json.dumps(config))
    read.set_weights(plain.get_weights())
    rows = np.random.default_rng(3).normal(size=(4, 5, 3)).astype("float32")
    rows[:, 3:] = 0
    assert np.allclose(read.predict(rows, verbose=0), plain.predict(rows, verbose=0), atol=1e-6)


def test_models_of_today_have_no_reset_states(tmp_path):
    model, layer = stateful(False)
    assert hasattr(layer, "reset_states") and not hasattr(model, "reset_states")
    with pytest.raises(AttributeError, match="reset_states"):
        model.reset_states()
    x = np.random.default_rng(2).normal(size=(2, 4, 3)).astype("float32")
    first = model.predict(x, verbose=0)
    before = dialect.version()
    try:
        dialect.set_version("2.2")
        model.reset_states()
        assert np.array_equal(model.predict(x, verbose=0), first)
    finally:
        dialect.set_version(before)


def test_programs_in_kerass_place_have_it(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import keras, numpy as np\n"
        "m = keras.Sequential([keras.Input((4, 3), batch_size=2), keras.layers.LSTM(2, stateful=True)])\n"
        "x = np.ones((2, 4, 3))\n"
        "a, b = m.predict(x, verbose=0), m.predict(x, verbose=0)\n"
        "m.reset_states()\n"
        "print((a == m.predict(x, verbose=0)).all(), (a == b).all())\n"
    )
    done = subprocess.run([sys.executable, "-m", "regimen", str(program)], capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["True", "False"], done.stderr
