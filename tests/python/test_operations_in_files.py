"""Functions of keras.ops between symbolic tensors in configs and files, as Keras's own Operation entries."""

import copy
import json
import pickle
import zipfile

import numpy as np
import pytest

from regimen import keras
from regimen.keras import layers, ops

X = np.random.default_rng(0).uniform(0.1, 0.9, (5, 4, 6)).astype("float32")

FUNCTIONS = {
    "negative": lambda x: -x,
    "power": lambda x: x**2,
    "of a number": lambda x: 2.0**x,
    "compared": lambda x: ops.cast(x > 0.5, "float32"),
    "absolute": lambda x: abs(x - 0.5),
    "matmul": lambda x: x @ ops.transpose(x, (0, 2, 1)),
    "row": lambda x: x[:, 0],
    "slices": lambda x: x[:, None, 1:3, ::2],
    "ellipsis": lambda x: x[..., -1],
    "backwards": lambda x: x[:, ::-1],
    "mean": lambda x: ops.mean(x, axis=-1, keepdims=True),
    "sum": lambda x: ops.sum(x, (1, 2)),
    "reshape": lambda x: ops.reshape(x, (-1, 2, 12)),
    "concatenate": lambda x: ops.concatenate([x, x * 2], axis=-1),
    "split": lambda x: ops.split(x, 3, axis=-1)[1],
    "where": lambda x: ops.where((x > 0.2) & ~(x > 0.8), x, -1.0),
    "einsum": lambda x: ops.einsum("bij,bkj->bik", x, x),
    "array": lambda x: x * np.arange(6, dtype="float32") + np.ones((4, 1), "float32"),
    "weighted": lambda x: ops.average(x, axis=2, weights=np.arange(1, 7, dtype="float32")),
    "padded": lambda x: ops.pad(x, ((0, 0), (1, 1), (0, 0)), constant_values=2.0),
    "softmax": lambda x: ops.softmax(x, axis=1),
    "norm": lambda x: ops.norm(x, axis=-1),
    "one_hot": lambda x: ops.one_hot(ops.cast(x * 9, "int32"), 10),
    "convolved": lambda x: ops.conv(x, np.ones((2, 6, 3), "float32"), padding="same"),
    "resized": lambda x: ops.image.resize(ops.expand_dims(x, -1), (3, 3)),
    "patches of volumes": lambda x: ops.image.extract_patches_3d(ops.reshape(x, (-1, 4, 3, 2, 1)), (2, 1, 1)),
    "rearranged": lambda x: ops.rearrange(x, "b h (w k) -> b k h w", k=2),
}


def _model(function):
    x = keras.Input((4, 6), name="x")
    return keras.Model(x, function(x))


def _entries(model):
    found = json.loads(model.to_json())["config"]["layers"]
    return {entry["name"]: entry for entry in found if entry["class_name"] != "InputLayer"}


def _same(model, other):
    wanted, found = model.predict(X, verbose=0), other.predict(X, verbose=0)
    np.testing.assert_array_equal(found, wanted)


@pytest.fixture(autouse=True)
def _names():
    keras.utils.clear_session()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_config_and_files_give_the_same_model(name, tmp_path):
    model = _model(FUNCTIONS[name])
    _same(model, keras.models.model_from_json(model.to_json()))
    for file in ("m.keras", "m.h5"):
        model.save(tmp_path / file)
        back = keras.models.load_model(tmp_path / file)
        _same(model, back)
        assert [layer.name for layer in back.layers] == [layer.name for layer in model.layers]
        back.save(tmp_path / file)
        _same(model, keras.models.load_model(tmp_path / file))


