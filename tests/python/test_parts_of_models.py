"""Layers in several models, states of layers inside of models, masks in files of Keras."""

import json

import numpy as np
import pytest

import regimen.keras as keras
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


def test_a_weight_that_would_be_trained_as_two_is_refused():
    model, parts = two_heads()
    targets = [np.zeros((6, 1), "float32")] * 2
    assert len(model.evaluate(X, targets, verbose=0)) == 3
    for train in (lambda: model.fit(X, targets, verbose=0), lambda: model.train_on_batch(X, targets)):
        with pytest.raises(NotImplementedError, match="left/trunk/kernel` and `right/trunk/kernel` are one weight"):
            train()
    parts[0].get_layer("trunk").trainable = False
    model.compile("sgd", "mse")
    model.fit(X, targets, verbose=0)


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
