"""JSON of models as Keras 2.13 and later write it: modules beside the classes, as Keras 3 has, and the rest as of old."""

import json

import numpy as np
import pytest

import regimen.keras as keras


def layer(class_name, name, config, nodes=None):
    entry = {"module": "keras.layers", "class_name": class_name, "config": {"name": name, **config}, "registered_name": None}
    return entry if nodes is None else {**entry, "name": name, "inbound_nodes": nodes}


def told(class_name, config):
    return json.dumps({"class_name": class_name, "config": config, "keras_version": "2.15.0", "backend": "tensorflow"})


def test_a_stack():
    entries = [layer("InputLayer", "x", {"batch_input_shape": [None, 4], "dtype": "float32", "sparse": False, "ragged": False}),
               layer("Dense", "a", {"units": 3, "activation": "relu", "dtype": "float32"})]
    model = keras.models.model_from_json(told("Sequential", {"name": "stack", "layers": entries}))
    assert model.input_shape == (None, 4) and model.count_params() == 15 and model.layers[0].activation is keras.activations.relu


def test_a_wired_model():
    entries = [layer("InputLayer", "x", {"batch_input_shape": [None, 4], "dtype": "float32", "sparse": False, "ragged": False}, []),
               layer("Dense", "a", {"units": 4}, [[["x", 0, 0, {}]]]), layer("Add", "sum", {}, [[["x", 0, 0, {}], ["a", 0, 0, {}]]])]
    config = {"name": "wired", "layers": entries, "input_layers": [["x", 0, 0]], "output_layers": [["sum", 0, 0]]}
    model = keras.models.model_from_json(told("Functional", config))
    x = np.ones((2, 4), "float32")
    np.testing.assert_allclose(model.predict(x, verbose=0), x + model.get_layer("a")(x), rtol=1e-6)


def test_what_is_not_known_is_told():
    entries = [layer("InputLayer", "x", {"batch_input_shape": [None, 4]}), layer("TFOpLambda", "f", {"function": "math.add"})]
    with pytest.raises(ValueError, match="model_from_json: .*TFOpLambda"):
        keras.models.model_from_json(told("Sequential", {"name": "stack", "layers": entries}))