def test_entries_are_those_of_keras():
    x = keras.Input((4, 6), name="x")
    rows = ops.sum(x, [1, 2])
    part = x[:, 0, 1:]
    scaled = ops.pad(part * np.array([1, 2, 3, 4, 5], "float32"), [[0, 0], [1, 0]])
    entries = _entries(keras.Model(x, [rows, scaled, x > 0.5]))
    tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4, 6], "dtype": "float32", "keras_history": ["x", 0, 0]}}
    assert entries["sum"] == {
        "module": "keras.src.ops.numpy", "class_name": "Sum", "config": {"name": "sum", "axis": [1, 2], "keepdims": False},
        "registered_name": "Sum", "name": "sum", "inbound_nodes": [{"args": [tensor], "kwargs": {}}],
    }
    whole = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}
    rest = {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": None}}
    assert entries["get_item"]["inbound_nodes"] == [{"args": [tensor, [whole, 0, rest]], "kwargs": {}}]
    array = {"class_name": "__numpy__", "config": {"value": [1.0, 2.0, 3.0, 4.0, 5.0], "dtype": "float32"}}
    assert entries["multiply"]["inbound_nodes"][0]["args"][1] == array
    assert entries["pad"]["config"] == {"name": "pad", "pad_width": [[0, 0], [1, 0]], "mode": "constant"}
    assert entries["pad"]["inbound_nodes"][0]["kwargs"] == {"constant_values": None}
    assert entries["greater"]["inbound_nodes"] == [{"args": [tensor, 0.5], "kwargs": {}}]


@pytest.mark.parametrize(
    "call, module, class_name, config",
    [
        (lambda x: ops.relu(x), "nn", "Relu", {}),
        (lambda x: ops.average_pool(x, 2), "nn", "AveragePool",
         {"pool_size": 2, "strides": None, "padding": "valid", "data_format": "channels_last"}),
        (lambda x: ops.cast(x, np.int32), "core", "Cast", {"dtype": "int32"}),
        (lambda x: ops.logsumexp(x, axis=-1), "math", "Logsumexp", {"axis": -1, "keepdims": False}),
        (lambda x: ops.norm(x, axis=-1), "linalg", "Norm", {"ord": None, "axis": -1, "keepdims": False}),
        (lambda x: ops.layer_normalization(x), "nn", "LayerNorm", {"axis": -1, "epsilon": None, "rms_scaling": False}),
        (lambda x: ops.abs(x), "numpy", "Absolute", {}),
    ],
)
def test_module_class_and_options(call, module, class_name, config):
    (entry,) = _entries(_model(call)).values()
    assert (entry["module"], entry["class_name"]) == (f"keras.src.ops.{module}", class_name)
    assert entry["config"] == {"name": entry["name"], **config}


def _trained():
    x = keras.Input((4, 6), name="x")
    inner_in = keras.Input((6,))
    inner = keras.Model(inner_in, ops.tanh(layers.Dense(5, name="inner_dense")(inner_in)) / 2.0, name="inner")
    h = layers.Dense(6, name="first")(x)
    both = ops.concatenate([inner(h[:, 0]), inner(ops.mean(h, axis=1))], axis=-1)
    model = keras.Model(x, layers.Dense(1, name="last")(ops.maximum(both, 0.0)))
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    model.fit(X, X[:, 0, :1], epochs=2, verbose=0)
    return model


@pytest.mark.parametrize("file", ["m.keras", "m.h5"])
def test_training_goes_on_from_a_file(file, tmp_path):
    model = _trained()
    model.save(tmp_path / file)
    back = keras.models.load_model(tmp_path / file)
    _same(model, back)
    assert back.loss in ("mse", "mean_squared_error") and back.optimizer.get_config()["learning_rate"] == pytest.approx(0.01)
    again = [each.fit(X, X[:, 0, :1], epochs=2, shuffle=False, verbose=0).history["loss"] for each in (model, back)]
    if file == "m.keras":
        np.testing.assert_array_equal(again[0], again[1])


def test_copies():
    model = _trained()
    _same(model, pickle.loads(pickle.dumps(model)))
    _same(model, copy.deepcopy(model))
    config = model.get_config()
    for clone in (
        keras.models.clone_model(model), keras.Model.from_config(config),
        keras.models.clone_model(model, clone_function=lambda layer: type(layer).from_config(layer.get_config())),
    ):
        clone.set_weights(model.get_weights())
        _same(model, clone)


def test_hdf5_of_keras_has_no_modules():
    config = json.loads(_model(lambda x: ops.softmax(ops.reshape(x, (-1, 24)), axis=1)).to_json())
    for entry in config["config"]["layers"]:
        entry.pop("module"), entry.pop("registered_name")
    model = keras.Model.from_config(config["config"])
    assert [type(layer).__name__ for layer in model.layers] == ["InputLayer", "FunctionLayer", "FunctionLayer"]
    assert model.predict(X, verbose=0).shape == (5, 24)


def test_operators_between_symbolic_tensors_are_of_truth_values():
    i = keras.Input((3,), dtype="int32")
    found = keras.Model(i, [i | 1, ~i, i & 2]).predict(np.array([[0, 1, 2]]), verbose=0)
    assert [each.tolist() for each in found] == [[[True] * 3], [[True, False, False]], [[False, True, True]]]


def _changed(path, change):
    """The file with another config."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    config = json.loads(members["config.json"])
    change(config["config"]["layers"])
    members["config.json"] = json.dumps(config)
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)


def test_unknown_operations_are_refused_by_name(tmp_path):
    path = tmp_path / "m.keras"
    _model(lambda x: ops.cbrt(x)).save(path)
    _changed(path, lambda entries: entries[1].update(module="keras.src.ops.math", class_name="FFT2"))
    with pytest.raises(ValueError, match="FFT2"):
        keras.models.load_model(path)
    text = _model(lambda x: ops.cbrt(x)).to_json()
    with pytest.raises(ValueError, match="the operation Cbrt of keras.src.ops.nn is none"):
        keras.models.model_from_json(text.replace("keras.src.ops.numpy", "keras.src.ops.nn"))


def test_operations_of_a_file_take_what_layers_give_and_ask_for_sizes_of_models(tmp_path):
    path = tmp_path / "m.keras"
    _model(lambda x: ops.cbrt(x)).save(path)
    _changed(path, lambda entries: entries[1].update(inbound_nodes=[{"args": [[1.0, 2.0]], "kwargs": {}}]))
    with pytest.raises(ValueError):
        keras.models.load_model(path)
    text = _model(lambda x: ops.one_hot(ops.cast(x, "int32"), 10)).to_json()
    with pytest.raises(ValueError, match="num_classes asks for 1000000000 numbers"):
        keras.models.model_from_json(text.replace('"num_classes": 10,', '"num_classes": 1000000000,'))


def test_code_is_refused_by_name(tmp_path):
    mapped = _model(lambda x: ops.map(lambda row: row * 2, x))
    with pytest.raises(NotImplementedError, match="map"):
        mapped.save(tmp_path / "m.keras")
    with pytest.raises(NotImplementedError, match=r"map: map\(\) between symbolic tensors is code"):
        mapped.to_json()
    with pytest.raises(NotImplementedError, match="twice"):
        _model(layers.Lambda(lambda x: x * 2, name="twice")).save(tmp_path / "m.keras")
    drawn = _model(lambda x: x + keras.random.dropout(x, 0.5, seed=1))
    with pytest.raises(NotImplementedError, match="dropout"):
        drawn.save(tmp_path / "m.keras")


def test_infinite_numbers_are_the_largest_in_files(tmp_path):
    model = _model(lambda x: ops.softmax(ops.where(x > 0.5, x, -np.inf)))
    model.save(tmp_path / "m.keras")
    _same(model, keras.models.load_model(tmp_path / "m.keras"))
    _same(model, keras.models.clone_model(model))
    model = keras.Sequential([keras.Input(X.shape[1:]), keras.layers.ReLU(max_value=np.inf)])
    model.compile(keras.optimizers.SGD(clipnorm=np.inf), "mse")
    model.save(tmp_path / "m.keras")
    _same(model, keras.models.load_model(tmp_path / "m.keras"))
    with pytest.raises(ValueError, match="NaN is among the options"):
        keras.layers.Masking(np.nan)
